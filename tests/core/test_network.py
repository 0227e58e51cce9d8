import numpy as np
import pytest

from backprop_lib import example
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network, architecture_of
from backprop_lib.core.starting_weights import random_network

GIVEN = {
    "i1": 0.05,
    "i2": 0.10,
    "target_o1": 0.01,
    "target_o2": 0.99,
    "w1": 0.15,
    "w2": 0.20,
    "w3": 0.25,
    "w4": 0.30,
    "w5": 0.40,
    "w6": 0.45,
    "w7": 0.50,
    "w8": 0.55,
    "b1": 0.35,
    "b2": 0.60,
    "eta": 0.5,
}
NEURON_BIASES = {"b_h1": 0.35, "b_h2": 0.35, "b_o1": 0.60, "b_o2": 0.60}


@pytest.mark.parametrize(("name", "value"), (GIVEN | NEURON_BIASES).items())
def test_the_example_is_the_tutorials(name, value):
    assert example[name] == getattr(example, name) == value


def test_the_example_by_array_position():
    assert example.network.weights[0].tolist() == [[0.15, 0.20], [0.25, 0.30]]
    assert example.network.weights[1].tolist() == [[0.40, 0.45], [0.50, 0.55]]
    assert [biases.tolist() for biases in example.network.biases] == [[0.35, 0.35], [0.60, 0.60]]
    assert example.layer_sizes == example.network.layer_sizes == (2, 2, 2)


@pytest.mark.parametrize("name", GIVEN)
def test_replace_changes_one_number_and_no_other(name):
    other = example.replace(**{name: 7.5})
    assert {n: other[n] for n in GIVEN} == GIVEN | {name: 7.5}
    assert {n: example[n] for n in GIVEN} == GIVEN


@pytest.mark.parametrize("name", NEURON_BIASES)
def test_replace_changes_the_bias_of_one_neuron(name):
    other = example.network.replace(**{name: 7.5})
    assert {n: other[n] for n in NEURON_BIASES} == NEURON_BIASES | {name: 7.5}


def test_replace_takes_several_names():
    other = example.replace(i1=1, w5=2, b1=3, target_o2=4, eta=5)
    changed = {"i1": 1, "w5": 2, "b1": 3, "target_o2": 4, "eta": 5}
    assert {n: other[n] for n in GIVEN} == GIVEN | changed


def test_replacing_nothing_gives_the_same_numbers():
    assert {n: example.replace()[n] for n in GIVEN} == GIVEN


def test_a_shared_bias_of_neurons_that_differ():
    network = example.network.replace(b_h1=0.1)
    with pytest.raises(ValueError, match=r"'b1' is the one bias .* differ.* b_h1, b_h2"):
        network["b1"]
    again = network.replace(b1=0.2)
    assert (again.b1, again.b_h1, again.b_h2) == (0.2, 0.2, 0.2)


def test_whole_numbers_become_floats():
    network = Network([[[1, 2]]], [[3]])
    assert network.weights[0].dtype == network.biases[0].dtype == float
    assert network.replace(w1=1).w1.dtype == float


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble, complex])
def test_a_float_type_is_kept(dtype):
    network = Network([np.ones((2, 3), dtype)], [np.ones(2, dtype)])
    assert network.weights[0].dtype == network.biases[0].dtype == dtype
    assert network.replace(w1=1).weights[0].dtype == np.result_type(dtype, float)


@pytest.mark.parametrize("name", ["i1", "target_o1", "w5", "b1", "b_h2"])
@pytest.mark.parametrize("value", [np.longdouble("0.1"), 0.1 + 0.2j])
def test_replace_keeps_every_digit_of_a_wider_number(name, value):
    assert example.replace(**{name: value})[name] == value


def test_a_network_copies_what_it_is_given():
    weights, biases = np.ones((2, 2)), np.ones(2)
    network = Network([weights], [biases])
    weights[:], biases[:] = 5, 5
    assert np.all(network.weights[0] == 1) and np.all(network.biases[0] == 1)


