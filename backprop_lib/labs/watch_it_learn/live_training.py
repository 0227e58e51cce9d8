"""A training that can be stopped at any round, changed, and gone back in.

``LiveTraining`` is one moment: a network, its data, and how it got here. ``advanced`` leads to a
later moment, ``edited`` to one with other numbers. A ``History`` remembers the moments that were,
so that each step can be undone. All are values: nothing is changed in place.

>>> from backprop_lib import example
>>> live = LiveTraining(example.network, [example.inputs], [example.targets])
>>> print(f"{live.error:.9f} {advanced(live, 1).error:.9f}")
0.298371109 0.291027774
>>> print(f"{edited(live, {'w5': 0.5}).error:.9f}")
0.306524333
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np

from backprop_lib.core.backward_pass import BackwardPass
from backprop_lib.core.data_table import DataTable
from backprop_lib.core.example import LEARNING_RATE_ADVICE, Example
from backprop_lib.core.forward_pass import ForwardPass, forward_pass
from backprop_lib.core.network import Network
from backprop_lib.core.numbers_as_text import digits_text
from backprop_lib.core.validation import (
    any_numbers,
    came,
    count,
    instance,
    positive_number,
    real_numbers,
)
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, backward_pass_under
from backprop_lib.training.engines import BUILD_A_NETWORK, BUILD_A_RULE, checked_examples
from backprop_lib.training.training import train

# On a logarithmic axis the eye sees no more points than these.
POINTS_PER_POWER_OF_TEN = 25
KEPT_DIGITS = 6  # of an error: as exact as a curve can show, and short to write down
MOST_MOMENTS = 200
# As many as a float counts one by one, and as an array holds: beyond, no round could be made.
MOST_ROUNDS = 2**53
MOST_SEED = 2**63 - 1
FROM_A_LAB = "Leave it as the lab wrote it."
A_TABLE = "rows of numbers, all of one length"


@dataclass(frozen=True, eq=False, repr=False)
class LiveTraining:
    """One moment of a training.

    inputs, targets: shape (rows, inputs) and (rows, outputs); a round is one update by the
    derivatives summed over all rows. rounds: updates made so far. seed: what the starting weights
    were drawn by, or None. start: the Network that it all began with; the present one if left out.
    curve: pairs of a round and the error in it, to six digits, rounds left out the more the later;
    two pairs with one round are the errors before and after an edit.

    Raises TypeError or ValueError for what does not fit together.
    """

    network: Network
    inputs: np.ndarray
    targets: np.ndarray
    learning_rate: float = 0.5
    rule: UpdateRule = TUTORIAL_RULE
    rounds: int = 0
    seed: int | None = None
    start: Network | None = None
    curve: tuple[tuple[int, float], ...] = ()

    def __post_init__(self):
        instance("network", self.network, Network, BUILD_A_NETWORK)
        real_numbers("network", *self.network.weights, *self.network.biases)
        for name in ("inputs", "targets"):
            real_numbers(name, any_numbers(name, getattr(self, name), A_TABLE))
        data = DataTable(self.inputs, self.targets)
        inputs, targets = checked_examples(self.network, data.inputs, data.targets)
        positive_number("learning_rate", self.learning_rate, LEARNING_RATE_ADVICE)
        instance("rule", self.rule, UpdateRule, BUILD_A_RULE)
        rounds = count("rounds", self.rounds, 0, MOST_ROUNDS)
        seed = None if self.seed is None else count("seed", self.seed, 0, MOST_SEED)
        start = _checked_start(self.start, self.network)
        known = {"inputs": inputs, "targets": targets, "rounds": rounds, "seed": seed}
        for name, value in (known | {"start": start}).items():
            object.__setattr__(self, name, value)
        curve = _checked_curve(self.curve, rounds) or ((rounds, _kept(self.error)),)
        object.__setattr__(self, "curve", curve)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Number of inputs, then of neurons in each layer."""
        return self.network.layer_sizes

    @property
    def data(self) -> DataTable:
        """The rows that it learns from, as a DataTable."""
        return DataTable(self.inputs, self.targets)

    @cached_property
    def forwards(self) -> tuple[ForwardPass, ...]:
        """A ForwardPass for each row."""
        pairs = zip(self.inputs, self.targets, strict=True)
        return tuple(forward_pass(self.network, *pair) for pair in pairs)

    @cached_property
    def backwards(self) -> tuple[BackwardPass, ...]:
        """A BackwardPass for each row, carried back through the weights that the rule wants."""
        return tuple(
            backward_pass_under(self.rule, forward, self.learning_rate) for forward in self.forwards
        )

    @cached_property
    def error(self) -> float:
        """E_total, summed over the rows."""
        return float(sum(forward.E_total for forward in self.forwards))

    def derivative(self, name: str) -> float:
        """The derivative of the error by a weight or bias, summed over the rows."""
        return float(sum(backward[f"dE_d{name}"] for backward in self.backwards))

    def example(self, row: int) -> Example:
        """One row as an Example."""
        return Example(self.network, self.inputs[row], self.targets[row], self.learning_rate)

    @property
    def edits(self) -> tuple[int, ...]:
        """The rounds in which something was edited."""
        rounds = [k for k, _ in self.curve]
        return tuple(k for k, following in pairwise(rounds) if k == following)

    def __eq__(self, other):
        if not isinstance(other, LiveTraining):
            return NotImplemented
        return self._plain() == other._plain()

    def __hash__(self):
        return hash((self.rounds, self.error))

    def _plain(self):
        networks = [
            # pyrefly: ignore[missing-attribute]
            [array.tolist() for array in (*network.weights, *network.biases)]
            for network in (self.network, self.start)
        ]
        plain = (self.learning_rate, self.rule, self.rounds, self.seed, self.curve)
        # pyrefly: ignore[missing-attribute]
        same = self.network.architecture, self.start.architecture
        return networks, same, self.inputs.tolist(), self.targets.tolist(), plain

    def __repr__(self):
        sizes = "-".join(map(str, self.layer_sizes))
        return f"LiveTraining of a {sizes} network, round {self.rounds}, error {self.error:.9f}"


