"""One round of backpropagation, step by step, with numbers.

The formulas and their order are those of round_steps, with every chain written out. A step is one
number to find: its formula, the same with numbers, the one line of Python that computes it, and for
a derivative the same number asked for another way.

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
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import sympy as sp
from sympy.printing.str import StrPrinter

from backprop_lib.core.example import Example, real_example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.names import Derivative
from backprop_lib.core.numbers_as_text import given_text, number_text
from backprop_lib.core.validation import choice, instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, one_round
from backprop_lib.symbolic.activation_formulas import NeuronFunction
from backprop_lib.symbolic.formula import Formula, Partial, equality
from backprop_lib.symbolic.mathml import mathml
from backprop_lib.symbolic.round_steps import PARTS, name_of, round_steps
from backprop_lib.symbolic.update_rules import TOTAL_ERROR


class Check(NamedTuple):
    """A derivative, asked for another way: ``code`` is the question, ``value`` the answer.

    agrees: whether it says what backpropagation said. It does not, and should not, where the
    update rule carries the error back through updated weights.
    """

    code: str
    value: float
    agrees: bool

    @property
    def text(self) -> str:
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
    def formula(self) -> Formula:
        """The formula, to show: as mathematics in a notebook, as text elsewhere."""
        return equality(*self.sides)

    @cached_property
    def mathml(self) -> str:
        """The formula for a page."""
        return mathml(*self.sides)

    @property
    def result(self) -> str:
        """The value in nine decimals, or nine digits where decimals would not show it."""
        return number_text(self.value)

    @property
    def is_one_number(self) -> bool:
        """Whether the formula with numbers is a single number: the result itself."""
        return self.sides[-1].is_Atom

    @property
    def with_numbers(self) -> str:
        """The formula with numbers, and the result."""
        return self.result if self.is_one_number else f"{self.numbers} = {self.result}"

    def __repr__(self):
        return f"Step {self.name}: {self.code}"


def walkthrough(
    example: Example, rule: UpdateRule = TUTORIAL_RULE, part: str | None = None
) -> tuple[Step, ...]:
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
    plans = round_steps(example.architecture, rule, example.network.shares_biases, "chain")
    values, known, steps = _Values(update), _given_names(example), []
    for plan in plans:
        found = _meaning_the_same(plan.name, example.names)
        if part in (None, plan.part):
            steps.append(_step(plan, example, values, known, found))
        known |= found
    return tuple(steps)


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
        numbers=_Line("", values.text).doprint(first),
        code=f"{name} = {_Line('np.', str).doprint(last)}",
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
    """Prints an expression as a line of Python, with what ``written`` makes of each name.

    module: what stands before the name of a function, such as "np.".
    """

    printmethod = "_line"  # not _sympystr, which Partial has an answer to

    def __init__(self, module, written):
        super().__init__({"order": "none"})
        self._module, self._written = module, written

    def doprint(self, expression):
        line = super().doprint(expression)
        return re.sub(r"\s*(\*\*|\*|/)\s*", r" \1 ", line)

    def _print_Symbol(self, symbol):
        return self._written(symbol.name)

    def _print_Partial(self, partial):
        return self._written(name_of(partial))

    def _print_Function(self, function):
        if isinstance(function, NeuronFunction):
            return self._print(function.written_out)
        name = type(function).__name__
        return f"{self._module}{name}({', '.join(map(self._print, function.args))})"

    def _print_Piecewise(self, expression):
        (value, condition), (other, _) = expression.args
        return f"({self._print(value)} if {self._print(condition)} else {self._print(other)})"


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
    if left == TOTAL_ERROR:
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
