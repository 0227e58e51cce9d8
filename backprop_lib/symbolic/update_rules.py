"""The update rules of a whole network, derived by SymPy from the network's own equations.

    dE_total/dx = sum over everything y that is made of x of  dE_total/dy * dy/dx
    w_new = w - eta * dE_total/dw

Every dy/dx is a link of chain_rule, found by differentiating one equation; none is typed in.
Walking from the error backwards finds each derivative once, for all that come before it, so
the number of formulas grows with the weights and not with the paths.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import sympy as sp

from backprop_lib.core.errors import error_after
from backprop_lib.core.names import names_of
from backprop_lib.core.network import Architecture, NetworkLike, architecture_of
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.symbolic.formula import Partial, aligned, equality
from backprop_lib.symbolic.network_equations import TUTORIAL, link, network_equations, sources

TOTAL_ERROR, ETA = sp.symbols("E_total eta")


class Equations(dict):
    """Equations as a dict from a symbol to what it is made of; shown, one to a line."""

    def __repr__(self):
        return "\n".join(formula.text for formula in self._formulas())

    def _repr_latex_(self):
        lines = (formula.latex.replace(" = ", " &= ") for formula in self._formulas())
        return rf"$\displaystyle {aligned(lines)}$"

    def _formulas(self):
        return [equality(readable(symbol), readable(made_of)) for symbol, made_of in self.items()]


@dataclass(frozen=True, eq=False, repr=False)
class UpdateRules:
    """All formulas of one round, in the order in which they are worked out.

    forward: nets, outs and errors. backward: the derivatives, from the error to the weights.
    updates: the new weights, and biases if they are trained. Symbols are the tutorial's names.
    parameters: names of all weights, then of all biases.
    """

    architecture: Architecture
    rule: UpdateRule
    forward: Equations
    backward: Equations
    updates: Equations
    parameters: tuple[str, ...]

    def __repr__(self):
        return "\n\n".join(map(repr, (self.forward, self.backward, self.updates)))


def update_rules(
    network: NetworkLike = TUTORIAL, rule: UpdateRule = TUTORIAL_RULE, shared_biases: bool = True
) -> UpdateRules:
    """The update rules of a network under an UpdateRule.

    network: a Network, or layer sizes for logistic neurons with half squared errors.
    shared_biases: whether all neurons of a layer have the same bias, so that it can be called
    b1 as in the tutorial. If not, or if every neuron trains its own, they are b_h1, b_h2, ...
    Raises TypeError or ValueError for a network or a rule that are none.

    >>> rules = update_rules()
    >>> print(rules.updates[sp.Symbol("w5_new")], rules.backward[sp.Symbol("dE_dw5")])
    -dE_dw5*eta + w5 dE_dnet_o1*out_h1
    """
    instance("rule", rule, UpdateRule, "Make one with UpdateRule(hidden_layers_use, biases).")
    return _update_rules(architecture_of(network), rule, bool(shared_biases))


@lru_cache(maxsize=64)
def _update_rules(architecture, rule, shared_biases):
    names = names_of(architecture.layer_sizes)
    one_name_per_layer = shared_biases and rule.biases != "one per neuron"
    equations = network_equations(
        architecture, "one per layer" if one_name_per_layer else "one per neuron"
    )
    weights = list(map(sp.Symbol, names.all_weights))
    biases = _bias_names(names, one_name_per_layer)
    trained = weights if rule.biases == "frozen" else [*weights, *chain(*biases)]
    carried_back = (
        {w: _new(w) for w in weights} if rule.hidden_layers_use == "updated weights" else {}
    )
    at_outputs = _cancelled(equations, names) if _cancels(architecture) else {}
    derivatives = _backward(equations, trained, carried_back, at_outputs)
    steps = {parameter: _partial(parameter) for parameter in trained}
    if rule.biases == "one per layer":
        # One bias shared by a layer feeds every neuron of it, so its derivative is their sum.
        steps |= {b: sp.Add(*map(_partial, layer)) for layer in biases for b in layer}
    updates = {_new(parameter): parameter - ETA * step for parameter, step in steps.items()}
    return UpdateRules(
        architecture,
        rule,
        Equations(equations),
        Equations(derivatives),
        Equations(updates),
        tuple(map(str, [*weights, *chain(*biases)])),
    )


def _backward(equations, trained, carried_back, at_outputs):
    """The derivative of E_total by every net, out and trained parameter, from the error back.

    carried_back: what stands for a weight when the error is carried back through it. at_outputs:
    the derivatives by the nets of the outputs, if they are known in a shorter form.
    """
    terms = defaultdict(list, {net: [delta] for net, delta in at_outputs.items()})
    starts = at_outputs or {TOTAL_ERROR}
    for of in reversed(equations):
        if of in starts or of in terms:
            for by in sources(equations, of):
                if by in equations or by in trained:
                    slope = link(equations, of, by).derivative.xreplace(carried_back)
                    terms[by].append(_partial(of) * slope)
    in_order = [*reversed(equations), *trained]
    return {_partial(by): sp.Add(*terms[by]) for by in in_order if by in terms}


def _cancels(architecture):
    return error_after(architecture.error, architecture.activations[-1]).deltas is not None


def _cancelled(equations, names):
    """dE/dnet of each output, where the slopes of error and activation cancel."""
    outs = [sp.Symbol(f"out_{output}") for output in names.outputs]
    nets = [sp.Symbol(f"net_{output}") for output in names.outputs]

    def along(out, net):
        return link(equations, TOTAL_ERROR, out).derivative * link(equations, out, net).derivative

    return {
        net: sp.cancel(sum(along(out, net) for out in outs if net in sources(equations, out)))
        for net in nets
    }


def _partial(by):
    """The symbol dE_dw5 for the derivative of E_total by w5."""
    return sp.Integer(1) if by == TOTAL_ERROR else sp.Symbol(f"dE_d{by}")


def _new(parameter):
    return sp.Symbol(f"{parameter}_new")


def _bias_names(names, one_name_per_layer):
    """For each layer the symbols of its biases."""
    if one_name_per_layer:
        return [[sp.Symbol(bias)] for bias in names.biases]
    return [[sp.Symbol(f"b_{neuron}") for neuron in layer] for layer in names.neurons]


def readable(expression: sp.Expr) -> sp.Expr:
    """The expression with dE_dw5 written as a fraction.

    >>> dE_dw5, eta = sp.symbols("dE_dw5 eta")
    >>> equality(sp.Symbol("step"), readable(dE_dw5 * eta))
    step = eta * dE_total/dw5
    """
    fractions = {
        symbol: Partial(TOTAL_ERROR, sp.Symbol(symbol.name.removeprefix("dE_d")))
        for symbol in expression.free_symbols
        if symbol.name.startswith("dE_d")
    }
    return expression.xreplace(fractions)