def advanced(live: LiveTraining, rounds: int) -> LiveTraining:
    """The moment so many rounds later.

    Going on twice by 5 rounds comes to the same as once by 10, to the last digit.
    Raises ValueError for a learning rate so large that a weight becomes infinite.
    """
    training = _train(live, rounds)
    seen = live.rounds + np.arange(1, rounds + 1)
    shown = np.flatnonzero(_is_on_curve(seen))
    points = zip(seen[shown].tolist(), map(_kept, training.errors[shown + 1]), strict=True)
    return replace(
        live,
        network=training.network,
        rounds=live.rounds + rounds,
        curve=(*live.curve, *points),
    )


def edited(live: LiveTraining, values: Mapping[str, Any], row: int = 0) -> LiveTraining:
    """The same moment with some numbers changed.

    values: a dict from names to numbers: weights, biases, eta, and inputs and targets of the row.
    Raises TypeError or ValueError, in words, for what cannot be; then nothing has changed.
    """
    row = count("row", row, 0, len(live.inputs) - 1)
    example = live.example(row).replace(**values)
    inputs, targets = live.inputs.copy(), live.targets.copy()
    inputs[row], targets[row] = example.inputs, example.targets
    return _after_edit(
        live,
        network=example.network,
        inputs=inputs,
        targets=targets,
        learning_rate=example.learning_rate,
    )


def with_rule(live: LiveTraining, rule: UpdateRule) -> LiveTraining:
    """The same moment, to go on by another UpdateRule."""
    return _after_edit(live, rule=rule)


def restarted(live: LiveTraining) -> LiveTraining:
    """Round 0 again: the starting weights, with the present data, learning rate and rule."""
    # pyrefly: ignore[bad-argument-type]
    return replace(live, network=live.start, rounds=0, curve=())


def _train(live, rounds):
    # One row goes as one example, so that its digits are those of the worked example.
    one_row = len(live.inputs) == 1
    inputs, targets = (live.inputs[0], live.targets[0]) if one_row else (live.inputs, live.targets)
    return train(live.network, inputs, targets, live.learning_rate, rounds, live.rule)


def _after_edit(live, **changes):
    after = replace(live, **changes)
    curve = live.curve
    if live.edits and live.edits[-1] == live.rounds:
        curve = curve[:-1]  # of several edits in one round the last counts
    elif curve[-1][0] != live.rounds:
        curve = (*curve, (live.rounds, _kept(live.error)))
    return replace(after, curve=(*curve, (live.rounds, _kept(after.error))))


