import copy
import pickle

import pytest

from backprop_lib import backward_pass, example, forward_pass, weight_update
from backprop_lib.core.names import Derivative, Names, Position

TUTORIAL = Names((2, 2, 2))
SIZES = [(2, 1), (1, 1), (5,) * 2, (2, 2, 2), (3, 4, 2), (2, 3, 1, 4), (1, 2, 1, 2, 1)]

FORWARD = forward_pass(example.network, example.inputs, example.targets)
RECORDS = [
    example.network,
    example,
    FORWARD,
    backward_pass(FORWARD),
    weight_update(FORWARD, 0.5),
]
each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)

# Where the tutorial's picture has each quantity.
POSITIONS = {
    "i1": ("inputs", (0,)),
    "i2": ("inputs", (1,)),
    "target_o2": ("targets", (1,)),
    "w1": ("weights", (0, 0, 0)),  # i1 -> h1
    "w2": ("weights", (0, 0, 1)),  # i2 -> h1
    "w3": ("weights", (0, 1, 0)),  # i1 -> h2
    "w4": ("weights", (0, 1, 1)),  # i2 -> h2
    "w5": ("weights", (1, 0, 0)),  # h1 -> o1
    "w6": ("weights", (1, 0, 1)),  # h2 -> o1
    "w7": ("weights", (1, 1, 0)),  # h1 -> o2
    "w8": ("weights", (1, 1, 1)),  # h2 -> o2
    "w6_new": ("new_weights", (1, 0, 1)),
    "b1": ("biases", (0,)),
    "b2": ("biases", (1,)),
    "b_h2": ("biases", (0, 1)),
    "b_o1_new": ("new_biases", (1, 0)),
    "b2_new": ("new_biases", (1,)),
    "net_h1": ("nets", (0, 0)),
    "out_o2": ("outs", (1, 1)),
    "E_o1": ("errors", (0,)),
    "E_total": ("errors", ()),
    "eta": ("learning_rate", ()),
}
DERIVATIVES = {
    "dE_dw5": ("E_total", "w5"),
    "dE_total_dw5": ("E_total", "w5"),
    "dE_o2_dout_h1": ("E_o2", "out_h1"),
    "dout_h1_dnet_h1": ("out_h1", "net_h1"),
    "dnet_o1_dout_h1": ("net_o1", "out_h1"),
    "dE_dtarget_o1": ("E_total", "target_o1"),
    "dE_db_h1": ("E_total", "b_h1"),
    "delta_o1": ("E_total", "net_o1"),
    "delta_h2": ("E_total", "net_h2"),
}


@pytest.mark.parametrize(("name", "position"), POSITIONS.items())
def test_a_tutorial_name_has_its_position(name, position):
    assert TUTORIAL.find(name) == Position(*position)
    assert TUTORIAL.name(Position(*position)) == name


@pytest.mark.parametrize(("name", "parts"), DERIVATIVES.items())
def test_a_derivative_is_made_of_two_names(name, parts):
    of, by = parts
    assert TUTORIAL.find(name) == Derivative(TUTORIAL.find(of), TUTORIAL.find(by))
    assert TUTORIAL.name(TUTORIAL.find(name)) == f"d{of}_d{by}"


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_every_name_has_a_position_of_its_own(sizes):
    names = Names(sizes)
    positions = [names.find(name) for name in names.plain()]
    assert len(set(positions)) == len(positions) == len(set(names.plain()))
    assert [names.name(position) for position in positions] == list(names.plain())


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_weights_are_counted_neuron_by_neuron(sizes):
    names, number = Names(sizes), 0
    for layer in range(len(sizes) - 1):
        for neuron in range(sizes[layer + 1]):
            for source in range(sizes[layer]):
                number += 1
                position = Position("weights", (layer, neuron, source))
                assert names.find(f"w{number}") == position
                assert names.weights[layer][neuron][source] == f"w{number}"
    with pytest.raises(ValueError):
        names.find(f"w{number + 1}")


def test_hidden_neurons_are_counted_on_from_layer_to_layer():
    assert Names((2, 3, 2, 1)).neurons == (("h1", "h2", "h3"), ("h4", "h5"), ("o1",))
    assert Names((2, 3, 2, 1)).layer_inputs(2) == ("out_h4", "out_h5")


def test_a_network_of_one_layer_has_no_hidden_neurons():
    names = Names((2, 1))
    assert names.neurons == (("o1",),)
    assert names.parameters() == ("w1", "w2", "b1")
    assert names.layer_inputs(0) == ("i1", "i2")
    with pytest.raises(ValueError, match="unknown name 'net_h1'"):
        names.find("net_h1")


def test_parameters_are_the_ten_of_the_tutorial():
    assert TUTORIAL.parameters() == (*(f"w{k}" for k in range(1, 9)), "b1", "b2")


def test_a_position_reads_like_numpy():
    shown = {name: str(TUTORIAL.find(name)) for name in ("w6", "net_h2", "b_o1", "i1", "E_total")}
    assert shown == {
        "w6": "weights[1][0, 1]",
        "net_h2": "nets[0][1]",
        "b_o1": "biases[1][0]",
        "i1": "inputs[0]",
        "E_total": "errors",
    }


@each_record
def test_every_name_in_dir_can_be_asked_for_both_ways(record):
    offered = [name for name in TUTORIAL.plain() if name in dir(record)]
    assert {"w1", "w8", "b1", "b2"} <= set(offered)
    assert all(getattr(record, name) == record[name] for name in offered)


def test_dir_leaves_out_a_shared_bias_that_is_not_shared():
    network = example.network.replace(b_h1=1.0)
    assert "b1" not in dir(network)
    assert {"b2", "b_h1", "b_h2"} <= set(dir(network))


@each_record
@pytest.mark.parametrize("name", ["w9", "_repr_html_", "__array__", "shape", "nets_h1", "dE_dw9"])
def test_a_record_has_no_attribute_that_is_no_quantity(record, name):
    assert not hasattr(record, name)


def test_a_record_has_no_quantity_of_a_later_step():
    assert not hasattr(example.network, "i1")
    assert not hasattr(example, "net_h1")
    assert not hasattr(FORWARD, "dE_dw5")
    assert not hasattr(backward_pass(FORWARD), "w5_new")


@each_record
@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copied_record_is_as_good(record, again):
    copied = again(record)
    offered = [name for name in TUTORIAL.plain() if name in dir(record)]
    assert [copied[name] for name in offered] == [record[name] for name in offered]
    assert repr(copied) == repr(record)


@each_record
def test_a_record_cannot_be_changed(record):
    with pytest.raises(AttributeError):
        record.network = None
    with pytest.raises(AttributeError):
        record.w5 = 1.0
    with pytest.raises(TypeError):
        record["w5"] = 1.0
