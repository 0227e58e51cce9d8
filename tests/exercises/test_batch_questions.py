"""Questions about matrices and batches, against arrays and loops that are really made."""

import numpy as np
import pytest

from backprop_lib import (
    Example,
    batch_backward,
    batch_forward,
    check,
    hint,
    random_network,
    train_in_batches,
    xor,
)
from backprop_lib.exercises.batch_questions import REASONS, THEIRS

WIDE = Example(random_network((3, 4, 2)), [0.1, 0.2, 0.3], [0, 1])
MANY = batch_forward(WIDE.network, np.ones((16, 3)))
SLOPES = batch_backward(MANY, np.ones((16, 2)))
SHAPES = {
    "W1": WIDE.network.weights[0],
    "W2": WIDE.network.weights[1],
    "net_h in a batch of 16": MANY.nets[0],
    "out_o in a batch of 16": MANY.outputs,
    "x in a batch of 16": MANY.inputs,
    "dE_dW1 in a batch of 16": SLOPES.dE_dW[0],
    "net_h": MANY.nets[0][0],
    "target": WIDE.targets,
}
UPDATES = "updates in 5 epochs of 10 examples in batches of 4"
RATE = "rate with the mean like 2.0 with the sum of 4 examples"


@pytest.mark.parametrize("asked", SHAPES)
def test_the_shape_of_what_is_really_there_is_right(asked):
    shape = SHAPES[asked].shape
    for answer in (shape, list(shape), str(shape), np.array(shape)):
        assert check(f"shape of {asked}", answer, example=WIDE).accepted
    for answer in ((*shape, 1), (7, 7), (1, *shape), 0):
        assert check(f"shape of {asked}", answer, example=WIDE).kind == "wrong"


def test_the_shape_of_a_vector_may_be_a_number():
    assert check("shape of net_h", 4, example=WIDE).accepted


@pytest.mark.parametrize(
    "asked, answer, words",
    [
        ("W1", (3, 4), "Rows and columns are exchanged"),
        ("net_h in a batch of 16", (4, 16), "Rows and columns are exchanged"),
        ("net_h in a batch of 16", (4,), "Where are the others?"),
        ("dE_dW1 in a batch of 16", (16, 4, 3), "one matrix of weights for all examples"),
    ],
)
def test_a_usual_mistake_with_a_shape_is_named(asked, answer, words):
    assert words in str(check(f"shape of {asked}", answer, example=WIDE))


def test_updates_are_counted_as_the_batches_that_a_loop_makes():
    made = sum(1 for _ in range(5) for _ in range(0, 10, 4))
    assert check(UPDATES, made).accepted
    assert check("updates in 300 epochs of 300 examples in batches of 16", 5700).accepted
    for number, words in [
        (10, "The last batch of an epoch is smaller"),
        (3, "That is one epoch."),
        (50, "one update for each example"),
        (5, "how often it goes through all examples"),
        (11, "How many batches does an epoch have?"),
    ]:
        assert words in str(check(UPDATES, number))


def test_the_rate_is_that_with_which_the_training_is_the_same():
    start = random_network((2, 2, 1), seed=3)
    by_sum = train_in_batches(start, xor.inputs, xor.targets, 2.0, 50, 4, reduction="sum")
    by_mean = train_in_batches(start, xor.inputs, xor.targets, 8.0, 50, 4)
    assert np.allclose(by_sum.errors, by_mean.errors, rtol=1e-12)
    assert check(RATE, 8.0).accepted and check(RATE, "8").accepted
    assert check("rate with the sum like 8.0 with the mean of 4 examples", 2).accepted
    assert "another length" in str(check(RATE, 2.0))
    assert "shorter already" in str(check(RATE, 0.5))


@pytest.mark.parametrize("theirs, ours", THEIRS.items())
def test_one_name_of_ours_is_theirs(theirs, ours):
    assert check(f"our name for {theirs}", ours).accepted
    others = {"net", "out", "delta", "E_total", "eta", "round"} - {ours}
    assert all(check(f"our name for {theirs}", other).kind == "wrong" for other in others)


def test_the_a_of_one_book_is_not_that_of_the_other():
    # Nielsen, chapter 2, (25): a = sigmoid(z). Goodfellow, algorithm 6.3: a = b + W h, h = f(a).
    assert THEIRS["the a of Nielsen"] == "out" and THEIRS["the a of Goodfellow"] == "net"


def test_a_held_out_part_can_be_better_by_luck_alone():
    kinds = {reason: check("why held out can be better", reason).kind for reason in REASONS}
    assert kinds.pop("luck of the draw") == "right"
    assert set(kinds.values()) == {"wrong"}


ALL = [*(f"shape of {asked}" for asked in SHAPES), UPDATES, RATE, "our name for an iteration"]
ALL += ["why held out can be better"]


@pytest.mark.parametrize("text", ALL)
def test_what_is_no_answer_is_said_to_be_none(text):
    for answer in (..., None, "...", ""):
        assert check(text, answer, example=WIDE).kind == "unanswered"
    for answer in (print, {}, "many", np.nan):
        assert check(text, answer, example=WIDE).kind in ("unreadable", "wrong")


@pytest.mark.parametrize("text", ALL)
def test_there_are_three_hints_and_none_is_the_answer(text):
    hints = [str(hint(text, strength, WIDE)) for strength in (1, 2, 3)]
    assert len(set(hints)) == 3
    assert not any("5700" in words or "= 8" in words for words in hints)


@pytest.mark.parametrize(
    "text",
    ["shape of W7", "shape of nothing", "updates in 0 epochs of 3 examples in batches of 1",
     "our name for the q of Nobody"],
)  # fmt: skip
def test_a_question_that_nobody_can_answer_is_the_author_s_error(text):
    with pytest.raises(ValueError, match=r"^name: unknown name"):
        check(text, 1)
