"""Where the label of every edge stands in the network diagram: one place for a whole network.

A place is chosen once, from the layout alone, so that a label stands where it stands in every
picture of the network. Every edge has some candidates, each with its cost: what it touches, and how
far it is from its wire. Then edge after edge takes the candidate that is cheapest beside the places
of the others, until none changes. Whole numbers only: the same on every machine.
"""

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from backprop_lib.pictures.diagram.labels import BESIDE, MOST_SHOWN, Block, blocks_of
from backprop_lib.pictures.diagram.layout import Layout
from backprop_lib.pictures.diagram.obstacles import Obstacles, Rect, Wire, obstacles_in, wire_of


class Spot(NamedTuple):
    """Where the lines of a label go, the middles of their heights, by the kind of block.

    x: their middle, or with the anchor "start" or "end" their left or right end.
    """

    x: float
    anchor: str | None
    value: tuple[float, ...]
    derivative: tuple[float, ...]
    new: tuple[float, ...]


class _Candidate(NamedTuple):
    spot: Spot
    value: Rect
    derivative: Rect
    new: Rect
    around: Rect  # all three
    cost: int


# What it costs when a block touches something: the value, which is always there, the derivative,
# and the new value. A label may lie on a wire rather than on another label or a box.
_ON_A_WIRE = (1000, 600, 400)
_ON_A_BOX = 6000
_ON_WORDS = 3000
_ON_A_LABEL = {"vv": 4000, "vd": 2500, "vn": 2500, "dd": 2000, "nn": 1500, "dn": 1200}
_NEAR = 25  # tenths between two labels
# Orders of the blocks from top to bottom; "|" is a level wire. Beside the value there is no gap
# where a block is empty.
_ON_WIRE = (("dvn", 0), ("nvd", 15), ("vdn", 90), ("ndv", 90))
_AT_LEVEL = (("dv|n", 0), ("nv|d", 25), ("n|vd", 80), ("d|vn", 25), ("ndv|", 300), ("|vnd", 90))
_TRIES = 60  # candidates that are compared with those of others
_FINE = ((4, 10), (6, 20), (16, 40), (100, 120))  # of so many edges, tenths from try to try
_STEPS = 8000  # of the search
_LEVEL = 12  # percent: wires that rise less are level


@lru_cache(maxsize=128)
def spots_of(layout: Layout) -> dict[str, Spot]:
    """The place of every label of a network."""
    spots = {}
    for gap in range(len(layout.names.weights)):
        spots |= _spots_in(layout, gap)
    return spots


def is_crowded(layout: Layout) -> bool:
    """Whether there are too many wires to show all their labels at once."""
    return len(layout.edges) > MOST_SHOWN


def _spots_in(layout, gap):
    obstacles, rows = obstacles_in(layout, gap), layout.names.weights[gap]
    weights = list(chain(*rows))
    if len(weights) > MOST_SHOWN:
        obstacles = obstacles._replace(wires=())
    fine = next(step for most, step in _FINE if len(weights) <= most)
    found = {}
    for w in weights:
        candidates = _candidates(wire_of(layout.edges[w], w), blocks_of(layout, w), obstacles, fine)
        found[w] = _best(candidates)[: _TRIES if len(weights) <= MOST_SHOWN else 12]
    chosen = _chosen(found, _neighbours(rows))
    return {weight: candidate.spot for weight, candidate in chosen.items()}


