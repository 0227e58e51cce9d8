"""Derivatives at the output layer: how the error depends on the weights into the outputs.

dE/dw = dE/dout * dout/dnet * dnet/dw

dE/dout   = -(target - out)     for half squared errors; see errors
dout/dnet = out * (1 - out)     for logistic neurons; see activations
dnet/dw   = what flows in along w

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
Nature 323 (1986), equations 4 to 6; the tutorial's section on the output layer.
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.core.activations import ACTIVATIONS, through_activation
from backprop_lib.core.errors import error_after
from backprop_lib.core.forward_pass import ForwardPass
from backprop_lib.core.validation import frozen, instance, not_finite


@dataclass(frozen=True, eq=False)
class LayerDerivatives:
    """All derivatives of one layer. Vectors have a number for each neuron of the layer.

    dE_dout, dE_dnet (the tutorial's delta), dE_db: shape (neurons,). dout_dnet: the same, or, where
    every out depends on every net as in softmax, dout_j/dnet_k of shape (neurons, neurons).
    dnet_dw: shape (inputs,), the same for every neuron. dE_dw: shape (neurons, inputs).
    """

    dE_dout: np.ndarray
    dout_dnet: np.ndarray
    dE_dnet: np.ndarray
    dnet_dw: np.ndarray
    dE_dw: np.ndarray
    dE_db: np.ndarray


def layer_derivatives(
    forward: ForwardPass, layer: int, dE_dout: np.ndarray, dE_dnet: np.ndarray | None = None
) -> LayerDerivatives:
    """The chain from dE/dout on, which is the same for every layer.

    forward: a ForwardPass. layer: index of the layer. dE_dout: shape (neurons,). dE_dnet: if it is
    known better than as a product of two slopes. The bias is added to net as it is, so dnet/db is 1
    and dE/db is dE/dnet. Raises ValueError if a derivative is not finite.
    """
    activation = ACTIVATIONS[forward.network.activations[layer]]
    dout_dnet = activation.slope(forward.nets[layer], forward.outs[layer])
    layer_inputs = forward.layer_inputs(layer)
    with np.errstate(over="ignore", invalid="ignore"):
        dE_dnet = through_activation(dE_dout, dout_dnet) if dE_dnet is None else dE_dnet
        dE_dw = np.outer(dE_dnet, layer_inputs)
    if found := not_finite(dE_dw):  # as it is wherever dE_dnet is not
        raise ValueError(
            f"weights: expected numbers whose derivatives are finite, got {found} of dE/dw. "
            "Use smaller weights, inputs or targets."
        )
    return LayerDerivatives(
        dE_dout=frozen(dE_dout),
        dout_dnet=frozen(dout_dnet),
        dE_dnet=frozen(dE_dnet),
        dnet_dw=frozen(layer_inputs),
        dE_dw=frozen(dE_dw),
        dE_db=frozen(dE_dnet),
    )


def output_layer_derivatives(forward: ForwardPass) -> LayerDerivatives:
    """Derivatives of E_total at the output layer of a forward pass that knows its targets.

    Raises ValueError if the forward pass was made without targets.

    >>> from backprop_lib import example, forward_pass
    >>> print(f"{output_layer_derivatives(forward_pass(example)).dE_dw[0, 0]:.9f}")
    0.082167041
    """
    instance("forward", forward, ForwardPass, "Make one with forward_pass(example).")
    if forward.targets is None:
        raise ValueError(
            "forward: expected a forward pass with targets, got one without. "
            "Make it with forward_pass(network, inputs, targets)."
        )
    network, given = forward.network, (forward.targets, forward.outputs)
    error = error_after(network.error, network.activations[-1])
    with np.errstate(divide="ignore", invalid="ignore"):  # an output of 0 or 1 has no logarithm
        dE_dout = error.slopes(*given)
    dE_dnet = error.deltas(*given) if error.deltas else None
    return layer_derivatives(forward, len(forward.outs) - 1, dE_dout, dE_dnet)
