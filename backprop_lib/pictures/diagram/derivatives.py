"""The derivatives beside the nodes of the network diagram."""

from collections.abc import Iterable

from backprop_lib.pictures.diagram.biases import is_under
from backprop_lib.pictures.diagram.labels import under_x
from backprop_lib.pictures.diagram.layout import MARGIN
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import text_width


def draw_derivatives(sheet: Sheet, node: str, parts: Iterable[str]) -> None:
    """What has come back to a node: by its out, then by its net. Under it, or above it."""
    box, grade, came = sheet.layout.boxes[node], sheet.grade, sheet.came(node)
    under = sheet.layout.under.get(node, grade.under)
    look = sheet.light.look(*parts)
    free = sheet.layout.below.get(node, 99) - min(under, len(came)) * grade.line
    start = min(5 if grade.stacked else 7, free / 2)
    for k, derivative in enumerate(came[-under:] if under else ()):
        _derivative(sheet, box, box.bottom + start + (k + 0.5) * grade.line, derivative, look)
    over = came[: len(came) - under]
    free = sheet.layout.above.get(node, 0)
    if len(over) == 1 and free >= grade.line and not is_under(sheet, node):
        _derivative(sheet, box, box.top - min(free, grade.line + 6) / 2, over[0], look)


def _derivative(sheet, box, y, derivative, look):
    words, px = f"{derivative.short} {sheet.signed(derivative.value)}", sheet.grade.small
    if box.left <= MARGIN:
        # The margin leaves no room on the left of an input.
        sheet.label(box.left, y, words, px, look, anchor="start")
    else:
        sheet.label(under_x(box, text_width(words, px), sheet.grade), y, words, px, look)
