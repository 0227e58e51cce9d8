"""Reading an answer: what was given, and to how many digits.

An answer is a number, the text of one, an array, a Decimal or a SymPy expression. It counts
with the digits that it was given with: ``0.0822`` stands for everything from 0.08215 to
0.08225. A float longer than 12 digits was computed and not typed; it has to agree to about
eight digits, so that factors copied from the page do no harm.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import numpy as np

from backprop_lib.core.whole_import import whole_import

LONGEST_TYPED = 12  # digits; more come out of a computation
LARGEST = 300  # places before the decimal point; floats end not far beyond
# How closely a computed number has to agree, relative to itself: who puts in factors with the nine
# digits that the notebooks print must not be told off for the tenth.
COMPUTED = 1e-8
NOTHING = 1e-15  # a computed number as small as this may be what is left of a sum of zero


class UnansweredError(Exception):
    """Nothing has been put in yet."""


class UnreadableError(Exception):
    """What has been put in is no number; the text says why, and what to do."""


@dataclass(frozen=True)
class Reading:
    """The numbers of an answer, each with its digits.

    values, half_units, relative: arrays of the same shape. half_units: half a unit in the last
    digit given. relative: how closely the number has to agree, as a part of itself.
    digits: the number of significant digits of each; 0 for a zero.
    """

    values: np.ndarray
    half_units: np.ndarray
    relative: np.ndarray
    digits: np.ndarray

    def agrees(self, numbers: np.ndarray) -> bool:
        """Whether the answer is these numbers, to the digits it was given with.

        A zero agrees with nothing but zero: of any other number it holds no digit.
        """
        numbers = np.asarray(numbers, float)
        if self.values.shape != numbers.shape or not np.all(np.isfinite(numbers)):
            return False
        off = np.abs(self.values - numbers)
        within = off <= self.half_units + self.relative * np.abs(numbers)
        nothing = np.maximum(np.abs(self.values), np.abs(numbers)) <= NOTHING
        return bool(np.all((within & (self.digits > 0)) | nothing))

    def as_shape(self, shape: tuple[int, ...]) -> "Reading":
        """The same reading in another shape, if only the brackets differ."""
        same = int(np.prod(shape)) == self.values.size
        brackets = self.values.squeeze().shape == tuple(n for n in shape if n != 1)
        if not same or not brackets or (len(shape) == 2 and self.values.ndim == 2):
            return self
        return Reading(
            *(a.reshape(shape) for a in (self.values, self.half_units, self.relative, self.digits))
        )


def read_answer(answer: object, values: Callable[[str], float] | None = None) -> Reading:
    """The Reading of an answer.

    values: gives the number for a name, to put into a SymPy expression; None if there is none.
    Raises UnansweredError for ``...`` or None, UnreadableError for what is no number.

    >>> reading = read_answer("0.0822")
    >>> reading.agrees(0.082167041), reading.agrees(0.08226)
    (True, False)
    >>> read_answer(0).agrees(0.0004)
    False
    """
    grid = _grid(answer)
    read = np.array([_number(element, values) for element in grid.flat], dtype=float)
    if read.size == 0:
        raise UnansweredError
    return Reading(*read.T.reshape(4, *grid.shape))


def symbols_in(answer: object) -> set[str]:
    """Names of the SymPy symbols in an answer, and of the derivatives that stand as symbols."""
    return {name for element in _grid(answer).flat for _, name in _symbols(element)}


def shape_of(answer: object) -> tuple[int, ...]:
    """The shape of an answer, found without reading its numbers: () for a single one."""
    if hasattr(answer, "__array__"):
        return np.shape(np.asarray(answer))
    return _shape(answer)


def _grid(answer):
    """The elements of an answer as an array of objects."""
    if hasattr(answer, "__array__"):  # of NumPy, or a matrix of SymPy
        return np.asarray(answer)
    grid = np.empty(_shape(answer), dtype=object)
    for index in np.ndindex(grid.shape):
        element = answer
        for i in index:
            element = element[i]
        grid[index] = element
    return grid


def _shape(nested):
    if not isinstance(nested, list | tuple):
        return nested.shape if isinstance(nested, np.ndarray) else ()
    shapes = {_shape(element) for element in nested} or {()}
    if len(shapes) > 1:
        raise UnreadableError(
            "The rows differ in length. Give every row the same number of numbers."
        )
    return (len(nested), *shapes.pop())


def _number(element, values):
    """One number: its value, half a unit in its last digit, how closely, and its digits."""
    if element is None or element is ...:
        raise UnansweredError
    if isinstance(element, str):
        return _decimal(_text(element))
    if isinstance(element, bool | np.bool_):
        raise UnreadableError(
            f"{element} is an answer to a yes-or-no question. A number is asked for."
        )
    if isinstance(element, Decimal):
        return _decimal(element)
    if isinstance(element, Fraction):
        return _computed(float(element))
    if _is_sympy(element):
        value = _worked_out(element, values)
        return _computed(value) if any(_symbols(element)) else _decimal(Decimal(repr(value)))
    if isinstance(element, complex | np.complexfloating) and element.imag == 0:
        element = element.real
    if isinstance(element, int | np.integer):
        return _decimal(Decimal(int(element)))
    if isinstance(element, float | np.floating):
        # float32 and float16 carry fewer digits, and lose some of them on the way.
        relative = 16 * float(np.finfo(type(element)).eps)
        return _decimal(Decimal(str(element)), max(relative, 1e-15))
    raise UnreadableError(f"A number is asked for, and this is {_described(element)}.")


def _decimal(number, relative=1e-15):
    if not number.is_finite():
        raise UnreadableError(
            "This is not a finite number. Somewhere before it, something overflowed."
        )
    if number and number.adjusted() > LARGEST:
        raise UnreadableError("This number is out of the range that a network computes with.")
    digits = len(number.as_tuple().digits) if number else 0
    if digits > LONGEST_TYPED:
        return _computed(float(number))
    return float(number), float(Decimal(5).scaleb(number.as_tuple().exponent - 1)), relative, digits


def _computed(value):
    return value, 0.0, COMPUTED, 17 if value else 0


def _text(text):
    """The number that a text holds: also with a comma, a long minus, or 10 to a power."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    if plain.strip(".\N{HORIZONTAL ELLIPSIS} ?_") == "" or plain.endswith("?"):
        raise UnansweredError
    plain = re.sub(r"\s*[x*×·]\s*10\s*(\^|\*\*)\s*", "e", plain.lstrip("=≈~ "))
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return Decimal(re.sub(r"\s", "", plain))
    except InvalidOperation:
        raise UnreadableError(
            f"{_short(text)} is text, and no number can be read from it. Write a number such as "
            "0.25; leave out the quotes if Python is to work it out."
        ) from None


