"""Where the label of every edge stands in the network diagram: one place for a whole network.

A place is chosen once, from the layout alone, so that a label stands where it stands in every
picture of the network. Every edge has some candidates, each with its cost: what it touches, and how
far it is from its wire. Then edge after edge takes the candidate that is cheapest beside the places
of the others, until none changes. Whole numbers only: the same on every machine.
"""

from functools import lru_cache
from itertools import chain, permutations, product

from backprop_lib.pictures.diagram.candidates import Candidates, Spot
from backprop_lib.pictures.diagram.labels import MOST_SHOWN, blocks_of
from backprop_lib.pictures.diagram.layout import Layout
from backprop_lib.pictures.diagram.obstacles import obstacles_in, wire_of

# What it costs when two labels touch, by the kinds of their blocks.
_ON_A_LABEL = {"vv": 20000, "vd": 10000, "vn": 10000, "dd": 2000, "nn": 1500, "dn": 1200}
_TRIES = 60  # candidates that are compared with those of others
_FINE = ((4, 10), (6, 20), (100, 40))  # of so many edges, tenths from try to try
_STEPS = 8000  # of the search


@lru_cache(maxsize=128)
def spots_of(layout: Layout) -> dict[str, Spot]:
    """The place of every label of a network."""
    return {weight: candidate.spot for weight, candidate in _places(layout).items()}


@lru_cache(maxsize=128)
def clashes_of(layout: Layout) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """For a block, as (weight, kind), those that it would cover where there is no room for all."""
    kinds, clashes = ("value", "derivative", "new"), {}
    for (one, a), (other, b) in permutations(_places(layout).items(), 2):
        if a.around.meets(b.around):
            for k, kind in product(kinds, kinds):
                if getattr(a, k).meets(getattr(b, kind)):
                    clashes.setdefault((one, k), set()).add((other, kind))
    return {block: frozenset(others) for block, others in clashes.items()}


@lru_cache(maxsize=128)
def _places(layout):
    places = {}
    for gap in range(len(layout.names.weights)):
        places |= _places_in(layout, gap)
    return places


def is_crowded(layout: Layout) -> bool:
    """Whether there are too many wires to show all their labels at once."""
    return len(layout.edges) > MOST_SHOWN


def _places_in(layout, gap):
    obstacles, rows = obstacles_in(layout, gap), layout.names.weights[gap]
    weights, crowded = list(chain(*rows)), is_crowded(layout)
    if crowded:
        # There are wires everywhere.
        obstacles = obstacles._replace(wires=())
    fine = next(step for most, step in _FINE if len(weights) <= most)
    found = {}
    for w in weights:
        wire, blocks = wire_of(layout.edges[w], w), blocks_of(layout, w)
        candidates = Candidates(wire, blocks, obstacles, 60 if crowded else fine)
        found[w] = candidates.best()[: 24 if len(weights) > 30 else _TRIES]
    return _chosen(found, _neighbours(rows, crowded), crowded)


def _cost(candidate):
    return candidate.cost


def _neighbours(rows, crowded):
    """Whose labels are there when that of a weight is: all, or those of its two neurons."""
    weights = list(chain(*rows))
    if not crowded:
        return {w: [o for o in weights if o != w] for w in weights}
    columns = list(zip(*rows, strict=True))
    return {
        w: [o for o in (*row, *columns[k]) if o != w] for row in rows for k, w in enumerate(row)
    }


def _chosen(found, neighbours, crowded):
    """The places that cost least together, as far as the search gets."""
    weights = list(found)
    turned = [weights[k:] + weights[:k] for k in range(1 if crowded else len(weights))]
    orders = [*turned, *(order[::-1] for order in turned)]
    results = [_settled(found, neighbours, order) for order in orders]
    cost, chosen = min(results, key=lambda result: result[0])
    return chosen if crowded else _Search(found, cost, chosen).best


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
