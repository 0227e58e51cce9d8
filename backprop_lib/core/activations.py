"""What a neuron makes of its net input: five activations, as NumPy works them out.

========  ================================================  ==========================
name      out                                               used in
========  ================================================  ==========================
logistic  1 / (1 + exp(-net))                               any layer
tanh      tanh(net)                                         any layer
ReLU      net, or 0 if that is more                         any layer
identity  net                                               any layer
softmax   exp(net), divided by its sum over all outputs     the last, with cross-entropy
========  ================================================  ==========================

None of them overflows or warns, and all take complex numbers, so that a complex step can go
through. The same formulas stand once more in ``activation_formulas``, as SymPy has them, and tests
hold the two equal. Their derivatives stand only there, found by SymPy.

Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), sections 6.2.2 and 6.3.
"""

import numpy as np

from backprop_lib.core.logistic import logistic


def relu(net):
    """out = net where net is above 0, else 0.

    >>> print(relu(np.array([-2.0, 3.0])))
    [0. 3.]
    """
    return np.maximum(net, 0)


def identity(net):
    """out = net: a plain number, without bounds."""
    return net


def softmax(net):
    """out_k = exp(net_k) / (exp(net_1) + exp(net_2) + ...), along the last axis.

    The largest net is subtracted from all, which changes nothing but that exp cannot overflow.

    >>> print(softmax(np.array([1000.0, 1000.0])))
    [0.5 0.5]
    """
    powers = np.exp(net - net.real.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


ACTIVATIONS = {
    "logistic": logistic,
    "tanh": np.tanh,
    "ReLU": relu,
    "identity": identity,
    "softmax": softmax,
}
