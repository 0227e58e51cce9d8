"""Running a learner's function, and reading what it returns."""

import ast
import linecache
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from itertools import islice
from time import monotonic
from types import CodeType

import numpy as np

from backprop_lib.exercises.answers import (
    COMPUTED,
    Reading,
    UnansweredError,
    UnreadableError,
    read_answer,
    shape_of,
)
from backprop_lib.exercises.code_exercise import CodeExercise, Trial
from backprop_lib.exercises.code_results import WrongResultError, parts_of, refuse_deltas
from backprop_lib.exercises.judging import LARGE
from backprop_lib.exercises.plain_answer import nobody_answers, plain
from backprop_lib.exercises.single_precision import EPS, has_mark
from backprop_lib.exercises.time_limit import (
    SECONDS,
    CatchesAllError,
    TooLongError,
    call_within,
    source_tree,
)
from backprop_lib.exercises.verdict import Verdict

MOST_LINES = 20  # of what a function prints
MOST_CHARACTERS = 2000
MOST_FROM_A_GENERATOR = 1000
IN_FLOAT32 = (
    "It was computed in single precision (float32), and is right as far as that carries, which is "
    "about seven digits."
)


class StoppedError(UnreadableError):
    """The time was up, and no other trial has any left. where: which trial it was."""

    where = ""


@dataclass(frozen=True)
class Run:
    """What came of one trial.

    readings: one for each quantity that is asked for; None if nothing could be read. notes: what
    there is to say of them even if they are right. changed: names of the arguments that were
    changed in place. error: why nothing could be read.
    """

    trial: Trial
    readings: list[Reading] | None = None
    notes: frozenset[str] = frozenset()
    changed: frozenset[str] = field(default=frozenset())
    error: UnreadableError | None = None

    def is_right(self, exercise: CodeExercise) -> bool:
        """Whether everything that came is right."""
        rights = self.trial.right(exercise)
        return self.readings is not None and all(
            reading.agrees(right) for reading, right in zip(self.readings, rights, strict=True)
        )


@contextmanager
def printed_in() -> Iterator[None]:
    """In the block what is printed is taken, and its beginning shown after it."""
    printed = _Printed()
    try:
        with redirect_stdout(printed), nobody_answers():
            yield
    except StoppedError as stopped:
        if printed.lines <= MOST_LINES:
            raise
        raise StoppedError(
            f"The function did not come to an end in time, and was stopped. It printed "
            f"{printed.lines} lines until then, which takes long: print less, or see whether "
            f"a loop never ends. {stopped.where}"
        ) from None
    finally:
        print(printed.beginning(), end="")


class _Printed(StringIO):
    """Takes what a function prints, and keeps the beginning of it."""

    lines = 0

    def write(self, text):
        self.lines += text.count("\n")
        room = MOST_CHARACTERS - self.tell()
        if room >= 0:
            super().write(text[: room + 1])
        return len(text)

    def beginning(self):
        """What was printed first, with a note if there was more."""
        text = self.getvalue()
        lines = text.splitlines()
        if len(lines) <= MOST_LINES and len(text) <= MOST_CHARACTERS:
            return text
        return "\n".join(lines[:MOST_LINES])[:MOST_CHARACTERS] + "\n… and more\n"


def run(
    exercise: CodeExercise,
    function: Callable,
    trial: Trial,
    end: float,
    order: Sequence[int] | None = None,
) -> Run:
    """One trial of a function. end: when the time is up, by the monotonic clock.

    order: the places of the arguments in another order than they are taken in, if that is tried.

    Raises UnansweredError for what is not written yet, StoppedError if the time is up, and
    CatchesAllError for what could not be stopped.
    """
    arguments = trial.arguments(exercise.takes)
    try:
        handed = arguments if order is None else [arguments[n] for n in order]
        returned = called(exercise, function, handed, end)
        if type(returned) is dict and returned:  # of a dictionary what is in it
            returned = tuple(returned.values())
    except (StoppedError, UnansweredError):
        raise
    except UnreadableError as error:
        return Run(trial, error=error)
    before = trial.arguments(exercise.takes)
    changed = frozenset(
        name
        for name, was, now in zip(exercise.takes, before, arguments, strict=True)
        if not np.array_equal(was, now)
    )
    try:
        readings, notes = _read(exercise, function, trial, returned)
    except UnansweredError:
        raise
    except UnreadableError as error:
        return Run(trial, changed=changed, error=error)
    except Exception:  # whatever it is that came back
        error = UnreadableError("What the function returned cannot be read as numbers.")
        return Run(trial, changed=changed, error=error)
    return Run(trial, readings, frozenset(notes), changed)


