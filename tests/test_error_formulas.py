import numpy as np
import pytest
import sympy as sp

from backprop_lib.activations import ACTIVATIONS, softmax
from backprop_lib.error_formulas import (
    DEFINITIONS,
    OUT,
    TARGET,
    delta_function,
    delta_in_out,
    error_formula,
    error_slope,
    output_delta,
    softmax_error,
    softmax_formula,
)
from backprop_lib.error_functions import ERRORS, half_squared

ENDS = [(error, last) for error, lasts in ERRORS.items() for last in lasts]


def test_every_error_has_its_formula():
    assert set(DEFINITIONS) == set(ERRORS)


@pytest.mark.parametrize(("error", "last"), ENDS)
@pytest.mark.parametrize("net", [-3.0, -0.2, 0.4, 4.0])
def test_the_delta_against_a_complex_step_of_the_error(error, last, net):
    nets, targets = np.array([[net, 0.5, -0.25]]), np.array([[0.2, 0.7, 0.1]])

    def value(shift):
        moved = nets + np.array([shift, 0, 0])
        return ERRORS[error][last](targets, moved, ACTIVATIONS[last](moved))[0]

    delta = delta_function(error, last)(targets, ACTIVATIONS[last](nets))[0, 0]
    assert delta == pytest.approx(value(1e-200j).imag / 1e-200, rel=1e-13, abs=1e-16)


@pytest.mark.parametrize("error", DEFINITIONS)
def test_the_formula_is_what_numpy_works_out(error):
    net, target = 0.7, 0.3
    out = ACTIVATIONS["logistic"](net)
    numbers = {OUT: sp.Float(float(out), 40), TARGET: sp.Float("0.3", 40)}
    value = ERRORS[error]["logistic"](np.array([[target]]), np.array([[net]]), np.array([[out]]))
    assert value[0] == pytest.approx(float(DEFINITIONS[error].subs(numbers)), rel=1e-14)
    assert ERRORS["half squared"]["tanh"] is half_squared


def test_softmax_error_is_what_numpy_works_out():
    nets, targets = [0.3, -1.0, 2.0], [0.5, 0.2, 0.3]
    numbers = dict(zip(sp.symbols("net_o1:4"), nets, strict=True))
    numbers |= dict(zip(sp.symbols("target_o1:3"), targets, strict=False))
    value = ERRORS["cross-entropy"]["softmax"](np.array([targets]), np.array([nets]), None)
    assert value[0] == pytest.approx(float(softmax_error(3).subs(numbers)), rel=1e-14)
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


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: error_formula("squared"), "error: expected one of 'half squared'"),
        (lambda: error_slope("squared"), "error: expected one of 'half squared'"),
        (lambda: output_delta("squared", "tanh"), "error: expected one of"),
        (
            lambda: output_delta("cross-entropy", "tanh"),
            "activation: expected one of 'logistic', 'softmax', got 'tanh'",
        ),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
