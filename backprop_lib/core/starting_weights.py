"""Starting weights by lot: a small network for every seed, and the same one every time.

Source: Rumelhart, Hinton and Williams (1986) start from small random weights, because neurons
that start alike get the same derivatives, and would stay alike for ever.
"""

from itertools import pairwise

import numpy as np

from backprop_lib.core.network import Network
from backprop_lib.core.validation import count, sizes_of_layers


def random_network(layer_sizes, seed):
    """A Network whose weights and biases lie between -1 and 1, in steps of 0.01.

    layer_sizes: inputs first, such as (2, 2, 1). seed: a whole number, 0 or more; the same seed
    gives the same network. Raises TypeError or ValueError for anything else.

    >>> network = random_network((2, 2, 1), seed=3)
    >>> print(network, network.w1, network.b_o1)
    Network of 2-2-1 neurons -0.83 0.47
    """
    sizes = sizes_of_layers("layer_sizes", layer_sizes)
    rng = np.random.default_rng(count("seed", seed, least=0))

    def drawn(*shape):
        # Two decimals, so that a start can be read aloud and typed; + 0 makes -0 a plain 0.
        return rng.uniform(-1, 1, shape).round(2) + 0

    weights = [drawn(n_out, n_in) for n_in, n_out in pairwise(sizes)]
    return Network(weights, [drawn(n) for n in sizes[1:]])
