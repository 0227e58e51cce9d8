"""What an entry of the catalogue is: a mistake, in words, and the ways of making it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.names import Names, names_of
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.exercises.answers import NOTHING
from backprop_lib.exercises.mistaken_round import MistakenRound, Rounds, mistaken_round
from backprop_lib.exercises.quantities import places
from backprop_lib.exercises.steps import Steps


def numbers_of(round_: MistakenRound, wanted: np.ndarray) -> np.ndarray:
    """The numbers that a MistakenRound has for an array of names."""
    found = places(wanted, round_.names.layer_sizes)
    return np.array([round_.value(f) for f in found], float).reshape(wanted.shape)


@dataclass(frozen=True, eq=False)
class Way:
    """One way of making a mistake.

    where: a sentence that says where it was made, or nothing. steps: how the round was made; or,
    where they depend on the numbers of an Example, a function that makes them of it.
    result: what was made of it, from the round and an array of names; None if it does not apply.
    unlike: if a round made by these steps gives the same number, this way does not apply.
    rare: the more, the fewer people go wrong in this way, and the more digits it takes to claim it.
    """

    where: str = ""
    steps: Steps | Callable[[Example], Steps] = field(default_factory=Steps)
    result: Callable = numbers_of
    unlike: Steps | None = None
    rare: int = 0

    def steps_in(self, example: Example) -> Steps:
        """The steps of a round of an example."""
        return self.steps if isinstance(self.steps, Steps) else self.steps(example)


@dataclass(frozen=True)
class Mistake:
    """An entry of the catalogue.

    words: what the mistake is. look: where to look. Neither holds a number of the answer.
    ways: gives the Ways of making it in a network with certain Names.
    elsewhere: words and look for a network that is not of the kind of the tutorial.
    common: whether many make it, so that it is thought of first where few digits were given.
    """

    key: str
    words: str
    look: str
    ways: Callable | None
    elsewhere: tuple[str, str] | tuple[()] = ()
    common: bool = False

    def said(self, example: Example) -> tuple[str, str]:
        """words and look, as they fit the network of an example."""
        network = example.network
        tutorial_s = {*network.activations, network.error} == {"logistic", "half squared"}
        return self.elsewhere if self.elsewhere and not tutorial_s else (self.words, self.look)

    def __repr__(self):
        return f"Mistake {self.key!r}: {self.words}"


def ways_made(
    mistakes: tuple[Mistake, ...], wanted: np.ndarray, example: Example, rule: UpdateRule
) -> Iterator[tuple[Mistake, Way, np.ndarray | None]]:
    """For every way of making each mistake: both, and the number; None if it does not apply."""
    made = _made(mistakes, example, rule)
    together, unlike = (all_numbers(rounds, wanted) for rounds in (made.together, made.unlike))
    finite = every(np.isfinite(together))
    for n, (mistake, way) in enumerate(made.ways):
        if n in made.place:
            place = made.place[n]
            number = together[place] if finite[place] else None
            other = unlike[made.other[n]] if n in made.other else None
            if number is not None and other is not None and same_numbers(number, other):
                number = None
        else:
            with np.errstate(all="ignore"):
                number = way.result(made.alone[n], wanted)
            if number is not None and not np.isfinite(number).all():
                number = None
        yield mistake, way, number


@dataclass(frozen=True)
class _Made:
    """The rounds of all ways of some mistakes.

    together: of those whose numbers are simply those of a round. place: which of its rounds is that
    of a way, by the way's index. unlike, other: the same for the rounds to be unlike. alone: the
    rounds of the other ways, by the index of the way.
    """

    ways: list[tuple[Mistake, Way]]
    together: Rounds
    place: dict[int, int]
    unlike: Rounds
    other: dict[int, int]
    alone: dict[int, MistakenRound]


@lru_cache(maxsize=32)
def _made(mistakes, example, rule):
    ways = [(mistake, way) for mistake in mistakes for way in ways_of(mistake, example.layer_sizes)]
    simply = [n for n, (_, way) in enumerate(ways) if way.result is numbers_of]
    unlike = [n for n in simply if ways[n][1].unlike]
    right = right_steps(example, rule)
    return _Made(
        ways,
        Rounds(example, [ways[n][1].steps_in(example) for n in simply], rule),
        {n: place for place, n in enumerate(simply)},
        # pyrefly: ignore[bad-argument-type] - those that have one
        Rounds(example, [ways[n][1].unlike for n in unlike], rule),
        {n: place for place, n in enumerate(unlike)},
        {
            n: MistakenRound(example, steps, rule)
            if (steps := way.steps_in(example)).changed
            else right
            for n, (_, way) in enumerate(ways)
            if way.result is not numbers_of
        },
    )


def all_numbers(rounds: Rounds, wanted: np.ndarray) -> np.ndarray:
    """The numbers for an array of names in every round, shape (rounds, *shape of the array)."""
    if not rounds.made_by:
        return np.empty((0, *wanted.shape))
    found = places(wanted, rounds.names.layer_sizes)
    return rounds.numbers(found).reshape(-1, *wanted.shape)


def every(array: np.ndarray) -> np.ndarray:
    """Whether all is true of each, along the first axis."""
    return np.asarray(array.all(axis=tuple(range(1, array.ndim))))


@lru_cache(maxsize=1024)
def ways_of(mistake: Mistake, layer_sizes: tuple[int, ...]) -> tuple[Way, ...]:
    """The Ways of making a mistake in a network of these sizes."""
    return tuple(mistake.ways(names_of(layer_sizes)))  # pyrefly: ignore[not-callable]


@lru_cache(maxsize=64)
def right_steps(example: Example, rule: UpdateRule) -> MistakenRound:
    """The round by the right steps."""
    return mistaken_round(example, Steps(), rule)


def same_numbers(number: np.ndarray, other: np.ndarray) -> bool:
    """Whether two numbers or arrays differ by no more than what floats lose on the way."""
    if np.shape(number) != np.shape(other):
        return False
    return bool(np.all(np.abs(number - other) <= NOTHING + 1e-12 * np.abs(other)))


# A way that changes a step is tried at each layer alone, and at all of them.


def at_layers(steps: Steps, words: str = "Look at {layer}.") -> Callable[[Names], Iterator[Way]]:
    """Gives the Ways of doing these steps, at each layer alone and at all of them."""

    def ways(names):
        layers = range(len(names.neurons))
        for layer in layers:
            yield Way(words.format(layer=layer_name(names, layer)), steps.at([layer]))
        if len(layers) > 1:
            yield Way("In every layer.", steps)

    return ways


def only(*ways: Way) -> Callable[[Names], Iterable[Way]]:
    """Gives these Ways, whatever the network."""
    return lambda names: ways


def layer_name(names: Names, layer: int) -> str:
    """A layer in words: "the hidden layer (h1 to h2)"."""
    neurons = names.neurons[layer]
    which = neurons[0] if len(neurons) == 1 else f"{neurons[0]} to {neurons[-1]}"
    return f"the {'output' if layer == len(names.neurons) - 1 else 'hidden'} layer ({which})"
