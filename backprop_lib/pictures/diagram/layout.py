"""Where everything goes in the network diagram: grades of roominess, boxes, edges.

>>> from backprop_lib.core.names import names_of
>>> layout = layout_of(names_of((2, 2, 2)), "normal")
>>> layout.boxes["i1"].x < layout.boxes["h1"].x < layout.boxes["o1"].x
True
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from backprop_lib.core.names import Names

MARGIN = 10
ASIDE = 9  # how far beside the forward line its backward arrow runs
_ENOUGH = 99.0  # free height under a neuron that has no other below it
BUS = 20  # how far left of its layer a bias runs down


class Shape(NamedTuple):
    """The box of a node. looks: "stack" has a line for the name and one for every number;
    "beside" has the numbers under each other, right of the name; "line" has all in one line;
    "apart" is an error whose target stands outside, on the side away from the sum."""

    looks: str
    width: int
    height: int


class Grade(NamedTuple):
    """One grade of roominess. All lengths are in units of the viewBox, ``page`` units wide."""

    page: int
    name: int  # type sizes: names of nodes, numbers in nodes, labels of edges, derivatives
    value: int
    label: int
    small: int
    neuron: tuple[Shape, ...]  # boxes, the best first; a layer takes the first that it fits into
    source: tuple[Shape, ...]
    error: tuple[Shape, ...]
    total: int
    bias: int
    head: int  # from the bottom of a bias square to the top of its layer
    row: int  # from neuron to neuron down a layer, when there is room
    row_gap: int  # the least between two neurons of a layer
    gap: int  # the least between two layers
    error_gap: int
    places: int
    under: int  # lines for derivatives under a neuron, when there is room
    stacked: bool  # name and number of an edge on two lines
    tallest: int
    pen: float  # thickness of lines, as a part of the usual
    wires: int = 100  # the most between two layers
    # Inputs and outputs of the only networks that it is for. Those that learn a logic table in the
    # live lab have to leave room for the plots beside them.
    only: tuple[int, int] | None = None

    @property
    def is_roomy(self) -> bool:
        return self.name > 20 and not self.stacked

    @property
    def widest(self) -> str:
        """The widest number that a label has room for."""
        # Small derivatives have more digits than other numbers.
        return "−0.0" + "0" * self.places

    @property
    def line(self) -> int:
        """From a derivative under a neuron to the next."""
        return self.small + (2 if self.stacked else 4)

    @property
    def below(self) -> int:
        """Height of what may stand under a neuron."""
        return self.under * self.line + 6


# In large type where there are many neurons.
_MANY = Grade(
    860, 18, 16, 16, 16, (Shape("stack", 108, 62), Shape("beside", 138, 44)),
    (Shape("stack", 70, 44), Shape("line", 102, 26)),
    (Shape("stack", 108, 68), Shape("pair", 92, 46), Shape("line", 122, 26)),
    46, 28, 18, 116, 20, 58, 22, 3, 2, True, 348, 0.9,
)  # fmt: skip
_DENSEST = _MANY._replace(
    neuron=(*_MANY.neuron, Shape("line", 246, 26)),
    row_gap=8, gap=30, error_gap=20, tallest=430, pen=0.8,
)  # fmt: skip
_DENSE = (_MANY, _MANY._replace(tallest=392), _DENSEST)

# A picture takes the first grade that it fits into. The sizes were chosen on a 1280 x 720 screen:
# about 870 units of width are left beside JupyterLab's file list, 1150 without it. A lab in large
# type leaves 780 x 345 for the picture, beside the question and above the lines of a step.
_GRADES = {
    "normal": (
        Grade(
            900, 23, 20, 16, 14, (Shape("stack", 146, 94),), (Shape("stack", 88, 66),),
            (Shape("stack", 108, 78),), 56, 36, 30, 264, 40, 130, 40, 4, 2, False, 642, 1.0,
        ),
        Grade(
            940, 18, 15, 14, 14, (Shape("stack", 108, 68),), (Shape("stack", 70, 50),),
            (Shape("stack", 100, 62),), 44, 28, 40, 250, 22, 52, 30, 4, 2, False, 690, 0.8,
        ),
        Grade(
            900, 15, 13, 13, 13,
            (Shape("stack", 94, 54), Shape("beside", 118, 38), Shape("line", 196, 22)),
            (Shape("stack", 70, 42), Shape("line", 92, 22)),
            (Shape("stack", 90, 58), Shape("pair", 78, 42), Shape("line", 96, 22)),
            42, 24, 24, 110, 12, 24, 20, 3, 2, False, 740, 0.6,
        ),
    ),
    "projector": (
        Grade(
            816, 24, 22, 18, 18, (Shape("stack", 122, 78),),
            (Shape("stack", 57, 60),), (Shape("apart", 92, 58),),
            52, 30, 20, 155, 27, 88, 24, 3, 2, True, 349, 1.1, 6,
        ),
        Grade(
            816, 24, 22, 18, 18, (Shape("stack", 122, 78), Shape("beside", 166, 60)),
            (Shape("stack", 64, 60),), (Shape("apart", 92, 58),),
            52, 30, 20, 155, 27, 88, 24, 3, 2, True, 349, 1.1, 6,
        ),
        Grade(
            960, 18, 16, 16, 16, (Shape("stack", 110, 62),),
            (Shape("stack", 66, 44),), (Shape("stack", 108, 68),),
            46, 28, 42, 250, 120, 100, 36, 3, 2, True, 470, 0.9,
        ),
        Grade(
            860, 20, 18, 16, 16, (Shape("stack", 112, 64),),
            (Shape("stack", 60, 50),), (Shape("stack", 100, 70),),
            46, 28, 24, 160, 50, 130, 22, 3, 2, True, 450, 1.0,
        ),
        *(grade._replace(page=780, only=(2, 1)) for grade in _DENSE),
        *_DENSE,
    ),
}  # fmt: skip


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_in(self, other: "Box") -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


def around(x: float, y: float, width: float, height: float) -> Box:
    """The box of this size whose middle is at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


