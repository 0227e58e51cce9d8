"""Hints in three strengths: where to look; the formula in symbols; the formula with numbers.

No formula is written here. Each is a step of the round, from the list that the walkthrough is made
of too, or comes from the chain rule; and the numbers are put into its text. The result is left to
do.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from backprop_lib.core.example import Example
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.numbers_as_text import digits_text
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, one_round
from backprop_lib.exercises.quantities import quantities
from backprop_lib.exercises.questions import number_of_paths
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.round_steps import Plan, round_steps

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
    dE_dw5 = (out_o1 - target_o1) * out_o1 * (1 - out_o1) * out_h1
    >>> print(hint_words("w5_new", 3, example))
    w5_new = 0.4 - 0.5 * 0.0821670406
    """
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
    of_total = isinstance(found, Derivative) and names.name(found).startswith("dE_total_d")
    asked = f"dE_d{names.name(found.by)}" if of_total else name
    if rule.biases == "frozen" and asked.startswith("b"):
        return f"{asked} = {asked.removesuffix('_new')}"
    for plan in _plans(example, rule):
        if plan.name == asked:
            return plan.code
    if not isinstance(found, Derivative):
        return f"{name} = {name}"
    if found.of == found.by:
        return f"{name} = 1"
    if number_of_paths(names.name(found), example.network) == 0:
        return f"{name} = 0"
    return chain_rule(names.name(found.of), names.name(found.by), example.network).formula.text


def _plans(example: Example, rule: UpdateRule) -> Iterator[Plan]:
    """The steps of the round, then those of rounds that ask for other derivatives."""
    shared = example.network.shares_biases
    others = (replace(rule, biases=biases) for biases in ("one per layer", "one per neuron"))
    for one in (rule, *others):
        for spelling in ("chain", "delta"):
            yield from round_steps(example.architecture, one, shared, spelling)


def _with_numbers(formula, example, rule):
    """The text of a formula with every name replaced by its number."""
    update = one_round(example, rule)

    def number(name):
        try:
            shown = digits_text(update[name[0].replace("/", "_")])
        except ValueError:  # the name of a function
            return name[0]
        return f"({shown})" if shown.startswith("-") else shown

    return re.sub(r"d\w+/d\w+|[A-Za-z_]\w*", number, formula)
