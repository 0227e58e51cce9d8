"""A network of any size, with an activation for each layer and an error to learn by.

Layer k turns its inputs x into ``out = activation(W @ x + b)``, where ``W = weights[k]`` has a row
for each neuron and a column for each input, and ``b = biases[k]`` a number for each neuron.

Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), chapter 6.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.error_functions import ERRORS
from backprop_lib.core.names import Named
from backprop_lib.core.network import Network
from backprop_lib.core.validation import choice, frozen, instance, number_array

BUILD_ONE = "Build one with DenseNetwork(weights, biases) or random_dense_network(layer_sizes)."


@dataclass(frozen=True, eq=False, repr=False)
class DenseNetwork(Named):
    """A fully connected network.

    weights, biases: for each layer a matrix of shape (neurons, inputs) and a vector of shape
    (neurons,), as in a Network. activations: a name for each layer, or one for all: "logistic",
    "tanh", "ReLU", "identity"; the last may be "softmax". error: "half squared", or
    "cross-entropy" after logistic or softmax outputs.

    Values are copied and cannot be changed. Raises TypeError or ValueError for layers that do not
    fit together, unknown activations, and an error that does not fit the last activation.

    >>> network = DenseNetwork([[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    ...                        [[0.35, 0.35], [0.60, 0.60]])
    >>> network
    DenseNetwork of 2-2-2 neurons (logistic, logistic; half squared error)
    >>> print(network.w6, network.b_o2)
    0.45 0.6
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    activations: tuple[str, ...] = "logistic"
    error: str = "half squared"
    layer_sizes: tuple[int, ...] = field(init=False)

    _lacks = "A network knows only weights and biases; batch_forward gives nets and outs."

    def __post_init__(self):
        checked = Network(self.weights, self.biases)
        activations = _activations(self.activations, len(checked.weights))
        _check_error(self.error, activations[-1])
        _check_softmax(activations[-1], checked.layer_sizes[-1])
        object.__setattr__(self, "weights", checked.weights)
        object.__setattr__(self, "biases", checked.biases)
        object.__setattr__(self, "activations", activations)
        object.__setattr__(self, "layer_sizes", checked.layer_sizes)

    @classmethod
    def like(cls, network, activations="logistic", error="half squared"):
        """The DenseNetwork with the weights and biases of a Network.

        >>> from backprop_lib import example
        >>> DenseNetwork.like(example.network, error="cross-entropy")
        DenseNetwork of 2-2-2 neurons (logistic, logistic; cross-entropy error)
        """
        instance("network", network, Network, "The tutorial's is example.network.")
        return cls(network.weights, network.biases, activations, error)

    @property
    def parameters(self):
        """All weights and biases in one vector: w1, w2, ..., then the biases, layer by layer."""
        return frozen(np.concatenate([array.ravel() for array in (*self.weights, *self.biases)]))

    @property
    def parameter_names(self):
        """Their names, in the same order: w1, w2, ..., b_h1, b_h2, ..., b_o1, ...."""
        names = self.names
        return (*names.all_weights, *(f"b_{neuron}" for neuron in names.all_neurons))

    def with_parameters(self, parameters):
        """The same network with other weights and biases, from one vector as ``parameters``.

        Raises TypeError or ValueError if it is no vector of as many finite numbers.
        """
        weights, biases = unpacked(self.layer_sizes, parameters)
        return DenseNetwork(weights, biases, self.activations, self.error)

    def _arrays(self):
        return {"weights": self.weights, "biases": self.biases}

    def __repr__(self):
        sizes = "-".join(map(str, self.layer_sizes))
        return (
            f"DenseNetwork of {sizes} neurons ({', '.join(self.activations)}; {self.error} error)"
        )


def check_real(network):
    """Raise a TypeError if a DenseNetwork has complex weights or biases."""
    if np.iscomplexobj(network.parameters):
        raise TypeError(
            "network: expected real weights and biases, got complex ones. A complex error has no "
            "direction in which it falls."
        )


def unpacked(layer_sizes, parameters):
    """Weights and biases as lists of arrays, from one vector of all of them.

    layer_sizes: inputs first, such as (2, 5, 1). parameters: shape (weights and biases,), in the
    order of DenseNetwork.parameters. Returns a list of arrays of shape (neurons, inputs) and one
    of shape (neurons,), one of each for each layer. Raises TypeError or ValueError for what is no
    vector of as many finite numbers.
    """
    sizes = list(pairwise(layer_sizes))
    shapes = [(n_out, n_in) for n_in, n_out in sizes] + [(n_out,) for _, n_out in sizes]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    parameters = number_array("parameters", parameters, 1, f"{ends[-1]} numbers, as in parameters")
    if len(parameters) != ends[-1]:
        raise ValueError(
            f"parameters: expected {ends[-1]} numbers, one for each weight and bias of a "
            f"{'-'.join(map(str, layer_sizes))} network, got {len(parameters)}."
        )
    parts = np.split(parameters, ends[:-1])
    arrays = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
    return arrays[: len(sizes)], arrays[len(sizes) :]


def _activations(activations, layers):
    """A tuple with the activation of each layer."""
    if isinstance(activations, str):
        activations = (activations,) * layers
    # A set has no order, and a dict is more than its keys.
    if not np.iterable(activations) or isinstance(activations, Set | Mapping):
        raise TypeError(
            f"activations: expected a list with a name for each of the {layers} layers, got "
            f"{activations!r} ({type(activations).__name__}). For example ['tanh', 'logistic']."
        )
    activations = tuple(activations)
    for k, name in enumerate(activations):
        choice(f"activations[{k}]", name, tuple(ACTIVATIONS))
    if len(activations) != layers:
        raise ValueError(
            f"activations: expected a name for each of the {layers} layers of neurons, got "
            f"{len(activations)}: {', '.join(activations)}. The inputs have none."
        )
    if "softmax" in activations[:-1]:
        raise ValueError(
            f"activations: expected 'softmax' in the last layer only, got {list(activations)}. "
            "It makes probabilities of the outputs; try 'tanh' or 'ReLU' before it."
        )
    return activations


def _check_error(error, last):
    choice("error", error, tuple(ERRORS))
    if last not in ERRORS[error]:
        fitting = " or ".join(map(repr, ERRORS[error]))
        raise ValueError(
            f"error: {error!r} needs outputs that are {fitting}, got {last!r}. "
            "Change the last activation or the error."
        )


def _check_softmax(last, outputs):
    if last == "softmax" and outputs == 1:
        raise ValueError(
            "activations: 'softmax' shares 1 among two outputs or more, got a single one, which "
            "would always be 1. Use 'logistic', or an output for each class."
        )
