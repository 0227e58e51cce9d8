"""SVG: the frame of every picture; text, boxes, rings, and arrows with rounded corners.

Colours, dashes and thicknesses come from the theme; a shape is "lit", "faint" or "plain".
"""

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import coordinate, placed, point

if TYPE_CHECKING:
    from backprop_lib.pictures.diagram.layout import Box

Points = Sequence[tuple[float, float]]

_CORNER = 9  # radius of a rounded corner
# Widths of characters in hundredths of the type size, in bold type of the widest usual font
# (DejaVu). Whole numbers: the sum of floats is not the same in every version of Python.
_CHARACTER: dict[str, int] = {
    **dict.fromkeys(".ilj' ,", 37),
    **dict.fromkeys("/rtf", 43),
    **dict.fromkeys("+−→←wm=", 86),
}


def picture_svg(
    label: str,
    width: float | str,
    height: float | str,
    body: str,
    look: str = "",
    style: str = "",
    description: str = "",
) -> str:
    """A whole SVG, as wide as the place it is put in.

    label: what a screen reader speaks; description: what it reads besides. body: the shapes.
    look: attributes, and style: CSS, that all of them take over.
    """
    told = f"<desc>{escape(description)}</desc>" if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}" style="display:block;width:100%;{style}" '
        f'font-family="{escape(theme.FONT)}" fill="currentColor"{look}>{told}{body}</svg>'
    )


def text_width(words: str, px: float) -> float:
    """Room for a line of text of this size, whatever the font."""
    return px * sum(_CHARACTER.get(character, 69) for character in words) / 100


def text(
    x: float,
    y: float,
    words: str,
    px: float,
    bold: bool = False,
    look: str = "plain",
    anchor: str | None = None,
) -> str:
    """A line of text whose middle is at (x, y); 0.36 of the type size is half a capital."""
    return (
        f'<text {placed(x=x, y=y + 0.36 * px)} font-size="{px:g}"'
        + (' font-weight="700"' if bold else "")
        + (f' fill-opacity="{theme.FAINT_TEXT_OPACITY}"' if look == "faint" else "")
        + (f' text-anchor="{anchor}"' if anchor else "")
        + f">{escape(words)}</text>"
    )


def rectangle(box: "Box", look: str, radius: float) -> str:
    width = {"lit": theme.LIT_LINE, "plain": theme.PLAIN_LINE, "faint": theme.FAINT_LINE}[look]
    opacity = theme.FAINT_LINE_OPACITY if look == "faint" else 1
    fill = theme.LIT_FILL_OPACITY if look == "lit" else 0
    return (
        f'<rect {_extent(box)} {placed(rx=radius)} fill-opacity="{fill}" '
        f'stroke="{theme.NEUTRAL}" stroke-width="{width}" stroke-opacity="{opacity}"/>'
    )


def ring(box: "Box", inside: str = "none") -> str:
    """The mark of what has just changed."""
    return (
        f'<rect {_extent(box)} rx="12" '
        f'style="fill:{inside};stroke:{theme.CHANGED};stroke-width:{theme.RING_LINE}px"/>'
    )


def ground(box: "Box") -> str:
    """Page behind a label of several lines, so that no line shows between them."""
    return f'<rect {_extent(box)} style="fill:{theme.PAGE};stroke:none"/>'


def touch_box(name: str, box: "Box") -> str:
    """An invisible box that a pointer can find; the page reads ``data-name``."""
    return f'<rect {_extent(box)} data-name="{name}" fill="transparent"/>'


def touch_line(name: str, points: Points, tip: str = "") -> str:
    """An invisible line that a pointer can find, wide enough for a finger, and what it tells."""
    line = (
        f'<path d="{_path_data(points)}" data-name="{name}" fill="none" pointer-events="stroke" '
        f'stroke="transparent" stroke-width="{theme.TOUCH_LINE}"'
    )
    return f"{line}><title>{escape(tip)}</title></path>" if tip else f"{line}/>"


def _extent(box):
    width, height = box.right - box.left, box.bottom - box.top
    return placed(x=box.left, y=box.top, width=width, height=height)


def line(
    points: Points,
    value: float | None,
    width: float,
    backward: bool = False,
    colour: str | None = None,
) -> str:
    """A line along the points; its colour and dashes tell the sign of the value."""
    dash = theme.dash_pattern(width, negative=bool(value and value < 0), backward=backward)
    return (
        f'<path d="{_path_data(points)}" fill="none" stroke="{colour or theme.sign_colour(value)}" '
        f'stroke-width="{width:.2f}"' + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"
    )


def arrow(points: Points, value: float | None, look: str, backward: bool, pen: float) -> str:
    """A line along the points with its head on the last one."""
    width, colour = _stroke(value, look, pen)
    head, half = 6 + 2 * width, 2.6 + 1.15 * width
    (x, y), (right, down) = points[-1], _direction(points[-2], points[-1])
    x1, y1 = x - right * head, y - down * head
    corners = ((x, y), (x1 - down * half, y1 + right * half), (x1 + down * half, y1 - right * half))
    end = (x1 - right * (width / 2 - 1), y1 - down * (width / 2 - 1))
    shaft = line([*points[:-1], end], value, width, backward, colour)
    at = " ".join(point(*corner, ",") for corner in corners)
    return f'{shaft}<polygon points="{at}" fill="{colour}"/>'


def _stroke(value, look, pen):
    if look == "faint":
        # Dots cover less than a line; a little thicker they are as faint as that.
        return theme.FAINT_LINE * (1.6 if value and value < 0 else 1), theme.NEUTRAL
    width = pen * (theme.PLAIN_LINE if value is None else theme.line_width(value))
    if look == "lit":
        width = max(width + 0.8, pen * theme.LIT_LINE)
    # As it is written: what nobody can see is not drawn anew.
    return float(coordinate(width)), theme.sign_colour(value)


def _path_data(points):
    """Straight pieces with rounded corners between them."""
    start, *corners, end = points
    data = f"M{point(*start)}"
    for before, corner, after in zip(points, corners, points[2:], strict=False):
        first, last = _towards(corner, before), _towards(corner, after)
        data += f"L{point(*first)}Q{point(*corner)} {point(*last)}"
    return f"{data}L{point(*end)}"


def _towards(corner, other):
    """The point where a rounded corner begins on the way to another point."""
    length = math.dist(corner, other)
    # An arrowhead may take the whole way, and leave none.
    part = min(0.5, _CORNER / length) if length else 0
    return corner[0] + part * (other[0] - corner[0]), corner[1] + part * (other[1] - corner[1])


def _direction(start, end):
    """One unit of the way, as (right, down)."""
    length = math.dist(start, end)
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length
