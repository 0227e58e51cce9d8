"""Kinds of functions that people write, beside those of test_code_exercises."""

import functools
import re
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp

from backprop_lib import UpdateRule
from backprop_lib.exercises import code_runner
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.check import check
from exercises.test_code_exercises import (
    RIGHT,
    forward_pass,
    hidden_gradient,
    output_gradient,
    squash,
    training,
    update,
)

# Right, in every dress.


def in_float32(function):
    @functools.wraps(function)
    def cast(*arguments):
        return function(
            *(a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in arguments)
        )

    return cast


@pytest.mark.parametrize("name", RIGHT)
def test_code_in_single_precision_is_right_and_told_so(name):
    said = check(name, in_float32(RIGHT[name]))
    assert said.accepted, said
    assert "float32" in said.text


def test_floats_of_python_made_in_single_precision_are_right_too():
    def f(W1, b1, W2, b2, x):
        h, o = forward_pass(*(a.astype(np.float32) for a in (W1, b1, W2, b2, x)))
        return h.tolist(), o.tolist()

    assert check("forward_pass", f).accepted


def one_by_one(W1, b1, W2, b2, x):
    h = [
        squash(sum(a * c for a, c in zip(w, x, strict=True)) + b)
        for w, b in zip(W1, b1, strict=True)
    ]
    o = (
        squash(sum(a * c for a, c in zip(w, h, strict=True)) + b)
        for w, b in zip(W2, b2, strict=True)
    )
    return (value for value in h), o


def columns(W1, b1, W2, b2, x):
    h, o = forward_pass(W1, b1, W2, b2, x)
    return h[:, None], o[:, None]


def tuples(W1, b1, W2, b2, x):
    h, o = forward_pass(W1, b1, W2, b2, x)
    return tuple(map(float, h)), tuple(map(float, o))


def by_recursion(W1, b1, W2, b2, x):
    def layer(weights, x):
        if not weights:
            return []
        (W, b), *rest = weights
        out = squash(W @ x + b)
        return [out, *layer(rest, out)]

    return layer([(W1, b1), (W2, b2)], x)


def with_sympy(W1, b1, W2, b2, x):
    h = (sp.Matrix(W1) * sp.Matrix(x) + sp.Matrix(b1)).applyfunc(lambda n: 1 / (1 + sp.exp(-n)))
    o = (sp.Matrix(W2) * h + sp.Matrix(b2)).applyfunc(lambda n: 1 / (1 + sp.exp(-n)))
    return h, o


def all_numbers(W1, b1, W2, b2, x):
    h, o = forward_pass(W1, b1, W2, b2, x)
    return h, o, W1 @ x + b1


class Model:
    def forward(self, W1, b1, W2, b2, x):
        return forward_pass(W1, b1, W2, b2, x)

    __call__ = forward


@pytest.mark.parametrize(
    "function",
    [
        one_by_one,
        columns,
        tuples,
        by_recursion,
        with_sympy,
        Model().forward,
        Model(),
        functools.partial(lambda squash, *given: forward_pass(*given), squash),
        all_numbers,
    ],
    ids=lambda f: getattr(f, "__name__", type(f).__name__),
)
def test_a_right_function_may_come_in_any_dress(function):
    said = check("forward_pass", function)
    assert said.accepted, said
    assert ("the rest was left aside" in said.text) == (function is all_numbers)


def test_a_gradient_may_come_with_that_of_the_biases_behind_it():
    def f(out_h, out_o, target):
        delta = (out_o - target) * out_o * (1 - out_o)
        return np.outer(delta, out_h), delta

    said = check("output_gradient", f)
    assert said.accepted
    assert "More came back than dE_dW2" in said.text
    turned = check("output_gradient", lambda *given: f(*given)[::-1])
    assert turned.kind == "wrong"
    assert "2 things (a list of 2 numbers, a matrix of 2 rows and 2 columns)" in turned.text


# Wrong, each in a way of its own.


