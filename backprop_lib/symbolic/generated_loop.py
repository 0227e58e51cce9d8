"""The training loop, generated from the update rules: the derivation is the program.

SymPy's ``cse`` finds what several formulas share, ``pycode`` writes each formula as Python, and
the lines are put in an order in which each uses only what stands above it. The result is one
straight-line function without arrays. CPython runs it as it is; numba, where it is installed,
compiles that very function; and with NumPy vectors for the weights and the learning rate, the
same lines train one network for each rate.
"""

import math
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.names import names_of
from backprop_lib.core.network import NetworkLike, architecture_of
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.core.whole_import import whole_import
from backprop_lib.symbolic.activation_formulas import (
    NET,
    NeuronFunction,
    definition,
    neuron_function,
)
from backprop_lib.symbolic.network_equations import TUTORIAL
from backprop_lib.symbolic.update_rules import TOTAL_ERROR, update_rules


class _Python(PythonCodePrinter):
    """Formulas as Python for floats, in the order in which they are shown: w5 - ..."""

    def __init__(self):
        super().__init__({"fully_qualified_modules": False, "order": "none"})

    def _print_Function(self, function):
        if not isinstance(function, NeuronFunction):
            return super()._print_Function(function)
        return f"{function.activation}({', '.join(map(self._print, function.args))})"


class _Vectors(_Python):
    """The same for NumPy vectors, where two cases are looked at number by number."""

    def _print_Piecewise(self, expression):
        (value, condition), (other, _) = expression.args
        return f"where({', '.join(map(self._print, (condition, value, other)))})"


_PYTHON, _VECTORS = _Python(), _Vectors()


class GeneratedLoop:
    """A training loop for one layout of a network and one update rule.

    rules: the UpdateRules it was generated from. source: its Python text, to show.
    parameters: names of the weights and biases, in the order of their values in a call.
    data: names of the inputs and targets, likewise. helpers: the text of each activation that has
    to be defined.

    ``function(parameters, data, eta, rounds, history, at)`` makes ``rounds`` updates and returns
    the new parameters. From index ``at`` on it writes into ``history`` for every round, the
    starting one included: the outputs (of one example after the other), then E_total. history
    is a list under CPython and an array when compiled. With several examples, each item of
    data is a column with a number for each example.

    ``vectorised`` runs the same lines with NumPy vectors for parameters and eta, to the same bits.
    ``compiled`` is None until ``compile`` is called.
    """

    def __init__(self, rules, several_examples):
        names = names_of(rules.architecture.layer_sizes)
        self.rules = rules
        self.several_examples = several_examples
        self.parameters = rules.parameters
        self.data = (*names.inputs, *(f"target_{output}" for output in names.outputs))
        self.outputs = tuple(f"out_{output}" for output in names.outputs)
        self.helpers = _helpers(rules.architecture)
        self.source = "\n\n\n".join([*self.helpers.values(), _function_source(self, _PYTHON)])
        self.function = _defined_by(self.source)["train"]
        self.vectorised = _vectorised(self)
        self.compiled = None

    def compile(self) -> Callable:
        """Have numba compile ``function``, once; that takes a second or more.

        Raises ImportError where numba is not installed.
        """
        if self.compiled is None:
            self.compiled = _compile(self)
        return self.compiled

    def __repr__(self):
        return self.source


def generated_loop(
    network: NetworkLike = TUTORIAL,
    rule: UpdateRule = TUTORIAL_RULE,
    shared_biases: bool = True,
    several_examples: bool = False,
) -> GeneratedLoop:
    """The GeneratedLoop for networks of this layout: generated once, then kept.

    network: a Network, or layer sizes for logistic neurons with half squared errors. Its error must
    not be cross-entropy, whose logarithms a straight line of formulas does not survive.
    shared_biases: as for update_rules. several_examples: whether a round runs over a list.

    >>> loop = generated_loop()
    >>> loop.function((0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.35, 0.6),
    ...               (0.05, 0.1, 0.01, 0.99), 0.5, 0, history := [0.0] * 3, 0)[4]
    0.4
    >>> print(f"{history[-1]:.9f}")
    0.298371109
    """
    instance("rule", rule, UpdateRule, "Make one with UpdateRule(hidden_layers_use, biases).")
    return _kept(architecture_of(network), rule, bool(shared_biases), bool(several_examples))


