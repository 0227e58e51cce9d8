"""The mistakes of whoever writes automatic differentiation, and what each of them computes.

An operation has wrong links, an order has a Value before its parents, a walk back hands on the
wrong thing. What a mistaken operation or walk would give is computed here, so that it can be told
from the others by its numbers.
"""

from collections.abc import Callable, Iterable
from functools import partial

from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.training.value import Value, in_order

_SAID = {
    "plain number": (
        "A plain number comes back, which has forgotten what it was made of.",
        "Make a Value of it: Value(number, parents=..., links=...).",
    ),
    "another number": (
        "The number of the new Value is not what this operation makes.",
        "Look at its first argument.",
    ),
    "no tuple": (
        "parents and links are tuples, and one of them came as a single thing.",
        "A tuple of one thing has a comma: (self,).",
    ),
    "parents forgotten": (
        "The new Value has forgotten a parent, so no slope will ever find its way back there.",
        "Every Value that went in is a parent.",
    ),
    "numbers as parents": (
        "The parents are numbers. A number cannot take a slope.",
        "The parents are self and other themselves, without .number.",
    ),
    "parents copied": (
        "The parents are new Values with the same numbers. A slope that goes to a copy is lost.",
        "The parents are self and other themselves.",
    ),
    "links forgotten": (
        "There is not a link for each parent.",
        "Give as many links as there are parents, in the same order.",
    ),
    "Values as links": (
        "The links are Values. A link is a number.",
        "Take their .number.",
    ),
    "links not exchanged": (
        "Each parent has its own number as its link.",
        "A product exchanges: how much it changes with the one is what the other is.",
    ),
    "numbers as links": (
        "Each parent has its own number as its link.",
        "Move one of the two by 0.1: by how much does the sum move?",
    ),
    "links of a sum": (
        "These are the links of a sum.",
        "Move one of the two by a hair: how much does the result move?",
    ),
    "links of a product": (
        "These are the links of a product.",
        "Move one of the two by 0.1: by how much does the sum move?",
    ),
    "slope left at 1": (
        "The link is 1, as if the logistic function let everything through.",
        "It is the slope of the curve: out * (1 - out).",
    ),
    "slope at the net": (
        "The link is number * (1 - number), of what goes in.",
        "The slope is written with what comes out: out * (1 - out).",
    ),
    "slope cut short": (
        "The link is out. The other factor is missing.",
        "The slope is out * (1 - out).",
    ),
    "wrong links": ("The links are not those of this operation.", "Move one by a hair, and see."),
    "not returned": ("Nothing comes back.", "End with a return."),
    "end left out": (
        "The Value that was asked about is not on the list itself.",
        "When its parents are on it, it follows.",
    ),
    "not all the way down": (
        "Values are missing: the list does not go all the way down to the given numbers.",
        "A parent has parents, too. Put it on the list by calling in_order for it.",
    ),
    "twice on the list": (
        "A Value stands on the list twice, and would hand on its slope twice.",
        "Ask first whether it is on the list already.",
    ),
    "written down too early": (
        "A Value stands on the list before its parents.",
        "First go down to all parents. Only after the loop write down the Value itself.",
    ),
    "no topological order": (
        "This is no topological order: some Value stands before one that it was made of.",
        "First all parents of a Value, then the Value itself; and so for each parent.",
    ),
    "overwritten": (
        "Where a Value was used twice, only what arrived last is left.",
        "What arrives from several sides is added: +=, not =. That is the sum over all paths.",
    ),
    "walked forwards": (
        "The walk goes from the given numbers to the end, and hands on slopes that are still 0.",
        "Walk from the end: reversed(order).",
    ),
    "not started": (
        "Every slope is 0. A walk that starts with 0 has nothing to hand on.",
        "The end changes with itself as much as it changes: its slope is 1.",
    ),
    "link left out": (
        "Every Value hands on its slope as it is, and its links play no part.",
        "Along a path slopes multiply: value.slope * link.",
    ),
    "slope left out": (
        "Only links arrive: each Value has forgotten what came to it from behind.",
        "Along a path slopes multiply: value.slope * link.",
    ),
    "added along a path": (
        "Along a path slope and link were added.",
        "Along a path slopes multiply: value.slope * link.",
    ),
    "started everywhere": (
        "Every Value starts with the slope 1.",
        "Only the end does. Whatever else there is starts with 0, which is how it was made.",
    ),
    "used before it was whole": (
        "A slope was handed on before all of it had arrived.",
        "Go back along the order, one Value at a time: then all that a Value leads to comes first.",
    ),
    "one-sided": (
        "This is the one-sided difference: from x to x + h.",
        "Go as far to the other side, too: from x - h to x + h.",
    ),
    "one step for two": (
        "From x - h to x + h are two steps, and it was divided by one.",
        "Divide by 2 * h.",
    ),
    "not divided": (
        "This is how much f moves, not how much it moves for each unit.",
        "Divide by how far apart the two places are.",
    ),
    "divided too soon": (
        "It was divided by 2, and then multiplied by h.",
        "Write brackets: / (2 * h).",
    ),
    "turned round": (
        "The difference is taken the wrong way round.",
        "What f is further on comes first: f(x + h) - f(x - h).",
    ),
}
MISTAKES = {key: Mistake(key, words, look, None) for key, (words, look) in _SAID.items()}


