"""Where the backward pass flows in the network diagram: the points of every hop's way.

Along an edge from right to left; round the lower edge of a box, so that no number is covered.

>>> from backprop_lib.core.names import names_of
>>> from backprop_lib.pictures.diagram.layout import layout_of
>>> layout = layout_of(names_of((2, 2, 2)), "normal")
>>> way = way_of_hop(layout, "net_o1", "out_h1")
>>> way[0][0] == layout.boxes["o1"].left, way[-1][0] == layout.boxes["h1"].right
(True, True)
"""

from backprop_lib.pictures.diagram.boxes import to_error, to_total
from backprop_lib.pictures.diagram.layout import Layout

CORNER = 0.2  # what is cut off, as a part of a neuron's height: its box has round corners

Way = list[tuple[float, float]]


def way_of_hop(layout: Layout, of: str, by: str) -> Way:
    """The points of the way from one quantity back to another, in units of the picture.

    of: "E_total", or an out or a net. by: what it is directly made of, such as "net_o1" or "w5".
    """
    neuron = of.partition("_")[2]
    if of == "E_total":
        return _from_total(layout, by.partition("_")[2])
    if of.startswith("out_"):
        return _through(layout, neuron, by.partition("_")[2])
    if by in layout.edges:
        edge = layout.edges[by]
        return [_left(layout, neuron), edge[2:], edge.at(0.5)]
    if by in layout.names.biases or by.startswith("b_"):
        return _to_bias(layout, neuron)
    edge = layout.edges[_weight_of(layout.names, neuron, by)]
    return [_left(layout, neuron), edge[2:], edge[:2], _right(layout, by.removeprefix("out_"))]


def _left(layout, node):
    box = layout.boxes[node]
    return box.left, box.y


def _right(layout, node):
    box = layout.boxes[node]
    return box.right, box.y


def _from_total(layout, output):
    """Past the error of the output, round the side that E_total is on."""
    box = layout.boxes[f"E_{output}"]
    start, total = to_total(box, layout.boxes["E_total"])
    side = box.top if start[1] == box.top else box.bottom
    corners = [(box.right, side)] if start[0] == box.right else []
    to_left = to_error(layout.boxes[output], box)[::-1]
    return [total, start, *corners, (box.left, side), *to_left]


def _through(layout, neuron, other):
    """From the right of a neuron to its left, or with softmax to that of another in its layer."""
    box = layout.boxes[other]
    down = [] if neuron == other else [_right(layout, other)]
    cut = CORNER * min(box.bottom - box.top, box.right - box.left)
    corners = [
        *((box.right, box.bottom - cut), (box.right - cut, box.bottom)),
        *((box.left + cut, box.bottom), (box.left, box.bottom - cut)),
    ]
    return [_right(layout, neuron), *down, *corners, _left(layout, other)]


def _to_bias(layout, neuron):
    box, branch = layout.boxes[neuron], layout.branches[f"b_{neuron}"][::-1]
    corner = [(box.left, box.top)] if branch[0][0] > box.left else []
    return [_left(layout, neuron), *corner, *branch]


def _weight_of(names, neuron, by):
    """The weight by which an input or an out goes into a neuron."""
    layer = next(k for k, neurons in enumerate(names.neurons) if neuron in neurons)
    row = names.weights[layer][names.neurons[layer].index(neuron)]
    return row[list(names.layer_inputs(layer)).index(by)]