@lru_cache(maxsize=64)
def _kept(architecture, rule, shared_biases, several_examples):
    # A function of its own, because lru_cache keeps f() and f((2, 2, 2)) apart.
    return GeneratedLoop(update_rules(architecture, rule, shared_biases), several_examples)


def _one_example(loop, printer):
    """Lines of the loop in which a round is one example."""
    rules, outputs = loop.rules, loop.outputs
    return [
        f"{', '.join(loop.data)} = data",
        "for k in range(rounds + 1):",
        *_inside(_forward_lines(rules, printer)),
        *_inside(_written([*outputs, "E_total"])),
        "    if k == rounds:",
        "        break",
        *_inside(_assignments(_straight_line(rules.updates, _formulas(rules)), printer)),
        *_inside(f"{_old(new)} = {new}" for new in rules.updates),
    ]


def _several_examples(loop, printer):
    """Lines of the loop in which a round adds up the derivatives of all examples."""
    rules, outputs = loop.rules, loop.outputs
    summed = {sp.Symbol(f"sum_{d}"): d for d in _derivatives_in(rules.updates)}
    added = {total: total + derivative for total, derivative in summed.items()}
    inside_out = {derivative: total for total, derivative in summed.items()}
    updates = {
        sp.Symbol(_old(new)): step.xreplace(inside_out) for new, step in rules.updates.items()
    }
    return [
        f"{', '.join(f'all_{name}' for name in loop.data)} = data",
        "for k in range(rounds + 1):",
        "    sum_E_total = 0.0",
        *_inside(f"{total} = 0.0" for total in summed),
        f"    for {', '.join(loop.data)} in zip({', '.join(f'all_{name}' for name in loop.data)}):",
        *_inside(_inside(_forward_lines(rules, printer))),
        *_inside(_inside(_written(outputs))),
        "        sum_E_total = sum_E_total + E_total",
        *_inside(_inside(_assignments(_straight_line(added, _formulas(rules)), printer))),
        *_inside(_written(["sum_E_total"])),
        "    if k == rounds:",
        "        break",
        *_inside(_assignments(updates, printer)),
    ]


def _written(values):
    """Lines that write values into the history."""
    first, *others = values
    lines = [f"history[at + {n}] = {value}" for n, value in enumerate(others, start=1)]
    return [f"history[at] = {first}", *lines, f"at += {len(values)}"]


def _function_source(loop, printer):
    body = (_several_examples if loop.several_examples else _one_example)(loop, printer)
    parameters = ", ".join(loop.parameters)
    lines = [f"{parameters} = parameters", *body, f"return {parameters}"]
    return "\n".join(["def train(parameters, data, eta, rounds, history, at):", *_inside(lines)])


def _forward_lines(rules, printer):
    wanted = {TOTAL_ERROR: rules.forward[TOTAL_ERROR]}
    return _assignments(_in_order(wanted, rules.forward), printer)


def _straight_line(wanted, definitions):
    """The formulas for all that is wanted, sharing what they have in common, in working order."""
    needed = _in_order(wanted, definitions)
    formulas = _with_single_uses_put_in(needed, wanted)
    shared, rest = sp.cse(formulas.values(), symbols=sp.numbered_symbols("shared_", start=1))
    return _in_order(wanted, dict(zip(formulas, rest, strict=True)) | dict(shared))


def _in_order(wanted, definitions):
    """What is wanted and all that it is made of, each after what it is made of itself."""
    ordered = {}

    def define(symbol, formula):
        for part in sorted(formula.free_symbols - {symbol}, key=str):
            if part in definitions and part not in ordered:
                define(part, definitions[part])
        ordered[symbol] = formula

    for symbol, formula in wanted.items():
        if symbol not in ordered:
            define(symbol, definitions.get(symbol, formula))
    return ordered


def _with_single_uses_put_in(formulas, wanted):
    """The formulas, less those used only once, which are put in where they are used."""
    uses = Counter(part for formula in formulas.values() for part in sp.preorder_traversal(formula))
    put_in, kept = {}, {}
    for symbol, formula in formulas.items():
        once = uses[symbol] == 1 and symbol not in wanted
        (put_in if once else kept)[symbol] = formula.xreplace(put_in)
    return kept


def _assignments(formulas, printer):
    return [f"{symbol} = {printer.doprint(formula)}" for symbol, formula in formulas.items()]


