"""Several examples in place of one: a batch, whose error is the mean or the sum of theirs.

What is asked of a batch is E_total, its derivatives by weights and biases, and the new values after
one update. Each is put together from what it is for every example alone, and so is what it comes
to by a mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from backprop_lib.core.errors import REDUCTIONS
from backprop_lib.core.example import Example, real_example
from backprop_lib.core.names import E_TOTAL, Derivative
from backprop_lib.core.network import Network, OfANetwork
from backprop_lib.core.validation import choice

LIST_OF_EXAMPLES = "Give a list such as [Example(network, x, target) for x, target in rows]."


@dataclass(frozen=True, eq=False)
class Batch(OfANetwork):
    """Examples of one network with one learning rate. reduction: one of REDUCTIONS."""

    examples: tuple[Example, ...]
    reduction: str

    @property
    def network(self) -> Network:
        """The network of all of them."""
        return self.examples[0].network

    def __getitem__(self, name: str) -> Any:
        return self.examples[0][name]

    def put_together(self, numbers: Sequence[np.ndarray], before: np.ndarray) -> np.ndarray:
        """The number for the batch, from one for each example.

        before: what new values are measured from; the steps are put together, and not the values.
        """
        steps = np.asarray(numbers) - before
        return before + (steps.mean(axis=0) if self.reduction == "mean" else steps.sum(axis=0))

    def refuse_other_than_its_own(self, wanted: np.ndarray) -> None:
        """Raise a ValueError for a name that stands for a number of each example."""
        for name in wanted.flat:
            found = self.names.find(name)
            if isinstance(found, Derivative):
                its_own = found.of == E_TOTAL and found.by.array in ("weights", "biases")
            else:
                its_own = found == E_TOTAL or found.array in ("new_weights", "new_biases")
            if not its_own:
                raise ValueError(
                    f"name: expected E_total, one of its derivatives by a weight or a bias, or a "
                    f"new value, got {name!r}, which every example of a batch has for itself. "
                    "Check it for one of them."
                )


def the_example(example: object, reduction: str = "mean") -> Example | Batch:
    """An Example, or the Batch that a list of them is.

    Raises TypeError or ValueError for anything else, and for examples of different networks.
    """
    choice("reduction", reduction, REDUCTIONS)
    if not isinstance(example, list | tuple):
        return real_example(example)  # pyrefly: ignore[bad-argument-type]
    if not example:
        raise ValueError(f"example: expected one or several, got none. {LIST_OF_EXAMPLES}")
    first, *others = map(real_example, example)
    for n, other in enumerate(others, start=2):
        if not _same_network(first, other) or first.learning_rate != other.learning_rate:
            raise ValueError(
                f"example: expected examples of one network with one learning rate, and number {n} "
                f"has another than the first. {LIST_OF_EXAMPLES}"
            )
    return _batch((first, *others), reduction) if others else first


@lru_cache(maxsize=16)
def _batch(examples, reduction):
    return Batch(examples, reduction)


def _same_network(one, other):
    if one.network is other.network:
        return True
    arrays = (*one.network.weights, *one.network.biases)
    others = (*other.network.weights, *other.network.biases)
    return one.architecture == other.architecture and all(map(np.array_equal, arrays, others))
