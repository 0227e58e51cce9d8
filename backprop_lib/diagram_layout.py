"""Where everything goes in the network diagram: grades of roominess, boxes, edges.

>>> from backprop_lib.names import names_of
>>> layout = layout_of(names_of((2, 2, 2)), "normal")
>>> layout.boxes["i1"].x < layout.boxes["h1"].x < layout.boxes["o1"].x
True
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from backprop_lib.names import Names

MARGIN = 10
ASIDE = 9  # how far beside the forward line its backward arrow runs
_HEAD = 30  # from the bottom of a bias square to the top of its layer
_BUS = 21  # how far left of its layer a bias runs down


class Grade(NamedTuple):
    """One grade of roominess. All lengths are in units of the viewBox, ``page`` units wide."""

    page: int
    name: int  # type sizes: names of nodes, numbers in nodes, labels of edges, derivatives
    value: int
    label: int
    small: int
    neuron: tuple[int, int]  # widths and heights of boxes
    source: tuple[int, int]
    error: tuple[int, int]
    total: int
    bias: int
    row: int  # from neuron to neuron down a layer, when there is room
    row_gap: int  # the least between two neurons of a layer
    gap: int  # the least between two layers
    error_gap: int
    places: int
    shown: tuple[str, ...]  # the numbers in a neuron
    under: int  # lines for derivatives under a neuron
    stacked: bool  # name and number of an edge on two lines
    tallest: int
    pen: float  # thickness of lines, as a part of the usual

    @property
    def below(self):
        """Height of what may stand under a neuron."""
        return self.under * (self.small + 4) + 6


# A picture takes the first grade that it fits into. The sizes were chosen on a 1280 x 720 screen:
# about 870 units of width are left beside JupyterLab's file list, 1150 without it.
_GRADES = {
    "normal": (
        Grade(
            900, 23, 20, 16, 14, (146, 94), (88, 66), (108, 78), 56, 36, 204, 40, 130, 40, 4,
            ("net", "out"), 2, False, 640, 1.0,
        ),
        Grade(
            900, 18, 15, 14, 13, (116, 68), (76, 50), (100, 62), 44, 28, 150, 22, 52, 34, 4,
            ("net", "out"), 1, False, 660, 0.8,
        ),
        Grade(
            900, 15, 13, 13, 13, (74, 42), (74, 42), (78, 42), 42, 24, 110, 12, 30, 24, 3,
            ("out",), 0, False, 720, 0.6,
        ),
    ),
    "projector": (
        Grade(
            760, 26, 22, 18, 17, (138, 96), (72, 72), (106, 82), 60, 34, 172, 34, 84, 32, 3,
            ("net", "out"), 2, True, 400, 1.1,
        ),
        Grade(
            730, 20, 18, 17, 17, (88, 52), (88, 52), (92, 54), 52, 28, 116, 14, 40, 28, 3,
            ("out",), 0, True, 440, 0.9,
        ),
        Grade(
            730, 16, 15, 15, 15, (72, 44), (72, 44), (76, 44), 42, 26, 80, 10, 26, 22, 3,
            ("out",), 0, True, 560, 0.7,
        ),
    ),
}  # fmt: skip


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self):
        return (self.left + self.right) / 2

    @property
    def y(self):
        return (self.top + self.bottom) / 2

    def grown(self, by):
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other):
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def around(x, y, width, height):
    """The box of this size whose middle is at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


class Edge(NamedTuple):
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def slant(self):
        return abs(self.y2 - self.y1)

    @property
    def is_level(self):
        return self.slant < 0.12 * (self.x2 - self.x1)

    def at(self, along):
        """The point so far along the edge, from 0 to 1."""
        return self.x1 + along * (self.x2 - self.x1), self.y1 + along * (self.y2 - self.y1)


@dataclass(frozen=True, eq=False)  # equal only to itself, so that places for labels are cached
class Layout:
    names: Names
    size: str
    grade: Grade
    boxes: dict[str, Box]  # i1, h1, o1, E_o1, E_total, b1
    edges: dict[str, Edge]  # w1
    branches: dict[str, tuple]  # b_h1: points on the way from its layer's bias to the neuron

    @property
    def height(self):
        bottom = max(box.bottom for box in self.boxes.values())
        return bottom + max(self.grade.below, self.grade.label + 14) + MARGIN


