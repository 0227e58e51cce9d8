"""One round of backpropagation as a sequence of steps, in the order in which it is taught.

First the forward pass, neuron by neuron; then the derivatives at the output layer; then those at
the hidden layers, from the last to the first; then the update. A step is one number to find: its
formula, the same with numbers, the one line of Python that computes it, and for a derivative the
same number asked for another way.

>>> from backprop_lib import example
>>> steps = walkthrough(example)
>>> print(len(steps), steps[0].name, steps[-1].name)
44 net_h1 w4_new
>>> step = steps[14]
>>> print(step.question)
How fast does E_total change with w5?
>>> step.formula
dE_total/dw5 = dE_total/dout_o1 * dout_o1/dnet_o1 * dnet_o1/dw5 = (out_o1 - target_o1) * out_o1 \
* (1 - out_o1) * out_h1
>>> print(step.with_numbers)
0.741365070 * 0.186815602 * 0.593269992 = 0.082167041
>>> print(step.code)
dE_dw5 = (out_o1 - target_o1) * out_o1 * (1 - out_o1) * out_h1

Everything but the words is made from the network's equations by SymPy.

Source of the order: Matt Mazur, "A Step by Step Backpropagation Example" (2015). Networks with more
layers go on as the hidden layer does.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import sympy as sp
from sympy.printing.str import StrPrinter

from backprop_lib.core.example import real_example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.numbers_as_text import given_text, number_text
from backprop_lib.core.validation import choice, instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, one_round
from backprop_lib.symbolic.chain_rule import Partial, equality, link, network_equations
from backprop_lib.symbolic.mathml import mathml

PARTS = ("forward pass", "output layer", "hidden layer", "update")
E_TOTAL, ETA = sp.symbols("E_total eta")


class Check(NamedTuple):
    """A derivative, asked for another way: ``code`` is the question, ``value`` the answer.

    agrees: whether it says what backpropagation said. It does not, and should not, where the
    update rule carries the error back through updated weights.
    """

    code: str
    value: float
    agrees: bool

    @property
    def text(self):
        return number_text(self.value)


@dataclass(frozen=True, eq=False)
class Step:
    """One number to find.

    name: as in ``update[name]``: "net_h1", "dE_dw5", "w5_new". part: one of PARTS.
    question: what is asked, in one sentence. lit: names for network_diagram(lit=...).
    backward: whether the diagram goes backward. sides: the sides of the formula's equality, SymPy
    expressions. numbers: the right side with numbers. code: one line of Python. value: the result.
    check: a Check, or None for what is no derivative. known: names of what has been found, or was
    given, before this step; found: names of what this step adds to them. The second holds
    besides the step's own name those that mean the same, such as b_h1_new for b1_new.
    """

    name: str
    part: str
    question: str
    lit: tuple[str, ...]
    backward: bool
    sides: tuple[sp.Expr, ...]
    numbers: str
    code: str
    value: float
    check: Check | None
    known: frozenset[str]
    found: frozenset[str]

    @cached_property
    def formula(self):
        """The formula, to show: as mathematics in a notebook, as text elsewhere."""
        return equality(*self.sides)

    @cached_property
    def mathml(self):
        """The formula for a page."""
        return mathml(*self.sides)

    @property
    def result(self):
        """The value in nine decimals, or nine digits where decimals would not show it."""
        return number_text(self.value)

    @property
    def is_one_number(self):
        """Whether the formula with numbers is a single number: the result itself."""
        return self.sides[-1].is_Atom

    @property
    def with_numbers(self):
        """The formula with numbers, and the result."""
        return self.result if self.is_one_number else f"{self.numbers} = {self.result}"

    def __repr__(self):
        return f"Step {self.name}: {self.code}"


def walkthrough(example, rule=TUTORIAL_RULE, part=None):
    """The steps of one round, for any Example.

    rule: an UpdateRule. Where hidden layers use updated weights, every layer is updated before
    the error is carried on, so there is an update after each layer. part: one of PARTS, or None
    for the whole round. A network without a hidden layer has no such part, and gives no steps.
    Returns a tuple of Steps. Raises TypeError or ValueError for anything else.

    >>> from backprop_lib import example
    >>> [step.name for step in walkthrough(example, part="update")][:2]
    ['w5_new', 'w6_new']
    """
    real_example(example)
    instance("rule", rule, UpdateRule, "For example UpdateRule(biases='one per layer').")
    if part is not None:
        choice("part", part, PARTS)
    update = one_round(example, rule)
    plans = _plans(example.layer_sizes, rule, example.network.shares_biases)
    values, known, steps = _Values(update), _given_names(example), []
    for plan in plans:
        found = _meaning_the_same(plan.name, example.names)
        if part in (None, plan.part):
            steps.append(_step(plan, example, values, known, found))
        known |= found
    return tuple(steps)


# What there is to find --------------------------------------------------------------------------


class _Plan(NamedTuple):
    """A step without numbers: what it finds, and the sides of its equality."""

    part: str
    left: sp.Expr
    sides: tuple[sp.Expr, ...]

    @property
    def name(self):
        return _name(self.left)


@lru_cache(maxsize=64)
def _plans(layer_sizes, rule, shared_biases):
    return tuple(_Round(layer_sizes, rule, shared_biases).plans())


class _Round:
    """Writes down the steps of one round, from the equations of a network."""

    def __init__(self, layer_sizes, rule, shared_biases):
        self.names = names_of(layer_sizes)
        self.rule = rule
        self.one_bias = shared_biases and rule.biases != "one per neuron"
        biases = "one per layer" if self.one_bias else "one per neuron"
        self.equations = network_equations(layer_sizes, biases)
        self.last = len(self.names.neurons) - 1

    def plans(self):
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
            right = sp.Add(*errors, evaluate=False) if symbol == E_TOTAL else made_of
            yield _Plan("forward pass", symbol, (right,))

    def _derivatives(self, layer):
        neurons, weights = self.names.neurons[layer], self.names.weights[layer]
        part = "output layer" if layer == self.last else "hidden layer"
        for j, neuron in enumerate(neurons):
            net, out = _symbols(neuron)
            if layer == self.last:
                yield self._link(part, E_TOTAL, out)
            else:
                yield from self._error_at(layer, out, first=j == 0)
            yield self._link(part, out, net)
            if j == 0:
                yield self._link(part, net, sp.Symbol(weights[0][0]))
            for weight in weights[j]:
                yield self._by_parameter(part, layer, sp.Symbol(weight), [neuron])
        if self.rule.biases != "frozen":
            for bias, fed in self._biases(layer):
                yield self._by_parameter(part, layer, bias, fed)

    def _error_at(self, layer, out, first):
        """How the error reaches an out of a hidden layer: along every weight behind it."""
        part, following = "hidden layer", self.names.neurons[layer + 1]
        shares = []
        for k, neuron in enumerate(following):
            net = _symbols(neuron)[0]
            of = self._error_of(neuron)
            if first:
                yield self._by_net(part, neuron)
                if k == 0:
                    yield self._link(part, net, out)
            shares.append((Partial(of, net), self._slope(net, out)))
            if self._has_shares(layer):
                chain = _product(Partial(of, net), Partial(net, out))
                yield _Plan(part, Partial(of, out), (chain, _product(*shares[-1])))
        if self._has_shares(layer):
            ofs = [self._error_of(neuron) for neuron in following]
            yield _Plan(part, Partial(E_TOTAL, out), (_sum(Partial(of, out) for of in ofs),))
        else:
            chain = _sum(
                _product(Partial(E_TOTAL, net), Partial(net, out))
                for net, _ in map(_symbols, following)
            )
            worked_out = _sum(_product(*share) for share in shares)
            yield _Plan(part, Partial(E_TOTAL, out), (chain, worked_out))

    def _has_shares(self, layer):
        """Whether each output's share of the error is found by itself, as in the tutorial."""
        return layer == self.last - 1 and len(self.names.outputs) > 1

    def _error_of(self, neuron):
        has_shares = neuron in self.names.outputs and len(self.names.outputs) > 1
        return sp.Symbol(f"E_{neuron}") if has_shares else E_TOTAL

    def _by_net(self, part, neuron):
        """The derivative of the error by a net: what is carried on to the layer before."""
        (net, out), of = _symbols(neuron), self._error_of(neuron)
        chain = _product(Partial(of, out), Partial(out, net))
        return _Plan(
            part, Partial(of, net), (chain, _product(self._found(of, out), self._slope(out, net)))
        )

    def _by_parameter(self, part, layer, parameter, fed):
        """The derivative of the error by a weight or a bias, which feeds these neurons."""
        chains, worked_out = [], []
        for neuron in fed:
            net, out = _symbols(neuron)
            to_out = Partial(E_TOTAL, out)
            chains.append(_product(to_out, Partial(out, net), Partial(net, parameter)))
            slopes = self._slope(out, net), self._slope(net, parameter)
            worked_out.append(_product(self._found(E_TOTAL, out), *slopes))
        return _Plan(part, Partial(E_TOTAL, parameter), (_sum(chains), _sum(worked_out)))

    def _found(self, of, out):
        """An error's derivative by an out: worked out at the outputs, else found before."""
        return self._slope(of, out) if str(out)[4:] in self.names.outputs else Partial(of, out)

    def _link(self, part, of, by):
        return _Plan(part, Partial(of, by), (self._slope(of, by),))

    def _slope(self, of, by):
        slope = link(self.equations, of, by).derivative
        through_updated = self.rule.hidden_layers_use == "updated weights" and str(by)[:3] == "out"
        # By an out, a net has the slope of the weight between them.
        return _new(slope) if through_updated and str(of)[:3] == "net" else slope

    def _updates(self, layer):
        weights = [sp.Symbol(w) for row in self.names.weights[layer] for w in row]
        biases = [] if self.rule.biases == "frozen" else [b for b, _ in self._biases(layer)]
        steps = {parameter: Partial(E_TOTAL, parameter) for parameter in (*weights, *biases)}
        if self.rule.biases == "one per layer":
            # One bias shared by a layer feeds every neuron of it, so its derivative is their sum.
            steps |= dict.fromkeys(biases, _sum(steps[bias] for bias in biases))
        for parameter, step in steps.items():
            after = sp.Add(parameter, -ETA * step, evaluate=False)
            yield _Plan("update", _new(parameter), (after,))

    def _biases(self, layer):
        """The biases of a layer, each with the neurons that it feeds."""
        neurons = self.names.neurons[layer]
        if self.one_bias:
            return [(sp.Symbol(self.names.biases[layer]), neurons)]
        return [(sp.Symbol(f"b_{neuron}"), [neuron]) for neuron in neurons]


