import mpmath
import numpy as np
import pytest

from backprop_lib import logistic
from backprop_lib.core.activations import ACTIVATIONS, softmax, through_activation

NETS = [-800.0, -30.0, -2.5, -1e-9, 0.0, 0.3775, 5.0, 40.0, 800.0]
JUDGES = {
    "logistic": lambda net: 1 / (1 + mpmath.exp(-net)),
    "tanh": mpmath.tanh,
    "ReLU": lambda net: max(net, mpmath.mpf(0)),
    "identity": lambda net: net,
}


def activate(name, net):
    return ACTIVATIONS[name].function(np.asarray(net))


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize("net", NETS)
def test_against_forty_digits(name, net):
    with mpmath.workdps(40):
        judge = float(JUDGES[name](mpmath.mpf(net)))
    assert activate(name, net) == pytest.approx(judge, rel=1e-15, abs=0)


@pytest.mark.parametrize("nets", [[0.1, -2.0, 3.0], [800.0, -800.0, 0.0], [1e308, 1e308, 0.0]])
def test_softmax_against_forty_digits(nets):
    with mpmath.workdps(40):
        powers = [mpmath.exp(mpmath.mpf(net) - max(nets)) for net in nets]
        judge = [float(power / mpmath.fsum(powers)) for power in powers]
    np.testing.assert_allclose(softmax(np.array(nets)), judge, rtol=1e-14, atol=0)


@pytest.mark.parametrize("above", [0.0, 2000.0])  # so far apart that exp would lose a row
def test_a_batch_is_its_rows(above):
    nets = np.array([[0.1, 2.0], [above - 1.0, above + 3.0]])
    for name in ACTIVATIONS:
        rows = [activate(name, net) for net in nets]
        np.testing.assert_array_equal(activate(name, nets), rows)


def test_the_logistic_is_the_one_that_the_lessons_have():
    assert ACTIVATIONS["logistic"].function is logistic


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_complex_step_goes_through(name):
    nets = np.array([0.5, -0.7])
    slopes = activate(name, nets + np.array([1e-200j, 0])).imag[0] / 1e-200
    up, down = (activate(name, nets + np.array([step, 0]))[0] for step in (1e-6, -1e-6))
    assert slopes == pytest.approx((up - down) / 2e-6, abs=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_the_complex_step_of_the_function_by_each_net(name):
    nets = np.array([0.5, -0.7, 1.25])
    slopes = ACTIVATIONS[name].slope(nets, activate(name, nets))
    steps = [activate(name, nets + 1e-200j * one).imag / 1e-200 for one in np.eye(3)]
    jacobian = slopes if ACTIVATIONS[name].mixes else np.diag(slopes)
    np.testing.assert_allclose(jacobian, np.transpose(steps), rtol=1e-14, atol=1e-16)


def test_relu_is_flat_at_its_corner():
    assert ACTIVATIONS["ReLU"].slope(np.array([-1.0, 0.0, 1.0]), None).tolist() == [0, 0, 1]


def test_an_error_reaches_a_net_through_every_out_that_is_made_of_it():
    slopes = np.array([[1.0, 2.0], [3.0, 4.0]])  # dout_j/dnet_k
    np.testing.assert_array_equal(through_activation(np.array([10.0, 100.0]), slopes), [310, 420])
    np.testing.assert_array_equal(through_activation(np.array([2.0, 3.0]), slopes[0]), [2, 6])
