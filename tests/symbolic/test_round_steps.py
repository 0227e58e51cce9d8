"""The steps by hand: followed from the given numbers, they arrive at the derivatives."""

import mpmath
import pytest
import sympy as sp

from backprop_lib import example
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.network import Network, architecture_of
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.symbolic.formula import Partial
from backprop_lib.symbolic.round_steps import PARTS, SPELLINGS, name_of, round_steps
from backprop_lib.teaching.steps_by_hand import given, steps_by_hand

NAMES = example.names
SOFTMAX = Example(
    Network([[[0.4]], [[0.5], [-0.3]]], [[0.1], [0.2, 0.2]], ["tanh", "softmax"], "cross-entropy"),
    inputs=[0.6],
    targets=[0.7, 0.3],
)
# Written by hand: part and neuron, then each line.
SOFTMAX_BY_HAND = """
forward pass h1: net_h1 = w1 * i1 + b1
forward pass h1: out_h1 = tanh(net_h1)
forward pass o1: net_o1 = w2 * out_h1 + b2
forward pass o2: net_o2 = w3 * out_h1 + b2
forward pass o1: out_o1 = exp(net_o1)/(exp(net_o1) + exp(net_o2))
forward pass o2: out_o2 = exp(net_o2)/(exp(net_o1) + exp(net_o2))
forward pass o1: E_o1 = -target_o1 * log(out_o1)
forward pass o2: E_o2 = -target_o2 * log(out_o2)
forward pass : E_total = E_o1 + E_o2
output layer o1: dE_dout_o1 = -target_o1/out_o1
output layer o2: dE_dout_o2 = -target_o2/out_o2
output layer o1: dout_o1_dnet_o1 = out_o1 * (1 - out_o1)
output layer o1: dout_o2_dnet_o1 = -out_o1 * out_o2
output layer o1: dE_dnet_o1 = dE_dout_o1 * dout_o1_dnet_o1 + dE_dout_o2 * dout_o2_dnet_o1
output layer o1: dE_dw2 = dE_dnet_o1 * out_h1
output layer o2: dout_o1_dnet_o2 = -out_o1 * out_o2
output layer o2: dout_o2_dnet_o2 = out_o2 * (1 - out_o2)
output layer o2: dE_dnet_o2 = dE_dout_o1 * dout_o1_dnet_o2 + dE_dout_o2 * dout_o2_dnet_o2
output layer o2: dE_dw3 = dE_dnet_o2 * out_h1
output layer o1: dE_db2 = dE_dnet_o1 + dE_dnet_o2
hidden layer h1: dE_dout_h1 = dE_dnet_o1 * w2 + dE_dnet_o2 * w3
hidden layer h1: dout_h1_dnet_h1 = 1 - out_h1**2
hidden layer h1: dE_dnet_h1 = dE_dout_h1 * dout_h1_dnet_h1
hidden layer h1: dE_dw1 = dE_dnet_h1 * i1
hidden layer h1: dE_db1 = dE_dnet_h1
update o1: w2_new = w2 - eta * dE_dw2
update o2: w3_new = w3 - eta * dE_dw3
update o1: b2_new = b2 - eta * dE_db2
update h1: w1_new = w1 - eta * dE_dw1
update h1: b1_new = b1 - eta * dE_db1
"""


def followed(example, rounded_to=None):
    """Every step's value, worked out from the given numbers and the steps before it alone."""
    values = {sp.Symbol(name): sp.Rational(repr(value)) for name, value in given(example).items()}
    found = {}
    for step in steps_by_hand(example):
        value = step.sides[-1].xreplace(values).evalf(40)
        assert not value.free_symbols, step.text
        value = value if rounded_to is None else sp.Float(round(value, rounded_to), 40)
        values[step.left] = found[step.name] = value
    return {name: float(value) for name, value in found.items()}


@pytest.fixture(scope="module")
def tutorial():
    return followed(example)


def test_every_derivative_of_the_error_is_the_one_that_the_complex_step_finds(tutorial):
    asked = [name for name in tutorial if name.startswith("dE_")]
    assert len(asked) == 20  # 4 by outs, 4 by nets, 8 by weights, 4 along one path
    for name in asked:
        assert tutorial[name] == pytest.approx(complex_step(name, example), rel=1e-12), name


