"""Functions that learners write: right ones, and each mistake written out in NumPy."""

import functools
import re
import time
from time import process_time

import numpy as np
import pytest

import backprop_lib
from backprop_lib import UpdateRule, example, train
from backprop_lib.exercises import code_runner
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.check import check, hint
from backprop_lib.exercises.code_exercises import CODE_EXERCISES, judge_code


def squash(net):
    return 1 / (1 + np.exp(-net))


def forward_pass(W1, b1, W2, b2, x):
    out_h = squash(W1 @ x + b1)
    out_o = squash(W2 @ out_h + b2)
    return out_h, out_o


def output_gradient(out_h, out_o, target):
    delta_o = (out_o - target) * out_o * (1 - out_o)
    return np.outer(delta_o, out_h)


def hidden_gradient(x, out_h, out_o, target, W2):
    delta_o = (out_o - target) * out_o * (1 - out_o)
    delta_h = (W2.T @ delta_o) * out_h * (1 - out_h)
    return np.outer(delta_h, x)


def update(W, dE_dW, eta):
    return W - eta * dE_dW


def training(W1, b1, W2, b2, x, target, eta, rounds):
    for _ in range(rounds):
        out_h, out_o = forward_pass(W1, b1, W2, b2, x)
        dE_dW2 = output_gradient(out_h, out_o, target)
        dE_dW1 = hidden_gradient(x, out_h, out_o, target, W2)
        W1, W2 = update(W1, dE_dW1, eta), update(W2, dE_dW2, eta)
    _, out_o = forward_pass(W1, b1, W2, b2, x)
    return np.sum((target - out_o) ** 2 / 2)


def batch_gradients(X, outs_h, outs_o, T, W2):
    deltas_o = (outs_o - T) * outs_o * (1 - outs_o) / len(X)
    deltas_h = (deltas_o @ W2) * outs_h * (1 - outs_h)
    return deltas_h.T @ X, deltas_o.T @ outs_h


RIGHT = {
    f.__name__: f
    for f in (
        forward_pass, output_gradient, hidden_gradient, update, training, batch_gradients
    )
}  # fmt: skip


def with_loops(W1, b1, W2, b2, x):
    """As a beginner may write it: neuron by neuron, into lists."""
    out_h = []
    for weights, bias in zip(W1, b1, strict=True):
        net = bias
        for weight, value in zip(weights, x, strict=True):
            net = net + weight * value
        out_h.append(squash(net))
    out_o = [
        squash(sum(w * h for w, h in zip(row, out_h, strict=True)) + b)
        for row, b in zip(W2, b2, strict=True)
    ]
    return [out_h, out_o]


def test_every_exercise_is_solved_here():
    assert set(RIGHT) == set(CODE_EXERCISES)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_function_is_accepted(name):
    said = check(name, RIGHT[name])
    assert said.accepted
    assert str(said).startswith("✓ Right. ")


def test_an_unknown_exercise_is_the_author_s_error():
    with pytest.raises(ValueError, match=r"^name: expected one of 'forward_pass'"):
        judge_code("backward_pass", forward_pass)


def test_a_right_function_may_be_written_with_loops():
    assert check("forward_pass", with_loops).accepted


def test_training_may_return_the_errors_of_all_rounds():
    def errors(*arguments):
        return [training(*arguments[:-1], rounds) for rounds in range(arguments[-1] + 1)]

    assert check("training", errors).accepted


def test_the_training_of_this_file_is_that_of_the_library():
    (W1, W2), (b1, b2) = example.network.weights, example.network.biases
    trained = train(example.network, example.inputs, example.targets, 0.5, 100)
    error = training(W1, b1, W2, b2, example.inputs, example.targets, 0.5, 100)
    assert error == pytest.approx(trained.errors[-1], rel=1e-12)


# Mistakes, written out.


def by_hand(x, out_h, out_o, target, W2, slope_o=True, slope_h=True, back=None, size=1):
    delta_o = size * (out_o - target) * (out_o * (1 - out_o) if slope_o else 1)
    dE_dout_h = W2.T @ delta_o if back is None else back(W2, delta_o)
    return np.outer(dE_dout_h * (out_h * (1 - out_h) if slope_h else 1), x)


