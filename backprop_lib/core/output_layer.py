"""Derivatives at the output layer: how the error depends on the weights into the outputs.

dE/dw = dE/dout * dout/dnet * dnet/dw

dE/dout  = -(target - out)
dout/dnet = out * (1 - out)
dnet/dw  = what flows in along w

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
Nature 323 (1986), equations 4 to 6; the tutorial's section on the output layer.
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.core.forward_pass import ForwardPass
from backprop_lib.core.half_squared_error import half_squared_error_slopes
from backprop_lib.core.logistic import logistic_slope
from backprop_lib.core.validation import frozen, instance, not_finite


@dataclass(frozen=True, eq=False)
class LayerDerivatives:
    """All derivatives of one layer. Vectors have a number for each neuron of the layer.

    dE_dout, dout_dnet, dE_dnet (the tutorial's delta), dE_db: shape (neurons,).
    dnet_dw: shape (inputs,), the same for every neuron. dE_dw: shape (neurons, inputs).
    """

    dE_dout: np.ndarray
    dout_dnet: np.ndarray
    dE_dnet: np.ndarray
    dnet_dw: np.ndarray
    dE_dw: np.ndarray
    dE_db: np.ndarray


def layer_derivatives(dE_dout, out, layer_inputs):
    """The chain from dE/dout on, which is the same for every layer.

    dE_dout, out: shape (neurons,). layer_inputs: shape (inputs,).
    The bias is added to net as it is, so dnet/db is 1 and dE/db is dE/dnet.
    Raises ValueError if the numbers are so large that a derivative is not finite.
    """
    dout_dnet = logistic_slope(out)
    with np.errstate(over="ignore", invalid="ignore"):
        dE_dnet = dE_dout * dout_dnet
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


def output_layer_derivatives(forward):
    """Derivatives of E_total at the output layer of a forward pass that knows its targets.

    Raises ValueError if the forward pass was made without targets.

    >>> from backprop_lib import example, forward_pass
    >>> forward = forward_pass(example.network, example.inputs, example.targets)
    >>> print(f"{output_layer_derivatives(forward).dE_dw[0, 0]:.9f}")
    0.082167041
    """
    instance(
        "forward", forward, ForwardPass, "Make one with forward_pass(network, inputs, targets)."
    )
    if forward.targets is None:
        raise ValueError(
            "forward: expected a forward pass with targets, got one without. "
            "Make it with forward_pass(network, inputs, targets)."
        )
    dE_dout = half_squared_error_slopes(forward.targets, forward.outputs)
    last = len(forward.outs) - 1
    return layer_derivatives(dE_dout, forward.outs[last], forward.layer_inputs(last))
