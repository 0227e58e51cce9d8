"""Random networks for Hypothesis."""

from itertools import pairwise

from hypothesis import strategies as st

from backprop_lib.core.example import Example
from backprop_lib.core.network import Network

# Weights and biases within 1 and at most 3 neurons to a layer keep every net within 4, where
# 1 - out is 0.018 or more: out * (1 - out) keeps all but two of its sixteen digits.
MODERATE = st.floats(-1, 1)

# Never nearer than 0.1 to an output, so that out - target keeps its digits, too.
TARGETS = st.floats(-1, -0.1) | st.floats(1.1, 2)


def lists(of, size):
    return st.lists(of, min_size=size, max_size=size)


@st.composite
def layer_sizes(draw, most_layers=4, most_neurons=3):
    layers = draw(st.integers(1, most_layers))
    return tuple(draw(lists(st.integers(1, most_neurons), layers + 1)))


@st.composite
def examples(draw, sizes=None):
    sizes = sizes or draw(layer_sizes())
    weights = [draw(lists(lists(MODERATE, n_in), n_out)) for n_in, n_out in pairwise(sizes)]
    biases = [draw(lists(MODERATE, n)) for n in sizes[1:]]
    inputs = draw(lists(MODERATE, sizes[0]))
    targets = draw(lists(TARGETS, sizes[-1]))
    return Example(Network(weights, biases), inputs, targets, draw(st.floats(0.01, 10)))
