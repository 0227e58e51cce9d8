import inspect

import mpmath
import numpy as np
import pytest
import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.logistic import logistic_slope
from backprop_lib.symbolic.activation_formulas import (
    NET,
    OTHER_OUT,
    OUT,
    activation_formula,
    activation_slope,
    definition,
    mixed_slope,
    neuron_function,
    slope_function,
    slope_in_out,
    written_out,
)


def activate(name, net):
    return ACTIVATIONS[name].function(np.asarray(net))


DEFINITIONS = {name: definition(name) for name, row in ACTIVATIONS.items() if not row.mixes}
NETS = [-30.0, -2.5, -0.1, 0.3775, 5.0, 30.0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_that_the_passes_use_is_sympys(name):
    """Given symbols, the lines of NumPy say what differentiating the definition says."""
    nets = np.array(NETS)
    outs = activate(name, nets)
    mine = ACTIVATIONS[name].slope(nets, outs)
    if ACTIVATIONS[name].mixes:
        for j, k in np.ndindex(mine.shape):
            numbers = {OUT: outs[j], OTHER_OUT: outs[k]}
            judge = float(mixed_slope(name, own=j == k).subs(numbers))
            assert mine[j, k] == pytest.approx(judge, rel=1e-13)
    else:
        np.testing.assert_allclose(mine, slope_function(name)(nets, outs) + 0 * nets, rtol=1e-13)


def test_softmax_is_differentiated_as_it_is_written_out():
    """The slopes in terms of out, beside the fraction of exponentials differentiated by SymPy."""
    nets = sp.symbols("net_o1:4")
    outs = [neuron_function("softmax", net, nets) for net in nets]
    numbers = dict(zip(nets, (0.3, -1.0, 2.0), strict=True))
    for j, k in np.ndindex(3, 3):
        judge = sp.diff(outs[j].written_out, nets[k]).subs(numbers).evalf(40)
        in_outs = {OUT: outs[j].written_out, OTHER_OUT: outs[k].written_out}
        slope = mixed_slope("softmax", own=j == k).subs(in_outs, simultaneous=True)
        assert abs(slope.subs(numbers).evalf(40) - judge) < 1e-15
        assert abs(sp.diff(outs[j], nets[k]).subs(numbers).evalf(40) - judge) < 1e-15


def test_an_out_is_differentiated_in_terms_of_itself():
    net, w5 = sp.symbols("net_h1 w5")
    slope = sp.diff(neuron_function("logistic", w5 * net), net)
    assert sp.simplify(written_out(slope) - sp.diff(1 / (1 + sp.exp(-w5 * net)), net)) == 0
    assert str(slope) == "w5*(1 - logistic(net_h1*w5))*logistic(net_h1*w5)"
    relu = sp.diff(neuron_function("ReLU", net), net)
    assert (relu.subs(net, -3), relu.subs(net, 3)) == (0, 1)


def test_an_out_has_as_many_digits_as_are_asked_for():
    with mpmath.workdps(50):
        judge = mpmath.nstr(1 / (1 + mpmath.exp(-1)), 40)
    assert str(neuron_function("logistic", sp.Integer(1)).evalf(40)) == judge


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("net", NETS)
def test_the_formula_is_what_numpy_works_out(name, net):
    formula = DEFINITIONS[name].rewrite(sp.exp)
    judge = float(formula.subs(NET, sp.Rational(repr(net))).evalf(40))
    assert activate(name, net) == pytest.approx(judge, rel=1e-15, abs=0)


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("net", NETS[1:-1])
def test_the_slope_against_the_definition_differentiated_and_against_a_complex_step(name, net):
    # Written out in exponentials first, so that the rule for logistic(net) plays no part.
    formula = sp.diff(DEFINITIONS[name].rewrite(sp.exp), NET)
    judge = float(formula.subs(NET, sp.Rational(repr(net))).evalf(40))
    slope = slope_function(name)(net, activate(name, net))
    assert slope == pytest.approx(judge, rel=1e-12, abs=0)
    step = activate(name, net + 1e-200j).imag / 1e-200
    assert step == pytest.approx(judge, rel=1e-14, abs=0)


@pytest.mark.parametrize("net", NETS)
def test_the_lessons_slope_is_sympys_derivative(net):
    """logistic_slope against the definition, written out and differentiated, with 40 digits."""
    formula = sp.diff(DEFINITIONS["logistic"].rewrite(sp.exp), NET)
    out = 1 / (1 + sp.exp(-sp.Rational(repr(net))))
    judge = float(formula.subs(NET, sp.Rational(repr(net))).evalf(40))
    of_out = float(out.evalf(40))
    # 1 - out has lost the digits of an out near 1, and nothing else may be lost.
    allowed = 4e-16 * of_out
    assert logistic_slope(activate("logistic", net)) == pytest.approx(judge, rel=0, abs=allowed)
    outs = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_array_equal(logistic_slope(outs), slope_function("logistic")(None, outs))


def test_relu_has_no_slope_at_its_corner():
    nets = np.array([[0.0, 2.0, -1.0]])
    assert slope_function("ReLU")(nets, np.maximum(nets, 0)).tolist() == [[0, 1, 0]]
    assert str(activation_slope("ReLU")) == "dout/dnet = (1 if net > 0 else 0)"


def test_two_cases_are_one_where_which_is_many_times_quicker_than_select():
    made = inspect.getsource(slope_function("ReLU"))
    assert "where(" in made and "select" not in made


def test_what_is_shown():
    assert str(activation_formula("tanh")) == "out = tanh(net)"
    assert str(activation_formula("logistic")) == "out = 1/(1 + exp(-net))"
    assert str(activation_slope("tanh")) == "dout/dnet = 1 - out**2"
    assert r"\frac{\partial out}{\partial net}" in activation_slope("logistic").latex
    assert str(slope_in_out("identity")) == "1"
    assert "cases" in activation_formula("ReLU").latex


def test_an_out_is_set_by_its_name_and_written_out_where_it_is_wanted():
    one, two = sp.symbols("net_o1 net_o2")
    out = neuron_function("logistic", one)
    assert sp.latex(out) == r"\operatorname{logistic}{\left(net_{o1} \right)}"
    assert str(out) == "logistic(net_o1)"
    assert written_out(2 * out) == 2 / (1 + sp.exp(-one))
    share = neuron_function("softmax", one, (one, two))
    assert sp.latex(share) == r"\frac{e^{net_{o1}}}{e^{net_{o1}} + e^{net_{o2}}}"
    only = neuron_function("softmax", one, (one,))
    assert (sp.latex(only), str(only)) == ("1", "1")
    assert str(share) == "exp(net_o1)/(exp(net_o1) + exp(net_o2))"


ASKED = [activation_formula, activation_slope, slope_in_out, slope_function]


@pytest.mark.parametrize("ask", ASKED)
def test_an_unknown_name_is_named(ask):
    with pytest.raises(ValueError, match=r"name: expected one of 'logistic', .*, got 'sigmoid'"):
        ask("sigmoid")
    for name in (2, ["tanh"], {}):
        with pytest.raises(TypeError, match="name: expected one of 'logistic'"):
            ask(name)
