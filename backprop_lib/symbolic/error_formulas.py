"""The errors as SymPy knows them, and the delta of an output, which it finds.

The delta is dE/dnet = dE/dout * dout/dnet. For cross-entropy the two links cancel, and what is
left has no slope in it that could vanish:

>>> output_delta("half squared", "logistic")
dE/dnet = out * (1 - out) * (out - target)
>>> output_delta("cross-entropy", "logistic")
dE/dnet = out - target

Each error is read from its row in ``errors``, where NumPy works cross-entropy out of net, so that
it neither overflows nor takes the logarithm of 0. Tests hold the two equal.

Source: Bishop, "Pattern Recognition and Machine Learning" (2006), section 5.2, equations 4.90 and
4.108; the delta of an output is his equation 5.18.
"""

from collections.abc import Callable
from functools import lru_cache

import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.errors import ERRORS, error_after
from backprop_lib.core.validation import choice, count
from backprop_lib.symbolic.activation_formulas import (
    NET,
    OUT,
    neuron_function,
    numpy_function,
    slope_in_out,
)
from backprop_lib.symbolic.formula import Formula, Partial, equality

ERROR, TARGET, HOW_MANY = sp.symbols("E target n")


def error_definition(error: str, last: str = "logistic") -> sp.Expr:
    """The error of one output, after the activation ``last``, in target, out and n.

    >>> error_definition("mean squared")
    (-out + target)**2/n
    """
    return _read(error_after(error, last).formula)


@lru_cache(maxsize=64)
def _read(formula):
    return sp.parse_expr(formula, local_dict={"target": TARGET, "out": OUT, "n": HOW_MANY})


def error_formula(error: str) -> Formula:
    """The equation that defines the error of one output, to show.

    Raises TypeError or ValueError for an unknown error.

    >>> error_formula("half squared")
    E = (target - out)**2/2
    """
    return equality(ERROR, error_definition(choice("error", error, tuple(ERRORS))))


def error_slope(error: str) -> Formula:
    """The equation dE/dout = ..., to show.

    error: the name of an error, of one output. Raises TypeError or ValueError for another.

    >>> error_slope("half squared")
    dE/dout = out - target
    """
    choice("error", error, tuple(ERRORS))
    return equality(Partial(ERROR, OUT), sp.diff(error_definition(error), OUT))


def output_delta(error: str, activation: str) -> Formula:
    """The equation dE/dnet = ... of an output with this activation, to show.

    Raises TypeError or ValueError for an unknown error, or an activation that it cannot follow.
    """
    return equality(Partial(ERROR, NET), delta_in_out(error, activation))


def delta_in_out(error: str, activation: str) -> sp.Expr:
    """dE/dnet as a SymPy expression in ``out`` and ``target``.

    Raises TypeError or ValueError for an unknown error, an activation that it cannot follow, and
    one of which no single output has a dE/dnet of its own.
    """
    choice("activation", activation, tuple(ACTIVATIONS))
    cancels = error_after(error, activation).deltas is not None
    if ACTIVATIONS[activation].mixes and not cancels:
        raise ValueError(
            f"activation: expected one in which an out depends on its own net alone, got "
            f"{activation!r} after which {error!r} has no short form. Use chain_rule."
        )
    return _delta_in_out(error, activation)


@lru_cache(maxsize=64)
def _delta_in_out(error, activation):
    if ACTIVATIONS[activation].mixes:
        return _softmax_delta()
    slope = sp.diff(error_definition(error, activation), OUT)
    delta = slope * slope_in_out(activation)
    return sp.simplify(delta) if error_after(error, activation).deltas else delta


def delta_function(error: str, activation: str) -> Callable:
    """The NumPy function from (targets, nets, outs) to dE/dnet, of shape (examples, outputs).

    Made from ``delta_in_out``; where every out depends on every net, from the slope of the error:
    dE/dnet_k is the sum over the outs of dE/dout_j * dout_j/dnet_k, which for softmax is
    out_k * (dE/dout_k - sum over j of dE/dout_j * out_j). Raises TypeError or ValueError for an
    unknown error, or an activation that it cannot follow.

    >>> import numpy as np
    >>> targets, outs = np.array([[0.25, 0.75]]), np.array([[1.0, 0.0]])
    >>> delta_function("cross-entropy", "softmax")(targets, None, outs).tolist()
    [[0.75, -0.75]]
    """
    choice("activation", activation, tuple(ACTIVATIONS))
    row = error_after(error, activation)
    if ACTIVATIONS[activation].mixes and row.deltas is None:
        slopes = _numpy_function(sp.diff(_read(row.formula), OUT))

        def through_softmax(targets, nets, outs):
            dE_dout = slopes(targets, nets, outs, outs.shape[1])
            return outs * (dE_dout - (dE_dout * outs).sum(axis=1, keepdims=True))

        return through_softmax
    delta = _numpy_function(_delta_in_out(error, activation))
    return lambda targets, nets, outs: delta(targets, nets, outs, outs.shape[1])


@lru_cache(maxsize=64)
def _numpy_function(expression):
    return numpy_function([TARGET, NET, OUT, HOW_MANY], expression)


def softmax_formula(outputs: int = 3) -> Formula:
    """The equation that defines the first of so many softmax outputs, to show.

    outputs: a whole number, 2 or more. Raises TypeError or ValueError for another.

    >>> softmax_formula(2)
    out_o1 = exp(net_o1)/(exp(net_o1) + exp(net_o2))
    """
    return equality(sp.Symbol("out_o1"), _softmax(_nets(outputs))[0])


def softmax_error(outputs: int) -> sp.Expr:
    """Cross-entropy of so many softmax outputs: an expression in their nets and targets.

    The targets sum to 1, so the last of them is what the others leave.
    """
    outs = _softmax(_nets(outputs))
    targets = sp.symbols(f"target_o1:{outputs}")
    targets = (*targets, 1 - sum(targets))
    one = error_definition("cross-entropy", "softmax")
    return sum(
        one.subs({TARGET: target, OUT: out}) for target, out in zip(targets, outs, strict=True)
    )


def _nets(outputs):
    outputs = count("outputs", outputs, least=2)
    return sp.symbols(f"net_o1:{outputs + 1}")


def _softmax(nets):
    return [neuron_function("softmax", net, nets).written_out for net in nets]


def _softmax_delta():
    """dE/dnet of a softmax output: what is left of the derivative beside out, plus out."""
    nets = _nets(3)
    rest = sp.simplify(sp.diff(softmax_error(3), nets[0]) - _softmax(nets)[0])
    return OUT + rest.subs(sp.Symbol("target_o1"), TARGET)
