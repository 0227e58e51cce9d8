"""How wrong the outputs are: the errors that a network can learn by, each with its slope.

=============  =========================================  ==============  ====================
name           E_o, the error of one output               dE_o/dout_o     after
=============  =========================================  ==============  ====================
half squared   (target - out)**2 / 2                      out - target    any activation
squared        (target - out)**2                          twice that      any activation
mean squared   (target - out)**2 / number of outputs      2/n of that     any activation
cross-entropy  -target log(out) - (1 - target) log(1-out)                 logistic outputs
cross-entropy  -target log(out)                           -target / out   softmax outputs
=============  =========================================  ==============  ====================

E_total is their sum over the outputs. "mean squared" is what PyTorch calls MSELoss. The half in
"half squared" is there to cancel the 2 that differentiating brings down.

An output of almost 0 or 1 has a logarithm that double precision cannot hold. So cross-entropy is
worked out from net where net is known, and its dE/dnet from what is left when its slope is
multiplied by that of the activation. ``formula`` is the same error for SymPy, which finds the
derivatives by itself; tests hold what stands here to what it finds.

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
Nature 323 (1986), equation 3; Bishop, "Pattern Recognition and Machine Learning" (2006), equations
4.90, 4.108 and 5.11.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from backprop_lib.core.validation import choice


class Error(NamedTuple):
    """One row of the table. All arrays have the shape (..., outputs).

    errors: from (targets, outs, nets) to E_o; nets may be None. slopes: from (targets, outs) to
    dE_o/dout_o. formula: E_o in terms of target and out (and n, the number of outputs), as SymPy
    reads it. deltas: from (targets, outs) to dE_total/dnet_o, where the slopes of error and
    activation cancel; None where they do not. Targets of an error with deltas are probabilities.
    """

    errors: Callable[..., np.ndarray]
    slopes: Callable[[np.ndarray, np.ndarray], np.ndarray]
    formula: str
    deltas: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None


def half_squared_errors(
    targets: np.ndarray | float, outs: np.ndarray | float, nets: np.ndarray | None = None
) -> Any:
    """E_o = (target_o - out_o)**2 / 2, one error for each output.

    >>> print(half_squared_errors(0.01, 0.76))
    0.28125
    """
    return (targets - outs) ** 2 / 2


def half_squared_error_slopes(targets: np.ndarray | float, outs: np.ndarray | float) -> Any:
    """dE_o/dout_o = -(target_o - out_o), one slope for each output.

    >>> print(half_squared_error_slopes(0.01, 0.76))
    0.75
    """
    return -(targets - outs)


def logistic_cross_entropies(
    targets: np.ndarray, outs: Any, nets: np.ndarray | None = None
) -> np.ndarray:
    """E_o = -target log(out) - (1 - target) log(1 - out).

    With out = 1 / (1 + exp(-net)) that is log(1 + exp(net)) - target net, and nothing overflows.

    >>> nets = np.array([-800.0, 800.0])
    >>> logistic_cross_entropies(np.zeros(2), None, nets).tolist()
    [0.0, 800.0]
    """
    if nets is None:
        return -targets * np.log(outs) - (1 - targets) * np.log(1 - outs)
    positive = nets.real > 0
    small = np.log1p(np.exp(np.where(positive, -nets, nets)))
    # In this order: beside a net of 25 the digits of a small error would be lost.
    return (np.where(positive, nets, 0) - targets * nets) + small


def softmax_cross_entropies(
    targets: np.ndarray, outs: Any, nets: np.ndarray | None = None
) -> np.ndarray:
    """E_o = -target log(out).

    >>> print(softmax_cross_entropies(np.array([0.0, 1.0]), None, np.array([800.0, 0.0])))
    [  0. 800.]
    """
    if nets is None:
        return -(targets * np.log(outs))
    above = nets - nets.real.max(axis=-1, keepdims=True)
    log_outs = above - np.log(np.exp(above).sum(axis=-1, keepdims=True))
    return 0.0 - targets * log_outs  # not minus zero


HALF_SQUARED = Error(half_squared_errors, half_squared_error_slopes, "(target - out)**2 / 2")
SQUARED = Error(
    lambda targets, outs, nets=None: 2 * half_squared_errors(targets, outs),
    lambda targets, outs: 2 * half_squared_error_slopes(targets, outs),
    "(target - out)**2",
)
MEAN_SQUARED = Error(
    lambda targets, outs, nets=None: 2 * half_squared_errors(targets, outs) / outs.shape[-1],
    lambda targets, outs: 2 * half_squared_error_slopes(targets, outs) / outs.shape[-1],
    "(target - out)**2 / n",
)
LOGISTIC_CROSS_ENTROPY = Error(
    logistic_cross_entropies,
    lambda targets, outs: (1 - targets) / (1 - outs) - targets / outs,
    "-target * log(out) - (1 - target) * log(1 - out)",
    deltas=lambda targets, outs: outs - targets,
)
SOFTMAX_CROSS_ENTROPY = Error(
    softmax_cross_entropies,
    lambda targets, outs: -targets / outs,
    "-target * log(out)",
    deltas=lambda targets, outs: outs * targets.sum(axis=-1, keepdims=True) - targets,
)

REDUCTIONS = ("mean", "sum")  # what the error of a batch is of those of its examples
_AFTER_ANY = "any activation"
# For each error the last activations that it can follow.
ERRORS = {
    "half squared": {_AFTER_ANY: HALF_SQUARED},
    "squared": {_AFTER_ANY: SQUARED},
    "mean squared": {_AFTER_ANY: MEAN_SQUARED},
    "cross-entropy": {"logistic": LOGISTIC_CROSS_ENTROPY, "softmax": SOFTMAX_CROSS_ENTROPY},
}


def error_after(name: str, last: str) -> Error:
    """The row of an error, after outputs with this activation.

    Raises TypeError or ValueError for an unknown error, or an activation that it cannot follow.

    >>> error_after("cross-entropy", "softmax").formula
    '-target * log(out)'
    """
    rows = ERRORS[choice("error", name, tuple(ERRORS))]
    if row := rows.get(last, rows.get(_AFTER_ANY)):
        return row
    raise ValueError(
        f"error: {name!r} needs outputs that are {' or '.join(map(repr, rows))}, got {last!r}. "
        "Change the last activation or the error."
    )


def check_probabilities(argument: str, targets: np.ndarray, error: str, last: str) -> None:
    """Raise a ValueError if an error that compares probabilities gets targets that are none.

    targets: a row for each example, shape (examples, outputs). error, last: names of the error and
    of the last activation.
    """
    if error_after(error, last).deltas is None:
        return
    wrong = ((targets.real < 0) | (targets.real > 1)).any(axis=1)
    if last == "softmax":
        wrong |= abs(targets.sum(axis=1) - 1) > 1e-9
    if wrong.any():
        row = int(wrong.argmax())
        together = " that sum to 1" if last == "softmax" else ""
        raise ValueError(
            f"{argument}: {error} expects numbers from 0 to 1{together} in each row, got "
            f"{targets[row].tolist()} in row {row}. For labels use one_hot(labels, classes)."
        )
