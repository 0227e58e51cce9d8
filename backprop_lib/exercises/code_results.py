"""What a learner's function returns, taken apart, and said in the words of the exercise."""

from typing import Any

import numpy as np

from backprop_lib.core.weight_update import TUTORIAL_RULE
from backprop_lib.exercises.answers import COMPUTED, Reading, UnreadableError, shape_of
from backprop_lib.exercises.code_exercise import CodeExercise, Trial, trained
from backprop_lib.exercises.judging import LARGE
from backprop_lib.exercises.quantities import right_numbers

OUTPUTS = "These are the outputs after the training."
ASKED = "Asked for is E_total, the sum of their errors."
WEIGHTS = (
    "These are weights. Asked for is E_total after the last round, a single number: run forward "
    "once more with them."
)
ROW_AND_COLUMN = ", with a row for each neuron and a column for each thing that comes in"


class WrongResultError(UnreadableError):
    """A result that is not of the shape that is asked for."""

    def __init__(self, name: str, came: tuple[int, ...], wanted: tuple[int, ...]):
        rows = ROW_AND_COLUMN if len(wanted) == 2 else ""
        super().__init__(f"{name} came as {in_words(came)}. It should be {in_words(wanted)}{rows}.")


def in_words(shape: tuple[int, ...]) -> str:
    """A shape in words: "a matrix of 2 rows and 3 columns"."""
    if not shape:
        return "a single number"
    if len(shape) == 1:
        return f"a list of {_count(shape[0], 'number')}"
    if len(shape) == 2:
        return f"a matrix of {_count(shape[0], 'row')} and {_count(shape[1], 'column')}"
    return f"an array of {' by '.join(map(str, shape))} numbers"


def _count(number, thing):
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def parts_of(exercise: CodeExercise, trial: Trial, returned: Any) -> tuple[list, list[str]]:
    """What was returned for each quantity that is asked for, and notes on what came besides.

    Raises UnreadableError, in words, if it is not there.
    """
    wanted = [np.shape(right) for right in trial.right(exercise)]
    if exercise.name == "training":
        returned = _last_error(trial, returned)
    if len(wanted) == 1:
        return _first(exercise, wanted[0], returned)
    asked = f"return {', '.join(exercise.returns)}"
    several = isinstance(returned, tuple | list) or getattr(returned, "ndim", 0) > 1
    if not several:
        raise UnreadableError(
            f"The function has to return {len(wanted)} things, and this is one: {asked}."
        )
    if len(returned) < len(wanted):
        raise UnreadableError(
            f"The function has to return {len(wanted)} things, and this is {len(returned)}: "
            f"{asked}."
        )
    parts = list(returned[: len(wanted)])
    return parts, [_more(exercise)] if len(returned) > len(wanted) else []


def _more(exercise):
    return f"More came back than {' and '.join(exercise.returns)}; the rest was left aside."


def _first(exercise, wanted, returned):
    """The one thing that is asked for, if need be the first of several."""
    if isinstance(returned, tuple | list) and not _fits(returned, wanted):
        if returned and _fits(returned[0], wanted):
            return [returned[0]], [_more(exercise)]
        for n, one in enumerate(returned):
            if n and _fits(one, wanted) and not isinstance(one, str):
                several = [in_words(shape) for shape in map(_shape, returned) if shape is not None]
                raise UnreadableError(
                    f"The function returned {len(returned)} things ({', '.join(several)}), and "
                    f"{exercise.returns[0]} alone is asked for."
                )
    return [returned], []


def refuse_deltas(name: str, trial: Trial, reading: Reading) -> None:
    """Say of the deltas of a layer that they are not yet the derivatives by its weights."""
    delta = {"dE_dW1": "delta_h", "dE_dW2": "delta_o"}.get(name)
    if delta and reading.as_shape(reading.values.squeeze().shape).agrees(
        right_numbers(delta, trial.example)
    ):
        raise UnreadableError(
            f"This is {delta}, a number for each neuron. {name} has one for each weight: every "
            "delta times everything that comes in."
        )