def verdict_in_time(exercise: CodeExercise, judge: Callable[[float], Verdict]) -> Verdict:
    """What judge says, which is told when the time is up; or what kept it from being tried."""
    try:
        with printed_in():
            return judge(monotonic() + SECONDS)
    except UnansweredError:
        return Verdict("unanswered", f"Not answered yet: finish {exercise.call}.")
    except UnreadableError as unreadable:
        return Verdict("wrong", str(unreadable))
    except CatchesAllError:
        return Verdict(
            "unreadable",
            "This was not run to its end: 'except:' without a name also catches the stop of an "
            "endless loop, and so does return, break or continue in a 'finally'. Say which "
            "exception you mean, such as except ValueError.",
        )


def called(exercise: CodeExercise, function: Callable, arguments: list, end: float) -> object:
    """What a function returns for these arguments, with generators made into lists.

    Raises UnreadableError, in words, for whatever it raises.
    """
    try:
        with np.errstate(all="ignore"):
            return call_within(
                function, arguments, seconds=end - monotonic(), then=_without_generators
            )
    except TooLongError:
        raise StoppedError(
            "The function did not come to an end in time, and was stopped. Is there a loop whose "
            "condition never becomes false?"
        ) from None
    except NotImplementedError:
        raise UnansweredError from None
    except CatchesAllError:
        raise
    except (Exception, SystemExit) as error:
        raise _failure(exercise, function, error) from None


def _without_generators(returned):
    """The same with lists of what comes one by one."""
    if isinstance(returned, Iterator):
        returned = list(islice(returned, MOST_FROM_A_GENERATOR))
    if type(returned) is dict:
        return {key: _without_generators(one) for key, one in returned.items()}
    if type(returned) in (list, tuple):
        return type(returned)(_without_generators(one) for one in returned)
    return returned


def _failure(exercise, function, error):
    """What to say of an exception: its type, its words, and the line in the learner's code."""
    if _has_dots(function):
        return UnansweredError()
    code = code_of(function)
    inside = [f for f, _ in traceback.walk_tb(error.__traceback__) if f.f_code is code]
    if isinstance(error, TypeError) and code and not inside:
        return UnreadableError(
            f"The function could not be called as {exercise.call}: {error}. Write its first line "
            f"as def {exercise.call}:"
        )
    return UnreadableError(f"{type(error).__name__}: {error}{_line(code, error)}.")


def code_of(function: Callable) -> CodeType | None:
    """The code of a function, a method, or of what a partial was made of; None if it has none."""
    while hasattr(function, "func") and not hasattr(function, "__code__"):
        function = function.func
    return getattr(function, "__code__", None)


def _line(code, error):
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    if not own:
        return ""
    number = own[-1].lineno - code.co_firstlineno + 1
    # pyrefly: ignore[bad-argument-type]
    source = linecache.getline(own[-1].filename, own[-1].lineno).strip()
    return f", in line {number} of the function" + (f": {source}" if source else "")


def _read(exercise, function, trial, returned):
    """A Reading for each quantity that is asked for, and notes on what came."""
    if returned is None and _does_nothing(function):
        raise UnansweredError
    if returned is None:
        raise UnreadableError("The function returned nothing. End it with return and the result.")
    parts, notes = parts_of(exercise, trial, plain(returned))
    rights = trial.right(exercise)
    readings = []
    for name, part, right in zip(exercise.returns, parts, rights, strict=True):
        shape = shape_of(part)
        if np.prod(shape) > LARGE:  # and it would take long to read it
            raise WrongResultError(name, shape, np.shape(right))
        reading = _as_computed(part, read_answer(part).as_shape(np.shape(right)), notes)
        if reading.values.shape not in (np.shape(right), np.shape(right)[::-1]):
            refuse_deltas(name, trial, reading)
            raise WrongResultError(name, reading.values.shape, np.shape(right))
        readings.append(reading)
    return readings, notes


def _as_computed(part, reading, notes):
    """What a function returns was not typed, so no digit of it is missing."""
    single = getattr(part, "dtype", None) == np.float32 or has_mark(reading)
    single = single or any(isinstance(one, np.float32) for one in np.atleast_1d(_objects(part)))
    if single:
        notes.append(IN_FLOAT32)
    return replace(
        reading,
        half_units=np.zeros_like(reading.values),
        relative=np.full_like(reading.values, 16 * EPS if single else COMPUTED),
    )


def _objects(part):
    grid = np.empty(len(part) if isinstance(part, list | tuple) else 1, dtype=object)
    for n in range(len(grid)):
        grid[n] = part[n] if isinstance(part, list | tuple) else part
    return grid


def _has_dots(function):
    """Whether three dots are left in it where an answer belongs; W[...] is no such place."""
    tree = source_tree(function)
    if tree is None:
        return ... in getattr(code_of(function), "co_consts", ())
    places = [n.slice for n in ast.walk(tree) if isinstance(n, ast.Subscript)]
    in_place = {node for place in places for node in ast.walk(place)}
    dots = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value is ...)
    return any(node not in in_place for node in dots)


def _does_nothing(function):
    code = code_of(function)
    return (
        code is not None and not code.co_names and len(code.co_code) <= len(_stub.__code__.co_code)
    )


def _stub(W):
    """Nothing is done here yet."""
    ...
