"""Questions with a few words to choose from. The right one is computed, for any network.

=======================  ====================================================================
question                 answers to choose from
=======================  ====================================================================
"rule for dE_dw1"        forward step, one path, sum over paths, update rule
"direction of w5"        up, down, stays: where the update takes it, under its rule
"sign of dE_dw5"         positive, negative, zero
"larger of A and B"      A or B, by size, whatever the sign
"paths of dE_dw1"        a number: how many paths lead from the error back to it
"fate of delta"          vanishes, explodes, keeps its size: from the outputs to the first layer
"steeper error at o1"    half squared, absolute: which has the larger slope by out_o1
"network of 2-3-1"       a Network of such layer sizes, built by the learner
=======================  ====================================================================
"""

import re
from dataclasses import dataclass

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.network import Network, NetworkLike, architecture_of
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.mistaken_round import mistaken_round
from backprop_lib.exercises.plain_answer import plain
from backprop_lib.exercises.quantities import right_numbers, right_round
from backprop_lib.exercises.steps import Steps
from backprop_lib.exercises.verdict import Verdict

RULES = {
    "forward step": "It is computed on the way forward, from what comes before it.",
    "one path": "One path leads back from there: multiply its links.",
    "sum over paths": "Several paths lead back from there: multiply along each, then add.",
    "update rule": "A new value is the old one minus the learning rate times its derivative.",
}
DIRECTIONS = {
    "up": "More of it means less error, so it goes up.",
    "down": "More of it means more error, so it goes down.",
    "stays": "The error does not change with it, so it stays.",
}
FROZEN = "Under this rule the biases stay as they are, whatever their derivatives say."
SIGNS = {
    "positive": "More of the one means more of the other.",
    "negative": "More of the one means less of the other.",
    "zero": "The one does not change with the other.",
}
FATES = {
    "vanishes": "The delta of the first layer is less than a tenth of that of the outputs.",
    "explodes": "The delta of the first layer is more than ten times that of the outputs.",
    "keeps its size": "The two are within a factor of ten of each other.",
}
STEEPER = {
    "half squared": "Its slope is how far off the output is, and that is more than 1 here.",
    "absolute": "Its slope is 1 however near the output is; the other's is how far off it is.",
}


@dataclass(frozen=True)
class Question:
    """A question: the answers to choose from, each with what it means, and which is right.

    look: where to look after a wrong answer. about: the quantities that it asks about.
    because: what to say of the right answer, if that is more than what it means.
    """

    options: dict[str, str]
    right: str
    look: str
    about: tuple[str, ...]
    because: str = ""

    @property
    def method(self) -> str:
        """How to find out, without the answer: what each of them means."""
        return "\n".join(f"{option}: {means}" for option, means in self.options.items())

    def judge(self, answer: object) -> Verdict:
        """The Verdict on an answer."""
        text = _text(answer)
        if _open(text):
            return Verdict("unanswered", f"Not answered yet: choose {self._choices()}.")
        chosen = next((o for o in self.options if o.lower() == _plain(text)), None)
        if chosen is None:
            return Verdict("unreadable", f"This is none of the answers. Choose {self._choices()}.")
        if chosen == self.right:
            return Verdict("right", f"Right. {self.because or self.options[chosen]}")
        return Verdict("wrong", self.look)

    def _choices(self):
        *most, last = (repr(option) for option in self.options)
        return f"{', '.join(most)} or {last}"


