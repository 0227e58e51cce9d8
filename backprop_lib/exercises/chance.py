"""How much may be claimed of a number, by the digits it was given with.

With three digits there are 900 numbers to a power of ten. Who knows a hundred mistakes then finds
one for every ninth number that somebody makes up. So a mistake is claimed only as long as all
numbers that would get a claim are, taken together, so few that one made up at random is among them
less than once in a thousand times; the mistakes that many make come first, and the numbers that are
hardest to hit. Up to once in twenty times it is said that it may be so.

A number made up at random is thought to be of any power of ten, or near the right one: the density
is that of whichever is the greater.
"""

from collections.abc import Sequence

import numpy as np

from backprop_lib.exercises.answers import COMPUTED, LONGEST_TYPED

CLAIMED = 1 / 1000
MAY_BE = 1 / 20
NEAR = 0.5  # density of made-up numbers near the right one, in parts of its size
ANYWHERE = 0.11  # and of those of any size and sign within a power of ten either way
RARER = 100.0  # times as likely as a number of the next tier it may be, and still come first
SURE, POSSIBLE, BY_CHANCE = "sure", "possible", "by chance"


def typed_as(numbers: np.ndarray, digits: np.ndarray, cut: bool) -> tuple[np.ndarray, np.ndarray]:
    """The numbers as they are typed with so many digits: rounded, or cut off; and their units."""
    size = np.abs(numbers)
    exponents = np.floor(np.log10(np.where(size > 0, size, 1)))
    units = 10.0 ** (exponents - np.maximum(digits, 1) + 1)
    in_units = numbers / units
    return (np.trunc(in_units) if cut else np.round(in_units)) * units, units


def coverage(
    typed: np.ndarray, units: np.ndarray, right: np.ndarray, before: np.ndarray
) -> np.ndarray:
    """How likely a number made up at random is each of these numbers.

    typed, units: arrays of shape (candidates, *shape of the answer). right: the right number.
    before: what it is measured from: the old value for a new one, else zero.
    """
    size = np.maximum(np.abs(right - before), 1e-12)
    far = np.maximum(np.abs(typed - before), units / 2 + 1e-300)
    of_any_size = np.where((far < size) & (far > size / 20), ANYWHERE / far, 0)
    likely = np.minimum(units * np.maximum(NEAR / np.maximum(size, far), of_any_size), 1)
    # Nobody makes up a zero, nor the old value for a new one that can be told from it.
    old = (np.abs(typed - before) <= 1e-12 * np.abs(before)) & (size > 2 * units)
    likely = np.where((typed == 0) | old, 0, likely)
    return likely.reshape(len(typed), -1).prod(axis=1)


def strength_of(width: np.ndarray, right: np.ndarray, before: np.ndarray) -> str:
    """How strongly it may be claimed of a number that it is within so much of the right one."""
    size = np.maximum(np.abs(right - before), 1e-12)
    likely = float(np.minimum(width * NEAR / size, 1).prod())
    return SURE if likely <= CLAIMED else POSSIBLE


def forms_of(
    candidates: np.ndarray, digits: np.ndarray, before: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The two forms that candidates are typed in with so many digits, as typed_as gives them."""
    if np.any(digits > LONGEST_TYPED):
        # Computed ones agree to eight digits, of a new value to eight digits of the step.
        units = 2 * COMPUTED * np.abs(candidates - before) + 1e-14 * np.abs(candidates)
        return [(candidates, units)] * 2
    return [typed_as(candidates, digits, cut) for cut in (False, True)]


def strengths(
    forms: Sequence[tuple[np.ndarray, np.ndarray]],
    tiers: np.ndarray,
    right: np.ndarray,
    before: np.ndarray,
    share: float = 1.0,
) -> np.ndarray:
    """For each candidate, how strongly it may be claimed: SURE, POSSIBLE or BY_CHANCE.

    forms: ways in which the candidates may be given, each a pair of numbers and of their units, of
    shape (candidates, *shape of the answer). tiers: for each candidate, the lower the earlier it is
    thought of. share: the part of what may be claimed that these may take.
    """
    likely = [coverage(given, units, right, before) for given, units in forms]
    given = np.concatenate([given.reshape(len(given), -1) for given, _ in forms])
    # Those that many make come first, but for a number that hardly anybody hits by chance: the
    # claims on others, crowded about the right number, take nothing from it.
    order = np.argsort(np.concatenate(likely) * RARER ** np.tile(tiers, len(forms)), kind="stable")
    _, first = np.unique(given[order], axis=0, return_index=True)
    new = np.zeros(len(order), bool)
    new[first] = True
    so_far = np.empty(len(order))
    so_far[order] = np.cumsum(np.where(new, np.concatenate(likely)[order], 0))
    # Of the forms of a number the one that is reached first.
    so_far = so_far.reshape(len(forms), -1).min(axis=0)
    return np.where(
        so_far <= share * CLAIMED, SURE, np.where(so_far <= MAY_BE, POSSIBLE, BY_CHANCE)
    )
