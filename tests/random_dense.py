"""A thousand random dense networks with a batch each, by seeds, for the independent judges."""

from itertools import pairwise

import numpy as np

from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.errors import ERRORS
from backprop_lib.core.network import Network

HIDDEN = ("logistic", "tanh", "ReLU", "identity")
# Every error with every activation that it can follow.
ENDS = [
    (error, last)
    for error, rows in ERRORS.items()
    for last in (*HIDDEN, "softmax")
    if last in rows or error != "cross-entropy"
]
HOW_MANY = 1000


def random_case(seed, hidden=HIDDEN):
    """(network, inputs, targets) of a seed: up to four layers, six neurons and nine examples."""
    rng = np.random.default_rng(seed)
    error, last = ENDS[seed % len(ENDS)]
    sizes = rng.integers(1, 7, size=rng.integers(2, 6)).tolist()
    if last == "softmax":
        sizes[-1] = max(sizes[-1], 2)
    layers = list(pairwise(sizes))
    activations = [*rng.choice(hidden, size=len(layers) - 1).tolist(), last]
    weights = [rng.uniform(-1, 1, (n_out, n_in)) for n_in, n_out in layers]
    biases = [rng.uniform(-1, 1, n_out) for _, n_out in layers]
    examples = int(rng.integers(1, 10))
    inputs = rng.uniform(-1, 1, (examples, sizes[0]))
    if last == "softmax":
        targets = one_hot(rng.integers(sizes[-1], size=examples), sizes[-1])
    else:
        targets = rng.uniform(0, 1, (examples, sizes[-1]))
    return Network(weights, biases, activations, error), inputs, targets
