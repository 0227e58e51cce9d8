"""Wrong numbers that people published for this example and others like it. Each stands for a kind.

None of them may be given a cause that is not its cause. The true one of each was found by hand:
with NumPy written anew, by differences, or with mpmath to forty digits.
"""

from math import exp

import numpy as np
import pytest

from backprop_lib import UpdateRule, example
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.check import check
from backprop_lib.exercises.judging import judge
from backprop_lib.exercises.quantities import right_numbers
from exercises.test_catalogue import OTHER, thought_of

TEXTBOOK = Example(  # Han and Kamber's network, three inputs, two hidden neurons, one output
    Network([[[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]], [[-0.3, -0.2]]], [[-0.4, 0.2], [0.1]]),
    [1, 0, 1],
    [1],
    0.9,
)
THREE_OUTPUTS = Example(
    Network(
        [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55], [0.6, 0.65]]],
        [[0.35, 0.35], [0.6, 0.6, 0.6]],
    ),
    [0.05, 0.1],
    [0.01, 0.99, 0.5],
    0.5,
)
HOMEWORK = Example(Network([[[-1, 2], [2, 0]], [[1, -2]]], [[3, 1], [-3]]), [1, 3], [0.9], 0.1)


def logistic(net):
    return 1 / (1 + exp(-net))


def keys(said):
    return {mistake.key for mistake in thought_of(said)}


# Biases that are frozen, and were trained all the same.


@pytest.mark.parametrize(
    "name, number",
    [
        ("b_o1_new", 0.53075072),
        ("b_o2_new", 0.61904912),
        ("b_h1_new", 0.345614),
        ("b2_new", 0.5498),
        ("b1_new", "0.34064"),
    ],
)
def test_a_frozen_bias_that_was_trained_is_said_to_be_so(name, number):
    said = check(name, number)
    assert said.kind == "wrong"
    assert keys(said) == {"bias trained"}
    assert "trained" in said.text


@pytest.mark.parametrize("asked", ["one per layer", "one per neuron"])
@pytest.mark.parametrize("done", ["frozen", "one per layer", "one per neuron"])
def test_so_is_one_that_was_trained_by_another_rule(asked, done):
    if asked == done:
        return
    rules = [UpdateRule(biases=biases) for biases in (asked, done)]
    right, other = (float(right_numbers("b_h1_new", OTHER, rule)) for rule in rules)
    assert right != other
    expected = "step not taken" if done == "frozen" else "bias trained"
    assert expected in keys(check("b_h1_new", f"{other:.9f}", OTHER, rules[0]))


# Of a new weight the step is judged.


def test_a_step_of_three_times_the_size_is_not_called_rounded():
    said = check("w1_new", 0.149342148)  # 0.15 - 3 * 0.000219284
    assert said.kind == "wrong"
    assert "Rounded too early" not in said.text
    assert "off by a factor" in keys(said)
    assert "three times" in said.text


def test_two_mistakes_at_once_are_said_as_a_pair():
    # No slope at the outputs, and the error carried back through the new weights.
    said = check("w1_new", 0.149933669)
    assert said.kind == "wrong"
    assert "Rounded too early" not in said.text
    assert keys(said) == {"slope forgotten", "updated weight used"}
    assert "Two mistakes at once" in said.text


def test_a_pair_that_fits_exactly_comes_before_one_mistake_that_fits_in_single_precision():
    # w2 and w3 exchanged, and no bias in the hidden layer; the bias alone changes eight digits.
    i1, i2, w5, w6, w7, w8, b2 = 0.05, 0.1, 0.4, 0.45, 0.5, 0.55, 0.6
    out_h1, out_h2 = (logistic(wa * i1 + wb * i2) for wa, wb in ((0.15, 0.25), (0.2, 0.3)))
    out_o1, out_o2 = (logistic(wa * out_h1 + wb * out_h2 + b2) for wa, wb in ((w5, w6), (w7, w8)))
    delta_o1, delta_o2 = ((o - t) * o * (1 - o) for o, t in ((out_o1, 0.01), (out_o2, 0.99)))
    delta_h1 = (delta_o1 * w5 + delta_o2 * w7) * out_h1 * (1 - out_h1)
    said = check("w1_new", f"{0.15 - 0.5 * delta_h1 * i1:.12f}")
    assert keys(said) == {"weights swapped", "bias left out"}
    assert "Two mistakes at once" in said.text


