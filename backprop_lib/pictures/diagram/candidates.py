"""Where the label of an edge might stand in the network diagram, and what each place costs.

A place costs by what it covers, and by how far from its wire it is. All in tenths of a unit, whole
numbers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_lib.pictures.diagram.labels import BESIDE, Block
from backprop_lib.pictures.diagram.layout import Box
from backprop_lib.pictures.diagram.obstacles import Obstacles, Wire


class Spot(NamedTuple):
    """Where the lines of a label go, the middles of their heights, by the kind of block.

    x: their middle, or with the anchor "start" or "end" their left or right end.
    """

    x: float
    anchor: str | None
    value: tuple[float, ...]
    derivative: tuple[float, ...]
    new: tuple[float, ...]

    def without(self, kind: str) -> "Spot":
        """The same, with no room for what comes back or for the new value."""
        return self._replace(derivative=()) if kind == "derivative" else self._replace(new=())


class Candidate(NamedTuple):
    """A place for a label: what its three blocks cover, and all of them, and what that costs."""

    spot: Spot
    value: Box
    derivative: Box
    new: Box
    around: Box
    cost: int


# A block on a wire costs less than one on a box or on other words. The value is always there, the
# derivative and the new value are not.
_ON_A_WIRE = {"v": 2000, "d": 600, "n": 400}
_ON_A_BOX = 30000
_ON_WORDS = 5000
# Orders of value, derivative and new value from top to bottom, with what each costs; "|" is a level
# wire. The value stands amid the others, so that there is no gap where one of them is not known.
_ON_WIRE = {"dvn": 0, "nvd": 15, "vdn": 90}
_AT_LEVEL = {"dv|n": 0, "nv|d": 25, "d|vn": 25, "n|vd": 80, "|vnd": 90, "ndv|": 1100}
_LEVEL = 12  # percent: wires that rise less are level
_NEAR = 25  # within so much of it, another label is looked at


class Candidates:
    """The candidates of one edge. fine: from a height to the next that is tried."""

    def __init__(self, wire: Wire, blocks: tuple[Block, ...], obstacles: Obstacles, fine: int):
        self._wire, self._obstacles, self._fine = wire, obstacles, fine
        self._blocks = {block.kind[0]: block for block in blocks}
        self._widths = {kind: round(10 * block.width) for kind, block in self._blocks.items()}
        self._heights = {k: 10 * b.step * len(b.words) for k, b in self._blocks.items()}
        self._wires = [other for other in obstacles.wires if other.name != wire.name]
        self._judged = {}

    def best(self) -> list[Candidate]:
        """The best in every neighbourhood, the cheapest first."""
        wire, best = self._wire, {}
        is_level = 100 * abs(wire.y2 - wire.y1) < _LEVEL * (wire.x2 - wire.x1)
        least = 10**9
        for cost, order, tops, x, anchor in self._at_level() if is_level else self._on_wire():
            of_value = cost + self._block("v", tops["v"], x, anchor)[1]
            least = min(least, of_value)
            if of_value >= least + _ON_A_WIRE["v"]:
                continue
            cost = of_value + sum(self._block(kind, tops[kind], x, anchor)[1] for kind in "dn")
            place = order, anchor, tops["v"] // 50, x // 100
            if place not in best or cost < best[place][0]:
                best[place] = cost, tops, x, anchor
        return [self._candidate(*found) for found in sorted(best.values(), key=lambda b: b[0])]

    # Places -------------------------------------------------------------------------------------

    def _at_level(self):
        """Above a level wire and under it."""
        for order, cost in _AT_LEVEL.items():
            above, below = order.split("|")
            high = min(self._wire.y1, self._wire.y2) - 60
            # Under the backward arrow, which is there with a derivative.
            low = max(self._wire.y1, self._wire.y2) + (20 if below == "n" else 150)
            height = sum(self._heights[kind] for kind in above)
            tops = self._stacked(above, high - height) | self._stacked(below, low)
            for x, anchor, more in self._across():
                yield cost + more, order, tops, x, anchor

    def _on_wire(self):
        """With the value on the wire: at heights from end to end, at some places across."""
        wire, middle = self._wire, self._heights["v"] // 2
        top, bottom = min(wire.y1, wire.y2) - 150, max(wire.y1, wire.y2) + 150
        for y in range(top, bottom - 2 * middle, self._fine):
            for x, anchor, more in self._across(wire.x_at(y + middle)):
                for order, cost in _ON_WIRE.items():
                    before = sum(self._heights[kind] for kind in order[: order.index("v")])
                    yield cost + more, order, self._stacked(order, y - before), x, anchor

    def _across(self, on: int | None = None) -> Iterator[tuple[int, str | None, int]]:
        """Places across, each with what it costs. on: where the wire is."""
        left, right = self._wire.x1 + 10 * BESIDE, self._wire.x2 - 10 * BESIDE
        yield from ((left, "start", 6), (left + 140, "start", 12))
        yield from ((right, "end", 12), (right - 220, "end", 12))
        half = max(self._widths.values()) // 2
        places = [on] if on is not None else [*range(left + half, right - half, 60), right - half]
        for x in places:
            yield x, None, abs(x - (left + right) // 2) // 40

    def _stacked(self, kinds, top):
        tops = {}
        for kind in kinds:
            tops[kind] = top
            top += self._heights[kind]
        return tops

    # Costs --------------------------------------------------------------------------------------

    def _block(self, kind, top, x, anchor):
        """What a block covers there, and what that costs."""
        width = self._widths[kind]
        left = {"start": x, "end": x - width, None: x - width // 2}[anchor]
        if (kind, top, left) not in self._judged:
            rect = self._ink(kind, top, left)
            cost = self._cost(kind, rect) + (self._from_its_wire(rect) if kind == "v" else 0)
            self._judged[kind, top, left] = rect, cost
        return self._judged[kind, top, left]

    def _ink(self, kind, top, left):
        """The lines of a block and the ground behind them."""
        return Box(left, top, left + self._widths[kind], top + self._heights[kind])

    def _cost(self, kind, rect):
        obstacles, wire = self._obstacles, self._wire
        cost = 0 if rect.is_in(obstacles.page) else _ON_A_BOX
        cost += _ON_A_BOX * len([box for box in obstacles.solid if rect.meets(box)])
        if kind != "n":
            cost += _ON_WORDS * len([words for words in obstacles.backward if rect.meets(words)])
        # A new value is not there when a picture goes backward.
        wires = [other for other in self._wires if not (other.back and kind == "n")]
        # Over capitals there is a little room, and under what hangs under them.
        ink = rect._replace(
            top=rect.top + 12 * self._blocks[kind].size // 10, bottom=rect.bottom - 5
        )
        cost += _ON_A_WIRE[kind] * len([other for other in wires if other.meets(ink)])
        hides_its_begin = rect.left < wire.x1 + 100 and rect.top < wire.y1 < rect.bottom
        hides_its_head = rect.right > wire.x2 - 200 and rect.top < wire.y2 < rect.bottom
        return cost + 60 * hides_its_begin + 300 * hides_its_head

    def _from_its_wire(self, value):
        """The cost of a value beside its wire, or not near where the wire begins."""
        wire, y = self._wire, (value.top + value.bottom) // 2
        x, middle = wire.x_at(y), (value.left + value.right) // 2
        beside = max(value.left + 100 - x, x - (value.right - 100), 0)
        height = wire.y_at(middle)
        cost = 2 * min(beside, max(value.top - height, height - value.bottom, 0))
        if abs(wire.y2 - wire.y1) >= 100:
            along = 100 * (y - wire.y1) // (wire.y2 - wire.y1)
            cost += abs(along - 22) // 2 + abs(middle - x) // 60
        return cost

    def _candidate(self, cost, tops, x, anchor):
        rects = [self._block(kind, tops[kind], x, anchor)[0] for kind in "vdn"]
        lines = []
        for kind in "vdn":
            step = 10 * self._blocks[kind].step
            middles = range(tops[kind] + step // 2, tops[kind] + self._heights[kind], step)
            lines.append(tuple(y / 10 for y in middles))
        return Candidate(Spot(x / 10, anchor, *lines), *rects, _around(rects), cost)


def _around(rects):
    left, top, right, bottom = zip(*rects, strict=True)
    return Box(min(left) - _NEAR, min(top) - _NEAR, max(right) + _NEAR, max(bottom) + _NEAR)
