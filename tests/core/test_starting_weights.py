"""Starting weights by seed: the same for the same seed, different for another."""

import numpy as np
import pytest

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
