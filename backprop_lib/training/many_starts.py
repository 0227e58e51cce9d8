"""The same training from many starts, all side by side: which of them find a way, and which not.

>>> from backprop_lib.core.logic_tables import xor
>>> every_bias = UpdateRule(biases="one per neuron")
>>> task = (xor.inputs, xor.targets, 2.0, 300)
>>> errors = errors_by_seed((2, 2, 1), *task, seeds=[3, 11], rule=every_bias)
>>> print(", ".join(f"{error:.4f}" for error in errors))
0.0124, 0.2616
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.example import LEARNING_RATE_ADVICE
from backprop_lib.core.starting_weights import random_network
from backprop_lib.core.validation import count, frozen, positive_number
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.training.engines import (
    check_finite,
    checked_examples,
    choose_engine,
    loop_arguments,
)

AT_A_TIME = 100  # rounds; the history of all starts is kept for so many


def errors_by_seed(
    layer_sizes: Sequence[int],
    inputs: ArrayLike,
    targets: ArrayLike,
    learning_rate: float,
    rounds: int,
    seeds: Iterable[int],
    rule: UpdateRule = TUTORIAL_RULE,
) -> np.ndarray:
    """E_total after the last round, from each start that random_network draws, shape (seeds,).

    layer_sizes, seeds: as random_network takes them; the rest as train does. The generated loop
    runs once, with vectors that hold a number for each start. Raises what the two raise.
    """
    networks = [random_network(layer_sizes, seed) for seed in seeds]
    if not networks:
        raise ValueError("seeds: expected at least one seed, got none. Try range(100).")
    examples = checked_examples(networks[0], inputs, targets)
    positive_number("learning_rate", learning_rate, LEARNING_RATE_ADVICE)
    rounds = count("rounds", rounds, least=0)
    engine = choose_engine("generated", networks[0], examples, learning_rate, rule)
    return frozen(_ends(engine, networks, examples, float(learning_rate), rounds))


def _ends(engine, networks, examples, learning_rate, rounds):
    """The error of each network after so many rounds of the generated loop with vectors."""
    arguments = [loop_arguments(engine, network, examples) for network in networks]
    parameters, data = list(np.transpose([given for given, _ in arguments])), arguments[0][1]
    rates = np.full(len(networks), learning_rate)
    width = examples[1].size + 1
    history = [None] * (width * (min(rounds, AT_A_TIME) + 1))
    with np.errstate(over="ignore", invalid="ignore"):  # check_finite finds what overflows
        for start in range(0, max(rounds, 1), AT_A_TIME):
            stretch = min(AT_A_TIME, rounds - start)
            parameters = engine.loop.vectorised(parameters, data, rates, stretch, history, 0)
    check_finite("learning_rate", learning_rate, parameters)
    return history[width * (stretch + 1) - 1]
