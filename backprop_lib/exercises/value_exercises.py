"""Exercises in which a learner writes automatic differentiation, one operation at a time.

=======================  =============================  ==========================================
exercise                 what is given to check         what it is tried on
=======================  =============================  ==========================================
"Value that adds"        the class, with __add__        pairs of numbers, and one with itself
"Value that multiplies"  the class, with __mul__        the same
"Value that squashes"    the class, with logistic       single numbers
"Value in order"         in_order(value, done)          computations of the library's own Values
"Value backward"         backward_through(order)        the same, in order
"central difference"     central_difference(f, x, h)    curves whose slopes are known
=======================  =============================  ==========================================

Nothing that a learner wrote earlier is needed later: each is tried with the library's own parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.worked_example import example
from backprop_lib.exercises.code_exercise import CodeExercise
from backprop_lib.exercises.code_runner import called, printed_in, verdict_in_time
from backprop_lib.exercises.time_limit import SECONDS, CatchesAllError
from backprop_lib.exercises.value_mistakes import MISTAKES
from backprop_lib.exercises.value_trials import (
    ADD,
    MULTIPLY,
    SQUASH,
    MistakenError,
    of_operation,
    same,
    try_backward,
    try_difference,
    try_order,
)
from backprop_lib.exercises.verdict import Verdict
from backprop_lib.training.value import Value, values_of


@dataclass(frozen=True)
class ValueExercise(CodeExercise):
    """A CodeExercise that has trials of its own.

    written: how it is called. tried(exercise, answer, end): raises MistakenError, or does not.
    a_class: whether the class is asked for, and not a function.
    """

    written: str = ""
    tried: Callable = print
    a_class: bool = False

    @property
    def call(self) -> str:
        """How what is to be written is called."""
        return self.written


def judge_value(name: str, answer: object) -> Verdict:
    """The Verdict on a class or function that a learner wrote for one of VALUE_EXERCISES.

    Nothing that it does is raised.

    >>> def backward_through(order):
    ...     order[-1].slope = 1.0
    ...     for value in reversed(order):
    ...         for parent, link in zip(value.parents, value.links):
    ...             parent.slope = value.slope * link
    >>> judge_value("Value backward", backward_through).mistakes
    (Mistake 'overwritten': Where a Value was used twice, only what arrived last is left.,)
    """
    exercise = VALUE_EXERCISES[name]
    if answer is None or answer is ...:
        return Verdict("unanswered", f"Not answered yet: write {exercise.call}.")
    if isinstance(answer, type) != exercise.a_class or not callable(answer):
        wanted = "The class is asked for" if exercise.a_class else "A function is asked for"
        return Verdict(
            "unreadable",
            f"{wanted}, and this is of the type {type(answer).__name__}. Give its name, without "
            "brackets.",
        )
    return verdict_in_time(exercise, lambda end: _verdict(exercise, answer, end))


def _verdict(exercise, answer, end):
    try:
        exercise.tried(exercise, answer, end)
    except MistakenError as found:
        mistake = MISTAKES[found.key]
        words = f"{mistake.words} {mistake.look} Tried on {found.where}."
        return Verdict("wrong", words, (mistake,))
    return Verdict("right", f"Right. {exercise.means}")


def own_or_ready(own: type) -> type:
    """The learner's own class, if the ten derivatives come out of it; else the library's Value.

    own: a class with +, *, logistic and backward. Whatever is wrong with it, nothing is raised.

    >>> own_or_ready(Value) is Value, own_or_ready(int) is Value
    (True, True)
    """
    right = backward_pass(forward_pass(example))
    exercise = VALUE_EXERCISES["Value backward"]
    try:
        with printed_in():
            end = monotonic() + SECONDS
            values: Any = called(exercise, lambda make: values_of(example, make), [own], end)
            called(exercise, own.backward, [values["E_total"]], end)
        slopes = [float(values[name].slope) for name in example.names.parameters()]
        wanted = [float(right[f"dE_d{name}"]) for name in example.names.parameters()]
    except (Exception, CatchesAllError):  # whatever a half-written class does
        return Value
    return own if same(slopes, wanted) else Value


def _no_catalogue(exercise, wrong):
    raise AssertionError("a ValueExercise has trials of its own")


def _exercise(name, written, means, hints, tried, a_class=False):
    return ValueExercise(name, (), (), means, hints, _no_catalogue, (), written, tried, a_class)


VALUE_EXERCISES = {
    exercise.name: exercise
    for exercise in (
        _exercise(
            "Value that adds",
            "__add__(self, other)",
            "It adds, and knows what it was made of.",
            (
                "Three things are asked for: the sum, what it was made of, and two links.",
                "The parents are self and other. If one of them grows by 1, by how much does the "
                "sum grow?",
                "Value(self.number + other.number, parents=(self, other), links=(..., ...))",
            ),
            of_operation(ADD),
            True,
        ),
        _exercise(
            "Value that multiplies",
            "multiply(self, other)",
            "A product exchanges: each parent gets the other's number as its link.",
            (
                "As for the sum, with another number and other links.",
                "If the first grows by 1, the product grows by as much as the second is.",
                "The link to self is other.number. And the link to other?",
            ),
            of_operation(MULTIPLY),
            True,
        ),
        _exercise(
            "Value that squashes",
            "logistic(self)",
            "The slope is written with what comes out, which is there already.",
            (
                "One parent, one link. The link is the slope of the logistic curve.",
                "out = 1 / (1 + exp(-self.number)), and its slope is out * (1 - out).",
                "A tuple of one thing has a comma: parents=(self,), links=(out * (1 - out),).",
            ),
            of_operation(SQUASH),
            True,
        ),
        _exercise(
            "Value in order",
            "in_order(value, done)",
            "Every Value comes after its parents: a topological order.",
            (
                "Before a Value is written down, all its parents must stand there.",
                "For each parent that is not on the list: call in_order for it, with the same "
                "list.",
                "In the loop in_order(parent, done); after the loop done.append(value).",
            ),
            try_order,
        ),
        _exercise(
            "Value backward",
            "backward_through(order)",
            "Each slope is whole before it is handed on: that is backpropagation.",
            (
                "From which end of the order do you have to begin? And what does a parent get?",
                "Begin at the end: reversed(order). A parent gets the slope of the Value times the "
                "link to it.",
                "A parent may get something from several sides: parent.slope += value.slope * link",
            ),
            try_backward,
        ),
        _exercise(
            "central difference",
            "central_difference(f, x, h)",
            "It looks to both sides.",
            (
                "How much higher is f a step to the right than a step to the left?",
                "Divide that by the way from the left place to the right one.",
                "(f(x + h) - f(x - h)) / ..., and the way is two steps long.",
            ),
            try_difference,
        ),
    )
}