class Edge(NamedTuple):
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def slant(self) -> float:
        return abs(self.y2 - self.y1)

    @property
    def is_level(self) -> bool:
        return self.slant < 0.12 * (self.x2 - self.x1)

    def at(self, along: float) -> tuple[float, float]:
        """The point so far along the edge, from 0 to 1."""
        return self.x1 + along * (self.x2 - self.x1), self.y1 + along * (self.y2 - self.y1)


@dataclass(frozen=True, eq=False)  # equal only to itself, so that places for labels are cached
class Layout:
    names: Names
    size: str
    grade: Grade
    shapes: dict[str, Shape]  # i1, h1, o1, E_o1
    boxes: dict[str, Box]  # i1, h1, o1, E_o1, E_total, b1
    edges: dict[str, Edge]  # w1
    branches: dict[str, tuple]  # b_h1: points on the way from its layer's bias to the neuron
    under: dict[str, int]  # h1: lines for derivatives under it
    above: dict[str, float]  # h1: free height above it
    below: dict[str, float]  # h1: free height under it

    @property
    def height(self) -> float:
        low = max(
            self.boxes[neuron].bottom + lines * self.grade.line + 6
            for neuron, lines in self.under.items()
        )
        bottom = max(box.bottom for box in self.boxes.values())
        # Under the last box stands where the way back begins.
        last = 0 if self.is_apart and len(self.names.outputs) == 2 else self.grade.label + 14
        return max(low, bottom + last) + MARGIN

    @property
    def way_back(self) -> tuple[float, float]:
        """Where it says that the picture goes backward: at the errors, where the way begins."""
        total, first = self.boxes["E_total"], self.boxes[f"E_{self.names.outputs[0]}"]
        if self.is_apart and first.y < total.y and len(self.names.outputs) == 2:
            return total.x, first.top - 1.6 * self.grade.label
        return total.x, self.height - MARGIN - self.grade.label

    @property
    def is_apart(self) -> bool:
        """Whether targets stand outside the boxes of their errors."""
        return self.shapes[f"E_{self.names.outputs[0]}"].looks == "apart"


