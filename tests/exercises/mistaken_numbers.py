"""The numbers that a mistake of the catalogue comes to."""

from backprop_lib.core.weight_update import TUTORIAL_RULE
from backprop_lib.exercises.mistakes import same_numbers, ways_made
from backprop_lib.exercises.quantities import quantities, right_numbers


def mistaken_numbers(mistake, name, example):
    """Those for a quantity, without the ones that come out right all the same."""
    right, found = right_numbers(name, example), []
    wanted = quantities(name, example.layer_sizes)
    for _, _, number in ways_made((mistake,), wanted, example, TUTORIAL_RULE):
        if number is not None and not any(same_numbers(number, n) for n in (right, *found)):
            found.append(number)
    return tuple(found)
