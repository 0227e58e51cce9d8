"""The biases of the network diagram: squares above their layer, and the ways from them."""

from backprop_lib.pictures.diagram.obstacles import bias_place
from backprop_lib.pictures.diagram.sheet import Sheet
from backprop_lib.pictures.svg import rectangle, text


def draw_biases(sheet: Sheet, layer: int) -> None:
    """The bias of a layer, its number, and its ways to the neurons."""
    bias, neurons = sheet.names.biases[layer], sheet.names.neurons[layer]
    branches = [f"b_{neuron}" for neuron in neurons]
    for branch in branches:
        _branch(sheet, branch, bias)
    box, look = sheet.layout.boxes[bias], sheet.light.look(bias, *branches)
    sheet.boxes.append(rectangle(box, look, 4))
    sheet.boxes.append(text(box.x, box.y, bias, sheet.grade.label, bold=True, look=look))
    sheet.ring(box, bias, *branches)
    lines, step = _bias_lines(sheet, bias), sheet.grade.label + 1
    for k, words in enumerate(lines):
        # The last of several lines is nearest to the label of an edge.
        y = box.y + (k - (len(lines) - 1) / 2) * step - (len(lines) > 1)
        sheet.label(box.right + 7, y, words, sheet.grade.label, look, anchor="start")


def _bias_lines(sheet, bias):
    """What stands beside a bias: its value, then what comes back or its new value."""
    if bias not in sheet.facts.values:
        return []
    value = sheet.facts.values[bias]
    came = sheet.facts.carried.get(bias) or sheet.facts.steps.get(bias)
    new = sheet.facts.values.get(f"{bias}_new", value)
    lines = [sheet.signed(value)]
    if came:
        lines.append(f"{came.short} {sheet.signed(came.value)}")
    if new != value and not sheet.goes_back(sheet.light.look(bias)):
        lines.append(f"→ {sheet.signed(new)}")
    return lines


def _branch(sheet, branch, bias):
    points, look = sheet.layout.branches[branch], sheet.light.look(branch)
    values = sheet.facts.values
    sheet.flow(points, look, branch)
    if bias in values or branch not in values:
        return
    neuron, px = branch[2:], sheet.grade.label
    words = f"{branch} {sheet.signed(values[branch])}"
    if len(points) == 2:
        square = sheet.layout.boxes[bias]
        sheet.label(square.right + 7, square.y, words, px, look, anchor="start")
    elif sheet.layout.above[neuron] >= px + 2 and not _is_above(sheet, neuron):
        left, y = bias_place(sheet.layout, neuron)
        sheet.label(left, y, words, px, look, anchor="start")


def _is_above(sheet, neuron):
    """Whether derivatives stand between a neuron and the one above it."""
    return len(sheet.came(neuron)) > sheet.layout.under[neuron] or is_under(sheet, neuron)


def is_under(sheet: Sheet, neuron: str) -> bool:
    """Whether the neuron above has derivatives under it, or the bias more than a number."""
    layers = zip(sheet.names.neurons, sheet.names.biases, strict=True)
    layer, bias = next((layer, bias) for layer, bias in layers if neuron in layer)
    if neuron == layer[0]:
        return len(_bias_lines(sheet, bias)) > 1
    return bool(sheet.came(layer[layer.index(neuron) - 1]))
