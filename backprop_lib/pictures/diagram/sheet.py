"""What the network diagram is drawn on: lines, boxes and labels, and how it writes numbers."""

import math

from backprop_lib.pictures.svg import arrow, ring, text, text_width


class Sheet:
    """One picture as it comes to be. Lines lie under boxes, and boxes under labels.

    layout: where everything goes. facts: the numbers. spots: places for the labels of edges.
    """

    def __init__(self, layout, facts, spots):
        self.layout, self.grade, self.spots = layout, layout.grade, spots
        self.facts, self.names = facts, facts.names
        self.light, self.rings = facts.light, facts.rings
        self.lines = {"faint": [], "plain": [], "lit": []}
        self.boxes, self.labels = [], []

    def goes_back(self, look):
        """Whether an edge of this look is drawn from right to left."""
        return self.facts.backward and look != "faint"

    def flow(self, points, look, name, carrier=None):
        """An arrow with the value of a name, or back with the derivative through its carrier."""
        back = self.goes_back(look)
        came = self.facts.carried.get(carrier or name)
        value = (came and came.value) if back else self.facts.values.get(name)
        way = points[::-1] if back else points
        self.lines[look].append(arrow(way, value, look, back, self.grade.pen))

    def label(self, x, y, words, px, look, anchor=None):
        self.labels.append(text(x, y, words, px, bold=look == "lit", look=look, anchor=anchor))

    def ring(self, box, *parts):
        """The mark of what has just changed, around a box."""
        if self.rings.has(*parts):
            self.boxes.append(ring(box.grown(5)))

    def short(self, value):
        """A number with as many digits as the picture has room for."""
        return short_number(value, self.grade.places)

    def signed(self, value, places=None):
        """The same with its sign."""
        words = short_number(value, places or self.grade.places)
        is_long = text_width(f"−{words.strip('−')}", 1) > text_width(self.grade.widest, 1)
        if self.grade.stacked and is_long and 0 < abs(value) < 0.01:
            words = one_digit(value)
        return ("+" if value > 0 else "") + words

    def came(self, node):
        """What has come back to a node: by its out, then by its net, and its slope."""
        parts = [f"out_{node}", f"net_{node}", node]
        came = [self.facts.carried[part] for part in parts if part in self.facts.carried]
        slope = self.facts.slopes.get(node)
        return [*came, slope] if slope else came


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
