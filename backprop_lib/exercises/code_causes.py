"""What explains the wrong results of a learner's function."""

import inspect
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.names import E_TOTAL
from backprop_lib.core.weight_update import BIASES, TUTORIAL_RULE, UpdateRule, one_round
from backprop_lib.exercises.catalogue import CATALOGUE, MISTAKES
from backprop_lib.exercises.code_exercise import CodeExercise, errors_of, trained
from backprop_lib.exercises.code_runner import Run
from backprop_lib.exercises.explain import Cause, causes, in_words
from backprop_lib.exercises.mistaken_round import Rounds, with_numbers
from backprop_lib.exercises.mistakes import Mistake, numbers_of, ways_of
from backprop_lib.exercises.quantities import right_numbers


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
        found = [cause for cause in causes(name, readings) if _may_be_made(cause, exercise)]
        if found:
            mistakes = tuple(mistake for cause in found for mistake in cause.mistakes)
            return mistakes, in_words(found, wrong[0].trial.example)
        return (), f"{name} is not right, and no mistake in the catalogue explains it."
    raise AssertionError("asked about results that are all right")


def _may_be_made(cause, exercise):
    # A sign is flipped by whoever takes the difference the other way round.
    of_the_result = cause.mistakes == (MISTAKES["sign flipped"],) and not cause.where[0]
    return cause.mistakes[0].key in (exercise.mistakes or MISTAKES) or of_the_result


def by_rounds(exercise: CodeExercise, wrong: list[Run]) -> tuple[tuple[Mistake, ...], str]:
    """The mistakes that, made in every round, end at these errors."""
    for more, words in ((-1, "one round too few"), (1, "one round too many")):
        if _all_agree(wrong, lambda trial, more=more: errors_of(trial, TUTORIAL_RULE, more)[-1]):
            return (), f"The error is that of {words}. It is asked for after the last update."
    for biases in BIASES[1:]:
        rule = UpdateRule(biases=biases)
        if _all_agree(wrong, lambda trial, rule=rule: errors_of(trial, rule)[-1]):
            return (), "The biases were trained as well. Here they stay as they are."
    if _all_agree(wrong, _mean_of_the_squares):
        mean = MISTAKES["mean over outputs"]
        return (mean,), f"{mean.words} {mean.look}"
    for layer in (0, 1):
        if _all_agree(wrong, lambda trial, layer=layer: _error_without_updates_of(layer, trial)):
            return (), f"W{layer + 1} stays as it is. In every round both matrices take a step."
    # pyrefly: ignore[unsupported-operation]
    after = [(_trained_example(one.trial), one.readings[0]) for one in wrong]
    if found := [cause for cause in causes("E_total", after) if cause.mistakes[0] in CATALOGUE]:
        said = in_words(found, wrong[0].trial.example)
        return tuple(cause.mistakes[0] for cause in found), f"In the last error: {said}"
    if found := _made_all_along(wrong):
        mistakes = tuple(mistake for cause in found for mistake in cause.mistakes)
        return mistakes, in_words(found, wrong[0].trial.example)
    return (), (
        "The error is not right, and no mistake in the catalogue explains it. Try the other "
        "exercises first, and build the training from them."
    )


def _trained_example(trial):
    """The example with the network that the training ends at."""
    example = trial.example
    return _of_network(example, trained(trial, TUTORIAL_RULE).network)


def _of_network(example, network):
    return Example(network, example.inputs, example.targets, example.learning_rate)


def _mean_of_the_squares(trial):
    return 2 / trial.example.layer_sizes[-1] * errors_of(trial, TUTORIAL_RULE)[-1]


def _error_without_updates_of(layer, trial):
    example, kept = trial.example, trial.example.network.weights[layer]
    for _ in range(trial.rounds):
        after = one_round(example).network
        weights = [kept if k == layer else new for k, new in enumerate(after.weights)]
        example = _of_network(example, with_numbers(after, weights, after.biases))
    return right_numbers("E_total", example)


def _all_agree(wrong, error_of):
    return all(one.readings[0].agrees(np.asarray(error_of(one.trial))) for one in wrong)


def _made_all_along(wrong):
    """Causes that give all that is wrong when they are made in every round; of each the first."""
    first, *others = wrong
    agreeing = [{way for _, way in _agreeing(one)} for one in others]
    found = {}
    for mistake, way in _agreeing(first):
        # Where it was made is said of the first; the same mistake has to be in all.
        elsewhere = (
            any(w in ways_of(mistake, one.trial.example.layer_sizes) for w in ways)
            for one, ways in zip(others, agreeing, strict=True)
        )
        if mistake not in found and all(elsewhere):
            found[mistake] = Cause((mistake,), (way.where,))
    return list(found.values())


def _agreeing(one):
    """The mistakes, each with a way, that end at the error of a Run."""
    errors = _errors_by_all(one.trial)
    return [pair for pair, error in errors if one.readings[0].agrees(error)]


@lru_cache(maxsize=32)
def _errors_by_all(trial):
    """For every way of making a mistake by a step of the round: the error it ends at."""
    example = trial.example
    pairs = [
        (mistake, way)
        for mistake in CATALOGUE
        for way in ways_of(mistake, example.layer_sizes)
        if way.result is numbers_of
    ]
    rounds = Rounds(example, [way.steps_in(example) for _, way in pairs], TUTORIAL_RULE)
    for _ in range(trial.rounds):
        rounds = rounds.following()
    return list(zip(pairs, rounds.numbers([E_TOTAL])[:, 0], strict=True))
