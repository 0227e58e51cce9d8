"""The round that takes any step: by the right ones it is the library's own."""

import numpy as np
import pytest
from hypothesis import given
from strategies import examples

from backprop_lib import UpdateRule, backward_pass, example, forward_pass, weight_update
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE
from backprop_lib.exercises.mistaken_round import mistaken_round
from backprop_lib.exercises.steps import Steps

RULES = [UpdateRule(use, biases) for use in HIDDEN_LAYERS_USE for biases in BIASES]


def named(one):
    """Names of quantities of every kind, in a network of any sizes."""
    names = one.names
    weights = [w for layer in names.weights for row in layer for w in row]
    neurons = [n for layer in names.neurons for n in layer]
    yield from (f"{kind}_{n}" for kind in ("net", "out", "delta", "dE_db") for n in neurons)
    yield from (f"dE_dout_{n}" for n in neurons)
    yield from (f"dE_d{w}" for w in weights)
    yield from (f"{w}_new" for w in weights)
    yield from (f"b_{n}_new" for n in neurons)
    yield from (f"E_{o}" for o in names.outputs)
    yield from (f"dE_{names.outputs[0]}_dnet_{n}" for n in names.neurons[0])
    yield "E_total"


@pytest.mark.exhaustive
@pytest.mark.parametrize("rule", RULES, ids=str)
@given(one=examples())
def test_by_the_right_steps_it_is_the_library_s_round(rule, one):
    forward = forward_pass(one.network, one.inputs, one.targets)
    right = weight_update(forward, one.learning_rate, rule)
    ours = mistaken_round(one, Steps(), rule)
    for name in named(one):
        assert ours[name] == pytest.approx(right[name], rel=1e-12, abs=1e-15), name


def test_a_step_can_be_mistaken_at_one_layer_alone():
    no_slope = Steps(slope=lambda layer, activation, net, out: np.ones_like(out))
    right = backward_pass(forward_pass(example.network, example.inputs, example.targets))
    at_outputs, at_hidden = (mistaken_round(example, no_slope.at([k])) for k in (1, 0))
    assert at_hidden["dE_dw5"] == right["dE_dw5"]
    assert at_hidden["dout_h1_dnet_h1"] == 1 != at_outputs["dout_h1_dnet_h1"]
    assert at_outputs["dE_dw5"] == pytest.approx(right["dE_dw5"] / right["dout_o1_dnet_o1"])


def test_what_is_kept_of_an_intermediate_number_is_used_from_then_on():
    kept = mistaken_round(example, Steps(kept=lambda number: np.round(number, 2)))
    assert kept["out_h1"] == 0.59
    assert kept["dE_dw5"] == pytest.approx(0.14 * 0.59)


def test_other_numbers_out_of_range_are_no_exception():
    huge = Steps(error=lambda error, targets, outputs, nets: np.full((2, 1), np.inf))
    assert not np.isfinite(mistaken_round(example, huge)["E_total"])


def test_a_net_input_out_of_range_is_no_exception_either():
    huge = Steps(out=lambda layer, activation, net: np.full((2, 1), np.inf))
    round_ = mistaken_round(example.replace(w6=-0.45), huge)
    assert not np.isfinite(round_["net_o1"])
    assert not np.isfinite(round_.following()["E_total"])


@pytest.mark.parametrize("argument", ["example", "steps", "rule"])
def test_what_does_not_fit_is_named(argument):
    arguments = {"example": example, "steps": Steps(), "rule": UpdateRule(), argument: 3}
    with pytest.raises(TypeError, match=f"^{argument}: expected"):
        mistaken_round(**arguments)


def test_complex_numbers_have_no_round():
    with pytest.raises(ValueError, match=r"^example: expected real numbers, got complex ones"):
        mistaken_round(example.replace(w5=1j), Steps())
