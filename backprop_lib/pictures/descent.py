"""The error over two weights, all others held still, and the path that gradient descent takes.

    w_new = w - learning_rate * dE/dw        for the two weights, round by round

The forward and the backward pass are those of batch_passes, with a batch of one example.

>>> from backprop_lib import example
>>> print(descent(example, ("w5", "w7"), rounds=1).round(6))
[[0.4      0.5      0.298371]
 [0.358916 0.511301 0.294731]]
"""

import math
from collections.abc import Sequence

import numpy as np

from backprop_lib.core.backward_pass import stepped
from backprop_lib.core.example import Example
from backprop_lib.pictures.error_against_weight import errors_at, position_of
from backprop_lib.pictures.line_plot import even_ticks
from backprop_lib.training.batch_passes import backward_arrays, forward_arrays, functions
from backprop_lib.training.engines import check_finite


def descent(example: Example, names: tuple[str, str], rounds: int) -> np.ndarray:
    """Gradient descent in two weights alone: their values and E_total, shape (rounds + 1, 3).

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
    path = np.empty((rounds + 1, 3))
    for k in range(rounds + 1):
        for place, value in zip(places, values, strict=True):
            arrays[place.array][place.index[0]][place.index[1:]] = value
        with np.errstate(over="ignore", invalid="ignore"):
            nets, outs = forward_arrays(arrays["weights"], arrays["biases"], use, inputs)
            error = use.error(targets, outs[-1], nets[-1]).sum()
            slopes = backward_arrays(arrays["weights"], use, nets, outs, targets)
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


def heights_over(
    example: Example, names: Sequence[str], x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """E_total with the two weights at each pair of values, shape (len(y), len(x))."""
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = errors_at(example.network, [example.inputs], [example.targets], names, places)
    return found.reshape(len(y), len(x))


def levels_of(heights: np.ndarray) -> list[float]:
    """Heights evenly apart, half as far as the ticks of an axis: five to a dozen.

    None where all is flat, or too high for a number.
    """
    low, high = float(heights.min()), float(heights.max())
    if not np.isfinite([low, high]).all() or high - low <= 1e-9 * abs(high):
        return []
    ticks = even_ticks(low, high)
    step = ticks[1] - ticks[0]
    start = ticks[0] - step / 2
    digits = 9 - math.floor(math.log10(step))
    levels = [round(start + n * step / 2, digits) for n in range(2 * len(ticks) + 2)]
    return [level for level in levels if low < level < high]


def told_rounds(rounds: int) -> list[int]:
    """The rounds of which the words tell: the first, powers of ten, and the last.

    >>> told_rounds(200)
    [0, 1, 10, 100, 200]
    """
    return sorted({0, 1, *(10**k for k in range(5) if 10**k < rounds), rounds})
