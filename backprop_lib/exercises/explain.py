"""What explains an answer: mistakes, pairs of mistakes, and what can be proved of the number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.answers import COMPUTED, NOTHING, Reading
from backprop_lib.exercises.catalogue import CATALOGUE, MISTAKES, ROUNDING
from backprop_lib.exercises.chance import BY_CHANCE, POSSIBLE, SURE, strengths
from backprop_lib.exercises.mistaken_round import MistakenRound
from backprop_lib.exercises.mistakes import (
    Mistake,
    Way,
    numbers_of,
    right_steps,
    rounds_of,
    same_numbers,
    ways_made,
    ways_of,
)
from backprop_lib.exercises.provable import (
    ANOTHER,
    FACTOR,
    LINK,
    SLIP,
    before_of,
    link_numbers,
    slips,
)
from backprop_lib.exercises.quantities import quantities, right_numbers
from backprop_lib.exercises.single_precision import has_mark, precision

SINGLES, ROUNDINGS, PAIRS = "singles", "roundings", "pairs"
# Of the numbers made up at random that may get a claim, the part of each group.
SHARE = {SINGLES: 0.7, ROUNDINGS: 0.2, PAIRS: 0.1}
FEWEST_FOR_PAIRS = 6  # digits
FEWEST_FOR_FLOAT32 = 8
MOST_PAIRS = 1600
FLIPPED = MISTAKES["sign flipped"]
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
    number agrees with the answer. strength: how much may be claimed.
    """

    mistakes: tuple[Mistake, ...]
    where: tuple[str, ...]
    fit: int = EXACT
    strength: str = SURE


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
    wanted = quantities(name, example.layer_sizes)
    right = right_numbers(name, example, rule)
    if reading.values.shape != right.shape and reading.values.shape != right.T.shape:
        return {}
    labels, numbers, tiers = candidates(name, example, rule, group)
    if group == SINGLES and not wanted.ndim:
        made = [(SLIP, *slip) for slip in slips(float(right), int(reading.digits))]
        labels = [*labels, *(((mistake,), (where,)) for mistake, where, _ in made)]
        numbers = [*numbers, *(np.asarray(number) for _, _, number in made)]
        tiers = [*tiers, *[2] * len(made)]
    keep = [n for n, number in enumerate(numbers) if number.shape == reading.values.shape]
    if not keep:
        return {}
    stacked = np.stack([numbers[n] for n in keep])
    before = before_of(right_steps(example, rule), wanted)
    near = _near_in_float32(reading, wanted, example, rule, right) if group != ROUNDINGS else None
    if before.shape != reading.values.shape:
        before, right, near = before.T, right.T, None if near is None else near.T
    fits = _fits(reading, stacked, before, near, group)
    typed_wrongly = np.array([labels[n][0] == (SLIP,) for n in keep])
    # A slip is made with the digits that were typed: all of them are there, or it was not made.
    fits = np.where(typed_wrongly & (fits != EXACT), NO_FIT, fits)
    found = {}
    if np.all(fits == NO_FIT):
        return found
    sure = strengths(
        stacked, np.array([tiers[n] for n in keep]), reading, right, before, SHARE[group]
    )
    for n, fit, strength in zip(keep, fits, sure, strict=True):
        if fit == EXACT and strength == BY_CHANCE and same_numbers(numbers[n], reading.values):
            strength = POSSIBLE  # every digit of it was typed, and there are no more
        if fit != NO_FIT and strength != BY_CHANCE:
            mistakes, where = labels[n]
            cause = Cause(mistakes, where, int(fit), str(strength))
            key = mistakes if mistakes != (ANOTHER,) else (*mistakes, where)
            if key not in found or _rank(cause) < _rank(found[key]):
                found[key] = cause
    return found


def _rank(cause):
    return cause.fit, cause.strength != SURE


def _best(found):
    """Those that fit best, and of them not those that say less than the others."""
    fitting = best_fitting(found.values())
    if any(cause.mistakes != (FACTOR,) for cause in fitting):  # which says less than any other
        fitting = [cause for cause in fitting if cause.mistakes != (FACTOR,)]
    named = [c for c in fitting if c.mistakes not in ((LINK,), (ANOTHER,))]
    if named:
        fitting = [cause for cause in fitting if cause.mistakes != (LINK,)]
    return fitting


def best_fitting(found: Iterable[Cause]) -> list[Cause]:
    """Those that fit best: what is exactly the number comes before what was cut off to give it."""
    found = list(found)
    best = min((cause.fit for cause in found), default=NO_FIT)
    return [cause for cause in found if cause.fit == best]


def _near_in_float32(reading, wanted, example, rule, right):
    """How near a number may be to agree in single precision; None if that is out of question."""
    if has_mark(reading) or np.all(reading.digits >= FEWEST_FOR_FLOAT32):
        return precision(wanted, example, rule, right)
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
    alike = _all(exact)
    if group == ROUNDINGS:  # a number of single precision was not rounded by anybody
        return np.where(alike & (not has_mark(reading)), EXACT, fits)
    if near is not None:
        loose = off <= half + near * size
        fits = np.where(_all(exact | (loose & (reading.digits > 0))), IN_FLOAT32, fits)
    typed = (half > 0) & (reading.digits > 1)
    cut = typed & (np.sign(values) == np.sign(numbers)) & (size >= np.abs(values))
    cut &= size - np.abs(values) < 2 * half
    fits = np.where(_all(exact | cut), CUT_OFF, fits)
    return np.where(alike, EXACT, fits)


