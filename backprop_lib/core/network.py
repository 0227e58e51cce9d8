"""A network: its weights and biases, layer by layer, and nothing else.

Layer k turns its inputs x into ``net = weights[k] @ x + biases[k]``. Row j of ``weights[k]``
holds the weights into neuron j; column i those from input i.
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.core.names import Named
from backprop_lib.core.validation import came, number_array


@dataclass(frozen=True, eq=False, repr=False)
class Network(Named):
    """A fully connected network of logistic neurons.

    weights: for each layer of neurons a matrix of shape (neurons, inputs).
    biases: for each layer of neurons a vector of shape (neurons,).

    Values are copied and cannot be changed; ``replace`` gives a new network.
    Raises TypeError or ValueError for anything but finite numbers of fitting shapes.

    >>> network = Network([[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    ...                   [[0.35, 0.35], [0.60, 0.60]])
    >>> network
    Network of 2-2-2 neurons
    >>> print(network.w6, network.b2)
    0.45 0.6
    >>> print(network.replace(w6=0.5).w6)
    0.5
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    _lacks = "A network knows only weights and biases; forward_pass gives net_ and out_."

    def __post_init__(self):
        weights = _layers("weights", self.weights, 2, "a matrix with a row for each neuron")
        biases = _layers("biases", self.biases, 1, "a list with a number for each neuron")
        if len(weights) != len(biases):
            raise ValueError(
                f"biases: expected one list for each of the {len(weights)} layers of weights, "
                f"got {len(biases)}. Give every layer its biases."
            )
        _check_shapes(weights, biases)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)

    @property
    def layer_sizes(self):
        """Number of inputs, then of neurons in each layer: (2, 2, 2) in the tutorial."""
        return (self.weights[0].shape[1], *(len(b) for b in self.biases))

    def replace(self, **values):
        """A new network with some weights or biases changed, by name: ``replace(w5=0.41)``."""
        weights = [matrix.copy() for matrix in self.weights]
        biases = [vector.copy() for vector in self.biases]
        arrays = {"weights": weights, "biases": biases}
        for name, value in values.items():
            position = self.names.find(name)
            if getattr(position, "array", None) not in arrays:
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
        return Network(weights, biases)

    @property
    def shares_biases(self):
        """Whether the neurons of every layer share one bias, which then has one name: b1, b2."""
        return all(bool(np.all(biases == biases[0])) for biases in self.biases)

    def _arrays(self):
        return {"weights": self.weights, "biases": self.biases}

    def __repr__(self):
        return f"Network of {'-'.join(map(str, self.layer_sizes))} neurons"


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
