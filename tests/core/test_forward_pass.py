import math

import numpy as np
import pytest

from backprop_lib import example, forward_pass
from backprop_lib.core.network import Network

FORWARD = forward_pass(example.network, example.inputs, example.targets)


def logistic(net):
    return 1 / (1 + math.exp(-net))


# The tutorial's sentences, one line each, in plain Python: nothing of the library in them.
BY_HAND = {"net_h1": 0.15 * 0.05 + 0.20 * 0.10 + 0.35, "net_h2": 0.25 * 0.05 + 0.30 * 0.10 + 0.35}
BY_HAND["out_h1"] = logistic(BY_HAND["net_h1"])
BY_HAND["out_h2"] = logistic(BY_HAND["net_h2"])
BY_HAND["net_o1"] = 0.40 * BY_HAND["out_h1"] + 0.45 * BY_HAND["out_h2"] + 0.60
BY_HAND["net_o2"] = 0.50 * BY_HAND["out_h1"] + 0.55 * BY_HAND["out_h2"] + 0.60
BY_HAND["out_o1"] = logistic(BY_HAND["net_o1"])
BY_HAND["out_o2"] = logistic(BY_HAND["net_o2"])
BY_HAND["E_o1"] = (0.01 - BY_HAND["out_o1"]) ** 2 / 2
BY_HAND["E_o2"] = (0.99 - BY_HAND["out_o2"]) ** 2 / 2
BY_HAND["E_total"] = BY_HAND["E_o1"] + BY_HAND["E_o2"]

# Fifteen decimals, from the reference results that came with the tutorial's figures.
KNOWN = {
    "net_h1": "0.377500000000000",
    "out_h1": "0.593269992107187",
    "out_h2": "0.596884378259767",
    "net_o1": "1.105905967059770",
    "out_o1": "0.751365069552316",
    "out_o2": "0.772928465321463",
    "E_o1": "0.274811083176155",
    "E_o2": "0.023560025583848",
    "E_total": "0.298371108760003",
}


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_every_quantity_of_the_tutorial(name, value):
    assert FORWARD[name] == pytest.approx(value, rel=1e-15, abs=0)


@pytest.mark.parametrize(("name", "digits"), KNOWN.items())
def test_the_known_digits(name, digits):
    assert abs(FORWARD[name] - float(digits)) <= 0.5e-15 + 1e-16


def test_names_and_array_positions_are_the_same_numbers():
    for layer, neurons in enumerate((("h1", "h2"), ("o1", "o2"))):
        for j, neuron in enumerate(neurons):
            assert FORWARD[f"net_{neuron}"] == FORWARD.nets[layer][j]
            assert FORWARD[f"out_{neuron}"] == FORWARD.outs[layer][j]
    assert FORWARD.outputs.tolist() == [FORWARD.out_o1, FORWARD.out_o2]
    assert FORWARD.layer_inputs(0).tolist() == [FORWARD.i1, FORWARD.i2]
    assert FORWARD.layer_inputs(1).tolist() == [FORWARD.out_h1, FORWARD.out_h2]


def test_given_numbers_are_handed_on():
    assert (FORWARD.w6, FORWARD.b2, FORWARD.i2, FORWARD.target_o2) == (0.45, 0.60, 0.10, 0.99)


def test_without_targets_there_are_outputs_and_no_error():
    forward = forward_pass(example.network, example.inputs)
    assert forward.out_o1 == FORWARD.out_o1
    assert forward.targets is None
    assert not hasattr(forward, "E_total")


def test_one_layer():
    forward = forward_pass(Network([[[2, -1]]], [[0.5]]), [1, 3], [1])
    assert forward.net_o1 == -0.5
    assert forward.out_o1 == pytest.approx(logistic(-0.5), rel=1e-15)
    assert forward.E_total == forward.E_o1 == pytest.approx((1 - logistic(-0.5)) ** 2 / 2)


def test_layers_of_different_sizes():
    ones = [np.ones((3, 2)), np.ones((1, 3)), np.ones((4, 1))]
    forward = forward_pass(Network(ones, [np.zeros(3), np.zeros(1), np.zeros(4)]), [1, 2])
    first = logistic(3)
    second = logistic(3 * first)
    assert forward.out_h3 == pytest.approx(first, rel=1e-15)
    assert forward.out_h4 == pytest.approx(second, rel=1e-15)
    assert forward.out_o4 == pytest.approx(logistic(second), rel=1e-15)


@pytest.mark.parametrize("size", [1e3, 1e6, 1e300])
def test_saturated_neurons_do_not_warn(size):
    network = Network([[[size], [-size]], [[size, -size]]], [[0, 0], [0]])
    with np.errstate(all="raise", under="ignore"):
        forward = forward_pass(network, [1], [0])
    assert (forward.out_h1, forward.out_h2, forward.out_o1, forward.E_total) == (1, 0, 1, 0.5)


@pytest.mark.parametrize("signs", [[1, -1] * 8, [1] * 8 + [-1] * 8])
def test_infinities_of_both_signs_are_refused_and_do_not_warn(signs):
    """Where they meet depends on the machine; their sum is NaN."""
    network = Network([[[1e308 * sign for sign in signs]]], [[0.0]])
    with pytest.raises(ValueError, match="weights: expected numbers whose sums are finite"):
        forward_pass(network, [10.0] * 16)


@pytest.mark.parametrize("dtype", [np.longdouble, complex])
def test_other_float_types_pass_through(dtype):
    forward = forward_pass(example.network, example.inputs.astype(dtype), example.targets)
    for array in (*forward.nets, *forward.outs, np.array(forward.E_total)):
        assert array.dtype == dtype
        assert np.isfinite(array).all()


def test_with_softmax_only_the_target_that_is_1_has_an_error():
    network = example.network.replace(activations=["tanh", "softmax"], error="cross-entropy")
    forward = forward_pass(network, example.inputs, [0, 1])
    assert forward.E_o1 == 0
    assert forward.E_total == pytest.approx(-math.log(forward.out_o2), rel=1e-14)


def test_what_a_reader_sees():
    assert repr(FORWARD) == "ForwardPass with outputs o1 0.751365070, o2 0.772928465"
