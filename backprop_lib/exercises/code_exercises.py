"""Exercises in which a learner writes a function, and how it is tried out.

=================  ==========================================  ==================================
exercise           the function takes                          and returns
=================  ==========================================  ==================================
forward_pass       W1, b1, W2, b2, x                           out_h, out_o
output_gradient    out_h, out_o, target                        dE_dW2
hidden_gradient    x, out_h, out_o, target, W2                 dE_dW1
update             W, dE_dW, eta                               the new W
training           W1, b1, W2, b2, x, target, eta, rounds      E_total after so many rounds
=================  ==========================================  ==================================

All are NumPy arrays with a row for each neuron; the biases stay as they are. A function is run
on the worked example and on networks of other sizes, always on copies. What it returns is
compared with the library, and a wrong result is looked up in the catalogue of mistakes.
"""

import ast
import linecache
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from functools import lru_cache
from io import StringIO
from time import monotonic

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.network import Network
from backprop_lib.core.validation import choice
from backprop_lib.core.weight_update import BIASES, TUTORIAL_RULE, UpdateRule
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.exercises.answers import (
    COMPUTED,
    UnansweredError,
    UnreadableError,
    read_answer,
    shape_of,
)
from backprop_lib.exercises.catalogue import CATALOGUE, explanations, in_words
from backprop_lib.exercises.judging import LARGE, Verdict, random_example
from backprop_lib.exercises.mistaken_round import mistaken_round
from backprop_lib.exercises.plain_answer import nobody_answers, plain
from backprop_lib.exercises.quantities import right_numbers, values_of
from backprop_lib.exercises.time_limit import (
    SECONDS,
    CatchesAllError,
    TooLongError,
    call_within,
    source_tree,
)
from backprop_lib.training.training import train

SIZES = ((2, 2, 2), (3, 2, 1), (2, 3, 2), (1, 4, 3))
ROUNDS = (2, 3, 2, 5, 4)  # never so few that the errors of all rounds look like those of outputs
MOST_LINES = 20  # of what a function prints
MOST_CHARACTERS = 2000


@dataclass(frozen=True)
class CodeExercise:
    """A function to write.

    takes: names of its arguments. returns: names of the quantities that it returns.
    means: one sentence to say when it is right. hints: three, each stronger than the one before.
    wrong(exercise, wrong): what explains the wrong ones among the results, which are pairs of a
    Trial and its Readings; returns a tuple of Mistakes, and words. mistakes: keys of the only
    mistakes that can be made there; all of the catalogue if there are none.
    """

    name: str
    takes: tuple[str, ...]
    returns: tuple[str, ...]
    means: str
    hints: tuple[str, str, str]
    wrong: Callable
    mistakes: tuple[str, ...] = ()

    @property
    def call(self):
        """How the function is called: ``update(W, dE_dW, eta)``."""
        return f"{self.name}({', '.join(self.takes)})"


@dataclass(frozen=True)
class Trial:
    """One run: an example, and how many rounds to train it."""

    example: Example
    rounds: int

    def arguments(self, takes):
        """New copies of what a function takes."""
        network = self.example.network
        forward = _forward(self.example)
        named = {
            "W1": network.weights[0],
            "b1": network.biases[0],
            "W2": network.weights[1],
            "b2": network.biases[1],
            "x": self.example.inputs,
            "target": self.example.targets,
            "out_h": forward.outs[0],
            "out_o": forward.outs[1],
            "W": network.weights[1],
            "dE_dW": right_numbers("dE_dW2", self.example),
            "eta": self.example.learning_rate,
            "rounds": self.rounds,
        }
        return [np.array(named[t]) if isinstance(named[t], np.ndarray) else named[t] for t in takes]

    def __str__(self):
        if self.example is worked_example:
            return "the worked example"
        return f"a network of {'-'.join(map(str, self.example.layer_sizes))} neurons"


