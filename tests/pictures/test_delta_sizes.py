"""The sizes of delta, against the complex step through a forward pass written down here."""

import numpy as np
import pytest

from backprop_lib import Example, backward_pass, example, forward_pass, random_network
from backprop_lib.pictures.delta_sizes import delta_chart, delta_sizes

SIZES = (2, 5, 4, 3, 5, 2)
FUNCTIONS = {
    "logistic": lambda net: 1 / (1 + np.exp(-net)),
    "tanh": np.tanh,
    "ReLU": lambda net: np.where(net.real > 0, net, 0),
}
H = 1e-30


def deep(activation, start="Glorot"):
    hidden = [activation] * (len(SIZES) - 2)
    return Example(
        random_network(SIZES, 4, [*hidden, "logistic"], start=start), [0.05, 0.1], [0.01, 0.99]
    )


def sizes_by_complex_step(one):
    """dE/db of every neuron is its delta, so nudge every bias by an imaginary step."""
    network, found = one.network, []
    for layer, biases in enumerate(network.biases):
        slopes = []
        for neuron in range(len(biases)):
            out = one.inputs.astype(complex)
            for k, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
                step = 1j * H * ((k == layer) * (np.arange(len(b)) == neuron))
                out = FUNCTIONS[network.activations[k]](W @ out + b + step)
            slopes.append((((one.targets - out) ** 2).sum() / 2).imag / H)
        found.append(np.mean(np.abs(slopes)))
    return np.array(found)


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize("start", ["Glorot", "hundredths"])
def test_the_sizes_are_those_of_the_complex_step(activation, start):
    one = deep(activation, start)
    sizes = delta_sizes(backward_pass(forward_pass(one)))
    assert sizes.shape == (5,)
    assert np.allclose(sizes, sizes_by_complex_step(one), rtol=1e-12, atol=0)
    assert sizes[-1] > 0


def test_the_facts_are_the_sizes_and_the_last_layer_is_called_the_outputs():
    backward = backward_pass(forward_pass(deep("tanh")))
    picture = delta_chart({"mine": backward})
    sizes = delta_sizes(backward)
    assert picture.facts == (
        *(f"mine: layer {k + 1}: {sizes[k]:.1e}" for k in range(4)),
        f"mine: layer 5, the outputs: {sizes[4]:.1e}",
    )


def test_networks_of_different_depth_share_a_picture_and_each_is_named():
    shallow = backward_pass(forward_pass(example))
    picture = delta_chart({"two": shallow, "five": backward_pass(forward_pass(deep("tanh")))})
    assert len(picture.facts) == 2 + 5
    assert ">two<" in picture.svg and ">five<" in picture.svg
    assert "layer of neurons" in picture.svg


def test_where_nothing_comes_through_it_is_said():
    silent = example.replace(activations=["ReLU", "logistic"], b1=-1)
    picture = delta_chart({"silent": backward_pass(forward_pass(silent))})
    assert picture.facts[0] == "silent: layer 1: 0"


def test_bad_input_is_named():
    with pytest.raises(TypeError, match="backward: expected a BackwardPass"):
        delta_sizes(forward_pass(example))
    for wrong in ([1, 2], {}):
        with pytest.raises(TypeError, match="backwards: expected a dict from labels"):
            delta_chart(wrong)
    with pytest.raises(TypeError, match=r"backwards\['a'\]: expected a BackwardPass"):
        delta_chart({"a": 1})
