"""A sweep: the same training once for each of many learning rates, all from the same start."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.example import LEARNING_RATE_ADVICE
from backprop_lib.core.network import Network
from backprop_lib.core.validation import count, frozen, number_array, positive_number
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.core.whole_import import whole_import
from backprop_lib.training.engines import (
    check_finite,
    checked_examples,
    choose_engine,
    loop_arguments,
)
from backprop_lib.training.training import train

ROUNDS_AT_A_TIME = 100


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What many trainings came to.

    learning_rates: shape (rates,). errors: E_total after the last round, shape (rates,).
    outputs: after the last round, shape (rates, outputs), or (rates, examples, outputs).
    engine: "generated", "compiled" or "numpy"; engine_reason: why that one.
    """

    learning_rates: np.ndarray
    errors: np.ndarray
    outputs: np.ndarray
    rounds: int
    rule: UpdateRule
    engine: str
    engine_reason: str

    def __repr__(self):
        rates = f"{len(self.learning_rates)} learning rates"
        return f"Sweep of {rates}, {self.rounds} rounds each ({self.engine})"


@dataclass(frozen=True, eq=False, repr=False)
class Stretch:
    """A piece of the work of a sweep: what some of its trainings went through in some rounds.

    rates: which of the learning rates. first: the first of the rounds. values: the outputs and
    then E_total, shape (rates, rounds, outputs + 1). done: so many of the sweep's units.
    """

    rates: slice
    first: int
    values: np.ndarray
    done: int


def sweep(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    learning_rates: Sequence[float],
    rounds: int,
    rule: UpdateRule = TUTORIAL_RULE,
    progress: bool = True,
    engine: str = "auto",
) -> Sweep:
    """Train a network ``rounds`` times with each learning rate, and keep where each one ends.

    Takes what train takes, with a list of learning_rates in place of one. progress: whether to
    show a progress bar. Returns a Sweep: to the last bit what as many trainings would come to. It
    can be interrupted at any time: then there is no Sweep, the bar is closed, and everything else
    is as it was.

    >>> from backprop_lib import example
    >>> start = (example.network, example.inputs, example.targets)
    >>> ends = sweep(*start, learning_rates=[0.01, 0.5, 10], rounds=10_000, progress=False)
    >>> print(", ".join(f"{error:.2e}" for error in ends.errors))
    8.38e-03, 3.51e-05, 2.99e-12
    """
    work = SweepInStretches(network, inputs, targets, learning_rates, rounds, rule, engine)
    ends = np.empty((len(work.rates), work.examples[1].size + 1))
    with _bar(work.total, work.unit, progress) as bar:
        for stretch in work:
            ends[stretch.rates] = stretch.values[:, -1]
            bar.update(stretch.done)
    return Sweep(
        learning_rates=work.rates,
        errors=frozen(ends[:, -1]),
        outputs=frozen(ends[:, :-1].reshape(len(work.rates), *work.examples[1].shape)),
        rounds=work.rounds,
        rule=rule,
        engine=work.engine.name,
        engine_reason=work.engine.reason,
    )


class SweepInStretches:
    """The work of a sweep, to be done a Stretch at a time, with other things between.

    Takes what sweep takes. total: so many units there are to do, of the kind ``unit``: "round"
    where all rates are trained side by side, "rate" where it is one after the other.

    >>> from backprop_lib import example
    >>> start = (example.network, example.inputs, example.targets)
    >>> work = SweepInStretches(*start, learning_rates=[0.1, 0.5], rounds=250, engine="generated")
    >>> [(stretch.first, stretch.values.shape) for stretch in work]
    [(0, (2, 101, 3)), (101, (2, 100, 3)), (201, (2, 50, 3))]
    """

    def __init__(
        self,
        network: Network,
        inputs: ArrayLike,
        targets: ArrayLike,
        learning_rates: Sequence[float],
        rounds: int,
        rule: UpdateRule = TUTORIAL_RULE,
        engine: str = "auto",
    ):
        self.network, self.rule = network, rule
        self.examples = checked_examples(network, inputs, targets)
        self.rates = number_array("learning_rates", learning_rates, 1, "a list of learning rates")
        for n, rate in enumerate(self.rates.tolist()):
            positive_number(f"learning_rates[{n}]", rate, LEARNING_RATE_ADVICE)
        self.rounds = count("rounds", rounds, least=0)
        self.engine = choose_engine(engine, network, self.examples, self.rates, rule)
        # Says what it cannot start from.
        train(network, *self.examples, self.rates[0], 0, engine="numpy")
        by_rounds = self.engine.name == "generated"
        self.unit = "round" if by_rounds else "rate"
        self.total = self.rounds if by_rounds else len(self.rates)

    def __iter__(self) -> Iterator[Stretch]:
        if self.engine.name == "generated":
            return self._side_by_side()
        return self._one_by_one()

    def _side_by_side(self):
        """The generated loop with vectors that hold a number for each rate."""
        rates = self.rates
        parameters, data = loop_arguments(self.engine, self.network, self.examples)
        parameters = [np.full(len(rates), value) for value in parameters]
        width = self.examples[1].size + 1
        history = [None] * (width * (min(self.rounds, ROUNDS_AT_A_TIME) + 1))
        for start in range(0, max(self.rounds, 1), ROUNDS_AT_A_TIME):
            stretch = min(ROUNDS_AT_A_TIME, self.rounds - start)
            # What overflows is found by _check_each.
            with np.errstate(over="ignore", invalid="ignore"):
                # pyrefly: ignore[missing-attribute]
                parameters = self.engine.loop.vectorised(
                    parameters, data, rates, stretch, history, 0
                )
            values = np.array(history[: (stretch + 1) * width]).T.reshape(len(rates), -1, width)
            if start + stretch == self.rounds:
                _check_each(rates, np.hstack([values[:, -1], np.array(parameters).T]))
            # The first round of a later stretch is the last of the one before.
            again = 1 if start else 0
            yield Stretch(slice(len(rates)), start + again, values[:, again:], stretch)

    def _one_by_one(self):
        """One training after the other."""
        for n, rate in enumerate(self.rates.tolist()):
            try:
                training = train(
                    self.network,
                    *self.examples,
                    rate,
                    self.rounds,
                    self.rule,
                    engine=self.engine.name,
                )
            except ValueError as problem:
                raise ValueError(
                    str(problem).replace("learning_rate:", f"learning_rates[{n}]:")
                ) from None
            values = np.column_stack(
                [training.outputs.reshape(self.rounds + 1, -1), training.errors]
            )
            yield Stretch(slice(n, n + 1), 0, values[None], 1)


def _check_each(rates, trained):
    for n, (rate, parameters) in enumerate(zip(rates.tolist(), trained, strict=True)):
        check_finite(f"learning_rates[{n}]", rate, parameters)


def _bar(total, unit, shown):
    """A progress bar: a widget in a notebook, a line of text on stderr elsewhere."""
    with whole_import():
        from tqdm.auto import tqdm

    class Bar(tqdm):
        monitor_interval = 0  # no watching thread: where Python runs in a browser there is none

    return Bar(total=total, unit=unit, disable=not shown)