def _best(candidates):
    """The best in every neighbourhood, the cheapest first."""
    best = {}
    for candidate in sorted(candidates, key=_cost):
        spot = candidate.spot
        ups = (spot.derivative > spot.value, spot.new > spot.value, spot.new > spot.derivative)
        best.setdefault((ups, spot.anchor, spot.value[0] // 5, spot.x // 10), candidate)
    return list(best.values())


def _cost(candidate):
    return candidate.cost


def _neighbours(rows):
    """Whose labels are there when that of a weight is: all, or those of its two neurons."""
    weights = list(chain(*rows))
    if len(weights) <= MOST_SHOWN:
        return {w: [o for o in weights if o != w] for w in weights}
    columns = list(zip(*rows, strict=True))
    return {
        w: [o for o in (*row, *columns[k]) if o != w] for row in rows for k, w in enumerate(row)
    }


def _chosen(found, neighbours):
    """The places that cost least together, as far as the search gets."""
    orders = [list(found), list(found)[::-1]]
    results = [_settled(found, neighbours, order) for order in orders]
    cost, chosen = min(results, key=lambda result: result[0])
    if len(found) > MOST_SHOWN:
        return chosen
    return _Search(found, cost, chosen).best


def _settled(found, neighbours, order):
    """Each takes the best beside the others, until none changes. Comes with the cost."""
    chosen = {}
    for _ in range(4):
        before = dict(chosen)
        for weight in order:
            others = [chosen[o] for o in neighbours[weight] if o in chosen]
            chosen[weight] = min(found[weight], key=lambda c: c.cost + _with_others(c, others))
        if chosen == before:
            break
    together = sum(_with_others(c, [chosen[o] for o in neighbours[w]]) for w, c in chosen.items())
    return sum(map(_cost, chosen.values())) + together // 2, chosen


class _Search:
    """Goes through what may be better than the best so far, and stops after so many steps."""

    def __init__(self, found, cost, best):
        self.weights, self.found = sorted(found, key=lambda w: -found[w][0].cost), found
        least = [found[w][0].cost for w in self.weights]
        self.rest = [sum(least[k:]) for k in range(len(least) + 1)]
        self.cost, self.best, self.steps = cost, best, 0
        self._go(0, [])

    def _go(self, cost, chosen):
        if len(chosen) == len(self.weights):
            self.cost, self.best = cost, dict(zip(self.weights, chosen, strict=True))
            return
        rest = self.rest[len(chosen) + 1]
        for candidate in self.found[self.weights[len(chosen)]]:
            if cost + candidate.cost + rest >= self.cost or self.steps > _STEPS:
                return
            self.steps += 1
            after = cost + candidate.cost + _with_others(candidate, chosen)
            if after + rest < self.cost:
                self._go(after, [*chosen, candidate])


def _with_others(one, others):
    return sum(_overlap(one, other) for other in others if one.around.meets(other.around))


def _overlap(a, b):
    cost = _ON_A_LABEL["vv"] * a.value.meets(b.value)
    cost += _ON_A_LABEL["vd"] * (a.value.meets(b.derivative) + a.derivative.meets(b.value))
    cost += _ON_A_LABEL["vn"] * (a.value.meets(b.new) + a.new.meets(b.value))
    cost += _ON_A_LABEL["dd"] * a.derivative.meets(b.derivative)
    cost += _ON_A_LABEL["dn"] * (a.derivative.meets(b.new) + a.new.meets(b.derivative))
    return cost + _ON_A_LABEL["nn"] * a.new.meets(b.new)


# Candidates -------------------------------------------------------------------------------------


def _candidates(wire: Wire, blocks: tuple[Block, ...], obstacles: Obstacles, fine: int):
    level = 100 * abs(wire.y2 - wire.y1) < _LEVEL * (wire.x2 - wire.x1)
    places = _at_level(wire, blocks) if level else _on_wire(wire, blocks, fine)
    return [_judged(wire, blocks, obstacles, *place) for place in places]


def _at_level(wire, blocks):
    """Above a level wire and under it, as (tops of the blocks, x, anchor, cost)."""
    for order, cost in _AT_LEVEL:
        above, below = order.split("|")
        high = min(wire.y1, wire.y2) - 60
        # Under the backward arrow, which is there with a derivative.
        low = max(wire.y1, wire.y2) + (40 if below == "n" else 150)
        tops = _stacked(above, blocks, high - _height(above, blocks)) | _stacked(below, blocks, low)
        for x, anchor, more in _across(wire, blocks, None):
            yield tops, x, anchor, cost + more


def _on_wire(wire, blocks, fine):
    """With the value on the wire: at heights from end to end, at some places across."""
    top, bottom = min(wire.y1, wire.y2) - 150, max(wire.y1, wire.y2) + 150
    value = _height("v", blocks)
    for order, cost in _ON_WIRE:
        before = _height(order[: order.index("v")], blocks)
        for y in range(top, bottom - value, fine):
            tops = _stacked(order, blocks, y - before)
            for x, anchor, more in _across(wire, blocks, wire.x_at(y + value // 2)):
                yield tops, x, anchor, cost + more


def _across(wire, blocks, on):
    """Places across, as (x, anchor, cost)."""
    left, right = wire.x1 + 10 * BESIDE, wire.x2 - 10 * BESIDE
    yield left, "start", 6
    yield left + 140, "start", 12
    yield right, "end", 12
    yield right - 220, "end", 12
    half = round(5 * max(block.width for block in blocks))
    places = [on] if on is not None else [*range(left + half, right - half, 60), right - half]
    middle = (left + right) // 2
    for x in places:
        yield x, None, abs(x - middle) // 40


def _height(kinds, blocks):
    return sum(10 * _of(kind, blocks).step * len(_of(kind, blocks).words) for kind in kinds)


def _of(kind, blocks):
    return next(block for block in blocks if block.kind[0] == kind)


def _stacked(kinds, blocks, top):
    tops = {}
    for kind in kinds:
        tops[kind] = top
        top += _height(kind, blocks)
    return tops


def _judged(wire, blocks, obstacles, tops, x, anchor, cost):
    rects = [_ink(block, tops[block.kind[0]], x, anchor) for block in blocks]
    for block_cost, rect, block in zip(_ON_A_WIRE, rects, blocks, strict=True):
        for other in obstacles.wires:
            if other.name != wire.name and not (other.back and block.kind == "new"):
                cost += block_cost * other.meets(rect)
        cost += _ON_A_BOX * sum(rect.meets(box) for box in obstacles.solid)
        if block.kind != "new":
            cost += _ON_WORDS * sum(rect.meets(words) for words in obstacles.backward)
        cost += _at_an_end(wire, rect)
        cost += _ON_A_BOX * (rect.top < 20 or rect.bottom > obstacles.bottom)
    cost += _apart(wire, rects[0]) + _from_where_it_begins(wire, rects[0])
    lines = [
        tuple((tops[b.kind[0]] + 10 * b.step * k + 5 * b.step) / 10 for k in range(len(b.words)))
        for b in blocks
    ]
    return _Candidate(Spot(x / 10, anchor, *lines), *rects, _around(rects), cost)


def _ink(block, top, x, anchor):
    """What a block covers: capitals and what hangs under them."""
    width, step, size = round(10 * block.width), 10 * block.step, 10 * block.size
    left = {"start": x, "end": x - width, None: x - width // 2}[anchor]
    first, last = top + step // 2, top + step // 2 + step * (len(block.words) - 1)
    return Rect(left, first - size * 40 // 100, left + width, last + size * 50 // 100)


def _around(rects):
    left, top, right, bottom = zip(*rects, strict=True)
    return Rect(min(left) - _NEAR, min(top) - _NEAR, max(right) + _NEAR, max(bottom) + _NEAR)


def _at_an_end(wire, rect):
    """The cost of hiding where a wire begins, or its head."""
    begins = rect.left < wire.x1 + 100 and rect.top < wire.y1 < rect.bottom
    ends = rect.right > wire.x2 - 200 and rect.top < wire.y2 < rect.bottom
    return 60 * begins + 300 * ends


def _from_where_it_begins(wire, value):
    """The cost of a value elsewhere along a wire than near its beginning, or not amid its wire."""
    if abs(wire.y2 - wire.y1) < 100:
        return 0
    middle = (value.top + value.bottom) // 2
    along = 100 * (middle - wire.y1) // (wire.y2 - wire.y1)
    return abs(along - 22) // 2 + abs((value.left + value.right) // 2 - wire.x_at(middle)) // 60


def _apart(wire, value):
    """The cost of a value beside its wire."""
    middle = (value.top + value.bottom) // 2
    x = wire.x_at(middle)
    beside = max(value.left + 100 - x, x - (value.right - 100), 0)
    y = wire.y_at((value.left + value.right) // 2)
    off = max(value.top - y, y - value.bottom, 0)
    return min(beside, off) * 2