def batch_by_hand(X, outs_h, outs_o, T, W2, slope_o=True, slope_h=True, size=1):
    deltas_o = size * (outs_o - T) * (outs_o * (1 - outs_o) if slope_o else 1) / len(X)
    deltas_h = (deltas_o @ W2) * (outs_h * (1 - outs_h) if slope_h else 1)
    return deltas_h.T @ X, deltas_o.T @ outs_h


def trained_wrongly(W1, b1, W2, b2, x, target, eta, rounds, late=False, by=-1, bias=False, more=0):
    for _ in range(rounds + more):
        out_h, out_o = forward_pass(W1, b1, W2, b2, x)
        delta_o = (out_o - target) * out_o * (1 - out_o)
        W2_new = W2 + by * eta * np.outer(delta_o, out_h)
        delta_h = ((W2_new if late else W2).T @ delta_o) * out_h * (1 - out_h)
        W1, W2 = W1 + by * eta * np.outer(delta_h, x), W2_new
        if bias == "one per neuron":
            b1, b2 = b1 - eta * delta_h, b2 - eta * delta_o
        if bias == "one per layer":
            b1, b2 = b1 - eta * delta_h.sum(), b2 - eta * delta_o.sum()
    _, out_o = forward_pass(W1, b1, W2, b2, x)
    return np.sum((target - out_o) ** 2 / 2)


WRONG = [
    ("forward_pass", lambda W1, b1, W2, b2, x: forward_pass(W1, 0, W2, 0, x), "bias left out"),
    ("forward_pass", lambda W1, b1, W2, b2, x: forward_pass(W1, b1, W2, 0, x), "bias left out"),
    (
        "forward_pass",
        lambda W1, b1, W2, b2, x: (W1 @ x + b1, squash(W2 @ (W1 @ x + b1) + b2)),
        "squashing forgotten",
    ),
    (
        "forward_pass",
        lambda W1, b1, W2, b2, x: forward_pass(W1.T, b1, W2.T, b2, x),
        "rows and columns swapped",
    ),
    ("output_gradient", lambda h, o, t: np.outer(o - t, h), "slope forgotten"),
    ("output_gradient", lambda h, o, t: output_gradient(h, o, t).T, "rows and columns swapped"),
    ("output_gradient", lambda h, o, t: -output_gradient(h, o, t), "sign flipped"),
    (
        "output_gradient",
        lambda h, o, t: np.outer((t - o) * o * (1 - o), h),
        "target and output exchanged",
    ),
    ("output_gradient", lambda h, o, t: 2 * output_gradient(h, o, t), "one half or two"),
    (
        "output_gradient",
        lambda h, o, t: np.outer((o - t) * squash(o) * (1 - squash(o)), h),
        "slope squashed twice",
    ),
    ("hidden_gradient", functools.partial(by_hand, slope_o=False), "slope forgotten"),
    ("hidden_gradient", functools.partial(by_hand, slope_h=False), "slope forgotten"),
    ("hidden_gradient", functools.partial(by_hand, size=0.5), "one half or two"),
    (
        "hidden_gradient",
        functools.partial(by_hand, back=lambda W2, d: W2 @ d),
        "rows and columns swapped",
    ),
    ("hidden_gradient", functools.partial(by_hand, back=lambda W2, d: W2 @ d), "weights swapped"),
    (
        "hidden_gradient",
        functools.partial(by_hand, back=lambda W2, d: W2[0] * d[0]),
        "path dropped",
    ),
    (
        "hidden_gradient",
        functools.partial(by_hand, back=lambda W2, d: np.prod(W2.T * d, axis=1)),
        "paths multiplied",
    ),
    ("batch_gradients", lambda *batch: batch_by_hand(*batch, slope_o=False), "slope forgotten"),
    ("batch_gradients", lambda *batch: batch_by_hand(*batch, slope_h=False), "slope forgotten"),
    ("batch_gradients", lambda *batch: batch_by_hand(*batch, size=-1), "sign flipped"),
    (
        "batch_gradients",
        lambda *batch: [slopes.T for slopes in batch_gradients(*batch)],
        "rows and columns swapped",
    ),
    ("update", lambda W, dE_dW, eta: W - dE_dW, "learning rate forgotten"),
    ("update", lambda W, dE_dW, eta: W + eta * dE_dW, "step added"),
    ("update", lambda W, dE_dW, eta: eta * dE_dW, "step not taken"),
    ("update", lambda W, dE_dW, eta: (W - eta * dE_dW).T, "rows and columns swapped"),
    ("training", functools.partial(trained_wrongly, late=True), "updated weight used"),
    ("training", functools.partial(trained_wrongly, by=1), "step added"),
]  # fmt: skip


