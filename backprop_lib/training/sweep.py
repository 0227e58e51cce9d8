"""A sweep: the same training once for each of many learning rates, all from the same start."""

from collections.abc import Sequence
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
    show a progress bar. Returns a Sweep. It can be interrupted at any time: then there is no
    Sweep, the bar is closed, and everything else is as it was.

    >>> from backprop_lib import example
    >>> start = (example.network, example.inputs, example.targets)
    >>> ends = sweep(*start, learning_rates=[0.01, 0.5, 10], rounds=10_000, progress=False)
    >>> print(", ".join(f"{error:.2e}" for error in ends.errors))
    8.38e-03, 3.51e-05, 2.99e-12
    """
    examples = checked_examples(network, inputs, targets)
    rates = number_array("learning_rates", learning_rates, 1, "a list of learning rates")
    for n, rate in enumerate(rates.tolist()):
        positive_number(f"learning_rates[{n}]", rate, LEARNING_RATE_ADVICE)
    rounds = count("rounds", rounds, least=0)
    chosen = choose_engine(engine, network, examples, rates, rule)
    train(network, *examples, rates[0], 0, rule, engine="numpy")  # says what it cannot start from
    run = {"generated": _all_at_once, "compiled": _one_by_one, "numpy": _by_numpy}[chosen.name]
    ends = run(chosen, network, examples, rates, rounds, rule, progress)
    return Sweep(
        learning_rates=rates,
        errors=frozen(ends[:, -1]),
        outputs=frozen(ends[:, :-1].reshape(len(rates), *examples[1].shape)),
        rounds=rounds,
        rule=rule,
        engine=chosen.name,
        engine_reason=chosen.reason,
    )


def _all_at_once(engine, network, examples, rates, rounds, rule, progress):
    """The generated loop with vectors that hold a number for each rate."""
    parameters, data = loop_arguments(engine, network, examples)
    parameters = [np.full(len(rates), value) for value in parameters]
    width = examples[1].size + 1
    history = [None] * (width * (min(rounds, ROUNDS_AT_A_TIME) + 1))
    # What overflows is found by _check_each; an exp that does gives the right 0 all the same.
    with _bar(rounds, "round", progress) as bar, np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, max(rounds, 1), ROUNDS_AT_A_TIME):
            stretch = min(ROUNDS_AT_A_TIME, rounds - start)
            parameters = engine.loop.vectorised(parameters, data, rates, stretch, history, 0)
            bar.update(stretch)
    ends = np.array(history[stretch * width : (stretch + 1) * width]).T
    _check_each(rates, np.hstack([ends, np.array(parameters).T]))
    return ends


def _one_by_one(engine, network, examples, rates, rounds, rule, progress):
    """The compiled loop, rate after rate."""
    parameters, data = loop_arguments(engine, network, examples)
    width = examples[1].size + 1
    history = np.zeros(width * (rounds + 1))
    ends, trained = [], []
    with _bar(len(rates), "rate", progress) as bar:
        for rate in rates.tolist():
            trained.append(engine.loop.compiled(parameters, data, rate, rounds, history, 0))
            ends.append(history[-width:].copy())
            bar.update()
    _check_each(rates, np.hstack([ends, trained]))
    return np.array(ends)


def _by_numpy(engine, network, examples, rates, rounds, rule, progress):
    """One training after the other."""
    ends = []
    with _bar(len(rates), "rate", progress) as bar:
        for rate in rates:
            # pyrefly: ignore[bad-keyword-argument]
            training = train(network, *examples, rate, rounds, rule, engine="numpy")
            ends.append(np.append(training.outputs[-1], training.errors[-1]))
            bar.update()
    return np.array(ends)


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
