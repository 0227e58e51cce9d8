"""How the network diagram is drawn: the SVG of one picture, from its layout and its facts."""

import math
import re
from itertools import chain

from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import coordinate
from backprop_lib.pictures.diagram.labels import bias_place, second_size, spots_of, under_x
from backprop_lib.pictures.diagram.layout import ASIDE, MARGIN, Box, around
from backprop_lib.pictures.svg import (
    arrow,
    ground,
    line,
    picture_svg,
    rectangle,
    ring,
    text,
    text_width,
    touch_box,
    touch_line,
)

_TITLE = 40  # height of the title's line
_TARGET = 18  # largest type of a target, a side line in the box of its error


class Drawing:
    """Builds one picture from back to front: lines, boxes, labels."""

    def __init__(self, layout, facts, clickable=False):
        self.layout, self.grade = layout, layout.grade
        self.facts, self.names = facts, facts.names
        self.light, self.rings = facts.light, facts.rings
        in_play = layout.edges.keys() & facts.light.of.keys()
        self.spots = spots_of(
            layout,
            frozenset((weight, self._wish(weight)) for weight in in_play),
            "handed" if self.grade.stacked and facts.backward and not facts.light.of else "plain",
            frozenset(self._expected()),
            frozenset(self._own_biases()),
        )
        self.lines = {"faint": [], "plain": [], "lit": []}
        self.boxes, self.labels = [], []
        self._draw()
        self.touch = list(self._touch()) if clickable else []

    def svg(self, label, words):
        """The finished picture, named by its label and described by its words."""
        title = "" if self.facts.title is None else str(self.facts.title)
        heading = text(self.grade.page / 2, 20, title, self.grade.name, bold=True) if title else ""
        top = _TITLE if title else 0
        lines = {look: "".join(drawn) for look, drawn in self.lines.items()}
        body = (
            f'{heading}<g transform="translate(0 {top})">'
            # Faint as a group: where faint lines meet, they do not add up to a dark one.
            f'<g opacity="{theme.FAINT_LINE_OPACITY}">{lines["faint"]}</g>'
            f"{lines['plain']}{lines['lit']}{''.join(self.boxes)}"
            f'<g style="paint-order:stroke;stroke:{theme.PAGE};stroke-width:5px">'
            f"{''.join(self.labels)}</g>{''.join(self.touch)}</g>"
        )
        height = coordinate(self.layout.height + top, decimals=0)
        look = ' text-anchor="middle" stroke-linecap="round" stroke-linejoin="round"'
        return picture_svg(label, self.grade.page, height, body, look, self._style(), words)

    def _style(self):
        """As wide as there is room on the page, never so narrow that type gets too small."""
        drawn = "".join((*self.boxes, *self.labels))
        smallest = min(map(float, re.findall(r'font-size="([\d.]+)"', drawn)))
        least = f"min-width:{theme.least_width(self.grade.page, smallest)}px"
        most = f"max-width:{theme.NORMAL_WIDTH}px"
        if self.layout.size == "projector":
            most = f"max-height:{theme.PROJECTOR_HEIGHT}"
        return f"height:auto;{most};{least};margin:0 auto"

    def _draw(self):
        for layer, rows in enumerate(self.names.weights):
            self._biases(layer)
            for weight in chain(*rows):
                self._edge(weight)
        for name in self.names.inputs:
            self._node(name, [name], self._number_line(name))
        for neuron in chain(*self.names.neurons):
            shown = [self._number_line(f"{kind}_{neuron}", kind) for kind in ("net", "out")]
            self._node(neuron, [f"net_{neuron}", f"out_{neuron}"], [*chain(*shown)])
        self._errors()
        self._eta()
        self._way_back()

    def _wish(self, weight):
        """What the label of an edge in play has to say. It is so before a result is told, too."""
        if self.facts.updates(weight):
            return "update"
        if self.facts.backward and self.grade.stacked:
            return "backward" if weight in self.light.ends else "passed"
        # Where name and number share a line, there is always a second one for a derivative.
        return "plain"

    def _own_biases(self):
        """Neurons with a bias of their own, whose number stands above them."""
        for bias, neurons in zip(self.names.biases, self.names.neurons, strict=True):
            own = (neuron for neuron in neurons[1:] if f"b_{neuron}" in self.facts.values)
            yield from own if bias not in self.facts.values else ()

    def _expected(self):
        """Neurons beside which derivatives may stand, each with the longest name of one."""
        for neuron in chain(*self.names.neurons):
            net, out = f"net_{neuron}", f"out_{neuron}"
            if not self.grade.stacked:
                yield neuron, "dE/dnet"  # always, so that labels stay where they are
            elif self.facts.backward and self.light.look(net, out) != "faint":
                of = self.light.of.get(net) or self.light.of.get(out, "E_total")
                yield neuron, "dout/dnet" if of == "E_total" else f"d{of}/dnet"

    # Edges

    def _edge(self, weight):
        edge, look = self.layout.edges[weight], self.light.look(weight)
        if self._goes_back(look):
            self._backward_edge(weight, edge, look)
        else:
            self._flow([edge[:2], edge[2:]], look, weight)
        if weight in self.spots:
            self._edge_label(weight, look)
        elif self.rings.has(weight):
            self.labels.append(ring(around(*edge.at(0.5), 14, 14)))

    def _goes_back(self, look):
        return self.facts.backward and look != "faint"

    def _flow(self, points, look, name, carrier=None):
        """An arrow with the value of a name, or back with the derivative through its carrier."""
        back = self._goes_back(look)
        came = self.facts.carried.get(carrier or name)
        value = (came and came.value) if back else self.facts.values.get(name)
        way = points[::-1] if back else points
        self.lines[look].append(arrow(way, value, look, back, self.grade.pen))

    def _backward_edge(self, weight, edge, look):
        x1, y1, x2, y2 = edge
        width = theme.PLAIN_LINE * self.grade.pen
        value = self.facts.values.get(weight)
        self.lines["plain"].append(line([(x1, y1), (x2, y2)], value, width))
        # Straight down, so that both ends stay on the edges of their boxes.
        down = min(ASIDE * math.dist((x1, y1), (x2, y2)) / (x2 - x1), ASIDE + 3)
        self._flow([(x1, y1 + down), (x2, y2 + down)], look, weight)

    def _edge_label(self, weight, look):
        placed = self._edge_lines(weight, look)
        x, px = self.spots[weight].x, self.grade.label
        if self.rings.has(weight):
            half = max(text_width(words, px) for words, _, _ in placed) / 2 + px / 4
            top, bottom = placed[0][1] - px * 0.65, placed[-1][1] + px * 0.65
            self.labels.append(ring(Box(x - half, top, x + half, bottom), theme.PAGE))
        elif len(placed) > 1 and not self.layout.edges[weight].is_level:
            # Each ground meets the next, or the edge would show between the lines.
            for words, y, size in placed:
                self.labels.append(ground(around(x, y, text_width(words, size), size + 1)))
        for words, y, size in placed:
            self._label(x, y, words, size, look)

    def _edge_lines(self, weight, look):
        """The lines of an edge's label, as (words, y, type size)."""
        spot, px, second_px = self.spots[weight], self.grade.label, second_size(self.grade)
        words = self._edge_words(weight, look)
        is_level = self.layout.edges[weight].is_level
        if spot.level == "two lines" and len(words) == 1:
            first, second = spot.lines
            return [(words[0], first if is_level else (first + second) / 2, px)]
        above = is_level and not self.grade.stacked and not self._goes_back(look)
        if spot.level == "two lines" and above:
            # Without a backward arrow to stand under, the second line joins the first.
            first = spot.lines[0]
            return [(words[0], first - px - 2, px), (words[1], first, second_px)]
        sizes = [px] + [second_px] * (len(words) - 1)
        return list(zip(words, spot.lines, sizes, strict=False))

    def _edge_words(self, weight, look):
        values, came = self.facts.values, self.facts.carried.get(weight)
        level, new = self.spots[weight].level, values.get(f"{weight}_new")
        if level == "name" or weight not in values:
            return [weight]
        number = self._signed(values[weight])
        if level == "short":
            return [f"{weight} {self._signed(values[weight], 2)}"]
        if level == "handed":
            return (
                [came.short or f"← {weight}", self._signed(came.value)]
                if came
                else [weight, number]
            )
        first = [weight, number] if level.startswith("tall") else [f"{weight} {number}"]
        if level.endswith(("update", "backward", "passed")):
            return first + self._news(weight, level, came, new)
        if level == "two lines" and came:
            return [*first, f"{came.short or '←'} {self._signed(came.value)}"]
        if level == "two lines" and new is not None and not self._goes_back(look):
            return [*first, f"→ {self._signed(new)}"]
        return first

    def _news(self, weight, level, came, new):
        """The lines under the number of a weight in play; the last is kept for what it becomes."""
        is_update = level.endswith("update")
        came = self.facts.steps.get(weight) if is_update else came
        news = []
        if came and not self.grade.stacked:
            news = [f"{came.short} {self._signed(came.value)}"]
        elif came:
            number = self._signed(came.value)
            news = [came.short, number] if came.short else [f"← {number}"]
        if is_update and new is not None:
            news.append(f"→{'' if self.grade.stacked else ' '}{self._signed(new)}")
        return news

    # Biases

    def _biases(self, layer):
        bias, neurons = self.names.biases[layer], self.names.neurons[layer]
        branches = [f"b_{neuron}" for neuron in neurons]
        for branch in branches:
            self._branch(branch, bias)
        box, look = self.layout.boxes[bias], self.light.look(bias, *branches)
        self.boxes.append(rectangle(box, look, 4))
        self.boxes.append(text(box.x, box.y, bias, self.grade.label, bold=True, look=look))
        self._ring(box, bias, *branches)
        lines, step = self._bias_lines(bias), self.grade.label + 2
        for k, words in enumerate(lines):
            y = box.y + (k - (len(lines) - 1) / 2) * step
            self._label(box.right + 7, y, words, self.grade.label, look, anchor="start")

    def _bias_lines(self, bias):
        """What stands beside a bias: its value, then what comes back or its new value."""
        if bias not in self.facts.values:
            return []
        value = self.facts.values[bias]
        came = self.facts.carried.get(bias) or self.facts.steps.get(bias)
        new = self.facts.values.get(f"{bias}_new", value)
        lines = [self._signed(value)]
        if came:
            lines.append(f"{came.short} {self._signed(came.value)}")
        if new != value and not self._goes_back(self.light.look(bias)):
            lines.append(f"→ {self._signed(new)}")
        return lines

    def _branch(self, branch, bias):
        points, look = self.layout.branches[branch], self.light.look(branch)
        values = self.facts.values
        self._flow(points, look, branch)
        if bias in values or branch not in values:
            return
        neuron, px = branch[2:], self.grade.label
        words = f"{branch} {self._signed(values[branch])}"
        if len(points) == 2:
            square = self.layout.boxes[bias]
            self._label(square.right + 7, square.y, words, px, look, anchor="start")
        elif self.layout.above[neuron] >= px + 2 and not self._is_above(neuron):
            left, y = bias_place(self.layout, neuron)
            self._label(left, y, words, px, look, anchor="start")

    def _is_above(self, neuron):
        """Whether derivatives stand between a neuron and the one above it."""
        return len(self._came(neuron)) > self.layout.under[neuron] or self._is_under(neuron)

    def _is_under(self, neuron):
        """Whether the neuron above has derivatives under it, or the bias more than a number."""
        layers = zip(self.names.neurons, self.names.biases, strict=True)
        layer, bias = next((layer, bias) for layer, bias in layers if neuron in layer)
        if neuron == layer[0]:
            return len(self._bias_lines(bias)) > 1
        return bool(self._came(layer[layer.index(neuron) - 1]))

    # Nodes and errors

    def _node(self, node, parts, lines):
        box, shape = self.layout.boxes[node], self.layout.shapes[node]
        radius = min(box.bottom - box.top, box.right - box.left) * 0.24
        self._box(node, parts, [(node, self.grade.name, True), *lines], radius, shape.looks)
        if node not in self.names.inputs or self.grade.row_gap > self.grade.line:
            self._derivatives(node, parts)

    def _box(self, node, parts, lines, radius, looks="stack"):
        box, look = self.layout.boxes[node], self.light.look(*parts)
        self.boxes.append(rectangle(box, look, radius))
        if looks == "beside":
            self._beside(box, lines, look)
        elif looks == "line":
            self._in_line(box, lines, look)
        else:
            self._stack(box, lines[: 2 if looks == "pair" else None], look)
        self._ring(box, *parts)

    def _stack(self, box, lines, look):
        # A number with many digits shrinks rather than leave its box.
        room = box.right - box.left - 8
        lines = [(words, min(px, int(room / text_width(words, 1))), b) for words, px, b in lines]
        y = box.y - 1.22 * sum(px for _, px, _ in lines) / 2
        for words, px, bold in lines:
            self.boxes.append(text(box.x, y + px * 1.22 / 2, words, px, bold=bold, look=look))
            y += px * 1.22

    def _beside(self, box, lines, look):
        """The name, and right of it the numbers under each other."""
        name, *numbers = lines
        if not numbers:
            return self._stack(box, lines, look)
        middle = box.left + text_width(*name[:2]) + 14
        self._stack(Box(box.left, box.top, middle, box.bottom), [name], look)
        room = box.right - middle
        px = min(self.grade.value, *(int(room / text_width(words, 1)) for words, _, _ in numbers))
        numbers = [(words, px, bold) for words, _, bold in numbers]
        return self._stack(Box(middle - 8, box.top, box.right, box.bottom), numbers, look)

    def _in_line(self, box, lines, look):
        """The name and the numbers in one line; each number keeps its place."""
        name, *numbers = lines
        if not numbers:
            return self._stack(box, lines, look)
        left = box.left + text_width(*name[:2]) + 12
        self._stack(Box(box.left, box.top, left, box.bottom), [name], look)
        step = (box.right - left + 6) / (2 if numbers[0][0][:3] in ("net", "out") else 1)
        for k, number in enumerate(numbers[:2]):
            place = left - 6 + k * step
            self._stack(Box(place, box.top, place + step, box.bottom), [number], look)
        return None

    def _number_line(self, name, word=""):
        """The line of a box with the value of a name; no line where there is no value."""
        if name not in self.facts.values:
            return []
        room = self._room(name if name in self.layout.boxes else name.removeprefix(f"{word}_"))
        ways = list(self._written(word, self.facts.values[name]))
        words = next((way for way in ways if text_width(way, 1) <= room), ways[-1])
        # In a neuron only the line in play is bold. An input has one line.
        bold = self.light.has(name) and name not in self.names.inputs
        return [(words, self.grade.value, bold)]

    def _written(self, word, value):
        """A number after its word, with ever fewer digits."""
        before = f"{word} " if word else ""
        for places in range(self.grade.places, 1, -1):
            yield before + short_number(value, places)
        if 0 < abs(value) < 0.01:
            yield before + one_digit(value)

    def _room(self, node):
        """Width for a number in a box, in units of the smallest type that is like the others."""
        box, shape = self.layout.boxes[node], self.layout.shapes.get(node)
        width = box.right - box.left - 8
        if shape and shape.looks != "stack":
            name = text_width(node, self.grade.name)
            width = {"beside": width - name - 6, "line": (width - name) / 2 - 6}.get(
                shape.looks, width
            )
        return width / (0.87 * self.grade.value)

    def _derivatives(self, node, parts):
        """What has come back to a node: by its out, then by its net. Under it, or above it."""
        box, grade, came = self.layout.boxes[node], self.grade, self._came(node)
        under = self.layout.under.get(node, grade.under)
        look = self.light.look(*parts)
        free = self.layout.below.get(node, 99) - min(under, len(came)) * grade.line
        start = min(5 if grade.stacked else 7, free / 2)
        for k, derivative in enumerate(came[-under:] if under else ()):
            self._derivative(box, box.bottom + start + (k + 0.5) * grade.line, derivative, look)
        over = came[: len(came) - under]
        free = self.layout.above.get(node, 0)
        if len(over) == 1 and free >= grade.line and not self._is_under(node):
            self._derivative(box, box.top - min(free, grade.line + 6) / 2, over[0], look)

    def _came(self, node):
        parts = [f"out_{node}", f"net_{node}", node]
        came = [self.facts.carried[part] for part in parts if part in self.facts.carried]
        slope = self.facts.slopes.get(node)
        return [*came, slope] if slope else came

    def _derivative(self, box, y, derivative, look):
        words, px = f"{derivative.short} {self._signed(derivative.value)}", self.grade.small
        if box.left <= MARGIN:
            # The margin leaves no room on the left of an input.
            self._label(box.left, y, words, px, look, anchor="start")
        else:
            self._label(under_x(box, text_width(words, px), self.grade), y, words, px, look)

    def _errors(self):
        total = self.layout.boxes["E_total"]
        for o in self.names.outputs:
            name, out, box = f"E_{o}", self.layout.boxes[o], self.layout.boxes[f"E_{o}"]
            lines = [*self._number_line(name), *self._target_line(o)]
            self._error(name, [name, f"target_{o}"], lines)
            y = min(max(out.y, box.top + 8), box.bottom - 8)
            self._link([(out.right, out.y), (box.left, y)], f"out_{o}", name)
            self._link(_to_total(box, total), name, "E_total")
        self._error("E_total", ["E_total"], self._number_line("E_total"))

    def _error(self, name, parts, lines):
        shape = self.layout.shapes.get(name)
        looks = shape.looks if shape else "stack"
        if looks != "stack":
            # Room for one of them: the target, as long as the error is not known.
            lines = lines[:1]
        self._box(name, parts, [(name, self.grade.value, True), *lines], 4, looks)

    def _target_line(self, o):
        target = self.facts.values.get(f"target_{o}")
        if target is None:
            return []
        px, bold = min(self.grade.label, _TARGET), self.light.has(f"target_{o}")
        return [(f"target {short_number(target, 2)}", px, bold)]

    def _link(self, points, start, end):
        """A line without a weight: from an output to its error, from an error to the sum."""
        looks = [self.light.look(start), self.light.look(end)]
        look = "faint" if "faint" in looks else looks[0]
        self._flow(points, look, None, carrier=start)

    # Corners

    def _eta(self):
        value, px, look = self.facts.values.get("eta"), self.grade.label, self.light.look("eta")
        if value is None and look != "lit":
            return
        words = "eta" if value is None else f"eta {self._short(value)}"
        y = self._eta_place().y
        self._label(MARGIN, y, words, px, look, anchor="start")
        if self.rings.has("eta"):
            right = MARGIN + text_width(words, px)
            self.labels.append(ring(Box(MARGIN - 4, y - 2 - px / 2, right + 4, y + 4 + px / 2)))

    def _eta_place(self):
        """Above the inputs; below them, where a long row of inputs begins at the top."""
        above, bottom = Box(0, 8, 120, 40), self.layout.height - MARGIN - self.grade.label
        first = self.layout.boxes[self.names.inputs[0]]
        return Box(0, bottom - 16, 120, bottom + 16) if first.meets(above) else above

    def _way_back(self):
        if self.facts.backward:
            # Under the errors, where the way back begins.
            x, px = self.layout.boxes["E_total"].x, self.grade.label
            self._label(x, self.layout.height - MARGIN - px, "← backward", px, "lit")

    # What a pointer may take hold of

    def _touch(self):
        """An invisible shape for everything that has a number of its own, with its name."""
        for weight, edge in self.layout.edges.items():
            yield touch_line(weight, [edge[:2], edge[2:]])
        for weight, spot in self.spots.items():
            yield touch_box(weight, self._label_extent(weight, spot))
        for branch, points in self.layout.branches.items():
            yield touch_line(branch, points)
        for name, box in self.layout.boxes.items():
            yield touch_box(f"target_{name[2:]}" if name[2:] in self.names.outputs else name, box)
        if "eta" in self.facts.values:
            yield touch_box("eta", self._eta_place())

    def _label_extent(self, weight, spot):
        placed = self._edge_lines(weight, "lit")
        width = max(text_width(words, px) for words, _, px in placed)
        top, bottom = placed[0][1] - placed[0][2] * 0.7, placed[-1][1] + placed[-1][2] * 0.7
        return Box(spot.x - width / 2, top, spot.x + width / 2, bottom)

    def _label(self, x, y, words, px, look, anchor=None):
        self.labels.append(text(x, y, words, px, bold=look == "lit", look=look, anchor=anchor))

    def _ring(self, box, *parts):
        if self.rings.has(*parts):
            self.boxes.append(ring(box.grown(5)))

    def _short(self, value):
        return short_number(value, self.grade.places)

    def _signed(self, value, places=None):
        words = short_number(value, places or self.grade.places)
        is_long = text_width(f"−{words.strip('−')}", 1) > text_width(self.grade.widest, 1)
        if self.grade.stacked and is_long and 0 < abs(value) < 0.01:
            words = one_digit(value)
        return ("+" if value > 0 else "") + words


