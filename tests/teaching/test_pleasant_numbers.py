"""The numbers of worksheets: the same for the same seed, each sheet its own, all kind to hands."""

from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from symbolic.test_round_steps import followed

from backprop_lib import backward_pass, example, forward_pass, random_network, weight_update
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network
from backprop_lib.teaching import pleasant_numbers
from backprop_lib.teaching.answer_key import answers
from backprop_lib.teaching.pleasant_numbers import (
    DECIMALS,
    KEPT_DECIMALS,
    MOST_STUDENTS,
    is_pleasant,
    pleasant_examples,
    rounds_safely,
    rounds_safely_on_the_way,
)
from backprop_lib.teaching.steps_by_hand import given, steps_by_hand

SEVEN = [0.3, 0.7, -0.1, 0.3, 0.2, 0.5, -0.4, 0.7, -0.6, 0.8, 0.2, 0.3, 0.9, 0.1, 0.4]


@cache  # made when a test first asks: every worker of pytest imports this module
def sheets():
    return pleasant_examples(seed=2024, students=60)


def forward_of(sheet):
    return forward_pass(sheet.network, sheet.inputs, sheet.targets)


def test_the_same_seed_gives_the_same_numbers_for_every_number_of_students():
    for students in (1, 5, 30):
        again = pleasant_examples(seed=2024, students=students)
        assert list(map(given, again)) == list(map(given, sheets()[:students]))


def test_another_seed_gives_other_numbers():
    others = [given(pleasant_examples(seed, 1)[0]) for seed in range(20)]
    assert len({tuple(numbers.values()) for numbers in others}) == 20


def test_the_numbers_of_a_seed_are_the_same_on_every_machine_and_python():
    (first,) = pleasant_examples(seed=7, students=1)
    assert list(given(first).values()) == SEVEN


@pytest.mark.exhaustive
def test_no_two_of_the_most_students_agree():
    most = pleasant_examples(seed=0, students=MOST_STUDENTS)
    totals = {f"{forward_of(sheet).E_total:.6f}" for sheet in most}
    begins = {f"{forward_of(sheet).net_h1:.4f} {forward_of(sheet).net_h2:.4f}" for sheet in most}
    assert len(totals) == len(begins) == len(most) == MOST_STUDENTS


@pytest.mark.parametrize("number", range(20))
def test_given_numbers_have_one_decimal_and_none_is_zero(number):
    sheet = sheets()[number]
    for name, value in given(sheet).items():
        assert value != 0, name
        assert -Decimal(repr(value)).as_tuple().exponent == 1, name


@pytest.mark.parametrize("number", range(60))
def test_a_sheet_is_a_good_exercise(number):
    sheet = sheets()[number]
    forward = forward_of(sheet)
    backward = backward_pass(forward)
    outs = np.concatenate(forward.outs)
    assert outs.min() > 0.18 and outs.max() < 0.82  # not saturated
    assert np.abs(sheet.targets - forward.outputs).min() >= 0.2  # wrong enough
    assert np.abs(np.concatenate(forward.nets)).min() >= 0.05  # no out is about one half
    paths = [f"dE_o{o}_dout_h{h}" for o in (1, 2) for h in (1, 2)]
    assert min(abs(backward[name]) for name in (*paths, "dE_dout_h1", "dE_dout_h2")) >= 0.01
    assert min(abs(backward[f"dE_dw{k}"]) for k in range(1, 9)) >= 0.002
    for name, value in answers(sheet).items():
        assert abs(abs(value) * 10_000 % 1 - 0.5) >= 0.02, name  # of a unit of the last digit
    for layer in sheet.network.weights:
        assert len(set(np.abs(layer).ravel().tolist())) == 4  # no mix-up goes unseen
    assert sheet.i1 != sheet.i2 and sheet.b1 != sheet.b2
    assert max(abs(float(net) * 100 % 1 - 0.5) for net in forward.nets[0]) > 0.499  # two decimals


@pytest.mark.parametrize("number", range(12))
def test_hands_that_keep_six_decimals_get_every_answer_right_to_four(number):
    sheet = sheets()[number]
    by_hand = followed(sheet, rounded_to=KEPT_DECIMALS)
    for name, value in answers(sheet).items():
        assert f"{by_hand[name]:.{DECIMALS}f}" == f"{value:.{DECIMALS}f}", name