def _all(array):
    return array.reshape(len(array), -1).all(axis=1)


@lru_cache(maxsize=256)
def candidates(
    name: str, example: Example, rule: UpdateRule, group: str
) -> tuple[list, list[np.ndarray], list[int]]:
    """Labels (mistakes and where), numbers and tiers of all that is tried, but the right one."""
    wanted = quantities(name, example.layer_sizes)
    right = right_numbers(name, example, rule)
    with np.errstate(all="ignore"):
        made = [one for one in _GROUPS[group](wanted, example, rule) if one[1] is not None]
    numbers = [np.asarray(number, float) for _, number, _ in made]
    alike = [n for n, number in enumerate(numbers) if number.shape == right.shape]
    wrong = np.ones(len(made), bool)
    if alike:
        off = np.abs(np.stack([numbers[n] for n in alike]) - right)
        wrong[alike] = ~_all(off <= NOTHING + 1e-12 * np.abs(right))
    keep = np.flatnonzero(wrong)
    return [made[n][0] for n in keep], [numbers[n] for n in keep], [made[n][2] for n in keep]


def _singles(wanted, example, rule):
    for mistake in (*CATALOGUE, ANOTHER, FACTOR):
        if mistake is not ROUNDING:
            for way, number in ways_made(mistake, wanted, example, rule):
                tier = 0 if mistake.common and not way.rare else 1
                if mistake in (ANOTHER, FACTOR):
                    tier = 2 if mistake is FACTOR or not _akin(way.where, wanted) else 1
                yield ((mistake,), (way.where,)), number, tier
    for words, number in link_numbers(right_steps(example, rule), wanted):
        if np.isfinite(number):
            yield ((LINK,), (words,)), np.asarray(number), 2


def _akin(name, wanted):
    """Whether two quantities are of the same kind: dE_dw5 and dE_dw6."""
    return name.rstrip("0123456789") == str(wanted).rstrip("0123456789")


def _roundings(wanted, example, rule):
    for way, number in ways_made(ROUNDING, wanted, example, rule):
        yield ((ROUNDING,), (way.where,)), number, way.rare


def _pairs(wanted, example, rule):
    """Two mistakes in one round, in bounded number: those that many make come first."""
    right = right_numbers_of(wanted, example, rule)
    alone = []
    for mistake, way, round_ in _step_rounds(example, rule):
        number = numbers_of(round_, wanted)
        if np.isfinite(number).all() and not same_numbers(number, right):  # else it does not show
            alone.append((mistake, way, round_))
            yield ((FLIPPED, mistake), ("", way.where)), -number, int(not mistake.common)
    indices = [(m, n) for n in range(len(alone)) for m in range(n)]
    indices.sort(key=lambda mn: sum(not alone[i][0].common for i in mn))
    left = MOST_PAIRS
    for m, n in indices:
        (mistake, way, round_), (other, also, other_round) = alone[m], alone[n]
        steps = None if mistake is other else _both(way, also)
        if not steps:
            continue
        # Whichever goes wrong on the way forward has been there already.
        like = round_ if round_.steps.forward else other_round
        number = numbers_of(MistakenRound(example, steps, rule, like), wanted)
        tier = (not mistake.common) + (not other.common)
        yield ((mistake, other), (way.where, also.where)), _finite(number), tier
        left -= 1
        if not left:
            return


def right_numbers_of(wanted: np.ndarray, example: Example, rule: UpdateRule) -> np.ndarray:
    """The right numbers for an array of names."""
    return numbers_of(right_steps(example, rule), wanted)


@lru_cache(maxsize=16384)
def _both(way, also):
    return way.steps.and_also(also.steps)


@lru_cache(maxsize=64)
def _step_rounds(example, rule):
    """Ways that change steps and leave the result alone, with their mistakes and rounds."""
    ways = {way for _, way in step_ways(example.layer_sizes)}
    mistakes = dict.fromkeys(mistake for mistake, _ in step_ways(example.layer_sizes))
    return [
        (mistake, way, round_)
        for mistake in mistakes
        for way, round_, _ in rounds_of(example, rule, mistake)
        if way in ways
    ]


def _finite(number):
    return number if np.isfinite(number).all() else None


@lru_cache(maxsize=16)
def step_ways(layer_sizes: tuple[int, ...]) -> list[tuple[Mistake, Way]]:
    """Ways that change steps and leave the result alone, as pairs with their mistakes."""
    return [
        (mistake, way)
        for mistake in CATALOGUE
        if mistake is not ROUNDING
        for way in ways_of(mistake, layer_sizes)
        if way.result is numbers_of and way.steps.changed and not way.rare
    ]


_GROUPS = {SINGLES: _singles, ROUNDINGS: _roundings, PAIRS: _pairs}


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
        return f"It may be this: {said} With so few digits it may also be chance."
    return said


def _sentence(cause, example):
    each = [
        " ".join(filter(None, (mistake.said(example)[0], where)))
        for mistake, where in zip(cause.mistakes, cause.where, strict=True)
    ]
    if len(each) == 2:
        return f"Two mistakes at once: {each[0]} And: {each[1]}"
    return each[0]