@lru_cache(maxsize=64)
def layout_of(names, size):
    """The layout in the first grade of this size that the network fits into."""
    sizes = names.layer_sizes
    for grade in _GRADES[size]:
        columns, gap = _columns(sizes, grade)
        row = _row(sizes, grade)
        if gap >= grade.gap and row - grade.neuron[1] >= grade.row_gap:
            boxes = _boxes(names, grade, columns, row)
            edges, branches = dict(_edges(names, boxes)), dict(_branches(names, boxes))
            return Layout(names, size, grade, boxes, edges, branches)
    raise ValueError(
        f"state: a network of {'-'.join(map(str, sizes))} does not fit a page in {size} size: "
        "its numbers would be too small to read. Draw fewer layers or neurons"
        + (", or use size='normal'." if size == "projector" else ".")
    )


def _columns(sizes, grade):
    """Left and right of every column, errors last, and the gap between layers."""
    layers = [grade.source[0]] + [grade.neuron[0]] * (len(sizes) - 1)
    errors = [grade.error[0]] * (2 if sizes[-1] > 2 else 1)
    free = grade.page - 2 * MARGIN - sum(layers) - sum(errors) - grade.error_gap * len(errors)
    gap = free / (len(layers) - 1)
    columns, left = [], MARGIN
    for k, width in enumerate(layers + errors):
        columns.append((left, left + width))
        left += width + (gap if k < len(layers) - 1 else grade.error_gap)
    return columns, gap


def _row(sizes, grade):
    """From the middle of one neuron to the middle of the next, in the largest layer."""
    free = grade.tallest - grade.bias - _HEAD - grade.neuron[1] - grade.below
    return min(grade.row, free / max(1, max(sizes) - 1))


def _boxes(names, grade, columns, row):
    sizes = names.layer_sizes
    # Two errors and their sum stand in one column, with arrows between them.
    error_step = (grade.error[1] + grade.total) / 2 + grade.error_gap * 0.75
    span = max((max(sizes) - 1) * row, 2 * error_step * (sizes[-1] == 2))
    middle = MARGIN + grade.bias + _HEAD + grade.neuron[1] / 2 + span / 2
    boxes = {}
    for k, layer in enumerate((names.inputs, *names.neurons)):
        height = (grade.neuron if k else grade.source)[1]
        step = min(max(grade.row, 2 * error_step), span / max(1, len(layer) - 1))
        for j, node in enumerate(layer):
            boxes[node] = _in(columns[k], middle + (j - (len(layer) - 1) / 2) * step, height)
    for o in names.outputs:
        boxes[f"E_{o}"] = _in(columns[len(sizes)], boxes[o].y, grade.error[1])
    below = error_step if len(names.outputs) == 1 else 0
    boxes["E_total"] = _in(columns[-1], middle + below, grade.total)
    for bias, (first, *_) in zip(names.biases, names.neurons, strict=True):
        y = boxes[first].top - _HEAD - grade.bias / 2
        boxes[bias] = around(boxes[first].x, y, grade.bias, grade.bias)
    return _moved_up(boxes)


def _in(column, y, height):
    return Box(column[0], y - height / 2, column[1], y + height / 2)


def _moved_up(boxes):
    """Squares stand at the top; a network of single neurons leaves the page's top empty."""
    up = min(box.top for box in boxes.values()) - MARGIN
    return {name: Box(b.left, b.top - up, b.right, b.bottom - up) for name, b in boxes.items()}


def _edges(names, boxes):
    """Each edge has its own place on both nodes, so that arrowheads do not pile up."""
    layers = pairwise((names.inputs, *names.neurons))
    for weights, (sources, targets) in zip(names.weights, layers, strict=True):
        box = boxes[sources[0]]
        height = min(box.bottom - box.top, 90)
        # A backward arrow beside the last place still ends on the node.
        reach = min(0.62 * height, height - 2 * (ASIDE + 5))
        for row, target in enumerate(targets):
            for column, source in enumerate(sources):
                y1 = boxes[source].y + _port(row, len(targets), reach)
                y2 = boxes[target].y + _port(column, len(sources), reach)
                yield weights[row][column], Edge(boxes[source].right, y1, boxes[target].left, y2)


def _port(place, of, reach):
    return (place / max(1, of - 1) - 0.5) * min(reach, 28 * (of - 1))


def _branches(names, boxes):
    """Straight down to the first neuron; left of the layer and round to the others."""
    for bias, neurons in zip(names.biases, names.neurons, strict=True):
        square, first = boxes[bias], boxes[neurons[0]]
        yield f"b_{neurons[0]}", ((square.x, square.bottom), (first.x, first.top))
        for before, neuron in pairwise(neurons):
            box = boxes[neuron]
            aside, above = box.left - _BUS, box.top - min(14, (box.top - boxes[before].bottom) / 2)
            down = ((square.left, square.y), (aside, square.y), (aside, above))
            yield f"b_{neuron}", (*down, (box.x, above), (box.x, box.top))
