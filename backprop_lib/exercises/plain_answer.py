"""An answer made plain: numbers, texts and arrays of Python and NumPy, read once and within bounds.

Whatever somebody puts in may be a class of their own: a list that never ends, an array that prints,
asks or loops while it is read, a text that cannot be hashed. From here on nothing of it runs.
"""

import builtins
import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import numpy as np

from backprop_lib.exercises.answers import UnreadableError
from backprop_lib.exercises.time_limit import CatchesAllError, TooLongError, call_within

LONGEST_TEXT = 200  # characters; a number has a few digits
MOST_NUMBERS = 100_000  # in lists
MOST_BITS = 10_000  # of a whole number, about 3,000 digits; Python writes out no more than 4,300
DEEPEST = 10  # lists inside lists
ASKS = (
    "input() asks somebody, and while it is tried nobody is there to answer. Take what you need "
    "from the arguments"
)


class TooManyError(UnreadableError):
    """More numbers than anything here asks for."""


def plain(answer: object) -> object:
    """The same answer in types of Python, NumPy or SymPy; what is none of them comes as it is.

    Raises UnreadableError, in words, for what is too long, too deep, or does not come to an end.

    >>> class Mine(list):
    ...     def __iter__(self):
    ...         while True:
    ...             yield 1
    >>> plain(Mine([0.5, "0.25"]))
    [0.5, '0.25']
    """
    return _plain(answer, DEEPEST, iter(range(MOST_NUMBERS)))


def plain_text(name: Any) -> Any:
    """A text as Python's own, whatever was made of it; anything else as it came."""
    return str.__str__(name) if issubclass(type(name), str) else name


def _plain(answer: Any, depth: int, room: Iterator[int]) -> object:
    kind = type(answer)
    if issubclass(kind, list | tuple):
        if not depth:
            raise UnreadableError(
                f"This is lists inside lists, more than {DEEPEST} deep. Mend the brackets."
            )
        # Its own way of going through, if it has one, need not end.
        elements = (list if issubclass(kind, list) else tuple).__iter__(answer)
        return [_plain(element, depth - 1, room) for element in elements]
    if next(room, None) is None:
        raise TooManyError(
            f"This has more than {MOST_NUMBERS:,} numbers. Give those that are asked for."
        )
    if issubclass(kind, np.generic | np.ndarray):
        return answer
    if issubclass(kind, str):
        return _short_enough(plain_text(answer))
    if issubclass(kind, int) and kind is not bool:
        return _countable(int.__add__(answer, 0))
    if issubclass(kind, float):
        return float.__add__(answer, 0.0)
    return _read(answer) if hasattr(kind, "__array__") else answer


def _short_enough(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(
            f"This text has {len(text):,} characters, and a number has a few digits. Write one "
            "such as 0.25."
        )
    return text


def _countable(number: int) -> int:
    if number.bit_length() > MOST_BITS:
        raise UnreadableError("This number is out of the range that a network computes with.")
    return number


def _read(answer: object) -> object:
    """The array that an object of somebody's makes of itself; a matrix of SymPy is left alone."""
    try:
        with redirect_stdout(io.StringIO()), nobody_answers():
            return call_within(np.asarray, (answer,))
    except (TooLongError, CatchesAllError):
        raise UnreadableError(
            f"An object of the type {type(answer).__name__} did not come to an end while its "
            "numbers were read. Give the numbers themselves."
        ) from None


@contextmanager
def nobody_answers() -> Iterator[None]:
    """In the block, input() is refused in words: else a notebook would wait for ever."""

    def refuse(*_prompt: object) -> str:
        raise EOFError(ASKS)

    before = builtins.input
    builtins.input = refuse
    try:
        yield
    finally:
        builtins.input = before
