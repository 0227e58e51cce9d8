import numpy as np
import pytest

from backprop_lib.core import dense_start
from backprop_lib.core.dense_start import random_dense_network


def test_the_same_seed_gives_the_same_network():
    one, same, other = (random_dense_network((3, 4, 2), seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.parameters, same.parameters)
    assert not np.array_equal(one.parameters, other.parameters)
    zero, unsaid = random_dense_network((3, 4, 2), seed=0), random_dense_network((3, 4, 2))
    np.testing.assert_array_equal(zero.parameters, unsaid.parameters)


def test_activations_and_error_are_those_asked_for():
    network = random_dense_network((2, 3, 2), ["tanh", "softmax"], "cross-entropy")
    assert (network.activations, network.error) == (("tanh", "softmax"), "cross-entropy")


def test_there_may_be_as_many_weights_as_the_limit(monkeypatch):
    monkeypatch.setattr(dense_start, "MOST_WEIGHTS", 6)
    assert random_dense_network((2, 3)).layer_sizes == (2, 3)
    with pytest.raises(ValueError, match="at most 6 weights"):
        random_dense_network((7, 1))


def test_weights_fill_their_range_and_biases_are_zero():
    network = random_dense_network((64, 32, 10), seed=0)
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
        ({"layer_sizes": (2, 1), "seed": 0.5}, TypeError, "seed"),
        ({"layer_sizes": (2, 1), "activations": "step"}, ValueError, r"activations\[0\]"),
    ],
)
def test_bad_input_is_named(keywords, error, words):
    with pytest.raises(error, match=words):
        random_dense_network(**keywords)
