"""What a network with two inputs answers everywhere on the plane of its inputs.

Hatched is where out_o1 is above 0.5: there the network says 1 rather than 0. A thick line goes
along 0.5, a thin one along 0.9 and a dotted one along 0.1. The rows of the data stand as shapes
with their targets written in: squares for 1, circles for 0.

>>> from backprop_lib.core.logic_tables import xor
>>> from backprop_lib.core.starting_weights import random_network
>>> picture = decision_regions(random_network((2, 2, 1), seed=0), xor.inputs, xor.targets)
>>> print(picture.text.splitlines()[-1])
i1 = 1, i2 = 1: target 0, out_o1 = 0.638 says 1, wrong
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.logistic import logistic
from backprop_lib.core.network import BUILD_A_NETWORK, Network
from backprop_lib.core.validation import choice, instance, real_numbers
from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import placed, point
from backprop_lib.pictures.line_plot import HEIGHT, TYPE, WIDTH, plot_picture
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.svg import text, text_width
from backprop_lib.training.engines import checked_examples

CELLS = 32
# With more rows than this, shapes are smaller, so that fewer of them cover each other.
FEW_ROWS = 12
# How far the picture reaches beyond the data, as a part of the data's own width.
BEYOND = 0.25
# A line along each of these outputs: its net, its width and its dashes. Dashes begin anew in each
# cell, so that only dots look even.
LINES = {0.9: (np.log(9), 1.5, ""), 0.5: (0.0, 3.5, ""), 0.1: (-np.log(9), 1.5, "2 4")}
LEGEND_LINES = {f"out_o1 {out}": (width, dashes) for out, (_, width, dashes) in LINES.items()}
# From the plane to the words of the legend.
LEGEND = 12 + 37
# A piece of a line, from one place to another.
Piece = tuple[tuple[float, float], tuple[float, float]]
DRAWN = 'fill="none" stroke-linecap="butt"'


def decision_regions(
    network: Network, inputs: ArrayLike, targets: ArrayLike, size: str = "normal"
) -> Picture:
    """Draw the regions of a network with two inputs, by its first output.

    network: a Network whose outputs are logistic. inputs, targets: shape
    (rows, 2) and (rows, outputs). size: "normal", or "projector" for large type. Returns a
    Picture. Raises TypeError or ValueError for
    what is no network, another number of inputs, other outputs, and complex numbers.
    """
    choice("size", size, theme.SIZES)
    check_outputs(network)
    if network.layer_sizes[0] != 2:
        raise ValueError(
            f"network: expected one with two inputs, got {network.layer_sizes[0]}. "
            "A plane has two directions."
        )
    inputs, targets = checked_examples(network, np.atleast_2d(inputs), np.atleast_2d(targets))
    real_numbers("network", *network.weights, *network.biases)
    real_numbers("inputs", inputs)
    real_numbers("targets", targets)
    paper = Paper(inputs, size)
    return answers_picture(network, inputs, inputs, targets, paper, "Decision regions")


def answers_picture(
    network: Network,
    points: np.ndarray,
    inputs: np.ndarray,
    targets: np.ndarray,
    paper: "Paper",
    name: str,
) -> Picture:
    """The regions of a network on a paper, and the rows of the data as points on it.

    points: where the rows lie on the plane, which are the inputs of the network. inputs: what a
    row is called by, in words. name: of the picture.
    """
    across, upwards = paper.grid()
    nets = first_output_nets(network, np.stack(np.meshgrid(across, upwards), axis=-1))
    answers = logistic(first_output_nets(network, points)).tolist()
    rows = list(zip(points.tolist(), targets[:, 0].tolist(), answers, strict=True))
    parts = [
        paper.frame(),
        f'<path d="{paper.path(hatching(nets))}" stroke="{theme.POSITIVE}" stroke-width="1.2" '
        f"{DRAWN}/>",
        *(paper.line(contour(nets - net), width, dashes) for net, width, dashes in LINES.values()),
        *(paper.point(at, target) for at, target, _ in rows),
        paper.words(),
    ]
    right = sum(says(out) == says(target) for _, target, out in rows)
    label = f"{name}: {right} of {len(rows)} rows on the right side of 0.5."
    facts = [
        _row_in_words(row, target, out, at if points is not inputs else None, paper.names)
        for row, (at, target, out) in zip(inputs.tolist(), rows, strict=True)
    ]
    return plot_picture(parts, label, facts, paper.size)


def first_output_nets(network: Network, points: np.ndarray) -> np.ndarray:
    """net_o1 at each point of the inputs; points: shape (..., inputs)."""
    outs = points
    for weights, biases, name in zip(
        network.weights, network.biases, network.activations, strict=True
    ):
        nets = outs @ weights.T + biases
        outs = ACTIVATIONS[name].function(nets)
    return nets[..., 0]


def check_outputs(network: Network) -> None:
    """Raise an error for what is no Network with logistic outputs."""
    instance("network", network, Network, BUILD_A_NETWORK)
    last = network.activations[-1]
    if last != "logistic":
        raise ValueError(
            f"network: expected logistic outputs, whose 0.5 parts the plane, got {last!r}. "
            "Make the last activation 'logistic'; hidden layers may have any."
        )


def says(out: float) -> int:
    """What an output or a target counts as: 1 above one half, else 0."""
    return 1 if out > 0.5 else 0


def _row_in_words(row, target, out, at, names):
    answer = says(out)
    verdict = "right" if answer == says(target) else "wrong"
    moved = f" lies at {names[0]} = {at[0]:.3f}, {names[1]} = {at[1]:.3f}" if at else ""
    return (
        f"i1 = {row[0]:g}, i2 = {row[1]:g}{moved}: target {target:g}, out_o1 = {out:.3f} says "
        f"{answer}, {verdict}"
    )


# Lines through a grid. Places are counted in cells, from the lower left corner. -----------------


def hatching(nets: np.ndarray) -> Iterator[Piece]:
    """Pieces of every second diagonal of the grid: those where the nets are above zero."""
    last = len(nets) - 1
    for k in range(1 - last, last, 2):
        right, up = max(k, 0), max(-k, 0)
        for start, end in _above_zero(np.diagonal(nets, k).tolist()):
            yield (right + start, up + start), (right + end, up + end)


def _above_zero(values):
    """From where to where evenly spaced values, joined by straight lines, are above zero."""
    changes = [
        n + here / (here - following)
        for n, (here, following) in enumerate(pairwise(values))
        if (here > 0) != (following > 0)
    ]
    starts = [0] if values[0] > 0 else []
    ends = [len(values) - 1] if values[-1] > 0 else []
    places = [*starts, *changes, *ends]
    return zip(places[::2], places[1::2], strict=True)


def contour(heights: np.ndarray) -> Iterator[Piece]:
    """The line along which the heights are zero: a piece through each cell that it crosses.

    This is marching squares; along a side of a cell the height is taken to change evenly.
    Source: Lorensen and Cline, "Marching cubes" (1987), in two dimensions.
    """
    above = heights > 0
    corners = [above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]]
    crossed = np.any(corners, axis=0) & ~np.all(corners, axis=0)
    heights, above = heights.tolist(), above.tolist()  # one number of a list is had sooner
    for row, column in np.argwhere(crossed).tolist():
        around = ((column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1))
        points = [
            _zero_between(start, end, heights)
            for start, end in pairwise((*around, around[0]))
            if above[start[1]][start[0]] != above[end[1]][end[0]]
        ]
        yield from zip(points[::2], points[1::2], strict=True)


def _zero_between(start, end, heights):
    (x1, y1), (x2, y2) = start, end
    here, there = heights[y1][x1], heights[y2][x2]
    along = here / (here - there)
    return x1 + along * (x2 - x1), y1 + along * (y2 - y1)


class Paper:
    """Where things lie on the picture: a square for the plane, and words beside it.

    points: what the plane has to hold, shape (points, 2). names: of its two directions. title:
    what stands above it. lines: what to say of each line in the legend, with its width and dashes.
    hatched: what is hatched, or None.
    """

    def __init__(
        self,
        points: np.ndarray,
        size: str,
        names: tuple[str, str] = ("i1", "i2"),
        title: str = "What it answers, everywhere",
        lines: Mapping[str, tuple[float, str]] = LEGEND_LINES,
        hatched: str | None = "above 0.5",
    ) -> None:
        self.size, self.names, self.title = size, names, title
        self.lines, self.hatched = lines, hatched
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.where(high > low, high - low, 1.0)
        self.ticks = [sorted({a, b}) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
        self.low, self.high = low - BEYOND * span, high + BEYOND * span
        self.type = TYPE[size]
        self.marks = self.type if len(points) <= FEW_ROWS else 0.7 * self.type
        widest = max(text_width(f"{tick:g}", self.type) for tick in self.ticks[1])
        widest = max(widest, text_width(names[1], self.type))
        self.left, self.top = max(2.6 * self.type, widest + 6), 1.8 * self.type
        room = WIDTH - self.left - LEGEND - max(text_width(line, self.type) for line in lines)
        self.side = min(HEIGHT - self.top - 2.6 * self.type, room)
        self.bottom = self.top + self.side

    def grid(self) -> list[np.ndarray]:
        """The values of the two directions along the grid."""
        return [
            np.linspace(low, high, CELLS + 1) for low, high in zip(self.low, self.high, strict=True)
        ]

    def path(self, pieces: Iterable[Piece]) -> str:
        """The d of an SVG path through pieces of line between places on the grid."""
        step = self.side / CELLS
        return "".join(
            f"M{point(self.left + x1 * step, self.bottom - y1 * step)}"
            f"L{point(self.left + x2 * step, self.bottom - y2 * step)}"
            for (x1, y1), (x2, y2) in pieces
        )

    def line(self, pieces: Iterable[Piece], width: float, dashes: str) -> str:
        """A line through pieces of line between places on the grid."""
        look = f'stroke="{theme.NEUTRAL}" stroke-width="{width}" stroke-dasharray="{dashes}"'
        return f'<path d="{self.path(pieces)}" {look} {DRAWN}/>'

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """Where a point of the plane lies on the picture."""
        along = (np.asarray(point) - self.low) / (self.high - self.low)
        return self.left + along[0] * self.side, self.bottom - along[1] * self.side

    def frame(self) -> str:
        """The square around the plane."""
        box = placed(x=self.left, y=self.top, width=self.side, height=self.side)
        return f'<rect {box} fill="none" stroke="currentColor"/>'

    def point(self, at: Sequence[float], target: float) -> str:
        """A row of the data: a square for 1, a circle for 0, the target written in."""
        x, y = self.at(at)
        words = f"{target:.2g}"
        half = self.marks * max(0.75, 0.33 * len(words))
        look = f'fill="{theme.PAGE}" stroke="currentColor" stroke-width="2"'
        shape = (
            f"<rect {placed(x=x - half, y=y - half, width=2 * half, height=2 * half)} {look}/>"
            if says(target)
            else f"<circle {placed(cx=x, cy=y, r=half * 1.1)} {look}/>"
        )
        return shape + text(x, y, words, self.marks, bold=True, anchor="middle")

    def words(self) -> str:
        """The title, the axes, and what the lines and shapes mean."""
        low, px = self.bottom + 0.8 * self.type, self.type
        parts = [text(2, 0.6 * px, self.title, px, bold=True, anchor="start")]
        for tick in self.ticks[0]:
            x, _ = self.at((tick, self.low[1]))
            parts.append(text(x, low, f"{tick:g}", px, anchor="middle"))
        for tick in self.ticks[1]:
            _, y = self.at((self.low[0], tick))
            parts.append(text(self.left - 5, y, f"{tick:g}", px, anchor="end"))
        middle = self.left + self.side / 2
        parts.append(text(middle, low + px, self.names[0], px, anchor="middle"))
        parts.append(text(self.left - 5, self.top + px / 2, self.names[1], px, anchor="end"))
        return "".join([*parts, *self._legend()])

    def _legend(self):
        x, y, step = self.left + self.side + 12, self.top + self.type, 1.55 * self.type
        row = 0
        if self.hatched:
            hatch = "".join(f"M{point(x + k, y + 6)}l10 -12" for k in (0, 9, 18))
            yield f'<path d="{hatch}" stroke="{theme.POSITIVE}" stroke-width="1.2" {DRAWN}/>'
            yield text(x + 37, y, self.hatched, self.type, anchor="start")
            row = 1
        for n, (words, (width, dashes)) in enumerate(self.lines.items(), start=row):
            line = f'd="M{point(x, y + n * step)}h28" stroke-dasharray="{dashes}"'
            yield f'<path {line} stroke="{theme.NEUTRAL}" stroke-width="{width}" {DRAWN}/>'
            yield text(x + 37, y + n * step, words, self.type, anchor="start")
        shapes = (("target 1", "rect"), ("target 0", "circle"))
        for n, (word, shape) in enumerate(shapes, start=row + len(self.lines)):
            at = (
                placed(x=x + 6, y=y + n * step - 8) + ' width="16" height="16"'
                if shape == "rect"
                else placed(cx=x + 14, cy=y + n * step) + ' r="8"'
            )
            yield f'<{shape} {at} fill="{theme.PAGE}" stroke="currentColor" stroke-width="2"/>'
            yield text(x + 37, y + n * step, word, self.type, anchor="start")
