"""What a right answer means, in one sentence, with the number that was given."""

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.names import E_TOTAL, Derivative, names_of
from backprop_lib.core.numbers_as_text import typed_text

PARAMETERS = ("weights", "biases")
FOR_ALL = {
    "nets": "That is what goes into each neuron, before it is squashed.",
    "outs": "That is what each neuron sends on.",
    "errors": "That is how far off each output is.",
    "new_weights": "Every weight has taken a step against its derivative.",
    "new_biases": "Every bias has taken a step against its derivative.",
}


def meaning(wanted: np.ndarray, given: np.ndarray | float, example: Example) -> str:
    """One sentence on what a quantity means.

    wanted: an array of names, of no dimension for a single one. given: the answer as a number or
    array. example: says what was there before. Empty if there is nothing to say.

    >>> from backprop_lib import example
    >>> meaning(np.array("dE_dw5"), 0.0822, example)
    'One more unit of w5 would add 0.0822 units of error, so w5 must go down.'
    """
    names = names_of(example.layer_sizes)
    found = names.find(str(wanted.flat[0]))
    if isinstance(found, Derivative):
        return _of_derivatives(found) if wanted.ndim else _of_derivative(names, found, given)
    if wanted.ndim:
        squashed = {"logistic", "softmax"}.issuperset(example.network.activations)
        between = ", always between 0 and 1." if squashed and found.array == "outs" else "."
        return (
            FOR_ALL.get(found.array, "").removesuffix(".") + between
            if found.array in FOR_ALL
            else ""
        )
    return _of_value(str(wanted), found, float(given), example)


def _of_derivatives(found):
    if found.of == E_TOTAL and found.by.array in PARAMETERS:
        return "Where it is positive the error rises with the weight, so that weight must go down."
    return "Each says how much the one rises when the other rises by a bit."


def _of_derivative(names, found, given):
    given = float(given)
    of, by, size = names.name(found.of), names.name(found.by), typed_text(abs(given))
    of = {"E_total": "the error"}.get(of, of)
    if given == 0:
        return f"If {by} changes, {of} stays as it is."
    if found.of == E_TOTAL and found.by.array in PARAMETERS:
        if given > 0:
            return f"One more unit of {by} would add {size} units of error, so {by} must go down."
        return f"One more unit of {by} would take away {size} units of error, so {by} must go up."
    moves = "rises" if given > 0 else "falls"
    return f"When {by} rises by a bit, {of} {moves} by {size} times that bit."


def _of_value(name, found, given, example):
    shown = typed_text(given)
    if found.array == "nets":
        return f"{shown} goes into {name.removeprefix('net_')}, before it is squashed."
    if found.array == "outs":
        neuron = name.removeprefix("out_")
        if neuron in example.names.outputs:
            wanted = typed_text(example[f"target_{neuron}"])
            return f"{neuron} answers {shown}, where {wanted} is wanted."
        return f"{neuron} sends {shown} on to the next layer."
    if found == E_TOTAL:
        return f"All that the network gets wrong, in one number: {shown}. Training lowers it."
    if found.array == "errors":
        return f"{name.removeprefix('E_')} has {shown} of the error."
    if found.array in ("new_weights", "new_biases"):
        old = name.removesuffix("_new")
        before = example[old]
        moves = "up" if given > before else "down" if given < before else ""
        if not moves:
            return f"{old} stays where it was."
        return f"{old} moves {moves} from {typed_text(before)} to {shown}, against its derivative."
    return ""
