"""A network: weights and biases, an activation for each layer, and an error to learn by.

Layer k turns its inputs x into ``net = weights[k] @ x + biases[k]`` and ``out = activation(net)``.
Row j of ``weights[k]`` holds the weights into neuron j; column i those from input i.

Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), chapter 6.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.errors import error_after
from backprop_lib.core.names import Named, Position
from backprop_lib.core.validation import came, choice, frozen, number_array, sizes_of_layers

BUILD_A_NETWORK = "Build one with Network(weights, biases) or random_network(layer_sizes)."


class Architecture(NamedTuple):
    """What a network is apart from its numbers.

    layer_sizes: number of inputs, then of neurons in each layer. activations: a name for each
    layer of neurons. error: the name of the error.
    """

    layer_sizes: tuple[int, ...]
    activations: tuple[str, ...]
    error: str


@dataclass(frozen=True, eq=False, repr=False)
class Network(Named):
    """A fully connected network.

    weights: for each layer of neurons a matrix of shape (neurons, inputs).
    biases: for each layer of neurons a vector of shape (neurons,).
    activations: a name for each layer, or one for all: "logistic", "tanh", "ReLU", "identity"; the
    last may be "softmax". error: "half squared" (the tutorial's), "squared", "mean squared", or,
    after logistic or softmax outputs, "cross-entropy".

    Values are copied and cannot be changed; ``replace`` gives a new network. Raises TypeError or
    ValueError for anything but finite numbers of fitting shapes, for unknown activations, and for
    an error that does not fit the last activation.

    >>> network = Network([[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    ...                   [[0.35, 0.35], [0.60, 0.60]])
    >>> network
    Network of 2-2-2 neurons
    >>> print(network.w6, network.b2)
    0.45 0.6
    >>> network.replace(w6=0.5, activations=["tanh", "softmax"], error="cross-entropy")
    Network of 2-2-2 neurons (tanh, softmax; cross-entropy error)
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    activations: tuple[str, ...] = "logistic"  # pyrefly: ignore[bad-assignment] - one for all
    error: str = "half squared"

    _lacks = "A network knows only weights and biases; forward_pass gives net_ and out_."

    if TYPE_CHECKING:  # what is taken, and made into arrays

        def __init__(
            self,
            weights: Sequence[ArrayLike],
            biases: Sequence[ArrayLike],
            activations: str | Sequence[str] = "logistic",
            error: str = "half squared",
        ) -> None: ...

    def __post_init__(self):
        weights = _layers("weights", self.weights, 2, "a matrix with a row for each neuron")
        biases = _layers("biases", self.biases, 1, "a list with a number for each neuron")
        if len(weights) != len(biases):
            raise ValueError(
                f"biases: expected one list for each of the {len(weights)} layers of weights, "
                f"got {len(biases)}. Give every layer its biases."
            )
        _check_shapes(weights, biases)
        activations = _activations(self.activations, len(weights))
        error_after(self.error, activations[-1])
        _check_softmax(activations[-1], len(biases[-1]))
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)
        object.__setattr__(self, "activations", activations)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Number of inputs, then of neurons in each layer: (2, 2, 2) in the tutorial."""
        return (self.weights[0].shape[1], *(len(b) for b in self.biases))

    @property
    def architecture(self) -> Architecture:
        """The network without its numbers."""
        return Architecture(self.layer_sizes, self.activations, self.error)

    def replace(
        self,
        *,
        activations: str | Sequence[str] | None = None,
        error: str | None = None,
        **values: complex,
    ) -> "Network":
        """A new network with some weights or biases changed, by name: ``replace(w5=0.41)``.

        activations, error: others than before, if they are given.
        """
        weights = [matrix.copy() for matrix in self.weights]
        biases = [vector.copy() for vector in self.biases]
        arrays = {"weights": weights, "biases": biases}
        for name, value in values.items():
            position = self.names.find(name)
            if not isinstance(position, Position) or position.array not in arrays:
                raise ValueError(
                    f"name: expected the name of something given, got {name!r}. "
                    "Replace weights or biases, such as w5 or b1 (in an Example also inputs, "
                    "targets and eta); the rest is computed from them."
                )
            value = number_array(name, value, 0, "one finite number")
            layer, *rest = position.index
            layers = arrays[position.array]
            layers[layer] = layers[layer].astype(np.result_type(layers[layer], value))
            layers[layer][tuple(rest) or ...] = value
        activations = self.activations if activations is None else activations
        return Network(weights, biases, activations, self.error if error is None else error)

    @property
    def shares_biases(self) -> bool:
        """Whether the neurons of every layer share one bias, which then has one name: b1, b2."""
        return all(bool(np.all(biases == biases[0])) for biases in self.biases)

    @property
    def parameters(self) -> np.ndarray:
        """All weights and biases in one vector: w1, w2, ..., then the biases, layer by layer."""
        return frozen(np.concatenate([array.ravel() for array in (*self.weights, *self.biases)]))

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Their names, in the same order: w1, w2, ..., b_h1, b_h2, ..., b_o1, ...."""
        names = self.names
        return (*names.all_weights, *(f"b_{neuron}" for neuron in names.all_neurons))

    def with_parameters(self, parameters: ArrayLike) -> "Network":
        """The same network with other weights and biases, from one vector as ``parameters``.

        Raises TypeError or ValueError if it is no vector of as many finite numbers.
        """
        weights, biases = unpacked(self.layer_sizes, parameters)
        return Network(weights, biases, self.activations, self.error)

    def _arrays(self):
        return {"weights": self.weights, "biases": self.biases}

    def __repr__(self):
        sizes = f"Network of {'-'.join(map(str, self.layer_sizes))} neurons"
        if {*self.activations, self.error} == {"logistic", "half squared"}:
            return sizes
        return f"{sizes} ({', '.join(self.activations)}; {self.error} error)"


# What tells how many neurons there are, and of which kind.
NetworkLike = Named | Architecture | Sequence[int]


class OfANetwork(Named):
    """What has a network, and the names of its quantities."""

    if TYPE_CHECKING:  # a field, or a property

        @property
        def network(self) -> Network: ...

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Number of inputs, then of neurons in each layer."""
        return self.network.layer_sizes

    @property
    def architecture(self) -> Architecture:
        """The network without its numbers."""
        return self.network.architecture


def architecture_of(network: NetworkLike) -> Architecture:
    """The Architecture of a Network, of anything that has one, or of layer sizes alone.

    Layer sizes stand for a network of logistic neurons with half squared errors. Raises TypeError
    or ValueError for anything else.

    >>> architecture_of((2, 2))
    Architecture(layer_sizes=(2, 2), activations=('logistic',), error='half squared')
    """
    if isinstance(network, Architecture):
        return network
    if isinstance(found := getattr(network, "architecture", None), Architecture):
        return found
    if isinstance(network, str) or not np.iterable(network):
        raise TypeError(
            f"network: expected a Network, or layer sizes such as (2, 2, 2), got {came(network)} "
            f"({type(network).__name__}). Build one with Network(weights, biases)."
        )
    sizes = sizes_of_layers("network", network)
    return Architecture(sizes, ("logistic",) * (len(sizes) - 1), "half squared")


def check_real(network: Network) -> None:
    """Raise a TypeError if a Network has complex weights or biases."""
    if np.iscomplexobj(network.parameters):
        raise TypeError(
            "network: expected real weights and biases, got complex ones. A complex error has no "
            "direction in which it falls."
        )


def unpacked(
    layer_sizes: tuple[int, ...], parameters: ArrayLike
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Weights and biases as lists of arrays, from one vector of all of them.

    layer_sizes: inputs first, such as (2, 5, 1). parameters: shape (weights and biases,), in the
    order of Network.parameters. Returns a list of arrays of shape (neurons, inputs) and one of
    shape (neurons,), one of each for each layer. Raises TypeError or ValueError for what is no
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


def _layers(argument, layers, ndim, each):
    if isinstance(layers, str) or not np.iterable(layers):
        raise TypeError(
            f"{argument}: expected a list that holds, for each layer, {each}, got "
            f"{came(layers)} ({type(layers).__name__}). Put the layers in a list."
        )
    layers = tuple(
        number_array(f"{argument}[{k}]", layer, ndim, each) for k, layer in enumerate(layers)
    )
    if not layers:
        raise ValueError(f"{argument}: expected at least one layer, got none. Add {each}.")
    return layers


def _check_shapes(weights, biases):
    for k, (matrix, bias) in enumerate(zip(weights, biases, strict=True)):
        if len(bias) != len(matrix):
            raise ValueError(
                f"biases[{k}]: expected {len(matrix)} numbers, one for each row of weights[{k}], "
                f"got {bias.tolist()}. Make the two agree."
            )
        if k and matrix.shape[1] != len(weights[k - 1]):
            raise ValueError(
                f"weights[{k}]: expected {len(weights[k - 1])} columns, one for each neuron of "
                f"the layer before, got {matrix.shape[1]}. Make the two agree."
            )


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
    if any(ACTIVATIONS[name].mixes for name in activations[:-1]):
        raise ValueError(
            f"activations: expected 'softmax' in the last layer only, got {list(activations)}. "
            "It makes probabilities of the outputs; try 'tanh' or 'ReLU' before it."
        )
    return activations


def _check_softmax(last, outputs):
    if last == "softmax" and outputs == 1:
        raise ValueError(
            "activations: 'softmax' shares 1 among two outputs or more, got a single one, which "
            "would always be 1. Use 'logistic', or an output for each class."
        )
