"""What explains an answer: mistakes, pairs of mistakes, and what can be proved of the number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.answers import COMPUTED, NOTHING, Reading
from backprop_lib.exercises.batch import Batch
from backprop_lib.exercises.batch_causes import in_every_example, with_the_examples
from backprop_lib.exercises.catalogue import CATALOGUE, MISTAKES, ROUNDING
from backprop_lib.exercises.chance import BY_CHANCE, POSSIBLE, SURE, strengths
from backprop_lib.exercises.mistaken_round import Rounds
from backprop_lib.exercises.mistakes import (
    Mistake,
    Way,
    all_numbers,
    numbers_of,
    right_steps,
    same_numbers,
    ways_made,
    ways_of,
)
from backprop_lib.exercises.provable import (
    ANOTHER,
    FACTOR,
    LINK,
    RATE,
    SLIP,
    link_numbers,
    slips,
)
from backprop_lib.exercises.quantities import before_of, quantities, right_numbers
from backprop_lib.exercises.single_precision import has_mark, precision
from backprop_lib.exercises.steps import Steps

SINGLES, ROUNDINGS, PAIRS = "singles", "roundings", "pairs"
# Of the numbers made up at random that may get a claim, the part of each group.
SHARE = {SINGLES: 0.7, ROUNDINGS: 0.2, PAIRS: 0.1}
MOST_EXAMPLES = {SINGLES: 6, ROUNDINGS: 4, PAIRS: 2}  # of a batch; more would take too long
FEWEST_FOR_PAIRS = 6  # digits
FEWEST_FOR_FLOAT32 = 8
MOST_PAIRS = 1600
KNOWN = (*(mistake for mistake in CATALOGUE if mistake is not ROUNDING), ANOTHER, FACTOR, RATE)
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
    before = before_of(example, wanted)
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
        if strength == POSSIBLE and labels[n][0] == (SLIP,) and np.any(before):
            strength = BY_CHANCE  # most digits of a new value are those of the old one
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
    right = right_numbers(name, example, rule)
    with np.errstate(all="ignore"):
        labels, numbers, tiers = _made(name, example, rule, group)
    keep = np.ones(len(numbers), bool)
    alike = [n for n, number in enumerate(numbers) if np.shape(number) == right.shape]
    if alike:
        made = np.array([numbers[n] for n in alike])
        keep[alike] = _all(np.isfinite(made)) & ~_alike(made, right)
    keep = np.flatnonzero(keep)
    return (
        [labels[n] for n in keep],
        [np.asarray(numbers[n]) for n in keep],
        [tiers[n] for n in keep],
    )


def _made(name, example, rule, group):
    if isinstance(example, Batch):
        few = len(example.examples) <= MOST_EXAMPLES[group]
        found = [candidates(name, one, rule, group) for one in example.examples if few]
        labels, numbers, tiers = in_every_example(name, example, rule, found)
        if group == SINGLES:
            for mistake, where, number in with_the_examples(name, example, rule):
                labels.append(((mistake,), (where,)))
                numbers.append(number)
                tiers.append(1)
        return labels, numbers, tiers
    return _GROUPS[group](quantities(name, example.layer_sizes), example, rule)


def _alike(made, right):
    return _all(np.abs(made - right) <= NOTHING + 1e-12 * np.abs(right))


def _singles(wanted, example, rule):
    labels, numbers, tiers = [], [], []
    for mistake, way, number in ways_made(KNOWN, wanted, example, rule):
        if number is not None:
            labels.append(((mistake,), (way.where,)))
            numbers.append(number)
            tiers.append(_tier(mistake, way, wanted))
    for words, number in link_numbers(right_steps(example, rule), wanted):
        labels.append(((LINK,), (words,)))
        numbers.append(np.asarray(number))
        tiers.append(2)
    return labels, numbers, tiers


def _tier(mistake, way, wanted):
    if mistake is FACTOR:
        return 2
    if mistake is ANOTHER:
        return 1 if _akin(way.where, wanted) else 2
    return 0 if mistake.common and not way.rare else 1


def _akin(name, wanted):
    """Whether two quantities are of the same kind: dE_dw5 and dE_dw6."""
    return name.rstrip("0123456789") == str(wanted).rstrip("0123456789")


def _roundings(wanted, example, rule):
    made = [
        (way, n) for _, way, n in ways_made((ROUNDING,), wanted, example, rule) if n is not None
    ]
    labels = [((ROUNDING,), (way.where,)) for way, _ in made]
    return labels, [number for _, number in made], [way.rare for way, _ in made]


def _pairs(wanted, example, rule):
    """Two mistakes in one round, in bounded number: those that many make come first."""
    right = numbers_of(right_steps(example, rule), wanted)
    made = all_numbers(_step_rounds(example, rule), wanted)
    shows = np.flatnonzero(_all(np.isfinite(made)) & ~_alike(made, right))
    alone = [step_ways(example.layer_sizes)[n] for n in shows]
    both = list(islice(_two_at_once(alone), MOST_PAIRS))
    rounds = Rounds(example, [steps for *_, steps in both], rule)
    labels = [((FLIPPED, mistake), ("", way.where)) for mistake, way in alone]
    labels += [((one[0], other[0]), (one[1].where, other[1].where)) for one, other, _ in both]
    tiers = [int(not mistake.common) for mistake, _ in alone]
    tiers += [(not one[0].common) + (not other[0].common) for one, other, _ in both]
    return labels, [*-made[shows], *all_numbers(rounds, wanted)], tiers


def _two_at_once(alone):
    """Pairs of ways of two mistakes that can be made in one round, and the Steps of both."""
    rare = [int(not mistake.common) for mistake, _ in alone]
    for together in range(3):
        for n, (other, also) in enumerate(alone):
            for m, (mistake, way) in enumerate(alone[:n]):
                if rare[m] + rare[n] == together and mistake is not other:
                    steps = _both(way, also)
                    if steps:
                        yield alone[m], alone[n], steps


@lru_cache(maxsize=16384)
def _both(way, also):
    return way.steps.and_also(also.steps)


@lru_cache(maxsize=64)
def _step_rounds(example, rule):
    return Rounds(example, [way.steps for _, way in step_ways(example.layer_sizes)], rule)


@lru_cache(maxsize=16)
def step_ways(layer_sizes: tuple[int, ...]) -> list[tuple[Mistake, Way]]:
    """Ways that change steps and leave the result alone, as pairs with their mistakes."""
    return [
        (mistake, way)
        for mistake in CATALOGUE
        if mistake is not ROUNDING
        for way in ways_of(mistake, layer_sizes)
        if way.result is numbers_of and isinstance(way.steps, Steps) and not way.rare
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
