"""Automatic differentiation written by learners: right variants, and each mistake made by hand."""

import math

import numpy as np
import pytest

from backprop_lib.exercises.catalogue import MISTAKES as OF_ROUNDS
from backprop_lib.exercises.check import check, hint
from backprop_lib.exercises.value_exercises import VALUE_EXERCISES, judge_value, own_or_ready
from backprop_lib.exercises.value_mistakes import MISTAKES
from backprop_lib.training.value import Value as Ready


class Value:
    """As the lesson begins it: what it keeps, and no operation yet."""

    def __init__(self, number, parents=(), links=()):
        self.number, self.parents, self.links = number, parents, links
        self.slope = 0.0


def with_method(name, method):
    """A class like Value with one operation; the operation gets the class as its first argument."""
    own = type("Value", (Value,), {})
    setattr(own, name, lambda *values: method(own, *values))
    return own


def add(method):
    return with_method("__add__", method)


def multiply(method):
    return with_method("__mul__", method)


def squash(method):
    return with_method("logistic", method)


def curve(net):
    return 1 / (1 + math.exp(-net))


def in_order(value, done):
    for parent in value.parents:
        if parent not in done:
            in_order(parent, done)
    done.append(value)
    return done


def backward(order):
    order[-1].slope = 1.0
    for value in reversed(order):
        for parent, link in zip(value.parents, value.links, strict=True):
            parent.slope += value.slope * link


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def path_by_path(order):
    """Along every path from the end: slow, and right."""

    def go(value, so_far):
        value.slope += so_far
        for parent, link in zip(value.parents, value.links, strict=True):
            go(parent, so_far * link)

    go(order[-1], 1.0)


def collected(value, done):
    """An order of its own making, as a tuple."""
    seen = []

    def visit(one):
        if one not in seen:
            for parent in one.parents[::-1]:
                visit(parent)
            seen.append(one)

    visit(value)
    return tuple(seen)


RIGHT = [
    ("Value that adds", add(lambda V, a, b: V(a.number + b.number, (a, b), (1, 1)))),
    ("Value that adds", add(lambda V, a, b: V(b.number + a.number, [b, a], [1.0, 1.0]))),
    (
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number * b.number, (a, b), (b.number, a.number))),
    ),
    (
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number * b.number, (b, a), (a.number, b.number))),
    ),
    (
        "Value that squashes",
        squash(lambda V, a: V(curve(a.number), (a,), (curve(a.number) * (1 - curve(a.number)),))),
    ),
    (
        "Value that squashes",
        squash(
            lambda V, a: V(
                np.float64(curve(a.number)), [a], [np.exp(-a.number) / (1 + np.exp(-a.number)) ** 2]
            )
        ),
    ),
    ("Value in order", in_order),
    ("Value in order", collected),
    ("Value backward", backward),
    ("Value backward", path_by_path),
    ("central difference", central_difference),
    ("central difference", lambda f, x, h: 0.5 / h * (f(x + h) - f(x - h))),
    *(
        (name, Ready)
        for name in ("Value that adds", "Value that multiplies", "Value that squashes")
    ),
]


@pytest.mark.parametrize("name, answer", RIGHT)
def test_what_is_right_is_accepted_however_it_is_written(name, answer):
    said = check(name, answer)
    assert said.accepted, said.text
    assert said.text.startswith("✓ Right. ")


def test_every_exercise_is_solved_here():
    assert {name for name, _ in RIGHT} == set(VALUE_EXERCISES)


# Mistakes, made by hand.


def forwards(order):
    order[-1].slope = 1.0
    for value in order:
        for parent, link in zip(value.parents, value.links, strict=True):
            parent.slope += value.slope * link


def handing_on(change, start=1.0):
    def mistaken(order):
        order[-1].slope = start
        for value in reversed(order):
            for parent, link in zip(value.parents, value.links, strict=True):
                parent.slope = change(parent.slope, value.slope, link)

    return mistaken


def every_slope_at_1(order):
    for value in order:
        value.slope = 1.0
    backward(order)


def at_once(order):
    """Whatever arrives is handed on at once, before the rest has come."""
    value = order[-1]
    value.slope = value.slope or 1.0
    for parent, link in zip(value.parents, value.links, strict=True):
        parent.slope += value.slope * link
        if parent.parents:
            at_once([parent])


def level_by_level(order):
    order[-1].slope, level, seen = 1.0, [order[-1]], set()
    while level:
        below = []
        for value in level:
            if value not in seen:
                seen.add(value)
                for parent, link in zip(value.parents, value.links, strict=True):
                    parent.slope += value.slope * link
                    below.append(parent)
        level = below


def too_early(value, done):
    done.append(value)
    for parent in value.parents:
        if parent not in done:
            too_early(parent, done)
    return done


def parents_only(value, done):
    for parent in value.parents:
        if parent not in done:
            done.append(parent)
    done.append(value)
    return done


