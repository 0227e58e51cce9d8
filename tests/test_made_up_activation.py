"""An activation is one row: with a made-up one, everything that takes a network works."""

import numpy as np
import pytest

from backprop_lib import check, train
from backprop_lib.core.activations import ACTIVATIONS, Activation
from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.network import Network
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.walkthrough_steps import walkthrough
from backprop_lib.training.gradient_table import gradient_table

# The one has a slope that out tells, the other has not.
ROWS = {
    "softplus": Activation(
        lambda net: np.log(1 + np.exp(net)), lambda net, out: 1 - np.exp(-out), "log(1 + exp(net))"
    ),
    "swish": Activation(
        lambda net: net / (1 + np.exp(-net)),
        lambda net, out: (1 + np.exp(-net) * (1 + net)) / (1 + np.exp(-net)) ** 2,
        "net / (1 + exp(-net))",
    ),
}


@pytest.fixture(params=ROWS)
def example(request, monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, request.param, ROWS[request.param])
    network = Network(
        [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
        [[0.35, 0.35], [0.60, 0.60]],
        request.param,
    )
    return Example(network, [0.05, 0.10], [0.01, 0.99])


def test_forward_and_derivative(example):
    forward = forward_pass(example)
    activation = ROWS[example.network.activations[0]]
    assert forward.out_h1 == activation.function(np.array([0.3775]))[0]
    backward = backward_pass(forward)
    for name in ("dE_dw1", "dE_dw5", "dE_db1", "dout_h1_dnet_h1"):
        judge = complex_step(name, example)
        assert backward[name] == pytest.approx(judge, rel=1e-12)
    assert chain_rule("E_total", "w1", example).value(example) == pytest.approx(
        complex_step("dE_dw1", example), rel=1e-12
    )
    table = gradient_table(example.network, [example.inputs], [example.targets])
    assert not table.wrong


def test_walkthrough_and_training(example):
    values = {step.name: step for step in walkthrough(example)}
    assert values["dE_dw1"].check.agrees
    trained = train(example.network, example.inputs, example.targets, 0.1, 3)
    judge = train(example.network, example.inputs, example.targets, 0.1, 3, engine="numpy")
    np.testing.assert_allclose(trained.errors, judge.errors, rtol=1e-12)


def test_check(example):
    right = backward_pass(forward_pass(example)).dE_dw5
    assert check("dE_dw5", right, example=example).accepted
    assert not check("dE_dw5", -right, example=example).accepted