def test_beside_another_a_mistake_is_seen_that_a_dead_neuron_hides_alone():
    network = Network([[[-0.6], [0.5]], [[0.4, 0.45]]], [[-0.1, 0.35], [0.6]], ("ReLU", "logistic"))
    dead = Example(network, [0.8], [0.9], 0.5)
    # The slope of h1 is 0, and was forgotten; and no bias was added in the output layer.
    out_o1 = logistic(0.45 * (0.5 * 0.8 + 0.35))
    delta_h1 = (out_o1 - 0.9) * out_o1 * (1 - out_o1) * 0.4
    said = judge("dE_dw1", f"{delta_h1 * 0.8:.9f}", dead)
    assert {one.key for one in said.mistakes} == {"slope forgotten", "bias left out"}
    assert "Two mistakes at once" in said.words


@pytest.mark.parametrize("factor", [0.3, 1.4, 3.4])
@pytest.mark.parametrize("name", ["w1_new", "w5_new", "w8_new"])
def test_no_wrong_step_is_near_because_the_weight_is_large(name, factor):
    old = float(example[name.removesuffix("_new")])
    step = float(right_numbers(name, example)) - old
    said = check(name, f"{old + factor * step:.12f}")
    assert said.kind == "wrong"
    assert "rounded too early" not in keys(said)


# Single precision.


@pytest.mark.parametrize("number", [0.2983711064, "0.298371106386", 0.29837110638618469])
def test_a_number_of_single_precision_printed_in_full_is_right(number):
    said = check("E_total", number)
    assert said.accepted
    assert (isinstance(number, float) and len(repr(number)) > 14) or "float32" in said.text


@pytest.mark.parametrize("number", ["0.298371106", "0.29837113", "0.2983710"])
def test_with_fewer_digits_it_is_said_that_they_are_those_of_single_precision(number):
    said = check("E_total", number)
    assert said.kind == "rounded"
    assert "float32" in said.text or "cut off" in said.text
    assert "Rounded too early" not in said.text


def test_a_mistake_made_in_single_precision_is_named():
    # Both matrices on their sides, as x @ W multiplies, computed in float32.
    said = check("E_total", 0.3036583066)
    assert "weights swapped" in keys(said)
    assert "float32" in said.text


# Numbers that were cut off.


def test_a_mistaken_number_that_was_cut_off_is_named():
    said = check("out_h1", 0.5944)  # w2 and w3 swapped: 0.594475930
    assert keys(said) == {"weights swapped"}
    assert "cut off" in said.text


def test_another_quantity_that_was_cut_off_is_named():
    said = check("dE_dw2", 0.0004385)  # dE_dw1 is 0.000438568
    assert "dE_dw1" in said.text
    assert "rounded too early" not in keys(said)


def test_a_turned_sign_that_was_cut_off_is_named():
    said = check("delta_o1", 0.1311, example=TEXTBOOK)  # the derivative is -0.131169078
    assert "sign flipped" in keys(said)


# The same quantity at another time.


@pytest.mark.parametrize("number", [0.291027774, 0.291027924])
def test_the_error_after_the_round_is_said_to_be_that(number):
    said = check("E_total", number)
    assert keys(said) == {"a round later"}
    assert "after the update" in said.text
    assert ("updated weights" in said.text) == (number == 0.291027924)


# A mean over the outputs.


@pytest.mark.parametrize(
    "name, number", [("E_total", 0.22755709616858177), ("dE_dw5", 0.05477802704282051)]
)
def test_the_mean_over_the_outputs_is_named(name, number):
    said = check(name, number, example=THREE_OUTPUTS)
    assert keys(said) == {"mean over outputs"}


# A sum.


def test_the_lost_minus_of_one_product_is_named():
    said = check("net_o1", -5.905, example=HOMEWORK)  # -3 + 0.9997 - 1.9052 is right
    assert "sign of a product flipped" in keys(said)


# What can be proved where nothing explains it.


