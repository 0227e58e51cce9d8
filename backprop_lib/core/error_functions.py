"""How wrong the outputs are: two errors, as NumPy works them out from the last net inputs.

    half squared    E = sum over the outputs of (target - out)**2 / 2
    cross-entropy   E = sum over the outputs of -target log(out) - (1 - target) log(1 - out)
                    for logistic outputs, and of -target log(out) for softmax

An output of almost 0 or 1 has a logarithm that double precision cannot hold. So cross-entropy is
worked out from net, where nothing is lost. The same formulas stand once more in
``error_formulas``, as SymPy has them; tests hold the two equal. No derivative stands here.

Source: Bishop, "Pattern Recognition and Machine Learning" (2006), equations 4.90, 4.108 and 5.11.
"""

import numpy as np

from backprop_lib.core.half_squared_error import half_squared_errors


def half_squared(targets, nets, outs):
    """E of each example: shape (examples,), from arrays of shape (examples, outputs).

    >>> print(half_squared(np.array([[0.0, 1.0]]), None, np.array([[0.5, 0.5]])))
    [0.25]
    """
    return half_squared_errors(targets, outs).sum(axis=-1)


def logistic_cross_entropy(targets, nets, outs):
    """E of each example: -target log(out) - (1 - target) log(1 - out), summed over the outputs.

    With out = 1 / (1 + exp(-net)) that is log(1 + exp(net)) - target net, and nothing overflows.

    >>> nets = np.array([[-800.0], [800.0]])
    >>> logistic_cross_entropy(np.zeros((2, 1)), nets, None).tolist()
    [0.0, 800.0]
    """
    positive = nets.real > 0
    small = np.log1p(np.exp(np.where(positive, -nets, nets)))
    # In this order: beside a net of 25 the digits of a small error would be lost.
    return ((np.where(positive, nets, 0) - targets * nets) + small).sum(axis=-1)


def softmax_cross_entropy(targets, nets, outs):
    """E of each example: -target log(out), summed over the outputs, whose targets sum to 1.

    >>> print(softmax_cross_entropy(np.array([[0.0, 1.0]]), np.array([[800.0, 0.0]]), None))
    [800.]
    """
    above = nets - nets.real.max(axis=-1, keepdims=True)
    log_outs = above - np.log(np.exp(above).sum(axis=-1, keepdims=True))
    return -(targets * log_outs).sum(axis=-1)


# For each error the last activations that it can follow.
ERRORS = {
    "half squared": {
        "logistic": half_squared,
        "tanh": half_squared,
        "ReLU": half_squared,
        "identity": half_squared,
    },
    "cross-entropy": {
        "logistic": logistic_cross_entropy,
        "softmax": softmax_cross_entropy,
    },
}
