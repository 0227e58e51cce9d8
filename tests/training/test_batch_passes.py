"""Batches against the lessons' own passes, and gradients against independent judges."""

import numpy as np
import pytest
from random_dense import ENDS, HIDDEN, HOW_MANY, random_case

from backprop_lib import backward_pass, example, forward_pass
from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.training.batch_passes import batch_backward, batch_errors, batch_forward
from backprop_lib.training.gradient_table import complex_difference, error_of

SEEDS = range(HOW_MANY)


def gradient(network, inputs, targets):
    return batch_backward(batch_forward(network, inputs), targets).gradient


# --- the worked example


def test_every_number_of_the_worked_example_is_the_same():
    network = example.network
    forward = batch_forward(network, [example.inputs])
    backward = batch_backward(forward, [example.targets])
    plain = forward_pass(example.network, example.inputs, example.targets)
    by_hand = backward_pass(plain)
    # The same sums of two or three terms; a fused multiplication may move the last digit of one.
    same = {"rtol": 3e-16, "atol": 0}
    for k in range(2):
        np.testing.assert_allclose(forward.nets[k][0], plain.nets[k], **same)
        np.testing.assert_allclose(forward.outs[k][0], plain.outs[k], **same)
        np.testing.assert_allclose(backward.dE_dW[k], by_hand.layers[k].dE_dw, **same)
        np.testing.assert_allclose(backward.dE_db[k], by_hand.layers[k].dE_db, **same)
    assert backward.E_total == pytest.approx(plain.E_total, rel=3e-16)


def test_a_batch_is_the_mean_or_the_sum_of_its_examples():
    network, inputs, targets = random_case(17)
    inputs, targets = np.tile(inputs, (3, 1)) * [[1.0]], np.tile(targets, (3, 1))
    whole = batch_backward(batch_forward(network, inputs), targets)
    summed = batch_backward(batch_forward(network, inputs), targets, "sum")
    singles = [
        batch_backward(batch_forward(network, [x]), [t])
        for x, t in zip(inputs, targets, strict=True)
    ]
    np.testing.assert_allclose(
        whole.gradient, np.mean([one.gradient for one in singles], axis=0), rtol=0, atol=1e-15
    )
    assert whole.E_total == pytest.approx(np.mean([one.E_total for one in singles]), rel=1e-14)
    np.testing.assert_allclose(
        summed.gradient, np.sum([one.gradient for one in singles], axis=0), rtol=0, atol=1e-14
    )
    assert summed.E_total == pytest.approx(np.sum([one.E_total for one in singles]), rel=1e-14)
    errors = batch_errors(batch_forward(network, inputs), targets)
    np.testing.assert_allclose(errors, [one.E_total for one in singles], rtol=1e-14)


# --- a thousand random networks


def test_the_thousand_networks_have_everything_in_them():
    cases = [random_case(seed) for seed in SEEDS]
    assert {(network.error, network.activations[-1]) for network, _, _ in cases} == set(ENDS)
    assert {name for network, _, _ in cases for name in network.activations[:-1]} == set(HIDDEN)
    assert {len(network.weights) for network, _, _ in cases} == {1, 2, 3, 4}
    assert {len(inputs) for _, inputs, _ in cases} == set(range(1, 10))


@pytest.mark.exhaustive
def test_a_thousand_random_networks_against_a_complex_step():
    for seed in SEEDS:
        network, inputs, targets = random_case(seed)
        error = error_of(network, inputs, targets)
        judge = [complex_difference(error, k, 1e-200) for k in range(len(network.parameters))]
        mine = gradient(network, inputs, targets)
        np.testing.assert_allclose(mine, judge, rtol=0, atol=1e-12, err_msg=f"seed {seed}")


def by_autograd(network, inputs, targets):
    """Every derivative by HIPS autograd, from formulas written here and not in the library."""
    anp = pytest.importorskip("autograd.numpy", reason="autograd is not installed")
    from autograd import grad

    activations = {
        "logistic": lambda net: 1 / (1 + anp.exp(-net)),
        "tanh": anp.tanh,
        "ReLU": lambda net: net * (net > 0),
        "identity": lambda net: net,
        "softmax": lambda net: anp.exp(net) / anp.sum(anp.exp(net), axis=1, keepdims=True),
    }
    one = slice(None)
    shapes = [(W.shape, one) for W in network.weights] + [(b.shape, one) for b in network.biases]

    def error(parameters):
        arrays, start = [], 0
        for shape, _ in shapes:
            arrays.append(parameters[start : start + int(np.prod(shape))].reshape(shape))
            start += int(np.prod(shape))
        out = inputs
        layers = len(network.weights)
        for W, b, name in zip(arrays[:layers], arrays[layers:], network.activations, strict=True):
            out = activations[name](anp.dot(out, W.T) + b)
        if network.error != "cross-entropy":
            divisor = {"half squared": 2, "squared": 1, "mean squared": targets.shape[1]}
            each = (targets - out) ** 2 / divisor[network.error]
        elif network.activations[-1] == "softmax":
            each = -targets * anp.log(out)
        else:
            each = -targets * anp.log(out) - (1 - targets) * anp.log(1 - out)
        return anp.sum(each) / len(inputs)

    return grad(error)(network.parameters.copy())


@pytest.mark.exhaustive
def test_a_thousand_random_networks_against_autograd():
    for seed in SEEDS:
        network, inputs, targets = random_case(seed)
        judge = by_autograd(network, inputs, targets)
        mine = gradient(network, inputs, targets)
        np.testing.assert_allclose(mine, judge, rtol=0, atol=1e-12, err_msg=f"seed {seed}")