def _is_sympy(element):
    # Only who has loaded SymPy can have put in an expression.
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(element, sympy.Basic)


def _symbols(element):
    """Pairs of what stands for a quantity in a SymPy expression, and its name."""
    if not _is_sympy(element):
        return
    with whole_import():
        import sympy as sp

        from backprop_lib.symbolic.formula import Partial

    partials = element.atoms(Partial)
    stands = {partial: sp.Symbol(f"d{partial.args[0]}_d{partial.args[1]}") for partial in partials}
    yield from ((partial, str(symbol)) for partial, symbol in stands.items())
    named = set(stands.values())
    yield from ((s, str(s)) for s in element.xreplace(stands).free_symbols - named)


def _worked_out(expression, values):
    """The float that a SymPy expression comes to."""
    numbers = {}
    for symbol, name in _symbols(expression):
        try:
            numbers[symbol] = values(name)
        except (ValueError, TypeError):
            raise UnreadableError(
                f"{name} is not a name of this network. Use its names, such as w5 or out_h1."
            ) from None
    try:
        return float(expression.xreplace(numbers))
    except TypeError:
        raise UnreadableError(
            f"{_short(expression)} is an expression that comes to no number."
        ) from None


def _described(element):
    if callable(element):
        return "a function. Call it: put brackets behind its name"
    return f"of the type {type(element).__name__}"


def _short(value):
    shown = str(value)
    return repr(shown if len(shown) <= 40 else shown[:37] + "...")