@pytest.mark.parametrize(
    "name, number, words",
    [
        ("dE_dw5", "0.082176041", "Two digits that stand side by side have changed places."),
        ("dE_dw5", "0.08217041", "One digit is missing."),
        ("dE_dw5", "0.0821167041", "One digit is there twice."),
        ("dE_dw5", "0.82167041", "The decimal point has slipped."),
        ("dE_dw5", "0.138498562", "What comes in along the weight is missing."),
        ("dE_dw5", "-0.082167041", "The sign is flipped."),
        ("dE_dw5", "0.164334081", "A 2 is left over"),
        ("net_h1", "1.13250000", "three times"),
        ("dE_dw5", "0.0154129", "is in it twice"),
    ],
)
def test_what_can_be_proved_is_said(name, number, words):
    if words == "is in it twice":
        number = f"{float(right_numbers(name, example)) * (0.75136507 - 0.01):.9f}"
    said = check(name, number)
    assert said.kind == "wrong"
    assert words in said.text


def test_what_is_off_in_its_last_two_digits_is_no_slip_for_sure():
    # The last digit is there twice, or something on the way was rounded. In float32 it is ...7068.
    said = check("dE_dw5", "0.0821670411")  # 0.0821670406 is right
    assert said.kind == "rounded" and not said.mistakes
    assert keys(said) == {"slip of a digit"}
    assert "It may be this: A slip in the digits." in said.text


@pytest.mark.parametrize(
    "name, number", [("E_o1", "0.274811032"), ("net_o1", "1.105900"), ("net_h1", "0.3770000")]
)
def test_what_was_rounded_on_the_way_is_not_called_a_slip_alone(name, number):
    # As it comes of six, five and three decimals. A digit too few or another is a slip, too.
    said = check(name, number)
    assert said.kind == "rounded"
    assert keys(said) >= {"rounded too early"}


@pytest.mark.parametrize("name, number", [("delta_h1", "0.00877128076"), ("out_o1", "0.750000000")])
def test_what_was_rounded_on_the_way_and_looks_like_single_precision_by_chance(name, number):
    # Every sixtieth number of nine digits does; it is too far off to have lost that in float32.
    said = check(name, number)
    assert said.kind == "rounded"
    assert keys(said) == {"rounded too early"}


def test_the_link_that_is_not_right_is_named_and_the_others_are_said_to_be_right():
    o1, o2 = (float(right_numbers(f"out_o{k}", example)) for k in (1, 2))
    number = (o1 - 0.01) * o2 * (1 - o2) * float(right_numbers("out_h1", example))
    said = check("dE_dw5", f"{number:.9f}")
    assert "stands in place of dout_o1_dnet_o1; the other links are right" in said.text


def test_of_an_array_it_is_said_which_numbers_are_right():
    numbers = right_numbers("dE_dW2", example).copy()
    numbers[0, 1] *= 1.3717
    said = check("dE_dW2", numbers)
    assert "3 of the 4 numbers are right. Not so: dE_dw6." in said.text


def test_how_far_off_is_said_where_nothing_else_can_be():
    said = check("dE_dw5", f"{3.4137 * float(right_numbers('dE_dw5', example)):.9f}")
    assert said.mistakes == ()
    assert "about 3.4 times the right one" in said.text


# How much is claimed depends on the digits.


@pytest.mark.parametrize(
    "made, key", [("slope", "slope forgotten"), ("late", "updated weight used")]
)
def test_the_fewer_the_digits_the_less_is_claimed(made, key):
    number = {"slope": 0.43982964900, "late": 0.00036472318}[made]
    name = {"slope": "dE_dw5", "late": "dE_dw1"}[made]
    nine, two = check(name, f"{number:.8e}"), check(name, f"{number:.1e}")
    assert MISTAKES[key] in nine.mistakes
    assert two.mistakes == ()


def test_hardly_a_made_up_number_is_given_a_cause():
    rng = np.random.default_rng(11)
    right = float(right_numbers("dE_dw1", example))
    named = 0
    for _ in range(40):
        made_up = right * 10 ** rng.uniform(-1, 1) * rng.choice([-1, 1])
        named += bool(check("dE_dw1", f"{made_up:.3e}").mistakes)
    assert named <= 1
