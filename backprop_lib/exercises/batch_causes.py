"""What a number that is asked of a batch comes to by a mistake, with one example or in all."""

from collections.abc import Iterator, Sequence

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import UpdateRule, one_round
from backprop_lib.exercises.batch import Batch
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.exercises.quantities import before_of, quantities, right_numbers, values_of

OTHER_REDUCTION = Mistake(
    "mean and sum",
    "The examples of the batch were put together in another way.",
    "Look whether their mean is asked for, or their sum.",
    None,
)
SOME_EXAMPLES = Mistake(
    "example left out",
    "Not every example of the batch is in it.",
    "Go through all rows, from the first to the last.",
    None,
)
ONE_BY_ONE = Mistake(
    "update for each example",
    "An update was made after each example.",
    "The derivatives of a batch are all found with the same weights; then there is one update.",
    None,
)


def in_every_example(
    name: str, batch: Batch, rule: UpdateRule, found: Sequence[tuple[list, list, list]]
) -> tuple[list, list[np.ndarray], list[int]]:
    """Labels, numbers and tiers of what may go wrong in every example alike.

    found: the same of each example, as candidates gives it; of none if there are too many.
    """
    rights = [right_numbers(name, one, rule) for one in batch.examples]
    before = before_of(batch, quantities(name, batch.layer_sizes))
    mistaken = [
        {label: (number, tier) for label, number, tier in zip(*one, strict=True)} for one in found
    ]
    labels, numbers, tiers = [], [], []
    for label in dict.fromkeys(label for one in mistaken for label in one):
        # Of an example that it leaves as it is, the number is right all the same.
        made = [one.get(label, (right, 0)) for one, right in zip(mistaken, rights, strict=True)]
        if len({np.shape(number) for number, _ in made}) == 1:
            old = before if np.shape(made[0][0]) == before.shape else before.T
            labels.append(label)
            numbers.append(batch.put_together([number for number, _ in made], old))
            tiers.append(max(tier for _, tier in made))
    return labels, numbers, tiers


def with_the_examples(
    name: str, batch: Batch, rule: UpdateRule
) -> Iterator[tuple[Mistake, str, np.ndarray]]:
    """What may be done wrongly with the examples: the mistake, where, and the number."""
    wanted = quantities(name, batch.layer_sizes)
    rights = [right_numbers(name, one, rule) for one in batch.examples]
    before = before_of(batch, wanted)
    other = Batch(batch.examples, "sum" if batch.reduction == "mean" else "mean")
    yield OTHER_REDUCTION, f"It is their {other.reduction}.", other.put_together(rights, before)
    for n, right in enumerate(rights):
        yield SOME_EXAMPLES, f"It is that of example {n + 1} alone.", right
        if len(rights) > 2:
            left = [*rights[:n], *rights[n + 1 :]]
            yield SOME_EXAMPLES, f"Example {n + 1} is missing.", batch.put_together(left, before)
    if all(one.endswith("_new") for one in wanted.flat):
        first, *others = batch.examples
        update = one_round(first, rule)
        for one in others:
            given = one.inputs, one.targets, one.learning_rate
            update = one_round(Example(update.network, *given), rule)
        yield ONE_BY_ONE, "", values_of(update, wanted)
