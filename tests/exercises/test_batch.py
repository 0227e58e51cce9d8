"""check for a batch: several examples of one network, by their mean or their sum."""

import numpy as np
import pytest

from backprop_lib import batch_backward, batch_forward, check, hint, train_in_batches
from backprop_lib import example as tutorial
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network
from exercises.test_catalogue import thought_of

RNG = np.random.default_rng(8)
INPUTS = RNG.uniform(0.1, 1, (4, 2))
TARGETS = np.array([[0.8, 0.2], [0.3, 0.7], [1, 0], [0, 1]])
RATE = 0.4
KINDS = [
    (("logistic", "logistic"), "half squared"),
    (("tanh", "identity"), "mean squared"),
    (("ReLU", "softmax"), "cross-entropy"),
]


def network_of(activations, error):
    rng = np.random.default_rng(4)
    weights = [rng.uniform(0.1, 1, (3, 2)), rng.uniform(-1, 1, (2, 3))]
    return Network(weights, [rng.uniform(-1, 1, 3), rng.uniform(-1, 1, 2)], activations, error)


def examples_of(network, rows=4):
    pairs = zip(INPUTS[:rows], TARGETS[:rows], strict=True)
    return [Example(network, x, target, RATE) for x, target in pairs]


def gradient(network, reduction="mean", rows=4):
    """dE/dW1, by matrices: batch_backward shares no slope with what check compares with."""
    passed = batch_forward(network, INPUTS[:rows])
    return batch_backward(passed, TARGETS[:rows], reduction)


NETWORK = network_of(*KINDS[0])
BATCH = examples_of(NETWORK)


def keys(said):
    return {mistake.key for mistake in thought_of(said)}


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_numbers_of_the_batch_passes_are_right(kind, reduction):
    network = network_of(*kind)
    batch, by_matrices = examples_of(network), gradient(network, reduction)
    for name, numbers in [
        ("E_total", by_matrices.E_total),
        ("dE_dW1", by_matrices.dE_dW[0]),
        ("dE_dW2", by_matrices.dE_dW[1]),
        ("dE_db_h", by_matrices.dE_db[0]),
        ("dE_dw8", f"{by_matrices.dE_dW[1][0, 1]:.6f}"),
    ]:
        assert check(name, numbers, batch, reduction=reduction).accepted, name
    after = train_in_batches(
        network, INPUTS, TARGETS, RATE, 1, 4, biases="frozen", reduction=reduction
    )
    assert check("W1_new", after.network.weights[0], batch, reduction=reduction).accepted


@pytest.mark.parametrize("asked, done", [("mean", "sum"), ("sum", "mean")])
def test_the_other_reduction_is_named(asked, done):
    for name, layer in (("dE_dW1", 0), ("dE_dW2", 1)):
        said = check(name, gradient(NETWORK, done).dE_dW[layer], BATCH, reduction=asked)
        assert keys(said) == {"mean and sum"}
        assert f"It is their {done}." in said.text


@pytest.mark.parametrize(
    "made, words",
    [
        (lambda by_each: by_each[2], "It is that of example 3 alone."),
        (lambda by_each: by_each[:3].sum(axis=0) / 4, None),
        (lambda by_each: by_each[1:].mean(axis=0), "Example 1 is missing."),
    ],
)
def test_an_example_that_is_not_in_it_is_named(made, words):
    by_each = np.array([gradient_of(one) for one in BATCH])
    said = check("dE_dW1", made(by_each), BATCH)
    assert said.kind == "wrong"
    assert words is None or words in said.text


def gradient_of(one):
    passed = batch_forward(one.network, [one.inputs])
    return batch_backward(passed, [one.targets]).dE_dW[0]


def test_an_update_after_each_example_is_named():
    after = train_in_batches(
        NETWORK, INPUTS, TARGETS, RATE, 1, 1, order="as given", biases="frozen"
    ).network
    assert keys(check("W1_new", after.weights[0], BATCH)) == {"update for each example"}


def without_slope(one):
    """dE/dw1 without the slope of the outputs."""
    (W1, W2), (b1, b2) = one.network.weights, one.network.biases
    h = 1 / (1 + np.exp(-(W1 @ one.inputs + b1)))
    o = 1 / (1 + np.exp(-(W2 @ h + b2)))
    return (((o - one.targets) @ W2) * h * (1 - h))[0] * one.inputs[0]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_mistake_made_in_every_example_is_named(reduction):
    numbers = [without_slope(one) for one in BATCH]
    number = np.mean(numbers) if reduction == "mean" else np.sum(numbers)
    said = check("dE_dw1", f"{number:.8f}", BATCH, reduction=reduction)
    assert keys(said) == {"slope forgotten"}
    step = number * RATE
    new = check("w1_new", f"{NETWORK.weights[0][0, 0] - step:.8f}", BATCH, reduction=reduction)
    assert "slope forgotten" in keys(new)


def test_of_many_examples_it_is_said_at_least_how_far_off_it_is():
    batch = BATCH * 50
    right = gradient(NETWORK).dE_dW[0][0, 0]
    assert check("dE_dw1", f"{right:.6f}", batch).accepted
    assert "about 1.7 times" in check("dE_dw1", f"{1.7 * right:.8f}", batch).text
    assert keys(check("dE_dw1", f"{200 * right:.7f}", batch)) == {"mean and sum"}


def test_a_list_of_one_is_that_one():
    assert check("dE_dw5", 0.0822, [tutorial]).accepted
    assert check("out_o1", 0.7514, (tutorial,)).accepted


def test_what_every_example_has_for_itself_is_refused():
    with pytest.raises(ValueError, match=r"^name: expected E_total, .* got 'out_o1', which every"):
        check("out_o1", 0.5, BATCH)


@pytest.mark.parametrize(
    "batch, error, words",
    [
        ([], ValueError, r"^example: expected one or several, got none"),
        ([tutorial, BATCH[0]], ValueError, r"and number 2 has another"),
        ([tutorial, tutorial.replace(eta=0.1)], ValueError, r"one learning rate"),
        ([tutorial, 3], TypeError, r"^example: expected"),
    ],
)
def test_what_is_no_batch_is_refused(batch, error, words):
    with pytest.raises(error, match=words):
        check("E_total", 0.5, batch)


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match=r"^reduction: expected"):
        check("E_total", 0.5, BATCH, reduction="median")


def test_a_formula_is_no_number_of_a_batch():
    from backprop_lib import chain_rule

    said = check("dE_dw7", chain_rule("E_total", "w7", NETWORK).product, BATCH)
    assert said.kind == "unreadable"
    assert "Give the numbers of the batch" in said.text


def test_a_hint_is_that_of_one_example():
    assert "those of all are put together" in hint("dE_dw1", 2, BATCH).text
