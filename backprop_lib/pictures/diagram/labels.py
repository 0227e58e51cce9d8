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

from backprop_lib.pictures.diagram.layout import BUS, Layout
from backprop_lib.pictures.svg import text_width

MOST_SHOWN = 16  # wires: among more labels the eye no longer finds the one that belongs to a wire
BESIDE = 3  # least from a label to what it must not touch


class Block(NamedTuple):
    """kind: "value", "derivative" or "new". words: its lines with the widest number."""

    kind: str
    words: tuple[str, ...]
    size: int
    number: str

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
    value, widest = "−0." + "0" * grade.places, grade.widest
    if text_width(f"dE/d{weight} {widest}", grade.small) > room:
        widest = value
    # What comes back to a weight from its own neuron may be wider than what comes from the error.
    names = f"dE/d{weight} {widest}", f"dnet/dw {value}"
    came = max(names, key=lambda words: (text_width(words, 1), words))
    return (
        _block("value", f"{weight} {value}", grade.label, room, value),
        _block("derivative", came, grade.small, room, widest),
        Block("new", (f"→ {value}",), grade.small, value),
    )


def _room(layout):
    """Width that a label has in the gap between two layers."""
    edge = next(iter(layout.edges.values()))
    return edge.x2 - edge.x1 - BUS - 2 * BESIDE


def _block(kind, words, size, room, number):
    is_narrow = text_width(words, size) > room + 3
    return Block(kind, tuple(words.split(" ")) if is_narrow else (words,), size, number)