def _formulas(rules):
    """Everything that an update can be made of."""
    return {**rules.backward, **rules.updates}


def _derivatives_in(updates):
    """The symbols dE_dw1, dE_dw2, ... that the updates speak of, once each."""
    parts = (part for step in updates.values() for part in sorted(step.free_symbols, key=str))
    return dict.fromkeys(part for part in parts if part.name.startswith("dE_d"))


def _old(new):
    return new.name.removesuffix("_new")


def _inside(lines):
    return [f"    {line}" for line in lines]


def _helpers(architecture):
    """The Python text of each activation, by name; of those that Python knows, none."""
    texts = {}
    for name, size in zip(architecture.activations, architecture.layer_sizes[1:], strict=True):
        formula = _PYTHON.doprint(definition(name))
        if name == "logistic":
            texts[name] = _logistic_source()
        elif ACTIVATIONS[name].mixes:
            texts[name] = _mixing_source(name, size)
        elif formula not in ("net", f"{name}(net)"):
            texts[name] = _defined(name)
    return texts


def _defined(name):
    return f"def {name}(net):\n    return {_PYTHON.doprint(definition(name))}"


def _logistic_source():
    """The logistic function as Python, in two forms, so that exp never overflows.

    Below zero, numerator and denominator are both multiplied by exp(net).
    """
    small = sp.Symbol("small")
    above = definition("logistic")
    multiplied = (sp.expand(part * sp.exp(NET)) for part in sp.fraction(above))
    numerator, denominator = (part.subs(sp.exp(NET), small) for part in multiplied)
    return "\n".join(
        [
            "def logistic(net):",
            "    if net >= 0:",
            f"        return {_PYTHON.doprint(above)}",
            f"    small = {_PYTHON.doprint(sp.exp(NET))}",
            f"    return {_PYTHON.doprint(numerator / denominator)}",
        ]
    )


def _mixing_source(name, size):
    """An activation of a whole layer, less the largest net, which changes nothing but the size."""
    layer = sp.symbols(f"net_1:{size + 1}")
    top = sp.Symbol("top")
    formula = neuron_function(name, NET, layer).written_out
    shifted = formula.subs({net: net - top for net in (NET, *layer)}, simultaneous=True)
    nets = ", ".join(map(str, layer))
    return "\n".join(
        [
            f"def {name}(net, {nets}):",
            f"    top = max({nets})",
            f"    return {_PYTHON.doprint(shifted)}",
        ]
    )


def _vectorised(loop):
    """The training loop for vectors.

    Its functions take a vector number by number, as Python computes them: NumPy's own differ in
    the last bit, and a sweep is to be its trainings to the last bit.
    """
    functions = {name: value for name, value in vars(math).items() if callable(value)}
    functions |= {name: loop.function.__globals__[name] for name in loop.helpers}
    each = {name: _number_by_number(function) for name, function in functions.items()}
    source = _function_source(loop, _VECTORS)
    return _defined_by(source, **each, where=np.where)["train"]


def _number_by_number(function):
    def of_vectors(*vectors):
        numbers = [vector.tolist() for vector in vectors]
        try:
            return np.array(list(map(function, *numbers)))
        except OverflowError:  # of one of them
            return np.array(list(map(_or_infinity(function), *numbers)))

    return of_vectors


def _or_infinity(function):
    def of_numbers(*numbers):
        try:
            return function(*numbers)
        except OverflowError:
            return math.inf

    return of_numbers


def _defined_by(source, **given):
    """What a source text defines when it is run, with the functions of math and what is given."""
    defined = vars(math) | given
    exec(compile(source, "<generated by backprop_lib>", "exec"), defined)
    return defined


def _compile(loop):
    with whole_import():
        import numba  # an optional extra
        from numba.extending import register_jitable

    numbers = numba.types.UniTuple(numba.float64, len(loop.parameters))
    column = numba.float64[::1] if loop.several_examples else numba.float64
    data = numba.types.UniTuple(column, len(loop.data))
    signature = (numbers, data, numba.float64, numba.int64, numba.float64[::1], numba.int64)
    for name in loop.helpers:
        register_jitable(loop.function.__globals__[name])
    # Division by zero cannot happen: logistic and softmax divide by at least 1.
    return numba.njit(signature, error_model="numpy")(loop.function)
