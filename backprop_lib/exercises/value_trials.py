"""What the exercises of automatic differentiation are tried on, and what is found there.

A trial raises MistakenError for a mistake with a name, UnreadableError for what else is wrong, and
UnansweredError where three dots are left. If all is right, it returns nothing.
"""

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backprop_lib.core.worked_example import example
from backprop_lib.exercises.answers import UnansweredError, UnreadableError
from backprop_lib.exercises.code_exercise import CodeExercise
from backprop_lib.exercises.code_runner import called
from backprop_lib.exercises.time_limit import source_tree
from backprop_lib.exercises.value_mistakes import (
    SLIPS,
    WALKS,
    difference_slips,
    logistic_of,
    slopes_after,
)
from backprop_lib.training.value import Value, in_order, values_of

EQUAL = 1e-9  # of what was computed twice from the same numbers


class MistakenError(Exception):
    """A mistake that was found. key: one of MISTAKES. where: what it was tried on."""

    def __init__(self, key: str, where: str):
        super().__init__(key)
        self.key, self.where = key, where


@dataclass(frozen=True)
class Operation:
    """An operation of a Value. method: its name. number, links: what it makes of numbers."""

    method: str
    number: Callable
    links: Callable
    trials: tuple[tuple[float, ...], ...]


PAIRS = ((3.0, -2.0), (0.25, 0.5), (1.5, 1.5))  # of equal ones, one with itself is tried
ADD = Operation("__add__", lambda a, b: a + b, lambda a, b: (1.0, 1.0), PAIRS)
MULTIPLY = Operation("__mul__", lambda a, b: a * b, lambda a, b: (b, a), PAIRS)
SQUASH = Operation(
    "logistic",
    logistic_of,
    lambda net: (logistic_of(net) * (1 - logistic_of(net)),),
    ((1.106,), (-2.0,), (0.0,)),
)


def of_operation(operation: Operation) -> Callable:
    """What tries an operation of the class."""

    def tried(exercise, own, end):
        method = getattr(own, operation.method, None)
        if method is None:
            raise UnreadableError(
                f"The class has no {operation.method} yet. Run the cell from its top, with the "
                f"line Value.{operation.method} = ... if there is one."
            )
        try:
            for numbers in operation.trials:
                _try_operation(exercise, operation, own, method, numbers, end)
        except (MistakenError, AttributeError, TypeError):
            if dots_in(method):
                raise UnansweredError from None
            raise

    return tried


def _try_operation(exercise, operation, own, method, numbers, end):
    given = [called(exercise, own, [number], end) for number in numbers]
    if len(set(numbers)) < len(numbers):
        given = [given[0]] * len(given)
    made = called(exercise, method, given, end)
    where = " and ".join(f"{number:g}" for number in numbers)
    parts = _parts(made, own, where)
    if any(part is ... or (isinstance(part, tuple) and ... in part) for part in parts):
        raise UnansweredError
    number, parents, links = parts
    if not same([number], [operation.number(*numbers)]):
        raise MistakenError("another number", where)
    _check_parents(parents, given, own, where)
    came = _by_parent(parents, _plain_links(links, parents, own, where))
    if not _same_links(came, given, operation.links(*numbers)):
        for key, slip in SLIPS[operation.method].items():
            if _same_links(came, given, slip(*numbers)):
                raise MistakenError(key, where)
        raise MistakenError("wrong links", where)


def _parts(made, own, where):
    """number, parents and links of what an operation made."""
    if made is None:
        raise MistakenError("not returned", where)
    if made is ...:
        raise UnansweredError
    if not isinstance(made, own):
        raise MistakenError("plain number", where)
    missing = [part for part in ("number", "parents", "links", "slope") if not hasattr(made, part)]
    if missing:
        raise UnreadableError(
            f"The Value has no {missing[0]}. Leave __init__ as it was: the others need its names."
        )
    return made.number, _sequence(made.parents), _sequence(made.links)


def _sequence(several):
    """A tuple of what came; what is no list, tuple or the like stays as it is."""
    return tuple(several) if isinstance(several, list | tuple | set) else several


def _check_parents(parents, given, own, where):
    if not isinstance(parents, tuple):
        raise MistakenError("no tuple", where)
    if any(not isinstance(parent, own) for parent in parents):
        raise MistakenError("numbers as parents", where)
    if len(parents) < len(given):
        raise MistakenError("parents forgotten", where)
    if {id(parent) for parent in parents} != {id(one) for one in given}:
        same = sorted(p.number for p in parents) == sorted(one.number for one in given)
        raise MistakenError("parents copied" if same else "parents forgotten", where)