def test_a_thousand_random_networks_against_pytorch():
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    from backprop_lib.training.with_pytorch import pytorch_round

    for seed in SEEDS:
        network, inputs, targets = random_case(seed)
        judge, _ = pytorch_round(network, np.array(inputs), np.array(targets), 0.5)
        mine = gradient(network, inputs, targets)
        np.testing.assert_allclose(mine, judge, rtol=0, atol=1e-12, err_msg=f"seed {seed}")


# --- what is near the edge


def test_saturated_cross_entropy_keeps_its_slope():
    network = Network([[[1.0]]], [[0.0]], "logistic", "cross-entropy")
    backward = batch_backward(batch_forward(network, [[-800.0]]), [[1.0]])
    assert backward.E_total == 800 and backward.dE_db[0][0] == -1
    half = Network([[[1.0]]], [[0.0]])
    assert batch_backward(batch_forward(half, [[-800.0]]), [[1.0]]).dE_db[0][0] == 0


def test_values_out_are_frozen_and_values_in_stay():
    inputs = np.array([[0.1, 0.2]])
    forward = batch_forward(random_network((2, 3, 1), start="Glorot"), inputs)
    backward = batch_backward(forward, [[1.0]])
    inputs[0, 0] = 9
    assert forward.inputs[0, 0] == 0.1
    for array in (*forward.nets, *forward.outs, *backward.dE_dW, *backward.dE_db):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    assert repr(backward).startswith("BatchBackward through a Network of 2-3-1")
    assert repr(forward).startswith("BatchForward of 1 examples")


# --- bad input

NETWORK = random_network(
    (2, 3, 1), activations=["tanh", "logistic"], error="cross-entropy", start="Glorot"
)
MANY = random_network((2, 3), activations="softmax", error="cross-entropy", start="Glorot")
PLAIN = random_network((2, 1), activations="identity", start="Glorot")
NAN = float("nan")


@pytest.mark.parametrize(
    ("inputs", "error", "words"),
    [
        ([[0, 1], [NAN, 1], [NAN, NAN]], ValueError, r"inputs: .* got nan at \[1, 0\] and 2 more"),
        ([[0, np.inf]], ValueError, r"inputs: .* got inf at \[0, 1\]"),
        ([[0, 1, 2]], ValueError, r"a row of 2 finite numbers.*got 3 in each row\. Give as many"),
        ([[0, 1j]], TypeError, "inputs: expected a row of 2 finite numbers.*got complex"),
        ([], ValueError, "inputs: .*got no example. Give at least one row"),
        ([0, 1], ValueError, "even for a single example"),
        ([[0, 1], [2]], ValueError, "inputs: .*same length"),
        ([["a", "b"]], TypeError, "inputs: expected a row of 2"),
        (np.empty((0, 2)), ValueError, "inputs: .*got no example. Give at least one row"),
        (
            [[1e308, 1e308]],
            ValueError,
            "weights: expected numbers whose net inputs are finite, got inf",
        ),
    ],
)
def test_bad_inputs_are_named(inputs, error, words):
    network = NETWORK.with_parameters(NETWORK.parameters + 3)
    with pytest.raises(error, match=words):
        batch_forward(network, inputs)


@pytest.mark.parametrize(
    ("network", "targets", "error", "words"),
    [
        (NETWORK, [[1], [NAN]], ValueError, r"targets: .* got nan at \[1, 0\]"),
        (NETWORK, [[1]], ValueError, "targets: expected a row for each of the 2 examples, got 1"),
        (NETWORK, [1, 0], ValueError, "targets: expected a row of 1 finite numbers"),
        (NETWORK, [[1], [2]], ValueError, r"from 0 to 1 in each row, got \[2.0\] in row 1"),
        (MANY, [[1, 0, 0], [1, 1, 0]], ValueError, r"that sum to 1 in each row.* in row 1"),
        (NETWORK, "ab", TypeError, "targets"),
        (NETWORK, [[1j], [0]], TypeError, "targets: .*got complex"),
        (MANY, [0, 2], ValueError, r"targets: .*For labels use one_hot\(labels, classes\)"),
        (
            PLAIN,
            [[1e200], [0]],
            ValueError,
            "targets: expected numbers whose errors are finite, got inf",
        ),
    ],
)
def test_bad_targets_are_named(network, targets, error, words):
    with pytest.raises(error, match=words):
        batch_backward(batch_forward(network, [[0, 1], [1, 1]]), targets)


def test_what_is_too_large_is_refused_without_a_warning():
    """Of the infinities that come first, softmax makes inf - inf, and a dead ReLU 0 times inf."""
    share = Network([[[1e308], [1.0]]], [[0.0, 0.0]], "softmax", "cross-entropy")
    with pytest.raises(ValueError, match="net inputs are finite, got inf"):
        batch_forward(share, [[10.0]])
    dead = Network([[[1.0]], [[1e200]]], [[-1.0], [0.0]], ["ReLU", "identity"])
    with pytest.raises(ValueError, match="derivatives are finite, got nan"):
        batch_backward(batch_forward(dead, [[0.0]]), [[1e150]])


def test_what_is_no_network_or_forward_pass_is_named():
    with pytest.raises(TypeError, match="network: expected a Network"):
        batch_forward(example, [[0, 1]])
    with pytest.raises(TypeError, match="forward: expected a BatchForward"):
        batch_backward(NETWORK, [[0]])


def test_labels_lead_to_a_gradient():
    backward = batch_backward(batch_forward(MANY, [[0, 1], [1, 1]]), one_hot([2, 0], 3))
    assert len(backward.gradient) == len(MANY.parameter_names) == 9
