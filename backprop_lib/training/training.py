"""Training: the same update, again and again.

``round k`` means after k updates; round 0 is before any. The tutorial's final error is off
by exactly this: it is the error of round 9,999, printed as that of round 10,000.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.example import LEARNING_RATE_ADVICE
from backprop_lib.core.forward_pass import ForwardPass, run_forward
from backprop_lib.core.network import Network
from backprop_lib.core.validation import count, frozen, positive_number
from backprop_lib.core.weight_update import (
    TUTORIAL_RULE,
    UpdateRule,
    backward_pass_under,
    updated_network,
)
from backprop_lib.training.engines import (
    check_finite,
    checked_examples,
    choose_engine,
    loop_arguments,
    with_parameters,
)


@dataclass(frozen=True, eq=False, repr=False)
class Training:
    """What a training went through.

    errors: E_total of round 0, 1, 2, ..., shape (rounds + 1,).
    outputs: shape (rounds + 1, outputs), or (rounds + 1, examples, outputs) for a list.
    networks: a dict from each round that was asked for to the Network of that round.
    network: the Network after the last round. inputs, targets: what it was trained on.
    engine: "generated", "compiled" or "numpy"; engine_reason: why that one.
    """

    errors: np.ndarray
    outputs: np.ndarray
    networks: dict[int, Network]
    network: Network
    inputs: np.ndarray
    targets: np.ndarray
    learning_rate: float
    rule: UpdateRule
    engine: str
    engine_reason: str

    @property
    def rounds(self) -> int:
        """How many updates were made."""
        return len(self.errors) - 1

    @cached_property
    def final(self) -> ForwardPass | tuple[ForwardPass, ...]:
        """The ForwardPass of the last round, or a tuple of one for each example."""
        forwards = tuple(_forward_passes(self.network, (self.inputs, self.targets)))
        return forwards if self.inputs.ndim == 2 else forwards[0]

    def __repr__(self):
        return (
            f"Training of {self.rounds} rounds ({self.engine}), "
            f"error {self.errors[0]:.9f} -> {self.errors[-1]:.10f}"
        )


def train(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    learning_rate: float,
    rounds: int,
    rule: UpdateRule = TUTORIAL_RULE,
    keep_weights_at: Iterable[int] = (),
    engine: str = "auto",
) -> Training:
    """Update a network ``rounds`` times, and keep the error and the outputs of every round.

    inputs, targets: of one example, or a list of inputs and a list of targets. On a list a round
    is still one update: E_total and its derivatives are summed over the examples, each found as
    the rule finds them for that example alone.
    rounds: a whole number, 0 or more. rule: an UpdateRule. keep_weights_at: rounds whose
    networks to keep, from 0 to ``rounds``. engine: see backprop_lib.training.engines.choose_engine.

    Returns a Training; the network that came in is as it was. Raises TypeError or ValueError
    for what does not fit, and for a learning rate so large that a weight becomes infinite.

    >>> from backprop_lib import example
    >>> training = train(example.network, example.inputs, example.targets, 0.5, rounds=10_000)
    >>> print(f"{training.errors[0]:.9f} {training.errors[1]:.9f} {training.errors[10_000]:.10f}")
    0.298371109 0.291027774 0.0000351019
    >>> print(training.rounds)
    10000
    """
    examples = checked_examples(network, inputs, targets)
    positive_number("learning_rate", learning_rate, LEARNING_RATE_ADVICE)
    rounds = count("rounds", rounds, least=0)
    keep = _kept_rounds(keep_weights_at, rounds)
    chosen = choose_engine(engine, network, examples, learning_rate, rule)
    _forward_passes(network, examples)  # says so if the numbers are too large to begin with
    run = _run_numpy if chosen.loop is None else _run_loop
    networks, history = run(chosen, network, examples, learning_rate, rounds, rule, keep)
    return Training(
        errors=frozen(history[:, -1]),
        outputs=frozen(history[:, :-1].reshape(rounds + 1, *examples[1].shape)),
        networks={k: networks[k] for k in keep},
        network=networks[rounds],
        inputs=examples[0],
        targets=examples[1],
        learning_rate=learning_rate,
        rule=rule,
        engine=chosen.name,
        engine_reason=chosen.reason,
    )


def _kept_rounds(keep_weights_at, rounds):
    if not np.iterable(keep_weights_at):
        raise TypeError(
            f"keep_weights_at: expected a list of rounds, got {keep_weights_at!r} "
            f"({type(keep_weights_at).__name__}). Put it in brackets: [{keep_weights_at!r}]."
        )
    keep = [count(f"keep_weights_at[{n}]", k, least=0) for n, k in enumerate(keep_weights_at)]
    if keep and max(keep) > rounds:
        raise ValueError(
            f"keep_weights_at: expected rounds from 0 to {rounds}, got {max(keep)}. "
            "Train for more rounds, or keep an earlier one."
        )
    return sorted(set(keep))


def _run_loop(engine, network, examples, learning_rate, rounds, rule, keep):
    """Networks of the rounds to keep and of the last, and a history with a row for each round."""
    parameters, data = loop_arguments(engine, network, examples)
    width = examples[1].size + 1
    size = width * (rounds + 1)
    if engine.name == "compiled":
        function, history = engine.loop.compiled, np.empty(size)
    else:
        function, history = engine.loop.function, [0.0] * size  # CPython is quickest with lists
    networks = {}
    # From one round to keep to the next; with round 0 to keep, the first stretch has no update.
    for start, stop in pairwise([0, *sorted({*keep, rounds})]):
        try:
            parameters = function(
                parameters, data, float(learning_rate), stop - start, history, start * width
            )
            E_total = history[(stop + 1) * width - 1]
        except OverflowError:  # where a float has no room, CPython says so, and numba infinity
            E_total = np.inf
        check_finite("learning_rate", learning_rate, [*parameters, E_total])
        networks[stop] = with_parameters(engine, network, parameters)
    return networks, np.asarray(history).reshape(rounds + 1, width)


def _run_numpy(engine, network, examples, learning_rate, rounds, rule, keep):
    """As _run_loop, from one forward and backward pass to the next."""
    networks, history, kept = {}, [], {*keep, rounds}
    for k in range(rounds + 1):
        try:
            forwards = _forward_passes(network, examples)
        except ValueError:  # at the start nothing was too large: the updates have made it so
            check_finite("learning_rate", learning_rate, np.inf)
        history.append(_outputs_and_error(forwards))
        if k in kept:
            networks[k] = network
        if k < rounds:
            network = _updated(network, forwards, learning_rate, rule)
    return networks, np.array(history)


def _forward_passes(network, examples):
    """One ForwardPass for each example."""
    pairs = zip(*map(np.atleast_2d, examples), strict=True)
    return [run_forward(network, inputs, targets) for inputs, targets in pairs]


def _outputs_and_error(forwards):
    outputs = np.concatenate([forward.outputs for forward in forwards])
    errors = np.concatenate([forward.errors for forward in forwards])
    return np.append(outputs, errors.sum())


def _updated(network, forwards, learning_rate, rule):
    """The network after one update by the derivatives summed over all examples."""
    backwards = [backward_pass_under(rule, forward, learning_rate) for forward in forwards]
    slopes = [
        (sum(layer.dE_dw for layer in layers), sum(layer.dE_db for layer in layers))
        for layers in zip(*(backward.layers for backward in backwards), strict=True)
    ]
    # pyrefly: ignore[bad-argument-type]
    return updated_network(network, slopes, learning_rate, rule)
