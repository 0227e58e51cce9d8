"""The boxes of the network diagram: inputs, neurons and errors, with their numbers."""

from itertools import chain

from backprop_lib.core.numbers_as_text import power_text, short_text, with_minus
from backprop_lib.pictures.diagram.derivatives import draw_derivatives
from backprop_lib.pictures.diagram.layout import Box
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import rectangle, text, text_width

_TARGET = 18  # largest type of a target, a side line in the box of its error


def draw_nodes(sheet: Sheet) -> None:
    """Inputs and neurons."""
    for name in sheet.names.inputs:
        _node(sheet, name, [name], _number_line(sheet, name))
    for neuron in chain(*sheet.names.neurons):
        shown = [_number_line(sheet, f"{kind}_{neuron}", kind) for kind in ("net", "out")]
        _node(sheet, neuron, [f"net_{neuron}", f"out_{neuron}"], [*chain(*shown)])


def _node(sheet, node, parts, lines):
    box, shape = sheet.layout.boxes[node], sheet.layout.shapes[node]
    radius = min(box.bottom - box.top, box.right - box.left) * 0.24
    _box(sheet, node, parts, [(node, sheet.grade.name, True), *lines], radius, shape.looks)
    if node not in sheet.names.inputs or sheet.grade.row_gap > sheet.grade.line:
        draw_derivatives(sheet, node, parts)


def _box(sheet, node, parts, lines, radius, looks="stack"):
    box, look = sheet.layout.boxes[node], sheet.light.look(*parts)
    sheet.boxes.append(rectangle(box, look, radius))
    if len(lines) == 1:
        _stack(sheet, box, lines, look)
    elif looks == "beside":
        _beside(sheet, box, lines, look)
    elif looks == "line":
        _in_line(sheet, box, lines, look)
    else:
        _stack(sheet, box, lines[: 2 if looks == "pair" else None], look)
    sheet.ring(box, *parts)


def _stack(sheet, box, lines, look):
    # A number with many digits shrinks rather than leave its box.
    room = box.right - box.left - 4
    lines = [(words, min(px, int(room / text_width(words, 1))), b) for words, px, b in lines]
    high = sum(px for _, px, _ in lines)
    step = min(1.22, (box.bottom - box.top - 3) / high)
    y = box.y - step * high / 2
    for words, px, bold in lines:
        sheet.boxes.append(text(box.x, y + px * step / 2, words, px, bold=bold, look=look))
        y += px * step


def _beside(sheet, box, lines, look):
    """The name, and right of it the numbers under each other."""
    name, *numbers = lines
    middle = _name_at_the_left(sheet, box, name, look, 14)
    room = box.right - middle
    px = min(sheet.grade.value, *(int(room / text_width(words, 1)) for words, _, _ in numbers))
    numbers = [(words, px, bold) for words, _, bold in numbers]
    _stack(sheet, Box(middle - 8, box.top, box.right, box.bottom), numbers, look)


def _in_line(sheet, box, lines, look):
    """The name and the numbers in one line; each number keeps its place."""
    name, *numbers = lines
    left = _name_at_the_left(sheet, box, name, look, 12)
    step = (box.right - left + 6) / (2 if numbers[0][0][:3] in ("net", "out") else 1)
    for k, number in enumerate(numbers[:2]):
        place = left - 6 + k * step
        _stack(sheet, Box(place, box.top, place + step, box.bottom), [number], look)


def _name_at_the_left(sheet, box, name, look, gap):
    """Write the name at the left of a box, and say where it ends."""
    end = box.left + text_width(*name[:2]) + gap
    _stack(sheet, Box(box.left, box.top, end, box.bottom), [name], look)
    return end


