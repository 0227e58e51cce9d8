import inspect

import numpy as np
import pytest
import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.logistic import logistic_slope
from backprop_lib.symbolic.activation_formulas import (
    DEFINITIONS,
    NET,
    activation_formula,
    activation_slope,
    slope_function,
    slope_in_out,
)


def activate(name, net):
    return ACTIVATIONS[name](np.asarray(net))


NETS = [-30.0, -2.5, -0.1, 0.3775, 5.0, 30.0]


def test_every_activation_but_softmax_has_its_formula():
    assert {*DEFINITIONS, "softmax"} == {*ACTIVATIONS}


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("net", NETS)
def test_the_formula_is_what_numpy_works_out(name, net):
    written_out = DEFINITIONS[name].rewrite(sp.exp)
    judge = float(written_out.subs(NET, sp.Rational(repr(net))).evalf(40))
    assert activate(name, net) == pytest.approx(judge, rel=1e-15, abs=0)


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("net", NETS[1:-1])
def test_the_slope_against_the_definition_differentiated_and_against_a_complex_step(name, net):
    # Written out in exponentials first, so that the rule for logistic(net) plays no part.
    written_out = sp.diff(DEFINITIONS[name].rewrite(sp.exp), NET)
    judge = float(written_out.subs(NET, sp.Rational(repr(net))).evalf(40))
    slope = slope_function(name)(activate(name, net))
    assert slope == pytest.approx(judge, rel=1e-12, abs=0)
    step = activate(name, net + 1e-200j).imag / 1e-200
    assert step == pytest.approx(judge, rel=1e-14, abs=0)


@pytest.mark.parametrize("net", NETS)
def test_the_lessons_slope_is_sympys_derivative(net):
    """logistic_slope against the definition, written out and differentiated, with 40 digits."""
    written_out = sp.diff(DEFINITIONS["logistic"].rewrite(sp.exp), NET)
    out = 1 / (1 + sp.exp(-sp.Rational(repr(net))))
    judge = float(written_out.subs(NET, sp.Rational(repr(net))).evalf(40))
    of_out = float(out.evalf(40))
    # 1 - out has lost the digits of an out near 1, and nothing else may be lost.
    allowed = 4e-16 * of_out
    assert logistic_slope(activate("logistic", net)) == pytest.approx(judge, rel=0, abs=allowed)
    outs = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_array_equal(logistic_slope(outs), slope_function("logistic")(outs))


def test_relu_has_no_slope_at_its_corner():
    outs = np.array([[0.0, 2.0, 0.0]])
    assert slope_function("ReLU")(outs).tolist() == [[0, 1, 0]]


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


ASKED = [activation_formula, activation_slope, slope_in_out, slope_function]


@pytest.mark.parametrize("ask", ASKED)
def test_an_unknown_name_is_named(ask):
    with pytest.raises(ValueError, match=r"name: expected one of 'logistic', .*, got 'sigmoid'"):
        ask("sigmoid")
    for name in (2, ["tanh"], {}):
        with pytest.raises(TypeError, match="name: expected one of 'logistic'"):
            ask(name)
