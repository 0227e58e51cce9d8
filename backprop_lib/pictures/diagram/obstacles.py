"""What a label of an edge must not touch in the network diagram: wires of others, boxes, words.

All in tenths of a unit, whole numbers: the choice of a place is the same on every machine.
"""

from itertools import chain, pairwise
from typing import NamedTuple

from backprop_lib.pictures.diagram.layout import ASIDE, BUS, MARGIN, Box, Edge, Grade, Layout
from backprop_lib.pictures.svg import text_width

_HALF = 30  # of a wire as thick as most
_HEAD = 160  # length of an arrowhead
_HALF_HEAD = 75
_BOX = 30  # around a box


class Wire(NamedTuple):
    """A straight piece of a line, from left to right or from top to bottom, half its thickness,
    and whose it is. back: whether it is only there when the picture goes backward."""

    x1: int
    y1: int
    x2: int
    y2: int
    half: int
    name: str
    back: bool = False

    def meets(self, rect: Box) -> bool:
        half = self.half
        left, right = rect.left - half, rect.right + half
        if left > self.x2 or right < self.x1:
            return False
        one, other = self.y1, self.y2
        if one != other and self.x1 != self.x2:
            one, other = self._y(max(left, self.x1)), self._y(min(right, self.x2))
        if one > other:
            one, other = other, one
        return one < rect.bottom + half and rect.top - half < other

    def _y(self, x):
        if self.x1 == self.x2:
            return self.y1
        return self.y1 + (self.y2 - self.y1) * (x - self.x1) // (self.x2 - self.x1)

    def x_at(self, y: int) -> int:
        """Where the wire is at a height, as far as it goes."""
        if self.y1 == self.y2:
            return (self.x1 + self.x2) // 2
        x = self.x1 + (self.x2 - self.x1) * (y - self.y1) // (self.y2 - self.y1)
        return min(max(x, self.x1), self.x2)

    def y_at(self, x: int) -> int:
        """How high the wire is at a place across, as far as it goes."""
        return self._y(min(max(x, self.x1), self.x2))


class Obstacles(NamedTuple):
    """What there is in the gap between two layers.

    solid: boxes, and words that are always there. backward: words that stand there only when the
    picture goes backward. page: what a label stays on.
    """

    wires: tuple[Wire, ...]
    solid: tuple[Box, ...]
    backward: tuple[Box, ...]
    page: Box


def tenths(box: Box, by: int = 0) -> Box:
    """A box in tenths, grown on all sides."""
    return Box(*(round(10 * side) for side in box)).grown(by)


def wire_of(edge: Edge, name: str) -> Wire:
    x1, y1, x2, y2 = (round(10 * end) for end in edge)
    return Wire(x1, y1, x2, y2, _HALF, name)


def obstacles_in(layout: Layout, gap: int) -> Obstacles:
    """All that a label between two layers might touch."""
    weights = list(chain(*layout.names.weights[gap]))
    edge = layout.edges[weights[0]]
    near = Box(round(10 * edge.x1) - 400, -(10**6), round(10 * edge.x2) + 400, 10**6)
    wires = [*chain(*(_wires(layout.edges[w], w) for w in weights)), *_ways(layout)]
    solid = [
        *(tenths(box, _BOX) for box in layout.boxes.values()),
        *map(tenths, (*_biases(layout), *_own_biases(layout), _eta(layout))),
    ]
    backward = list(map(tenths, _derivatives(layout)))
    return Obstacles(
        tuple(w for w in wires if near.left < w.x2 and w.x1 < near.right),
        tuple(r for r in solid if r.meets(near)),
        tuple(r for r in backward if r.meets(near)),
        Box(20, 20, 10 * layout.grade.page - 20, round(10 * layout.height) - 20),
    )