def test_the_forward_pass_is_that_of_mpmath(tutorial):
    with mpmath.workdps(40):
        net = mpmath.mpf("0.15") * mpmath.mpf("0.05") + mpmath.mpf("0.2") * mpmath.mpf("0.1")
        out = 1 / (1 + mpmath.exp(-(net + mpmath.mpf("0.35"))))
    assert tutorial["out_h1"] == pytest.approx(float(out), rel=1e-15)
    assert f"{tutorial['E_total']:.9f}" == "0.298371109"


def test_the_new_weights_are_those_of_the_tutorial(tutorial):
    shown = [f"{tutorial[f'w{k}_new']:.9f}" for k in (1, 2, 3, 4)]
    assert shown == ["0.149780716", "0.199561432", "0.249751144", "0.299502287"]
    assert f"{tutorial['w5_new']:.8f}" == "0.35891648"


def test_every_weight_has_its_derivative_and_its_new_value_and_nothing_comes_twice():
    names = [step.name for step in steps_by_hand()]
    assert len(names) == len(set(names))
    weights = [w for layer in NAMES.weights for row in layer for w in row]
    assert {f"dE_d{w}" for w in weights} | {f"{w}_new" for w in weights} <= set(names)
    neurons = [n for layer in NAMES.neurons for n in layer]
    assert {f"{kind}_{n}" for n in neurons for kind in ("net", "out")} <= set(names)


def test_the_parts_come_in_the_order_of_the_lessons():
    parts = [step.part for step in steps_by_hand()]
    assert list(dict.fromkeys(parts)) == list(PARTS)
    assert parts == sorted(parts, key=PARTS.index)


def test_the_text_of_a_step_speaks_the_names_of_the_library():
    texts = {step.name: step.text for step in steps_by_hand()}
    assert texts["dE_dout_h1"] == "dE_dout_h1 = dE_o1_dout_h1 + dE_o2_dout_h1"
    assert texts["dE_o2_dout_h1"] == "dE_o2_dout_h1 = dE_dnet_o2 · w7"
    assert texts["E_o1"] == "E_o1 = (target_o1 − out_o1)²/2"
    assert texts["net_o2"] == "net_o2 = w7 · out_h1 + w8 · out_h2 + b2"


def test_no_step_uses_what_comes_after_it():
    """``followed`` fails on a step whose formula still holds an unknown; made to fail here."""
    values = {sp.Symbol(name): sp.Integer(1) for name in given(example)}
    assert steps_by_hand()[-1].sides[-1].xreplace(values).free_symbols
    assert not steps_by_hand()[0].sides[-1].xreplace(values).free_symbols


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_quantity_but_the_total_error_belongs_to_a_neuron(spelling):
    for step in round_steps(example.architecture, UpdateRule(), True, spelling):
        assert step.neuron in ({""} if step.name == "E_total" else {"h1", "h2", "o1", "o2"})


def test_terms_come_in_the_order_of_the_neurons_the_tenth_after_the_ninth():
    steps = round_steps(architecture_of((1, 1, 10)), UpdateRule(), True, "delta")
    (total,) = (step.text for step in steps if step.name == "dE_dout_h1")
    shares = (f"dE_o{k}_dout_h1" for k in range(1, 11))
    assert total == f"dE_dout_h1 = {' + '.join(shares)}"
    (error,) = (step.text for step in steps if step.name == "E_total")
    assert error == f"E_total = {' + '.join(f'E_o{k}' for k in range(1, 11))}"
    assert {len(step.sides) for step in steps} == {1}  # by hand, no chain stands before a step


def test_a_round_with_softmax_and_a_bias_for_each_layer_line_by_line():
    steps = round_steps(SOFTMAX.architecture, UpdateRule(biases="one per layer"), True, "delta")
    lines = [f"{step.part} {step.neuron}: {step.code}" for step in steps]
    assert lines == SOFTMAX_BY_HAND.strip().splitlines()


@pytest.mark.parametrize("one", [SOFTMAX, example], ids=["softmax", "tutorial"])
def test_a_chain_comes_to_what_it_stands_for(one):
    """Each of its links, and all of it, as the complex step finds them."""
    chains = 0
    for step in round_steps(one.architecture, UpdateRule(biases="one per layer"), True, "chain"):
        if len(step.sides) == 2:
            links = {p: complex_step(name_of(p), one) for p in step.sides[0].atoms(Partial)}
            judge = complex_step(step.name, one)
            assert float(step.sides[0].xreplace(links)) == pytest.approx(judge, rel=1e-12)
            assert step.part in ("output layer", "hidden layer")
            chains += 1
    assert chains == (8 if one is SOFTMAX else 16)
