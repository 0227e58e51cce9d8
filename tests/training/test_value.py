"""Automatic differentiation against judges that know nothing of it."""

import math

import numpy as np
import pytest

from backprop_lib import Network, example
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.training.value import Value, in_order, values_of

OTHERS = [
    example,
    example.replace(w5=-0.3, w7=2.0, i1=-1.5, target_o1=0.6),
    example.replace(b1=-1.0, b2=0.0, w3=3.0),
]


@pytest.mark.parametrize("one", OTHERS, ids=["tutorial", "negative", "biases"])
def test_every_slope_of_a_parameter_is_its_complex_step(one):
    values = values_of(one)
    values["E_total"].backward()
    for name in one.names.parameters():
        assert values[name].slope == pytest.approx(complex_step(f"dE_d{name}", one), rel=1e-12)
    for name in ("i1", "i2", "net_h1", "net_o2", "out_h1", "out_o2"):
        judged = complex_step(f"dE_d{name}", one)
        assert values[name].slope == pytest.approx(judged, rel=1e-12)


def test_the_numbers_of_the_values_are_those_of_plain_floats():
    def logistic(net):
        return 1 / (1 + math.exp(-net))

    values = values_of(example)
    out_h1 = logistic(0.15 * 0.05 + 0.20 * 0.10 + 0.35)
    assert values["out_h1"].number == pytest.approx(out_h1, rel=1e-15)
    assert f"{values['E_total'].number:.9f}" == "0.298371109"


def expression(a, b, c):
    """With a number that is used in several places, and all four operations."""
    d = a * b + c
    return (d * d.logistic() + a).maximum(b * c) * d


def test_an_expression_with_all_operations_is_its_complex_step():
    class Complex:
        """The same operations on complex numbers, which a complex step takes apart."""

        def __init__(self, z):
            self.z = z

        def __add__(self, other):
            return Complex(self.z + other.z)

        def __mul__(self, other):
            return Complex(self.z * other.z)

        def logistic(self):
            return Complex(1 / (1 + np.exp(-self.z)))

        def maximum(self, other):
            return self if self.z.real >= other.z.real else other

    for numbers in ([0.3, -1.2, 0.7], [2.0, 0.1, 5.0], [-3.0, -2.0, -1.0]):
        given = [Value(number) for number in numbers]
        end = expression(*given)
        end.backward()
        for k, value in enumerate(given):
            moved = [Complex(complex(n, 1e-200 * (k == j))) for j, n in enumerate(numbers)]
            assert value.slope == pytest.approx(expression(*moved).z.imag / 1e-200, rel=1e-12)


def test_in_order_every_value_comes_after_its_parents_and_once():
    order = in_order(values_of(example)["E_total"])
    places = {value: n for n, value in enumerate(order)}
    assert len(places) == len(order) == 42
    assert all(places[parent] < places[value] for value in order for parent in value.parents)


def test_no_computation_is_too_long():
    end = first = Value(1.0)
    for _ in range(5000):
        end = end + first
    end.backward()
    assert first.slope == 5001


@pytest.mark.parametrize(
    "other",
    [
        Example(Network([[[0.1, 0.2]]], [[0.3]]), [1.0, 2.0], [0.5]),
        Example(example.network.replace(error="cross-entropy"), [1.0, 2.0], [0.5, 0.5]),
        Example(example.network.replace(b_h1=0.1), [1.0, 2.0], [0.5, 0.5]),
    ],
    ids=["sizes", "error", "biases"],
)
def test_what_is_not_built_like_the_tutorial_s_is_refused(other):
    with pytest.raises(ValueError, match=r"^example: expected a logistic network of 2-2-2"):
        values_of(other)


def test_what_is_no_example_is_refused():
    with pytest.raises(TypeError, match=r"^example: "):
        values_of(3)
