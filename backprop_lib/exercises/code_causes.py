"""What explains the wrong results of a learner's function."""

import inspect
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from backprop_lib.core.weight_update import BIASES, TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.catalogue import CATALOGUE, MISTAKES
from backprop_lib.exercises.code_exercise import CodeExercise, errors_of
from backprop_lib.exercises.code_runner import Run
from backprop_lib.exercises.explain import Cause, causes, in_words
from backprop_lib.exercises.mistaken_round import MistakenRound
from backprop_lib.exercises.mistakes import Mistake, numbers_of


def of_its_signature(exercise: CodeExercise, function: Callable) -> str:
    """What to say of a function whose arguments come in another order; nothing if they do not."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # it has none to look at
        return ""
    asked = [name.lower() for name in exercise.takes]
    elsewhere = [
        name
        for place, name in enumerate(names)
        if name.lower() in asked and asked.index(name.lower()) != place
    ]
    if len(elsewhere) < 2:
        return ""
    return (
        f"Its arguments come in another order: {' and '.join(elsewhere[:2])} do not stand where "
        f"they are expected. It is called as {exercise.call}. Write its first line as "
        f"def {exercise.call}:"
    )


def by_catalogue(exercise: CodeExercise, wrong: list[Run]) -> tuple[tuple[Mistake, ...], str]:
    """The mistakes that explain the first quantity that is wrong, and words that say so."""
    for n, name in enumerate(exercise.returns):
        rights = [(one, one.trial.right(exercise)[n]) for one in wrong]
        # pyrefly: ignore[unsupported-operation]
        if all(one.readings[n].agrees(right) for one, right in rights):
            continue
        # pyrefly: ignore[unsupported-operation]
        readings = [(one.trial.example, one.readings[n]) for one in wrong]
        found = [
            cause
            for cause in causes(name, readings)
            if cause.mistakes[0].key in (exercise.mistakes or MISTAKES)
        ]
        if found:
            mistakes = tuple(mistake for cause in found for mistake in cause.mistakes)
            return mistakes, in_words(found, wrong[0].trial.example)
        return (), f"{name} is not right, and no mistake in the catalogue explains it."
    raise AssertionError("asked about results that are all right")


def by_rounds(exercise: CodeExercise, wrong: list[Run]) -> tuple[tuple[Mistake, ...], str]:
    """The mistakes that, made in every round, end at these errors."""
    for more, words in ((-1, "one round too few"), (1, "one round too many")):
        if _all_agree(wrong, lambda trial, more=more: errors_of(trial, TUTORIAL_RULE, more)[-1]):
            return (), f"The error is that of {words}. It is asked for after the last update."
    for biases in BIASES[1:]:
        rule = UpdateRule(biases=biases)
        if _all_agree(wrong, lambda trial, rule=rule: errors_of(trial, rule)[-1]):
            return (), "The biases were trained as well. Here they stay as they are."
    found = [
        Cause((mistake,), (where,))
        for mistake in CATALOGUE
        if (where := _made_all_along(mistake, wrong)) is not None
    ]
    if found:
        mistakes = tuple(mistake for cause in found for mistake in cause.mistakes)
        return mistakes, in_words(found, wrong[0].trial.example)
    return (), (
        "The error is not right, and no mistake in the catalogue explains it. Try the other "
        "exercises first, and build the training from them."
    )


def _all_agree(wrong, error_of):
    return all(one.readings[0].agrees(np.asarray(error_of(one.trial))) for one in wrong)


def _made_all_along(mistake, wrong):
    """Where a mistake was made, if it gives all that is wrong when made every round; or None."""
    first, *others = wrong
    for way, mistaken in _errors_by(mistake, first.trial):
        if first.readings[0].agrees(mistaken) and all(
            any(one.readings[0].agrees(error) for _, error in _errors_by(mistake, one.trial))
            for one in others
        ):
            return way.where
    return None


@lru_cache(maxsize=256)
def _errors_by(mistake, trial):
    """For every way of making a mistake by a step of the round: the error it ends at."""
    return [
        (way, _error_by(way.steps_in(trial.example), trial))
        for way in mistake.ways(trial.example.names)
        if way.result is numbers_of
    ]


def _error_by(steps, trial):
    with np.errstate(all="ignore"):
        round_ = MistakenRound(trial.example, steps, TUTORIAL_RULE)
        for _ in range(trial.rounds):
            round_ = round_ and round_.following
        return float(round_["E_total"]) if round_ else float("nan")
