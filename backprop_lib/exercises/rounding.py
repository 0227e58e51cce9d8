"""Rounds in which numbers on the way were rounded, or cut off, to a few digits."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.names import Names
from backprop_lib.exercises.mistaken_round import Steps
from backprop_lib.exercises.mistakes import Way

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

            def kept(number, to=to, digits=digits):
                return to(number, digits)

            done = "cut off after" if "cut" in what else "rounded to"
            where = f"It fits numbers on the way that were {done} {digits} {what.split()[0]}."
            if "cut" in what:
                yield from (Way(where, steps, rare=1) for steps in _forward_rounded(kept)[:3])
                continue
            yield from (Way(where, steps) for steps in _forward_rounded(kept))
            for together, steps in _backward_rounded(kept, digits, last):
                yield Way(where, steps, rare=together)


def _forward_rounded(kept):
    right = Steps()
    outs = Steps(out=lambda *given: kept(right.out(*given)))
    forward = replace(outs, net=lambda *given: kept(right.net(*given)))
    links = replace(
        forward,
        error_slope=lambda *given: kept(right.error_slope(*given)),
        slope=lambda *given: kept(right.slope(*given)),
    )
    # What goes into the last product alone, and the derivative before the step is taken.
    factors = Steps(
        passed_on=lambda _, numbers: kept(numbers), arriving=lambda _, inputs: kept(inputs)
    )
    before_the_step = Steps(step=lambda old, eta, slope: old - eta * kept(slope))
    step = Steps(step=lambda old, eta, slope: old - kept(eta * slope))
    errors = Steps(error=lambda *given: kept(right.error(*given)))
    return Steps(kept=kept), links, forward, outs, errors, factors, before_the_step, step


def _backward_rounded(kept, digits, last):
    """Pairs of how many kinds of numbers were rounded on the way back, and the Steps.

    Each alone, any two, all slopes, or all.
    """
    there = NOTED if last else NOTED[:3]
    together = [{one} for one in there]
    if digits < MANY_DIGITS:
        together += [set(pair) for pair in combinations(there, 2)]
        together += [{one for one in there if "slope" in one}, set(there)]
    for some in together:
        yield min(len(some), 2), _noting(kept, some, last)


def _noting(kept, some, last):
    """The steps of a round in which some of the NOTED numbers are rounded."""
    right = Steps()

    def noted(number, what):
        return kept(number) if what in some else number

    def at(layer, what):
        return f"{'last' if layer == last else 'hidden'} {what}"

    def gather(layer, weights, dE_dnet):
        paths = noted(weights * dE_dnet[:, None], "path")
        return noted(paths.sum(axis=0), "sum")

    steps = right
    if "error slope" in some:
        steps = replace(steps, error_slope=lambda *given: kept(right.error_slope(*given)))
    if any("slope" in one for one in some - {"error slope"}):
        steps = replace(
            steps, slope=lambda k, *given: noted(right.slope(k, *given), at(k, "slope"))
        )
    if any("delta" in one for one in some):
        steps = replace(steps, passed_on=lambda k, numbers: noted(numbers, at(k, "delta")))
    if some & {"path", "sum"}:
        steps = replace(steps, gather=gather)
    return steps
