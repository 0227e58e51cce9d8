"""The output layer, the hidden layer, and the backward pass that puts them together."""

import re

import numpy as np
import pytest

from backprop_lib import backward_pass, example, forward_pass
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.hidden_layer import hidden_layer_derivatives
from backprop_lib.core.network import Network
from backprop_lib.core.output_layer import output_layer_derivatives

FORWARD = forward_pass(example.network, example.inputs, example.targets)
BACKWARD = backward_pass(FORWARD)
AT_OUTPUT = output_layer_derivatives(FORWARD)
AT_HIDDEN = hidden_layer_derivatives(FORWARD, 0, AT_OUTPUT.dE_dnet, example.network.weights[1])

# Fifteen decimals, from the reference results that came with the tutorial's figures.
KNOWN = {
    "dE_total_dout_o1": "0.741365069552316",
    "dout_o1_dnet_o1": "0.186815601808959",
    "dnet_o1_dw5": "0.593269992107187",
    "dE_total_dw5": "0.082167040564231",
    "dE_o1_dnet_o1": "0.138498561628557",
    "dnet_o1_dout_h1": "0.400000000000000",
    "dE_o1_dout_h1": "0.055399424651423",
    "dE_o2_dout_h1": "-0.019049118258278",
    "dE_total_dout_h1": "0.036350306393145",
    "dout_h1_dnet_h1": "0.241300708572325",
    "dnet_h1_dw1": "0.050000000000000",
    "dE_total_dw1": "0.000438567734474",
}

# The same quantity by name and by array position.
BY_POSITION = {
    "dE_dout_o1": AT_OUTPUT.dE_dout[0],
    "dout_o2_dnet_o2": AT_OUTPUT.dout_dnet[1],
    "dE_dnet_o1": AT_OUTPUT.dE_dnet[0],
    "delta_o2": AT_OUTPUT.dE_dnet[1],
    "dnet_o1_dw5": AT_OUTPUT.dnet_dw[0],
    "dnet_o1_dw6": AT_OUTPUT.dnet_dw[1],
    "dE_dw5": AT_OUTPUT.dE_dw[0, 0],
    "dE_dw6": AT_OUTPUT.dE_dw[0, 1],
    "dE_dw7": AT_OUTPUT.dE_dw[1, 0],
    "dE_dw8": AT_OUTPUT.dE_dw[1, 1],
    "dE_db_o2": AT_OUTPUT.dE_db[1],
    "dE_dout_h2": AT_HIDDEN.dE_dout[1],
    "dout_h1_dnet_h1": AT_HIDDEN.dout_dnet[0],
    "delta_h1": AT_HIDDEN.dE_dnet[0],
    "dnet_h2_dw4": AT_HIDDEN.dnet_dw[1],
    "dE_dw1": AT_HIDDEN.dE_dw[0, 0],
    "dE_dw2": AT_HIDDEN.dE_dw[0, 1],
    "dE_dw3": AT_HIDDEN.dE_dw[1, 0],
    "dE_dw4": AT_HIDDEN.dE_dw[1, 1],
    "dE_db_h1": AT_HIDDEN.dE_db[0],
}

# What can be asked of any network: any error, net or out, by anything before it.
ROUND = [f"{quantity}_{n}" for n in ("h1", "h2", "o1", "o2") for quantity in ("net", "out")]
GIVEN = ["i1", "i2", *(f"w{k}" for k in range(1, 9)), "b1", "b2", "b_h1", "b_h2", "b_o1", "b_o2"]
ERRORS = ["E_o1", "E_o2", "E_total"]
TARGETS = ["target_o1", "target_o2"]
EVERY_NAME = [f"d{of}_d{by}" for of in ERRORS for by in [*ROUND, *GIVEN, *TARGETS]]
EVERY_NAME += [f"d{of}_d{by}" for of in ROUND[4:] for by in [*ROUND[:4], *GIVEN]]
EVERY_NAME += [f"dout_{n}_dnet_{n}" for n in ("h1", "h2", "o1", "o2")]
EVERY_NAME += [f"dnet_{n}_d{by}" for n in ("h1", "h2") for by in ("i1", "i2", "w1", "w4", "b1")]

DEEP = Example(
    Network(
        [
            [[0.3, -0.2], [0.1, 0.5], [-0.4, 0.2]],
            [[0.7, -0.1, 0.2], [0.3, 0.6, -0.5]],
            [[0.2, -0.8]],
        ],
        [[0.1, -0.2, 0.3], [0.05, -0.15], [0.25]],
    ),
    inputs=[0.8, -0.6],
    targets=[0.3],
)
DEEP_NAMES = [
    *(f"dE_dw{k}" for k in range(1, 15)),
    *("dE_db1", "dE_db2", "dE_db3", "dE_db_h3", "dE_db_h5", "dE_di2"),
    *(
        "dE_dout_h1",
        "dE_dout_h5",
        "dnet_h5_dout_h3",
        "dout_h4_dw1",
        "dout_o1_dw6",
        "dnet_o1_dnet_h2",
    ),
    *("delta_h1", "delta_h4", "delta_o1"),
]


@pytest.mark.parametrize(("name", "digits"), KNOWN.items())
def test_the_known_digits(name, digits):
    assert abs(BACKWARD[name] - float(digits)) <= 0.5e-15 + 1e-16


@pytest.mark.parametrize(("name", "value"), BY_POSITION.items())
def test_names_and_array_positions_are_the_same_numbers(name, value):
    assert BACKWARD[name] == getattr(BACKWARD, name) == value


