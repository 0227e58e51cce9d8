"""The errors against many digits, a complex step and their own formulas for SymPy."""

import mpmath
import numpy as np
import pytest
from random_dense import ENDS

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.errors import (
    ERRORS,
    check_probabilities,
    error_after,
    half_squared_errors,
    logistic_cross_entropies,
    softmax_cross_entropies,
)

NETS = [[0.3, -2.0, 1.5], [30.0, -25.0, 0.0], [-700.0, 650.0, 3.0]]


def judged(error, target, net):
    """E_o of each output, with 400 digits."""
    with mpmath.workdps(400):
        net = [mpmath.mpf(n) for n in net]
        target = [mpmath.mpf(t) for t in target]
        if error is softmax_cross_entropies:
            whole = mpmath.fsum(map(mpmath.exp, net))
            outs = [mpmath.exp(n) / whole for n in net]
            return [float(-t * mpmath.log(o)) for t, o in zip(target, outs, strict=True)]
        outs = [1 / (1 + mpmath.exp(-n)) for n in net]
        return [
            float(-t * mpmath.log(o) - (1 - t) * mpmath.log(1 - o))
            for t, o in zip(target, outs, strict=True)
        ]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize(
    ("error", "target"),
    [
        (logistic_cross_entropies, [0.0, 1.0, 0.25]),
        (logistic_cross_entropies, [1.0, 0.0, 1.0]),
        (softmax_cross_entropies, [0.0, 1.0, 0.0]),
        (softmax_cross_entropies, [0.5, 0.25, 0.25]),
    ],
)
def test_cross_entropy_against_many_digits(error, target, net):
    value = error(np.array(target), None, np.array(net))
    np.testing.assert_allclose(value, judged(error, target, net), rtol=1e-14, atol=1e-15)
    if max(map(abs, net)) < 5:  # where out has a logarithm, it may be asked of out as well
        last = "logistic" if error is logistic_cross_entropies else "softmax"
        outs = ACTIVATIONS[last].function(np.array(net))
        np.testing.assert_allclose(error(np.array(target), outs), value, rtol=1e-13)


def test_the_squared_errors_differ_by_what_their_names_say():
    targets, outs = np.array([[0.01, 0.99, 0.5]]), np.array([[0.76, 0.49, 0.5]])
    half = half_squared_errors(targets, outs)
    np.testing.assert_allclose(half, [[0.28125, 0.125, 0]], rtol=1e-15)
    for name, times in (("half squared", 1), ("squared", 2), ("mean squared", 2 / 3)):
        row = error_after(name, "tanh")
        np.testing.assert_allclose(row.errors(targets, outs), times * half, rtol=1e-15)
        np.testing.assert_allclose(row.slopes(targets, outs), times * (outs - targets), rtol=1e-15)


@pytest.mark.parametrize(("error", "last"), ENDS)
def test_slope_and_delta_are_the_complex_step_of_the_error(error, last):
    row, activation = error_after(error, last), ACTIVATIONS[last]
    targets, nets = np.array([0.5, 0.25, 0.25]), np.array([0.3, -2.0, 1.5])
    outs = activation.function(nets)
    for k, one in enumerate(1e-200j * np.eye(3)):
        by_out = row.errors(targets, outs + one).sum().imag / 1e-200
        assert row.slopes(targets, outs)[k] == pytest.approx(by_out, rel=1e-14)
        moved = nets + one
        by_net = row.errors(targets, activation.function(moved), moved).sum().imag / 1e-200
        if row.deltas:
            assert row.deltas(targets, outs)[k] == pytest.approx(by_net, rel=1e-13)


ROWS = [[0.3, -2.0, 1.5], [900.0, -900.0, 800.0], [-900.0, -899.0, -902.0]]


@pytest.mark.parametrize(("error", "last"), ENDS)
def test_a_batch_is_its_rows_however_far_they_lie_apart(error, last):
    targets, nets = np.tile([0.5, 0.25, 0.25], (3, 1)), np.array(ROWS)
    row, outs = error_after(error, last), ACTIVATIONS[last].function(nets)
    each = [row.errors(targets[k], outs[k], nets[k]).tolist() for k in range(3)]
    assert np.isfinite(each).all()
    assert row.errors(targets, outs, nets).tolist() == each
    assert row.slopes(targets[:1], outs[:1]).tolist() == [row.slopes(targets[0], outs[0]).tolist()]


def test_every_error_names_what_it_can_follow():
    for name in ERRORS:
        fits = [last for last in ACTIVATIONS if _follows(name, last)]
        assert fits == (["logistic", "softmax"] if name == "cross-entropy" else [*ACTIVATIONS])
    with pytest.raises(ValueError, match="needs outputs that are 'logistic' or 'softmax', got"):
        error_after("cross-entropy", "ReLU")
    with pytest.raises(ValueError, match="error: expected one of 'half squared', 'squared'"):
        error_after("MSE", "ReLU")


def _follows(name, last):
    try:
        return bool(error_after(name, last))
    except ValueError:
        return False


def test_only_an_error_that_compares_probabilities_asks_for_them():
    check_probabilities("targets", np.array([[3.0, -1.0]]), "squared", "softmax")
    check_probabilities("targets", np.array([[0.9, 0.9]]), "cross-entropy", "logistic")
    with pytest.raises(
        ValueError, match=r"targets: .* from 0 to 1 in each row, got \[1.5\] in row 1"
    ):
        check_probabilities("targets", np.array([[0.5], [1.5]]), "cross-entropy", "logistic")
    with pytest.raises(ValueError, match="that sum to 1 in each row"):
        check_probabilities("targets", np.array([[0.9, 0.9]]), "cross-entropy", "softmax")
