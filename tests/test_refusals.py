# ruff: noqa: F401 - what is imported is used in refusals.txt
"""What is said of bad input, word for word: the words are for learners, and part of the product.

refusals.txt holds calls, and below each, indented, the error that it has to raise.
"""

from pathlib import Path

import numpy as np
import pytest

from backprop_lib import (
    UpdateRule,
    audit,
    backward_pass,
    example,
    forward_pass,
    logistic,
    nudge,
    train,
    weight_update,
)
from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.data_sets import held_out, two_moons
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.hidden_layer import hidden_layer_derivatives
from backprop_lib.core.logistic import logistic_slope
from backprop_lib.core.names import Names, Position
from backprop_lib.core.network import Network
from backprop_lib.core.output_layer import output_layer_derivatives
from backprop_lib.core.starting_weights import random_network
from backprop_lib.exercises.quantities import quantities
from backprop_lib.symbolic.activation_formulas import (
    activation_formula,
    activation_slope,
    slope_function,
    slope_in_out,
)
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.error_formulas import (
    delta_function,
    delta_in_out,
    error_formula,
    error_slope,
    output_delta,
    softmax_error,
    softmax_formula,
)
from backprop_lib.symbolic.error_paths import error_paths
from backprop_lib.symbolic.generated_loop import generated_loop
from backprop_lib.symbolic.matrix_equations import backward_equations
from backprop_lib.symbolic.network_equations import equation, network_equations
from backprop_lib.symbolic.update_rules import update_rules
from backprop_lib.teaching.pleasant_numbers import pleasant_examples
from backprop_lib.teaching.steps_by_hand import worked_by_hand
from backprop_lib.training.batch_passes import batch_backward, batch_errors, batch_forward
from backprop_lib.training.batch_training import train_in_batches
from backprop_lib.training.engines import choose_engine, prepare
from backprop_lib.training.gradient_table import gradient_table, step_sizes
from backprop_lib.training.published import rounded
from backprop_lib.training.sweep import sweep

NETWORK, INPUTS, TARGETS = example.network, example.inputs, example.targets
W, B = NETWORK.weights, NETWORK.biases
PAIR = (INPUTS, TARGETS)
FORWARD = forward_pass(NETWORK, *PAIR)
BACKWARD = backward_pass(FORWARD)
BLIND = forward_pass(NETWORK, INPUTS)
FAR_OFF = forward_pass(NETWORK, INPUTS, [1000.0, 0.0])
DELTAS = BACKWARD.layers[1].dE_dnet
BATCH = ([INPUTS], [TARGETS])
BATCH_FORWARD = batch_forward(NETWORK, BATCH[0])
COMPLEX = Network([[[1j, 0.0]]], [[0.0]])
SOFTMAX = NETWORK.replace(activations=["tanh", "softmax"], error="cross-entropy")
ENTROPY = NETWORK.replace(error="cross-entropy")
WIDE = Network([[[0.1] * 200]], [[0.5]])
NAN = float("nan")


def in_batches(network=NETWORK, inputs=BATCH[0], targets=BATCH[1], rate=0.5, epochs=1, **rest):
    return train_in_batches(network, inputs, targets, rate, epochs, **rest)


def one_training(network=NETWORK, inputs=INPUTS, targets=TARGETS, rate=0.5, rounds=2, **rest):
    return train(network, inputs, targets, rate, rounds, **rest)


def one_sweep(rates=(0.5,), rounds=2, **rest):
    return sweep(NETWORK, *PAIR, rates, rounds, progress=False, **rest)


TEXT = Path(__file__).with_name("refusals.txt").read_text("utf-8")
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(("call", "words"), [*zip(LINES[::2], LINES[1::2], strict=True)])
def test_it_is_refused_in_these_words(call, words):
    with pytest.raises((TypeError, ValueError, AttributeError)) as refused:
        eval(call)
    assert f"    {type(refused.value).__name__}: {refused.value}" == words
