"""The error as a function of one weight or a few, all others held still; for one, its tangent.

    E(v) = sum over the rows of E_total with the weight at v
    tangent: E(w) + dE/dw * (v - w), with the derivative that backpropagation found

>>> from backprop_lib import example
>>> network = example.network
>>> data = ([example.inputs], [example.targets])
>>> print(errors_against_weight(network, *data, "w5", [0.4, 0.5]).round(9))
[0.29837111 0.30652433]
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.errors import error_after
from backprop_lib.core.network import Network
from backprop_lib.core.validation import number_array
from backprop_lib.pictures.line_plot import Curve, Mark, line_plot, linear_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.training.descent import position_of
from backprop_lib.training.engines import checked_examples

POINTS = 61
REACH = 4.0


def errors_against_weight(
    network: Network, inputs: ArrayLike, targets: ArrayLike, name: str, values: ArrayLike
) -> np.ndarray:
    """The error with the weight (or bias) of this name at each of the values, shape (values,).

    inputs, targets: shape (rows, inputs) and (rows, outputs). Raises TypeError or ValueError for a
    name that is neither a weight nor a bias, and for data that do not fit the network.
    """
    values = number_array("values", values, 1, "a list of numbers for the weight")
    return errors_at(network, inputs, targets, (name,), values[:, np.newaxis])


def errors_at(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    names: Sequence[str],
    places: np.ndarray,
) -> np.ndarray:
    """The error with the weights (or biases) of these names at each of the places.

    inputs, targets: shape (rows, inputs) and (rows, outputs). places: shape (places, names).
    Returns shape (places,). Raises what errors_against_weight raises.
    """
    outs, targets = checked_examples(network, inputs, targets)
    moves = [(position_of(network, name), at) for name, at in zip(names, places.T, strict=True)]
    with np.errstate(over="ignore", invalid="ignore"):
        for layer, arrays in enumerate(zip(network.weights, network.biases, strict=True)):
            moved = [each for each in moves if each[0].index[0] == layer]
            weights, biases = _at_each_place(*arrays, moved) if moved else arrays
            nets = outs @ np.swapaxes(weights, -1, -2) + biases[..., np.newaxis, :]
            outs = ACTIVATIONS[network.activations[layer]].function(nets)
        error = error_after(network.error, network.activations[-1])
        return error.errors(targets, outs, nets).sum(axis=(-1, -2))


def _at_each_place(weights, biases, moved):
    """The arrays of one layer once for each place. moved: pairs of a position and its values."""
    many = len(moved[0][1])
    arrays = {
        "weights": np.repeat(weights[np.newaxis], many, axis=0),
        "biases": np.repeat(biases[np.newaxis], many, axis=0),
    }
    for position, values in moved:
        arrays[position.array][(slice(None), *position.index[1:])] = (
            values if position.index[1:] else values[:, np.newaxis]
        )
    return arrays["weights"], arrays["biases"]


def weight_picture(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    name: str,
    value: float,
    slope: float,
    size: str = "normal",
) -> Picture:
    """The error against one weight as a Picture, with the tangent at its present value.

    slope: the derivative that backpropagation found. size: as for line_plot.
    """
    low, high = _range(value)
    at = np.linspace(low, high, POINTS)
    errors = errors_against_weight(network, inputs, targets, name, [*at, value])
    *errors, error = errors.tolist()
    axis = _error_axis([*errors, error])
    ends = _tangent_ends(value, error, slope, (low, high), (axis.low, axis.high))
    return line_plot(
        f"The error, if only {name} moved",
        linear_axis(name, low, high, _ticks(low, high)),
        axis,
        [
            Curve("error", at.tolist(), errors),
            Curve("tangent", [x for x, _ in ends], [y for _, y in ends]),
        ],
        marks=[Mark("now", value, error)],
        label=(
            f"Error against {name}: at {value:.6g} the error is {error:.9f} "
            f"and its slope {slope:+.9f}."
        ),
        facts=[
            f"{name} = {x:.6g}: error {e:.9f}"
            for x, e in list(zip(at.tolist(), errors, strict=True))[:: POINTS // 6]
        ],
        size=size,
    )


def _range(value):
    """Where the curve begins and ends: whole numbers that keep still while the weight moves."""
    middle = round(value / REACH) * REACH
    return middle - 2 * REACH, middle + 2 * REACH


def _ticks(low, high):
    return [low + k * (high - low) / 4 for k in range(5)]


def _error_axis(errors):
    """From 0 to a round number above all errors."""
    most = max(*errors, 1e-12)
    power = 10.0 ** np.floor(np.log10(most))
    top = next(power * step for step in (1, 2, 5, 10) if power * step >= most * (1 - 1e-12))
    return linear_axis("error", 0, top, [0, top / 2, top])


def _tangent_ends(value, error, slope, across, upwards):
    """The two ends of the tangent on the paper: at its edges, wherever it meets them first."""
    ends = []
    for x in across:
        y = error + slope * (x - value)
        if not upwards[0] <= y <= upwards[1]:
            y = min(max(y, upwards[0]), upwards[1])
            x = value + (y - error) / slope
        ends.append((x, y))
    return ends
