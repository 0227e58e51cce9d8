"""Each right dress and each named mistake of the code exercises, in several spellings."""

from decimal import Decimal

import numpy as np
import pytest
import sympy as sp

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

TAKES = {
    "forward_pass": ("W1", "b1", "W2", "b2", "x"),
    "output_gradient": ("out_h", "out_o", "target"),
    "hidden_gradient": ("x", "out_h", "out_o", "target", "W2"),
    "update": ("W", "dE_dW", "eta"),
    "training": ("W1", "b1", "W2", "b2", "x", "target", "eta", "rounds"),
}


def each_part(change, result):
    return tuple(map(change, result)) if isinstance(result, tuple) else change(result)


def then(change):
    """What an exercise returns, in another dress."""
    return lambda f: lambda *given: each_part(change, f(*given))


def as_text(form):
    def written(numbers):
        if np.ndim(numbers):
            return [written(one) for one in numbers]
        return f"{numbers:{form}}"

    return written


def as_floats(form):
    text = as_text(form)

    def read(numbers):
        return [read(one) for one in numbers] if isinstance(numbers, list) else float(numbers)

    return lambda numbers: read(text(numbers))


DRESSES = {
    "lists": then(lambda part: np.asarray(part).tolist()),
    "float32": then(np.float32),
    "objects": then(lambda part: np.asarray(part, dtype=object)),
    "one by one": then(lambda part: map(lambda one: one, part) if np.ndim(part) else part),
    "generators": then(lambda part: (one for one in part) if np.ndim(part) else part),
    "long prints": lambda f: lambda *given: ([print(n) for n in range(99)], f(*given))[1],
    "more": lambda f: (
        lambda *given: (*f(*given), 1.0) if isinstance(f(*given), tuple) else (f(*given), given[0])
    ),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_function_is_right_in_every_dress(name, dress):
    said = check(name, DRESSES[dress](RIGHT[name]))
    assert said.accepted, said
    assert ("float32" in said.text) == (dress == "float32")
    assert ("was left aside" in said.text) == (dress == "more")


def rows_yielded(*given):
    yield from hidden_gradient(*given)


def errors_yielded(*given):
    for rounds in range(given[-1] + 1):
        yield training(*given[:-1], rounds)


def by_recursion(W1, b1, W2, b2, x, target, eta, rounds):
    h, o = forward_pass(W1, b1, W2, b2, x)
    if rounds == 0:
        return np.sum((target - o) ** 2 / 2)
    new_1 = update(W1, hidden_gradient(x, h, o, target, W2), eta)
    new_2 = update(W2, output_gradient(h, o, target), eta)
    return by_recursion(new_1, b1, new_2, b2, x, target, eta, rounds - 1)


@pytest.mark.parametrize(
    "name, function",
    [
        ("hidden_gradient", rows_yielded),
        ("training", errors_yielded),
        ("training", by_recursion),
        ("training", lambda *given: [training(*given)]),
        ("training", lambda *given: np.array([training(*given)])),
        ("training", lambda *given: Decimal(repr(float(training(*given))))),
        ("training", lambda *given: sp.Float(training(*given))),
        ("update", lambda W, dE_dW, eta: sp.Matrix(W) - eta * sp.Matrix(dE_dW)),
        ("update", lambda W, dE_dW, eta: [w - eta * d for w, d in zip(W, dE_dW, strict=True)]),
        (
            "forward_pass",
            lambda *given: dict(zip(("out_h", "out_o"), forward_pass(*given), strict=True)),
        ),
    ],
)
def test_so_is_one_that_is_written_in_another_way(name, function):
    assert check(name, function).accepted


def in_order(name, order, called=None):
    """The right function with its arguments in another order, and with other names."""
    here = [TAKES[name][n] for n in order]
    shown = dict(zip(here, called or here, strict=True))
    code = f"lambda {', '.join(shown.values())}: f({', '.join(shown[t] for t in TAKES[name])})"
    return eval(code, {"f": RIGHT[name]})


@pytest.mark.parametrize(
    "name, order, called",
    [
        ("forward_pass", (4, 0, 1, 2, 3), None),
        ("forward_pass", (0, 2, 1, 3, 4), None),
        ("forward_pass", (4, 0, 1, 2, 3), ("inputs", "w_1", "c_1", "w_2", "c_2")),
        ("output_gradient", (1, 0, 2), None),
        ("output_gradient", (2, 1, 0), ("t", "y", "hidden")),
        ("output_gradient", (2, 0, 1), None),
        ("hidden_gradient", (4, 0, 1, 2, 3), None),
        ("hidden_gradient", (0, 2, 1, 3, 4), ("i", "o", "h", "t", "weights")),
        ("hidden_gradient", (1, 2, 3, 4, 0), ("h", "o", "t", "weights", "i")),
        ("update", (1, 0, 2), ("gradient", "weights", "rate")),
        ("update", (2, 0, 1), ("rate", "weights", "gradient")),
        ("update", (1, 0, 2), None),
        ("training", (4, 5, 0, 1, 2, 3, 6, 7), None),
        ("training", (0, 1, 2, 3, 4, 5, 7, 6), None),
        ("training", (4, 0, 1, 2, 3, 5, 6, 7), ("i", "V", "c", "U", "d", "t", "rate", "n")),
    ],
)
def test_arguments_in_another_order_are_named_whatever_they_are_called(name, order, called):
    said = check(name, in_order(name, order, called))
    assert said.kind == "wrong"
    assert f"{name}({', '.join(TAKES[name])})" in said.text
    assert "order" in said.text


X, TARGET = np.array([0.05, 0.1]), np.array([0.01, 0.99])
V1, V2 = np.array([[0.15, 0.2], [0.25, 0.3]]), np.array([[0.4, 0.45], [0.5, 0.55]])


@pytest.mark.parametrize(
    "name, function, which",
    [
        ("forward_pass", lambda W1, b1, W2, b2, x: forward_pass(W1, 0.35, W2, 0.6, x), "b1 and b2"),
        ("forward_pass", lambda W1, b1, W2, b2, x: forward_pass(W1, b1, W2, b2, X), "x"),
        ("forward_pass", lambda W1, b1, W2, b2, x: forward_pass(V1, b1, W2, b2, x), "W1"),
        ("output_gradient", lambda h, o, t: output_gradient(h, o, TARGET), "target"),
        ("hidden_gradient", lambda x, h, o, t, W2: hidden_gradient(x, h, o, t, V2), "W2"),
        ("hidden_gradient", lambda x, h, o, t, W2: hidden_gradient(X, h, o, t, W2), "x"),
        ("update", lambda W, dE_dW, eta: W - 0.5 * dE_dW, "eta"),
        ("update", lambda W, dE_dW, eta=0.5: W - 0.5 * dE_dW, "eta"),
        ("update", lambda W, dE_dW, eta: V2 - eta * dE_dW, "W"),
        ("training", lambda *given: training(*given[:6], 0.5, given[7]), "eta"),
        ("training", lambda *given: training(*given[:7], 2), "rounds"),
        ("training", lambda *given: training(*given[:5], TARGET, *given[6:]), "target"),
    ],
)
def test_what_is_written_into_a_function_is_named(name, function, which):
    said = check(name, function)
    assert "It is right for the worked example" in said.text
    assert f"whatever {which} may be" in said.text


@pytest.mark.exhaustive
@pytest.mark.parametrize("dress", [then(as_floats(form)) for form in (".3f", ".5f", ".4g", ".6g")])
@pytest.mark.parametrize("name", RIGHT)
def test_results_rounded_for_show_are_seen_in_decimals_or_digits(name, dress):
    assert "What comes back is rounded to" in check(name, dress(RIGHT[name])).text


@pytest.mark.parametrize("name", RIGHT)
def test_so_they_are_as_text(name):
    assert "rounded to 4 decimals" in check(name, then(as_text(".4f"))(RIGHT[name])).text


def trained(W1, b1, W2, b2, x, target, eta, rounds):
    for _ in range(rounds):
        h, o = forward_pass(W1, b1, W2, b2, x)
        W1, W2 = (
            update(W1, hidden_gradient(x, h, o, target, W2), eta),
            update(W2, output_gradient(h, o, target), eta),
        )
    return W1, W2, *forward_pass(W1, b1, W2, b2, x)


def deltas(x, h, o, t, W2):
    return W2.T @ ((o - t) * o * (1 - o)) * h * (1 - h)


@pytest.mark.parametrize(
    "name, function, words",
    [
        ("training", lambda *g: dict(zip("VW", trained(*g)[:2], strict=True)), "These are weights"),
        (
            "training",
            lambda *g: np.concatenate([w.ravel() for w in trained(*g)[:2]]),
            "These are weights",
        ),
        ("training", lambda *g: (trained(*g)[0], g[1], trained(*g)[1], g[3]), "These are weights"),
        ("training", lambda *g: trained(*g)[2:], "These are the outputs after the training"),
        ("training", lambda *g: trained(*g)[3].tolist(), "These are the outputs after"),
        ("training", lambda *g: trained(*g)[3][:, None], "These are the outputs after"),
        ("training", lambda *g: g[5] - trained(*g)[3], "how far the outputs are from"),
        ("training", lambda *g: trained(*g)[3] - g[5], "how far the outputs are from"),
        ("training", lambda *g: (g[5] - trained(*g)[3]) ** 2 / 2, "the errors of the outputs"),
        ("training", lambda *g: 2 * training(*g), "The half and the 2 got mixed up"),
        ("training", lambda *g: 2 / len(g[5]) * training(*g), "The mean over the outputs"),
        ("training", lambda *g: training(*g[:-1], g[-1] - 1), "one round too few"),
        ("training", lambda *g: ((g[5] - trained(*g)[3]) ** 2 / 2)[-1], "A path is missing."),
        ("output_gradient", lambda h, o, t: (o - t) * o * (1 - o), "This is delta_o"),
        ("hidden_gradient", deltas, "This is delta_h"),
        ("hidden_gradient", lambda *g: deltas(*g)[:, None], "This is delta_h"),
        (
            "hidden_gradient",
            lambda *g: (deltas(*g), hidden_gradient(*g)),
            "dE_dW1 alone is asked for",
        ),
    ],
)
def test_what_came_back_instead_is_named(name, function, words):
    assert words in check(name, function).text


def with_one_fixed(which):
    def function(W1, b1, W2, b2, x, target, eta, rounds):
        for _ in range(rounds):
            h, o = forward_pass(W1, b1, W2, b2, x)
            by_W1, by_W2 = hidden_gradient(x, h, o, target, W2), output_gradient(h, o, target)
            W1 = W1 if which == "W1" else W1 - eta * by_W1
            W2 = W2 if which == "W2" else W2 - eta * by_W2
        return np.sum((target - forward_pass(W1, b1, W2, b2, x)[1]) ** 2 / 2)

    return function


@pytest.mark.parametrize("which", ["W1", "W2"])
def test_a_matrix_that_is_never_updated_is_named(which):
    assert f"{which} stays as it is." in check("training", with_one_fixed(which)).text


def spoiling_hidden(x, out_h, out_o, target, W2):
    out_o -= target
    delta = out_o * out_o * (1 - out_o)
    return np.outer((W2.T @ delta) * out_h * (1 - out_h), x)


def spoiling_output(out_h, out_o, target):
    out_o -= target
    return np.outer(out_o * out_o * (1 - out_o), out_h)


@pytest.mark.parametrize("function", [spoiling_hidden, spoiling_output])
def test_a_change_in_place_that_spoils_what_comes_after_is_named(function):
    name = "hidden_gradient" if function is spoiling_hidden else "output_gradient"
    assert "It changed out_o in place" in check(name, function).text


def slices(W1, b1, W2, b2, x, target, eta, rounds):
    for _ in range(rounds):
        h, o = forward_pass(W1, b1, W2, b2, x)
        W2[:] = W2 - eta * output_gradient(h, o, target)
        W1[:] = W1 - eta * hidden_gradient(x, h, o, target, W2)
    return np.sum((target - forward_pass(W1, b1, W2, b2, x)[1]) ** 2 / 2)


def another_name(W1, b1, W2, b2, x, target, eta, rounds):
    V = W2
    for _ in range(rounds):
        h, o = forward_pass(W1, b1, V, b2, x)
        V -= eta * output_gradient(h, o, target)
        W1 = W1 - eta * hidden_gradient(x, h, o, target, W2)
    return np.sum((target - forward_pass(W1, b1, V, b2, x)[1]) ** 2 / 2)


def layer_with(assign):
    def layer(W, inputs, b):
        nets = np.zeros(len(W))
        for j in range(len(W)):
            assign(nets, j, W, inputs, b)
        return squash(nets)

    def function(W1, b1, W2, b2, x):
        h = layer(W1, x, b1)
        return h, layer(W2, h, b2)

    return function


def bias_lost(nets, j, W, inputs, b):
    nets[j] = b[j]
    for i in range(len(inputs)):
        nets[j] = W[j, i] * inputs[i]


def bias_kept(nets, j, W, inputs, b):
    for i in range(len(inputs)):
        nets[j] = W[j, i] * inputs[i]
    nets[j] += b[j]


def plus(net):
    return 1 / (1 + np.exp(net))


def softmax(net):
    return np.exp(net) / np.exp(net).sum()


@pytest.mark.parametrize(
    "name, function, words",
    [
        ("training", slices, "An updated weight was used"),
        ("training", another_name, "An updated weight was used"),
        ("forward_pass", layer_with(bias_lost), "as = in a loop leaves it"),
        ("forward_pass", layer_with(bias_kept), "as = in a loop leaves it"),
        ("update", lambda W, dE_dW, eta: W - eta * dE_dW.T, "Rows and columns are swapped"),
        ("update", lambda W, dE_dW, eta: W.T - eta * dE_dW, "Rows and columns are swapped"),
        (
            "update",
            lambda *g: [list(row) for row in zip(*update(*g), strict=True)],
            "Rows and columns are swapped",
        ),
        ("update", lambda W, dE_dW, eta: eta * dE_dW - W, "The sign is flipped"),
        (
            "forward_pass",
            lambda W1, b1, W2, b2, x: (plus(W1 @ x + b1), plus(W2 @ plus(W1 @ x + b1) + b2)),
            "The minus in the exponent is missing",
        ),
        (
            "forward_pass",
            lambda W1, b1, W2, b2, x: (squash(W1 @ x + b1), plus(W2 @ squash(W1 @ x + b1) + b2)),
            "The minus in the exponent is missing",
        ),
        (
            "forward_pass",
            lambda W1, b1, W2, b2, x: (squash(W1 @ x + b1), softmax(W2 @ squash(W1 @ x + b1) + b2)),
            "Another activation was used. It fits softmax",
        ),
        ("output_gradient", lambda h, o, t: np.outer((o - t) * (1 - o**2), h), "slope of tanh"),
        ("output_gradient", lambda h, o, t: np.outer((o - t) * (1 - o), h), "one factor of the"),
        ("output_gradient", lambda h, o, t: np.outer((o - t) * o, h), "out was taken where its"),
    ],
)
def test_the_mistake_is_named(name, function, words):
    said = check(name, function)
    assert said.kind == "wrong"
    assert words in said.text
