"""How numbers are written: the rules that pictures, words, tables and labs have in common.

Every rule shows something of every number: where decimals would be all zeros, a power of ten
stands in their place.
"""

import math

import numpy as np


def decimals_text(
    value: float, decimals: int, least: float, digits: int = 3, signed: bool = False
) -> str:
    """So many decimals; for a smaller number than ``least``, so many digits and a power of ten.

    >>> decimals_text(0.298371109, 9, 1e-5), decimals_text(3.5277e-31, 9, 1e-5)
    ('0.298371109', '3.53e-31')
    >>> decimals_text(0.5, 4, 1e-5, signed=True), decimals_text(-0.0, 4, 1e-5, signed=True)
    ('+0.5000', '+0.0000')
    """
    form = f".{decimals}f" if value == 0 or abs(value) >= least else f".{digits - 1}e"
    return f"{value + 0.0:{'+' if signed else ''}{form}}"  # + 0.0: no sign before a zero


def result_text(value: float, decimals: int = 9) -> str:
    """A result that is read aloud: so many decimals, or its size where they would say too little.

    >>> result_text(0.298371109), result_text(0.0000351018778297, 10), result_text(3.5277e-31)
    ('0.298371109', '0.0000351019', '3.5e-31')
    """
    return decimals_text(value, decimals, 10.0 ** (4 - decimals), 2)


def number_text(value: float, signed: bool = False) -> str:
    """A computed number: nine decimals, or nine digits where decimals would not show it.

    signed: with a + before a number above zero.

    >>> number_text(0.4), number_text(3.5e-31), number_text(-0.0)
    ('0.400000000', '3.50000000e-31', '0.000000000')
    >>> number_text(0.4, signed=True), number_text(0.0, signed=True), number_text(1e9)
    ('+0.400000000', '0.000000000', '1.00000000e+09')
    """
    least = 1e-4 if abs(value) < 1e9 else math.inf
    return decimals_text(value, 9, least, 9, signed and value > 0)


def given_text(value: float, signed: bool = False) -> str:
    """A number that was given, as short as it was; else it has been computed after all.

    >>> given_text(0.05), given_text(0.4, signed=True), given_text(1 / 3)
    ('0.05', '+0.4', '0.333333333')
    """
    short = digits_text(value)
    if float(short) != value:
        return number_text(value, signed)
    return f"{'+' if signed and value > 0 else ''}{short}"


def digits_text(value: float, digits: int = 9) -> str:
    """A number in at most so many digits, as a field holds it.

    >>> digits_text(0.4), digits_text(-9.566493127482), digits_text(0.2983711, 3)
    ('0.4', '-9.56649313', '0.298')
    """
    return f"{value + 0.0:.{digits}g}"


def typed_text(value: float) -> str:
    """A number as somebody typed it, or with four digits if it is long; never a power of ten.

    >>> typed_text(0.0822), typed_text(0.298371109), typed_text(0.000043857)
    ('0.0822', '0.2984', '0.00004386')
    """
    typed = repr(float(value))
    if len(typed.strip("-0.").replace(".", "")) <= 6 and "e" not in typed:
        return typed
    return np.format_float_positional(float(digits_text(value, 4)), trim="-")


def power_text(value: float, digits: int = 2) -> str:
    """A number by its size: few digits and a power of ten, short.

    >>> power_text(3.5277e-31), power_text(-0.000438568, 1)
    ('3.5e-31', '-4e-4')
    """
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def short_text(value: float, places: int) -> str:
    """A number for a picture: few digits, a real minus.

    >>> [short_text(v, 4) for v in (0.4, 0.377500, -12.34567, 0.000438568, 3e-12)]
    ['0.40', '0.3775', '−12.346', '0.00044', '3.0e−12']
    """
    size = abs(value)
    if size and not 1e-4 <= size < 1e5:
        return with_minus(power_text(value))
    whole = int(f"{size:.16e}".split("e")[1])  # log10 of 0.001 is not -3 on every machine
    places = max(places, 1 - whole)
    # 0.40 is given with two decimals; 0.6490 has been computed, and keeps its zero.
    places = 2 if math.isclose(value, round(value, 2)) else places - max(0, whole)
    return with_minus(f"{value:.{max(0, places)}f}")


def with_minus(text: str) -> str:
    """A number's text with a real minus, which is as wide as a digit.

    >>> with_minus("-4e-4")
    '−4e−4'
    """
    return text.replace("-", "−")
