"""How far an answer is from the right number, where nothing explains it better.

Of a new weight or bias it is the step that is judged, and not the value, of which the step is only
a small part.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.numbers_as_text import digits_text
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.exercises.answers import Reading
from backprop_lib.exercises.batch import Batch
from backprop_lib.exercises.chance import strength_of
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.exercises.quantities import before_of, quantities, right_numbers
from backprop_lib.exercises.single_precision import FEWEST_DIGITS, has_mark, in_float32, precision

REACH = 0.25  # further off, as a part of the number itself, nobody would call it rounded
CLOSE = 0.005  # an answer this near, as a part of the number itself, lost its digits on the way
NEAR = 0.05  # nor may a few units in the last digit be more than this
FEWEST_UNITS = 20  # half units in the last digit; a smaller step has a single digit
FEW_UNITS = 6  # half units in the last digit
NOTHING_LEFT = 0.005  # of a number below this a zero may be what rounding left; else it is a claim
MARKED_DIGITS = 10  # of a number of single precision; with fewer, it is no more than likely

CUT_OFF = Mistake(
    "cut off",
    "Only the last digit is off: the number was cut off, and not rounded.",
    "If the next digit is 5 or more, the last one goes up by one.",
    None,
)
SINGLE = Mistake(
    "single precision",
    "It is a number of single precision (float32), and right as far as that carries: its last "
    "digits are not those of the exact number.",
    "It agrees as far as single precision (float32) carries: about seven digits. If it was "
    "computed so, nothing is wrong; but the last digits that you gave are off.",
    None,
)


@dataclass(frozen=True)
class Answered:
    """An answer as it is compared. readings: pairs of an Example and the Reading for it."""

    name: str
    readings: list[tuple[Example | Batch, Reading]]
    rule: UpdateRule

    @property
    def example(self) -> Example | Batch:
        """The example that was asked about."""
        return self.readings[0][0]

    @property
    def reading(self) -> Reading:
        """The Reading of the answer for it."""
        return self.readings[0][1]

    @property
    def digits(self) -> int:
        """How many digits were given."""
        return int(self.reading.digits.min())

    @cached_property
    def wanted(self) -> np.ndarray:
        """The names that are asked for."""
        return quantities(self.name, self.example.layer_sizes)

    @cached_property
    def right(self) -> np.ndarray:
        """The right number or numbers."""
        return right_numbers(self.name, self.example, self.rule)

    @cached_property
    def before(self) -> np.ndarray:
        """What new values are measured from; zero for anything else."""
        return before_of(self.example, self.wanted)

    @property
    def size(self) -> np.ndarray:
        """The size of the number that is judged: of a new value, that of its step."""
        return np.abs(self.right - self.before)

    @property
    def off(self) -> np.ndarray:
        """How far off the answer is."""
        return np.abs(self.reading.values - self.right)

    @cached_property
    def float32_width(self) -> np.ndarray:
        """How far off single precision may be."""
        near = precision(self.name, self.example, self.rule)
        return self.reading.half_units + near * np.abs(self.right)

    def strength(self, width: np.ndarray) -> str:
        """How strongly it may be claimed that the answer is within so much of the right one."""
        return strength_of(width, self.right, self.before)

    @property
    def within_reach(self) -> bool:
        """Whether rounding on the way may lead there."""
        return bool(np.all(self.off <= REACH * self.size))


def right_in_float32(answered: Answered) -> bool:
    """Whether the answer is right in single precision, and shows that it is of it."""
    reading = answered.reading
    if not has_mark(reading) or np.any((reading.digits < MARKED_DIGITS) & (reading.digits > 0)):
        return False
    return _agrees_in_float32(answered)


def lost_in_float32(answered: Answered) -> bool:
    """Whether it is a number of single precision, off by no more than that loses on the way."""
    reading = answered.reading
    if np.any(reading.digits < FEWEST_DIGITS):
        return False
    return in_float32(reading) and _agrees_in_float32(answered)


def _agrees_in_float32(answered):
    return bool(np.all(answered.off <= answered.float32_width))


def rounded_to_nothing(answered: Answered) -> bool:
    """Whether a small number was rounded until no digit of it was left."""
    reading, size = answered.reading, np.abs(answered.right)
    small = size <= np.minimum(reading.half_units, NOTHING_LEFT)
    return bool(np.all((reading.values == 0) & small))


def units_off(answered: Answered) -> str:
    """ "cut off", or "off by one", if the last digit is off by one; else nothing."""
    reading, right = answered.reading, answered.right
    if not np.all(reading.digits > 1):
        return ""
    unit = 2 * reading.half_units
    # One unit from the right number as it would be rounded.
    if not np.all(answered.off <= 1.5 * unit) or not np.all(unit <= answered.size):
        return ""
    cut = (np.abs(right) >= np.abs(reading.values)) & (answered.off < unit)
    cut = np.all(cut | (answered.off <= unit / 2))
    return "cut off" if cut else "off by one"


def is_near(answered: Answered) -> bool:
    """Whether an answer is so near the right number that it only lost its digits."""
    off, size = answered.off, answered.size
    few_units = (off <= FEW_UNITS * answered.reading.half_units) & (off <= NEAR * size)
    return bool(np.all(few_units) or np.all(off <= CLOSE * size))


def how_far(answered: Answered) -> str:
    """In words how far off an answer is, and what of it is right; never the right number."""
    if answered.wanted.ndim:
        return _which_are_right(answered)
    given = float(answered.reading.values) - float(answered.before)
    right = float(answered.right) - float(answered.before)
    new = str(answered.wanted).endswith("_new")
    if new and abs(given) < FEWEST_UNITS * answered.reading.half_units:
        return (
            "Of the step no more than one digit shows in what you gave: the rest is the old value. "
            "Give more digits, and more can be said."
        )
    what = "The step" if new else "It"
    if is_near(answered):
        return (
            f"{what} is off by less than {_percent(given, right)} percent, and no rounding on the "
            "way that was tried leads there. Look at the digits that you put in."
        )
    if right == 0 or given == 0:
        return "Check the numbers that went in, one link at a time."
    turned = " has the wrong sign, and" if given * right < 0 else ""
    return (
        f"{what}{turned} is {_times(abs(given / right))} the right one. Check the numbers that "
        "went in, one link at a time."
    )


def _percent(given, right):
    off = abs(given / right - 1) * 100
    return next(limit for limit in (0.001, 0.01, 0.1, 1, 2, 5, 10, 100) if off < limit)


def _times(ratio):
    if 0.95 < ratio < 1.05:
        return "within 5 percent of"
    if ratio > 20:
        return "more than 20 times"
    if ratio < 0.05:
        return "less than a twentieth of"
    return f"about {digits_text(ratio, 2)} times"


def _which_are_right(answered):
    reading, right = answered.reading, answered.right
    off = np.abs(reading.values - right)
    fine = (off <= reading.half_units + reading.relative * np.abs(right)) & (reading.digits > 0)
    fine |= np.maximum(np.abs(reading.values), np.abs(right)) <= 1e-15
    names = [str(name) for name in answered.wanted[~fine]]
    if not np.any(fine):
        return "None of the numbers is right. Check what went in, one link at a time."
    shown = ", ".join(names[:4]) + (" and others" if len(names) > 4 else "")
    return f"{int(fine.sum())} of the {fine.size} numbers are right. Not so: {shown}."
