"""The forward pass: from the inputs, layer by layer, to the outputs and their error.

net = weights @ inputs of the layer + biases        out = logistic(net)

Source: Rumelhart, Hinton and Williams (1986), equations 1 and 2; the tutorial's forward pass.
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.core.half_squared_error import half_squared_errors
from backprop_lib.core.logistic import logistic
from backprop_lib.core.names import Named
from backprop_lib.core.network import Network
from backprop_lib.core.validation import frozen, instance, layer_index, vector


@dataclass(frozen=True, eq=False, repr=False)
class ForwardPass(Named):
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
    def layer_sizes(self):
        """Number of inputs, then of neurons in each layer."""
        return self.network.layer_sizes

    @property
    def outputs(self):
        """The answer of the network: the outs of its last layer."""
        return self.outs[-1]

    def layer_inputs(self, layer):
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
            arrays["errors"] = half_squared_errors(self.targets, self.outputs)
        return arrays

    def __repr__(self):
        outs = ", ".join(
            f"{o} {out:.9f}" for o, out in zip(self.names.outputs, self.outputs, strict=True)
        )
        return f"ForwardPass with outputs {outs}"


def forward_pass(network, inputs, targets=None):
    """Run the network forward.

    network: a Network. inputs: a number for each input. targets: a number for each output,
    needed only for the error. Returns a ForwardPass; nothing that came in is changed.
    Raises TypeError or ValueError if something does not fit the network or is not finite.

    >>> from backprop_lib import example
    >>> forward = forward_pass(example.network, example.inputs, example.targets)
    >>> print(f"{forward.net_h1:.4f} {forward.out_o1:.8f} {forward.E_total:.9f}")
    0.3775 0.75136507 0.298371109
    """
    instance("network", network, Network, "Build one with Network(weights, biases).")
    sizes = network.layer_sizes
    inputs = vector("inputs", inputs, sizes[0], f"a list of {sizes[0]} numbers")
    if targets is not None:
        targets = vector("targets", targets, sizes[-1], f"a list of {sizes[-1]} numbers")
    nets, outs = [], []
    for weights, biases in zip(network.weights, network.biases, strict=True):
        nets.append(frozen(net_inputs(weights, outs[-1] if outs else inputs, biases)))
        outs.append(frozen(logistic(nets[-1])))
    if targets is not None:
        check_errors(targets, outs[-1])
    return ForwardPass(network, inputs, targets, tuple(nets), tuple(outs))


def check_errors(targets, outputs):
    """Raises ValueError if the targets are so large that the error is not finite."""
    with np.errstate(over="ignore"):
        E_total = half_squared_errors(targets, outputs).sum()
    if not np.isfinite(E_total):
        raise ValueError(
            f"targets: expected numbers whose squares are finite, got {targets.tolist()}. "
            "Use smaller ones; an output is always between 0 and 1."
        )


def net_inputs(weights, inputs, biases):
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
