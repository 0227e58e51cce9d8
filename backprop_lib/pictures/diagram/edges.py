"""The edges of the network diagram: forward and backward lines, and the labels beside them."""

from itertools import product

from backprop_lib.pictures import theme
from backprop_lib.pictures.diagram.candidates import Spot
from backprop_lib.pictures.diagram.facts import Facts
from backprop_lib.pictures.diagram.labels import blocks_of
from backprop_lib.pictures.diagram.layout import Box, Layout, around
from backprop_lib.pictures.diagram.obstacles import way_back
from backprop_lib.pictures.diagram.places import clashes_of, is_crowded, spots_of
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import ground, line, ring, text_width

_MORE = ("derivative", "new")


def spots_for(layout: Layout, facts: Facts) -> dict[str, Spot]:
    """Places for the labels of the edges. Of many edges only those in play have a label."""
    spots, crowded = spots_of(layout), is_crowded(layout)
    if crowded:
        spots = {weight: spot for weight, spot in spots.items() if facts.light.has(weight)}
    shown = {(weight, "value") for weight in spots}
    if not crowded:
        shown |= {(w, kind) for w in spots for kind in _MORE if facts.light.has(w)}
    for weight, kind in product(spots, _MORE):
        block = weight, kind
        if block not in shown and _says(facts, *block):
            if shown.isdisjoint(clashes_of(layout).get(block, ())):
                shown.add(block)
            else:
                # It would cover what matters more.
                spots = spots | {weight: spots[weight].without(kind)}
    return spots


def _says(facts, weight, kind):
    """Whether there is something to say of a weight in a block beside its value."""
    if kind == "new":
        return not facts.backward and f"{weight}_new" in facts.values
    return weight in facts.carried or weight in facts.steps


def draw_edge(sheet: Sheet, weight: str) -> None:
    """The line of a weight with its label; where it has no room, only the line."""
    edge, look = sheet.layout.edges[weight], sheet.light.look(weight)
    if sheet.goes_back(look):
        _backward_edge(sheet, weight, edge, look)
    else:
        sheet.flow([edge[:2], edge[2:]], look, weight)
    if weight in sheet.spots:
        _edge_label(sheet, weight, look)
    elif sheet.rings.has(weight):
        sheet.labels.append(ring(around(*edge.at(0.5), 14, 14)))


def _backward_edge(sheet, weight, edge, look):
    x1, y1, x2, y2 = edge
    width = theme.PLAIN_LINE * sheet.grade.pen
    value = sheet.facts.values.get(weight)
    sheet.lines["plain"].append(line([(x1, y1), (x2, y2)], value, width))
    down = way_back(edge)
    sheet.flow([(x1, y1 + down), (x2, y2 + down)], look, weight)


def _edge_label(sheet, weight, look):
    placed, spot = _label_lines(sheet, weight), sheet.spots[weight]
    if sheet.rings.has(weight):
        sheet.labels.append(ring(_around(spot, _changed(sheet, weight, placed)), theme.PAGE))
    elif not sheet.layout.edges[weight].is_level:
        # Each ground meets the next, or the edge would show between the lines.
        for piece in placed:
            sheet.labels.append(ground(_extent(spot, *piece)))
    for words, y, size in placed:
        sheet.label(spot.x, y, words, size, look, spot.anchor)


def _changed(sheet, weight, placed):
    """The lines in a ring: all, but for a derivative alone on the other side of the wire."""
    edge, spot = sheet.layout.edges[weight], sheet.spots[weight]
    above = [ys[0] < edge.y1 for ys in spot[2:] if ys]
    if edge.is_level and above[0] == above[-1] != above[1]:
        return [piece for piece in placed if piece[1] not in spot.derivative]
    return placed


def _label_lines(sheet, weight):
    """The lines of an edge's label, as (words, y, type size)."""
    spot, blocks = sheet.spots[weight], blocks_of(sheet.layout, weight)
    says = {"value": _value, "derivative": _came, "new": _new}
    lines = []
    for block in blocks:
        ys, words = getattr(spot, block.kind), says[block.kind](sheet, weight, block.number)
        if len(words) != len(ys) and ys:
            words, ys = [" ".join(words)] if words else [], [sum(ys) / len(ys)]
        lines += [(w, y, block.size) for w, y in zip(words, ys, strict=False)]
    return lines


def _value(sheet, weight, widest):
    if weight not in sheet.facts.values:
        return [weight]
    return [weight, sheet.signed(sheet.facts.values[weight], widest)]


def _came(sheet, weight, widest):
    """What comes back to a weight, or is handed on by it; what its new value goes by."""
    came = sheet.facts.carried.get(weight) or sheet.facts.steps.get(weight)
    if came is None:
        return []
    number = sheet.signed(came.value, widest)
    return [came.short, number] if came.short else [f"← {number}"]


def _new(sheet, weight, widest):
    new = sheet.facts.values.get(f"{weight}_new")
    if new is None or sheet.facts.backward:
        return []
    return [f"→ {sheet.signed(new, widest)}"]


def _extent(spot, words, y, size):
    width = text_width(words, size)
    left = {"start": spot.x, "end": spot.x - width, None: spot.x - width / 2}[spot.anchor]
    return Box(left - 0.5, y - size / 2 - 0.5, left + width + 0.5, y + size / 2 + 0.5)


def _around(spot, placed):
    left, top, right, bottom = zip(*(_extent(spot, *piece) for piece in placed), strict=True)
    return Box(min(left), min(top), max(right), max(bottom)).grown(4)


def label_extent(sheet: Sheet, weight: str, spot: Spot) -> Box:
    """The box around the label of an edge."""
    left, top, right, bottom = _around(spot, _label_lines(sheet, weight))
    return Box(left + 4, top + 2, right - 4, bottom - 2)
