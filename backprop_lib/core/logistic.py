"""The logistic function, which squashes any number into the range from 0 to 1.

    out = 1 / (1 + exp(-net))        dout/dnet = out * (1 - out)

Source: any textbook, for example Bishop, "Pattern Recognition and Machine Learning" (2006),
equations 4.59 and 4.88.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.validation import any_numbers


def logistic(net: ArrayLike) -> Any:
    """out = 1 / (1 + exp(-net)), for numbers or arrays of any shape and any float type.

    Never overflows and never warns: exp is only ever taken of numbers with a real part of at
    most zero. Infinity gives 0 or 1, and NaN stays NaN.

    Raises TypeError if ``net`` holds something that is not a number, ValueError if its rows differ
    in length.

    >>> print(logistic(0.0))
    0.5
    >>> print(f"{logistic(0.3775):.9f}")
    0.593269992
    >>> print(logistic(-1e308), logistic(1e308))
    0.0 1.0
    """
    net = any_numbers("net", net, "a number or an array of numbers")
    with np.errstate(all="ignore"):
        positive = net.real >= 0
        small = np.exp(np.where(positive, -net, net))  # at most 1, whatever the sign of net
        return np.where(positive, 1 / (1 + small), small / (1 + small))[()]


def logistic_slope(out: ArrayLike) -> Any:
    """dout/dnet = out * (1 - out): the slope of the logistic function, from its own output.

    out: a number or an array of any shape. Raises TypeError for anything else.

    >>> print(logistic_slope(0.5))
    0.25
    """
    out = any_numbers("out", out, "a number or an array of numbers")
    return out * (1 - out)
