import numpy as np
import pytest

from backprop_lib import example
from backprop_lib.core.dense_network import DenseNetwork
from backprop_lib.core.dense_start import random_dense_network

W = [[[1.0, 2.0]], [[3.0]]]
B = [[0.5], [0.25]]


def test_it_holds_what_a_network_holds():
    network = DenseNetwork.like(example.network)
    for name in example.names.parameters():
        assert network[name] == example[name]
    assert network.activations == ("logistic", "logistic")
    assert network.error == "half squared"


def test_parameters_go_there_and_back():
    network = random_dense_network((3, 4, 2), ["tanh", "softmax"], "cross-entropy", seed=5)
    again = network.with_parameters(network.parameters)
    for name, value in zip(network.parameter_names, network.parameters, strict=True):
        assert network[name] == again[name] == value
    assert again.activations == network.activations and again.error == network.error
    assert len(network.parameter_names) == 3 * 4 + 4 * 2 + 4 + 2


def test_values_are_copies_and_frozen():
    weights = np.array(W[0])
    network = DenseNetwork([weights, W[1]], B, ["ReLU", "identity"])
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
        ((W, B, ["tanh", "softmax"]), ValueError, "error: 'half squared' needs outputs"),
        (
            (W, B, ["tanh", "softmax"], "cross-entropy"),
            ValueError,
            "activations: 'softmax' shares 1 among two outputs or more, got a single one",
        ),
        ((W, B, "tanh", "squared"), ValueError, "error: expected one of 'half squared'"),
    ],
)
def test_bad_input_is_named(arguments, error, words):
    with pytest.raises(error, match=words):
        DenseNetwork(*arguments)


def test_parameters_of_another_size_are_refused():
    network = DenseNetwork(W, B)
    with pytest.raises(ValueError, match=r"parameters: expected 5 numbers.*got 3"):
        network.with_parameters([1, 2, 3])
    with pytest.raises(TypeError, match="parameters"):
        network.with_parameters("abc")


def test_it_is_made_like_a_network_only():
    with pytest.raises(TypeError, match="network: expected a"):
        DenseNetwork.like("example")


def test_a_layer_of_one_neuron_may_stand_before_softmax():
    network = DenseNetwork(
        [[[1.0]], [[1.0], [2.0]]], [[0], [0, 0]], ["tanh", "softmax"], "cross-entropy"
    )
    assert repr(network) == "DenseNetwork of 1-1-2 neurons (tanh, softmax; cross-entropy error)"


def test_what_is_made_like_a_network_has_the_error_asked_for():
    assert DenseNetwork.like(example.network, error="cross-entropy").error == "cross-entropy"
