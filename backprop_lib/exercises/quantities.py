"""What a name stands for, and its right numbers.

A name is that of a quantity, such as ``dE_dw5``, or of a whole array of them: ``net_h`` stands for
the net inputs of all hidden neurons, ``dE_dW2`` for the slopes of all weights of a layer. Its right
numbers are those of one round of the library: forward, backward, update.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.names import Derivative, Named, Position, names_of
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, WeightUpdate, one_round
from backprop_lib.exercises.batch import Batch


def quantities(name: str, layer_sizes: tuple[int, ...]) -> np.ndarray:
    """The names that a name stands for: an array of them, of no dimension for a single one.

    >>> print(quantities("dE_dW2", (2, 2, 2)))
    [['dE_dw5' 'dE_dw6']
     ['dE_dw7' 'dE_dw8']]
    >>> print(quantities("delta_o", (2, 2, 2)))
    ['delta_o1' 'delta_o2']

    Raises TypeError or ValueError for a name that this network does not have.
    """
    names = names_of(layer_sizes)
    if not isinstance(name, str):
        names.find(name)  # says what a name looks like
    stands_for = name
    matrix = re.search(r"W(\d+)(?![\w])|W(\d+)(?=_new$)", name)
    layer = int(matrix[1] or matrix[2]) - 1 if matrix else -1
    letter = re.search(r"_([ho])(?=_|$)", name)
    if 0 <= layer < len(names.weights):
        # pyrefly: ignore[unsupported-operation]
        stands_for = [[name.replace(matrix[0], w) for w in row] for row in names.weights[layer]]
    elif letter:
        layers = names.neurons[:-1] if letter[1] == "h" else names.neurons[-1:]
        stands_for = [
            re.sub(rf"_{letter[1]}(?=_|$)", f"_{neuron}", name)
            for layer in layers
            for neuron in layer
        ] or name
    wanted = np.array(stands_for, dtype=object)
    for one in wanted.flat:
        names.find(one)
    return wanted


@lru_cache(maxsize=512)
def _places(names, layer_sizes):
    return tuple(names_of(layer_sizes).find(name) for name in names)


def places(wanted: np.ndarray, layer_sizes: tuple[int, ...]) -> tuple[Position | Derivative, ...]:
    """Where each of an array of names sits: a Position or a Derivative."""
    return _places(tuple(wanted.flat), layer_sizes)


def right_numbers(
    name: str, example: Example | Batch, rule: UpdateRule = TUTORIAL_RULE
) -> np.ndarray:
    """The right number, or array of numbers, for a quantity or an array of them.

    Raises ValueError for what every example of a Batch has for itself.

    >>> from backprop_lib import example
    >>> print(right_numbers("W2_new", example).round(4))
    [[0.3589 0.4087]
     [0.5113 0.5614]]
    """
    wanted = quantities(name, example.layer_sizes)
    return for_all(example, wanted, lambda one: values_of(right_round(one, rule), wanted))


def for_all(
    example: Example | Batch, wanted: np.ndarray, of_one: Callable[[Example], np.ndarray]
) -> np.ndarray:
    """The numbers for an array of names: of an example, or put together from those of a batch."""
    if isinstance(example, Example):
        return of_one(example)
    example.refuse_other_than_its_own(wanted)
    return example.put_together(list(map(of_one, example.examples)), before_of(example, wanted))


def before_of(example: Example | Batch, wanted: np.ndarray) -> np.ndarray:
    """What new values are measured from: the old ones; nothing for any other quantity."""
    old = np.zeros(wanted.shape)
    for index, name in np.ndenumerate(wanted):
        if str(name).endswith("_new"):
            old[index] = example[str(name).removesuffix("_new")]
    return old


@lru_cache(maxsize=64)
def right_round(example: Example, rule: UpdateRule = TUTORIAL_RULE) -> WeightUpdate:
    """The WeightUpdate in which every quantity of an example is right."""
    return one_round(example, rule)


def values_of(record: Named, names: np.ndarray) -> np.ndarray:
    """The values that a record has for an array of names."""
    values = np.array([record[name] for name in names.flat], dtype=float)
    return values.reshape(names.shape)
