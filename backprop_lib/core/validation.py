"""One place for saying what is wrong with an input, in the same words everywhere.

Each function returns the checked value, or raises a TypeError (not a number at all) or a
ValueError (a number that cannot be used) that names the argument, what came, what was
expected and what to do.
"""

import math
import numbers
import re
from collections.abc import Collection, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

T = TypeVar("T")


def any_numbers(argument: str, value: ArrayLike | None, expected: str) -> np.ndarray:
    """A new array of floats (complex and longdouble pass through), of any shape."""
    try:
        array = np.array(value)
    except ValueError:
        raise ValueError(
            _message(argument, value, expected, "Give every row the same length.")
        ) from None
    if array.dtype.kind in "iu":
        array = array.astype(float)
    if array.dtype.kind not in "fc":
        raise TypeError(_message(argument, value, expected, "Use ordinary numbers, such as 0.5."))
    return array


def number_array(argument: str, value: ArrayLike | None, ndim: int, expected: str) -> np.ndarray:
    """A read-only array of finite floats (complex and longdouble pass through)."""
    array = any_numbers(argument, value, expected)
    if array.ndim != ndim or array.size == 0:
        raise ValueError(
            _message(
                argument, value, expected, f"It has the shape {array.shape}; mend the brackets."
            )
        )
    if found := not_finite(array):
        where = f"There is {found}. " if ndim else ""
        advice = f"{where}NaN and infinity cannot be computed with; replace them."
        raise ValueError(_message(argument, value, expected, advice))
    return frozen(array)


def not_finite(array: np.ndarray) -> str:
    """Which number of an array is not finite, and where: "nan at [1, 0] and 2 more"; or "".

    >>> not_finite(np.array([[0.5, 1.0], [np.nan, np.inf]]))
    'nan at [1, 0] and 1 more'
    """
    bad = np.argwhere(~np.isfinite(array))
    if len(bad) == 0:
        return ""
    place = ", ".join(map(str, bad[0].tolist()))
    more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    return f"{array[tuple(bad[0])]} at [{place}]{more}"


def vector(argument: str, value: ArrayLike | None, size: int, expected: str) -> np.ndarray:
    """A read-only vector of ``size`` finite numbers."""
    array = number_array(argument, value, 1, expected)
    if array.shape != (size,):
        raise ValueError(
            _message(argument, value, expected, f"It has {len(array)}; it needs {size}.")
        )
    return array


def matrix(argument: str, value: ArrayLike, shape: tuple[int, int]) -> np.ndarray:
    """A read-only matrix of finite numbers with so many rows and columns."""
    expected = f"a matrix of {shape[0]} rows and {shape[1]} columns"
    array = number_array(argument, value, 2, expected)
    if array.shape != shape:
        rows, columns = array.shape
        raise ValueError(
            _message(argument, value, expected, f"It has {rows} rows, {columns} columns.")
        )
    return array


def frozen(array: np.ndarray) -> np.ndarray:
    """The same numbers, in a form that is not changed by accident."""
    array = array.view()
    array.setflags(write=False)
    return array


def positive_number(argument: str, value: float, advice: str) -> float:
    """A finite number above zero."""
    expected = "one finite int or float above zero"
    if not (_finite_number(argument, value, expected, advice) and value > 0):
        raise ValueError(_message(argument, value, expected, advice))
    return value


def zero_or_positive_number(argument: str, value: float, advice: str) -> float:
    """A finite number that is not below zero."""
    expected = "one finite int or float, zero or more"
    if not (_finite_number(argument, value, expected, advice) and value >= 0):
        raise ValueError(_message(argument, value, expected, advice))
    return value


def count(argument: str, value: int, least: int, most: int | None = None) -> int:
    """A whole number that is at least ``least``, and at most ``most`` if that is given."""
    expected = (
        f"a whole number, {least} or more"
        if most is None
        else f"a whole number from {least} to {most}"
    )
    for_example = max(least, 10) if most is None else min(max(least, 10), most)
    advice = f"For example {argument}={for_example}."
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(_message(argument, value, expected, advice))
    if value < least or (most is not None and value > most):
        raise ValueError(_message(argument, value, expected, advice))
    return int(value)


def layer_index(argument: str, value: int, layers: int) -> int:
    """The index of one of so many layers, counted from 0."""
    expected = f"the index of one of {layers} layers, counted from 0"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(_message(argument, value, expected, f"Count from 0, below {layers}."))
    if not 0 <= value < layers:
        raise ValueError(_message(argument, value, expected, f"Count from 0, below {layers}."))
    return int(value)


def sizes_of_layers(argument: str, value: Iterable[int]) -> tuple[int, ...]:
    """The sizes of a network's layers, inputs first, as a tuple of whole numbers."""
    expected = "two or more whole numbers above zero, inputs first"
    advice = "For example (2, 2, 2)."
    if isinstance(value, str) or not np.iterable(value):
        raise TypeError(_message(argument, value, expected, advice))
    sizes = tuple(value)
    if any(isinstance(n, bool) or not isinstance(n, numbers.Integral) for n in sizes):
        raise TypeError(_message(argument, value, expected, advice))
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(_message(argument, value, expected, advice))
    return tuple(map(int, sizes))


def choice(argument: str, value: str, choices: Collection[str]) -> str:
    """One of a few words."""
    expected = "one of " + ", ".join(map(repr, choices))
    if not isinstance(value, str):
        raise TypeError(_message(argument, value, expected, "Pick one of these words."))
    if value not in choices:
        raise ValueError(_message(argument, value, expected, "Pick one of these words."))
    return value


def instance(argument: str, value: object, kind: type[T], advice: str) -> T:
    """An object of the class that is meant here."""
    if not isinstance(value, kind):
        raise TypeError(_message(argument, value, a_or_an(kind.__name__), advice))
    return value


def real_numbers(argument: str, *arrays: np.ndarray) -> None:
    """Raises a ValueError if an array is complex, as only a step that checks a slope may be."""
    if any(map(np.iscomplexobj, arrays)):
        raise ValueError(
            f"{argument}: expected real numbers, got complex ones. Replace them by real ones, such "
            "as 0.5."
        )


def a_or_an(word: str) -> str:
    """The word with its article: "a Network", "an Example"."""
    return f"{'an' if word[0] in 'AEIOU' else 'a'} {word}"


def _finite_number(argument, value, expected, advice):
    """Whether a number is finite; a TypeError if it is none that arrays can be multiplied by."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not (real and np.asarray(value).dtype.kind in "iuf"):
        raise TypeError(_message(argument, value, expected, advice))
    return np.isfinite(value)  # pyrefly: ignore[no-matching-overload]


def came(value: object, longest: int = 80) -> str:
    """What came, as Python writes it, on one line and cut off; whatever it is, nothing is raised.

    >>> came([0.5] * 100, longest=20)
    '[0.5, 0.5, 0.5, 0...'
    >>> came(10**5000)
    'a whole number of about 5,001 digits'
    """
    try:
        text = re.sub(r"\n\s*", " ", repr(value))  # an array has several lines
    except Exception:  # Python writes out no number of over 4,300 digits, and no list a mile deep
        if not isinstance(value, int):
            return "something that cannot be written out"
        return f"a whole number of about {math.ceil(value.bit_length() * math.log10(2)):,} digits"
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _message(argument, value, expected, advice):
    return f"{argument}: expected {expected}, got {came(value)} ({type(value).__name__}). {advice}"