def test_arguments_in_another_order_are_seen_by_their_names():
    def f(x, W1, W2, b1, b2):
        h = squash(W1 @ x + b1)
        return h, squash(W2 @ h + b2)

    said = check("forward_pass", f)
    assert said.kind == "wrong"
    assert "another order" in said.text
    assert "def my_forward_pass(W1, b1, W2, b2, x):" in said.text
    swapped = check("update", lambda dE_dW, W, eta: W - eta * dE_dW)
    assert "another order" in swapped.text


def written_in(W1, b1, W2, b2, x):
    h1, h2 = squash(0.15 * 0.05 + 0.20 * 0.10 + 0.35), squash(0.25 * 0.05 + 0.30 * 0.10 + 0.35)
    return [h1, h2], [squash(0.40 * h1 + 0.45 * h2 + 0.60), squash(0.50 * h1 + 0.55 * h2 + 0.60)]


def test_numbers_of_the_worked_example_written_into_a_function_are_seen():
    said = check("forward_pass", written_in)
    assert "right for the worked example, and wrong for every other network" in said.text
    assert "whatever W1 and b1 and W2 and b2 and x may be" in said.text


def test_so_is_the_learning_rate_and_it_is_named():
    said = check("update", lambda W, dE_dW, eta: W - 0.5 * dE_dW)
    assert "right for the worked example" in said.text
    assert "whatever eta may be" in said.text


@pytest.mark.parametrize("decimals", [2, 4, 6])
def test_results_that_were_rounded_for_show_are_seen(decimals):
    said = check("output_gradient", lambda *given: np.round(output_gradient(*given), decimals))
    assert said.kind == "wrong"
    assert f"rounded to {decimals} decimals" in said.text


def trained(W1, b1, W2, b2, x, target, eta, rounds):
    errors = []
    for _ in range(rounds + 1):
        h, o = forward_pass(W1, b1, W2, b2, x)
        errors.append(np.sum((target - o) ** 2 / 2))
        last = W1, W2
        W1, W2 = (
            update(W1, hidden_gradient(x, h, o, target, W2), eta),
            update(W2, output_gradient(h, o, target), eta),
        )
    return errors, last, o


@pytest.mark.parametrize(
    "take, words",
    [
        (lambda errors, weights, o: weights, "These are weights."),
        (lambda errors, weights, o: list(weights), "These are weights."),
        (lambda errors, weights, o: weights[1], "These are weights."),
        (lambda errors, weights, o: o, "These are the outputs after the training."),
        (
            lambda errors, weights, o: errors[:-1],
            "One error is missing, that after the last update",
        ),
        (lambda errors, weights, o: errors[1:], "that before the first update"),
        (lambda errors, weights, o: (*weights, errors[-1]), "E_total alone is asked for"),
    ],
)
def test_what_training_returned_instead_of_the_error_is_named(take, words):
    said = check("training", lambda *given: take(*trained(*given)))
    assert said.kind == "wrong"
    assert words in said.text


@pytest.mark.parametrize(
    "take",
    [
        lambda errors, weights, o: (errors[-1], *weights),
        lambda errors, weights, o: (errors, *weights),
        lambda errors, weights, o: errors,
        lambda errors, weights, o: (error for error in errors),
    ],
)
def test_the_error_may_come_with_more_behind_it(take):
    assert check("training", lambda *given: take(*trained(*given))).accepted


def test_one_error_too_many_is_seen():
    def f(*given):
        return trained(*given[:-1], given[-1] + 1)[0]

    assert "One error is too many" in check("training", f).text


def with_equals(W1, b1, W2, b2, x):
    def net(weights, inputs, bias):
        total = bias
        for weight, value in zip(weights, inputs, strict=True):
            total = bias + weight * value
        return total

    h = np.array([squash(net(w, x, b)) for w, b in zip(W1, b1, strict=True)])
    return h, np.array([squash(net(w, h, b)) for w, b in zip(W2, b2, strict=True)])


def last_path_only(x, out_h, out_o, target, W2):
    delta = (out_o - target) * out_o * (1 - out_o)
    for j in range(len(delta)):
        back = W2[j] * delta[j]
    return np.outer(back * out_h * (1 - out_h), x)


