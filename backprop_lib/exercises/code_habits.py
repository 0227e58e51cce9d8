"""Habits that make a function wrong where it was not tried: written-in numbers, and rounding."""

from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from itertools import permutations

import numpy as np

from backprop_lib.exercises.answers import UnansweredError, UnreadableError
from backprop_lib.exercises.code_exercise import CodeExercise
from backprop_lib.exercises.code_results import as_matrix_of
from backprop_lib.exercises.code_runner import Run, called, run
from backprop_lib.exercises.rounding import to_decimals, to_significant

MOST_DECIMALS = 8


def of_the_worked_example(
    exercise: CodeExercise, function: Callable, runs: list[Run], end: float
) -> str:
    """What to say of a function that is right for the worked example alone; else nothing."""
    first, *others = runs
    if not first.is_right(exercise):
        return ""
    ignored = [
        name for name in exercise.takes if _is_ignored(exercise, function, first.trial, name, end)
    ]
    if any(one.is_right(exercise) for one in others) and not ignored:
        return ""
    which = (
        f" It returns the same whatever {' and '.join(ignored)} may be: take what is handed in."
        if ignored
        else " Look for numbers that stand in it, and take what is handed in instead."
    )
    return (
        "It is right for the worked example, and wrong for "
        f"{'others' if any(one.is_right(exercise) for one in others) else 'every other network'}. "
        f"Numbers of the worked example are written into the function.{which}"
    )


def _is_ignored(exercise, function, trial, name, end):
    """Whether a function returns the same when one of its arguments is another."""
    here = exercise.takes.index(name)
    results = []
    for factor in (1, 2 if name == "rounds" else 1.3):
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
    for to, what in ((to_decimals, "decimal"), (to_significant, "digit")):
        for places in range(1, MOST_DECIMALS + 1):
            if all(_is_rounded(exercise, one, partial(to, digits=places)) for one in wrong):
                shown = f"one {what}" if places == 1 else f"{places} {what}s"
                return (
                    f"What comes back is rounded to {shown}. Return all digits, and round where "
                    "you show them."
                )
    return ""


def _is_rounded(exercise, one, rounded):
    return all(
        reading.values.shape == np.shape(right)
        and np.allclose(reading.values, rounded(right), rtol=1e-12, atol=1e-15)
        for reading, right in zip(one.readings, one.trial.right(exercise), strict=True)
    )


def of_another_order(
    exercise: CodeExercise, function: Callable, runs: list[Run], end: float
) -> str:
    """What to say of a function that is right with its arguments in another order; else nothing."""
    for order in _orders(len(exercise.takes)):
        if all(_is_right_in(order, exercise, function, one.trial, end) for one in runs):
            taken = ", ".join(exercise.takes[n] for n in order)
            return (
                f"It would be right if it were called as {exercise.own_name}({taken}). It is "
                f"called as {exercise.call}: put its arguments in that order."
            )
    return ""


def _orders(size):
    """The orders that come of taking one to another place, and of exchanging two."""
    for n, m in permutations(range(size), 2):
        moved = [one for one in range(size) if one != n]
        moved.insert(m, n)
        yield moved
        if n < m:
            yield [{n: m, m: n}.get(one, one) for one in range(size)]


def _is_right_in(order, exercise, function, trial, end):
    try:
        with redirect_stdout(StringIO()):
            return run(exercise, function, trial, end, order).is_right(exercise)
    except (UnreadableError, UnansweredError):
        return False
