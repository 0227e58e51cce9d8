"""What trainings of the learning-rate lab came to: one by itself, or all rates of the slider.

Of a training is kept what a picture can show and what is said of it. All rates together are
trained a piece at a time, so that a hand never waits for them:

>>> from backprop_lib import UpdateRule, example
>>> swept = SweptRuns(example, 100, UpdateRule())
>>> swept.go_on(lambda: False)
>>> alone = run(example, Settings(0.5, 100, UpdateRule()))
>>> swept.done, swept.run(0.5).outputs == alone.outputs
(True, True)
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.labs.learning_rate.settings import Settings
from backprop_lib.labs.rate_slider import RATES
from backprop_lib.training.engines import Engine
from backprop_lib.training.sweep import Stretch, SweepInStretches
from backprop_lib.training.training import train

# A curve of so many points looks no different from one of 10,000.
POINTS = 200


@dataclass(frozen=True, eq=False)
class Run:
    """A training, thinned to what is drawn and said.

    rounds: from 0 to the last, some left out; errors and outputs (a tuple for each output
    neuron) are of these. ends: the outputs of the last round. overshot: names of the outputs
    that went past their targets into saturation; lost: those that saturated on the wrong side.
    still_falling: whether the error is. rose: None, or the round in which the error rose most,
    and the errors before and after it. engine: its name; engine_reason: why this one.
    """

    settings: Settings
    rounds: tuple
    errors: tuple
    outputs: dict
    targets: dict
    overshot: tuple
    lost: tuple
    still_falling: bool
    rose: tuple | None
    engine: str
    engine_reason: str

    @property
    def error(self) -> float:
        """E_total of the last round."""
        return self.errors[-1]

    @property
    def ends(self) -> dict[str, float]:
        """The outputs of the last round, by name."""
        return {name: values[-1] for name, values in self.outputs.items()}


def run(example: Example, settings: Settings) -> Run:
    """Train the example's network, and keep what is drawn and said."""
    training = train(
        example.network,
        example.inputs,
        example.targets,
        settings.rate,
        settings.rounds,
        settings.rule,
    )
    kept = _Kept(1, settings.rounds, example.targets.size)
    kept.add(Stretch(slice(1), 0, np.column_stack([training.outputs, training.errors])[None], 1))
    return kept.run(0, example, settings, Engine(training.engine, training.engine_reason))


class SweptRuns:
    """The Runs of all rates of the slider, with one rule and one number of rounds.

    total: so many units of work there are, of the kind ``unit`` ("round" or "rate"); made: so
    many of them are done. problem: why there is no end to come to, in words, or "".
    """

    def __init__(self, example: Example, rounds: int, rule: UpdateRule):
        self._example, self._rounds, self._rule = example, rounds, rule
        self._rates = [float(rate) for rate in RATES]
        start = example.network, example.inputs, example.targets
        self._work = SweepInStretches(*start, self._rates, rounds, rule)
        self._stretches = iter(self._work)
        self._kept = _Kept(len(RATES), rounds, example.targets.size)
        self.total, self.unit, self.made = self._work.total, self._work.unit, 0
        self.problem = ""

    @property
    def done(self) -> bool:
        return self.made == self.total

    def go_on(self, enough: Callable[[], bool]) -> None:
        """Train on, until ``enough()`` or the end; at least a stretch."""
        try:
            for stretch in self._stretches:
                self._kept.add(stretch)
                self.made += stretch.done
                if enough():
                    break
        except ValueError as problem:
            self.problem = str(problem)

    def __contains__(self, rate: float) -> bool:
        return rate in self._rates

    def run(self, rate: float) -> Run:
        """The Run of one of the rates, once all are done."""
        settings = Settings(rate, self._rounds, self._rule)
        return self._kept.run(self._rates.index(rate), self._example, settings, self._work.engine)

    @property
    def ends(self) -> tuple[list[float], list[float]]:
        """The rates, and the error that each ends at."""
        return self._rates, self._kept.values[:, -1, -1].tolist()


class _Kept:
    """Of trainings side by side, the rounds to keep and the largest rise of each error."""

    def __init__(self, rates, rounds, outputs):
        # Half way, too: from there to the end it is seen whether the error still falls.
        self.rounds = np.union1d(_thinned(rounds), [rounds // 2])
        self.half = int(np.searchsorted(self.rounds, rounds // 2))
        self.values = np.empty((rates, len(self.rounds), outputs + 1))
        self._last = np.full((rates, 0), 0.0)
        # Of each rate: the rise, its round, and the errors before and after it.
        self._rises = np.tile([-np.inf, 0, 0, 0], (rates, 1))

    def add(self, stretch):
        rates, first = stretch.rates, stretch.first
        last = first + stretch.values.shape[1]
        here = (first <= self.rounds) & (self.rounds < last)
        self.values[rates, here] = stretch.values[:, self.rounds[here] - first]
        errors = stretch.values[:, :, -1]
        if first:
            errors = np.hstack([self._last, errors])
        self._last = errors[:, -1:]
        self._note_rises(rates, errors, last - errors.shape[1])

    def _note_rises(self, rates, errors, first):
        if errors.shape[1] < 2:
            return
        rises = np.diff(errors)
        k = rises.argmax(axis=1)
        n = np.arange(len(errors))
        found = np.column_stack([rises[n, k], first + k + 1, errors[n, k], errors[n, k + 1]])
        before = self._rises[rates]
        self._rises[rates] = np.where(found[:, :1] > before[:, :1], found, before)

    def run(self, n, example, settings, engine):
        """The Run of the n-th rate."""
        *outputs, errors = self.values[n].T.tolist()
        names = example.names.outputs
        targets = dict(zip(names, example.targets.tolist(), strict=True))
        ends = {name: values[-1] for name, values in zip(names, outputs, strict=True)}
        has_flat_ends = example.network.activations[-1] == "logistic"
        stuck = [n for n in names if has_flat_ends and _saturated(ends[n], targets[n])]
        # The flat end that a target lies nearer to is the one behind it.
        past = {name: (ends[name] < 0.5) == (targets[name] < 0.5) for name in names}
        return Run(
            settings=settings,
            rounds=tuple(self.rounds.tolist()),
            errors=tuple(errors),
            outputs=dict(zip(names, map(tuple, outputs), strict=True)),
            targets=targets,
            overshot=tuple(n for n in stuck if past[n]),
            lost=tuple(n for n in stuck if not past[n]),
            still_falling=errors[-1] < 0.99 * errors[self.half],
            rose=_rise(self._rises[n].tolist(), errors[0]),
            engine=engine.name,
            engine_reason=engine.reason,
        )


def _rise(found, start):
    """The round in which the error rose most, and the errors before and after; or None."""
    rise, k, before, after = found
    # Less than the last digits of the starting error is the computer's rounding.
    return None if rise <= 1e-15 * start else (int(k), before, after)


def _thinned(rounds):
    """Rounds at even distances on a logarithmic axis, and every one that is spoken of."""
    even = np.geomspace(1, rounds, POINTS).round().astype(int)
    return np.union1d(even, landmarks(rounds))


def landmarks(rounds: int) -> list[int]:
    """The rounds that are put into words: 0, the powers of ten, and the last.

    >>> landmarks(1000)
    [0, 1, 10, 100, 1000]
    """
    return [0] + [10**n for n in range(6) if 10**n < rounds] + [rounds]


def _saturated(out, target):
    """Whether an output lies where the logistic curve is flat, compared with its target."""
    return out * (1 - out) < 0.01 * target * (1 - target)
