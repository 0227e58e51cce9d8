import mpmath
import numpy as np
import pytest
import sympy as sp
from random_dense import ENDS

from backprop_lib.core.activations import ACTIVATIONS, softmax
from backprop_lib.core.errors import (
    ERRORS,
    error_after,
    half_squared_error_slopes,
    half_squared_errors,
    logistic_cross_entropies,
    softmax_cross_entropies,
)
from backprop_lib.symbolic.error_formulas import (
    HOW_MANY,
    OUT,
    TARGET,
    delta_function,
    delta_in_out,
    error_definition,
    error_formula,
    error_slope,
    output_delta,
    softmax_error,
    softmax_formula,
)

DEFINITIONS = {error: error_definition(error) for error in ERRORS}


@pytest.mark.parametrize(("error", "last"), ENDS)
@pytest.mark.parametrize("net", [-3.0, -0.2, 0.4, 4.0])
def test_the_delta_against_a_complex_step_of_the_error(error, last, net):
    nets = np.array([[net, 0.5, -0.25], [1.5, -0.75, 0.125]])
    targets = np.array([[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]])

    def value(shift):
        moved = nets + np.array([[shift, 0, 0], [0, 0, 0]])
        outs = ACTIVATIONS[last].function(moved)
        return error_after(error, last).errors(targets, outs, moved).sum()

    delta = delta_function(error, last)(targets, nets, ACTIVATIONS[last].function(nets))[0, 0]
    assert delta == pytest.approx(value(1e-200j).imag / 1e-200, rel=1e-13, abs=1e-16)


@pytest.mark.parametrize("error", DEFINITIONS)
def test_the_formula_is_what_numpy_works_out(error):
    net, target = 0.7, 0.3
    out = ACTIVATIONS["logistic"].function(net)
    numbers = {OUT: sp.Float(float(out), 40), TARGET: sp.Float("0.3", 40), HOW_MANY: 1}
    given = np.array([[target]]), np.array([[out]]), np.array([[net]])
    value = error_after(error, "logistic").errors(*given)
    assert value[0, 0] == pytest.approx(float(DEFINITIONS[error].subs(numbers)), rel=1e-14)


def test_the_lessons_error_and_its_slope_are_sympys():
    """Their own functions, given symbols: the error is the definition, the slope its derivative."""
    definition = DEFINITIONS["half squared"]
    assert sp.expand(half_squared_errors(TARGET, OUT) - definition) == 0
    assert sp.expand(half_squared_error_slopes(TARGET, OUT) - sp.diff(definition, OUT)) == 0


NETS = [-700.0, -30.0, -0.2, 0.0, 0.4, 25.0, 650.0]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_cross_entropy_of_a_logistic_output_is_its_formula_even_when_saturated(net, target):
    """NumPy works it out of net; the formula, with 700 digits, of out."""
    formula = sp.lambdify((TARGET, OUT), DEFINITIONS["cross-entropy"], "mpmath")
    with mpmath.workdps(700):
        judge = float(formula(mpmath.mpf(target), 1 / (1 + mpmath.exp(-mpmath.mpf(net)))))
    value = logistic_cross_entropies(np.array([target]), None, np.array([net]))
    assert value[0] == pytest.approx(judge, rel=1e-14, abs=0)


@pytest.mark.parametrize("net", NETS)
def test_softmax_and_its_cross_entropy_are_their_formulas_even_when_saturated(net):
    nets, targets = [net, 0.5, -1.25], [0.25, 0.0, 0.75]
    symbols = sp.symbols("net_o1:4"), sp.symbols("target_o1:3")
    formula = sp.lambdify(symbols, softmax_error(3), "mpmath")
    first = sp.lambdify(symbols[0], sp.sympify(softmax_formula(3).text.split(" = ")[1]), "mpmath")
    with mpmath.workdps(700):
        exact = list(map(mpmath.mpf, nets))
        judge, out = float(formula(exact, targets[:2])), float(first(*exact))
    value = softmax_cross_entropies(np.array(targets), None, np.array(nets)).sum()
    assert value == pytest.approx(judge, rel=1e-14, abs=0)
    assert softmax(np.array(nets))[0] == pytest.approx(out, rel=1e-14, abs=0)


def test_softmax_error_is_what_numpy_works_out():
    nets, targets = [0.3, -1.0, 2.0], [0.5, 0.2, 0.3]
    numbers = dict(zip(sp.symbols("net_o1:4"), nets, strict=True))
    numbers |= dict(zip(sp.symbols("target_o1:3"), targets, strict=False))
    value = softmax_cross_entropies(np.array(targets), None, np.array(nets)).sum()
    assert value == pytest.approx(float(softmax_error(3).subs(numbers)), rel=1e-14)
    first = float(sp.sympify(softmax_formula(3).text.split(" = ")[1]).subs(numbers))
    assert softmax(np.array(nets))[0] == pytest.approx(first, rel=1e-14)


def test_the_slope_cancels_in_cross_entropy_alone():
    assert delta_in_out("cross-entropy", "logistic") == OUT - TARGET
    assert delta_in_out("cross-entropy", "softmax") == OUT - TARGET
    assert delta_in_out("half squared", "logistic").has(1 - OUT)


def test_what_is_shown():
    assert str(error_formula("half squared")) == "E = (target - out)**2/2"
    assert str(error_slope("half squared")) == "dE/dout = out - target"
    assert str(output_delta("half squared", "identity")) == "dE/dnet = out - target"
    three = "exp(net_o1) + exp(net_o2) + exp(net_o3)"
    assert str(softmax_formula()) == f"out_o1 = exp(net_o1)/({three})"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: error_formula("MSE"), "error: expected one of 'half squared'"),
        (lambda: error_slope("MSE"), "error: expected one of 'half squared'"),
        (lambda: output_delta("MSE", "tanh"), "error: expected one of"),
        (
            lambda: output_delta("cross-entropy", "tanh"),
            "error: 'cross-entropy' needs outputs that are 'logistic' or 'softmax', got 'tanh'",
        ),
        (
            lambda: output_delta("squared", "softmax"),
            "activation: expected one in which an out depends on its own net alone, got 'softmax'",
        ),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("ask", [output_delta, delta_in_out, delta_function])
def test_what_cannot_be_a_name_is_named_before_a_cache_sees_it(ask):
    with pytest.raises(TypeError, match=r"activation: expected one of .*got \['logistic'\]"):
        ask("half squared", ["logistic"])
    with pytest.raises(TypeError, match=r"error: expected one of .*got \{\}"):
        ask({}, "logistic")


@pytest.mark.parametrize("ask", [softmax_formula, softmax_error])
@pytest.mark.parametrize(
    ("outputs", "error"), [(1, ValueError), ("3", TypeError), (2.5, TypeError)]
)
def test_softmax_needs_two_outputs_or_more(ask, outputs, error):
    with pytest.raises(error, match="outputs: expected a whole number, 2 or more"):
        ask(outputs)
