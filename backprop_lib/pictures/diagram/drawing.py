"""How the network diagram is drawn: the SVG of one picture, from its layout and its facts."""

import re
from itertools import chain

from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import coordinate
from backprop_lib.pictures.diagram.biases import draw_biases
from backprop_lib.pictures.diagram.boxes import draw_errors, draw_nodes
from backprop_lib.pictures.diagram.edges import draw_edge, label_extent, spots_for
from backprop_lib.pictures.diagram.facts import Facts
from backprop_lib.pictures.diagram.layout import MARGIN, Box, Layout
from backprop_lib.pictures.diagram.places import spots_of
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import picture_svg, ring, text, text_width, touch_box, touch_line

_TITLE = 40  # height of the title's line


def drawing(layout: Layout, facts: Facts, label: str, words: str, clickable: bool = False) -> str:
    """The SVG of one picture, named by its label and described by its words."""
    sheet = Sheet(layout, facts, spots_for(layout, facts))
    _draw(sheet)
    touch = "".join(_touch(sheet)) if clickable else ""
    title = "" if sheet.facts.title is None else str(sheet.facts.title)
    heading = text(sheet.grade.page / 2, 20, title, sheet.grade.name, bold=True) if title else ""
    top = _TITLE if title else 0
    lines = {look: "".join(drawn) for look, drawn in sheet.lines.items()}
    body = (
        f'{heading}<g transform="translate(0 {top})">'
        # Faint as a group: where faint lines meet, they do not add up to a dark one.
        f'<g opacity="{theme.FAINT_LINE_OPACITY}">{lines["faint"]}</g>'
        f"{lines['plain']}{lines['lit']}{''.join(sheet.boxes)}"
        f'<g style="paint-order:stroke;stroke:{theme.PAGE};stroke-width:5px">'
        f"{''.join(sheet.labels)}</g>{touch}</g>"
    )
    height = coordinate(_height(sheet) + top, decimals=0)
    look = ' text-anchor="middle" stroke-linecap="round" stroke-linejoin="round"'
    return picture_svg(label, sheet.grade.page, height, body, look, _style(sheet), words)


def _height(sheet):
    """Of the layout, or as much as the labels of its edges need."""
    low = max(
        max(spot.value + spot.derivative + spot.new) for spot in spots_of(sheet.layout).values()
    )
    return max(sheet.layout.height, low + sheet.grade.label)


def _style(sheet):
    """As wide as there is room on the page, never so narrow that type gets too small."""
    drawn = "".join((*sheet.boxes, *sheet.labels))
    smallest = min(map(float, re.findall(r'font-size="([\d.]+)"', drawn)))
    least = f"min-width:{theme.least_width(sheet.grade.page, smallest)}px"
    most = f"max-width:{theme.NORMAL_WIDTH}px"
    if sheet.layout.size == "projector":
        most = f"max-height:{theme.PROJECTOR_HEIGHT}"
    return f"height:auto;{most};{least};margin:0 auto"


def _draw(sheet):
    for layer, rows in enumerate(sheet.names.weights):
        draw_biases(sheet, layer)
        for weight in chain(*rows):
            draw_edge(sheet, weight)
    draw_nodes(sheet)
    draw_errors(sheet)
    _eta(sheet)
    _way_back(sheet)


def _eta(sheet):
    value, px, look = sheet.facts.values.get("eta"), sheet.grade.label, sheet.light.look("eta")
    if value is None and look != "lit":
        return
    words = "eta" if value is None else f"eta {sheet.short(value)}"
    y = _eta_place(sheet).y
    sheet.label(MARGIN, y, words, px, look, anchor="start")
    if sheet.rings.has("eta"):
        right = MARGIN + text_width(words, px)
        sheet.labels.append(ring(Box(MARGIN - 4, y - 2 - px / 2, right + 4, y + 4 + px / 2)))


def _eta_place(sheet):
    """Above the inputs; below them, where a long row of inputs begins at the top."""
    above, bottom = Box(0, 3, 120, 35), sheet.layout.height - MARGIN - sheet.grade.label
    first = sheet.layout.boxes[sheet.names.inputs[0]]
    return Box(0, bottom - 16, 120, bottom + 16) if first.meets(above) else above


def _way_back(sheet):
    if sheet.facts.backward:
        x, y = sheet.layout.way_back
        sheet.label(x, y, "← backward", sheet.grade.label, "lit")


def _tip(sheet, weight):
    value = sheet.facts.values.get(weight)
    return "" if value is None or weight in sheet.spots else f"{weight} {sheet.signed(value)}"


def _touch(sheet):
    """An invisible shape for everything that has a number of its own, with its name."""
    for weight, edge in sheet.layout.edges.items():
        # A wire without a label tells its number to a pointer.
        yield touch_line(weight, [edge[:2], edge[2:]], _tip(sheet, weight))
    for weight, spot in sheet.spots.items():
        yield touch_box(weight, label_extent(sheet, weight, spot))
    for branch, points in sheet.layout.branches.items():
        yield touch_line(branch, points)
    for name, box in sheet.layout.boxes.items():
        yield touch_box(f"target_{name[2:]}" if name[2:] in sheet.names.outputs else name, box)
    if "eta" in sheet.facts.values:
        yield touch_box("eta", _eta_place(sheet))
