"""What a hand types into a field of a lab is read in one way, or refused in words."""

import pytest

from backprop_lib.labs.typed_number import in_short, typed_number, typed_rate, typed_whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *((" 5e-1 ", 0.5), (".5", 0.5), ("0,5", 0.5), ("-0,5", -0.5), ("−0.5", -0.5)),
        *(("0,125", 0.125), ("1000", 1000.0), ("1.000", 1.0), ("2,5e3", 2500.0), ("0", 0.0)),
    ],
)
def test_a_number_may_be_written_in_many_ways(text, number):
    assert typed_number(text) == number


@pytest.mark.parametrize(
    "text", ["ten", "", " ", "−", "nan", "1,2,3", "1,000.5", "1.0,5", "<b>1</b>"]
)
def test_what_is_no_number_is_said_to_be_none(text):
    with pytest.raises(ValueError, match=r" is no number\. Type one, such as 0\.5\."):
        typed_number(text)


@pytest.mark.parametrize("text", ["1,000", "-10,000", "999,999"])
def test_a_comma_that_may_part_thousands_or_decimals_is_not_guessed_at(text):
    with pytest.raises(ValueError, match="could mean two numbers"):
        typed_number(text)


@pytest.mark.parametrize("text", ["1e999", "inf", "-inf", "9" * 400])
def test_what_no_float_can_hold_is_too_large(text):
    with pytest.raises(ValueError, match="is too large"):
        typed_number(text)


@pytest.mark.parametrize("text", ["0", "-0.5", "−1", "0,0"])
def test_a_rate_is_above_zero(text):
    assert typed_rate("0,5") == 0.5
    with pytest.raises(ValueError, match="is not above zero, as a learning rate has to be"):
        typed_rate(text)


def test_a_whole_number_may_have_commas_between_its_thousands():
    assert typed_whole("10,000", 1, 10_000) == typed_whole(" 10000 ", 1, 10_000) == 10_000


@pytest.mark.parametrize("text", ["many", "", "nan", "-1", "0", "1.5", "1e999", "100001"])
def test_any_other_is_refused_with_the_range_that_will_do(text):
    with pytest.raises(ValueError, match=r"will not do\. Type a whole number from 1 to 100,000"):
        typed_whole(text, 1, 100_000)


def test_a_message_has_room_for_a_few_letters_only():
    assert in_short("") == "An empty field"
    assert in_short("x" * 20) == "x" * 20
    assert in_short("x" * 21) == "x" * 19 + "…"