def _plain_links(links, parents, own, where):
    if not isinstance(links, tuple):
        raise MistakenError("no tuple", where)
    if any(isinstance(link, own) for link in links):
        raise MistakenError("Values as links", where)
    if len(links) != len(parents):
        raise MistakenError("links forgotten", where)
    return links


def _by_parent(parents, links):
    came = {}
    for parent, link in zip(parents, links, strict=True):
        came[id(parent)] = came.get(id(parent), 0.0) + link
    return came


def _same_links(came, given, wanted):
    right = _by_parent(given, wanted)
    return same(list(came.values()), [right[one] for one in came])


def same(numbers: Sequence, wanted: Sequence) -> bool:
    """Whether these are the numbers that are wanted, but for rounding."""
    try:
        return len(numbers) == len(wanted) and all(
            math.isclose(float(one), other, rel_tol=EQUAL, abs_tol=1e-15)
            for one, other in zip(numbers, wanted, strict=True)
        )
    except (TypeError, ValueError):
        return False


# Computations to walk along.


def _twice():
    a = Value(3.0)
    return a * a


def _two_ways():
    a, b = Value(3.0), Value(-2.0)
    c = a + b
    return c * (c * a)


def _short_and_long():
    a, b = Value(0.5), Value(4.0)
    c = a * b
    return (c + b).logistic() + c


def _whole_example():
    return values_of(example)["E_total"]


COMPUTATIONS = {
    "a * a": _twice,
    "c * (c * a), where c is a + b": _two_ways,
    "(c + b).logistic() + c, where c is a * b": _short_and_long,
    "E_total of the worked example": _whole_example,
}


def try_order(exercise: CodeExercise, function: Callable, end: float) -> None:
    """Try in_order(value, done)."""
    for where, make in COMPUTATIONS.items():
        last, done = make(), []
        came = called(exercise, function, [last, done], end)
        try:
            _check_order(last, done, came, where)
        except MistakenError:
            if dots_in(function):
                raise UnansweredError from None
            raise


def _check_order(last, done, came, where):
    if came is None or came is ...:
        raise MistakenError("not returned", where)
    came = list(came) if isinstance(came, list | tuple | dict) else came
    if not isinstance(came, list) or not all(isinstance(value, Value) for value in came):
        raise UnreadableError("A list of Values should come back, and this is something else.")
    if last not in came:
        raise MistakenError("end left out", where)
    if len(set(came)) < len(came):
        raise MistakenError("twice on the list", where)
    places = {value: n for n, value in enumerate(came)}
    if any(value not in places for value in in_order(last)):
        raise MistakenError("not all the way down", where)
    for value in came:
        if any(places[parent] > places[value] for parent in value.parents):
            early = came[0] is last
            raise MistakenError(
                "written down too early" if early else "no topological order", where
            )


def try_backward(exercise: CodeExercise, function: Callable, end: float) -> None:
    """Try backward_through(order)."""
    tried = []
    for where, make in COMPUTATIONS.items():
        order = in_order(make())
        called(exercise, function, [order], end)
        came = [value.slope for value in order]
        tried.append((where, make, came, same(came, slopes_after(_right_walk, make()))))
    wrong = [one for one in tried if not one[-1]]
    if not wrong:
        return
    if dots_in(function):
        raise UnansweredError
    where, make, came, _ = wrong[0]
    for key, walk in WALKS:
        if all(same(one, slopes_after(walk, made())) for _, made, one, _ in tried):
            raise MistakenError(key, where)
    raise UnreadableError(
        "The slopes are not right, and no mistake in the catalogue explains them. "
        f"Tried on {where}."
    )


def _right_walk(order):
    order[-1].backward()


CURVES = (
    ("f(x) = x * x * x at 2, with h = 0.1", lambda x: x * x * x, 2.0, 0.1),
    ("f(x) = x * x - 3 * x at 0.5, with h = 0.01", lambda x: x * x - 3 * x, 0.5, 0.01),
)


def try_difference(exercise: CodeExercise, function: Callable, end: float) -> None:
    """Try central_difference(f, x, h)."""
    for where, f, x, h in CURVES:
        came = called(exercise, function, [f, x, h], end)
        if same([came], [(f(x + h) - f(x - h)) / (2 * h)]):
            continue
        if came is ... or dots_in(function):
            raise UnansweredError
        if came is None:
            raise MistakenError("not returned", where)
        for key, number in difference_slips(f, x, h):
            if same([came], [number]):
                raise MistakenError(key, where)
        raise UnreadableError(
            f"This is not the central difference, and no mistake in the catalogue explains it. "
            f"Tried on {where}."
        )


def dots_in(function: Callable) -> bool:
    """Whether three dots are left in a function."""
    tree = source_tree(function)
    return tree is not None and any(
        isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(tree)
    )