def judge_code(name, function):
    """The Verdict on a function that a learner wrote for an exercise.

    name: one of CODE_EXERCISES. Raises ValueError for another name; nothing that the function
    does is raised.

    >>> print(judge_code("update", lambda W, dE_dW, eta: W - dE_dW).words)
    The learning rate is missing. The step is the learning rate times the derivative. Tried on \
the worked example.
    >>> judge_code("update", lambda W, dE_dW, eta: W - eta * dE_dW).kind
    'right'
    """
    exercise = CODE_EXERCISES[choice("name", name, tuple(CODE_EXERCISES))]
    if function is None or function is ...:
        return Verdict("unanswered", f"Not answered yet: write {exercise.call}.")
    if not callable(function):
        return Verdict(
            "unreadable",
            f"A function is asked for, and this is of the type {type(function).__name__}. "
            "Give its name, without brackets.",
        )
    try:
        return _tried(exercise, function)
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


class _Printed(StringIO):
    """Takes what a function prints, and keeps the beginning of it."""

    def write(self, text):
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


def _tried(exercise, function):
    """The Verdict after all trials, which together have as long as a single call may take."""
    printed = _Printed()
    try:
        with redirect_stdout(printed), nobody_answers():
            return _verdict(exercise, function, monotonic() + SECONDS)
    finally:
        print(printed.beginning(), end="")


def _verdict(exercise, function, end):
    results, changed = [], set()
    for trial in _trials():
        try:
            results.append((trial, _run(exercise, function, trial, changed, end)))
        except UnreadableError as stopped:
            if not _wrong_ones(exercise, results):
                raise UnreadableError(f"{stopped} Tried on {trial}.") from None
            break  # what went wrong before it says more
    if wrong := _wrong_ones(exercise, results):
        found, words = exercise.wrong(exercise, wrong)
        return Verdict("wrong", f"{words} Tried on {wrong[0][0]}.", found)
    return Verdict("right", " ".join(["Right.", exercise.means, *_warning(changed)]))


def _wrong_ones(exercise, results):
    return [(trial, got) for trial, got in results if not _is_right(exercise, trial, got)]


def _is_right(exercise, trial, got):
    return all(
        reading.agrees(right) for reading, right in zip(got, _right(exercise, trial), strict=True)
    )


def _right(exercise, trial):
    """The right numbers for everything that the function returns."""
    if exercise.name == "training":
        return [_error_after(trial, TUTORIAL_RULE)]
    return [right_numbers(name, trial.example) for name in exercise.returns]


def _warning(changed):
    if changed:
        names = " and ".join(sorted(changed))
        yield (
            f"But it changed {names} in place, so whoever called it finds other numbers there: "
            "write W = W - step rather than W -= step."
        )


def _run(exercise, function, trial, changed, end):
    """What the function returned for one trial, as a Reading for each quantity."""
    arguments = trial.arguments(exercise.takes)
    try:
        with np.errstate(all="ignore"):
            returned = call_within(function, arguments, seconds=end - monotonic())
    except TooLongError:
        raise UnreadableError(
            "The function did not come to an end in time, and was stopped. Is there a loop whose "
            "condition never becomes false?"
        ) from None
    except NotImplementedError:
        raise UnansweredError from None
    except CatchesAllError:
        raise
    except (Exception, SystemExit) as error:
        raise _failure(exercise, function, error) from None
    before = trial.arguments(exercise.takes)
    changed |= {
        name
        for name, was, now in zip(exercise.takes, before, arguments, strict=True)
        if not np.array_equal(was, now)
    }
    try:
        return _readings(exercise, function, trial, returned)
    except (UnansweredError, UnreadableError):
        raise
    except Exception:  # whatever it is that came back
        raise UnreadableError("What the function returned cannot be read as numbers.") from None


def _failure(exercise, function, error):
    """What to say of an exception: its type, its words, and the line in the learner's code."""
    if _has_dots(function):
        return UnansweredError()
    if isinstance(error, TypeError) and error.__traceback__.tb_next.tb_next is None:
        return UnreadableError(
            f"The function could not be called as {exercise.call}: {error}. Write its first line "
            f"as def {exercise.call}:"
        )
    return UnreadableError(f"{type(error).__name__}: {error}{_line(function, error)}.")


