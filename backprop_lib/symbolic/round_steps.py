"""One round of backpropagation as a list of formulas, in the order in which it is taught.

First the forward pass, neuron by neuron; then the derivatives at the output layer; then those at
the hidden layers, from the last to the first; then the update. Each formula makes one quantity from
those before it. It is spelt in one of two ways:

    "chain"   every derivative by a weight is the whole chain, link by link, as it is taught
    "delta"   the chain as far as a neuron's net is found once, and used for all its weights, as
              hands do it

Walkthrough, hints, worksheets, answer key and summary are all made from this list.

Source of the order: Matt Mazur, "A Step by Step Backpropagation Example" (2015). Networks with more
layers go on as the hidden layer does.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.names import names_of
from backprop_lib.core.network import Architecture
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.symbolic.activation_formulas import written_out
from backprop_lib.symbolic.formula import Partial, equality
from backprop_lib.symbolic.network_equations import link, network_equations
from backprop_lib.symbolic.update_rules import ETA, TOTAL_ERROR

PARTS = ("forward pass", "output layer", "hidden layer", "update")
SPELLINGS = ("chain", "delta")


class Plan(NamedTuple):
    """What one quantity is made of.

    part: one of PARTS. neuron: whose quantity it is, "" for E_total. left: the quantity. sides:
    what it equals, from the chain that is not worked out to what is computed; SymPy expressions.
    """

    part: str
    neuron: str
    left: sp.Expr
    sides: tuple[sp.Expr, ...]

    @property
    def name(self) -> str:
        """The quantity's name, which records answer to: "net_h1", "dE_dw5", "w5_new"."""
        return name_of(self.left)

    @property
    def text(self) -> str:
        """The formula as one line of text, with the signs of a printed page."""
        return self.code.replace(" * ", " · ").replace("**2", "²").replace("-", "−")

    @property
    def code(self) -> str:
        """The formula as one line of Python, in the names that the library answers to."""
        formula = written_out(self.sides[-1])
        line = equality(sp.Symbol(self.name), formula).text
        for partial in formula.atoms(Partial):
            line = line.replace(str(partial), name_of(partial))
        return line


def round_steps(
    architecture: Architecture, rule: UpdateRule, shared_biases: bool, spelling: str
) -> tuple[Plan, ...]:
    """Every Plan of one round of a network, in order.

    rule: where hidden layers use updated weights, every layer is updated before the error is
    carried on. shared_biases: whether each layer's neurons have one bias. spelling: one of
    SPELLINGS.

    >>> from backprop_lib import example
    >>> plans = round_steps(example.architecture, UpdateRule(), True, "delta")
    >>> for plan in (*plans[:2], plans[-1]):
    ...     print(plan.text)
    net_h1 = w1 · i1 + w2 · i2 + b1
    out_h1 = 1/(1 + exp(−net_h1))
    w4_new = w4 − eta · dE_dw4
    """
    return _kept(architecture, rule, shared_biases, spelling)


@lru_cache(maxsize=64)
def _kept(architecture, rule, shared_biases, spelling):
    return tuple(_Round(architecture, rule, shared_biases, spelling).plans())


def name_of(expression: sp.Expr) -> str:
    """The name of a quantity or a derivative; dE_dw5 is short for dE_total_dw5.

    >>> name_of(Partial(sp.Symbol("E_total"), sp.Symbol("w5")))
    'dE_dw5'
    """
    if not isinstance(expression, Partial):
        return str(expression)
    of, by = expression.args
    return f"d{'E' if of == TOTAL_ERROR else of}_d{by}"


