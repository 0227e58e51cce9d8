"""Questions about matrices and batches: shapes, counts, and other people's names.

===========================================================  ==================================
question                                                     the answer
===========================================================  ==================================
"shape of dE_dW1"                                            (rows, columns), or (numbers,)
"shape of net_h in a batch of 16"                            the same, with a row for each example
"updates in 5 epochs of 300 examples in batches of 16"       a number
"rate with the mean like 2.0 with the sum of 4 examples"     a number
"our name for the z of Nielsen"                              net, out, delta, E_total, eta, round
"why held out can be better"                                 a few words to choose from
===========================================================  ==================================

Sources of the names: Nielsen, "Neural Networks and Deep Learning" (2015), chapter 2; Goodfellow,
Bengio and Courville, "Deep Learning" (2016), section 6.5; the documentation of PyTorch.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.exercises.answers import UnansweredError, UnreadableError, read_answer
from backprop_lib.exercises.plain_answer import plain
from backprop_lib.exercises.quantities import quantities
from backprop_lib.exercises.questions import Question
from backprop_lib.exercises.verdict import Verdict

GIVEN = {"x": 0, "target": -1}  # for each, which of the layers it is as long as


@dataclass(frozen=True)
class Amount:
    """A question for one number.

    asks: what to say where nothing is answered yet. traps: what to say of some wrong numbers.
    hints: three, each stronger than the one before.
    """

    right: float
    asks: str
    means: str
    hints: tuple[str, str, str]
    traps: dict[float, str] = field(default_factory=dict)

    def judge(self, answer: object) -> Verdict:
        """The Verdict on an answer."""
        numbers = _numbers(answer, self.asks)
        if isinstance(numbers, Verdict):
            return numbers
        if numbers.size != 1:
            return Verdict("unreadable", "A single number is asked for.")
        number = float(numbers.ravel()[0])
        if _same(number, self.right):
            return Verdict("right", f"Right. {self.means}")
        found = (words for trap, words in self.traps.items() if _same(number, trap))
        return Verdict("wrong", next(found, self.hints[0]))


@dataclass(frozen=True)
class Shape:
    """A question for the shape of an array. examples: how many rows a batch has, or None."""

    right: tuple[int, ...]
    each_example: tuple[int, ...]
    examples: int | None

    hints = (
        "Rows come first. In a matrix of weights each row is a neuron, and each column a thing "
        "that comes in.",
        "Weights, and derivatives by weights: (neurons of the layer, things that come in). What "
        "neurons have, such as net and delta: (neurons,), and in a batch (examples, neurons).",
        "Write the layer sizes in a row, inputs first. W1 stands between the first two of them, W2 "
        "between the last two. A batch adds rows to what neurons have, and none to weights.",
    )

    def judge(self, answer: object) -> Verdict:
        """The Verdict on an answer: a tuple, a list, its text, or a whole number for a vector."""
        text = answer if isinstance(answer, str) else ""
        numbers = re.findall(r"\d+", text) or answer
        asks = "what is its shape? Write it like (2, 3), or (2,) for a vector."
        sizes = _numbers(numbers, asks)
        if isinstance(sizes, Verdict):
            return sizes
        if sizes.ndim > 1:
            return Verdict("unreadable", "A shape is asked for, such as (2, 3), and not an array.")
        shape = tuple(sizes.ravel())
        if shape == self.right:
            return Verdict("right", f"Right. {self._means()}")
        return Verdict("wrong", self._what_is_wrong(shape))

    def _means(self):
        if self.examples and self.right == self.each_example:
            return "The examples of a batch are added up in it, so it is as large as for one."
        if self.examples:
            return f"A row for each of the {self.examples} examples, with what one of them has."
        if len(self.right) == 2:
            return "A row for each neuron, a column for each thing that comes in."
        return "One number for each neuron."

    def _what_is_wrong(self, shape):
        if len(self.right) == 2 and shape == self.right[::-1]:
            return "Rows and columns are exchanged: rows come first."
        if self.examples and self.right != self.each_example and shape == self.each_example:
            return "That is its shape for one example. Where are the others?"
        if self.examples and self.right == self.each_example and self.examples in shape:
            return "There is one matrix of weights for all examples. Has a derivative by it more?"
        return self.hints[0]


@dataclass(frozen=True)
class Choice:
    """A question with a few words to choose from, and three hints."""

    question: Question
    hints: tuple[str, str, str]

    def judge(self, answer: object) -> Verdict:
        """The Verdict on an answer."""
        return self.question.judge(answer)


BatchQuestion = Amount | Shape | Choice


def batch_question(text: object, example: Example) -> BatchQuestion | None:
    """The question that a text asks; None if it asks none of these.

    Raises ValueError if it asks about something that the network does not have.

    >>> from backprop_lib import example
    >>> batch_question("shape of W2", example).judge((2, 2)).words
    'Right. A row for each neuron, a column for each thing that comes in.'
    >>> asked = "updates in 2 epochs of 10 examples in batches of 4"
    >>> batch_question(asked, example).judge(4).words
    'The last batch of an epoch is smaller, and it is followed by an update too.'
    """
    if not isinstance(text, str):
        return None
    for pattern, ask in _ASKED.items():
        if match := re.fullmatch(pattern, text):
            return ask(example, *match.groups())
    return None


def _shape_of(example, name, batch):
    sizes = example.layer_sizes
    one = (sizes[GIVEN[name]],) if name in GIVEN else quantities(name, sizes).shape
    if batch is None:
        return Shape(one, one, None)
    return Shape(one if len(one) == 2 else (int(batch), *one), one, int(batch))


def _updates(example, *numbers):
    epochs, examples, size = map(int, numbers)
    batches = -(-examples // size)
    hints = (
        "There is one update after each batch. How many batches does an epoch have?",
        "Batches of an epoch: examples divided by the size of a batch, rounded up. Updates: that, "
        "times the epochs.",
        f"{epochs} * ceil({examples} / {size})",
    )
    traps: dict[float, str] = {
        batches: "That is one epoch. How many are there?",
        epochs * examples: "That is one update for each example. Here a batch has one update.",
        epochs: "That is how often it goes through all examples. Each time it updates more often.",
    }
    if examples % size:
        dropped = "The last batch of an epoch is smaller, and it is followed by an update too."
        traps |= {epochs * (examples // size): dropped}
    means = f"Each of the {epochs} epochs has {batches} batches, and each batch one update."
    return Amount(epochs * batches, "how many updates are there?", means, hints, traps)


def _rate(example, wanted, rate, given, examples):
    rate, examples = float(rate), int(examples)
    longer = {"sum": rate / examples, "mean": rate * examples}
    right = longer[wanted] if wanted != given else rate
    hints = (
        "How much longer is the sum than the mean? The step should stay as long as it was.",
        "rate of the sum * sum = rate of the mean * mean, and the sum is so many means.",
        f"rate of the {wanted} * {wanted} = {rate:g} * {given}, with {examples} examples in it",
    )
    traps = {
        rate: "With the same rate the step would be of another length.",
        rate * examples: "The sum is longer already. The rate has to make up for that.",
        rate / examples: "The mean is shorter already. The rate has to make up for that.",
    }
    means = f"The sum is {examples} times the mean, and the rate makes up for it."
    return Amount(right, "which rate is it?", means, hints, traps)


OURS = {
    "net": "What comes into a neuron, before the activation.",
    "out": "What the activation makes of it.",
    "delta": "The derivative of the error by what comes into a neuron.",
    "E_total": "How wrong the answers are, as one number.",
    "eta": "How long a step is.",
    "round": "One forward pass, one backward pass, one update.",
}
THEIRS = {
    "the z of Nielsen": "net",
    "the a of Nielsen": "out",
    "the a of Goodfellow": "net",
    "the error of Nielsen": "delta",
    "the loss": "E_total",
    "the lr of PyTorch": "eta",
    "an iteration": "round",
}


def _name_for(example, theirs):
    look = "Find it in the table, in the column of whoever says it."
    question = Question(OURS, THEIRS[theirs], look, ())
    last = "Ask of it: is it before or after the activation? A derivative? How wrong, how long?"
    return Choice(question, (look, question.method, last))


REASONS = {
    "luck of the draw": "By chance there are fewer hard points among those that were held out.",
    "it learned by heart": "It knows its own examples, and little about others.",
    "the rate is too large": "Its steps are too long to settle anywhere.",
}


def _held_out(example):
    look = "Would it be better again if other points had been held out?"
    question = Question(REASONS, "luck of the draw", look, ())
    last = "One neuron has three numbers. Could it keep 300 points in them?"
    return Choice(question, (look, question.method, last))


_ASKED = {
    r"shape of (\w+)(?: in a batch of ([1-9]\d*))?": _shape_of,
    r"updates in ([1-9]\d*) epochs of ([1-9]\d*) examples in batches of ([1-9]\d*)": _updates,
    r"rate with the (sum|mean) like (\d+\.?\d*) with the (sum|mean) of ([1-9]\d*) examples": _rate,
    rf"our name for ({'|'.join(THEIRS)})": _name_for,
    r"why held out can be better": _held_out,
}


def _numbers(answer, asks):
    """The numbers in an answer; or the Verdict, where there are none."""
    try:
        return read_answer(plain(answer)).values
    except UnansweredError:
        return Verdict("unanswered", f"Not answered yet: {asks}")
    except UnreadableError as unreadable:
        return Verdict("unreadable", str(unreadable))
    except Exception:  # whatever it is that was answered
        return Verdict("unreadable", "No number can be read from this.")


def _same(number, other):
    return bool(np.isclose(number, other, rtol=1e-9, atol=0))
