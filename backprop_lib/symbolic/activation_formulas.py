"""The activations as SymPy knows them, and their derivatives, which it finds.

Nobody typed a derivative here. Each activation is read from its row in ``activations``,
differentiated, and written in terms of ``out`` (which the forward pass has at hand) where that can
be done. ``batch_passes`` computes with the NumPy functions made from these slopes; the slopes that
the passes use stand in ``activations``, and tests hold the two equal.

>>> activation_slope("tanh")
dout/dnet = 1 - out**2
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.validation import choice
from backprop_lib.symbolic.formula import Formula, Partial, equality

NET, OUT, OTHER_OUT = sp.symbols("net out other_out")


class NeuronFunction(sp.Function):
    """An activation as a function of its own, so that formulas stay short: logistic(net_h1).

    Of an activation in which every out depends on every net, the first argument is the neuron's
    own net, and the others are those of the whole layer.
    """

    activation = ""

    @property
    def written_out(self) -> sp.Expr:
        """What the activation does to net, written out."""
        own, *layer = self.args
        part = definition(self.activation)
        if not layer:
            return part.subs(NET, own)
        return part.subs(NET, own) / sp.Add(*(part.subs(NET, net) for net in layer))

    def _eval_derivative(self, by):
        """Of an activation of one net in terms of the function itself: out * (1 - out)."""
        own, *layer = self.args
        if layer:
            return sp.diff(self.written_out, by)
        return slope_in_out(self.activation).subs({OUT: self, NET: own}) * sp.diff(own, by)

    def _eval_evalf(self, prec):
        return self.written_out._eval_evalf(prec)

    def _sympystr(self, printer):
        if len(self.args) > 1:
            return printer._print(self.written_out)
        return f"{self.activation}({printer._print(self.args[0])})"

    def _latex(self, printer, exp=None):
        if len(self.args) > 1:
            return printer._print(self.written_out)
        name = rf"\operatorname{{{self.activation}}}"
        return rf"{name}{{\left({printer._print(self.args[0])} \right)}}"


@lru_cache(maxsize=64)
def _function(name):
    return type(name, (NeuronFunction,), {"activation": name})


def neuron_function(name: str, net: sp.Symbol, layer: tuple[sp.Symbol, ...] = ()) -> sp.Expr:
    """out of a neuron: its activation, as a NeuronFunction of its net.

    layer: the nets of its whole layer, which count where every out depends on every net.

    >>> neuron_function("logistic", NET).written_out
    1/(1 + exp(-net))
    """
    if definition(name) == NET:
        return net
    return _function(name)(net, *layer) if ACTIVATIONS[name].mixes else _function(name)(net)


def written_out(expression: sp.Expr) -> sp.Expr:
    """The expression with every NeuronFunction in it written out."""
    return expression.replace(
        lambda part: isinstance(part, NeuronFunction), lambda part: part.written_out
    )


def definition(name: str) -> sp.Expr:
    """The activation as an expression in ``net``, read from its row."""
    return _read(ACTIVATIONS[name].formula)


@lru_cache(maxsize=64)
def _read(formula):
    return sp.parse_expr(formula, local_dict={"net": NET})


def activation_formula(name: str) -> Formula:
    """The equation that defines an activation, to show.

    Raises TypeError or ValueError for an unknown name. Softmax, which takes a whole layer at a
    time, stands in ``error_formulas``, with the error that it belongs to.

    >>> activation_formula("logistic")
    out = 1/(1 + exp(-net))
    """
    return equality(OUT, definition(choice("name", name, _of_one_net())))


def activation_slope(name: str) -> Formula:
    """The equation dout/dnet = ..., to show.

    Raises TypeError or ValueError for an unknown name.

    >>> activation_slope("logistic")
    dout/dnet = out * (1 - out)
    """
    return equality(Partial(OUT, NET), slope_in_out(name))


def slope_in_out(name: str) -> sp.Expr:
    """dout/dnet as a SymPy expression in ``out``, or in ``net`` where out does not tell it.

    ReLU has a corner at 0, where it has no slope; 0 is taken there, as everywhere in the field.
    Raises TypeError or ValueError for an unknown name.

    >>> slope_in_out("logistic")
    out*(1 - out)
    """
    # Checked first: what cannot be looked up in a cache would be refused in the cache's words.
    return _in_out(definition(choice("name", name, _of_one_net())))


def _of_one_net():
    return tuple(name for name, row in ACTIVATIONS.items() if not row.mixes)


@lru_cache(maxsize=64)
def _in_out(formula):
    slope = sp.diff(formula, NET)
    in_out = slope.subs(formula, OUT)
    if NET in in_out.free_symbols and not formula.has(sp.Piecewise):
        # What net was, from what came out, if there is only one.
        nets = sp.solve(sp.Eq(formula, OUT), NET)
        in_out = sp.simplify(slope.subs(NET, nets[0])) if len(nets) == 1 else slope
        # An inverse that has only a name of its own tells nobody more than the slope in net.
        in_out = slope if in_out.has(sp.LambertW) else in_out
    return in_out


def mixed_slope(name: str, own: bool) -> sp.Expr:
    """dout/dnet where every out depends on every net, in ``out`` and, by another's, ``other_out``.

    >>> mixed_slope("softmax", own=True), mixed_slope("softmax", own=False)
    (out*(1 - out), -other_out*out)
    """
    return _mixed_slope(definition(name), own)


@lru_cache(maxsize=8)
def _mixed_slope(part, own):
    # out = P(net) / total; ``rest`` is what the nets add to the total that are not looked at.
    net, other, rest, total = sp.symbols("net other rest total", positive=True)
    P, Q = part.subs(NET, net), part.subs(NET, other)
    slope = sp.diff(P / (P + Q + rest), net if own else other)
    in_outs = slope.subs(rest, total - P - Q).subs({P: OUT * total, Q: OTHER_OUT * total})
    # The factor out first, so that no minus sign is drawn before the whole: out * (1 - out).
    return OUT * sp.simplify(sp.simplify(in_outs) / OUT)


class _WithWhere(NumPyPrinter):
    """NumPy code in which two cases are one ``where``, many times quicker than ``select``."""

    def _print_Piecewise(self, expression):
        (value, condition), (other, _) = expression.args
        parts = ", ".join(map(self._print, (condition, value, other)))
        return f"{self._module_format('numpy.where')}({parts})"


def numpy_function(symbols: Sequence[sp.Symbol], expression: sp.Expr) -> Callable:
    """A NumPy function made from a SymPy expression."""
    return sp.lambdify(symbols, expression, modules="numpy", printer=_WithWhere)


def slope_function(name: str) -> Callable:
    """The NumPy function from net and out to dout/dnet, made from ``slope_in_out``.

    Raises TypeError or ValueError for an unknown name.

    >>> slope_function("logistic")(None, 0.5)
    0.25
    """
    return _slope_function(slope_in_out(name))


@lru_cache(maxsize=64)
def _slope_function(slope):
    return numpy_function([NET, OUT], slope)