def _line(function, error):
    code = getattr(function, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    if not own:
        return ""
    number = own[-1].lineno - code.co_firstlineno + 1
    source = linecache.getline(own[-1].filename, own[-1].lineno).strip()
    return f", in line {number} of the function" + (f": {source}" if source else "")


def _readings(exercise, function, trial, returned):
    if returned is None and _does_nothing(function):
        raise UnansweredError
    if returned is None:
        raise UnreadableError("The function returned nothing. End it with return and the result.")
    returned = plain(returned)
    several = len(exercise.returns) > 1
    parts = returned if several else [returned]
    if several and (not isinstance(parts, tuple | list) or len(parts) != len(exercise.returns)):
        raise UnreadableError(
            f"The function has to return {len(exercise.returns)} things: "
            f"return {', '.join(exercise.returns)}."
        )
    rights = _right(exercise, trial)
    shapes = [shape_of(part) for part in parts]
    if exercise.name == "training":
        if shapes == [(trial.rounds + 1,)]:
            parts, shapes = [returned[-1]], [()]  # of all rounds; the last is asked for
        if shapes == [np.shape(trial.example.targets)] != [(1,)]:
            raise UnreadableError("These are the errors of the outputs; E_total is their sum.")
    for name, shape, right in zip(exercise.returns, shapes, rights, strict=True):
        if np.prod(shape) > LARGE:  # and it would take long to read it
            raise _other_shape(name, shape, right)
    readings = [
        _as_computed(read_answer(part)).as_shape(np.shape(right))
        for part, right in zip(parts, rights, strict=True)
    ]
    for name, reading, right in zip(exercise.returns, readings, rights, strict=True):
        if reading.values.shape not in (np.shape(right), np.shape(right)[::-1]):
            raise _other_shape(name, reading.values.shape, right)
    return readings


def _other_shape(name, shape, right):
    return UnreadableError(
        f"{name} came with the shape {shape}, and should have {np.shape(right)}."
    )


def _as_computed(reading):
    """What a function returns was not typed, so no digit of it is missing."""
    return replace(
        reading,
        half_units=np.zeros_like(reading.values),
        relative=np.full_like(reading.values, COMPUTED),
    )


def _has_dots(function):
    """Whether three dots are left in it where an answer belongs; W[...] is no such place."""
    tree = source_tree(function)
    if tree is None:
        return ... in getattr(getattr(function, "__code__", None), "co_consts", ())
    places = [n.slice for n in ast.walk(tree) if isinstance(n, ast.Subscript)]
    in_place = {node for place in places for node in ast.walk(place)}
    dots = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value is ...)
    return any(node not in in_place for node in dots)


def _does_nothing(function):
    code = getattr(function, "__code__", None)
    return (
        code is not None and not code.co_names and len(code.co_code) <= len(_stub.__code__.co_code)
    )


def _stub(W):
    """Nothing is done here yet."""
    ...


@lru_cache(maxsize=1)
def _trials():
    rng = np.random.default_rng(5)
    examples = [worked_example, *(random_example(rng, sizes) for sizes in SIZES)]
    return tuple(Trial(*pair) for pair in zip(examples, ROUNDS, strict=True))


def _forward(example):
    return forward_pass(example)


def _by_catalogue(exercise, wrong):
    """The mistakes that explain the first quantity that is wrong, and words that say so."""
    for n, name in enumerate(exercise.returns):
        readings = [(trial.example, got[n]) for trial, got in wrong]
        if all(reading.agrees(right_numbers(name, example)) for example, reading in readings):
            continue
        found = [
            (mistake, where)
            for mistake, where in explanations(name, readings)
            if not exercise.mistakes or mistake.key in exercise.mistakes
        ]
        if found:
            return tuple(mistake for mistake, _ in found), in_words(found)
        return (), f"{name} is not right, and no mistake in the catalogue explains it."
    raise AssertionError("asked about results that are all right")


def _by_rounds(exercise, wrong):
    """The mistakes that, made in every round, end at these errors."""
    for more, words in ((-1, "one round too few"), (1, "one round too many")):
        if all(got[0].agrees(_error_after(trial, TUTORIAL_RULE, more)) for trial, got in wrong):
            return (), f"The error is that of {words}. It is asked for after the last update."
    for biases in BIASES[1:]:
        rule = UpdateRule(biases=biases)
        if all(got[0].agrees(_error_after(trial, rule)) for trial, got in wrong):
            return (), "The biases were trained as well. Here they stay as they are."
    found = [
        (mistake, where)
        for mistake in CATALOGUE
        if (where := _made_all_along(mistake, wrong)) is not None
    ]
    if found:
        return tuple(mistake for mistake, _ in found), in_words(found)
    return (), (
        "The error is not right, and no mistake in the catalogue explains it. Try the other "
        "exercises first, and build the training from them."
    )