@dataclass(frozen=True)
class Counting:
    """A question for a number of paths: the right number, and the quantity that it asks about."""

    right: int
    about: tuple[str, ...]

    look = "Draw each way from the error back with a finger."
    method = (
        "Count on from the back: there is a single path to the net input of an output, and to "
        "that of a hidden neuron there are as many as to all neurons that it feeds together. A "
        "weight has as many as the neuron it leads into, a shared bias as many as all neurons of "
        "its layer together."
    )

    def judge(self, answer: object) -> Verdict:
        """The Verdict on an answer."""
        text = _text(answer)
        if _open(text):
            return Verdict("unanswered", "Not answered yet: how many paths are there?")
        try:
            counted = float(_plain(text))
        except ValueError:
            return Verdict("unreadable", "A number of paths is asked for, such as 3.")
        if counted != self.right:
            return Verdict("wrong", self.look)
        return Verdict("right", f"Right. {self._means()}")

    def _means(self):
        if self.right == 0:
            return "No path leads there, so the one does not change with the other."
        if self.right == 1:
            return "Multiply the links along it; there is nothing to add."
        return "Multiply along each path, and add the paths."


@dataclass(frozen=True)
class Building:
    """A question for a Network of certain layer sizes."""

    layer_sizes: tuple[int, ...]

    about = ()

    @property
    def look(self) -> str:
        """Where to look after a wrong answer."""
        return "The sizes stand in a row, inputs first: random_network((2, 2, 2))."

    @property
    def method(self) -> str:
        """How to do it, without the answer."""
        return "Write one number for the inputs, then one for each layer, the outputs last."

    def judge(self, answer: object) -> Verdict:
        """The Verdict on an answer."""
        if answer is None or answer is ...:
            return Verdict("unanswered", "Not answered yet: build the network.")
        if not isinstance(answer, Network):
            return Verdict("unreadable", "A Network is asked for. random_network builds one.")
        sizes = answer.layer_sizes
        if sizes != self.layer_sizes:
            layers = f"{len(sizes) - 1} layer{'s' * (len(sizes) > 2)} of neurons"
            return Verdict("wrong", f"This one has {layers}: {'-'.join(map(str, sizes))}.")
        weights = sum(matrix.size for matrix in answer.weights)
        return Verdict(
            "right", f"Right. {len(sizes) - 1} layers of neurons, with {weights:,} weights."
        )


def question(
    text: object, example: Example, rule: UpdateRule = TUTORIAL_RULE
) -> Question | Counting | Building | None:
    """What a text asks of an example; None if the text asks nothing.

    Raises ValueError if it asks about something that the network does not have.

    >>> from backprop_lib import example
    >>> question("rule for dE_dw1", example).right
    'sum over paths'
    >>> question("direction of w5", example).judge("up").words
    'A step goes against the derivative. Is dE_dw5 positive or negative?'
    """
    if not isinstance(text, str):
        return None
    for pattern, ask in _ASKED.items():
        if match := re.fullmatch(pattern, text):
            return ask(*match.groups(), example, rule)
    return None


def number_of_paths(name: str, network: NetworkLike) -> int:
    """How many paths a derivative adds up.

    network: a Network, or layer sizes. Counted by a round in which every weight, input and slope is
    1: a path then adds 1.

    >>> number_of_paths("dE_dw5", (2, 2, 2)), number_of_paths("dE_db1", (2, 2, 2))
    (1, 4)
    """
    layer_sizes, activations, _ = architecture_of(network)
    weights = [np.ones(np.shape(layer)) for layer in names_of(layer_sizes).weights]
    network = Network(weights, [np.ones(len(layer)) for layer in weights], activations)
    ones = Example(network, np.ones(layer_sizes[0]), np.ones(layer_sizes[-1]))
    steps = Steps(
        out=lambda layer, activation, net: np.ones_like(net),
        slope=lambda layer, activation, net, out: np.ones_like(activation.slope(net, out)),
        error_slope=lambda error, targets, outputs: np.ones_like(outputs),
    )
    return round(abs(float(mistaken_round(ones, steps)[name])))


def _rule_for(name, example, rule):
    found = names_of(example.layer_sizes).find(name)
    if isinstance(found, Derivative):
        right = "one path" if number_of_paths(name, example.network) < 2 else "sum over paths"
        look = "Go back along the arrows of the network. In how many ways can you get there?"
    else:
        right = "update rule" if name.endswith("_new") else "forward step"
        look = "Say its name aloud. Is it a derivative, a new value, or a step on the way forward?"
    return Question(RULES, right, look, (name,))


