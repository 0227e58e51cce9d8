import numpy as np
import pytest
import sympy as sp

from backprop_lib import backward_pass, example, forward_pass, nudge
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.network import Network

# Written out for SymPy to differentiate, from the tutorial's sentences and not from the library.
w1, w2, w3, w4, w5, w6, w7, w8, b1, b2 = PARAMETERS = sp.symbols("w1:9 b1:3")
NUMBERS = ("0.15", "0.20", "0.25", "0.30", "0.40", "0.45", "0.50", "0.55", "0.35", "0.60")
POINT = dict(zip(PARAMETERS, map(sp.Rational, NUMBERS), strict=True))
I1, I2 = sp.Rational("0.05"), sp.Rational("0.10")


def squash(net):
    return 1 / (1 + sp.exp(-net))


OUT_H1 = squash(w1 * I1 + w2 * I2 + b1)
OUT_H2 = squash(w3 * I1 + w4 * I2 + b1)
OUT_O1 = squash(w5 * OUT_H1 + w6 * OUT_H2 + b2)
OUT_O2 = squash(w7 * OUT_H1 + w8 * OUT_H2 + b2)
E_O1 = (sp.Rational("0.01") - OUT_O1) ** 2 / 2
E_O2 = (sp.Rational("0.99") - OUT_O2) ** 2 / 2
QUANTITIES = {"E": E_O1 + E_O2, "E_o1": E_O1, "E_o2": E_O2, "out_o2": OUT_O2, "out_h1": OUT_H1}

CASES = [(of, by) for of in QUANTITIES for by in PARAMETERS if QUANTITIES[of].has(by)]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("of", "by"), CASES, ids=str)
def test_both_ways_of_asking_against_sympy(of, by):
    judge = float(sp.diff(QUANTITIES[of], by).subs(POINT).evalf(40))
    name = f"d{of}_d{by}"
    assert complex_step(name, example) == pytest.approx(judge, rel=1e-12, abs=0)
    # A central difference loses digits by nature: 1e-16 / 1e-6 of the error (0.3) itself.
    assert nudge(name, example) == pytest.approx(judge, rel=0, abs=1e-9)


# A link alone, where no parameter is moved but something on the way.
LINKS = {
    "dE_dout_o1": lambda e: 0.751365069552316 - 0.01,
    "dE_o1_dout_o1": lambda e: 0.751365069552316 - 0.01,
    "dE_o1_dout_o2": lambda e: 0,
    "dE_dtarget_o1": lambda e: 0.01 - 0.751365069552316,
    "dnet_o1_dout_h1": lambda e: e.w5,
    "dnet_o2_dout_h1": lambda e: e.w7,
    "dnet_o2_dout_h2": lambda e: e.w8,
    "dnet_h1_di2": lambda e: e.w2,
    "dnet_h2_dw4": lambda e: e.i2,
    "dnet_o1_db2": lambda e: 1,
    "dout_h1_dnet_h1": lambda e: 0.241300708572325,
    "dout_o1_dnet_o1": lambda e: 0.186815601808959,
    "dnet_h1_dw5": lambda e: 0,
    "dout_h1_dout_h1": lambda e: 1,
    "dout_h1_dout_h2": lambda e: 0,
    "dout_h2_dout_h2": lambda e: 1,
}


@pytest.mark.parametrize(("name", "value"), LINKS.items())
def test_one_link(name, value):
    assert complex_step(name, example) == pytest.approx(value(example), rel=0, abs=1e-15)
    assert nudge(name, example) == pytest.approx(value(example), rel=0, abs=1e-9)


def test_a_one_layer_network_and_its_last_layer():
    mine = Example(Network([[[2, -1]]], [[0.5]]), [1, 3], [1])
    out = 1 / (1 + float(sp.exp(sp.Rational("0.5")).evalf(40)))
    assert complex_step("dE_dout_o1", mine) == pytest.approx(out - 1, rel=1e-15)
    assert complex_step("dE_dw2", mine) == pytest.approx((out - 1) * out * (1 - out) * 3, rel=1e-15)


@pytest.mark.parametrize("step", [1e-2, 1e-3])
def test_half_the_step_is_a_quarter_of_the_error(step):
    judge = complex_step("dE_dw5", example)
    far, near = (nudge("dE_dw5", example, h) - judge for h in (step, step / 2))
    assert far / near == pytest.approx(4, rel=1e-3)


def test_an_error_of_softmax_by_its_own_out():
    """E is -target log(out) there, and of another out nothing."""
    network = example.network.replace(activations=["tanh", "softmax"], error="cross-entropy")
    one = Example(network, example.inputs, [0.3, 0.7])
    expected = -0.7 / forward_pass(one).out_o2
    assert complex_step("dE_dout_o2", one) == pytest.approx(expected, rel=1e-14)


def test_the_digits_of_a_wider_input_are_kept():
    wide = example.replace(i1=np.longdouble(0.05))
    judge = backward_pass(forward_pass(wide)).dE_di1
    allowed = 8 * np.finfo(np.longdouble).eps * abs(judge)
    assert abs(complex_step("dE_di1", wide) - judge) <= allowed


def test_a_shared_bias_moves_the_bias_of_every_neuron():
    mine = example.replace(b_h1=0.1)
    parts = complex_step("dE_db_h1", mine) + complex_step("dE_db_h2", mine)
    assert complex_step("dE_db1", mine) == pytest.approx(parts, rel=1e-15)
    assert nudge("dE_db1", mine) == pytest.approx(parts, abs=1e-9)


def test_the_printed_value_of_the_lesson():
    assert f"{nudge('dE_dw5', example):.9f}" == "0.082167041"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dE_dout_h1", 15),
        ("dE_dout_h2", 5),
        ("dE_dout_o1", 1),
        ("dout_o1_dout_h1", 15),
        ("dout_o1_dout_h2", 5),
        ("dout_h2_dout_h1", 3),
        ("dout_h2_dout_h2", 1),
        ("dnet_o1_dout_h1", 15),
        ("dnet_o1_dout_h2", 5),
        ("dnet_h2_dout_h1", 3),
    ],
)
def test_an_out_of_any_hidden_layer_is_moved(name, value):
    """With out = net, what follows an out multiplies it by its weights; E falls short by 1."""
    network = Network([[[2.0]], [[3.0]], [[5.0]]], [[0.0]] * 3, "identity")
    deep = Example(network, [1.0], [29.0])
    assert complex_step(name, deep) == pytest.approx(value, rel=1e-15)
    assert nudge(name, deep) == pytest.approx(value, abs=1e-6)
