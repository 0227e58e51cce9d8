"""Where the labels of edges go in the network diagram, so that nothing covers anything."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from backprop_lib.pictures.diagram.layout import ASIDE, MARGIN, Box, Grade, Layout, around
from backprop_lib.pictures.svg import text_width

# What the label of an edge has to say, and the ways to say it, the best first. In large type,
# where gaps are narrow, a name and its number may stand under each other ("tall").
_WAYS = {
    "plain": ("two lines", "one line", "short", "name"),
    "update": ("update", "two lines", "one line", "short", "name"),
}
_STACKED_WAYS = {
    "plain": ("one line", "tall", "short", "name"),
    "handed": ("handed", "name"),
    "backward": ("backward", "tall backward", "handed", "tall", "name"),
    "passed": ("passed", "tall passed", "tall", "name"),
    "update": ("update", "tall update", "tall", "name"),
}
# For how many edges between two layers at most: among more labels the eye no longer finds the one
# that belongs to an edge.
_AT_MOST = {"two lines": 6, "handed": 6, "one line": 20, "tall": 9, "short": 20, "name": 0}
# Places along a slanted edge, in percent. Edges that cross do so in the middle, so the middle
# comes last.
_ALONG = (34, 36, 38, 30, 42, 26, 22, 70, 74, 66, 78, 62, 18, 82, 50, 46, 54, 58)
_ALONG_LEVEL = (48, 44, 42, 46, 43, 40, 50, 35, 60)
# Of many edges, some find a place only farther out.
_FARTHER = (86, 14, 90, 10)
_NARROW = 120  # a gap between two layers
# Orders in which edges choose: those with the fewest places first; or down the page, which
# staggers the labels of edges that run side by side.
_ORDERS = (
    lambda edge: edge.slant,
    lambda edge: edge.y1 + edge.y2,
    lambda edge: (edge.y2, edge.y1),
    lambda edge: (edge.y1, edge.y2),
)


class Spot(NamedTuple):
    """Where the label of an edge goes (the middles of its lines), and what it has room for."""

    x: float
    lines: tuple[float, ...]
    level: str


@lru_cache(maxsize=512)
def spots_of(
    layout: Layout,
    lit: frozenset[tuple[str, str]],
    faint: str,
    derivatives: Iterable[tuple[str, str]],
    own_biases: Iterable[str],
) -> dict[str, Spot]:
    """Places for labels without an overlap, if need be without those that are not in play.

    lit: pairs of an edge in play and what its label has to say: "plain" is its number, "update"
    what it becomes, "backward" and "passed" what is handed back to it and by it. faint: the same
    for all other edges. derivatives: pairs of a neuron and the name of the longest derivative
    beside it. own_biases: neurons with the number of a bias above them.
    """
    wishes, taken = dict(lit), _taken(layout, derivatives, own_biases)
    # A label that says more than others chooses before them.
    spots = _one_by_one(layout, {w: wish for w, wish in wishes.items() if wish != "plain"}, taken)
    free, taken = taken, taken + _ways_of_biases(layout)
    rest, ways = frozenset(layout.edges).difference(spots), _ways(layout.grade)[faint]
    if alike := _alike(layout, rest, taken, ways[: 1 if wishes else None]):
        return spots | alike
    # Not all can say all, so those in play come first.
    spots |= _all_in_play(layout, rest.intersection(wishes), taken, free)
    rest = rest.difference(spots)
    return spots | (_alike(layout, rest, taken, ways) or _as_fits(layout, rest, taken, ways))


def _ways(grade):
    return _STACKED_WAYS if grade.stacked else _WAYS


def _all_in_play(layout, wanted, taken, free):
    """Those in play may cover the way of a bias, if need be. Their places are taken then."""
    ways = _ways(layout.grade)["plain"][:-1]
    spots = _alike(layout, wanted, taken, ways) or _alike(layout, wanted, free, ways)
    for weight, spot in spots.items():
        taken += label_boxes(weight, spot, layout.grade)
    return spots or _one_by_one(layout, dict.fromkeys(wanted, "plain"), taken)


def _one_by_one(layout, wishes, taken):
    """Each with the most that it has room for; their places are taken then."""
    spots = {}
    for weight in sorted(wishes, key=lambda w: (layout.edges[w].slant, w)):
        for level in _ways(layout.grade)[wishes[weight]]:
            if spot := _free_spot(layout, weight, level, taken):
                spots[weight] = spot
                taken += label_boxes(weight, spot, layout.grade)
                break
    return spots


def _alike(layout, wanted, taken, ways):
    """All of them in the first way for which all have room, or nothing."""
    most = max(len(wanted.intersection(chain(*rows))) for rows in layout.names.weights)
    for level in ways:
        if most <= _AT_MOST[level]:
            for order in _ORDERS:
                spots, left = _all_spots(layout, wanted, level, taken, order)
                if not left:
                    return spots
    return {}


def _as_fits(layout, wanted, taken, ways):
    """As many as possible, way after way."""
    taken, spots = list(taken), {}
    for level in ways:
        tries = (
            _all_spots(layout, wanted.difference(spots), level, taken, order, True)
            for order in _ORDERS
        )
        found = max((spots for spots, _ in tries), key=len)
        for weight, spot in found.items():
            taken += label_boxes(weight, spot, layout.grade)
        spots |= found
    return spots


def _all_spots(layout, wanted, level, taken, order, go_on=False):
    """Places for edges that all say as much, and the edges that are left."""
    taken, spots, left = list(taken), {}, []
    for weight in sorted(wanted, key=lambda w: (order(layout.edges[w]), w)):
        if spot := _free_spot(layout, weight, level, taken):
            spots[weight] = spot
            taken += label_boxes(weight, spot, layout.grade)
        else:
            left.append(weight)
            if not go_on:
                break
    return spots, left


def _free_spot(layout, weight, level, taken):
    for spot in _candidates(weight, layout.edges[weight], level, layout.grade):
        boxes = label_boxes(weight, spot, layout.grade)
        if not any(box.meets(other) for box in boxes for other in taken):
            return spot
    return None


def _taken(layout, derivatives, own_biases):
    """What no label may cover: boxes, derivatives beside them, and the numbers of biases."""
    boxes = [box.grown(2) for box in layout.boxes.values()]
    beside = [*_derivatives(layout, derivatives), *_above(layout, own_biases)]
    eta = Box(0, 8, MARGIN + text_width("eta 0.000", layout.grade.label), 40)
    return [*boxes, *beside, *_biases(layout), eta]


def _above(layout, neurons):
    """Where the numbers of their own biases stand."""
    px, number = layout.grade.label, layout.grade.widest
    for neuron in neurons:
        left, y = bias_place(layout, neuron)
        yield Box(left, y - px / 2, left + text_width(f"b_{neuron} {number}", px), y + px / 2)


def bias_place(layout: Layout, neuron: str) -> tuple[float, float]:
    """Left end and height of the number of a neuron's own bias: above it, at the bias's way."""
    box, way = layout.boxes[neuron], layout.branches[f"b_{neuron}"]
    left = box.left + 2 if way[-1][0] != box.x else box.x + 12
    return left, box.top - min(layout.above[neuron], layout.grade.label + 14) / 2


def _ways_of_biases(layout):
    """What a label that is not in play does not cover, either."""
    ways = [
        way
        for branch in layout.branches.values()
        for way in map(_way, pairwise(branch))
        # A way from the side into a neuron is short, and all that can be seen of its bias there.
        if way.right - way.left == 4 or way.right - 2 == branch[-1][0]
    ]
    edge = layout.edges["w1"]
    if layout.grade.stacked and edge.x2 - edge.x1 < _NARROW:
        # A label crosses the way down, as there is no room beside it.
        ways = [way for way in ways if way.right - way.left != 4]
    return ways


def _way(piece):
    (x1, y1), (x2, y2) = piece
    if x1 == x2:
        return Box(x1 - 2, min(y1, y2), x1 + 2, max(y1, y2))
    return Box(min(x1, x2) - 2, y1 - 2, max(x1, x2) + 2, y1 + 2)


def _derivatives(layout, derivatives):
    """Where derivatives may stand under a neuron, or above it."""
    grade, places = layout.grade, []
    for neuron, name in derivatives:
        number = "−0.000" if grade.stacked else grade.widest
        width = text_width(f"{name} {number}", grade.small)
        lines, box = layout.under[neuron], layout.boxes[neuron]
        x, height = under_x(box, width, grade), lines * grade.line + 6
        if lines:
            places.append(around(x, box.bottom + height / 2, width, height))
        if lines < 2 and layout.above[neuron] >= grade.line:
            places.append(around(x, box.top - 1 - grade.line / 2, width, grade.line))
    return places


def _biases(layout):
    """Where the number of a bias stands."""
    width = text_width(layout.grade.widest, layout.grade.label)
    for bias in layout.names.biases:
        box = layout.boxes[bias]
        yield Box(box.right, box.top, box.right + 7 + width, box.bottom)


def under_x(box: Box, width: float, grade: Grade) -> float:
    """Under the middle of a neuron; what is wider reaches out to the left, away from labels."""
    return min(box.x, box.right + (12 if grade.stacked else 2) - width / 2)


def _candidates(weight, edge, level, grade):
    line, lines = grade.label + 2, len(_longest(weight, level, grade))
    if edge.is_level:
        along, shifts = _ALONG_LEVEL, _beside_a_level_edge(level, lines, line)
    else:
        along = (*_ALONG, *_FARTHER)
        shifts = [[(k - (lines - 1) / 2) * line for k in range(lines)]]
    for ys in shifts:
        for percent in along:
            x, y = edge.at(percent / 100)
            yield Spot(x, tuple(y + shift for shift in ys), level)


def _beside_a_level_edge(level, lines, line):
    """Above the edge, or below its backward arrow."""
    above, below = line / 2 + 5, line / 2 + ASIDE + 4
    # What is found last stands alone; a name stands with its number.
    first = lines - 1 if level.endswith("update") else 2 if level in ("tall backward",) else 1
    ups = [first] + [up for up in range(1, lines + 1) if up != first] * (lines > 2)
    for up in ups:
        higher = [-above - k * line for k in reversed(range(up))]
        yield higher + [below + k * line for k in range(lines - up)]


def label_boxes(weight: str, spot: Spot, grade: Grade) -> list[Box]:
    """Room for the longest label that this weight can have here, in bold type."""
    words = _longest(weight, spot.level, grade)
    sizes = [grade.label] + [second_size(grade)] * (len(words) - 1)
    ring = grade.label / 2 if spot.level.endswith("update") else 0
    return [
        around(spot.x, y, text_width(line, px) + ring, px + 2)
        for y, line, px in zip(spot.lines, words, sizes, strict=True)
    ]


def _longest(weight, level, grade):
    """The lines of a label, with the widest numbers."""
    number, small = "−0." + "0" * grade.places, grade.widest
    if not grade.stacked:
        first, derivative = f"{weight} {small}", f"dE/d{weight} {small}"
        return {
            "name": [weight],
            "short": [f"{weight} −0.00"],
            "one line": [first],
            "two lines": [first, derivative],
            "update": [first, derivative, f"→ {small}"],
        }[level]
    first = [weight, number] if level.startswith("tall") else [f"{weight} {number}"]
    derivative = [f"dE/d{weight}", small]
    return {
        "name": [weight],
        "short": [f"{weight} −0.00"],
        "handed": derivative,
        "backward": first + derivative,
        "passed": [*first, f"← {number}"],
        "update": [*first, *derivative, f"→{number}"],
    }.get(level.removeprefix("tall "), first)


def second_size(grade: Grade) -> int:
    """Type size of the lines after the first. When stacked, they have the number, which must not
    be small.
    """
    return grade.label if grade.stacked else grade.small