def without_the_end(value, done):
    for parent in value.parents:
        if parent not in done:
            without_the_end(parent, done)
            done.append(parent) if parent not in done else None
    return done


def with_repeats(value, done):
    for parent in value.parents:
        with_repeats(parent, done)
    done.append(value)
    return done


def by_levels_turned_round(value, done):
    order = [value]
    for one in order:
        order += [parent for parent in dict.fromkeys(one.parents) if parent not in order]
    return order[::-1]


def by_size(value, done):
    return sorted(in_order(value, done), key=lambda one: one.number)


def forgets_return(value, done):
    in_order(value, done)


WRONG = [
    ("plain number", "Value that adds", add(lambda V, a, b: a.number + b.number)),
    (
        "another number",
        "Value that adds",
        add(lambda V, a, b: V(a.number * b.number, (a, b), (1, 1))),
    ),
    ("parents forgotten", "Value that adds", add(lambda V, a, b: V(a.number + b.number))),
    (
        "parents forgotten",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (a,), (1,))),
    ),
    (
        "parents forgotten",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (a, a), (1, 1))),
    ),
    (
        "numbers as parents",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (a.number, b.number), (1, 1))),
    ),
    (
        "parents copied",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (V(a.number), V(b.number)), (1, 1))),
    ),
    ("links forgotten", "Value that adds", add(lambda V, a, b: V(a.number + b.number, (a, b)))),
    (
        "links forgotten",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (a, b), (1,))),
    ),
    ("no tuple", "Value that adds", add(lambda V, a, b: V(a.number + b.number, (a, b), 1))),
    (
        "links of a product",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (a, b), (b.number, a.number))),
    ),
    (
        "numbers as links",
        "Value that adds",
        add(lambda V, a, b: V(a.number + b.number, (a, b), (a.number, b.number))),
    ),
    ("not returned", "Value that adds", add(lambda V, a, b: None)),
    (
        "another number",
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number + b.number, (a, b), (1, 1))),
    ),
    (
        "links not exchanged",
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number * b.number, (a, b), (a.number, b.number))),
    ),
    (
        "links of a sum",
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number * b.number, (a, b), (1, 1))),
    ),
    (
        "Values as links",
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number * b.number, (a, b), (b, a))),
    ),
    (
        "wrong links",
        "Value that multiplies",
        multiply(lambda V, a, b: V(a.number * b.number, (a, b), (2, 2))),
    ),
    (
        "another number",
        "Value that squashes",
        squash(lambda V, a: V(1 / (1 + math.exp(a.number)), (a,), (1,))),
    ),
    ("no tuple", "Value that squashes", squash(lambda V, a: V(curve(a.number), (a), (1,)))),
    ("no tuple", "Value that squashes", squash(lambda V, a: V(curve(a.number), (a,), (0.25)))),
    ("slope left at 1", "Value that squashes", squash(lambda V, a: V(curve(a.number), (a,), (1,)))),
    (
        "slope at the net",
        "Value that squashes",
        squash(lambda V, a: V(curve(a.number), (a,), (a.number * (1 - a.number),))),
    ),
    (
        "slope cut short",
        "Value that squashes",
        squash(lambda V, a: V(curve(a.number), (a,), (curve(a.number),))),
    ),
    ("written down too early", "Value in order", too_early),
    ("not all the way down", "Value in order", parents_only),
    ("end left out", "Value in order", without_the_end),
    ("twice on the list", "Value in order", with_repeats),
    ("no topological order", "Value in order", by_levels_turned_round),
    ("no topological order", "Value in order", by_size),
    ("not returned", "Value in order", forgets_return),
    ("overwritten", "Value backward", handing_on(lambda so_far, slope, link: slope * link)),
    ("walked forwards", "Value backward", forwards),
    (
        "not started",
        "Value backward",
        handing_on(lambda so_far, slope, link: so_far + slope * link, 0.0),
    ),
    ("link left out", "Value backward", handing_on(lambda so_far, slope, link: so_far + slope)),
    ("slope left out", "Value backward", handing_on(lambda so_far, slope, link: so_far + link)),
    (
        "added along a path",
        "Value backward",
        handing_on(lambda so_far, slope, link: so_far + slope + link),
    ),
    ("started everywhere", "Value backward", every_slope_at_1),
    ("used before it was whole", "Value backward", at_once),
    ("used before it was whole", "Value backward", level_by_level),
    ("one-sided", "central difference", lambda f, x, h: (f(x + h) - f(x)) / h),
    ("one-sided", "central difference", lambda f, x, h: (f(x) - f(x - h)) / h),
    ("one step for two", "central difference", lambda f, x, h: (f(x + h) - f(x - h)) / h),
    ("not divided", "central difference", lambda f, x, h: f(x + h) - f(x - h)),
    ("divided too soon", "central difference", lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h),
    ("turned round", "central difference", lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h)),
]


