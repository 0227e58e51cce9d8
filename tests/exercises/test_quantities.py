"""What a name stands for."""

import numpy as np
import pytest

from backprop_lib import UpdateRule, example, forward_pass, weight_update
from backprop_lib.core.example import Example
from backprop_lib.core.names import Position
from backprop_lib.exercises.batch import the_example
from backprop_lib.exercises.quantities import places, quantities, right_numbers, values_of

PAIR = (example.inputs, example.targets)


@pytest.mark.parametrize(
    "name, stands_for",
    [
        ("net_h", ["net_h1", "net_h2"]),
        ("delta_o", ["delta_o1", "delta_o2"]),
        ("dE_dW1", [["dE_dw1", "dE_dw2"], ["dE_dw3", "dE_dw4"]]),
        ("W2_new", [["w5_new", "w6_new"], ["w7_new", "w8_new"]]),
        ("W1", [["w1", "w2"], ["w3", "w4"]]),
        ("dE_db_h", ["dE_db_h1", "dE_db_h2"]),
        ("dout_o_dnet_o", ["dout_o1_dnet_o1", "dout_o2_dnet_o2"]),
        ("dE_total_dout_h", ["dE_total_dout_h1", "dE_total_dout_h2"]),
    ],
)
def test_a_name_without_its_number_stands_for_all_of_them(name, stands_for):
    assert quantities(name, (2, 2, 2)).tolist() == stands_for


def test_all_hidden_layers_are_hidden_and_the_last_alone_is_the_outputs():
    assert quantities("net_h", (1, 2, 1, 1, 2)).tolist() == ["net_h1", "net_h2", "net_h3", "net_h4"]
    assert quantities("net_o", (1, 2, 1, 1, 2)).tolist() == ["net_o1", "net_o2"]


@pytest.mark.parametrize("rule", [UpdateRule(), UpdateRule("updated weights")])
def test_the_right_numbers_are_those_of_a_round_under_the_rule(rule):
    right = weight_update(forward_pass(example.network, *PAIR), example.eta, rule)
    numbers = right_numbers("W1_new", example, rule)
    assert numbers.dtype == float
    assert numbers.tolist() == [[right.w1_new, right.w2_new], [right.w3_new, right.w4_new]]
    assert right_numbers("E_total", example, rule).shape == ()
    assert right_numbers("E_total", example, rule) == right.E_total


def test_values_are_floats_even_where_a_record_holds_whole_numbers():
    assert values_of({"one": 1}, np.array([["one", "one"]])).tolist() == [[1, 1]]
    assert values_of({"one": 1}, np.array("one")).dtype == float


def test_where_the_names_of_an_array_sit():
    at = [(1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1)]
    wanted = quantities("W2", (2, 2, 2))
    assert places(wanted, (2, 2, 2)) == tuple(Position("weights", index) for index in at)


def test_an_update_by_several_examples_adds_their_steps():
    """The tutorial's w1 makes a step of 0.000219; turned about, its inputs make another."""
    other = Example(example.network, example.inputs[::-1], example.targets)
    both = the_example([example, other], reduction="sum")
    steps = [right_numbers("W1_new", one) - example.network.weights[0] for one in (example, other)]
    right = example.network.weights[0] + steps[0] + steps[1]
    np.testing.assert_allclose(right_numbers("W1_new", both), right, rtol=1e-15)
    slopes = [right_numbers("dE_dW1", one) for one in (example, other)]
    np.testing.assert_allclose(right_numbers("dE_dW1", both), slopes[0] + slopes[1], rtol=1e-15)
