"""Starting weights by lot for layers of any width.

    weights of a layer: evenly from -r to r, r = sqrt(6 / (inputs + neurons)), biases 0

Then net inputs are neither so large that neurons saturate, nor so small that nothing gets through.

Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
networks" (2010), equation 16.
"""

from itertools import pairwise

import numpy as np

from backprop_lib.core.dense_network import DenseNetwork
from backprop_lib.core.validation import count, sizes_of_layers

# 800 MB; a larger network is a slip of the pen.
MOST_WEIGHTS = 100_000_000


def random_dense_network(layer_sizes, activations="logistic", error="half squared", seed=0):
    """A DenseNetwork with random weights, the same one for the same seed.

    layer_sizes: inputs first, such as (2, 5, 1). seed: a whole number, 0 or more.
    Raises what DenseNetwork raises, and ValueError for more than 100 million weights.

    >>> network = random_dense_network((2, 5, 1), ["tanh", "logistic"], "cross-entropy", seed=1)
    >>> network
    DenseNetwork of 2-5-1 neurons (tanh, logistic; cross-entropy error)
    """
    sizes = sizes_of_layers("layer_sizes", layer_sizes)
    weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    if weights > MOST_WEIGHTS:
        raise ValueError(
            f"layer_sizes: expected a network of at most {MOST_WEIGHTS:,} weights, got {sizes}, "
            f"which has {weights:,}. Use smaller layers."
        )
    rng = np.random.default_rng(count("seed", seed, least=0))
    reaches = [(6 / (n_in + n_out)) ** 0.5 for n_in, n_out in pairwise(sizes)]
    weights = [
        rng.uniform(-reach, reach, (n_out, n_in))
        for reach, (n_in, n_out) in zip(reaches, pairwise(sizes), strict=True)
    ]
    return DenseNetwork(weights, [np.zeros(n) for n in sizes[1:]], activations, error)
