"""What explains the wrong results of a learner's function that takes a whole batch.

The right result is the mean over the examples. So is a mistaken one: the mean of what the same way
of making the same mistake gives for each example.
"""

from collections.abc import Iterator

import numpy as np

from backprop_lib.core.weight_update import TUTORIAL_RULE
from backprop_lib.exercises.catalogue import CATALOGUE
from backprop_lib.exercises.code_exercise import EXAMPLES, CodeExercise, Trial, batch_of
from backprop_lib.exercises.code_runner import Run
from backprop_lib.exercises.explain import Cause, in_words
from backprop_lib.exercises.mistakes import Mistake, Way, ways_made
from backprop_lib.exercises.quantities import quantities, right_numbers

SUMS = "These are sums over the batch, and means are asked for. Divide by the number of examples."
TWICE = "It was divided by the number of examples twice. Once is enough."
FIRST = "This is the first example alone. Every row of X is one."


def of_a_batch(exercise: CodeExercise, wrong: list[Run]) -> tuple[tuple[Mistake, ...], str]:
    """The mistakes that explain the first quantity that is wrong, and words that say so."""
    for n, name in enumerate(exercise.returns):
        rights = [one.trial.right(exercise)[n] for one in wrong]
        if _all_agree(wrong, n, rights):
            continue
        alone = [right_numbers(name, one.trial.example) for one in wrong]
        for words, numbers in (
            (SUMS, [EXAMPLES * right for right in rights]),
            (TWICE, [right / EXAMPLES for right in rights]),
            (FIRST, alone),
            (FIRST, [right / EXAMPLES for right in alone]),
        ):
            if _all_agree(wrong, n, numbers):
                return (), f"{name}: {words}"
        return _by_catalogue(name, n, wrong)
    raise AssertionError("asked about results that are all right")


def _by_catalogue(name, n, wrong):
    for mistake in CATALOGUE:
        trials = [list(_means(mistake, name, one.trial)) for one in wrong]
        for way, numbers in trials[0]:
            if wrong[0].readings[n].agrees(numbers) and all(
                any(one.readings[n].agrees(other) for _, other in means)
                for one, means in zip(wrong[1:], trials[1:], strict=True)
            ):
                cause = Cause((mistake,), (way.where,))
                return (mistake,), in_words([cause], wrong[0].trial.example)
    return (), (
        f"{name} is not right, and no mistake in the catalogue explains it. Try it with one "
        "example first: X[:1] is a batch of one."
    )


def _means(mistake: Mistake, name: str, trial: Trial) -> Iterator[tuple[Way, np.ndarray]]:
    """For every way of making a mistake: the way, and the mean over a trial's batch."""
    wanted = quantities(name, trial.example.layer_sizes)
    made = [ways_made((mistake,), wanted, one, TUTORIAL_RULE) for one in batch_of(trial)]
    for ways in zip(*made, strict=True):
        numbers = [number for _, _, number in ways]
        if all(number is not None for number in numbers):
            yield ways[0][1], np.mean(numbers, axis=0)


def _all_agree(wrong, n, numbers):
    return all(one.readings[n].agrees(number) for one, number in zip(wrong, numbers, strict=True))
