"""Whatever is put in comes to an end, asks nobody, prints nothing, and is answered in words."""

import numpy as np
import pytest

from backprop_lib import check, hint
from backprop_lib.exercises.plain_answer import ASKS, MOST_NUMBERS


class EndlessList(list):
    def __iter__(self):
        while True:
            yield 1


class EndlessArray:
    def __array__(self, dtype=None, copy=None):
        while True:
            pass


class Asks:
    def __array__(self, dtype=None, copy=None):
        return np.array(float(input("How much?")))


class Prints:
    def __array__(self, dtype=None, copy=None):
        print("noise")
        return np.array(0.0822)


class Unhashable(str):
    def __hash__(self):
        raise RuntimeError("no hash")

    def __eq__(self, other):
        raise RuntimeError("not equal to anything")


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no words")

    __str__ = __hash__ = __repr__


class NoFloat(float):
    def __str__(self):
        raise RuntimeError("no text")

    __float__ = __repr__ = __str__


class EndlessText:
    def __str__(self):
        while True:
            pass


def nested(depth):
    value = 0.0822
    for _ in range(depth):
        value = [value]
    return value


INSIDE_ITSELF = []
INSIDE_ITSELF.append(INSIDE_ITSELF)

READ = {
    "a list with a way of its own": (EndlessList([0.0822]), "Right"),
    "an array that prints": (Prints(), "Right, to the 3 digits"),
    "an array that asks": (Asks(), "This cannot be read as a number: EOFError."),
    "an array that loops": (EndlessArray(), "type EndlessArray did not come to an end"),
    "spaces": ("1" + " " * 20_000 + "2", "This text has 20,002 characters"),
    "digits": ("7" * 1_000_000, "This text has 1,000,000 characters"),
    "a large whole number": (10**100_000, "out of the range that a network computes with"),
    "a million million zeros": (np.broadcast_to(0.0, 10**12), "this has 1000000000000 numbers"),
    "a long list": ([0.0822] * (MOST_NUMBERS + 1), "This has more than 100,000 numbers."),
    "inside itself": (INSIDE_ITSELF, "lists inside lists, more than 10 deep"),
    "deep": (nested(5000), "lists inside lists, more than 10 deep"),
    "no words": (Unspeakable(), "this is of the type Unspeakable"),
    "objects": (np.array([Unspeakable()], dtype=object), "this is of the type Unspeakable"),
    "a float without a text": (NoFloat(0.0822), "Right, to the 3 digits given."),
    "a text without a hash": (Unhashable("0.0822"), "Right, to the 3 digits given."),
}


@pytest.mark.parametrize("answer, said", READ.values(), ids=READ)
def test_whatever_is_put_in_is_answered_in_words(answer, said, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked"))
    assert said in str(check("dE_dw5", answer))
    assert capsys.readouterr().out == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "answer",
    [Unspeakable(), EndlessText(), EndlessArray(), EndlessList("x"), np.broadcast_to("a", 10**12)],
    ids=lambda answer: type(answer).__name__,
)
def test_a_question_takes_anything_as_well(answer):
    assert check("direction of w5", answer).kind == "unreadable"
    assert check("paths of dE_dw1", answer).kind in ("unreadable", "wrong")


def test_a_word_may_be_a_text_of_any_kind():
    assert check("direction of w5", Unhashable("down")).accepted


def test_an_exercise_may_be_named_by_a_text_of_any_kind():
    assert check(Unhashable("dE_dw5"), 0.0822).accepted
    assert check(Unhashable("update"), lambda W, dE_dW, eta: W - eta * dE_dW).accepted
    assert "Hint 1 of 3" in str(hint(Unhashable("dE_dw5")))


@pytest.mark.parametrize(
    "name",
    [Unspeakable(), np.broadcast_to("a", 10**12), 10**5000, None, INSIDE_ITSELF, Prints()],
    ids=lambda name: type(name).__name__,
)
@pytest.mark.parametrize("ask", [check, hint])
def test_what_is_no_name_is_refused_in_words(ask, name, capsys):
    with pytest.raises(TypeError, match="name: expected text such as 'w5'") as refused:
        ask(name)
    assert len(str(refused.value)) < 250
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "returns, said",
    [
        (lambda: EndlessList([1]), "W2_new came as a list of 1 number. It should be a matrix"),
        (lambda: EndlessArray(), "did not come to an end"),
        (lambda: np.broadcast_to(0.0, 10**12), "W2_new came as a list of 1000000000000 numbers."),
        (lambda: input("What is it?"), ASKS),
    ],
    ids=["endless list", "endless array", "huge array", "input"],
)
def test_what_a_function_returns_is_bounded_too_and_nobody_is_asked(returns, said, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked"))
    monkeypatch.setattr("backprop_lib.exercises.code_runner.SECONDS", 1)
    verdict = check("update", lambda W, dE_dW, eta: returns())
    assert verdict.kind == "wrong" and said in str(verdict)


def test_afterwards_somebody_can_be_asked_again(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: "an answer")
    check("dE_dw5", Asks())
    assert input() == "an answer"