def _made_all_along(mistake, wrong):
    """Where a mistake was made, if it gives all that is wrong when made every round; or None."""
    (first, got), *others = wrong
    for way, mistaken in _errors_by(mistake, first):
        if got[0].agrees(mistaken) and all(
            any(one[0].agrees(error) for _, error in _errors_by(mistake, trial))
            for trial, one in others
        ):
            return way.where
    return None


@lru_cache(maxsize=256)
def _errors_by(mistake, trial):
    """For every way of making a mistake by a step of the round: the error it ends at."""
    return [
        (way, _error_by(way.steps, trial))
        for way in mistake.ways(trial.example.names)
        if way.result is values_of
    ]


def _error_by(steps, trial):
    example = trial.example
    try:
        for _ in range(trial.rounds):
            done = mistaken_round(example, steps)
            network = Network(done.new_weights, done.new_biases)
            example = Example(network, example.inputs, example.targets, example.learning_rate)
        return float(mistaken_round(example, steps)["E_total"])
    except ValueError:  # the mistake drove a number out of range
        return float("nan")


def _error_after(trial, rule, more=0):
    example = trial.example
    trained = train(
        example.network,
        example.inputs,
        example.targets,
        example.learning_rate,
        trial.rounds + more,
        rule,
        engine="numpy",
    )
    return trained.errors[-1]


CODE_EXERCISES = {
    exercise.name: exercise
    for exercise in (
        CodeExercise(
            "forward_pass",
            ("W1", "b1", "W2", "b2", "x"),
            ("out_h", "out_o"),
            "It runs any network with one hidden layer forward.",
            (
                "Twice the same: multiply by the weights and add the biases, then squash.",
                "net_h = W1 @ x + b1, and out_h = 1 / (1 + exp(-net_h)); so for the outputs.",
                "In NumPy the exponential is np.exp. What goes into W2 is out_h. End with "
                "return out_h, out_o.",
            ),
            _by_catalogue,
        ),
        CodeExercise(
            "output_gradient",
            ("out_h", "out_o", "target"),
            ("dE_dW2",),
            "It finds the derivative of every weight into the outputs at once.",
            (
                "The chain of w5 has three links. Two belong to the output, one to what comes in.",
                "delta_o = (out_o - target) * out_o * (1 - out_o); a weight's derivative is the "
                "delta of the neuron it goes into, times what comes in along it.",
                "Each delta with each input makes a matrix: np.outer(delta_o, out_h).",
            ),
            _by_catalogue,
        ),
        CodeExercise(
            "hidden_gradient",
            ("x", "out_h", "out_o", "target", "W2"),
            ("dE_dW1",),
            "It carries the error back through W2, along all paths at once.",
            (
                "Take the deltas of the outputs, carry each back through its weight, add them up, "
                "and multiply by the slope.",
                "dE_dout_h = W2.T @ delta_o; delta_h = dE_dout_h * out_h * (1 - out_h).",
                "What comes in along W1 is x: np.outer(delta_h, x).",
            ),
            _by_catalogue,
        ),
        CodeExercise(
            "update",
            ("W", "dE_dW", "eta"),
            ("W2_new",),
            "Every weight takes a step against its derivative.",
            (
                "A step against the derivative, as long as the learning rate says.",
                "W_new = W - eta * dE_dW",
                "NumPy does it for all weights at once. End with return and the new matrix.",
            ),
            _by_catalogue,
            (
                "learning rate forgotten",
                "step added",
                "step not taken",
                "rows and columns swapped",
            ),
        ),
        CodeExercise(
            "training",
            ("W1", "b1", "W2", "b2", "x", "target", "eta", "rounds"),
            ("E_total",),
            "That is the whole of training.",
            (
                "Four functions that you have written, in a loop.",
                "In each round: forward pass, both gradients, both updates. After the last round: "
                "one more forward pass, and the error.",
                "Find both gradients before you update either. The error is "
                "np.sum((target - out_o)**2 / 2).",
            ),
            _by_rounds,
        ),
    )
}
