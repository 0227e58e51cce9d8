"""A table of data to train on: rows of inputs with the targets they should lead to.

It can be written as text, one row to a line: ``0 1 -> 1``.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.validation import number_array

MOST_ROWS = 64
MOST_COLUMNS = 10
_ARROW = "->"
EXAMPLE_ROW = "Write it like this: 0 1 -> 1"


@dataclass(frozen=True, eq=False, repr=False)
class DataTable:
    """inputs: shape (rows, inputs). targets: shape (rows, outputs).

    Raises TypeError or ValueError for tables that are no numbers, or of different lengths.

    >>> DataTable([[0, 1], [1, 1]], [[1], [0]])
    0 1 -> 1
    1 1 -> 0
    """

    inputs: np.ndarray
    targets: np.ndarray

    if TYPE_CHECKING:  # what is taken, and made into arrays

        def __init__(self, inputs: ArrayLike, targets: ArrayLike) -> None: ...

    def __post_init__(self):
        inputs = _rows("inputs", self.inputs)
        targets = _rows("targets", self.targets)
        if len(inputs) != len(targets):
            raise ValueError(
                f"targets: expected a row for each of the {len(inputs)} rows of inputs, got "
                f"{len(targets)}. Give every row of inputs its targets."
            )
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)

    @property
    def width(self) -> tuple[int, int]:
        """How many inputs and how many targets a row has."""
        return self.inputs.shape[1], self.targets.shape[1]

    def __eq__(self, other):
        if not isinstance(other, DataTable):
            return NotImplemented
        return np.array_equal(self.inputs, other.inputs) and np.array_equal(
            self.targets, other.targets
        )

    def __hash__(self):
        # 0.0 makes one of the two zeros, which are equal.
        return hash(((self.inputs + 0.0).tobytes(), (self.targets + 0.0).tobytes()))

    def __repr__(self):
        return "\n".join(
            f"{_numbers(inputs)} {_ARROW} {_numbers(targets)}"
            for inputs, targets in zip(self.inputs, self.targets, strict=True)
        )


def read_table(text: str) -> DataTable:
    """The DataTable that a text means: a row to a line, inputs, an arrow, targets.

    Empty lines are passed over. Raises a ValueError that names the line which means nothing.

    >>> read_table("0 0 -> 0\\n0.5, 1 -> 1").inputs.tolist()
    [[0.0, 0.0], [0.5, 1.0]]
    >>> read_table("0 0 -> 0\\n0 one -> 1")
    Traceback (most recent call last):
    ValueError: Line 2: 'one' is no number. Write it like this: 0 1 -> 1
    """
    rows = {}
    for n, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            rows[n] = _read_row(n, line)
    if not rows:
        raise ValueError(f"The table is empty. {EXAMPLE_ROW}")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"The table has {len(rows)} rows; take {MOST_ROWS} at most.")
    first, *_ = rows
    for n, row in rows.items():
        for part, of_first, word in zip(row, rows[first], ("input", "target"), strict=True):
            if len(part) != len(of_first):
                raise ValueError(
                    f"Line {n}: {_counted(len(part), word)}, but line {first} has "
                    f"{_counted(len(of_first), word)}. Give every line as many."
                )
    return DataTable(*zip(*rows.values(), strict=True))


def _read_row(n, line):
    sides = line.replace("→", _ARROW).replace("−", "-").split(_ARROW)
    if len(sides) != 2:
        found = "no arrow" if len(sides) == 1 else "more than one arrow"
        raise ValueError(f"Line {n}: {found} between inputs and targets. {EXAMPLE_ROW}")
    for side, word in zip(sides, ("inputs", "targets"), strict=True):
        size = len(_words(side))
        if not 1 <= size <= MOST_COLUMNS:
            raise ValueError(
                f"Line {n}: {size or 'no'} {word}. Give 1 to {MOST_COLUMNS}. {EXAMPLE_ROW}"
            )
    return [[_read_number(n, word) for word in _words(side)] for side in sides]


def _words(side):
    return side.replace(",", " ").replace(";", " ").split()


def _read_number(n, word):
    try:
        number = float(word)
    except ValueError:
        short = word if len(word) <= 20 else word[:19] + "…"
        raise ValueError(f"Line {n}: {short!r} is no number. {EXAMPLE_ROW}") from None
    if not math.isfinite(number):
        raise ValueError(f"Line {n}: {word!r} cannot be computed with. {EXAMPLE_ROW}")
    return number


def _rows(argument, value):
    return number_array(argument, value, 2, "a list of rows of numbers")


def _numbers(values):
    """Numbers as short as they can be written and still be read back as the same."""
    return " ".join(repr(float(value)).removesuffix(".0") for value in values)


def _counted(n, word):
    return f"{n} {word}{'' if n == 1 else 's'}"
