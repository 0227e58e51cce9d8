"""The edges of the network diagram: forward and backward lines, and the labels beside them."""

import math
from itertools import chain

from backprop_lib.pictures import theme
from backprop_lib.pictures.diagram.facts import Facts
from backprop_lib.pictures.diagram.labels import Spot, second_size, spots_of
from backprop_lib.pictures.diagram.layout import ASIDE, Box, Layout, around
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import ground, line, ring, text_width


def spots_for(layout: Layout, facts: Facts) -> dict[str, Spot]:
    """Places for the labels of the edges, for what they have to say."""
    in_play = layout.edges.keys() & facts.light.of.keys()
    return spots_of(
        layout,
        frozenset((weight, _wish(weight, layout.grade, facts)) for weight in in_play),
        "handed" if layout.grade.stacked and facts.backward and not facts.light.of else "plain",
        frozenset(_expected(layout.grade, facts)),
        frozenset(_own_biases(facts)),
    )


def _wish(weight, grade, facts):
    """What the label of an edge in play has to say. It is so before a result is told, too."""
    if facts.updates(weight):
        return "update"
    if facts.backward and grade.stacked:
        return "backward" if weight in facts.light.ends else "passed"
    # Where name and number share a line, there is always a second one for a derivative.
    return "plain"


def _expected(grade, facts):
    """Neurons beside which derivatives may stand, each with the longest name of one."""
    for neuron in chain(*facts.names.neurons):
        net, out = f"net_{neuron}", f"out_{neuron}"
        if not grade.stacked:
            yield neuron, "dE/dnet"  # always, so that labels stay where they are
        elif facts.backward and facts.light.look(net, out) != "faint":
            of = facts.light.of.get(net) or facts.light.of.get(out, "E_total")
            yield neuron, "dout/dnet" if of == "E_total" else f"d{of}/dnet"


def _own_biases(facts):
    """Neurons with a bias of their own, whose number stands above them."""
    for bias, neurons in zip(facts.names.biases, facts.names.neurons, strict=True):
        own = (neuron for neuron in neurons[1:] if f"b_{neuron}" in facts.values)
        yield from own if bias not in facts.values else ()


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
    # Straight down, so that both ends stay on the edges of their boxes.
    down = min(ASIDE * math.dist((x1, y1), (x2, y2)) / (x2 - x1), ASIDE + 3)
    sheet.flow([(x1, y1 + down), (x2, y2 + down)], look, weight)


def _edge_label(sheet, weight, look):
    placed = _label_lines(sheet, weight, look)
    x, px = sheet.spots[weight].x, sheet.grade.label
    if sheet.rings.has(weight):
        half = max(text_width(words, px) for words, _, _ in placed) / 2 + px / 4
        top, bottom = placed[0][1] - px * 0.65, placed[-1][1] + px * 0.65
        sheet.labels.append(ring(Box(x - half, top, x + half, bottom), theme.PAGE))
    elif len(placed) > 1 and not sheet.layout.edges[weight].is_level:
        # Each ground meets the next, or the edge would show between the lines.
        for words, y, size in placed:
            sheet.labels.append(ground(around(x, y, text_width(words, size), size + 1)))
    for words, y, size in placed:
        sheet.label(x, y, words, size, look)


def _label_lines(sheet, weight, look):
    """The lines of an edge's label, as (words, y, type size)."""
    spot, px, second_px = sheet.spots[weight], sheet.grade.label, second_size(sheet.grade)
    words = _edge_words(sheet, weight, look)
    is_level = sheet.layout.edges[weight].is_level
    if spot.level == "two lines" and len(words) == 1:
        first, second = spot.lines
        return [(words[0], first if is_level else (first + second) / 2, px)]
    above = is_level and not sheet.grade.stacked and not sheet.goes_back(look)
    if spot.level == "two lines" and above:
        # Without a backward arrow to stand under, the second line joins the first.
        first = spot.lines[0]
        return [(words[0], first - px - 2, px), (words[1], first, second_px)]
    sizes = [px] + [second_px] * (len(words) - 1)
    return list(zip(words, spot.lines, sizes, strict=False))


def _edge_words(sheet, weight, look):
    values, came = sheet.facts.values, sheet.facts.carried.get(weight)
    level, new = sheet.spots[weight].level, values.get(f"{weight}_new")
    if level == "name" or weight not in values:
        return [weight]
    number = sheet.signed(values[weight])
    if level == "short":
        return [f"{weight} {sheet.signed(values[weight], 2)}"]
    if level == "handed":
        return [came.short or f"← {weight}", sheet.signed(came.value)] if came else [weight, number]
    first = [weight, number] if level.startswith("tall") else [f"{weight} {number}"]
    if level.endswith(("update", "backward", "passed")):
        return first + _news(sheet, weight, level, came, new)
    if level == "two lines" and came:
        return [*first, f"{came.short or '←'} {sheet.signed(came.value)}"]
    if level == "two lines" and new is not None and not sheet.goes_back(look):
        return [*first, f"→ {sheet.signed(new)}"]
    return first


def _news(sheet, weight, level, came, new):
    """The lines under the number of a weight in play; the last is kept for what it becomes."""
    is_update = level.endswith("update")
    came = sheet.facts.steps.get(weight) if is_update else came
    news = []
    if came and not sheet.grade.stacked:
        news = [f"{came.short} {sheet.signed(came.value)}"]
    elif came:
        number = sheet.signed(came.value)
        news = [came.short, number] if came.short else [f"← {number}"]
    if is_update and new is not None:
        news.append(f"→{'' if sheet.grade.stacked else ' '}{sheet.signed(new)}")
    return news


def label_extent(sheet: Sheet, weight: str, spot: Spot) -> Box:
    """The box around the label of an edge."""
    placed = _label_lines(sheet, weight, "lit")
    width = max(text_width(words, px) for words, _, px in placed)
    top, bottom = placed[0][1] - placed[0][2] * 0.7, placed[-1][1] + placed[-1][2] * 0.7
    return Box(spot.x - width / 2, top, spot.x + width / 2, bottom)
