"""Of the points of a curve, those that can be seen.

A point that lies on the line between two others, as near as a screen can show, is left out: the
picture looks the same, is drawn in less time, and fewer bytes go to the page when it moves.

>>> visible([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.2, 0.0])
[0, 2, 3]
"""

import math
from collections.abc import Sequence
from itertools import pairwise

# In units of a viewBox; places are written to a tenth.
TOLERANCE = 0.25


def visible(x: Sequence[float], y: Sequence[float]) -> list[int]:
    """Which points to draw a line through, so that it passes all others at about TOLERANCE or
    less. Where x goes back or stays, all of them.
    """
    if any(b <= a for a, b in pairwise(x)):
        return list(range(len(x)))
    chosen = [0] if len(x) else []
    while chosen and chosen[-1] < len(x) - 1:
        chosen.append(_farthest(x, y, chosen[-1]))
    return chosen


def _farthest(x, y, start):
    """The last point to which a straight line from the start passes all between."""
    x0, y0 = x[start], y[start]
    low, high, farthest = -float("inf"), float("inf"), start + 1
    for n in range(start + 1, len(x)):
        right = x[n] - x0
        slope = (y[n] - y0) / right
        if low <= slope <= high:
            farthest = n
        # Above or below a steep line is not as far as it is from the line.
        room = TOLERANCE * math.hypot(1, slope) / right
        low, high = max(low, slope - room), min(high, slope + room)
        if low > high:
            break
    return farthest
