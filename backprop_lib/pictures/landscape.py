"""The error as a landscape over two weights, with the path that gradient descent takes down it.

All other weights stay as they are. Where E_total is the same, a line goes, as on a map of hills.

>>> from backprop_lib import example
>>> print(error_landscape(example, "w5", "w7", rounds=1))
E_total over w5 and w7, with the path of 1 round at a learning rate of 0.5.
Round 0: w5 = 0.40, w7 = 0.50, E_total = 0.298371
Round 1: w5 = 0.36, w7 = 0.51, E_total = 0.294731
Lines at E_total = 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6
"""

import numpy as np

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.validation import count, instance
from backprop_lib.pictures.heights import heights_over, levels_of, told_rounds
from backprop_lib.pictures.line_plot import STYLES, even_ticks, linear_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.static_plot import INK, draw_curve, empty_plot, finished, mark, note
from backprop_lib.training.descent import descent

ALONG = 31  # places along each side of the map
BEYOND = 3.0  # how far the map reaches beyond the path
HEIGHT = 420
MOST_ROUNDS = 10_000


def error_landscape(example: Example, across: str, upwards: str, rounds: int = 100) -> Picture:
    """Draw E_total over two weights, and the path of so many rounds in which only these two learn.

    example: where the path begins; its eta is the learning rate. across, upwards: two weights or
    biases, such as "w5" and "w7". rounds: from 1 to 10,000. Raises TypeError or ValueError for
    anything else.
    """
    instance("example", example, Example, BUILD_ONE)
    rounds = count("rounds", rounds, least=1, most=MOST_ROUNDS)
    if across == upwards:
        raise ValueError(f"upwards: expected another weight than {across!r}, got the same one.")
    names = (across, upwards)
    path = descent(example, names, rounds)
    x, y = (
        np.linspace(values.min() - BEYOND, values.max() + BEYOND, ALONG) for values in path[:, :2].T
    )
    heights = heights_over(example, names, x, y)
    axes = empty_plot(
        *(
            linear_axis(name, side[0], side[-1], even_ticks(side[0], side[-1]))
            for name, side in zip(names, (x, y), strict=True)
        ),
        height=HEIGHT,
    )
    levels = levels_of(heights)
    lines = axes.contour(x, y, heights, levels, colors=INK, linewidths=1, linestyles="solid")
    for level, pieces in zip(levels[1::2], lines.allsegs[1::2], strict=False):
        if pieces:
            longest = np.asarray(max(pieces, key=len))
            note(axes, tuple(longest[len(longest) // 2]), f"{level:g}", (0, 0), "center")
    draw_curve(axes, path[:, 0], path[:, 1], STYLES[0])
    mark(axes, tuple(path[0, :2]), "round 0", (12, 12))
    mark(axes, tuple(path[-1, :2]), f"round {rounds:,}", (0, 18), "center")
    many = "1 round" if rounds == 1 else f"{rounds:,} rounds"
    label = (
        f"E_total over {across} and {upwards}, with the path of {many} at a learning rate of "
        f"{example.eta:g}."
    )
    facts = [
        f"Round {k:,}: {across} = {path[k, 0]:.2f}, {upwards} = {path[k, 1]:.2f}, "
        f"E_total = {path[k, 2]:.6f}"
        for k in told_rounds(rounds)
    ]
    facts.append("Lines at E_total = " + ", ".join(f"{level:g}" for level in levels))
    return finished(axes, label, facts)
