"""What the network diagram is drawn on: lines, boxes and labels, and how it writes numbers."""

from backprop_lib.core.numbers_as_text import power_text, short_text, with_minus
from backprop_lib.pictures.diagram.facts import Carried
from backprop_lib.pictures.diagram.layout import Box
from backprop_lib.pictures.svg import Points, arrow, ring, text, text_width


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

    def goes_back(self, look: str) -> bool:
        """Whether an edge of this look is drawn from right to left."""
        return self.facts.backward and look != "faint"

    def flow(self, points: Points, look: str, name: str | None, carrier: str | None = None) -> None:
        """An arrow with the value of a name, or back with the derivative through its carrier."""
        back = self.goes_back(look)
        came = self.facts.carried.get(carrier or name)
        value = (came and came.value) if back else self.facts.values.get(name)
        way = points[::-1] if back else points
        self.lines[look].append(arrow(way, value, look, back, self.grade.pen))

    def label(
        self, x: float, y: float, words: str, px: float, look: str, anchor: str | None = None
    ) -> None:
        if anchor is None:  # about x, but never beyond the picture
            x = min(x, self.grade.page - 4 - text_width(words, px) / 2)
        self.labels.append(text(x, y, words, px, bold=look == "lit", look=look, anchor=anchor))

    def ring(self, box: Box, *parts: str) -> None:
        """The mark of what has just changed, around a box."""
        if self.rings.has(*parts):
            self.boxes.append(ring(box.grown(5)))

    def short(self, value: float) -> str:
        """A number with as many digits as the picture has room for."""
        return short_text(value, self.grade.places)

    def signed(self, value: float, widest: str | None = None) -> str:
        """The same with its sign, no wider than the widest."""
        words = short_text(value, self.grade.places)
        room = text_width(widest or self.grade.widest, 1)
        if _signed_width(words) > room and 1e-4 <= abs(value) < 0.01:
            words = with_minus(f"{value:.{2 + (abs(value) < 9.5e-4) + (abs(value) < 9.5e-3)}f}")
        if _signed_width(words) > room and 0 < abs(value) < 0.01:
            words = with_minus(power_text(value, 1))
        return ("+" if value > 0 else "") + words

    def came(self, node: str) -> list[Carried]:
        """What has come back to a node: by its out, then by its net, and its slope."""
        parts = [f"out_{node}", f"net_{node}", node]
        came = [self.facts.carried[part] for part in parts if part in self.facts.carried]
        slope = self.facts.slopes.get(node)
        return [*came, slope] if slope else came


def _signed_width(words):
    return text_width(f"−{words.strip('−')}", 1)
