"""Hints in three strengths: where to look; the formula in symbols; the formula with numbers.

No formula is written here. Each comes from the chain rule, from the equations of the network
or from the update rules, and the numbers are put into its text. The result is left to do.
"""

import re

import sympy as sp

from backprop_lib.core.example import Example
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.validation import count
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, one_round
from backprop_lib.exercises.quantities import quantities
from backprop_lib.exercises.questions import number_of_paths
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.formula import equality
from backprop_lib.symbolic.network_equations import network_equations
from backprop_lib.symbolic.update_rules import readable, update_rules

MOST_PATHS_SHOWN = 6
LOOK = {
    "nets": "A sum: every weight times what comes in along it, and the bias.",
    "outs": "The {} function of what goes into the neuron.",
    "errors": "The {} error of target and output; in all, their sum.",
    "new_weights": "The old value minus the learning rate times the derivative.",
    "new_biases": "The old value minus the learning rate times the derivative.",
}


def hint_words(name: str, strength: int, example: Example, rule: UpdateRule = TUTORIAL_RULE) -> str:
    """A hint for a quantity, as text.

    strength: 1 says where to look, 2 gives the formula, 3 puts the numbers in, but not the result.
    Of an array, 2 and 3 give the first number. Raises ValueError for an unknown name.

    >>> from backprop_lib import example
    >>> print(hint_words("dE_dw5", 2, example))
    dE_total/dw5 = (out_o1 - target_o1) * (out_o1 * (1 - out_o1)) * out_h1
    >>> print(hint_words("w5_new", 3, example))
    w5_new = 0.4 - 0.5 * 0.0821670406
    """
    count("strength", strength, least=1, most=3)
    wanted = quantities(name, example.layer_sizes)
    first = str(wanted.flat[0])
    if strength == 1:
        return _look(first, example.network)
    formula = _formula(first, example, rule)
    left, right = formula.split(" = ", 1)
    if re.fullmatch(r"\w+", right):
        shown = _plain(left, right)
    else:
        shown = formula
        with_numbers = _with_numbers(right, example, rule)
        if strength == 3 and not _gives_away(with_numbers, first, example, rule):
            shown = f"{left} = {with_numbers}"
    return f"{shown}\nand so on for the others" if wanted.ndim else shown


def _gives_away(shown, name, example, rule):
    """Whether the result stands in the numbers, as where it is multiplied by one."""
    result = abs(float(one_round(example, rule)[name]))
    numbers = [float(n) for n in re.findall(r"[\d.]+(?:e[+-]?\d+)?", shown) if n.strip(".")]
    return any(abs(number - result) <= 1e-8 * result for number in numbers)


def _look(name, network):
    found = names_of(network.layer_sizes).find(name)
    if not isinstance(found, Derivative):
        words = LOOK.get(found.array, "It is given: look at the numbers of the example.")
        of_layer = network.activations[found.index[0]] if found.array == "outs" else network.error
        return words.format(of_layer)
    if number_of_paths(name, network) < 2:
        return "The chain rule along one path: go back link by link, and multiply the links."
    return "The chain rule along several paths: multiply along each, then add the paths."


def _plain(left, right):
    if right.isdigit():
        return f"{left}: change the one by 1. By how much does the other change?"
    return f"{left} = {right}: a number that you have already."


def _formula(name, example, rule):
    """The equation for a quantity, as text: ``name = ...``."""
    names = names_of(example.layer_sizes)
    found = names.find(name)
    if isinstance(found, Derivative):
        return _chain(names, found, example.network)
    if found.array in ("new_weights", "new_biases"):
        return _update(name, example.network, rule)
    biases = "one per layer" if example.network.shares_biases else "one per neuron"
    equations = network_equations(example.network, biases)
    symbol = sp.Symbol(name)
    return equality(symbol, equations.get(symbol, symbol)).text


def _chain(names, found, network):
    of, by = names.name(found.of), names.name(found.by)
    step = sp.Symbol(f"dE_d{by}")
    if number_of_paths(names.name(found), network) > MOST_PATHS_SHOWN and of == "E_total":
        backward = update_rules(network).backward
        if step in backward:
            return equality(step, backward[step]).text
    try:
        return chain_rule(of, by, network).formula.text
    except ValueError:  # nothing leads from the one to the other, or too much
        return f"d{of}/d{by} = {int(of == by)}"


def _update(name, network, rule):
    symbol = sp.Symbol(name)
    frozen = {symbol: sp.Symbol(name.removesuffix("_new"))}
    one_per_neuron, one_per_layer = (
        update_rules(network, rule, shared) for shared in (False, True)
    )
    updates = frozen | one_per_neuron.updates | one_per_layer.updates
    return equality(symbol, readable(updates[symbol])).text


def _with_numbers(formula, example, rule):
    """The text of a formula with every name replaced by its number."""
    update = one_round(example, rule)

    def number(name):
        try:
            shown = f"{float(update[name[0].replace('/', '_')]):.9g}"
        except ValueError:  # the name of a function
            return name[0]
        return f"({shown})" if shown.startswith("-") else shown

    return re.sub(r"d\w+/d\w+|[A-Za-z_]\w*", number, formula)
