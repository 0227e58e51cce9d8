"""Descent in a few weights: against a complex step, backward_pass, and train."""

from itertools import pairwise

import numpy as np
import pytest

from backprop_lib import Example, Network, UpdateRule, example, forward_pass, random_network, train
from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.labs.landscape.settings import movable
from backprop_lib.training.descent import descent

NETWORKS = {
    "the tutorial's": example,
    "one neuron": Example(random_network((2, 1), 3), [0.3, 0.9], [1.0]),
    "biases that differ": Example(random_network((3, 4, 2), 5), [0.2, 0.5, 0.9], [0.1, 0.8]),
    "softmax": example.replace(
        activations=["tanh", "softmax"], error="cross-entropy", target_o2=0.99
    ),
}


@pytest.mark.parametrize("names", [("w5", "w7"), ("w1", "b_h1"), ("b2", "w6")])
def test_the_path_follows_the_slope_of_the_two_and_leaves_the_rest(names):
    one = example.replace(eta=20)
    path = descent(one, names, 3)
    for here, there in pairwise(path):
        at = one.replace(**dict(zip(names, here, strict=False)))
        slopes = [complex_step(f"dE_d{name}", at) for name in names]
        np.testing.assert_allclose(there[:2], here[:2] - 20 * np.array(slopes), rtol=1e-12)
        assert here[2] == pytest.approx(forward_pass(at).E_total, rel=1e-12)


def by_backward_pass(one, names, rounds):
    """The same descent by forward_pass and backward_pass alone."""
    for _ in range(rounds + 1):
        forward = forward_pass(one)
        yield [*(one[name] for name in names), forward.E_total]
        backward = backward_pass(forward)
        one = one.replace(**{name: one[name] - one.eta * backward[f"dE_d{name}"] for name in names})


@pytest.mark.parametrize("which", NETWORKS)
@pytest.mark.parametrize("rate", [0.5, 20])
def test_the_path_is_that_of_backward_pass_with_all_else_frozen(which, rate):
    one = NETWORKS[which].replace(eta=rate)
    for names in pairwise(movable(one)):
        found, judge = descent(one, names, 5), list(by_backward_pass(one, names, 5))
        np.testing.assert_allclose(found, judge, rtol=1e-13, atol=1e-15)


def test_where_two_are_all_there_is_it_is_what_train_comes_to():
    network = Network([[[0.7]]], [[-0.3]])
    one = Example(network, [0.8], [0.05], 3.0)
    path = descent(one, ("w1", "b1"), 200)
    rule = UpdateRule(biases="one per neuron")
    training = train(network, one.inputs, one.targets, 3.0, 200, rule, engine="numpy")
    np.testing.assert_allclose(path[:, 2], training.errors, rtol=1e-13)
    np.testing.assert_allclose(path[-1, :2], training.final.network.parameters, rtol=1e-13)


def test_as_many_weights_as_one_likes_go_together():
    path = descent(example, ("w5", "w6", "w7"), 2)
    assert path.shape == (3, 4)
    for name, value in zip(("w5", "w6", "w7"), path[1], strict=False):
        assert value == pytest.approx(example[name] - 0.5 * complex_step(f"dE_d{name}", example))


def test_what_is_neither_weight_nor_bias_is_refused():
    with pytest.raises(ValueError, match="name: expected a weight or a bias"):
        descent(example, ("w5", "net_h1"), 1)
