"""A sum in a field is worked out, and nothing else that could be typed is run."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib.labs.arithmetic import worked_out


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.15*0.05+0.2*0.1+0.35", 0.3775),
        ("= 1 / (1 + 3)", 0.25),
        ("(0.01 − 0.75) × 2", -1.48),
        ("0.5·(0.1 - 0.75)**2", 0.21125),
        ("-(1 + 1)/4 * -1", 0.5),
        ("3:4", 0.75),
    ],
)
def test_arithmetic_comes_to_a_number(text, value):
    assert worked_out(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "0.25",
            "-0.25",
            "1e-3",
            "w5 + 1",
            "exp(1) + 1",
            "1 + True",
            "1 + 'a'",
            "1 if 1 else 2",
        ),
        *(
            "__import__('os').system('true') + 1",
            "[1][0] + 1",
            "1/0",
            "1e308*10",
            "9**9**9",
            "2**1000",
        ),
        *(
            "1 + " * 60 + "1",
            "(" * 150 + "1+1" + ")" * 40,
            "1 + 1j",
            "1 +",
            "1 < 2",
            "(lambda: 1)()",
        ),
    ],
)
def test_anything_else_is_left_alone(text):
    assert worked_out(text) is None


@given(st.text("0123456789.+-*/() e_j", max_size=40))
def test_whatever_is_typed_it_comes_to_a_finite_number_or_to_none(text):
    value = worked_out(text)
    assert value is None or math.isfinite(value)