@pytest.mark.parametrize(
    "name, function, key",
    [
        ("forward_pass", with_equals, "product left out"),
        ("hidden_gradient", last_path_only, "path dropped"),
        ("update", lambda W, dE_dW, eta: (W - eta * dE_dW).T, "rows and columns swapped"),
        ("update", lambda W, dE_dW, eta: W.T - eta * dE_dW.T, "rows and columns swapped"),
        ("update", lambda W, dE_dW, eta: W - eta**2 * dE_dW, "learning rate taken twice"),
        (
            "forward_pass",
            lambda W1, b1, W2, b2, x: forward_pass(-W1, -b1, -W2, -b2, x),
            "minus in the exponent forgotten",
        ),
    ],
)
def test_it_is_named(name, function, key):
    said = check(name, function)
    assert said.kind == "wrong"
    assert MISTAKES[key] in said.mistakes, said


@pytest.mark.parametrize("other", [np.tanh, lambda net: np.maximum(net, 0)], ids=["tanh", "ReLU"])
def test_another_activation_is_named(other):
    def f(W1, b1, W2, b2, x):
        h = other(W1 @ x + b1)
        return h, other(W2 @ h + b2)

    assert MISTAKES["another activation"] in check("forward_pass", f).mistakes


def test_an_update_in_place_that_spoils_the_same_round_is_named():
    def f(W1, b1, W2, b2, x, target, eta, rounds):
        for _ in range(rounds):
            h, o = forward_pass(W1, b1, W2, b2, x)
            W2 -= eta * output_gradient(h, o, target)
            W1 -= eta * hidden_gradient(x, h, o, target, W2)
        return np.sum((target - forward_pass(W1, b1, W2, b2, x)[1]) ** 2 / 2)

    assert MISTAKES["updated weight used"] in check("training", f).mistakes


@pytest.mark.parametrize("biases", ["one per layer", "one per neuron"])
def test_every_rule_of_the_biases_exists(biases):
    assert UpdateRule(biases=biases)


# What is said of a shape.


@pytest.mark.parametrize(
    "returned, words",
    [
        (lambda: 0.5, "W2_new came as a single number."),
        (lambda: np.ones(3), "W2_new came as a list of 3 numbers."),
        (lambda: np.ones((3, 2)), "W2_new came as a matrix of 3 rows and 2 columns."),
        (lambda: np.ones((1, 2)), "a matrix of 1 row and 2 columns."),
        (lambda: np.ones((2, 2, 2)), "an array of 2 by 2 by 2 numbers."),
    ],
)
def test_a_shape_is_said_in_words(returned, words):
    said = check("update", lambda W, dE_dW, eta: returned())
    assert words in said.text
    assert "a matrix of 2 rows and 2 columns, with a row for each neuron" in said.text


# Printing.


def test_a_function_that_prints_a_lot_is_not_called_endless(capsys):
    def f(W1, b1, W2, b2, x, target, eta, rounds):
        for n in range(2_000):
            print("line", n)
        return training(W1, b1, W2, b2, x, target, eta, rounds)

    assert check("training", f).accepted
    assert capsys.readouterr().out.endswith("… and more\n")


def test_one_that_prints_for_ever_is_told_how_much_it_printed(monkeypatch, capsys):
    monkeypatch.setattr(code_runner, "SECONDS", 0.3)

    def f(W, dE_dW, eta):
        while True:
            print("still here")

    said = check("update", f)
    assert re.search(r"It printed \d+ lines until then, which takes long: print less", said.text)
    assert "whose condition never becomes false" not in said.text
    assert capsys.readouterr().out.endswith("… and more\n")


# A debugger.


def test_a_debugger_that_holds_the_trace_keeps_it_and_is_not_warned():
    code = (
        "import sys\n"
        "seen = []\n"
        "def settrace(function): seen.append(function); raise SystemExit('taken')\n"
        "sys.settrace = settrace\n"  # as pydevd does, which warns
        "from backprop_lib import check\n"
        "print(check('update', lambda W, g, e: W - e * g), seen)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert "Right" in done.stdout
    assert done.stdout.strip().endswith("[]")
    assert done.stderr == ""
