"""What a neuron makes of its net input: five activations, each with its slope.

========  ======================================  ============================  =================
name      out                                     dout/dnet                     used in
========  ======================================  ============================  =================
logistic  1 / (1 + exp(-net))                     out * (1 - out)               any layer
tanh      tanh(net)                               1 - out**2                    any layer
ReLU      net, or 0 if that is more               1 where net is above 0, or 0  any layer
identity  net                                     1                             any layer
softmax   exp(net), divided by its sum over all   out_j * (1 - out_j), and      the last layer
          outputs                                 -out_j * out_k by another net
========  ======================================  ============================  =================

None of them overflows or warns, and all take complex numbers, so that a complex step can go
through. ``formula`` is the same function for SymPy, which finds the derivative by itself; tests
hold the functions and slopes here to what it finds.

Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), sections 6.2.2 and 6.3; for ReLU
Glorot, Bordes and Bengio, "Deep sparse rectifier neural networks" (2011).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop_lib.core.logistic import logistic, logistic_slope


class Activation(NamedTuple):
    """One row of the table.

    function: from nets of shape (..., neurons) to outs of the same shape. slope: from (nets, outs)
    of one layer, shape (neurons,), to dout/dnet of the same shape; or, where every out depends on
    every net, to the matrix dout_j/dnet_k of shape (neurons, neurons). formula: out in terms of
    net, as SymPy reads it, written as a learner would. mixes: whether every out of a layer depends
    on every net of it; the formula is then that of the part before it is divided by the sum.
    """

    function: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]
    formula: str
    mixes: bool = False


def relu(net: np.ndarray) -> np.ndarray:
    """out = net where net is above 0, else 0.

    >>> print(relu(np.array([-2.0, 3.0])))
    [0. 3.]
    """
    return np.maximum(net, 0)


def relu_slope(net: np.ndarray, out: np.ndarray) -> np.ndarray:
    """dout/dnet = 1 where net is above 0, else 0; at the corner 0, as everywhere in the field."""
    return np.where(net.real > 0, 1.0, 0.0)


def identity(net: np.ndarray) -> np.ndarray:
    """out = net: a plain number, without bounds."""
    return net


def softmax(net: np.ndarray) -> np.ndarray:
    """out_k = exp(net_k) / (exp(net_1) + exp(net_2) + ...), along the last axis.

    The largest net is subtracted from all, which changes nothing but that exp cannot overflow.

    >>> print(softmax(np.array([1000.0, 1000.0])))
    [0.5 0.5]
    """
    powers = np.exp(net - net.real.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def softmax_slope(net: np.ndarray, out: np.ndarray) -> np.ndarray:
    """dout_j/dnet_k = out_j * (1 - out_j) for its own net, -out_j * out_k for another's.

    >>> softmax_slope(np.zeros(2), np.array([0.5, 0.5])).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    return np.diag(out) - np.outer(out, out)


ACTIVATIONS = {
    "logistic": Activation(logistic, lambda net, out: logistic_slope(out), "1 / (1 + exp(-net))"),
    "tanh": Activation(np.tanh, lambda net, out: 1 - out**2, "tanh(net)"),
    "ReLU": Activation(relu, relu_slope, "Piecewise((net, net > 0), (0, True))"),
    "identity": Activation(identity, lambda net, out: np.ones_like(out), "net"),
    "softmax": Activation(softmax, softmax_slope, "exp(net)", mixes=True),
}


def through_activation(dE_dout: np.ndarray, dout_dnet: np.ndarray) -> np.ndarray:
    """dE/dnet = dE/dout * dout/dnet, neuron by neuron.

    Where every out depends on every net, dE/dnet_k is the sum over the outs of
    dE/dout_j * dout_j/dnet_k. dE_dout: shape (neurons,). dout_dnet: as Activation.slope gives it.

    >>> slopes = softmax_slope(np.zeros(2), np.array([0.5, 0.5]))
    >>> through_activation(np.array([1.0, 0.0]), slopes).tolist()
    [0.25, -0.25]
    """
    return dE_dout * dout_dnet if dout_dnet.ndim == 1 else dout_dnet.T @ dE_dout
