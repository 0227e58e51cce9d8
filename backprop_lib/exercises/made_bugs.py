"""Gradients with a bug in them, made on purpose: to see what a check of gradients finds."""

import numpy as np

from backprop_lib.core.example import BUILD_ONE, Example, real_example
from backprop_lib.core.validation import choice, instance
from backprop_lib.exercises.mistaken_round import mistaken_round
from backprop_lib.exercises.steps import Steps

BUGS = {
    "slope of the hidden neurons forgotten": Steps(
        slope=lambda layer, activation, net, out: np.ones_like(net)
    ).at([0]),
    "slopes of the hidden neurons exchanged": Steps(
        slope=lambda layer, activation, net, out: activation.slope(net, out)[::-1]
    ).at([0]),
}


def gradient_with_a_bug(example: Example, bug: str) -> np.ndarray:
    """Every derivative, in the order of parameter_names, from a backward pass with a bug.

    example: an Example. bug: one of BUGS; it is in the first hidden layer. Raises TypeError or
    ValueError for anything else.

    >>> from backprop_lib import example
    >>> gradient = gradient_with_a_bug(example, "slope of the hidden neurons forgotten")
    >>> print(f"{gradient[0]:.9f}")
    0.001817515
    """
    instance("example", example, Example, BUILD_ONE)
    round_ = mistaken_round(real_example(example), BUGS[choice("bug", bug, tuple(BUGS))])
    return np.array([float(round_[f"dE_d{name}"]) for name in example.network.parameter_names])
