"""The activations as SymPy knows them, and their derivatives, which it finds.

Nobody typed a derivative here. Each is differentiated, written in terms of ``out`` (which the
forward pass has at hand), shown as mathematics, and turned into the NumPy function that
``batch_passes`` computes with.

The activations themselves stand twice: here as SymPy has them, and in ``activations`` as NumPy
works them out without overflow. Tests hold the two equal.

Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), sections 6.2.2 and 6.3; for ReLU
Glorot, Bordes and Bengio, "Deep sparse rectifier neural networks" (2011).

>>> activation_slope("tanh")
dout/dnet = 1 - out**2
"""

from functools import lru_cache

import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from backprop_lib.core.validation import choice
from backprop_lib.symbolic.chain_rule import Partial, equality, logistic

NET, OUT = sp.symbols("net out")

DEFINITIONS = {
    "logistic": logistic(NET),
    "tanh": sp.tanh(NET),
    "ReLU": sp.Piecewise((NET, NET > 0), (0, True)),
    "identity": NET,
}


def activation_formula(name):
    """The equation that defines an activation, to show.

    Raises TypeError or ValueError for an unknown name. Softmax, which takes a whole layer at a
    time, stands in ``error_formulas``, with the error that it belongs to.

    >>> activation_formula("logistic")
    out = 1/(1 + exp(-net))
    """
    definition = DEFINITIONS[choice("name", name, tuple(DEFINITIONS))]
    written_out = definition.rewrite(sp.exp) if name == "logistic" else definition
    return equality(OUT, written_out)


def activation_slope(name):
    """The equation dout/dnet = ..., to show.

    Raises TypeError or ValueError for an unknown name.

    >>> activation_slope("logistic")
    dout/dnet = out * (1 - out)
    """
    return equality(Partial(OUT, NET), slope_in_out(name))


def slope_in_out(name):
    """dout/dnet as a SymPy expression in ``out``.

    ReLU has a corner at 0, where it has no slope; 0 is taken there, as everywhere in the field.
    Raises TypeError or ValueError for an unknown name.

    >>> slope_in_out("logistic")
    out*(1 - out)
    """
    # Checked first: what cannot be looked up in a cache would be refused in the cache's words.
    return _slope_in_out(choice("name", name, tuple(DEFINITIONS)))


@lru_cache(maxsize=8)
def _slope_in_out(name):
    definition = DEFINITIONS[name]
    slope = sp.diff(definition, NET).subs(definition, OUT)
    if isinstance(slope, sp.Piecewise):
        # ReLU: net is above 0 exactly where out is.
        slope = slope.subs(NET, OUT)
    return slope


class _WithWhere(NumPyPrinter):
    """NumPy code in which two cases are one ``where``, many times quicker than ``select``."""

    def _print_Piecewise(self, expression):
        (value, condition), (other, _) = expression.args
        parts = ", ".join(map(self._print, (condition, value, other)))
        return f"{self._module_format('numpy.where')}({parts})"


def numpy_function(symbols, expression):
    """A NumPy function made from a SymPy expression."""
    return sp.lambdify(symbols, expression, modules="numpy", printer=_WithWhere)


def slope_function(name):
    """The NumPy function from out to dout/dnet, made from ``slope_in_out``.

    Raises TypeError or ValueError for an unknown name.

    >>> slope_function("logistic")(0.5)
    0.25
    """
    return _slope_function(choice("name", name, tuple(DEFINITIONS)))


@lru_cache(maxsize=8)
def _slope_function(name):
    return numpy_function([OUT], _slope_in_out(name))
