import mpmath
import numpy as np
import pytest

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.error_functions import (
    ERRORS,
    half_squared,
    logistic_cross_entropy,
    softmax_cross_entropy,
)

NETS = [[0.3, -2.0, 1.5], [30.0, -25.0, 0.0], [-700.0, 650.0, 3.0]]


def judged(error, target, net):
    with mpmath.workdps(400):
        net = [mpmath.mpf(n) for n in net]
        target = [mpmath.mpf(t) for t in target]
        if error is softmax_cross_entropy:
            whole = mpmath.fsum(map(mpmath.exp, net))
            outs = [mpmath.exp(n) / whole for n in net]
            return float(-sum(t * mpmath.log(o) for t, o in zip(target, outs, strict=True)))
        outs = [1 / (1 + mpmath.exp(-n)) for n in net]
        parts = [
            t * mpmath.log(o) + (1 - t) * mpmath.log(1 - o)
            for t, o in zip(target, outs, strict=True)
        ]
        return float(-sum(parts))


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize(
    ("error", "target"),
    [
        (logistic_cross_entropy, [0.0, 1.0, 0.25]),
        (logistic_cross_entropy, [1.0, 0.0, 1.0]),
        (softmax_cross_entropy, [0.0, 1.0, 0.0]),
        (softmax_cross_entropy, [0.5, 0.25, 0.25]),
    ],
)
def test_cross_entropy_against_many_digits(error, target, net):
    value = error(np.array([target]), np.array([net]), None)
    assert value[0] == pytest.approx(judged(error, target, net), rel=1e-14, abs=1e-15)


def test_half_squared_is_the_sum_over_the_outputs():
    value = half_squared(np.array([[0.01, 0.99]]), None, np.array([[0.76, 0.49]]))
    assert value[0] == pytest.approx(0.28125 + 0.125, rel=1e-15)


def test_every_end_of_a_network_is_an_activation():
    assert {last for lasts in ERRORS.values() for last in lasts} == set(ACTIVATIONS)


@pytest.mark.parametrize("error", [logistic_cross_entropy, softmax_cross_entropy])
@pytest.mark.parametrize("net", NETS)
def test_a_complex_step_goes_through(error, net):
    target = np.array([[0.0, 1.0, 0.0]])
    last = "logistic" if error is logistic_cross_entropy else "softmax"
    step = error(target, np.array([net]) + np.array([1e-200j, 0, 0]), None).imag[0] / 1e-200
    out = ACTIVATIONS[last](np.array(net))
    assert step == pytest.approx(out[0] - target[0, 0], rel=1e-13, abs=1e-300)


ROWS = [[0.3, -2.0, 1.5], [900.0, -900.0, 800.0], [-900.0, -899.0, -902.0]]


@pytest.mark.parametrize("error", [half_squared, logistic_cross_entropy, softmax_cross_entropy])
def test_a_batch_is_its_rows_however_far_they_lie_apart(error):
    targets, nets = np.tile([0.5, 0.25, 0.25], (3, 1)), np.array(ROWS)
    each = [error(targets[k : k + 1], nets[k : k + 1], nets[k : k + 1])[0] for k in range(3)]
    assert np.isfinite(each).all()
    assert error(targets, nets, nets).tolist() == each
    assert each[1] != each[2]
