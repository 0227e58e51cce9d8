"""Questions about errors, deep networks and their deltas, each answered here another way."""

import numpy as np
import pytest

from backprop_lib import Example, check, example, hint, random_network
from backprop_lib.exercises.questions import FATES, STEEPER

DEEP = (2, 10, 10, 10, 10, 10, 10, 10, 10, 10, 2)
H = 1e-30


def deep(activation, scale=1.0):
    layers = [*[activation] * 9, "logistic"]
    network = random_network(DEEP, 0, layers, "cross-entropy", "Glorot")
    return Example(network.with_parameters(scale * network.parameters), [0.05, 0.1], [0.01, 0.99])


def ratio(one):
    """The mean |delta| of the first layer over that of the outputs, by the complex step."""
    functions = {"logistic": lambda n: 1 / (1 + np.exp(-n)), "tanh": np.tanh}
    functions["ReLU"] = lambda n: np.where(n.real > 0, n, 0)
    network, means = one.network, []
    for layer in (0, 9):
        slopes = []
        for neuron in range(len(network.biases[layer])):
            out = one.inputs.astype(complex)
            for k, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
                step = 1j * H * ((k == layer) * (np.arange(len(b)) == neuron))
                net = W @ out + b + step
                out = functions[network.activations[k]](net)
            # log(1 + exp(net)) - target * net, which does not overflow for the nets here.
            slopes.append((np.log(1 + np.exp(net)) - one.targets * net).sum().imag / H)
        means.append(np.mean(np.abs(slopes)))
    return means[0] / means[1]


@pytest.mark.parametrize(
    "activation, scale, fate, low, high",
    [
        ("logistic", 1.0, "vanishes", 0, 0.1),
        ("tanh", 1.0, "keeps its size", 0.1, 10),
        ("ReLU", 3.0, "explodes", 10, np.inf),
    ],
)
def test_the_fate_of_delta_is_that_of_the_complex_step(activation, scale, fate, low, high):
    one = deep(activation, scale)
    assert low < ratio(one) < high
    for option in FATES:
        assert check("fate of delta", option, example=one).accepted == (option == fate)


@pytest.mark.parametrize(
    "target, right", [(0.01, "absolute"), (0.75, "absolute"), (-0.3, "half squared")]
)
def test_the_steeper_error_is_that_of_a_hair(target, right):
    one = example.replace(activations=["logistic", "identity"], target_o1=target + 0.3546)
    out, h = 1.105905967, 1e-6  # net_o1, which identity passes on
    miss = out - one.target_o1
    slopes = {
        "half squared": abs(((miss + h) ** 2 - (miss - h) ** 2) / 4 / h),
        "absolute": abs((abs(miss + h) - abs(miss - h)) / 2 / h),
    }
    assert max(slopes, key=slopes.get) == right
    for option in STEEPER:
        assert check("steeper error at o1", option, example=one).accepted == (option == right)


def test_a_network_is_judged_by_its_layer_sizes():
    text = "network of 2-2-2-2"
    assert check(text, random_network((2, 2, 2, 2), 5, "tanh")).accepted
    assert "3 layers of neurons, with 12 weights" in str(check(text, random_network((2, 2, 2, 2))))
    said = check(text, random_network((2, 2, 2)))
    assert said.kind == "wrong" and "2 layers of neurons: 2-2-2" in str(said)
    assert "1 layer of neurons" in str(check(text, random_network((2, 2))))
    assert check(text).kind == check(text, None).kind == "unanswered"
    for no_network in (example, (2, 2, 2, 2), "2-2-2-2", 4):
        assert check(text, no_network).kind == "unreadable"


@pytest.mark.parametrize("text", ["fate of delta", "steeper error at o1", "network of 2-2-2"])
@pytest.mark.parametrize("strength", [1, 2, 3])
def test_every_hint_says_something(text, strength):
    first, *words = str(hint(text, strength)).splitlines()
    assert first == f"Hint {strength} of 3"
    assert "".join(words).strip()


def test_an_output_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="out_o3"):
        check("steeper error at o3", "absolute")
