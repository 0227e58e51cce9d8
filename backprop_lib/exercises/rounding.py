"""Rounds in which numbers on the way were rounded, or cut off, to a few digits."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.names import Names
from backprop_lib.exercises.mistakes import Way
from backprop_lib.exercises.steps import RIGHT, Steps

DIGITS = (3, 4, 2, 5, 6)
MANY_DIGITS = 5  # several numbers with so many end so near the right one that it needs no search
# What is written down on the way back; the first three are all that a network without hidden
# layers has.
NOTED = ("error slope", "last slope", "last delta", "hidden slope", "hidden delta", "path", "sum")


def to_decimals(number: np.ndarray, digits: int) -> np.ndarray:
    """Rounded to so many digits behind the point."""
    return np.round(number, digits)


def to_significant(number: ArrayLike, digits: int) -> np.ndarray:
    """Rounded to so many digits, whatever their place."""
    number = np.asarray(number, float)
    tiny = np.abs(number) < 1e-250  # which has no ten to a power to be multiplied by
    places = digits - 1 - np.floor(np.log10(np.abs(np.where(tiny, 1, number))))
    return np.round(number * 10.0**places) / 10.0**places


def cut_to_decimals(number: ArrayLike, digits: int) -> np.ndarray:
    """Cut off after so many digits behind the point."""
    return np.trunc(np.asarray(number) * 10.0**digits) / 10.0**digits


def rounded_early(names: Names) -> Iterator[Way]:
    """Numbers on the way rounded: all of them, those on the way forward, or some after it."""
    last = len(names.neurons) - 1
    for digits in DIGITS:
        for to, what in (
            (to_decimals, "decimals were rounded"),
            (to_significant, "digits were rounded"),
            (cut_to_decimals, "decimals were cut off"),
        ):
            written = _Written(partial(to, digits=digits), last)
            done = "cut off after" if "cut" in what else "rounded to"
            where = f"It fits numbers on the way that were {done} {digits} {what.split()[0]}."
            if "cut" in what:
                yield from (Way(where, steps, rare=1) for steps in written.forward()[:3])
                continue
            yield from (Way(where, steps) for steps in written.forward())
            for together in _noted_together(digits, last):
                yield Way(where, written.noting(together), rare=min(len(together), 2))


def _noted_together(digits, last):
    """What is rounded on the way back: each alone, any two, all slopes, or all."""
    there = NOTED if last else NOTED[:3]
    together = [{one} for one in there]
    if digits < MANY_DIGITS:
        together += [set(pair) for pair in combinations(there, 2)]
        together += [{one for one in there if "slope" in one}, set(there)]
    return together


class _Written:
    """The steps of rounds in which numbers are written down in one way.

    Those that do a step alike have it from here, so that it is done once for all of them.
    """

    def __init__(self, kept, last):
        self.kept, self.last = kept, last
        self.made = {}
        self.out, self.net, self.slope, self.error, self.error_slope = (
            self._then_kept(getattr(RIGHT, name))
            for name in ("out", "net", "slope", "error", "error_slope")
        )

    def _then_kept(self, step):
        return lambda *given: self.kept(step(*given))

    def forward(self) -> tuple[Steps, ...]:
        """What is rounded: everything, the way forward, or a part of it or of what comes after."""
        kept = self.kept
        outs = Steps(out=self.out)
        forward = replace(outs, net=self.net)
        links = replace(forward, error_slope=self.error_slope, slope=self.slope)
        # What goes into the last product alone, and the derivative before the step is taken.
        factors = Steps(
            passed_on=lambda _, numbers: kept(numbers), arriving=lambda _, inputs: kept(inputs)
        )
        before_the_step = Steps(step=lambda old, eta, slope: old - eta * kept(slope))
        step = Steps(step=lambda old, eta, slope: old - kept(eta * slope))
        errors = Steps(error=self.error)
        return Steps(kept=kept), links, forward, outs, errors, factors, before_the_step, step

    def noting(self, some: set[str]) -> Steps:
        """The steps of a round in which some of the NOTED numbers are rounded."""
        steps = Steps(error_slope=self.error_slope) if "error slope" in some else RIGHT
        slopes = self._where("slope", some, lambda k, *given: RIGHT.slope(k, *given))
        deltas = self._where("delta", some, lambda k, numbers: numbers)
        if slopes:
            steps = replace(steps, slope=slopes)
        if deltas:
            steps = replace(steps, passed_on=deltas)
        if some & {"path", "sum"}:
            steps = replace(steps, gather=self._gathering("path" in some, "sum" in some))
        return steps

    def _where(self, what, some, step):
        """The step with what it gives rounded, in the last layer, the hidden ones, or all."""
        at_last, at_hidden = f"last {what}" in some, f"hidden {what}" in some
        if not (at_last or at_hidden):
            return None

        def rounded(k, *given):
            number = step(k, *given)
            return self.kept(number) if (at_last if k == self.last else at_hidden) else number

        return self.made.setdefault((what, at_last, at_hidden), rounded)

    def _gathering(self, paths, sums):
        def gather(layer, weights, dE_dnet):
            each = weights * dE_dnet[:, None]
            total = (self.kept(each) if paths else each).sum(axis=0)
            return self.kept(total) if sums else total

        return self.made.setdefault(("gather", paths, sums), gather)