def _symbols(neuron):
    return sp.symbols((f"net_{neuron}", f"out_{neuron}"))


def _new(symbol):
    return sp.Symbol(f"{symbol}_new")


def _product(*factors):
    """A product as it is written; a factor of one is not."""
    flat = [f for factor in factors for f in sp.Mul.make_args(factor) if f != 1]
    return sp.Mul(*flat, evaluate=False) if flat else sp.Integer(1)


def _sum(terms):
    return sp.Add(*terms, evaluate=False)


# The same with numbers and as Python ------------------------------------------------------------


def _step(plan, example, values, known, found):
    name, value = plan.name, values[plan.name]
    is_derivative = isinstance(plan.left, Partial)
    first, last = plan.sides[0], plan.sides[-1]
    return Step(
        name=name,
        part=plan.part,
        question=_question(plan.left),
        lit=_lit(plan, example.names),
        backward=is_derivative,
        sides=(plan.left, *plan.sides),
        numbers=_Line("exp", values.text).doprint(first),
        code=f"{name} = {_Line('np.exp', str).doprint(last)}",
        value=value,
        check=_check(name, example, value) if is_derivative else None,
        known=known,
        found=found,
    )


def _check(name, example, value):
    asked = complex_step(name, example)
    agrees = bool(np.isclose(asked, value, rtol=1e-9, atol=1e-15))
    return Check(f"complex_step({name!r}, example)", float(asked), agrees)


