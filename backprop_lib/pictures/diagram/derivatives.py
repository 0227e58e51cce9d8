"""The derivatives beside the nodes of the network diagram."""

from collections.abc import Iterable

from backprop_lib.pictures.diagram.biases import is_under
from backprop_lib.pictures.diagram.obstacles import first_gap, room_under, under_ends
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import text_width


def draw_derivatives(sheet: Sheet, node: str, parts: Iterable[str]) -> None:
    """What has come back to a node: by its out, then by its net. Under it, or above it."""
    box, grade = sheet.layout.boxes[node], sheet.grade
    under = sheet.layout.under.get(node, grade.under)
    lines = _lines(sheet, node, under)
    look = sheet.light.look(*parts)
    free = sheet.layout.below.get(node, 99) - min(under, len(lines)) * grade.line
    start = min(first_gap(grade), free / 2)
    for k, words in enumerate(lines[-under:] if under else ()):
        _line(sheet, node, box.bottom + start + (k + 0.5) * grade.line, words, look)
    over = lines[: max(0, len(lines) - under)]
    free = sheet.layout.above.get(node, 0)
    if len(over) == 1 and free >= grade.line and not is_under(sheet, node):
        _line(sheet, node, box.top - min(free, grade.line + 6) / 2, over[0], look)


def _lines(sheet, node, most):
    """What is said, each in one line, or in two where there is no room beside it."""
    said = [(came.short, sheet.signed(came.value)) for came in sheet.came(node)]
    lines = [" ".join(words) for words in said]
    for k, words in enumerate(said):
        if len(lines) < most and not _has_room(sheet, node, lines[k]):
            return [*lines[:k], *words, *lines[k + 1 :]]
    return lines


def _has_room(sheet, node, words):
    """Whether words under a node end before the box of an error, or the labels beside it."""
    names, width = sheet.names, text_width(words, sheet.grade.small)
    if node in names.inputs:
        box = sheet.layout.boxes[node]
        return width <= box.right - box.left
    if node not in names.outputs:
        return width <= room_under(sheet.layout, node)
    _, right = under_ends(sheet.layout, node, width)
    return node == names.outputs[-1] or right <= sheet.layout.boxes[f"E_{node}"].left - 4


def _line(sheet, node, y, words, look):
    px, box = sheet.grade.small, sheet.layout.boxes[node]
    if node in sheet.names.inputs:
        # The margin leaves no room on the left of an input.
        sheet.label(box.left - 6, y, words, px, look, anchor="start")
    else:
        left, right = under_ends(sheet.layout, node, text_width(words, px))
        sheet.label((left + right) / 2, y, words, px, look)
