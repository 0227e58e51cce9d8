"""How numbers are written: what is written is the number, and never looks like another."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backprop_lib.core.numbers_as_text import (
    decimals_text,
    digits_text,
    given_text,
    number_text,
    power_text,
    result_text,
    short_text,
    typed_text,
    with_minus,
)

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def as_decimal(text):
    return Decimal(text.replace("−", "-"))


def half_a_unit(text):
    """Of the last digit that is written."""
    return Decimal(5).scaleb(as_decimal(text).as_tuple().exponent - 1)


@given(NUMBERS)
@pytest.mark.parametrize(
    "write",
    [
        number_text,
        given_text,
        result_text,
        lambda x: number_text(x, signed=True),
        lambda x: given_text(x, signed=True),
        lambda x: decimals_text(x, 4, 1e-3),
        lambda x: power_text(x, 3),
        lambda x: short_text(x, 4),
    ],
)
def test_what_is_written_is_the_number_to_half_a_unit_of_its_last_digit(write, x):
    """The judge is decimal arithmetic, which knows every digit of a float."""
    text = write(x)
    # short_text may leave out a last bit: 0.1 + 0.2 is 0.30 to it.
    slack = 1 + Decimal("1e-6")
    assert abs(as_decimal(text) - Decimal(x)) <= half_a_unit(text) * slack


@given(NUMBERS)
@example(-0.0)
def test_a_number_that_is_not_0_never_looks_like_0(x):
    for text in (number_text(x), given_text(x), result_text(x), digits_text(x), power_text(x)):
        assert (as_decimal(text) == 0) == (x == 0)
    assert "-0.000000000" not in (number_text(x), result_text(x)) and digits_text(x) != "-0"


@given(NUMBERS)
def test_nine_digits_are_those_of_decimal_arithmetic(x):
    wanted = Decimal(x)
    if x:
        unit = Decimal(1).scaleb(wanted.adjusted() - 8)
        wanted = wanted.quantize(unit, ROUND_HALF_EVEN) if abs(x) < 1e15 else wanted
    if abs(x) < 1e15:
        assert as_decimal(digits_text(x)) == wanted


@pytest.mark.parametrize("sign", ["+", "−", ""])
def test_a_sign_stands_where_it_is_asked_for(sign):
    value = {"+": 0.4, "−": -0.4, "": 0.0}[sign]
    assert with_minus(number_text(value, signed=True)).startswith(sign or "0")
    assert with_minus(given_text(value, signed=True)) == f"{sign}{'0.4' if sign else '0'}"


def test_what_was_given_is_as_short_as_it_was_given():
    for text in ("0.05", "0.1", "-12.5", "100", "1e-07", "0.123456789"):
        assert given_text(float(text)) == text
    # Too many digits to have been given: nine decimals, as any result.
    assert given_text(0.35891647971788465) == "0.358916480"
    assert given_text(0.35891647971788465, signed=True) == "+0.358916480"


@given(st.floats(1e-4, 1e5))
@example(0.05)
@example(0.1)
def test_a_short_number_shows_two_digits_at_least_or_is_given_with_two_decimals(x):
    digits = short_text(x, 4).replace(".", "").lstrip("0")
    assert len(digits) >= 2 or short_text(x, 4) == f"{x:.2f}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1e-5, 9, "0.000010000"),
        (9.9e-6, 9, "9.9e-06"),
        (1e-6, 10, "0.0000010000"),
        (0.0, 10, "0.0000000000"),
        (-2e-7, 10, "-2.0e-07"),
    ],
)
def test_a_result_shows_four_digits_or_its_size(value, decimals, text):
    assert result_text(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.123456, "0.123456"), (-12.3456, "-12.3456"), (0.1234567, "0.1235")]
)
def test_a_typed_number_of_up_to_six_digits_stays_as_it_was_typed(value, text):
    assert typed_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(5e-5, "0.00005"), (1234567.0, "1235000"), (3e20, "3" + 20 * "0")]
)
def test_a_typed_number_has_no_power_of_ten_however_small_or_large_it_is(value, text):
    assert typed_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12, "0.12"),
        (0.125, "0.1250"),
        (1e5, "1.0e5"),
        (99999.0, "99999.00"),
        (1e-4, "0.00010"),
        (12345.678, "12346"),
    ],
)
def test_where_a_short_number_changes_its_form(value, text):
    assert short_text(value, 4) == text
