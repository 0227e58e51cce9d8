"""Where the labels of edges go in the network diagram, so that nothing covers anything."""

from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from backprop_lib.diagram_layout import ASIDE, Box, around
from backprop_lib.diagram_svg import text_width

# What a label says, the most first, and for how many edges between two layers at most: among
# more labels the eye no longer finds the one that belongs to an edge.
_LEVELS = (("two lines", 6), ("one line", 9), ("name", 16))
# Places along a slanted edge, in percent. Edges that cross do so in the middle, so the middle
# comes last.
_ALONG = (34, 36, 38, 30, 42, 26, 22, 70, 74, 66, 78, 62, 18, 82, 50, 46, 54, 58)
_ALONG_LEVEL = (48, 44, 42, 46, 43, 40, 50, 35, 60)


class Spot(NamedTuple):
    """Where the label of an edge goes (the middles of its two lines), and what it has room for."""

    x: float
    first: float
    second: float
    level: str


@lru_cache(maxsize=512)
def spots_of(layout, lit):
    """Places for labels without an overlap. Where not all fit, those that are lit come first."""
    taken = _taken(layout)
    everything = frozenset(layout.edges)
    if spots := _fullest(layout, everything, _LEVELS[:2], taken):
        return spots
    spots = _fullest(layout, lit, _LEVELS, taken)
    for weight, spot in spots.items():
        taken += _label_boxes(weight, spot, layout.grade)
    return {**spots, **_fullest(layout, everything - lit, _LEVELS[2:], taken)}


def _fullest(layout, wanted, levels, taken):
    most = max(len(wanted.intersection(chain(*rows))) for rows in layout.names.weights)
    for level, at_most in levels:
        if most <= at_most and (spots := _all_spots(layout, wanted, level, taken)):
            return spots
    return {}


def _all_spots(layout, wanted, level, taken):
    if layout.grade.stacked and level == "one line":
        level = "two lines"
    taken, spots = list(taken), {}
    # Level edges have the fewest places to choose from, so they choose first.
    for weight in sorted(wanted, key=lambda w: (layout.edges[w].slant, w)):
        for spot in _candidates(layout.edges[weight], level, layout.grade):
            boxes = _label_boxes(weight, spot, layout.grade)
            if not any(box.meets(other) for box in boxes for other in taken):
                spots[weight] = spot
                taken += boxes
                break
        else:
            return {}
    return spots


def _taken(layout):
    """What no label may cover: boxes, derivatives under them, and the biases' ways down."""
    upright = [
        Box(x - 2, min(y, end), x + 2, max(y, end))
        for branch in layout.branches.values()
        for (x, y), (x_end, end) in pairwise(branch)
        if x == x_end
    ]
    return [box.grown(2) for box in layout.boxes.values()] + _underneaths(layout) + upright


def _underneaths(layout):
    """Where derivatives may stand under a neuron."""
    grade = layout.grade
    if not grade.under:
        return []
    width = text_width(f"dE/dnet {_widest(grade)}", grade.small)
    boxes = [layout.boxes[neuron] for neuron in chain(*layout.names.neurons)]
    return [
        around(under_x(box, width), box.bottom + grade.below / 2, width, grade.below)
        for box in boxes
    ]


def under_x(box, width):
    """Under the middle of a neuron; what is wider reaches out to the left, away from labels."""
    return min(box.x, box.right + 2 - width / 2)


def _widest(grade):
    # Small derivatives have one digit more than other numbers.
    return "−0.0" + "0" * grade.places


def _candidates(edge, level, grade):
    line = grade.label + 2
    above = below = line / 2 if level == "two lines" else 0
    if edge.is_level:
        # One line above the edge, the other below the backward arrow.
        above, below = line / 2 + 5, line / 2 + ASIDE + 4
    for percent in _ALONG_LEVEL if edge.is_level else _ALONG:
        x, y = edge.at(percent / 100)
        yield Spot(x, y - above, y + below, level)


def _label_boxes(weight, spot, grade):
    """Room for the longest label that this weight can have here, in bold type."""
    number, derivative = _widest(grade), f"dE/d{weight}"
    if spot.level == "name":
        first, second = weight, ""
    elif grade.stacked:
        first, second = derivative, number
    else:
        first = f"{weight} {number}"
        second = f"{derivative} {number}" if spot.level == "two lines" else ""
    boxes = [around(spot.x, spot.first, text_width(first, grade.label), grade.label + 2)]
    if second:
        px = second_size(grade)
        boxes.append(around(spot.x, spot.second, text_width(second, px), px + 2))
    return boxes


def second_size(grade):
    """Type size of the second line. When stacked, it has the number, which must not be small."""
    return grade.label if grade.stacked else grade.small