def _to_total(box, total):
    """From an error to the sum of errors: beside it, below it or above it."""
    if box.right < total.left:
        return [(box.right, box.y), (total.left, total.y + (box.y - total.y) * 0.05)]
    if box.y < total.y:
        return [(box.x, box.bottom), (total.x, total.top)]
    return [(box.x, box.top), (total.x, total.bottom)]


def one_digit(value):
    """A small number where there is very little room.

    >>> one_digit(-0.000438568)
    '−4e−4'
    """
    return f"{value:.0e}".replace("e-0", "e-").replace("-", "−")


def short_number(value, places):
    """A number for the picture: few digits, a real minus.

    >>> [short_number(v, 4) for v in (0.4, 0.377500, -12.34567, 0.000438568, 3e-12)]
    ['0.40', '0.3775', '−12.346', '0.00044', '3.0e−12']
    """
    size = abs(value)
    if size and not 1e-4 <= size < 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    whole = int(f"{size:.16e}".split("e")[1])  # log10 of 0.001 is not -3 on every machine
    places = max(places, 1 - whole)
    # 0.40 is given with two decimals; 0.6490 has been computed, and keeps its zero.
    places = 2 if math.isclose(value, round(value, 2)) else places - max(0, whole)
    return f"{value:.{max(0, places)}f}".replace("-", "−")
