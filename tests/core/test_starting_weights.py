"""Starting weights by seed: the same for the same seed, different for another."""

import numpy as np
import pytest

from backprop_lib.core import starting_weights
from backprop_lib.core.starting_weights import random_network


def numbers(network):
    return [array.tolist() for array in (*network.weights, *network.biases)]


def test_a_seed_gives_the_same_network_every_time_and_another_seed_another():
    assert numbers(random_network((2, 2, 1), 3)) == numbers(random_network((2, 2, 1), 3))
    assert numbers(random_network((2, 2, 1), 3)) != numbers(random_network((2, 2, 1), 4))


def test_the_draws_are_those_of_numpys_generator_layer_by_layer():
    rng = np.random.default_rng(7)
    first, second = rng.uniform(-1, 1, (2, 2)), rng.uniform(-1, 1, (1, 2))
    network = random_network((2, 2, 1), 7)
    np.testing.assert_allclose(network.weights[0], first, atol=0.005)
    np.testing.assert_allclose(network.weights[1], second, atol=0.005)


def test_nothing_else_draws_from_it_or_is_drawn_from():
    np.random.seed(1)
    before = np.random.get_state()[1].tolist()
    random_network((3, 3, 3), 0)
    assert np.random.get_state()[1].tolist() == before


@pytest.mark.parametrize("sizes", [(2, 1), (2, 2, 1), (1, 4, 3, 2)])
def test_every_number_lies_within_one_and_has_two_decimals(sizes):
    network = random_network(sizes, 5)
    assert network.layer_sizes == sizes
    for array in (*network.weights, *network.biases):
        assert np.all(np.abs(array) <= 1)
        assert all(len(repr(float(x)).split(".")[1]) <= 2 for x in array.ravel())
        assert not np.any((array == 0) & np.signbit(array))


@pytest.mark.parametrize("seed", [-1, 0.5, "3", None, True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises((TypeError, ValueError), match="seed: expected a whole number"):
        random_network((2, 1), seed)


def test_layer_sizes_are_checked():
    with pytest.raises(ValueError, match="layer_sizes"):
        random_network((2,), 0)


def test_a_number_next_to_zero_has_no_minus_sign():
    zeros = [w for w in random_network((40, 40), 0).weights[0].ravel() if w == 0]
    assert len(zeros) > 1 and not np.signbit(zeros).any()


def test_glorots_start_too_is_the_same_for_the_same_seed():
    one, same, other = (random_network((3, 4, 2), seed=seed, start="Glorot") for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.parameters, same.parameters)
    assert not np.array_equal(one.parameters, other.parameters)
    zero, unsaid = (
        random_network((3, 4, 2), seed=0, start="Glorot"),
        random_network((3, 4, 2), start="Glorot"),
    )
    np.testing.assert_array_equal(zero.parameters, unsaid.parameters)


def test_activations_and_error_are_those_asked_for():
    network = random_network(
        (2, 3, 2), activations=["tanh", "softmax"], error="cross-entropy", start="Glorot"
    )
    assert (network.activations, network.error) == (("tanh", "softmax"), "cross-entropy")


def test_there_may_be_as_many_weights_as_the_limit(monkeypatch):
    monkeypatch.setattr(starting_weights, "MOST_WEIGHTS", 6)
    assert random_network((2, 3), start="Glorot").layer_sizes == (2, 3)
    with pytest.raises(ValueError, match="at most 6 weights"):
        random_network((7, 1), start="Glorot")


def test_weights_fill_their_range_and_biases_are_zero():
    network = random_network((64, 32, 10), seed=0, start="Glorot")
    for W, reach in zip(network.weights, ((6 / 96) ** 0.5, (6 / 42) ** 0.5), strict=True):
        assert 0.95 * reach < abs(W).max() <= reach
        assert abs(W.mean()) < 0.1 * reach
    assert not any(b.any() for b in network.biases)


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"layer_sizes": (2,)}, ValueError, "layer_sizes: expected two or more"),
        (
            {"layer_sizes": (10**6, 10**6, 1)},
            ValueError,
            "layer_sizes: expected a network of at most 100,000,000 weights, .* 1,000,001,000,000",
        ),
        ({"layer_sizes": (2, 1), "seed": -1}, ValueError, "seed"),
        ({"layer_sizes": (2, 1), "start": "He"}, ValueError, "start: expected one of 'hundredths'"),
        ({"layer_sizes": (2, 1), "seed": 0.5}, TypeError, "seed"),
        ({"layer_sizes": (2, 1), "activations": "step"}, ValueError, r"activations\[0\]"),
    ],
)
def test_bad_input_for_a_large_start_is_named(keywords, error, words):
    with pytest.raises(error, match=words):
        random_network(**keywords | {"start": keywords.get("start", "Glorot")})