def test_an_example_copies_what_it_is_given():
    inputs, targets = np.ones(2), np.ones(2)
    mine = Example(example.network, inputs, targets)
    inputs[:], targets[:] = 5, 5
    assert np.all(mine.inputs == 1) and np.all(mine.targets == 1)


@pytest.mark.parametrize(
    "array", [*example.network.weights, *example.network.biases, example.inputs, example.targets]
)
def test_arrays_cannot_be_changed(array):
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0


def test_sequences_of_every_kind():
    tuples = Network((((1, 2),),), ((3,),))
    arrays = Network(np.array([[[1, 2]]]), np.array([[3]]))
    drawn = Network(iter([[[1, 2]]]), iter([[3]]))
    for network in (tuples, arrays, drawn):
        assert (network.w1, network.w2, network.b1) == (1, 2, 3)


def test_what_a_reader_sees():
    assert repr(example.network) == "Network of 2-2-2 neurons"
    assert repr(example) == (
        "Example for a Network of 2-2-2 neurons: i1 = 0.05, i2 = 0.1, w1 = 0.15, w2 = 0.2, "
        "w3 = 0.25, w4 = 0.3, w5 = 0.4, w6 = 0.45, w7 = 0.5, w8 = 0.55, b1 = 0.35, b2 = 0.6, "
        "target_o1 = 0.01, target_o2 = 0.99, eta = 0.5"
    )


@pytest.mark.parametrize("name", ["i2", "w5", "b1", "b_o2", "target_o1", "eta"])
def test_an_example_that_was_changed_looks_changed(name):
    changed = example.replace(**{name: 0.125})
    assert f"{name} = 0.125" in repr(changed)
    assert f"{name} = 0.125" not in repr(example)


def test_an_example_with_very_many_numbers_says_its_sizes():
    large = Example(Network([np.ones((9, 9))], [np.ones(9)]), np.ones(9), np.ones(9))
    assert repr(large) == "Example for a Network of 9-9 neurons, learning rate 0.5"


def test_an_example_with_twenty_four_numbers_lists_them():
    mine = Example(Network([np.ones((4, 3))], [[1, 2, 3, 4]]), [1, 2, 3], [1, 2, 3, 4])
    assert repr(mine).count(" = ") == 3 + 4 * 3 + 4 + 4 + 1


@pytest.mark.parametrize("name", ["w5", "eta", "w99", "a_note"])
def test_a_number_that_is_set_in_place_names_the_way_that_works(name):
    with pytest.raises(AttributeError, match=rf"mine = example.replace\({name}=3\)"):
        setattr(example, name, 3)
    assert example.w5 == 0.4 and example.eta == 0.5
    with pytest.raises(AttributeError, match="Build one with Example"):
        example.inputs = [1, 2]


def test_the_shared_bias_of_a_layer_with_one_neuron():
    assert Network([[[0.5, 0.25]]], [[0.75]]).b1 == 0.75


@pytest.mark.parametrize("dtype", [np.longdouble, complex])
def test_a_number_replaced_leaves_the_others_the_type_that_they_have(dtype):
    wide = Example(example.network, example.inputs.astype(dtype), example.targets.astype(dtype))
    changed = wide.replace(i1=0.2, target_o2=0.3)
    assert changed.inputs.dtype == changed.targets.dtype == dtype
    assert changed.inputs.tolist() == [0.2, wide.i2]


W = [[[1.0, 2.0]], [[3.0]]]
B = [[0.5], [0.25]]


def test_it_is_the_tutorials_network_unless_it_is_said_otherwise():
    network = Network(W, B)
    assert network.activations == ("logistic", "logistic")
    assert network.error == "half squared"


def test_parameters_go_there_and_back():
    network = random_network(
        (3, 4, 2), activations=["tanh", "softmax"], error="cross-entropy", seed=5, start="Glorot"
    )
    again = network.with_parameters(network.parameters)
    for name, value in zip(network.parameter_names, network.parameters, strict=True):
        assert network[name] == again[name] == value
    assert again.activations == network.activations and again.error == network.error
    assert len(network.parameter_names) == 3 * 4 + 4 * 2 + 4 + 2


