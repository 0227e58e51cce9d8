"""A thousand random dense networks with a batch each, by seeds, for the independent judges."""

from itertools import pairwise

import numpy as np

from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.dense_network import DenseNetwork
from backprop_lib.core.error_functions import ERRORS

HIDDEN = ("logistic", "tanh", "ReLU", "identity")
ENDS = [(error, last) for error, lasts in ERRORS.items() for last in lasts]
HOW_MANY = 1000


def random_case(seed, hidden=HIDDEN):
    """(network, inputs, targets) of a seed: up to four layers, six neurons and nine examples."""
    lots = np.random.default_rng(seed)
    error, last = ENDS[seed % len(ENDS)]
    sizes = lots.integers(1, 7, size=lots.integers(2, 6)).tolist()
    if last == "softmax":
        sizes[-1] = max(sizes[-1], 2)
    layers = list(pairwise(sizes))
    activations = [*lots.choice(hidden, size=len(layers) - 1).tolist(), last]
    weights = [lots.uniform(-1, 1, (n_out, n_in)) for n_in, n_out in layers]
    biases = [lots.uniform(-1, 1, n_out) for _, n_out in layers]
    examples = int(lots.integers(1, 10))
    inputs = lots.uniform(-1, 1, (examples, sizes[0]))
    if last == "softmax":
        targets = one_hot(lots.integers(sizes[-1], size=examples), sizes[-1])
    else:
        targets = lots.uniform(0, 1, (examples, sizes[-1]))
    return DenseNetwork(weights, biases, activations, error), inputs, targets
