"""What the label of an edge says in the network diagram: its blocks, and the room that they take.

A label has three blocks: the value of the weight, the derivative that comes back to it or is handed
on by it, and its new value. Each has room for the widest text that it will ever hold, so that a
label stands where it stands, whatever is lit.

>>> from backprop_lib.core.names import names_of
>>> from backprop_lib.pictures.diagram.layout import layout_of
>>> [block.words for block in blocks_of(layout_of(names_of((2, 2, 2)), "normal"), "w5")]
[('w5 −0.0000',), ('dE/dw5 −0.00000',), ('→ −0.0000',)]
"""

from typing import NamedTuple

from backprop_lib.pictures.diagram.layout import BUS, Grade, Layout
from backprop_lib.pictures.svg import text_width

MOST_SHOWN = 16  # wires: among more labels the eye no longer finds the one that belongs to a wire
BESIDE = 3  # least from a label to what it must not touch


class Block(NamedTuple):
    """kind: "value", "derivative" or "new". words: its lines with the widest numbers."""

    kind: str
    words: tuple[str, ...]
    size: int

    @property
    def width(self) -> float:
        return max(text_width(line, self.size) for line in self.words)

    @property
    def step(self) -> int:
        """From a line to the next."""
        return self.size + 1


def blocks_of(layout: Layout, weight: str) -> tuple[Block, Block, Block]:
    """The blocks of a weight's label; where a gap is narrow, a name and its number part."""
    grade, room = layout.grade, _room(layout)
    value = f"{weight} {widest_value(grade)}"
    derivative = f"dE/d{weight} {grade.widest}"
    return (
        Block("value", _in_lines(value, grade.label, room), grade.label),
        Block("derivative", _in_lines(derivative, grade.small, room), grade.small),
        Block("new", (f"→ {widest_value(grade)}",), grade.small),
    )


def widest_value(grade: Grade) -> str:
    """The widest number that a weight has room for."""
    return "−0." + "0" * grade.places


def _room(layout):
    """Width that a label has in the gap between two layers."""
    edge = next(iter(layout.edges.values()))
    return edge.x2 - edge.x1 - BUS - 2 * BESIDE


def _in_lines(words, size, room):
    return (words,) if text_width(words, size) <= room else tuple(words.split(" "))