@pytest.mark.parametrize("name", EVERY_NAME)
def test_every_derivative_of_the_tutorial_against_a_complex_step(name):
    assert BACKWARD[name] == pytest.approx(complex_step(name, example), rel=1e-12, abs=0)


@pytest.mark.parametrize("name", DEEP_NAMES)
def test_a_deeper_network_against_a_complex_step(name):
    backward = backward_pass(forward_pass(DEEP.network, DEEP.inputs, DEEP.targets))
    assert backward[name] == pytest.approx(complex_step(name, DEEP), rel=1e-12, abs=0)


def test_the_long_form_of_the_output_layer():
    b = BACKWARD
    assert b.dE_dw5 == pytest.approx(b.dE_dout_o1 * b.dout_o1_dnet_o1 * b.dnet_o1_dw5, rel=1e-15)


def test_the_long_form_of_the_hidden_layer():
    b = BACKWARD
    dE_dout_h1 = b.dE_o1_dout_h1 + b.dE_o2_dout_h1
    assert b.dE_dout_h1 == pytest.approx(dE_dout_h1, rel=1e-15)
    assert b.dE_dw1 == pytest.approx(dE_dout_h1 * b.dout_h1_dnet_h1 * b.dnet_h1_dw1, rel=1e-15)


def test_a_shared_bias_moves_every_neuron_of_its_layer():
    assert BACKWARD.dE_db1 == pytest.approx(BACKWARD.dE_db_h1 + BACKWARD.dE_db_h2, rel=1e-15)
    assert BACKWARD.dE_db2 == pytest.approx(BACKWARD.dE_db_o1 + BACKWARD.dE_db_o2, rel=1e-15)


def test_a_shared_bias_of_neurons_that_differ():
    mine = example.replace(b_h1=0.1, b_o2=-0.3)
    backward = backward_pass(forward_pass(mine.network, mine.inputs, mine.targets))
    for name in ("dE_db1", "dE_db2", "dout_o1_db1"):
        assert backward[name] == pytest.approx(complex_step(name, mine), rel=1e-12)


def test_links_to_itself_and_to_its_parts_are_one():
    assert BACKWARD["dout_h1_dout_h1"] == BACKWARD["dE_total_dE_o1"] == 1


def test_what_a_neuron_does_not_reach_has_no_minus_zero():
    assert str(float(BACKWARD["dE_o1_dout_o2"])) == "0.0"


def test_the_layers_are_those_of_the_two_rules():
    for ours, rule in zip(BACKWARD.layers, (AT_HIDDEN, AT_OUTPUT), strict=True):
        for name, value in vars(rule).items():
            assert np.array_equal(getattr(ours, name), value), name


def test_the_error_is_carried_back_through_the_original_weights():
    for used, original in zip(BACKWARD.weights_used, example.network.weights, strict=True):
        assert np.array_equal(used, original)


@pytest.mark.parametrize("rate", [0.5, 1])
def test_carrying_it_back_through_updated_weights_is_another_sum(rate):
    late = backward_pass(FORWARD, already_updated_by=rate)
    assert late.dE_dw5 == BACKWARD.dE_dw5
    w5_new = 0.40 - rate * BACKWARD.dE_dw5
    w7_new = 0.50 - rate * BACKWARD.dE_dw7
    dE_dout_h1 = BACKWARD.delta_o1 * w5_new + BACKWARD.delta_o2 * w7_new
    assert late.dE_dout_h1 == pytest.approx(dE_dout_h1, rel=1e-15)
    assert late.dE_dout_h1 != pytest.approx(BACKWARD.dE_dout_h1, rel=1e-3)


@pytest.mark.parametrize("dtype", [np.longdouble, complex])
def test_other_float_types_pass_through(dtype):
    inputs = example.inputs.astype(dtype)
    backward = backward_pass(forward_pass(example.network, inputs, example.targets))
    for layer in backward.layers:
        assert {array.dtype for array in vars(layer).values()} == {np.dtype(dtype)}
    for name in ("dE_o1_dout_h1", "dnet_o1_db_o1"):
        assert np.asarray(backward[name]).dtype == dtype
    assert complex(backward.dE_dw1) == pytest.approx(complex(BACKWARD.dE_dw1), rel=1e-14)


def test_longdouble_digits_are_more_than_doubles():
    wide = example.replace(**{name: np.longdouble(example[name]) for name in ("i1", "w1", "w5")})
    backward = backward_pass(forward_pass(wide.network, wide.inputs, wide.targets))
    for name in ("dE_dw1", "dE_dw5"):
        judge = complex_step(name, wide)
        assert abs(backward[name] - judge) <= 8 * np.finfo(np.longdouble).eps * abs(judge)


def test_what_a_reader_sees():
    assert repr(BACKWARD) == "BackwardPass through a Network of 2-2-2 neurons"


@pytest.mark.parametrize(
    ("weights", "biases", "i1", "found"),
    [
        ([[[0.0]]], [[0.0]], 1e200, "inf at [0, 0]"),  # what flows in times a large delta
        ([[[0.0]], [[1e250]]], [[0.0], [-5e249]], -1.0, "-inf at [0, 0]"),  # the delta itself
        ([[[0.0]], [[1e250]]], [[0.0], [-5e249]], 0.0, "nan at [0, 0]"),  # the same times nothing
    ],
)
def test_derivatives_that_run_out_of_range_are_named(weights, biases, i1, found):
    forward = forward_pass(Network(weights, biases), [i1], [-1e150])
    words = (
        f"weights: expected numbers whose derivatives are finite, got {found} of dE/dw. "
        "Use smaller weights, inputs or targets."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        backward_pass(forward)