class _Values:
    """The value of every name, from the library's own passes; and as a text to put into a line."""

    def __init__(self, update):
        self._update = update

    def __getitem__(self, name):
        return float(self._update[name])

    def text(self, name):
        found = self._update.names.find(name)
        # How a net depends on what it is made of is a given number, or an out.
        is_given = found.of.array == "nets" if isinstance(found, Derivative) else _is_given(found)
        text = (given_text if is_given else number_text)(self[name])
        return f"({text})" if text.startswith("-") else text


class _Line(StrPrinter):
    """Prints an expression as a line of Python, with what ``written`` makes of each name."""

    printmethod = "_line"  # not _sympystr, which Partial has an answer to

    def __init__(self, exp, written):
        super().__init__({"order": "none"})
        self._exp, self._written = exp, written

    def doprint(self, expression):
        line = super().doprint(expression)
        return re.sub(r"\s*(\*\*|\*|/)\s*", r" \1 ", line)

    def _print_Symbol(self, symbol):
        return self._written(symbol.name)

    def _print_Partial(self, partial):
        return self._written(_name(partial))

    def _print_logistic(self, function):
        return self._print(function.rewrite(sp.exp))

    def _print_exp(self, function):
        return f"{self._exp}({self._print(function.args[0])})"


def _name(expression):
    """The name of a quantity or a derivative; dE_dw5 is short for dE_total_dw5."""
    if not isinstance(expression, Partial):
        return str(expression)
    of, by = expression.args
    return f"d{'E' if of == E_TOTAL else of}_d{by}"


