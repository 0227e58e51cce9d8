"""The errors as SymPy knows them, and the delta of an output, which it finds.

The delta is dE/dnet = dE/dout * dout/dnet. For cross-entropy the two links cancel, and what is
left has no slope in it that could vanish:

>>> output_delta("half squared", "logistic")
dE/dnet = out * (1 - out) * (out - target)
>>> output_delta("cross-entropy", "logistic")
dE/dnet = out - target

The errors themselves stand twice: here as SymPy has them, to be shown and differentiated, and in
``error_functions`` as NumPy works them out of net, where cross-entropy neither overflows nor takes
the logarithm of 0. Tests hold the two equal. The derivatives stand only here.

Source: Bishop, "Pattern Recognition and Machine Learning" (2006), section 5.2, equations 4.90 and
4.108; the delta of an output is his equation 5.18.
"""

from functools import lru_cache

import sympy as sp

from backprop_lib.core.error_functions import ERRORS
from backprop_lib.core.validation import choice, count
from backprop_lib.symbolic.activation_formulas import NET, OUT, numpy_function, slope_in_out
from backprop_lib.symbolic.chain_rule import Partial, equality, network_equations

ERROR, TARGET = sp.symbols("E target")
_OF_O1 = {sp.Symbol("target_o1"): TARGET, sp.Symbol("out_o1"): OUT}

DEFINITIONS = {
    "half squared": network_equations((1, 1))[sp.Symbol("E_o1")].subs(_OF_O1),
    "cross-entropy": -TARGET * sp.log(OUT) - (1 - TARGET) * sp.log(1 - OUT),
}


def error_formula(error):
    """The equation that defines the error of one output, to show.

    Raises TypeError or ValueError for an unknown error.

    >>> error_formula("half squared")
    E = (target - out)**2/2
    """
    return equality(ERROR, DEFINITIONS[choice("error", error, tuple(DEFINITIONS))])


def error_slope(error):
    """The equation dE/dout = ..., to show.

    error: "half squared" or "cross-entropy", of one output. Raises TypeError or ValueError for
    another.

    >>> error_slope("half squared")
    dE/dout = out - target
    """
    choice("error", error, tuple(DEFINITIONS))
    return equality(Partial(ERROR, OUT), sp.diff(DEFINITIONS[error], OUT))


def output_delta(error, activation):
    """The equation dE/dnet = ... of an output with this activation, to show.

    Raises TypeError or ValueError for an unknown error, or an activation that it cannot follow.
    """
    return equality(Partial(ERROR, NET), delta_in_out(error, activation))


def delta_in_out(error, activation):
    """dE/dnet as a SymPy expression in ``out`` and ``target``.

    Raises TypeError or ValueError for an unknown error, or an activation that it cannot follow.
    """
    return _delta_in_out(*_checked(error, activation))


def _checked(error, activation):
    """Both names; checked before a cache is asked, which takes nothing but what can be hashed."""
    choice("error", error, tuple(ERRORS))
    return error, choice("activation", activation, tuple(ERRORS[error]))


@lru_cache(maxsize=16)
def _delta_in_out(error, activation):
    if activation == "softmax":
        return _softmax_delta()
    delta = sp.diff(DEFINITIONS[error], OUT) * slope_in_out(activation)
    return sp.simplify(delta) if error == "cross-entropy" else delta


def delta_function(error, activation):
    """The NumPy function from (target, out) to dE/dnet, made from ``delta_in_out``.

    Raises TypeError or ValueError for an unknown error, or an activation that it cannot follow.

    >>> delta_function("cross-entropy", "softmax")(0.25, 1.0)
    0.75
    """
    return _delta_function(*_checked(error, activation))


@lru_cache(maxsize=16)
def _delta_function(error, activation):
    return numpy_function([TARGET, OUT], _delta_in_out(error, activation))


def softmax_formula(outputs=3):
    """The equation that defines the first of so many softmax outputs, to show.

    outputs: a whole number, 2 or more. Raises TypeError or ValueError for another.

    >>> softmax_formula(2)
    out_o1 = exp(net_o1)/(exp(net_o1) + exp(net_o2))
    """
    return equality(sp.Symbol("out_o1"), _softmax(_nets(outputs))[0])


def softmax_error(outputs=3):
    """Cross-entropy of so many softmax outputs: an expression in their nets and targets.

    The targets sum to 1, so the last of them is what the others leave.
    """
    outs = _softmax(_nets(outputs))
    targets = sp.symbols(f"target_o1:{outputs}")
    targets = (*targets, 1 - sum(targets))
    return -sum(target * sp.log(out) for target, out in zip(targets, outs, strict=True))


def _nets(outputs):
    outputs = count("outputs", outputs, least=2)
    return sp.symbols(f"net_o1:{outputs + 1}")


def _softmax(nets):
    powers = [sp.exp(net) for net in nets]
    return [power / sp.Add(*powers) for power in powers]


def _softmax_delta():
    """dE/dnet of a softmax output: what is left of the derivative beside out, plus out."""
    nets = _nets(3)
    rest = sp.simplify(sp.diff(softmax_error(3), nets[0]) - _softmax(nets)[0])
    return OUT + rest.subs(sp.Symbol("target_o1"), TARGET)