def test_values_of_any_network_are_copies_and_frozen():
    weights = np.array(W[0])
    network = Network([weights, W[1]], B, ["ReLU", "identity"])
    weights[0, 0] = 9
    assert network.w1 == 1
    for array in (network.weights[0], network.biases[0], network.parameters):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((W, [[0.5]]), ValueError, "biases: expected one list for each of the 2 layers"),
        (([[[1.0, 2.0]], [[3.0, 4.0]]], B), ValueError, r"weights\[1\]: expected 1 columns"),
        ((W, [[0.5, 0.5], [0.25]]), ValueError, r"biases\[0\]: expected 1 numbers"),
        (([[[np.nan, 2.0]], [[3.0]]], B), ValueError, r"weights\[0\].*NaN and infinity"),
        ((W, B, "sigmoid"), ValueError, r"activations\[0\]: expected one of .*got 'sigmoid'"),
        ((W, B, ["tanh", 3]), TypeError, r"activations\[1\]: expected one of"),
        ((W, B, {"tanh", "logistic"}), TypeError, "activations: expected a list .*\\(set\\)"),
        ((W, B, {"tanh": 1, "ReLU": 2}), TypeError, "activations: expected a list .*\\(dict\\)"),
        ((W, B, 3), TypeError, "activations: expected a list with a name for each of the 2"),
        ((W, B, ["tanh"]), ValueError, "for each of the 2 layers of neurons, got 1: tanh"),
        ((W, B, ["softmax", "softmax"], "cross-entropy"), ValueError, "in the last layer only"),
        ((W, B, "tanh", "cross-entropy"), ValueError, "needs outputs that are 'logistic' or"),
        (
            (W, B, ["tanh", "softmax"], "cross-entropy"),
            ValueError,
            "activations: 'softmax' shares 1 among two outputs or more, got a single one",
        ),
        ((W, B, "tanh", "MSE"), ValueError, "error: expected one of 'half squared', 'squared'"),
    ],
)
def test_what_makes_no_network_is_named(arguments, error, words):
    with pytest.raises(error, match=words):
        Network(*arguments)


def test_parameters_of_another_size_are_refused():
    network = Network(W, B)
    with pytest.raises(ValueError, match=r"parameters: expected 5 numbers.*got 3"):
        network.with_parameters([1, 2, 3])
    with pytest.raises(TypeError, match="parameters"):
        network.with_parameters("abc")


def test_a_layer_of_one_neuron_may_stand_before_softmax():
    network = Network(
        [[[1.0]], [[1.0], [2.0]]], [[0], [0, 0]], ["tanh", "softmax"], "cross-entropy"
    )
    assert repr(network) == "Network of 1-1-2 neurons (tanh, softmax; cross-entropy error)"


def test_others_than_before_take_its_numbers():
    other = example.network.replace(w5=0.5, activations=["ReLU", "softmax"], error="cross-entropy")
    assert other.architecture == ((2, 2, 2), ("ReLU", "softmax"), "cross-entropy")
    assert (other.w5, other.w6) == (0.5, 0.45)
    mine = example.replace(error="squared", activations=["ReLU", "tanh"])
    assert mine.architecture == ((2, 2, 2), ("ReLU", "tanh"), "squared")
    with pytest.raises(ValueError, match="needs outputs that are"):
        other.replace(activations="tanh")


@pytest.mark.parametrize("has_one", [example, example.network, example.architecture, (2, 2, 2)])
def test_whatever_has_an_architecture_is_asked_for_it(has_one):
    assert architecture_of(has_one) == ((2, 2, 2), ("logistic", "logistic"), "half squared")


def test_what_has_no_architecture_is_named():
    with pytest.raises(TypeError, match="network: expected a Network, or layer sizes"):
        architecture_of("example")
    with pytest.raises(ValueError, match="network: expected two or more whole numbers"):
        architecture_of((2,))


def test_targets_that_an_error_cannot_use_are_named():
    network = example.network.replace(activations=["tanh", "softmax"], error="cross-entropy")
    with pytest.raises(ValueError, match=r"targets: cross-entropy expects .* that sum to 1"):
        Example(network, [0.05, 0.1], [0.9, 0.9])