# What a page needs besides ----------------------------------------------------------------------


def _question(left):
    """What is asked, in one sentence that does not give the formula away."""
    if isinstance(left, Partial):
        of, by = left.args
        return f"How fast does {of} change with {by}?"
    kind, _, of_what = str(left).partition("_")
    questions = {
        "net": f"What flows into {of_what}?",
        "out": f"What does {of_what} answer?",
        "E": f"How large is the error of {of_what}?",
    }
    if left == E_TOTAL:
        return "How large is the error of the whole network?"
    return questions.get(kind, f"What is {str(left).removesuffix('_new')} after the update?")


def _lit(plan, names):
    """Names for the diagram: of a sum all that goes into it, of a derivative every path and all
    that its slopes are made of.
    """
    if plan.part == "update":
        return (plan.name, "eta")
    if isinstance(plan.left, Partial):
        made_of = {str(s) for s in plan.sides[-1].free_symbols}.difference(map(str, plan.left.args))
        return (plan.name, *(name for name in names.plain() if name in made_of))
    # Of a shared bias only the branch to this neuron is in play.
    branch = "b_" + plan.name.removeprefix("net_")
    parts = {branch if str(s) in names.biases else str(s) for s in plan.sides[0].free_symbols}
    return (*(name for name in names.plain() if name in parts), plan.name)


def _is_given(position):
    return position.array in ("inputs", "targets", "weights", "biases", "learning_rate")


def _given_names(example):
    """Names of all that is known before the first step."""
    names = example.names
    return frozenset(name for name in names.plain() if _is_given(names.find(name)))


def _meaning_the_same(name, names):
    """A name, and others that the diagram may use for the same finding."""
    found = {name}
    if name.endswith("_new") and name.removesuffix("_new") in names.biases:
        layer = names.biases.index(name.removesuffix("_new"))
        found |= {f"b_{neuron}_new" for neuron in names.neurons[layer]}
    for o in names.outputs:
        # Of all errors only its own depends on an output.
        for end in (f"dout_{o}", f"dnet_{o}"):
            if name in (f"dE_{end}", f"dE_{o}_{end}"):
                found |= {f"dE_{end}", f"dE_{o}_{end}"}
    of, _, out = name.partition("_dout_")
    for neurons, after, weights in zip(
        names.neurons, names.neurons[1:], names.weights[1:], strict=False
    ):
        if of.startswith("dE") and out in neurons:
            # What each weight hands back to this out.
            handed = zip(after, weights, strict=True)
            found |= {f"{of}_dnet_{n} * {row[neurons.index(out)]}" for n, row in handed}
    return frozenset(found)