@pytest.mark.parametrize("key, name, answer", WRONG, ids=[f"{n}: {k}" for k, n, _ in WRONG])
def test_a_mistake_is_named(key, name, answer):
    verdict = judge_value(name, answer)
    assert verdict.kind == "wrong", verdict.words
    assert [mistake.key for mistake in verdict.mistakes] == [key], verdict.words
    assert MISTAKES[key].words in verdict.words and "Tried on " in verdict.words
    assert "For a hint: hint(" in check(name, answer).text


def test_every_mistake_is_made_here():
    assert {key for key, _, _ in WRONG} == set(MISTAKES)


def test_no_key_is_that_of_another_mistake():
    assert not set(MISTAKES) & set(OF_ROUNDS)


@pytest.mark.parametrize("name", VALUE_EXERCISES)
def test_there_are_three_hints(name):
    assert len({hint(name, strength).text for strength in (1, 2, 3)}) == 3


# What is not finished, and what goes wrong besides.


class HalfWritten(Value):
    def __add__(self, other):
        return HalfWritten(..., parents=..., links=...)

    def __mul__(self, other):
        return HalfWritten(self.number * other.number, parents=(self, other), links=(..., ...))

    def logistic(self):
        out = ...
        return HalfWritten(out, parents=(self,), links=(...,))


def order_with_dots(value, done):
    for parent in value.parents:
        if parent not in done:
            ...
    ...
    return done


def backward_with_dots(order):
    order[-1].slope = 1.0
    for value in ...:
        for parent, link in zip(value.parents, value.links, strict=True):  # noqa: B007
            ...


def backward_half_written(order):
    order[-1].slope = 1.0
    for value in reversed(order):
        for parent, link in zip(value.parents, value.links, strict=True):  # noqa: B007
            ...


def difference_with_dots(f, x, h):
    return ...


@pytest.mark.parametrize(
    "name, answer",
    [
        *((name, HalfWritten) for name in list(VALUE_EXERCISES)[:3]),
        ("Value in order", order_with_dots),
        ("Value backward", backward_with_dots),
        ("Value backward", backward_half_written),
        ("central difference", difference_with_dots),
        *((name, answer) for name in VALUE_EXERCISES for answer in (..., None)),
    ],
)
def test_what_is_not_finished_is_unanswered(name, answer):
    said = check(name, answer)
    assert said.kind == "unanswered", said.text
    assert VALUE_EXERCISES[name].call in said.text


def endless(order):
    while order:
        order[-1].slope = 1.0


def typing_slip(order):
    order[-1].slop = 1.0
    return ordr  # noqa: F821


@pytest.mark.parametrize(
    "name, answer, words",
    [
        ("Value that adds", Value, "has no __add__ yet"),
        ("Value that multiplies", Value, "Run the cell from its top"),
        ("Value that adds", 3, "The class is asked for, and this is of the type int"),
        ("Value that adds", Value(3.0), "The class is asked for"),
        ("Value in order", Value, "A function is asked for"),
        ("Value in order", lambda value, done: 3, "A list of Values should come back"),
        ("Value in order", lambda value: [value], "could not be called as in_order(value, done)"),
        ("Value backward", typing_slip, "NameError: name 'ordr' is not defined, in line 3"),
        ("Value backward", lambda order: None, "every slope"),
        ("central difference", lambda f, x, h: 12.0, "no mistake in the catalogue explains it"),
        ("central difference", lambda f, x, h: "far", "no mistake in the catalogue explains it"),
    ],
)
def test_what_goes_wrong_is_said_in_words(name, answer, words):
    said = check(name, answer)
    assert said.kind in ("wrong", "unreadable")
    assert words.lower() in said.text.lower()


def test_an_endless_walk_is_stopped(monkeypatch):
    monkeypatch.setattr("backprop_lib.exercises.code_runner.SECONDS", 0.3)
    assert "did not come to an end in time" in check("Value backward", endless).text


# Whose Value works on.


def whole(**changes):
    """A class as a learner has it after the five exercises, with changes."""
    own = type("Value", (Value,), {})
    methods = {
        "__add__": lambda a, b: own(a.number + b.number, (a, b), (1, 1)),
        "__mul__": lambda a, b: own(a.number * b.number, (a, b), (b.number, a.number)),
        "logistic": lambda a: own(
            curve(a.number), (a,), (curve(a.number) * (1 - curve(a.number)),)
        ),
        "backward": lambda a: backward(in_order(a, [])),
    }
    for name, method in (methods | changes).items():
        setattr(own, name, method)
    return own


def test_a_value_that_finds_the_ten_derivatives_is_taken():
    own = whole()
    assert own_or_ready(own) is own


@pytest.mark.parametrize(
    "own",
    [
        HalfWritten,
        Value,
        3,
        ...,
        whole(backward=lambda a: None),
        whole(backward=lambda a: backward_with_dots(in_order(a, []))),
        whole(backward=lambda a: handing_on(lambda s, slope, link: slope * link)(in_order(a, []))),
        whole(logistic=lambda a: a),
    ],
)
def test_any_other_makes_room_for_the_library_s(own):
    assert own_or_ready(own) is Ready
