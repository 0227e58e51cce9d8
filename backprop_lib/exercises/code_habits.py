"""Habits that make a function wrong where it was not tried: written-in numbers, and rounding."""

from collections.abc import Callable

import numpy as np

from backprop_lib.exercises.answers import UnansweredError, UnreadableError
from backprop_lib.exercises.code_exercise import CodeExercise
from backprop_lib.exercises.code_results import as_matrix_of
from backprop_lib.exercises.code_runner import Run, called

MOST_DECIMALS = 8


def of_the_worked_example(
    exercise: CodeExercise, function: Callable, runs: list[Run], end: float
) -> str:
    """What to say of a function that is right for the worked example alone; else nothing."""
    first, *others = runs
    if not first.is_right(exercise) or any(one.is_right(exercise) for one in others):
        return ""
    ignored = [
        name for name in exercise.takes if _is_ignored(exercise, function, first.trial, name, end)
    ]
    which = (
        f" It returns the same whatever {' and '.join(ignored)} may be: take what is handed in."
        if ignored
        else " Look for numbers that stand in it, and take what is handed in instead."
    )
    return (
        "It is right for the worked example, and wrong for every other network. Numbers of the "
        f"worked example are written into the function.{which}"
    )


def _is_ignored(exercise, function, trial, name, end):
    """Whether a function returns the same when one of its arguments is another."""
    if name == "rounds":
        return False
    here = exercise.takes.index(name)
    results = []
    for factor in (1, 1.3):
        arguments = trial.arguments(exercise.takes)
        arguments[here] = arguments[here] * factor
        try:
            results.append(called(exercise, function, arguments, end))
        except (UnreadableError, UnansweredError):
            return False
    return _same(*results)


def _same(one, other):
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(_same, one, other))
    one, other = as_matrix_of(one), as_matrix_of(other)
    return one is not None and other is not None and np.array_equal(one, other)


def results_rounded(exercise: CodeExercise, wrong: list[Run]) -> str:
    """What to say of results that were rounded before they were returned; else nothing."""
    for decimals in range(1, MOST_DECIMALS + 1):
        if all(_is_rounded(exercise, one, decimals) for one in wrong):
            places = "one decimal" if decimals == 1 else f"{decimals} decimals"
            return (
                f"What comes back is rounded to {places}. Return all digits, and round where you "
                "show them."
            )
    return ""


def _is_rounded(exercise, one, decimals):
    return all(
        reading.values.shape == np.shape(right)
        and np.allclose(reading.values, np.round(right, decimals), rtol=1e-12, atol=1e-15)
        for reading, right in zip(one.readings, one.trial.right(exercise), strict=True)
    )