@pytest.mark.exhaustive
@pytest.mark.parametrize("name, function, key", WRONG, ids=[f"{n}: {k}" for n, _, k in WRONG])
def test_a_mistake_in_a_function_is_named(name, function, key):
    verdict = judge_code(name, function)
    assert verdict.kind == "wrong"
    assert MISTAKES[key] in verdict.mistakes
    assert MISTAKES[key].words in verdict.words


@pytest.mark.exhaustive
@pytest.mark.parametrize("name, function, key", WRONG, ids=[f"{n}: {k}" for n, _, k in WRONG])
def test_mistakes_that_cannot_be_made_there_are_not_named(name, function, key):
    keys = {mistake.key for mistake in judge_code(name, function).mistakes}
    same_number = {
        "sign flipped": {"target and output exchanged"},
        "target and output exchanged": {"sign flipped"},
        "rows and columns swapped": {"weights swapped"},
        "weights swapped": {"rows and columns swapped"},
        "step added": {"sign flipped", "target and output exchanged"},
        "paths multiplied": set(),
    }
    # The derivative is handed to update, so its sign cannot be flipped there.
    assert keys <= {key} | (same_number.get(key, set()) if name != "update" else set())


@pytest.mark.parametrize("biases", ["one per layer", "one per neuron"])
def test_biases_that_were_trained_are_noticed(biases):
    assert UpdateRule(biases=biases)
    words = judge_code("training", functools.partial(trained_wrongly, bias=biases)).words
    assert "The biases were trained as well" in words


@pytest.mark.parametrize("more, words", [(-1, "one round too few"), (1, "one round too many")])
def test_an_error_of_another_round_is_noticed(more, words):
    assert words in judge_code("training", functools.partial(trained_wrongly, more=more)).words


@pytest.mark.parametrize(
    "function, words",
    [
        (lambda *batch: batch_by_hand(*batch, size=len(batch[0])), "These are sums over the batch"),
        (lambda *batch: batch_by_hand(*batch, size=1 / len(batch[0])), "divided by the number of"),
        (
            lambda X, h, o, T, W2: batch_gradients(X[:1], h[:1], o[:1], T[:1], W2),
            "This is the first example alone.",
        ),
        (
            lambda X, h, o, T, W2: [s / 3 for s in batch_gradients(X[:1], h[:1], o[:1], T[:1], W2)],
            "This is the first example alone.",
        ),
    ],
)
def test_what_goes_wrong_with_a_batch_alone_is_named(function, words):
    assert words in judge_code("batch_gradients", function).words


@pytest.mark.parametrize("name", RIGHT)
def test_what_no_mistake_explains_is_wrong_all_the_same(name):
    def noisy(*arguments):
        result = RIGHT[name](*arguments)
        return (
            tuple(1.01 * part + 0.001 for part in result)
            if isinstance(result, tuple)
            else result * 1.37
        )

    verdict = judge_code(name, noisy)
    assert verdict.kind == "wrong"
    assert verdict.mistakes == ()
    assert "no mistake in the catalogue explains it" in verdict.words


def test_a_mistake_that_shows_in_some_networks_only_is_found():
    def first_two(x, out_h, out_o, target, W2):
        back = W2[:2].T @ ((out_o - target) * out_o * (1 - out_o))[:2]
        return np.outer(back * out_h * (1 - out_h), x)

    verdict = judge_code("hidden_gradient", first_two)
    assert MISTAKES["path dropped"] in verdict.mistakes
    assert "network of 1-4-3 neurons" in verdict.words


# What stops a function.


def not_written(W, dE_dW, eta):
    """A step against the derivative."""
    ...


def half_written(W, dE_dW, eta):
    step = ...
    return W - step


def half_written_with_numpy(out_h, out_o, target):
    delta_o = ...
    return np.outer(delta_o, out_h)