class _Round:
    """Writes down the formulas of one round, from the equations of a network."""

    def __init__(self, architecture, rule, shared_biases, spelling):
        self.names = names_of(architecture.layer_sizes)
        self.rule = rule
        self.one_bias = shared_biases and rule.biases != "one per neuron"
        biases = "one per layer" if self.one_bias else "one per neuron"
        self.equations = network_equations(architecture, biases)
        self.last = len(self.names.neurons) - 1
        self.mixes = ACTIVATIONS[architecture.activations[-1]].mixes
        self.delta = spelling == "delta"

    def plans(self) -> Iterator[Plan]:
        """All plans, in the order in which they are found."""
        yield from self._forward()
        layers = range(self.last, -1, -1)
        at_once = self.rule.hidden_layers_use == "updated weights"
        for layer in layers:
            yield from self._derivatives(layer)
            if at_once:
                yield from self._updates(layer)
        if not at_once:
            for layer in layers:
                yield from self._updates(layer)

    def _forward(self):
        errors = [sp.Symbol(f"E_{o}") for o in self.names.outputs]
        for symbol, made_of in self.equations.items():
            # The errors have been worked out by then; their sum is written in their names.
            right = sp.Add(*errors, evaluate=False) if symbol == TOTAL_ERROR else made_of
            neuron = "" if symbol == TOTAL_ERROR else str(symbol).partition("_")[2]
            yield Plan("forward pass", neuron, symbol, (right,))

    def _derivatives(self, layer):
        part = "output layer" if layer == self.last else "hidden layer"
        neurons = self.names.neurons[layer]
        mixes = self.mixes and layer == self.last
        if mixes:  # every net is behind every out, so all outs come first
            yield from (self._link(part, n, TOTAL_ERROR, _out(n)) for n in neurons)
        for j, neuron in enumerate(neurons):
            if layer < self.last:
                yield from self._error_at(layer, neuron, first=j == 0)
            elif not mixes:
                yield self._link(part, neuron, TOTAL_ERROR, _out(neuron))
            for out in self._outs(neuron):
                yield self._link(part, neuron, out, _net(neuron))
            weights = [sp.Symbol(w) for w in self.names.weights[layer][j]]
            if self.delta:
                yield self._by_net(part, neuron, TOTAL_ERROR)
            elif j == 0:
                yield self._link(part, neuron, _net(neuron), weights[0])
            for weight in weights:
                yield self._by_parameter(part, weight, [neuron])
        if self.rule.biases != "frozen":
            for bias, fed in self._biases(layer):
                yield self._by_parameter(part, bias, fed)

    def _error_at(self, layer, neuron, first):
        """How the error reaches an out of a hidden layer: along every weight behind it."""
        part, out, following = "hidden layer", _out(neuron), self.names.neurons[layer + 1]
        has_shares = self._has_shares(layer)
        shares = []
        for k, after in enumerate(following):
            net, of = _net(after), self._error_of(after)
            if first and not self.delta:
                yield self._by_net(part, after, of)
                if k == 0:
                    yield self._link(part, neuron, net, out)
            # Of all errors only its own depends on an output; by hand it has been found as E_total.
            error = TOTAL_ERROR if self.delta else of
            shares.append(_product(Partial(error, net), self._slope(net, out)))
            if has_shares:
                chain = _product(Partial(of, net), Partial(net, out))
                sides = (shares[-1],) if self.delta else (chain, shares[-1])
                yield Plan(part, neuron, Partial(of, out), sides)
        if has_shares:
            sides = (_sum(Partial(self._error_of(after), out) for after in following),)
        elif self.delta:
            sides = (_sum(shares),)
        else:
            nets = map(_net, following)
            chain = _sum(_product(Partial(TOTAL_ERROR, net), Partial(net, out)) for net in nets)
            sides = (chain, _sum(shares))
        yield Plan(part, neuron, Partial(TOTAL_ERROR, out), sides)

    def _has_shares(self, layer):
        """Whether each output's share of the error is found by itself, as in the tutorial."""
        return layer == self.last - 1 and len(self.names.outputs) > 1 and not self.mixes

    def _error_of(self, neuron):
        alone = neuron in self.names.outputs and len(self.names.outputs) > 1 and not self.mixes
        return sp.Symbol(f"E_{neuron}") if alone else TOTAL_ERROR

    def _outs(self, neuron):
        """The outs that are made of a neuron's net: its own, or with softmax all of its layer."""
        mixes = self.mixes and neuron in self.names.outputs
        return [_out(n) for n in self.names.outputs] if mixes else [_out(neuron)]

    def _by_net(self, part, neuron, of):
        """The derivative of the error by a net: what is carried on to the layer before."""
        net, outs = _net(neuron), self._outs(neuron)
        chain = _sum(_product(Partial(of, out), Partial(out, net)) for out in outs)
        if self.delta:
            return Plan(part, neuron, Partial(of, net), (chain,))
        worked_out = _sum(_product(self._found(of, out), self._slope(out, net)) for out in outs)
        return Plan(part, neuron, Partial(of, net), (chain, worked_out))

    def _by_parameter(self, part, parameter, fed):
        """The derivative of the error by a weight or a bias, which feeds these neurons."""
        left, neuron = Partial(TOTAL_ERROR, parameter), fed[0]
        if self.delta:
            nets = map(_net, fed)
            terms = (_product(Partial(TOTAL_ERROR, n), self._slope(n, parameter)) for n in nets)
            return Plan(part, neuron, left, (_sum(terms),))
        chains, worked_out = [], []
        for net, out in ((_net(n), out) for n in fed for out in self._outs(n)):
            links = Partial(TOTAL_ERROR, out), Partial(out, net), Partial(net, parameter)
            chains.append(_product(*links))
            slopes = self._slope(out, net), self._slope(net, parameter)
            worked_out.append(_product(self._found(TOTAL_ERROR, out), *slopes))
        return Plan(part, neuron, left, (_sum(chains), _sum(worked_out)))

    def _found(self, of, out):
        """An error's derivative by an out: worked out at the outputs, else found before."""
        return self._slope(of, out) if str(out)[4:] in self.names.outputs else Partial(of, out)

    def _link(self, part, neuron, of, by):
        return Plan(part, neuron, Partial(of, by), (self._slope(of, by),))

    def _slope(self, of, by):
        slope = link(self.equations, of, by).derivative
        through_updated = self.rule.hidden_layers_use == "updated weights" and str(by)[:3] == "out"
        # By an out, a net has the slope of the weight between them.
        return _new(slope) if through_updated and str(of)[:3] == "net" else slope

    def _updates(self, layer):
        weights = {
            sp.Symbol(w): neuron
            for neuron, row in zip(
                self.names.neurons[layer], self.names.weights[layer], strict=True
            )
            for w in row
        }
        frozen = self.rule.biases == "frozen"
        biases = {} if frozen else {bias: fed[0] for bias, fed in self._biases(layer)}
        steps = {parameter: Partial(TOTAL_ERROR, parameter) for parameter in weights | biases}
        if self.rule.biases == "one per layer":
            # One bias shared by a layer feeds every neuron of it, so its derivative is their sum.
            steps |= dict.fromkeys(biases, _sum(steps[bias] for bias in biases))
        for parameter, neuron in (weights | biases).items():
            after = sp.Add(parameter, -_product(ETA, steps[parameter]), evaluate=False)
            yield Plan("update", neuron, _new(parameter), (after,))

    def _biases(self, layer):
        """The biases of a layer, each with the neurons that it feeds."""
        neurons = self.names.neurons[layer]
        if self.one_bias:
            return [(sp.Symbol(self.names.biases[layer]), neurons)]
        return [(sp.Symbol(f"b_{neuron}"), [neuron]) for neuron in neurons]


def _net(neuron):
    return sp.Symbol(f"net_{neuron}")


def _out(neuron):
    return sp.Symbol(f"out_{neuron}")


def _new(symbol):
    return sp.Symbol(f"{symbol}_new")


def _product(*factors):
    """A product as it is written; a factor of one is not."""
    flat = [f for factor in factors for f in sp.Mul.make_args(factor) if f != 1]
    return sp.Mul(*flat, evaluate=False) if flat else sp.Integer(1)


def _sum(terms):
    return sp.Add(*terms, evaluate=False)
