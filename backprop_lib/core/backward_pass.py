"""The backward pass: the output-layer rule once, then the hidden-layer rule layer by layer.

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
Nature 323 (1986).
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.core.activations import through_activation
from backprop_lib.core.example import LEARNING_RATE_ADVICE
from backprop_lib.core.forward_pass import ForwardPass
from backprop_lib.core.hidden_layer import hidden_layer_derivatives
from backprop_lib.core.names import E_TOTAL, Derivative, Named
from backprop_lib.core.network import Architecture
from backprop_lib.core.output_layer import LayerDerivatives, output_layer_derivatives
from backprop_lib.core.validation import frozen, zero_or_positive_number


@dataclass(frozen=True, eq=False, repr=False)
class BackwardPass(Named):
    """What a backward pass found, from the first layer of neurons to the last.

    layers: LayerDerivatives of E_total, one for each layer of neurons.
    weights_used: the weights through which the error was carried back.

    Any derivative of an error, net or out by anything before it can be asked for by name.

    >>> from backprop_lib import example, forward_pass
    >>> backward = backward_pass(forward_pass(example))
    >>> print(f"{backward.dE_dw5:.9f} {backward.dE_o1_dout_h1:.9f} {backward.dE_dw1:.9f}")
    0.082167041 0.055399425 0.000438568
    """

    forward: ForwardPass
    layers: tuple[LayerDerivatives, ...]
    weights_used: tuple[np.ndarray, ...]

    _lacks = "New weights come from weight_update."

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Number of inputs, then of neurons in each layer."""
        return self.forward.layer_sizes

    @property
    def architecture(self) -> Architecture:
        """The network without its numbers."""
        return self.forward.architecture

    def _arrays(self) -> dict:
        return self.forward._arrays()

    def _derivative(self, derivative: Derivative) -> float:
        of, by = derivative
        if of == by:
            return 1.0
        if of.array not in ("errors", "outs", "nets"):
            raise ValueError(self._no_derivative(derivative))
        if of == E_TOTAL and by.array == "errors":
            return 1.0  # E_total is their sum
        layer, d_dout, d_dnet = self._start(of)
        if of.array == "errors" and by.array == "targets":
            # pyrefly: ignore[unsupported-operation]
            return self._by_target(derivative, d_dout[by.index[0]])
        while layer >= 0:
            if by.array == "outs" and by.index[0] == layer and d_dout is not None:
                return d_dout[by.index[1]]
            if d_dnet is None:
                d_dnet = self._through_neurons(layer, d_dout)
            if by.array in ("nets", "weights", "biases") and by.index[0] == layer:
                return self._at_layer(by, d_dnet)
            d_dout = self._through_weights(layer, d_dnet)
            d_dnet = None
            layer -= 1
        if by.array == "inputs":
            return d_dout[by.index[0]]  # pyrefly: ignore[unsupported-operation]
        raise ValueError(self._no_derivative(derivative))

    def _through_neurons(self, layer, d_dout):
        found = self.layers[layer]
        # The error's own way is known already, even where a product of slopes would be 0 / 0.
        if d_dout is found.dE_dout:
            return found.dE_dnet
        return through_activation(d_dout, found.dout_dnet)

    def _through_weights(self, layer, d_dnet):
        return self.weights_used[layer].T @ d_dnet

    def _start(self, of):
        """Layer of ``of``, and its derivative by the outs or by the nets of that layer."""
        last = len(self.layers) - 1
        if of == E_TOTAL:
            return last, self.layers[last].dE_dout, None
        if of.array == "errors":
            dE_dout = self.layers[last].dE_dout
            return last, np.where(_one_at(of.index[0], self.layers[last]), dE_dout, 0), None
        layer, neuron = of.index
        one = _one_at(neuron, self.layers[layer])
        return (layer, one, None) if of.array == "outs" else (layer, None, one)

    def _at_layer(self, by, d_dnet):
        layer, *rest = by.index
        if by.array == "weights":
            row, column = rest
            return d_dnet[row] * self.layers[layer].dnet_dw[column]
        # A shared bias feeds every neuron of its layer, so its derivative is their sum.
        return d_dnet[rest[0]] if rest else d_dnet.sum()

    def _by_target(self, derivative, dE_dout):
        if self.forward.network.error == "cross-entropy":
            raise ValueError(self._no_derivative(derivative))
        return -dE_dout  # a squared error knows only the difference of target and out

    def _no_derivative(self, derivative):
        return (
            "name: expected the derivative of an error, net or out, by something that comes before "
            f"it, got {self.names.name(derivative)!r}. For example dE_dw5 or dnet_o1_dout_h1."
        )

    def __repr__(self):
        return f"BackwardPass through a {self.forward.network!r}"


def backward_pass(forward: ForwardPass, already_updated_by: float = 0.0) -> BackwardPass:
    """Carry the error back through the network.

    forward: a ForwardPass that knows its targets.
    already_updated_by: 0 carries the error back through the original weights, as the chain
    rule says. A learning rate carries it back through weights already moved by that rate: the
    mistake that explains one of the tutorial's printed figures.

    Raises ValueError if the forward pass was made without targets, or for a rate below zero.

    >>> from backprop_lib import example, forward_pass
    >>> forward = forward_pass(example)
    >>> right, late = backward_pass(forward), backward_pass(forward, already_updated_by=0.5)
    >>> print(f"{right.dE_dw1:.9f} {late.dE_dw1:.9f}")
    0.000438568 0.000364723
    """
    zero_or_positive_number("already_updated_by", already_updated_by, LEARNING_RATE_ADVICE)
    layers, used = [output_layer_derivatives(forward)], []
    for layer in reversed(range(len(forward.outs))):
        used.insert(0, stepped(forward.network.weights[layer], already_updated_by, layers[0].dE_dw))
        if layer > 0:
            layers.insert(
                0, hidden_layer_derivatives(forward, layer - 1, layers[0].dE_dnet, used[0])
            )
    return BackwardPass(forward, tuple(layers), tuple(used))


def one_step(old: np.ndarray, learning_rate: float, slope: np.ndarray) -> np.ndarray:
    """old - learning_rate * slope, the step against a derivative."""
    return old - learning_rate * slope


def stepped(old: np.ndarray, learning_rate: float, slope: np.ndarray) -> np.ndarray:
    """one_step, if it leads to finite numbers.

    Raises ValueError if the learning rate is so large that the result is not finite.
    """
    if learning_rate == 0:
        return old
    with np.errstate(over="ignore"):
        new = one_step(old, learning_rate, slope)
    if not np.all(np.isfinite(new)):
        raise ValueError(
            "learning_rate: expected a rate that keeps every weight and bias finite, got "
            f"{learning_rate!r}. Use a smaller one."
        )
    return frozen(new)


def _one_at(neuron, layer):
    return (np.arange(len(layer.dE_dout)) == neuron).astype(layer.dE_dout.dtype)
