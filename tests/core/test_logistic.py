import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lib import example, logistic
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logistic import logistic_slope

ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True)
SMALLEST = np.finfo(float).smallest_subnormal


def exact(net):
    """The definition, with digits enough that exp(-net) loses none."""
    with mpmath.workdps(40):
        return 1 / (1 + mpmath.exp(-mpmath.mpf(net)))


@settings(max_examples=300)
@given(st.floats(-800, 800))
def test_it_is_the_definition_to_the_last_digits(net):
    truth = exact(net)
    # Three roundings (exp, sum, quotient) of half a unit each; the C library's exp may add one.
    allowed = max(2 * np.finfo(float).eps * truth, 2 * SMALLEST)
    assert abs(mpmath.mpf(float(logistic(net))) - truth) <= allowed


@given(ANY_FLOAT)
def test_no_number_makes_it_warn(net):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        out = logistic(net)
    assert np.isnan(out) if np.isnan(net) else 0 <= out <= 1


@given(st.lists(st.complex_numbers(allow_nan=True, allow_infinity=True), min_size=1, max_size=4))
def test_no_complex_number_makes_it_warn(nets):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        logistic(nets)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_no_edge_of_a_float_type_makes_it_warn(dtype):
    info = np.finfo(dtype)
    edges = [info.max, info.min, info.tiny, -info.tiny, 0, -0.0, np.inf, -np.inf, np.nan]
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        outs = logistic(np.array(edges, dtype))
    assert outs.dtype == dtype
    assert outs[:8].tolist() == [1, 0, 0.5, 0.5, 0.5, 0.5, 1, 0]
    assert np.isnan(outs[8])


@pytest.mark.parametrize(
    "net", [3, np.int8(3), np.uint8(3), np.uint64(3), np.int64(3), np.float64(3)], ids=repr
)
def test_every_kind_of_three_gives_the_same(net):
    assert logistic(net) == logistic(3.0)
    assert logistic(net).dtype == float


def test_the_largest_whole_numbers():
    assert logistic(np.iinfo(np.int64).min) == 0
    assert logistic(np.iinfo(np.uint64).max) == 1


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_it_keeps_the_shape(shape):
    assert logistic(np.zeros(shape)).shape == shape


def test_longdouble_keeps_its_digits():
    def digits(number):
        return np.format_float_positional(number, unique=False, precision=30)

    net = np.longdouble("0.3775")
    with mpmath.workdps(40):
        difference = mpmath.mpf(digits(logistic(net))) - exact(digits(net))
    assert abs(difference) < 2 * float(np.finfo(np.longdouble).eps)


@given(st.floats(-30, 30))
def test_the_slope_is_the_derivative(net):
    with mpmath.workdps(40):
        slope = mpmath.exp(-mpmath.mpf(net)) * exact(net) ** 2
    # out is off by at most 2 eps, and 1 - out carries that over, so eps counts against out.
    allowed = 4 * np.finfo(float).eps
    assert abs(mpmath.mpf(float(logistic_slope(logistic(net)))) - slope) <= allowed * exact(net)


def test_the_slope_takes_a_list_of_whole_numbers_and_refuses_what_is_no_number():
    assert logistic_slope([0, 1, 2]).tolist() == [0.0, 0.0, -2.0]
    with pytest.raises(TypeError, match=r"^out: expected a number or an array of numbers, got"):
        logistic_slope("a")


def test_the_slope_is_that_of_the_tutorial():
    assert f"{complex_step('dout_h1_dnet_h1', example):.9f}" == "0.241300709"
    assert f"{logistic_slope(logistic(0.3775)):.9f}" == "0.241300709"
