"""A network as SymPy equations: net from outs, out from net, error from outs.

Nothing here is a typed-in derivative. The links between two quantities that are one equation apart
are found by differentiating that equation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.names import names_of
from backprop_lib.core.network import NetworkLike, architecture_of
from backprop_lib.core.validation import choice
from backprop_lib.symbolic.activation_formulas import (
    NET,
    OTHER_OUT,
    OUT,
    NeuronFunction,
    mixed_slope,
    neuron_function,
    slope_in_out,
)
from backprop_lib.symbolic.error_formulas import HOW_MANY, TARGET, error_definition
from backprop_lib.symbolic.formula import Formula, Partial, equality

BIASES_NAMED = ("one per layer", "one per neuron")
TUTORIAL = (2, 2, 2)


def network_equations(network: NetworkLike = TUTORIAL, biases: str = "one per layer") -> Mapping:
    """The network as SymPy equations: a mapping from each quantity to what it is made of.

    network: a Network, or layer sizes for logistic neurons with half squared errors. biases: "one
    per layer" (b1, b2, as in the tutorial) or "one per neuron" (b_h1, b_o1, ...).

    >>> network_equations()[sp.Symbol("out_h1")]
    logistic(net_h1)
    """
    choice("biases", biases, BIASES_NAMED)
    return _network_equations(architecture_of(network), biases)


@lru_cache(maxsize=64)
def _network_equations(architecture, biases):
    names = names_of(architecture.layer_sizes)
    equations = {}
    for k, activation in enumerate(architecture.activations):
        layer = tuple(sp.Symbol(f"net_{neuron}") for neuron in names.neurons[k])
        nets = {}
        for neuron, net, weights in zip(names.neurons[k], layer, names.weights[k], strict=True):
            products = [
                sp.Mul(*sp.symbols((weight, source)), evaluate=False)
                for weight, source in zip(weights, names.layer_inputs(k), strict=True)
            ]
            bias = names.biases[k] if biases == "one per layer" else f"b_{neuron}"
            nets[net] = sp.Add(*products, sp.Symbol(bias), evaluate=False)
        outs = {
            sp.Symbol(f"out_{neuron}"): neuron_function(activation, net, layer)
            for neuron, net in zip(names.neurons[k], layer, strict=True)
        }
        # All nets first where an out is made of the whole layer's.
        equations |= nets | outs if ACTIVATIONS[activation].mixes else _in_turn(nets, outs)
    equations |= _errors(architecture, names)
    return MappingProxyType(equations)  # read-only, as the cache hands it out again and again


def _in_turn(nets, outs):
    """Neuron by neuron: its net, then its out."""
    turns = zip(nets.items(), outs.items(), strict=True)
    return dict(equation for turn in turns for equation in turn)


def _errors(architecture, names):
    one = error_definition(architecture.error, architecture.activations[-1])
    errors = {}
    for output in names.outputs:
        target, out = sp.symbols((f"target_{output}", f"out_{output}"))
        made_of = {TARGET: target, OUT: out, HOW_MANY: sp.Integer(len(names.outputs))}
        errors[sp.Symbol(f"E_{output}")] = one.xreplace(made_of)
    return errors | {sp.Symbol("E_total"): sp.Add(*errors.values(), evaluate=False)}


def equation(name: str, network: NetworkLike = TUTORIAL) -> Formula:
    """The equation that defines a quantity, to show.

    >>> equation("net_h1")
    net_h1 = w1 * i1 + w2 * i2 + b1
    """
    names_of(architecture_of(network).layer_sizes).find(name)
    symbol = sp.Symbol(name)
    equations = network_equations(network)
    if symbol not in equations:
        defined = ", ".join(map(str, equations))
        raise ValueError(
            f"name: expected a quantity that an equation defines, got {name!r}, which is given or "
            f"comes later. Equations define {defined}."
        )
    return equality(symbol, equations[symbol])


@dataclass(frozen=True)
class Link:
    """One link of a chain: how ``of`` depends on ``by``, one equation apart."""

    of: sp.Symbol
    by: sp.Symbol
    derivative: sp.Expr

    @property
    def partial(self) -> Partial:
        """The link as a symbol: dout_o1/dnet_o1."""
        return Partial(self.of, self.by)

    def __repr__(self):
        return equality(self.partial, self.derivative).text

    def _repr_latex_(self):
        return equality(self.partial, self.derivative)._repr_latex_()


def link(equations: Mapping, of: sp.Symbol, by: sp.Symbol) -> Link:
    """The Link between two quantities that are one equation apart."""
    return Link(of, by, _derivative(equations[of], by, of))


@cache
def _derivative(expression, by, out):
    if not isinstance(expression, NeuronFunction):
        return sp.diff(expression, by)
    # logistic(net_o1) is out_o1, and the reader knows it by that name.
    own, *layer = expression.args
    if not layer:
        return slope_in_out(expression.activation).subs({OUT: out, NET: own})
    other = sp.Symbol(str(by).replace("net_", "out_", 1))
    slope = mixed_slope(expression.activation, own=by == own)
    return slope.xreplace({OUT: out, OTHER_OUT: other})


def sources(equations: Mapping, symbol: sp.Symbol) -> list[sp.Symbol]:
    """What a quantity is directly made of, in the order of the network."""
    order = {s: k for k, s in enumerate(equations)}
    free = equations[symbol].free_symbols if symbol in equations else ()
    return sorted(free, key=lambda s: (order.get(s, -1), str(s)))