def _wires(edge, name):
    wire = wire_of(edge, name)
    yield wire
    end = wire.x2 - _HEAD
    yield Wire(end, wire.y_at(end), wire.x2, wire.y2, _HALF_HEAD, name)
    down = round(10 * way_back(edge))
    yield wire._replace(y1=wire.y1 + down, y2=wire.y2 + down, back=True)
    start = wire.x1 + _HEAD
    yield Wire(wire.x1, wire.y1 + down, start, wire.y_at(start) + down, _HALF_HEAD, name, back=True)


def way_back(edge: Edge) -> float:
    """How far under an edge its backward arrow runs: straight down, so that both ends stay on the
    edges of their boxes."""
    steep = abs(edge.y2 - edge.y1) / (edge.x2 - edge.x1)
    return min(ASIDE * (1 + steep * steep) ** 0.5, ASIDE + 3)


def _ways(layout):
    """Of the biases."""
    for branch, points in layout.branches.items():
        for start, end in pairwise(points):
            x1, y1, x2, y2 = (round(10 * place) for place in chain(*sorted([start, end])))
            yield Wire(x1, y1, x2, y2, 20, branch)


def _biases(layout):
    """Where the number of a bias stands."""
    for bias in layout.names.biases:
        box = layout.boxes[bias]
        width = text_width(f"b_h1 −0.{'0' * layout.grade.places}", layout.grade.label)
        yield Box(box.right, box.top, box.right + 7 + width, box.bottom)


def _own_biases(layout):
    """Where the number of a neuron's own bias stands, if it has one."""
    grade = layout.grade
    width = text_width(f"b_h1 −0.{'0' * grade.places}", grade.label)
    for neuron in (n for neurons in layout.names.neurons for n in neurons[1:]):
        if layout.above[neuron] >= grade.label + 2:
            left, y = bias_place(layout, neuron)
            yield Box(left, y - 0.4 * grade.label, left + width, y + 0.5 * grade.label)


def bias_place(layout: Layout, neuron: str) -> tuple[float, float]:
    """Left end and height of the number of a neuron's own bias: above it, at the bias's way."""
    box, way = layout.boxes[neuron], layout.branches[f"b_{neuron}"]
    left = box.left + 2 if way[-1][0] != box.x else box.x + 12
    return left, box.top - min(layout.above[neuron], layout.grade.label + 14) / 2


def _eta(layout):
    return Box(0, 2, MARGIN + text_width("eta 0.000", layout.grade.label), 29)


def _derivatives(layout):
    """Where derivatives stand under a neuron."""
    grade = layout.grade
    for neuron, most in layout.under.items():
        box, lines = layout.boxes[neuron], min(most, grade.under)
        start = min(first_gap(grade), (layout.below[neuron] - lines * grade.line) / 2)
        left, right = under_ends(layout, neuron, room_under(layout, neuron))
        for k in range(lines):
            y = box.bottom + start + (k + 0.5) * grade.line
            yield Box(left, y - 0.5 * grade.small, right, y + 0.5 * grade.small)


def room_under(layout: Layout, neuron: str) -> float:
    """Width that there is for a derivative under a neuron."""
    box, grade = layout.boxes[neuron], layout.grade
    slope = text_width(f"dout/dnet −0.{'0' * grade.places}", grade.small)
    return max(slope, box.right - box.left + 14)


def first_gap(grade: Grade) -> int:
    """From a neuron to the derivatives under it."""
    return 5 if grade.stacked else 7


def under_ends(layout: Layout, neuron: str, width: float) -> tuple[float, float]:
    """Left and right of words under a neuron: under its middle, but left of the box of an error,
    and right of the way of a bias to the next neuron."""
    box, outputs = layout.boxes[neuron], layout.names.outputs
    left = box.x - width / 2
    if neuron in outputs:
        if neuron == outputs[-1] != outputs[0] and layout.is_apart:
            left = max(left, box.left)  # nothing stands on its right
        else:
            left = min(left, layout.boxes[f"E_{neuron}"].left - 4 - width)
    if neuron not in [neurons[-1] for neurons in layout.names.neurons]:
        left = max(left, box.left - BUS + 5)
    return left, left + width
