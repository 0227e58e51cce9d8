"""What is tried on an answer: what each mistake, each rounding and each pair comes to."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.exercises.answers import NOTHING
from backprop_lib.exercises.batch import Batch
from backprop_lib.exercises.batch_causes import in_every_example, with_the_examples
from backprop_lib.exercises.catalogue import CATALOGUE, MISTAKES, ROUNDING
from backprop_lib.exercises.chance import forms_of, strengths
from backprop_lib.exercises.mistaken_round import Rounds
from backprop_lib.exercises.mistakes import (
    Mistake,
    Way,
    all_numbers,
    every,
    numbers_of,
    right_steps,
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
from backprop_lib.exercises.steps import Steps

SINGLES, ROUNDINGS, PAIRS = "singles", "roundings", "pairs"
# Of the numbers made up at random that may get a claim, the part of each group.
SHARE = {SINGLES: 0.7, ROUNDINGS: 0.2, PAIRS: 0.1}
MOST_EXAMPLES = {SINGLES: 6, ROUNDINGS: 4, PAIRS: 2}  # of a batch; more would take too long
MOST_PAIRS = 4000
KNOWN = (*(mistake for mistake in CATALOGUE if mistake is not ROUNDING), ANOTHER, FACTOR, RATE)
FLIPPED = MISTAKES["sign flipped"]


@dataclass(frozen=True)
class Tried:
    """All that is tried on an answer of one shape, given with so many digits.

    labels: of each what it is, and where it was made. numbers: what it comes to, shape
    (len(labels), *shape of the answer). strengths: how strongly each may be claimed. before, right:
    what new values are measured from, and the right numbers, in the shape of the answer. tiers,
    share: see strengths() in chance.py.
    """

    labels: list[tuple[tuple[Mistake, ...], tuple[str, ...]]]
    numbers: np.ndarray
    strengths: np.ndarray
    before: np.ndarray
    right: np.ndarray
    tiers: np.ndarray
    share: float

    def strengths_within(self, widths: np.ndarray) -> np.ndarray:
        """How strongly each may be claimed of a number that is no nearer to it than this."""
        with np.errstate(all="ignore"):  # of numbers out of range, which nobody gives
            forms = [(self.numbers, 2 * widths)]
            return strengths(forms, self.tiers, self.right, self.before, self.share)


@lru_cache(maxsize=256)
def tried(
    name: str,
    example: Example | Batch,
    rule: UpdateRule,
    group: str,
    digits: tuple[int, ...],
    shape: tuple[int, ...],
) -> Tried | None:
    """What is Tried of a group; None if it has nothing of this shape.

    digits: those of each number of the answer.
    """
    wanted, right = quantities(name, example.layer_sizes), right_numbers(name, example, rule)
    labels, numbers, tiers = candidates(name, example, rule, group)
    if group == SINGLES and not wanted.ndim:
        made = slips(float(right), digits[0])
        labels = [*labels, *(((SLIP,), (where,)) for where, _ in made)]
        numbers = [*numbers, *(np.asarray(number) for _, number in made)]
        tiers = [*tiers, *[2] * len(made)]
    keep = [n for n, number in enumerate(numbers) if number.shape == shape]
    if not keep:
        return None
    before = before_of(example, wanted)
    if right.shape != shape:
        before, right = before.T, right.T
    made = np.array([numbers[n] for n in keep])
    tiers = np.array([tiers[n] for n in keep])
    with np.errstate(all="ignore"):  # of numbers out of range, which nobody gives
        forms = forms_of(made, np.reshape(digits, shape), before)
        sure = strengths(forms, tiers, right, before, SHARE[group])
    return Tried([labels[n] for n in keep], made, sure, before, right, tiers, SHARE[group])


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
        keep[alike] = every(np.isfinite(made)) & ~_alike(made, right)
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
    return every(np.abs(made - right) <= NOTHING + 1e-12 * np.abs(right))


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
        return 1 if _akin(way.where, str(wanted.flat[0])) else 2
    return way.rare or int(not mistake.common)


def _akin(name, wanted):
    """Whether two quantities are of the same kind: dE_dw5 and dE_dw6."""
    return name.rstrip("0123456789") == wanted.rstrip("0123456789")


def _roundings(wanted, example, rule):
    made = [
        (way, n) for _, way, n in ways_made((ROUNDING,), wanted, example, rule) if n is not None
    ]
    labels = [((ROUNDING,), (way.where,)) for way, _ in made]
    return labels, [number for _, number in made], [way.rare for way, _ in made]


def _pairs(wanted, example, rule):
    """Two mistakes in one round, in bounded number: those that many make come first.

    A mistake that does not show alone may show beside another: a neuron that is off hides most.
    """
    right = numbers_of(right_steps(example, rule), wanted)
    made = all_numbers(_step_rounds(example, rule), wanted)
    shows = every(np.isfinite(made)) & ~_alike(made, right)
    ways = step_ways(example.layer_sizes)
    turned = [((FLIPPED, mistake), ("", way.where)) for mistake, way in ways]
    turned = [turned[n] for n in np.flatnonzero(shows)]
    both, numbers = _both_made(wanted, example, rule, made, shows)
    labels = [*turned, *(((a, b), (way.where, also.where)) for (a, way), (b, also) in both)]
    tiers = [sum(not one.common for one in pair if one is not FLIPPED) for pair, _ in labels]
    return labels, [*-made[shows], *numbers], tiers


def _both_made(wanted, example, rule, made, shows):
    """The pairs of ways that come to another number than either alone, and their numbers."""
    ways = step_ways(example.layer_sizes)
    both = list(islice(_two_at_once(ways, shows), MOST_PAIRS))
    numbers = all_numbers(Rounds(example, [steps for *_, steps in both], rule), wanted)
    one, other = (np.array([pair[k] for pair in both], int) for k in (0, 1))
    new = np.flatnonzero(~_alike(numbers, made[one]) & ~_alike(numbers, made[other]))
    return [(ways[both[n][0]], ways[both[n][1]]) for n in new], numbers[new]


def _two_at_once(ways, shows):
    """Indices of two ways of different mistakes that one round can make, and the Steps of both."""
    late = [
        int(not mistake.common) + 3 * int(not seen)
        for (mistake, _), seen in zip(ways, shows, strict=True)
    ]
    for together in sorted({a + b for a in late for b in late}):
        for n, (mistake, also) in enumerate(ways):
            for m, (another, way) in enumerate(ways[:n]):
                if late[m] + late[n] == together and mistake is not another:
                    steps = _both(way, also)
                    if steps:
                        yield m, n, steps


@lru_cache(maxsize=16384)
def _both(way, also):
    return way.steps.and_also(also.steps)


@lru_cache(maxsize=64)
def _step_rounds(example, rule):
    return Rounds(
        example, [way.steps_in(example) for _, way in step_ways(example.layer_sizes)], rule
    )


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
