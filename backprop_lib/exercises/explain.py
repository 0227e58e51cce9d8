"""What explains an answer: mistakes, pairs of mistakes, and what can be proved of the number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.answers import COMPUTED, Reading
from backprop_lib.exercises.candidates import ROUNDINGS, SINGLES, tried
from backprop_lib.exercises.chance import BY_CHANCE, POSSIBLE, SURE
from backprop_lib.exercises.mistakes import Mistake, every, same_numbers
from backprop_lib.exercises.provable import ANOTHER, FACTOR, LINK, RATE, SLIP
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.exercises.single_precision import has_mark, precision

FEWEST_FOR_PAIRS = 6  # digits
FEWEST_FOR_FLOAT32 = 8
EXACT, CUT_OFF, IN_FLOAT32, NO_FIT = range(4)
HOW = {
    EXACT: "",
    CUT_OFF: " The number is cut off there, and not rounded.",
    IN_FLOAT32: " It agrees as far as single precision (float32) carries.",
}


@dataclass(frozen=True)
class Cause:
    """What explains an answer.

    mistakes: one, or the two that were made at once. where: where each was made. fit: how its
    number agrees with the answer. strength: how much may be claimed. number: that it gives.
    """

    mistakes: tuple[Mistake, ...]
    where: tuple[str, ...]
    fit: int = EXACT
    strength: str = SURE
    number: np.ndarray = field(default_factory=lambda: np.array(np.nan), compare=False)


def causes(
    name: str,
    readings: Sequence[tuple[Example, Reading]],
    rule: UpdateRule = TUTORIAL_RULE,
    group: str = SINGLES,
) -> list[Cause]:
    """The Causes of one group that explain an answer; of each mistake the first.

    readings: pairs of an Example and the Reading of what was answered for it. A cause explains
    them if it gives every one that is wrong.
    """
    wrong = [(one, r) for one, r in readings if not r.agrees(right_numbers(name, one, rule))]
    found = None
    for example, reading in reversed(wrong):
        here = _causes_of(name, example, reading, rule, group)
        if found is not None:
            # One example that shows it for sure is enough; where it was made is said of the first.
            here = {
                key: replace(cause, strength=min(cause.strength, found[key].strength, key=_doubt))
                for key, cause in here.items()
                if key in found
            }
        found = here
        if not found:
            break
    return _best(found or {})


def _doubt(strength):
    return strength != SURE


def _causes_of(name, example, reading, rule, group):
    """The Causes for one example, by their mistakes."""
    shape = right_numbers(name, example, rule).shape
    if reading.values.shape not in (shape, shape[::-1]):
        return {}
    digits = tuple(map(int, np.ravel(reading.digits)))
    made = tried(name, example, rule, group, digits, reading.values.shape)
    if made is None:
        return {}
    near = _near_in_float32(reading, name, example, rule) if group != ROUNDINGS else None
    if near is not None and near.shape != reading.values.shape:
        near = near.T
    found = {}
    fits = _fits(reading, made.numbers, made.before, near, group)
    strengths = made.strengths
    if np.any(fits == IN_FLOAT32):
        # More numbers agree with each, so fewer of them may be claimed.
        widths = reading.half_units + near * np.abs(made.numbers)
        strengths = np.where(fits == IN_FLOAT32, made.strengths_within(widths), strengths)
    for n in np.flatnonzero(fits != NO_FIT):
        (mistakes, where), fit, strength = made.labels[n], int(fits[n]), str(strengths[n])
        # A slip is made with the digits that were typed: all of them are there, or it was not made.
        if mistakes == (SLIP,) and fit != EXACT:
            continue
        same = fit == EXACT and same_numbers(made.numbers[n], reading.values)
        if strength == BY_CHANCE and same:
            strength = POSSIBLE  # every digit of it was typed, and there are no more
        if mistakes == (SLIP,):
            strength = _of_a_slip(strength, reading, made)
        if strength != BY_CHANCE:
            cause = Cause(mistakes, where, fit, strength, made.numbers[n])
            key = mistakes if mistakes != (ANOTHER,) else (*mistakes, where)
            if key not in found or _rank(cause) < _rank(found[key]):
                found[key] = cause
    return found


def _of_a_slip(strength, reading, made):
    """How strongly a slip may be claimed."""
    if strength == POSSIBLE and np.any(made.before):
        return BY_CHANCE  # most digits of a new value are those of the old one
    # What is off in the last two digits only may as well have been rounded on the way.
    few = 100 * 2 * reading.half_units
    near = strength == SURE and np.all(np.abs(reading.values - made.right) < few)
    return POSSIBLE if near else strength


def _rank(cause):
    return cause.fit, cause.strength != SURE


def _best(found):
    """Those that fit best, and of them not those that say less than the others."""
    fitting = best_fitting(found.values())
    for less in (FACTOR, RATE, SLIP):  # which say less than any other
        if any(cause.mistakes != (less,) for cause in fitting):
            fitting = [cause for cause in fitting if cause.mistakes != (less,)]
    named = [c for c in fitting if c.mistakes not in ((LINK,), (ANOTHER,))]
    if named:
        fitting = [cause for cause in fitting if cause.mistakes != (LINK,)]
    return fitting


def best_fitting(found: Iterable[Cause]) -> list[Cause]:
    """Those that fit best: what is exactly the number comes before what was cut off to give it."""
    found = list(found)
    best = min((cause.fit for cause in found), default=NO_FIT)
    return [cause for cause in found if cause.fit == best]


def _near_in_float32(reading, name, example, rule):
    """How near a number may be to agree in single precision; None if that is out of question."""
    if has_mark(reading) or np.all(reading.digits >= FEWEST_FOR_FLOAT32):
        return precision(name, example, rule)
    return None


def _fits(reading, numbers, before, near, group):
    """How each of an array of numbers agrees with the answer."""
    values, half = reading.values, reading.half_units
    off = np.abs(values - numbers)
    size = np.abs(numbers)
    computed = (half == 0) & (reading.relative == COMPUTED)
    # A new value may be off by as much as its step may, and not by as much as the old one.
    relative = np.where(computed, 0, reading.relative)
    closely = np.where(computed, COMPUTED * np.abs(numbers - before) + 1e-14 * size, 0)
    exact = (off <= half + relative * size + closely) & (reading.digits > 0)
    exact |= np.maximum(np.abs(values), size) <= 1e-15
    fits = np.full(len(numbers), NO_FIT)
    alike = every(exact)
    if group == ROUNDINGS:
        return np.where(alike, EXACT, fits)
    if near is not None:
        loose = off <= half + near * size
        fits = np.where(every(exact | (loose & (reading.digits > 0))), IN_FLOAT32, fits)
    typed = (half > 0) & (reading.digits > 1)
    cut = typed & (np.sign(values) == np.sign(numbers)) & (size >= np.abs(values))
    cut &= size - np.abs(values) < 2 * half
    fits = np.where(every(exact | cut), CUT_OFF, fits)
    return np.where(alike, EXACT, fits)


def pairs_are_worth_it(reading: Reading) -> bool:
    """Whether enough digits were given to tell a pair of mistakes."""
    return bool(np.sum(np.minimum(reading.digits, 12)) >= FEWEST_FOR_PAIRS)


def in_words(found: Sequence[Cause], example: Example) -> str:
    """Causes in words: of several, that the numbers do not tell them apart."""
    sentences = [_sentence(cause, example) for cause in found]
    sure = any(cause.strength == SURE for cause in found)
    if len(found) == 1:
        (cause,) = found
        look = " ".join(mistake.said(example)[1] for mistake in cause.mistakes)
        said = f"{sentences[0]}{HOW[cause.fit]} {look}"
    else:
        said = " Or: ".join(sentences) + HOW[found[0].fit]
        said = f"Several mistakes give this number. {said}" if sure else said
    if not sure:
        return f"It may be this: {said} It may also be chance."
    return said


def _sentence(cause, example):
    each = [
        " ".join(filter(None, (mistake.said(example)[0], where)))
        for mistake, where in zip(cause.mistakes, cause.where, strict=True)
    ]
    if len(each) == 2:
        return f"Two mistakes at once: {each[0]} And: {each[1]}"
    return each[0]