def _number_line(sheet, name, word=""):
    """The line of a box with the value of a name; no line where there is no value."""
    if name not in sheet.facts.values:
        return []
    room = _room(sheet, name if name in sheet.layout.boxes else name.removeprefix(f"{word}_"))
    ways = list(_written(sheet, word, sheet.facts.values[name]))
    words = next((way for way in ways if text_width(way, 1) <= room), ways[-1])
    # In a neuron only the line in play is bold. An input has one line.
    bold = sheet.light.has(name) and name not in sheet.names.inputs
    return [(words, sheet.grade.value, bold)]


def _written(sheet, word, value):
    """A number after its word, with ever fewer digits."""
    before = f"{word} " if word else ""
    for places in range(sheet.grade.places, 1, -1):
        yield before + short_text(value, places)
    if 0 < abs(value) < 0.01:
        yield before + with_minus(power_text(value, 1))


def _room(sheet, node):
    """Width for a number in a box, in units of the smallest type that is like the others."""
    box, shape = sheet.layout.boxes[node], sheet.layout.shapes.get(node)
    width = box.right - box.left - 8
    if shape and shape.looks != "stack":
        name = text_width(node, sheet.grade.name)
        width = {"beside": width - name - 6, "line": (width - name) / 2 - 6}.get(shape.looks, width)
    return width / (0.87 * sheet.grade.value)


def draw_errors(sheet: Sheet) -> None:
    """The errors of the outputs, their sum, and the lines between them."""
    total = sheet.layout.boxes["E_total"]
    for o in sheet.names.outputs:
        name, out, box = f"E_{o}", sheet.layout.boxes[o], sheet.layout.boxes[f"E_{o}"]
        lines, parts = [*_number_line(sheet, name), *_target_line(sheet, o)], [name, f"target_{o}"]
        if sheet.layout.is_apart and f"target_{o}" in sheet.facts.values:
            _target_apart(sheet, name, parts, lines.pop())
        _error(sheet, name, parts, lines)
        _link(sheet, to_error(out, box), f"out_{o}", name)
        _link(sheet, to_total(box, total), name, "E_total")
    _error(sheet, "E_total", ["E_total"], _number_line(sheet, "E_total"))


def _error(sheet, name, parts, lines):
    shape = sheet.layout.shapes.get(name)
    looks = shape.looks if shape else "stack"
    if looks not in ("stack", "apart"):
        # Room for one of them: the target, as long as the error is not known.
        lines = lines[:1]
    _box(sheet, name, parts, [(name, sheet.grade.value, True), *lines], 4, looks)


def _target_apart(sheet, name, parts, line):
    """Outside the box of its error, on the side away from the sum."""
    box, (words, px, _) = sheet.layout.boxes[name], line
    px = min(px, int((box.right - box.left + 20) / text_width(words, 1)))
    is_above = box.y < sheet.layout.boxes["E_total"].y
    y = box.top - px * 0.62 if is_above else box.bottom + px * 0.62
    sheet.label(box.x, y, words, px, sheet.light.look(*parts))


def _target_line(sheet, o):
    target = sheet.facts.values.get(f"target_{o}")
    if target is None:
        return []
    px, bold = min(sheet.grade.label, _TARGET), sheet.light.has(f"target_{o}")
    return [(f"target {short_text(target, 2)}", px, bold)]


def _link(sheet, points, start, end):
    """A line without a weight: from an output to its error, from an error to the sum."""
    looks = [sheet.light.look(start), sheet.light.look(end)]
    look = "faint" if "faint" in looks else looks[0]
    sheet.flow(points, look, None, carrier=start)


def to_error(out: Box, box: Box) -> list[tuple[float, float]]:
    """The line from an output to its error."""
    return [(out.right, out.y), (box.left, min(max(out.y, box.top + 8), box.bottom - 8))]


def to_total(box: Box, total: Box) -> list[tuple[float, float]]:
    """The line from an error to the sum of errors: beside it, below it or above it."""
    if box.right < total.left:
        return [(box.right, box.y), (total.left, total.y + (box.y - total.y) * 0.05)]
    if box.y < total.y:
        return [(box.x, box.bottom), (total.x, total.top)]
    return [(box.x, box.top), (total.x, total.bottom)]
