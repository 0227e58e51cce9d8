"""How wrong the network is: half the squared difference, summed over the outputs.

    E_o = (target_o - out_o)**2 / 2        dE_o/dout_o = -(target_o - out_o)

The half is there to cancel the 2 that differentiating brings down.
Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating
errors", Nature 323 (1986), equation 3.
"""


def half_squared_errors(targets, outputs):
    """E_o = (target_o - out_o)**2 / 2, one error for each output.

    >>> print(half_squared_errors(0.01, 0.76))
    0.28125
    """
    return (targets - outputs) ** 2 / 2


def half_squared_error_slopes(targets, outputs):
    """dE_o/dout_o = -(target_o - out_o), one slope for each output.

    >>> print(half_squared_error_slopes(0.01, 0.76))
    0.75
    """
    return -(targets - outputs)
