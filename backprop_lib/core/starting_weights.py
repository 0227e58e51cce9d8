"""Starting weights by lot: a network for every seed, and the same one every time.

Neurons that start alike get the same derivatives, and would stay alike for ever; so they start
from small random numbers. Two ways to draw them:

    "hundredths"   weights and biases evenly from -1 to 1, in steps of 0.01: easy to read and type
    "Glorot"       weights evenly from -r to r, r = sqrt(6 / (inputs + neurons)); biases 0: for
                   layers of any width, net inputs are neither so large that neurons saturate, nor
                   so small that nothing gets through

Source: Rumelhart, Hinton and Williams (1986); Glorot and Bengio, "Understanding the difficulty of
training deep feedforward neural networks" (2010), equation 16.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from backprop_lib.core.network import Network
from backprop_lib.core.validation import choice, count, sizes_of_layers

STARTS = ("hundredths", "Glorot")
# 800 MB; a larger network is a slip of the pen.
MOST_WEIGHTS = 100_000_000


def random_network(
    layer_sizes: Sequence[int],
    seed: int = 0,
    activations: str | Sequence[str] = "logistic",
    error: str = "half squared",
    start: str = "hundredths",
) -> Network:
    """A Network with random weights, the same one for the same seed.

    layer_sizes: inputs first, such as (2, 2, 1). seed: a whole number, 0 or more. activations,
    error: as in a Network. start: one of STARTS. Raises what Network raises, TypeError or
    ValueError for anything else, and ValueError for more than 100 million weights.

    >>> network = random_network((2, 2, 1), seed=3)
    >>> print(network, network.w1, network.b_o1)
    Network of 2-2-1 neurons -0.83 0.47
    """
    sizes = sizes_of_layers("layer_sizes", layer_sizes)
    layers = list(pairwise(sizes))
    if (weights := sum(n_in * n_out for n_in, n_out in layers)) > MOST_WEIGHTS:
        raise ValueError(
            f"layer_sizes: expected a network of at most {MOST_WEIGHTS:,} weights, got {sizes}, "
            f"which has {weights:,}. Use smaller layers."
        )
    rng = np.random.default_rng(count("seed", seed, least=0))
    choice("start", start, STARTS)
    draw = _hundredths if start == "hundredths" else _glorot
    return Network(*draw(rng, layers), activations, error)


def _hundredths(rng, layers):
    def drawn(*shape):
        # Two decimals, so that a start can be read aloud and typed; + 0 makes -0 a plain 0.
        return rng.uniform(-1, 1, shape).round(2) + 0

    weights = [drawn(n_out, n_in) for n_in, n_out in layers]
    return weights, [drawn(n_out) for _, n_out in layers]


def _glorot(rng, layers):
    reaches = [(6 / (n_in + n_out)) ** 0.5 for n_in, n_out in layers]
    weights = [
        rng.uniform(-reach, reach, (n_out, n_in))
        for reach, (n_in, n_out) in zip(reaches, layers, strict=True)
    ]
    return weights, [np.zeros(n_out) for _, n_out in layers]
