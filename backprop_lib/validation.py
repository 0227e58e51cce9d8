"""One place for saying what is wrong with an input, in the same words everywhere.

Each function returns the checked value, or raises a TypeError (not a number at all) or a
ValueError (a number that cannot be used) that names the argument, what came, what was
expected and what to do.
"""

import numbers

import numpy as np


def number_array(argument, value, ndim, expected):
    """A read-only array of finite floats (complex and longdouble pass through)."""
    try:
        array = np.array(value)
    except ValueError:
        raise ValueError(_message(argument, value, expected, "Give every row the same length.")) from None
    if array.dtype.kind in "biu" and array.dtype.kind != "b":
        array = array.astype(float)
    if array.dtype.kind not in "fc":
        raise TypeError(_message(argument, value, expected, "Use numbers only."))
    if array.ndim != ndim or array.size == 0:
        raise ValueError(
            _message(argument, value, expected, f"It has the shape {array.shape}; mend the brackets.")
        )
    if not np.all(np.isfinite(array)):
        raise ValueError(
            _message(argument, value, expected, "NaN and infinity cannot be computed with; replace them.")
        )
    array.setflags(write=False)
    return array


def vector(argument, value, size, expected):
    """A read-only vector of ``size`` finite numbers."""
    array = number_array(argument, value, 1, expected)
    if array.shape != (size,):
        raise ValueError(_message(argument, value, expected, f"It has {len(array)}; it needs {size}."))
    return array


def positive_number(argument, value, advice):
    """A finite number above zero."""
    expected = "one finite number above zero"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(_message(argument, value, expected, advice))
    if not (np.isfinite(value) and value > 0):
        raise ValueError(_message(argument, value, expected, advice))
    return value


def count(argument, value, least):
    """A whole number that is at least ``least``."""
    expected = f"a whole number, {least} or more"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(_message(argument, value, expected, f"For example {argument}={max(least, 100)}."))
    if value < least:
        raise ValueError(_message(argument, value, expected, f"For example {argument}={max(least, 100)}."))
    return int(value)


def choice(argument, value, choices):
    """One of a few words."""
    if value not in choices:
        words = ", ".join(map(repr, choices))
        raise ValueError(_message(argument, value, f"one of {words}", "Pick one of these words."))
    return value


def instance(argument, value, kind, advice):
    """An object of the class that is meant here."""
    if not isinstance(value, kind):
        raise TypeError(_message(argument, value, f"a {kind.__name__}", advice))
    return value


def _message(argument, value, expected, advice):
    came = repr(value)
    came = came if len(came) <= 80 else came[:77] + "..."
    return f"{argument}: expected {expected}, got {came} ({type(value).__name__}). {advice}"