def logistic_of(net: float) -> float:
    """The logistic function of one number."""
    return Value(net).logistic().number


# What the links of an operation are by mistake: functions of the numbers that go in, which give a
# link for each of them.
SLIPS = {
    "__add__": {
        "links of a product": lambda a, b: (b, a),
        "numbers as links": lambda a, b: (a, b),
    },
    "__mul__": {
        "links not exchanged": lambda a, b: (a, b),
        "links of a sum": lambda a, b: (1.0, 1.0),
    },
    "logistic": {
        "slope left at 1": lambda net: (1.0,),
        "slope at the net": lambda net: (net * (1 - net),),
        "slope cut short": lambda net: (logistic_of(net),),
    },
}


# The walk back, made wrong. Each takes the order, and leaves its slopes in it.


def _walk(order: list, change: Callable, backwards: bool = True, start: float = 1.0) -> None:
    order[-1].slope = start
    for value in reversed(order) if backwards else order:
        for parent, link in zip(value.parents, value.links, strict=True):
            parent.slope = change(parent.slope, value.slope, link)


def _started_everywhere(order):
    for value in order:
        value.slope = 1.0
    _walk(order, _add)


def _add(so_far, slope, link):
    return so_far + slope * link


def _straight_down(order):
    """Each parent hands on what it has as soon as something has arrived."""

    def hand_on(value):
        for parent, link in zip(value.parents, value.links, strict=True):
            parent.slope += value.slope * link
            hand_on(parent)

    order[-1].slope = 1.0
    hand_on(order[-1])


def _by_levels(order):
    """First the end, then its parents, then theirs, and none twice."""
    levels = [order[-1]]
    for value in levels:
        levels += [one for one in dict.fromkeys(value.parents) if one not in levels]
    _walk(levels[::-1], _add)


WALKS: tuple[tuple[str, Callable], ...] = (
    ("not started", partial(_walk, change=_add, start=0.0)),
    ("overwritten", partial(_walk, change=lambda so_far, slope, link: slope * link)),
    ("walked forwards", partial(_walk, change=_add, backwards=False)),
    ("link left out", partial(_walk, change=lambda so_far, slope, link: so_far + slope)),
    ("slope left out", partial(_walk, change=lambda so_far, slope, link: so_far + link)),
    (
        "added along a path",
        partial(_walk, change=lambda so_far, slope, link: so_far + slope + link),
    ),
    ("started everywhere", _started_everywhere),
    ("used before it was whole", _straight_down),
    ("used before it was whole", _by_levels),
)


def slopes_after(walk: Callable, end: Value) -> list[float]:
    """The slopes that a walk leaves, in the order of the Values; those of a new computation."""
    order = in_order(end)
    walk(order)
    return [value.slope for value in order]


def difference_slips(f: Callable, x: float, h: float) -> Iterable[tuple[str, float]]:
    """What a central difference is by mistake."""
    both = f(x + h) - f(x - h)
    yield "one-sided", (f(x + h) - f(x)) / h
    yield "one-sided", (f(x) - f(x - h)) / h
    yield "one step for two", both / h
    yield "not divided", both
    yield "divided too soon", both / 2 * h
    yield "turned round", -both / (2 * h)
