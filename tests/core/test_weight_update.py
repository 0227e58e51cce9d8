import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from backprop_lib import UpdateRule, backward_pass, example, forward_pass, train, weight_update
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import BIASES, bias_step, one_round

FORWARD = forward_pass(example.network, example.inputs, example.targets)
UPDATE = weight_update(FORWARD, 0.5)

# Fifteen decimals, from the reference results that came with the tutorial's figures.
KNOWN = {
    "w1_new": "0.149780716132763",
    "w2_new": "0.199561432265526",
    "w3_new": "0.249751143632370",
    "w4_new": "0.299502287264739",
    "w5_new": "0.358916479717885",
    "w6_new": "0.408666186076233",
    "w7_new": "0.511301270238738",
    "w8_new": "0.561370121107989",
}

# hidden layers use, biases, E_total after 1 round, E_total after 10,000 rounds
RULES = [
    ("original weights", "frozen", "0.291027774", "0.0000351019"),
    ("updated weights", "frozen", "0.291027924", "0.0000350848"),
    ("original weights", "one per layer", "0.285750887", "0.0000043553"),
    ("original weights", "one per neuron", "0.280471447", "0.0000024476"),
]
each_rule = pytest.mark.parametrize("row", RULES, ids=lambda row: f"{row[0]}, {row[1]}")


def logistic(net):
    return 1 / (1 + math.exp(-net))


def plain_training(hidden_layers_use, biases, rounds, eta=0.5):
    """E_total of every round, neuron by neuron, with no arrays and nothing of the library."""
    i1, i2, target_o1, target_o2 = 0.05, 0.10, 0.01, 0.99
    w1, w2, w3, w4, w5, w6, w7, w8 = 0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55
    b_h1 = b_h2 = 0.35
    b_o1 = b_o2 = 0.60
    errors = []
    for round_ in range(rounds + 1):
        h1 = logistic(w1 * i1 + w2 * i2 + b_h1)
        h2 = logistic(w3 * i1 + w4 * i2 + b_h2)
        o1 = logistic(w5 * h1 + w6 * h2 + b_o1)
        o2 = logistic(w7 * h1 + w8 * h2 + b_o2)
        errors.append((target_o1 - o1) ** 2 / 2 + (target_o2 - o2) ** 2 / 2)
        if round_ == rounds:
            break
        delta_o1 = (o1 - target_o1) * o1 * (1 - o1)
        delta_o2 = (o2 - target_o2) * o2 * (1 - o2)
        before = w5, w6, w7, w8
        w5, w6 = w5 - eta * delta_o1 * h1, w6 - eta * delta_o1 * h2
        w7, w8 = w7 - eta * delta_o2 * h1, w8 - eta * delta_o2 * h2
        v5, v6, v7, v8 = (w5, w6, w7, w8) if hidden_layers_use == "updated weights" else before
        delta_h1 = (delta_o1 * v5 + delta_o2 * v7) * h1 * (1 - h1)
        delta_h2 = (delta_o1 * v6 + delta_o2 * v8) * h2 * (1 - h2)
        w1, w2 = w1 - eta * delta_h1 * i1, w2 - eta * delta_h1 * i2
        w3, w4 = w3 - eta * delta_h2 * i1, w4 - eta * delta_h2 * i2
        if biases == "one per layer":
            b_h1 = b_h2 = b_h1 - eta * (delta_h1 + delta_h2)
            b_o1 = b_o2 = b_o1 - eta * (delta_o1 + delta_o2)
        if biases == "one per neuron":
            b_h1, b_h2 = b_h1 - eta * delta_h1, b_h2 - eta * delta_h2
            b_o1, b_o2 = b_o1 - eta * delta_o1, b_o2 - eta * delta_o2
    return errors


def library_training(row, rounds):
    rule = UpdateRule(*row[:2])
    return train(example.network, example.inputs, example.targets, 0.5, rounds, rule)


def shown(value, like):
    return f"{value:.{len(like.partition('.')[2])}f}"


@pytest.mark.parametrize(("name", "digits"), KNOWN.items())
def test_the_known_digits(name, digits):
    assert abs(UPDATE[name] - float(digits)) <= 0.5e-15 + 1e-16


@pytest.mark.parametrize("k", range(1, 9))
def test_a_weight_moves_against_its_derivative(k):
    old, slope = UPDATE[f"w{k}"], UPDATE[f"dE_dw{k}"]
    assert UPDATE[f"w{k}_new"] == pytest.approx(old - 0.5 * slope, rel=1e-15)
    assert (UPDATE[f"w{k}_new"] < old) == (slope > 0)


def test_names_and_array_positions_are_the_same_numbers():
    flat = [w for matrix in UPDATE.network.weights for w in matrix.ravel()]
    assert flat == [UPDATE[f"w{k}_new"] for k in range(1, 9)]
    assert UPDATE.network.w6 == UPDATE.w6_new
    assert UPDATE.eta == 0.5


def test_biases_stay_as_they_are_unless_asked():
    assert (UPDATE.b1_new, UPDATE.b2_new) == (0.35, 0.60)


def test_one_bias_for_a_layer_follows_the_sum_of_its_neurons():
    update = weight_update(FORWARD, 0.5, UpdateRule(biases="one per layer"))
    assert update.b1_new == pytest.approx(
        0.35 - 0.5 * (update.delta_h1 + update.delta_h2), rel=1e-15
    )
    assert update.b2_new == pytest.approx(
        0.60 - 0.5 * (update.delta_o1 + update.delta_o2), rel=1e-15
    )


