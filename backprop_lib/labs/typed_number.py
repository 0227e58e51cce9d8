"""Numbers as a hand types them into a field of a lab, read in one way everywhere.

A decimal comma and a long minus are understood. What means no number is said in words that fit
under the field.
"""

import math
import re

LONGEST_SHOWN = 20


def typed_number(text: str) -> float:
    """The finite number that a text means.

    Raises a ValueError in words if it means none, or if it could mean two.

    >>> typed_number("−0,4")
    -0.4
    >>> typed_number("0.4x")
    Traceback (most recent call last):
    ValueError: 0.4x is no number. Type one, such as 0.5.
    """
    plain = text.strip().replace("−", "-")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", plain):
        raise ValueError(
            f"{in_short(text)} could mean two numbers. Type it with a point, or without the comma."
        )
    try:
        number = float(re.sub(r"^([^,]*),([^,.]*)$", r"\1.\2", plain))
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise ValueError(f"{in_short(text)} is no number. Type one, such as 0.5.")
    if math.isinf(number):
        raise ValueError(f"{in_short(text)} is too large. Type a smaller number.")
    return number


def typed_rate(text: str) -> float:
    """The learning rate that a text means: a number above zero.

    >>> typed_rate("-1")
    Traceback (most recent call last):
    ValueError: -1 is not above zero, as a learning rate has to be. Type a number such as 0.5.
    """
    rate = typed_number(text)
    if rate <= 0:
        raise ValueError(
            f"{in_short(text)} is not above zero, as a learning rate has to be. Type a number such "
            "as 0.5."
        )
    return rate


def typed_whole(text: str, least: int, most: int) -> int:
    """The whole number from ``least`` to ``most`` that a text means; commas part the thousands.

    >>> typed_whole("10,000", 1, 100_000), typed_whole("1e4", 1, 100_000)
    (10000, 10000)
    """
    try:
        number = float(re.sub(r"(?<=\d),(?=\d{3}(,|$))", "", text.strip()))
    except ValueError:
        number = math.nan
    if not (least <= number <= most and number.is_integer()):
        raise ValueError(
            f"{in_short(text)} will not do. Type a whole number from {least:,} to {most:,}."
        )
    return int(number)


def in_short(text: str) -> str:
    """What was typed, as far as there is room for it in a message."""
    text = text.strip() or "An empty field"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
