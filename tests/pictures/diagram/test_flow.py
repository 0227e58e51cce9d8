"""The ways of the backward flow: unbroken, on the diagram, and where its lines are."""

from itertools import product

import pytest

from backprop_lib import random_network
from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import one_round
from backprop_lib.pictures.diagram.flow import way_of_hop
from backprop_lib.pictures.diagram.layout import layout_of
from backprop_lib.pictures.theme import SIZES
from backprop_lib.symbolic.error_flow import error_flow

NETWORKS = {
    "tutorial's": random_network((2, 2, 2), 0),
    "no hidden layer": random_network((3, 1), 0),
    "softmax": random_network((2, 3, 3), 0, ["tanh", "softmax"], "cross-entropy"),
    "deep": random_network((2, 3, 2, 2, 1), 0),
}
CASES = [
    (name, size)
    for name, size in product(NETWORKS, SIZES)
    if (name, size) != ("deep", "projector")  # it has no place in large type
]


@pytest.fixture(params=CASES, ids=" ".join)
def flowing(request):
    name, size = request.param
    network = NETWORKS[name]
    n_inputs, *_, n_outputs = network.layer_sizes
    an_example = Example(network, [0.5] * n_inputs, [1] + [0] * (n_outputs - 1), 0.5)
    names = network.names
    record, layout = one_round(an_example), layout_of(names, size)
    targets = [*names.all_weights, *names.biases, *(f"b_{n}" for n in names.all_neurons)]
    hops = {hop[:2] for to in targets for hop in error_flow(record, to)}
    return layout, {hop: way_of_hop(layout, *hop) for hop in hops}


def test_every_way_begins_where_those_before_it_end(flowing):
    _, ways = flowing
    ends = {}
    for (_, by), way in ways.items():
        if by.startswith(("net", "out")):
            assert ends.setdefault(by, way[-1]) == way[-1]
    for (of, _), way in ways.items():
        assert of == "E_total" or way[0] == ends[of]


def test_every_way_is_in_the_picture(flowing):
    layout, ways = flowing
    for way in ways.values():
        for x, y in way:
            assert 0 <= x <= layout.grade.page and 0 <= y <= layout.height


def test_a_way_between_layers_is_the_line_of_its_weight(flowing):
    layout, ways = flowing
    names = layout.names
    for layer, rows in enumerate(names.weights):
        for neuron, row in zip(names.neurons[layer], rows, strict=True):
            for source, weight in zip(names.layer_inputs(layer), row, strict=True):
                edge = layout.edges[weight]
                if layer:
                    assert ways[f"net_{neuron}", source][1:3] == [edge[2:], edge[:2]]
                assert ways[f"net_{neuron}", weight][1:] == [edge[2:], edge.at(0.5)]


def test_a_way_to_a_bias_ends_at_the_square_of_its_layer(flowing):
    layout, ways = flowing
    for bias, neurons in zip(layout.names.biases, layout.names.neurons, strict=True):
        square = layout.boxes[bias].grown(0.01)
        for neuron in neurons:
            for by in (bias, f"b_{neuron}"):
                x, y = ways[f"net_{neuron}", by][-1]
                assert square.left <= x <= square.right and square.top <= y <= square.bottom