def _fits(value, wanted):
    shape = _shape(value)
    same = shape is not None and tuple(n for n in shape if n != 1)
    # pyrefly: ignore[bad-argument-type]
    return same == tuple(n for n in wanted if n != 1) and (len(wanted) < 2 or len(shape) == 2)


def _shape(value):
    """The shape of what was returned; None if it has none."""
    try:
        return shape_of(value)
    except UnreadableError:
        return None


def as_matrix_of(value: object) -> np.ndarray | None:
    """The floats in what was returned, or None if there are none."""
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None


def _last_error(trial, returned):
    """Of training: E_total after the last round, if the errors of all rounds came; else the same.

    Raises UnreadableError, in words, for what is known to be something else.
    """
    if np.prod(_shape(returned) or ()) > LARGE:
        return returned
    right = trained(trial, TUTORIAL_RULE)
    errors = np.asarray(right.errors)
    if isinstance(returned, tuple | list) and returned and _shape(returned[0]) == errors.shape:
        return (returned[0][-1], *returned[1:])
    parts = returned if isinstance(returned, tuple | list) else [returned]
    if len(parts) == 2 and _is(parts[1], np.asarray(right.outputs[-1])) and np.ndim(parts[0]) == 1:
        raise UnreadableError(f"{OUTPUTS} {ASKED}")
    numbers = as_matrix_of(returned)
    if numbers is not None and numbers.size == 1:
        return numbers.ravel()[0]
    if numbers is not None and numbers.ndim == 2 and 1 in numbers.shape:
        numbers = numbers.ravel()
    if numbers is not None and numbers.ndim == 1:
        _refuse_other_errors(trial, right, errors, numbers)
        if numbers.shape == errors.shape:
            return returned[-1]  # of all rounds; the last is asked for
        raise UnreadableError(
            f"{len(numbers)} numbers came back. Asked for is E_total after the last round, a "
            f"single number; or, for {trial.rounds} rounds, the {len(errors)} errors from before "
            "the first to after the last."
        )
    _refuse_weights(right, returned)
    return returned


def _refuse_other_errors(trial, right, errors, numbers):
    outputs = np.asarray(right.outputs[-1])
    if len(numbers) > 1 or errors.shape == (1,):
        if _is(numbers, (trial.example.targets - outputs) ** 2 / 2):
            raise UnreadableError("These are the errors of the outputs; E_total is their sum.")
        if _is(numbers, outputs):
            raise UnreadableError(f"{OUTPUTS} {ASKED}")
        if _is(np.abs(numbers), np.abs(trial.example.targets - outputs)):
            raise UnreadableError(f"This is how far the outputs are from their targets. {ASKED}")
    everything = [*right.network.weights, *right.network.biases]
    for arrays in (right.network.weights, everything):
        if _is(numbers, np.concatenate([array.ravel() for array in arrays])):
            raise UnreadableError(WEIGHTS)
    if _is(numbers, errors[:-1]):
        raise UnreadableError(
            "One error is missing, that after the last update: run forward once more after the "
            "last round."
        )
    if _is(numbers, errors[1:]):
        raise UnreadableError(
            "One error is missing, that before the first update. E_total after the last round "
            "alone would do as well."
        )
    if len(numbers) == len(errors) + 1 and _is(numbers[:-1], errors):
        raise UnreadableError("One error is too many: the last is that of one round too many.")


def _refuse_weights(right, returned):
    parts = returned if isinstance(returned, tuple | list) else [returned]
    shapes = [_shape(part) for part in parts]
    weights = [array.shape for array in (*right.network.weights, *right.network.biases)]
    matrices = [shape for shape in shapes if shape is not None and len(shape) == 2]
    if matrices and all(shape in weights for shape in shapes):
        raise UnreadableError(WEIGHTS)


def _is(numbers, wanted):
    numbers = as_matrix_of(numbers)
    return (
        numbers is not None
        and numbers.shape == wanted.shape
        and np.allclose(numbers, wanted, rtol=COMPUTED, atol=0)
    )
