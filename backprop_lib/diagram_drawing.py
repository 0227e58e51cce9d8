"""How the network diagram is drawn: the SVG of one picture, from its layout and its facts."""

import math
import re
from html import escape
from itertools import chain

from backprop_lib import theme
from backprop_lib.diagram_labels import second_size, spots_of, under_x
from backprop_lib.diagram_layout import ASIDE, MARGIN, Box, around
from backprop_lib.diagram_svg import (
    arrow,
    line,
    rectangle,
    ring,
    text,
    text_width,
    touch_box,
    touch_line,
)

_TITLE = 40  # height of the title's line
_TARGET = 16  # largest type of a target, a side line in the box of its error


class Drawing:
    """Builds one picture from back to front: lines, boxes, labels."""

    def __init__(self, layout, facts, clickable=False):
        self.layout, self.grade = layout, layout.grade
        self.facts, self.names = facts, facts.names
        self.light, self.rings = facts.light, facts.rings
        self.spots = spots_of(layout, frozenset(layout.edges).intersection(facts.light.of))
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
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
            f'viewBox="0 0 {self.grade.page} {self.layout.height + top:.0f}" '
            f'style="{self._style()}" '
            f'font-family="{escape(theme.FONT)}" fill="currentColor" text-anchor="middle" '
            f'stroke-linecap="round" stroke-linejoin="round">'
            f"<desc>{escape(words)}</desc>{heading}"
            f'<g transform="translate(0 {top})">'
            # Faint as a group: where faint lines meet, they do not add up to a dark one.
            f'<g opacity="{theme.FAINT_LINE_OPACITY}">{lines["faint"]}</g>'
            f"{lines['plain']}{lines['lit']}{''.join(self.boxes)}"
            f'<g style="paint-order:stroke;stroke:{theme.PAGE};stroke-width:5px">'
            f"{''.join(self.labels)}</g>{''.join(self.touch)}</g></svg>"
        )

    def _style(self):
        """As wide as there is room on the page, never so narrow that type gets too small."""
        drawn = "".join((*self.boxes, *self.labels))
        smallest = min(map(float, re.findall(r'font-size="([\d.]+)"', drawn)))
        least = f"min-width:{self.grade.page * theme.SMALLEST_TYPE / smallest:.0f}px"
        most = f"max-width:{theme.NORMAL_WIDTH}px"
        if self.layout.size == "projector":
            most = f"max-height:{theme.PROJECTOR_HEIGHT}"
        return f"display:block;width:100%;height:auto;{most};{least};margin:0 auto"

    def _draw(self):
        for layer, rows in enumerate(self.names.weights):
            self._biases(layer)
            for weight in chain(*rows):
                self._edge(weight)
        for name in self.names.inputs:
            self._node(name, [name], self._number_line(name), self.grade.source)
        for neuron in chain(*self.names.neurons):
            shown = [self._number_line(f"{kind}_{neuron}", kind) for kind in self.grade.shown]
            self._node(neuron, [f"net_{neuron}", f"out_{neuron}"], chain(*shown), self.grade.neuron)
        self._errors()
        self._eta()
        self._way_back()

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
        for words, y, size in placed:
            self._label(x, y, words, size, look)

    def _edge_lines(self, weight, look):
        """The one or two lines of an edge's label, as (words, y, type size)."""
        spot, px, second_px = self.spots[weight], self.grade.label, second_size(self.grade)
        first, second = self._edge_words(weight, look)
        is_level = self.layout.edges[weight].is_level
        if not second:
            return [(first, spot.first if is_level else (spot.first + spot.second) / 2, px)]
        if is_level and not self.grade.stacked and not self._goes_back(look):
            # Without a backward arrow to stand under, the second line joins the first.
            return [(first, spot.first - px - 2, px), (second, spot.first, second_px)]
        return [(first, spot.first, px), (second, spot.second, second_px)]

    def _edge_words(self, weight, look):
        values, came = self.facts.values, self.facts.carried.get(weight)
        level, new = self.spots[weight].level, values.get(f"{weight}_new")
        if level == "name" or weight not in values:
            return weight, ""
        number = self._signed(values[weight])
        if self.grade.stacked:
            # There is room for one number: the news, if there is any.
            if came:
                return came.short or f"← {weight}", self._signed(came.value)
            return weight, number if new is None else f"→{self._signed(new)}"
        first = f"{weight} {number}"
        if level == "two lines" and came:
            return first, f"{came.short or '←'} {self._signed(came.value)}"
        if level == "two lines" and new is not None and not self._goes_back(look):
            return first, f"→ {self._signed(new)}"
        return first, ""

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
        came, new = self.facts.carried.get(bias), self.facts.values.get(f"{bias}_new", value)
        lines = [self._signed(value)]
        if came:
            lines.append(f"{came.short} {self._signed(came.value)}")
        elif new != value:
            lines.append(f"→ {self._signed(new)}")
        return lines

    def _branch(self, branch, bias):
        points, look = self.layout.branches[branch], self.light.look(branch)
        values = self.facts.values
        self._flow(points, look, branch)
        if bias not in values and branch in values and self.grade.under:
            x, y = points[-1][0] + 12, points[-1][1] - 12
            words = f"{branch} {self._signed(values[branch])}"
            self._label(x, y, words, self.grade.label, look, anchor="start")

    # Nodes and errors

    def _node(self, node, parts, lines, size):
        self._box(node, parts, [(node, self.grade.name, True), *lines], min(size) * 0.24)
        self._underneath(self.layout.boxes[node], parts)

    def _box(self, node, parts, lines, radius):
        box, look = self.layout.boxes[node], self.light.look(*parts)
        self.boxes.append(rectangle(box, look, radius))
        # A number with many digits shrinks rather than leave its box.
        room = box.right - box.left - 8
        lines = [(words, min(px, int(room / text_width(words, 1))), b) for words, px, b in lines]
        y = box.y - sum(px * 1.22 for _, px, _ in lines) / 2
        for words, px, bold in lines:
            self.boxes.append(text(box.x, y + px * 1.22 / 2, words, px, bold=bold, look=look))
            y += px * 1.22
        self._ring(box, *parts)

    def _number_line(self, name, word=""):
        """The line of a box with the value of a name; no line where there is no value."""
        if name not in self.facts.values:
            return []
        words = self._short(self.facts.values[name])
        if word and len(self.grade.shown) > 1:
            words = f"{word} {words}"
        # In a neuron only the line in play is bold. An input has one line.
        bold = self.light.has(name) and name not in self.names.inputs
        return [(words, self.grade.value, bold)]

    def _underneath(self, box, parts):
        """The derivatives that have come back to a neuron: by its out, then by its net."""
        came = [self.facts.carried[part] for part in reversed(parts) if part in self.facts.carried]
        px, look = self.grade.small, self.light.look(*parts)
        for k, derivative in enumerate(came[-self.grade.under :] if self.grade.under else ()):
            y = box.bottom + 7 + (k + 0.5) * (px + 4)
            words = f"{derivative.short} {self._signed(derivative.value)}"
            if box.left <= MARGIN:
                # The margin leaves no room on the left of an input.
                self._label(box.left, y, words, px, look, anchor="start")
            else:
                self._label(under_x(box, text_width(words, px)), y, words, px, look)

    def _errors(self):
        total = self.layout.boxes["E_total"]
        for o in self.names.outputs:
            name, out, box = f"E_{o}", self.layout.boxes[o], self.layout.boxes[f"E_{o}"]
            lines = [*self._number_line(name), *self._target_line(o)]
            self._error(name, [name, f"target_{o}"], lines)
            self._link([(out.right, out.y), (box.left, box.y)], f"out_{o}", name)
            self._link(_to_total(box, total), name, "E_total")
        self._error("E_total", ["E_total"], self._number_line("E_total"))

    def _error(self, name, parts, lines):
        self._box(name, parts, [(name, self.grade.value, True), *lines], 4)

    def _target_line(self, o):
        target = self.facts.values.get(f"target_{o}")
        if target is None or len(self.grade.shown) == 1:
            return []
        px, bold = min(_TARGET, self.grade.label), self.light.has(f"target_{o}")
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
        self._label(MARGIN, 24, words, px, look, anchor="start")
        if self.rings.has("eta"):
            right = MARGIN + text_width(words, px)
            self.labels.append(ring(Box(MARGIN - 4, 22 - px / 2, right + 4, 28 + px / 2)))

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
            yield touch_box("eta", Box(0, 8, 120, 40))

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

    def _signed(self, value):
        return ("+" if value > 0 else "") + self._short(value)


def _to_total(box, total):
    """From an error to the sum of errors: beside it, below it or above it."""
    if box.right < total.left:
        return [(box.right, box.y), (total.left, total.y + (box.y - total.y) * 0.05)]
    if box.y < total.y:
        return [(box.x, box.bottom), (total.x, total.top)]
    return [(box.x, box.top), (total.x, total.bottom)]


def short_number(value, places):
    """A number for the picture: few digits, a real minus.

    >>> [short_number(v, 4) for v in (0.4, 0.377500, -12.34567, 0.000438568, 3e-12)]
    ['0.40', '0.3775', '−12.346', '0.00044', '3.0e−12']
    """
    size = abs(value)
    if size and not 1e-4 <= size < 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    whole = math.floor(math.log10(size)) if size else 0
    places = max(places, 1 - whole)
    # 0.40 is given with two decimals; 0.6490 has been computed, and keeps its zero.
    places = 2 if math.isclose(value, round(value, 2)) else places - max(0, whole)
    return f"{value:.{max(0, places)}f}".replace("-", "−")
