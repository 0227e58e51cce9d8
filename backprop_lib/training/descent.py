"""Gradient descent in a few weights alone, while all others are held still.

    w_new = w - learning_rate * dE/dw        for these weights, round by round

The forward and the backward pass are those of batch_passes, with a batch of one example.

>>> from backprop_lib import example
>>> print(descent(example, ("w5", "w7"), rounds=1).round(6))
[[0.4      0.5      0.298371]
 [0.358916 0.511301 0.294731]]
"""

from collections.abc import Sequence

import numpy as np

from backprop_lib.core.backward_pass import stepped
from backprop_lib.core.example import Example
from backprop_lib.core.names import Position
from backprop_lib.core.network import Network
from backprop_lib.training.batch_passes import backward_arrays, forward_arrays, functions
from backprop_lib.training.engines import check_finite


def descent(example: Example, names: Sequence[str], rounds: int) -> np.ndarray:
    """The values of these weights and E_total, round by round, shape (rounds + 1, names + 1).

    Raises ValueError for what is neither weight nor bias, and for a learning rate so large that
    the numbers do not stay finite.
    """
    use, network = functions(example.network), example.network
    inputs, targets = example.inputs[np.newaxis], example.targets[np.newaxis]
    arrays = {"weights": list(network.weights), "biases": list(network.biases)}
    places = [position_of(network, name) for name in names]
    for place in places:  # only what moves is copied
        layer = place.index[0]
        arrays[place.array][layer] = arrays[place.array][layer].copy()
    values = np.array([example[name] for name in names], dtype=float)
    path = np.empty((rounds + 1, len(names) + 1))
    for k in range(rounds + 1):
        for place, value in zip(places, values, strict=True):
            arrays[place.array][place.index[0]][place.index[1:]] = value
        with np.errstate(over="ignore", invalid="ignore"):
            nets, outs = forward_arrays(arrays["weights"], arrays["biases"], use, inputs)
            error = use.error(targets, outs[-1], nets[-1]).sum()
            slopes = backward_arrays(arrays["weights"], use, nets, outs, targets, "mean")
        path[k] = *values, error
        check_finite("learning_rate", example.learning_rate, path[k])
        if k < rounds:
            values = stepped(values, example.learning_rate, _slopes_at(places, slopes))
    return path


def _slopes_at(places, slopes):
    """dE/dw of each place; that of a bias which a layer shares is a sum."""
    return np.array(
        [slopes[place.index[0]][place.array == "biases"][place.index[1:]].sum() for place in places]
    )


def position_of(network: Network, name: str) -> Position:
    """Where the weight or bias of this name stands. Raises ValueError if it is neither."""
    position = network.names.find(name)
    if not isinstance(position, Position) or position.array not in ("weights", "biases"):
        raise ValueError(
            f"name: expected a weight or a bias, such as 'w5' or 'b1', got {name!r}. "
            "Only these are moved by training."
        )
    return position