def test_one_bias_for_a_neuron_follows_its_own():
    update = weight_update(FORWARD, 0.5, UpdateRule(biases="one per neuron"))
    for neuron, old in (("h1", 0.35), ("h2", 0.35), ("o1", 0.60), ("o2", 0.60)):
        expected = old - 0.5 * update[f"delta_{neuron}"]
        assert update[f"b_{neuron}_new"] == pytest.approx(expected, rel=1e-15)
    assert not hasattr(update, "b1_new")


def test_updated_weights_change_the_hidden_layer_and_nothing_else():
    late = weight_update(FORWARD, 0.5, UpdateRule("updated weights"))
    assert [late[f"w{k}_new"] == UPDATE[f"w{k}_new"] for k in range(1, 9)] == [False] * 4 + [
        True
    ] * 4
    dE_dw1 = (late.delta_o1 * late.w5_new + late.delta_o2 * late.w7_new) * 0.05
    assert late.dE_dw1 == pytest.approx(dE_dw1 * late.dout_h1_dnet_h1, rel=1e-14)


@each_rule
def test_the_error_after_one_round(row):
    errors = library_training(row, 1).errors
    assert shown(errors[0], "0.298371109") == "0.298371109"
    assert shown(errors[1], row[2]) == row[2]


@each_rule
def test_one_update_after_another(row):
    network, rule, errors = example.network, UpdateRule(*row[:2]), []
    for _ in range(51):
        forward = forward_pass(network, example.inputs, example.targets)
        errors.append(forward.E_total)
        network = weight_update(forward, 0.5, rule).network
    assert errors == pytest.approx(plain_training(*row[:2], rounds=50), rel=1e-14, abs=0)


@each_rule
def test_the_error_after_ten_thousand_rounds(row):
    errors = library_training(row, 10_000).errors
    assert shown(errors[10_000], row[3]) == row[3]
    plain = plain_training(*row[:2], rounds=10_000)
    # Both round in their own way 10,000 times over; the error is a small difference of numbers
    # near 1, so a few units in the last place of out (1e-16) weigh 1e-13 in a difference of 0.006.
    assert errors == pytest.approx(plain, rel=1e-12, abs=0)


def test_the_printed_final_error_is_that_of_one_round_fewer():
    errors = library_training(RULES[0], 10_000).errors
    assert f"{errors[9_999]:.10f}" == "0.0000351085"


def test_the_rules_are_four_different_ones():
    assert len({row[2] for row in RULES}) == len({row[3] for row in RULES}) == len(RULES)


def test_the_rule_is_an_argument_with_the_tutorials_as_default():
    assert UpdateRule() == UpdateRule("original weights", "frozen")
    assert weight_update(FORWARD, 0.5).rule == UpdateRule()
    with pytest.raises(FrozenInstanceError):
        UpdateRule().biases = "one per layer"


def test_the_new_network_is_of_the_same_kind():
    network = example.network.replace(activations=["tanh", "identity"], error="squared")
    update = weight_update(forward_pass(network, example.inputs, example.targets), 0.5)
    assert update.network.architecture == network.architecture


def test_what_was_given_is_as_it_was():
    weights = [matrix.tolist() for matrix in example.network.weights]
    weight_update(FORWARD, 0.5)
    assert [matrix.tolist() for matrix in example.network.weights] == weights
    assert FORWARD.network is example.network


@pytest.mark.parametrize("dtype", [np.longdouble, complex])
@each_rule
def test_other_float_types_pass_through(row, dtype):
    network = Network(
        [matrix.astype(dtype) for matrix in example.network.weights],
        [vector.astype(dtype) for vector in example.network.biases],
    )
    forward = forward_pass(network, example.inputs, example.targets)
    update = weight_update(forward, 0.5, UpdateRule(*row[:2]))
    arrays = (*update.network.weights, *update.network.biases, *update.backward.weights_used)
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


def test_longdouble_stays_longdouble_through_training():
    wide = example.replace(**{f"w{k}": np.longdouble(example[f"w{k}"]) for k in range(1, 9)})
    training = train(wide.network, wide.inputs, wide.targets, 0.5, 3)
    assert training.final.network.weights[1].dtype == training.errors.dtype == np.longdouble
    narrow = train(example.network, example.inputs, example.targets, 0.5, 3)
    assert training.errors.astype(float) == pytest.approx(narrow.errors, rel=1e-14)


def test_what_a_reader_sees():
    assert repr(UPDATE) == "WeightUpdate of a Network of 2-2-2 neurons, learning rate 0.5"
    assert repr(backward_pass(FORWARD)) == repr(UPDATE.backward)


def test_a_round_is_forward_backward_and_an_update_at_the_rate_and_by_the_rule_asked_for():
    rule = UpdateRule("updated weights", "one per layer")
    round_, by_hand = one_round(example.replace(eta=0.3), rule), weight_update(FORWARD, 0.3, rule)
    assert (round_.rule, round_.learning_rate) == (rule, 0.3) == (by_hand.rule, by_hand.eta)
    for name in ("w1_new", "w5_new", "b1_new", "E_total", "dE_dw1"):
        assert round_[name] == by_hand[name]


def test_a_step_of_biases_has_a_number_for_each_neuron():
    steps = {how: bias_step(np.array([1.0, 2.0]), how).tolist() for how in BIASES}
    assert steps == {"frozen": [0, 0], "one per layer": [3, 3], "one per neuron": [1, 2]}