def test_hands_that_keep_four_decimals_would_not():
    """The test above can fail."""
    roughly = followed(sheets()[0], rounded_to=DECIMALS)
    exact = answers(sheets()[0])
    assert any(f"{roughly[name]:.{DECIMALS}f}" != f"{exact[name]:.{DECIMALS}f}" for name in exact)


def test_a_sheet_on_which_hands_would_round_wrongly_on_the_way_is_not_given_out():
    """Every answer is far from the middle; but dE/dout divides by what was rounded."""
    network = Network([[[0.1, 0.8]]], [[0.2]], error="cross-entropy")
    sheet = Example(network, inputs=[0.4, 0.7], targets=[0.1], learning_rate=0.4)
    update = weight_update(forward_pass(sheet), sheet.learning_rate)
    by_hand = followed(sheet, rounded_to=KEPT_DECIMALS)
    assert any(f"{by_hand[name]:.4f}" != f"{update[name]:.4f}" for name in by_hand)
    assert is_pleasant(update) and rounds_safely_on_the_way(sheet, update) is False


def test_the_tutorials_own_numbers_are_not_pleasant():
    forward = forward_pass(example.network, example.inputs, example.targets)
    assert not is_pleasant(weight_update(forward, 0.5))


@pytest.mark.parametrize(("value", "safe"), [(0.12346, True), (0.123451, False), (-0.12345, False)])
def test_what_rounds_safely(value, safe):
    assert rounds_safely(value) is safe


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((-1, 3), ValueError, "seed: expected a whole number, 0 or more, got -1"),
        (("7", 3), TypeError, "seed: expected a whole number"),
        ((7, 0), ValueError, "students: expected a whole number from 1 to 500, got 0"),
        ((7, 501), ValueError, "students: expected"),
        ((7, 2.0), TypeError, "students: expected"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        pleasant_examples(*arguments)


def test_the_given_numbers_are_all_that_an_example_holds():
    numbers = given(example)
    assert len(numbers) == 15 and "b1" in numbers and "target_o2" in numbers


@pytest.mark.parametrize(
    ("sizes", "activations", "error"),
    [
        ((2, 2, 2), ("ReLU", "softmax"), "cross-entropy"),
        ((3, 2, 1), "tanh", "mean squared"),
        ((2, 2, 2, 1), "tanh", "squared"),
        ((2, 1), "logistic", "cross-entropy"),
    ],
)
def test_hands_get_every_answer_right_for_another_network_too(sizes, activations, error):
    wanted = random_network(sizes, activations=activations, error=error).architecture
    for sheet in pleasant_examples(3, 3, wanted):
        assert sheet.architecture == wanted and sheet.network.shares_biases
        update = weight_update(forward_pass(sheet), sheet.learning_rate)
        assert min(np.abs(layer.dE_dw).min() for layer in update.backward.layers) >= 0.002
        by_hand = followed(sheet, rounded_to=KEPT_DECIMALS)
        for step in steps_by_hand(sheet):
            value = float(update[step.name]) + 0.0
            assert f"{by_hand[step.name]:.4f}" == f"{value:.4f}", step.name


@pytest.mark.parametrize("sizes", [(2, 5, 1), (10, 1, 1), (1, 5), (1,) * 7])
def test_what_has_more_numbers_than_can_be_told_apart_is_refused(sizes):
    with pytest.raises(ValueError, match="architecture: expected at most 9 weights in a layer"):
        pleasant_examples(1, 1, random_network(sizes).architecture)


def test_a_network_without_pleasant_numbers_is_given_up(monkeypatch):
    monkeypatch.setattr(pleasant_numbers, "MOST_DRAWS", 50)
    architecture = random_network((1, 2, 2, 1)).architecture
    with pytest.raises(ValueError, match="architecture: no 1 sheets") as refused:
        pleasant_examples(1, 1, architecture)
    assert str(refused.value) == (
        f"architecture: no 1 sheets were found for {architecture}, whose numbers are pleasant to "
        "compute with by hand. Use fewer layers or neurons, or fewer students."
    )