def _direction_of(name, example, rule):
    slope = _number(f"dE_d{name}", example, rule)
    frozen = rule.biases == "frozen" and name.startswith("b")
    if not frozen:
        _number(f"{name}_new", example, rule)  # refuses what no update moves
    right = "stays" if frozen or slope == 0 else "down" if slope > 0 else "up"
    look = f"A step goes against the derivative. Is dE_d{name} positive or negative?"
    if name.startswith("b"):
        look += " And does the rule of the update move biases at all?"
    return Question(DIRECTIONS, right, look, (f"dE_d{name}",), FROZEN if frozen else "")


def _sign_of(name, example, rule):
    number = _number(name, example, rule)
    right = "positive" if number > 0 else "negative" if number < 0 else "zero"
    look = "Go along the links one by one, and mind the sign of each."
    return Question(SIGNS, right, look, (name,))


def _larger_of(one, other, example, rule):
    sizes = {name: abs(_number(name, example, rule)) for name in (one, other)}
    if sizes[one] == sizes[other]:
        raise ValueError(
            f"name: expected two quantities of different size, got {one} and {other}, which are "
            "the same here. Ask about two others."
        )
    options = {name: f"{name} is the larger one, whatever its sign." for name in sizes}
    look = "Compare them link by link. Which link differs, and in which one is it larger?"
    return Question(options, max(sizes, key=lambda name: sizes[name]), look, (one, other))


def _number(name, example, rule):
    """The right number for a single quantity; a ValueError for a whole array of them."""
    number = right_numbers(name, example, rule)
    if number.ndim:
        raise ValueError(
            f"name: expected a single quantity, got {name!r}, which stands for {number.size}. Ask "
            "about one of them."
        )
    return float(number)


def _paths_of(name, example, rule):
    return Counting(number_of_paths(name, example.network), (name,))


def _fate_of_delta(example, rule):
    """By the mean of |delta| in the first layer and among the outputs."""
    found = right_round(example, rule).backward.layers
    first, last = (np.abs(found[k].dE_dnet).mean() for k in (0, -1))
    right = "keeps its size"
    if first < last / 10 or first > 10 * last:
        right = "vanishes" if first < last else "explodes"
    look = "Compare the size in layer 1 with that of the outputs. How many times smaller or larger?"
    names = names_of(example.layer_sizes).neurons
    return Question(FATES, right, look, (f"delta_{names[0][0]}", f"delta_{names[-1][0]}"))


def _steeper_error(name, example, rule):
    miss = abs(_number(f"out_{name}", example, rule) - float(example[f"target_{name}"]))
    right = "half squared" if miss > 1 else "absolute"
    look = "The slope of half the squared miss is the miss itself. What is that of the miss?"
    return Question(STEEPER, right, look, (f"out_{name}",))


def _network_of(sizes, example, rule):
    return Building(tuple(map(int, sizes.split("-"))))


_ASKED = {
    r"rule for (\w+)": _rule_for,
    r"direction of (\w+)": _direction_of,
    r"sign of (\w+)": _sign_of,
    r"larger of (\w+) and (\w+)": _larger_of,
    r"paths of (\w+)": _paths_of,
    r"fate of delta": _fate_of_delta,
    r"steeper error at (\w+)": _steeper_error,
    r"network of (\d+(?:-\d+)+)": _network_of,
}


def _text(answer):
    """What somebody put in, as text; if it has none, one that is no answer."""
    if answer is None or answer is ...:
        return ""
    try:
        given = plain(answer)
    except Exception:  # whatever it is
        return type(answer).__name__
    # What somebody's own class says of itself need not come to an end.
    theirs = type(given).__module__.split(".")[0] not in ("builtins", "numpy", "sympy", "decimal")
    return type(given).__name__ if theirs else str(given)


def _open(text):
    return text.strip(". …") == "" or text.strip().endswith("?")


def _plain(text):
    return text.strip().strip(".").lower()
