"""The forward pass: from the inputs, layer by layer, to the outputs and their error.

net = weights @ inputs of the layer + biases        out = activation(net)

Source: Rumelhart, Hinton and Williams (1986), equations 1 and 2; the tutorial's forward pass.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.errors import check_probabilities, error_after
from backprop_lib.core.example import Example
from backprop_lib.core.network import BUILD_A_NETWORK, Network, OfANetwork
from backprop_lib.core.validation import frozen, instance, layer_index, vector


@dataclass(frozen=True, eq=False, repr=False)
class ForwardPass(OfANetwork):
    """What a forward pass found.

    nets, outs: for each layer of neurons a vector of shape (neurons,).
    targets: the answers wanted, or None; without them there is no error.
    """

    network: Network
    inputs: np.ndarray
    targets: np.ndarray | None
    nets: tuple[np.ndarray, ...]
    outs: tuple[np.ndarray, ...]

    _lacks = (
        "E_ needs targets (forward_pass(network, inputs, targets)); derivatives come from "
        "backward_pass, new weights from weight_update."
    )

    @property
    def outputs(self) -> np.ndarray:
        """The answer of the network: the outs of its last layer."""
        return self.outs[-1]

    @property
    def errors(self) -> np.ndarray:
        """E_o, the error of each output. Raises ValueError without targets."""
        if self.targets is None:
            raise ValueError(f"errors: expected a forward pass with targets. {self._lacks}")
        return _error_of(self.network).errors(self.targets, self.outputs, self.nets[-1])

    def layer_inputs(self, layer: int) -> np.ndarray:
        """What flows into a layer: the network's inputs, or the outs of the layer before."""
        layer = layer_index("layer", layer, len(self.outs))
        return self.inputs if layer == 0 else self.outs[layer - 1]

    def _arrays(self):
        arrays = {
            **self.network._arrays(),
            "inputs": self.inputs,
            "nets": self.nets,
            "outs": self.outs,
        }
        if self.targets is not None:
            arrays["targets"] = self.targets
            arrays["errors"] = self.errors
        return arrays

    def __repr__(self):
        outs = ", ".join(
            f"{o} {out:.9f}" for o, out in zip(self.names.outputs, self.outputs, strict=True)
        )
        return f"ForwardPass with outputs {outs}"


def forward_pass(
    network: Network | Example, inputs: ArrayLike | None = None, targets: ArrayLike | None = None
) -> ForwardPass:
    """Run a network forward.

    network: an Example, which has inputs and targets; or a Network, with inputs (a number for each
    input) and targets (a number for each output, needed only for the error). Returns a ForwardPass;
    nothing that came in is changed. Raises TypeError or ValueError if something does not fit the
    network or is not finite.

    >>> from backprop_lib import example
    >>> forward = forward_pass(example)
    >>> print(f"{forward.net_h1:.4f} {forward.out_o1:.8f} {forward.E_total:.9f}")
    0.3775 0.75136507 0.298371109
    """
    if isinstance(network, Example):
        if inputs is not None or targets is not None:
            raise TypeError(
                f"network: expected a Network where inputs are given, got {network!r}, which has "
                "its own. Use forward_pass(example.network, inputs, targets)."
            )
        return run_forward(network.network, network.inputs, network.targets)
    instance("network", network, Network, BUILD_A_NETWORK)
    sizes = network.layer_sizes
    inputs = vector("inputs", inputs, sizes[0], f"a list of {sizes[0]} numbers")
    if targets is not None:
        targets = vector("targets", targets, sizes[-1], f"a list of {sizes[-1]} numbers")
        last = network.activations[-1]
        check_probabilities("targets", targets[np.newaxis], network.error, last)
    return run_forward(network, inputs, targets)


def run_forward(network: Network, inputs: np.ndarray, targets: np.ndarray | None) -> ForwardPass:
    """forward_pass of what has been checked already, as far as its numbers stay finite."""
    nets, outs = [], []
    for weights, biases, activation in zip(
        network.weights, network.biases, network.activations, strict=True
    ):
        nets.append(frozen(net_inputs(weights, outs[-1] if outs else inputs, biases)))
        outs.append(frozen(ACTIVATIONS[activation].function(nets[-1])))
    forward = ForwardPass(network, inputs, targets, tuple(nets), tuple(outs))
    if targets is not None:
        _check_errors(forward)
    return forward


def _error_of(network):
    return error_after(network.error, network.activations[-1])


def _check_errors(forward):
    with np.errstate(over="ignore"):
        E_total = forward.errors.sum()
    if not np.isfinite(E_total):
        raise ValueError(
            "targets: expected numbers that make a finite error, got "
            f"{forward.targets.tolist()} for outputs of {forward.outputs.tolist()}. "
            "Use smaller ones."
        )


def net_inputs(weights: np.ndarray, inputs: np.ndarray, biases: np.ndarray) -> np.ndarray:
    """net = weights @ inputs + biases, the net input of every neuron of a layer.

    Raises ValueError if the numbers are so large that their sum is not finite.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        nets = weights @ inputs + biases
    if not np.all(np.isfinite(nets)):
        raise ValueError(
            "weights: expected numbers whose sums are finite, got a net input of "
            f"{nets[~np.isfinite(nets)][0]}. Use smaller weights, biases or inputs."
        )
    return nets