def to_do(W, dE_dW, eta):
    raise NotImplementedError


@pytest.mark.parametrize(
    "name, function",
    [
        ("update", ...),
        ("update", None),
        ("update", not_written),
        ("update", half_written),
        ("update", to_do),
        ("update", lambda W, dE_dW, eta: ...),
        ("output_gradient", half_written_with_numpy),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_what_is_not_finished_is_unanswered(name, function):
    said = check(name, function)
    assert said.kind == "unanswered"
    assert str(said).startswith("… Not answered yet: ")
    assert CODE_EXERCISES[name].call in str(said)


def endless(W, dE_dW, eta):
    n = 0
    while n < 1:
        n -= 1
    return W


def typing_slip(W, dE_dW, eta):
    step = eta * dE_dw  # noqa: F821
    return W - step


def deep_slip(W, dE_dW, eta):
    def inner():
        return W[99]

    return inner()


def slip_inside_numpy(W, dE_dW, eta):
    return np.linalg.inv(0 * W)


def recursive(W, dE_dW, eta):
    return recursive(W, dE_dW, eta)


def prints_only(W, dE_dW, eta):
    W_new = W - eta * dE_dW
    str(W_new)


@pytest.mark.parametrize(
    "function, words",
    [
        (endless, "did not come to an end in time, and was stopped"),
        (
            typing_slip,
            "NameError: name 'dE_dw' is not defined, in line 2 of the function: "
            "step = eta * dE_dw  # noqa: F821. Tried on the worked example.",
        ),
        (deep_slip, "in line 3 of the function: return W[99]"),
        (slip_inside_numpy, "in line 2 of the function: return np.linalg.inv(0 * W)"),
        (recursive, "RecursionError: "),
        (prints_only, "The function returned nothing. End it with return and the result."),
        (lambda W: W, "could not be called as my_update(W, dE_dW, eta)"),
        (lambda W, dE_dW, eta: "abc", "'abc' is text"),
        (
            lambda W, dE_dW, eta: 0.5,
            "W2_new came as a single number. It should be a matrix of 2 rows and 2 columns",
        ),
        (lambda W, dE_dW, eta: W * np.nan, "not a finite number"),
        (lambda W, dE_dW, eta: {}, "of the type dict"),
        (lambda W, dE_dW, eta: [[1], [1, 2]], "The rows differ in length"),
        (lambda W, dE_dW, eta: exit(), "SystemExit"),
        (lambda W, dE_dW, eta: W / 0, "not a finite number"),
    ],
)
def test_what_goes_wrong_is_said_in_words(function, words):
    verdict = judge_code("update", function)
    assert verdict.kind == "wrong"
    assert words in verdict.words


@pytest.mark.parametrize("name", CODE_EXERCISES)
def test_no_first_line_is_advised_that_hides_a_name_of_the_library(name):
    for verdict in (judge_code(name, None), judge_code(name, lambda: 0)):
        advised = re.findall(r"(?:write|def) (\w+)\(", verdict.words)
        assert advised and not {*advised} & {*dir(backprop_lib)}, verdict.words


def test_all_trials_together_have_one_limit(monkeypatch):
    monkeypatch.setattr(code_runner, "SECONDS", 0.5)

    def slow(W, dE_dW, eta):
        time.sleep(0.2)
        return update(W, dE_dW, eta)

    start = process_time()
    verdict = judge_code("update", slow)
    assert process_time() - start < 2
    assert verdict.kind == "wrong"
    assert "did not come to an end in time" in verdict.words


def chatters(W, dE_dW, eta):
    while True:
        print("still here", W)


def chatters_on_one_line(W, dE_dW, eta):
    while True:
        print("still here", end=" ")


@pytest.mark.parametrize("function", [chatters, chatters_on_one_line])
def test_an_endless_print_is_cut_short(function, monkeypatch, capsys):
    monkeypatch.setattr(code_runner, "SECONDS", 0.2)
    assert "did not come to an end" in judge_code("update", function).words
    printed = capsys.readouterr().out
    assert printed.startswith("still here")
    assert printed.endswith("\n… and more\n")
    assert printed.count("\n") <= code_runner.MOST_LINES + 1
    assert len(printed) < code_runner.MOST_CHARACTERS + 20


def test_what_a_function_prints_is_shown(capsys):
    def shows(W, dE_dW, eta):
        print("eta is", eta)
        return update(W, dE_dW, eta)

    assert check("update", shows).accepted
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "eta is 0.5"
    assert len(printed) == 5


def test_errors_that_were_not_added_up_are_noticed():
    def unsummed(W1, b1, W2, b2, x, target, eta, rounds):
        for _ in range(rounds):
            out_h, out_o = forward_pass(W1, b1, W2, b2, x)
            dE_dW1 = hidden_gradient(x, out_h, out_o, target, W2)
            W2 = update(W2, output_gradient(out_h, out_o, target), eta)
            W1 = update(W1, dE_dW1, eta)
        return (target - forward_pass(W1, b1, W2, b2, x)[1]) ** 2 / 2

    words = judge_code("training", unsummed).words
    assert words.startswith("These are the errors of the outputs; E_total is their sum.")


def test_a_huge_result_is_not_read_number_by_number():
    start = process_time()
    words = judge_code("update", lambda W, dE_dW, eta: np.zeros((2000, 2000))).words
    assert "W2_new came as a matrix of 2000 rows and 2000 columns." in words
    assert process_time() - start < 1


def test_one_thing_instead_of_two_is_noticed():
    words = judge_code("forward_pass", lambda *arguments: forward_pass(*arguments)[1]).words
    assert "has to return 2 things, and this is one: return out_h, out_o" in words


def test_an_exception_on_another_network_does_not_hide_what_was_wrong_before_it():
    def wrong_way_round(x, out_h, out_o, target, W2):
        return by_hand(x, out_h, out_o, target, W2, back=lambda W2, delta_o: W2 @ delta_o)

    with pytest.raises(ValueError, match="matmul"):
        wrong_way_round(np.ones(3), np.ones(3), np.ones(2), np.ones(2), np.ones((2, 3)))
    assert (
        MISTAKES["rows and columns swapped"]
        in judge_code("hidden_gradient", wrong_way_round).mistakes
    )


def test_an_exception_on_another_network_alone_says_on_which():
    def for_two_only(W, dE_dW, eta):
        return W - eta * dE_dW * np.ones((2, 2)) if len(W) == 2 else W[7]

    assert "IndexError" in judge_code("update", for_two_only).words
    assert "Tried on a network of 3-2-1 neurons." in judge_code("update", for_two_only).words


def catches_everything(W, dE_dW, eta):
    while True:
        try:
            return W - eta * dE_dW
        except:  # noqa: E722
            pass


def test_a_function_that_could_not_be_stopped_is_not_run():
    verdict = judge_code("update", catches_everything)
    assert verdict.kind == "unreadable"
    assert "Say which exception you mean" in verdict.words


@pytest.mark.parametrize("answer", [3, "update", [1], np.eye(2)], ids=repr)
def test_what_is_no_function_is_said_to_be_none(answer):
    assert "A function is asked for" in judge_code("update", answer).words


def test_a_function_that_changes_its_arguments_is_told_so():
    def in_place(W, dE_dW, eta):
        W -= eta * dE_dW
        return W

    said = check("update", in_place)
    assert said.accepted
    assert "it changed W in place" in str(said)
    assert "in place" not in str(check("update", update))


def test_nothing_that_a_function_changes_reaches_the_next_run():
    def damages(W1, b1, W2, b2, x):
        result = forward_pass(W1, b1, W2, b2, x)
        for array in (W1, b1, W2, b2, x):
            array[:] = 99
        return result

    assert check("forward_pass", damages).accepted
    assert check("forward_pass", forward_pass).accepted
    assert example.w1 == 0.15


@pytest.mark.exhaustive
def test_the_right_result_is_not_in_the_words():
    for name, function, _ in WRONG:
        assert not any(
            len(word.strip(".")) > 4 and word.replace(".", "").isdigit()
            for word in judge_code(name, function).words.split()
        )


@pytest.mark.parametrize("name", CODE_EXERCISES)
def test_each_exercise_has_three_hints(name):
    hints = [str(hint(name, strength)) for strength in (1, 2, 3)]
    assert len(set(hints)) == 3


def test_checking_a_function_is_quick():
    check("training", training)
    start = process_time()
    check("training", training)
    assert process_time() - start < 0.5