def _is_on_curve(rounds):
    """Whether each round is kept for the curve: fewer and fewer, even on a logarithmic axis."""
    place = POINTS_PER_POWER_OF_TEN * np.log10(np.maximum(np.stack([rounds, rounds - 1]), 0.5))
    # On some machines the logarithm of a power of ten lies just below a whole number.
    here, before = np.floor(place + 1e-9)
    return here != before


def _kept(error):
    return float(digits_text(error, KEPT_DIGITS))


def _checked_start(start, network):
    if start is None:
        return network
    instance("start", start, Network, BUILD_A_NETWORK)
    if start.architecture != network.architecture:
        raise ValueError(
            f"start: expected a {network!r}, got a {start!r}. It is the network that the present "
            "one grew from."
        )
    real_numbers("start", *start.weights, *start.biases)
    return start


def _checked_curve(curve, rounds):
    expected = "pairs of a round and an error, such as [[0, 0.298], [1, 0.291]]"
    if not isinstance(curve, list | tuple):
        raise TypeError(f"curve: expected {expected}, got {came(curve)}. {FROM_A_LAB}")
    for n, point in enumerate(curve):
        if not _is_a_point(point):
            raise TypeError(f"curve: expected {expected}, got {came(point)} at [{n}]. {FROM_A_LAB}")
    seen = [k for k, _ in curve]
    if seen != sorted(seen) or (seen and not 0 <= seen[0] <= seen[-1] <= rounds):
        raise ValueError(
            f"curve: expected rounds that go up, none below 0 and none after round {rounds}. "
            f"{FROM_A_LAB}"
        )
    if not all(math.isfinite(error) and error >= 0 for _, error in curve):
        raise ValueError(f"curve: expected finite errors that are not below zero. {FROM_A_LAB}")
    return tuple((int(k), float(error)) for k, error in curve)


def _is_a_point(point):
    if not (isinstance(point, list | tuple) and len(point) == 2):
        return False
    return all(
        isinstance(number, kind)
        and not isinstance(number, bool)
        and np.asarray(number).dtype.kind in "iuf"  # no more digits than an array can hold
        for number, kind in zip(point, (Integral, Real), strict=True)
    )


# What was ---------------------------------------------------------------------------------------


class Moment(NamedTuple):
    """A LiveTraining, and what led to it: "rounds", or an edit in words ("w5 = 0.5")."""

    live: LiveTraining
    by: str


ROUNDS = "rounds"


@dataclass(frozen=True, eq=False)
class History:
    """The moments so far, the present one last.

    Between two moments lie rounds, which can be gone through again, or one edit.

    >>> from backprop_lib import example
    >>> live = LiveTraining(example.network, [example.inputs], [example.targets])
    >>> history = History.of(live).then_rounds(10).then(edited(live, {"w5": 1}), "w5 = 1")
    >>> history.back().present.rounds, history.back().back().present.rounds
    (10, 9)
    """

    moments: tuple[Moment, ...]

    @classmethod
    def of(cls, live: LiveTraining) -> "History":
        """A history that begins here."""
        return cls((Moment(live, "start"),))

    @property
    def present(self) -> LiveTraining:
        """The LiveTraining of now."""
        return self.moments[-1].live

    @property
    def last(self) -> str:
        """What led to the present: "start", "rounds", or an edit in words."""
        return self.moments[-1].by

    def then_rounds(self, rounds: int) -> "History":
        """The history with so many rounds more."""
        return self.then(advanced(self.present, rounds), ROUNDS)

    def then(self, live: LiveTraining, by: str) -> "History":
        """The history with another moment; ``by`` says in words what was done."""
        return History(_thinned((*self.moments, Moment(live, by))))

    def back(self) -> "History":
        """One round back, or the last edit undone; at the start itself nothing happens."""
        *earlier, now = self.moments
        if not earlier:
            return self
        before = History(tuple(earlier))
        between = now.live.rounds - 1 - before.present.rounds
        return before.then_rounds(between) if now.by == ROUNDS and between > 0 else before


def _thinned(moments):
    """Of too many moments every second old one is left out; rounds can be gone through again."""
    if len(moments) <= MOST_MOMENTS:
        return moments
    kept = [
        moment
        for n, moment in enumerate(moments)
        if n > MOST_MOMENTS // 2 or n % 2 == 0 or moment.by != ROUNDS or moments[n + 1].by != ROUNDS
    ]
    return tuple(kept)