@lru_cache(maxsize=64)
def layout_of(names: Names, size: str) -> Layout:
    """The layout in the first grade of this size that the network fits into."""
    sizes = names.layer_sizes
    for grade in _GRADES[size]:
        wires = max(a * b for a, b in pairwise(sizes))
        if wires > grade.wires or grade.only not in (None, (sizes[0], sizes[-1])):
            continue
        if not (shapes := _shapes(sizes, grade)):
            continue
        columns, gap = _columns(sizes, grade, shapes)
        if gap >= grade.gap:
            return _layout(names, size, grade, shapes, columns)
    raise ValueError(
        f"state: a network of {'-'.join(map(str, sizes))} does not fit a page in {size} size: "
        "its numbers would be too small to read. Draw fewer layers or neurons"
        + (", or use size='normal'." if size == "projector" else ".")
    )


def _layout(names, size, grade, shapes, columns):
    boxes = _boxes(names, grade, columns, shapes)
    gaps = _gaps(names, boxes)
    bottom = max(boxes[neurons[-1]].bottom for neurons in names.neurons)
    # Where the page ends there is no room for a line more.
    most = {n: grade.under + (boxes[n].bottom < bottom) for n in gaps}
    under = {n: min(most[n], max(0, int((gap - 1) // grade.line))) for n, gap in gaps.items()}
    above = _above(names, grade, boxes, gaps)
    layers = (names.inputs, *names.neurons, [f"E_{o}" for o in names.outputs])
    of_node = {n: shape for layer, shape in zip(layers, shapes, strict=True) for n in layer}
    edges = dict(_edges(names, boxes))
    branches = dict(_branches(names, grade, boxes))
    return Layout(names, size, grade, of_node, boxes, edges, branches, under, above, gaps)


def _shapes(sizes, grade):
    """The shape of the boxes of every layer and of the errors, or None if one does not fit."""
    free = _free(grade)
    kinds = [grade.source] + [grade.neuron] * (len(sizes) - 1) + [grade.error]
    shapes = []
    for n, kind in zip((*sizes, sizes[-1]), kinds, strict=True):
        fitting = [s for s in kind if n * s.height + (n - 1) * grade.row_gap <= free]
        if not fitting:
            return None
        shapes.append(fitting[0])
    return shapes


def _free(grade):
    """Height for the boxes of a layer and what is between them."""
    return grade.tallest - grade.bias - grade.head - grade.line - 6 - 2 * MARGIN


def _columns(sizes, grade, shapes):
    """Left and right of every column, errors last, and the gap between layers."""
    layers = [shape.width for shape in shapes[:-1]]
    errors = [shapes[-1].width] * (2 if sizes[-1] > 2 else 1)
    free = grade.page - 2 * MARGIN - sum(layers) - sum(errors) - grade.error_gap * len(errors)
    gap = free / (len(layers) - 1)
    columns, left = [], MARGIN
    for k, width in enumerate(layers + errors):
        columns.append((left, left + width))
        left += width + (gap if k < len(layers) - 1 else grade.error_gap)
    return columns, gap


def _boxes(names, grade, columns, shapes):
    layers = (names.inputs, *names.neurons)
    free, boxes = _free(grade), {}
    for layer, shape, column in zip(layers, shapes, columns, strict=False):
        step = min(grade.row, (free - shape.height) / max(1, len(layer) - 1))
        for j, node in enumerate(layer):
            boxes[node] = _in(column, (j - (len(layer) - 1) / 2) * step, shape.height)
    boxes |= _errors(names, grade, columns[len(layers) :], shapes[-1], boxes)
    for bias, (first, *_) in zip(names.biases, names.neurons, strict=True):
        y = boxes[first].top - grade.head - grade.bias / 2
        boxes[bias] = around(boxes[first].x, y, grade.bias, grade.bias)
    return _moved_to_the_top(boxes)


def _errors(names, grade, columns, shape, boxes):
    """Beside the outputs; the sum of two errors stands between them, of one under it."""
    gap = grade.error_gap * (0.5 if shape.looks == "apart" else 0.75)
    step, places = (shape.height + grade.total) / 2 + gap, {}
    for o in names.outputs:
        y = boxes[o].y
        if len(names.outputs) == 2:
            y = (step if shape.looks == "apart" else max(step, abs(y))) * (1 if y > 0 else -1)
        places[f"E_{o}"] = _in(columns[0], y, shape.height)
    below = step if len(names.outputs) == 1 else 0
    return places | {"E_total": _in(columns[-1], below, grade.total)}


def _in(column, y, height):
    return Box(column[0], y - height / 2, column[1], y + height / 2)


def _moved_to_the_top(boxes):
    up = min(box.top for box in boxes.values()) - MARGIN
    return {name: Box(b.left, b.top - up, b.right, b.bottom - up) for name, b in boxes.items()}


def _gaps(names, boxes):
    """The free height under every neuron, under the last of a layer as under those before."""
    gaps = {}
    for neurons in names.neurons:
        gap = boxes[neurons[1]].top - boxes[neurons[0]].bottom if len(neurons) > 1 else _ENOUGH
        gaps |= dict.fromkeys(neurons, gap)
    return gaps


def _above(names, grade, boxes, gaps):
    """The free height above every neuron: under the one before, or under the bias's square."""
    above = {neurons[0]: float(grade.head) for neurons in names.neurons}
    return above | {n: gaps[before] for before, n in chain(*map(pairwise, names.neurons))}


def _edges(names, boxes):
    """Each edge has its own place on both nodes, so that arrowheads do not pile up."""
    layers = pairwise((names.inputs, *names.neurons))
    for weights, (sources, targets) in zip(names.weights, layers, strict=True):
        from_reach, to_reach = (_reach(boxes[layer[0]]) for layer in (sources, targets))
        for row, target in enumerate(targets):
            for column, source in enumerate(sources):
                y1 = boxes[source].y + _port(row, len(targets), from_reach)
                y2 = boxes[target].y + _port(column, len(sources), to_reach)
                yield weights[row][column], Edge(boxes[source].right, y1, boxes[target].left, y2)


def _reach(box):
    """How far apart edges may end on a box."""
    height = min(box.bottom - box.top, 90)
    # A backward arrow beside the last place still ends on the node.
    return max(0.3 * height, min(0.62 * height, height - 2 * (ASIDE + 5)))


def _port(place, of, reach):
    return (place / max(1, of - 1) - 0.5) * min(reach, 28 * (of - 1))


def _branches(names, grade, boxes):
    """Straight down to the first neuron; left of the layer and round to the others.

    Where there is less room, the heights between neurons are for derivatives: there a bias comes
    from the side.
    """
    for bias, neurons in zip(names.biases, names.neurons, strict=True):
        square, first = boxes[bias], boxes[neurons[0]]
        yield f"b_{neurons[0]}", ((square.x, square.bottom), (first.x, first.top))
        for before, neuron in pairwise(neurons):
            box = boxes[neuron]
            aside, above = box.left - BUS, box.top - min(14, (box.top - boxes[before].bottom) / 2)
            down = ((square.left, square.y), (aside, square.y))
            if not grade.is_roomy:
                y = box.top + min(12, 0.2 * (box.bottom - box.top))
                yield f"b_{neuron}", (*down, (aside, y), (box.left, y))
            else:
                yield f"b_{neuron}", (*down, (aside, above), (box.x, above), (box.x, box.top))
