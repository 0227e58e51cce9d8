"""Derivatives at a hidden layer: the error reaches a hidden neuron along every weight out of it.

    dE/dout_h = sum over the neurons n of the next layer of  dE/dnet_n * w(h -> n)

From dE/dout on, the chain is that of the output layer.

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
Nature 323 (1986), equation 7; the tutorial's section on the hidden layer.
"""

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.forward_pass import ForwardPass
from backprop_lib.core.output_layer import LayerDerivatives, layer_derivatives
from backprop_lib.core.validation import instance, layer_index, matrix, vector


def hidden_layer_derivatives(
    forward: ForwardPass, layer: int, dE_dnet_after: ArrayLike, weights_after: ArrayLike
) -> LayerDerivatives:
    """Derivatives of E_total at one hidden layer.

    forward: a ForwardPass. layer: index of the hidden layer, 0 for the first.
    dE_dnet_after: of the layer after it, shape (neurons after,).
    weights_after: the weights into the layer after it, shape (neurons after, neurons).
    Raises TypeError or ValueError for anything that does not fit the forward pass.

    >>> from backprop_lib import example, forward_pass
    >>> from backprop_lib.core.output_layer import output_layer_derivatives
    >>> forward = forward_pass(example)
    >>> at_output = output_layer_derivatives(forward)
    >>> at_hidden = hidden_layer_derivatives(
    ...     forward, 0, at_output.dE_dnet, example.network.weights[1])
    >>> print(f"{at_hidden.dE_dw[0, 0]:.9f}")
    0.000438568
    """
    instance("forward", forward, ForwardPass, "Make one with forward_pass(example).")
    layer = layer_index("layer", layer, len(forward.outs) - 1)
    shape = forward.network.weights[layer + 1].shape
    dE_dnet_after = vector(
        "dE_dnet_after", dE_dnet_after, shape[0], f"a list of {shape[0]} numbers"
    )
    weights_after = matrix("weights_after", weights_after, shape)
    with np.errstate(over="ignore", invalid="ignore"):  # layer_derivatives looks at the result
        dE_dout = weights_after.T @ dE_dnet_after
    return layer_derivatives(forward, layer, dE_dout)
