"""The error over two weights, all others held still, and the heights at which lines are drawn.

>>> import numpy as np
>>> from backprop_lib import example
>>> print(heights_over(example, ("w5", "w7"), np.array([0.4]), np.array([0.5])).round(6))
[[0.298371]]
"""

import math
from collections.abc import Sequence

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.pictures.error_against_weight import errors_at
from backprop_lib.pictures.line_plot import even_ticks


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
