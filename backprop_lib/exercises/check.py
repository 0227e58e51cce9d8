"""Exercises: ``check`` says whether an answer is right and, if not, finds the mistake.

An answer is a number, an array, a SymPy expression, a word to choose, or a function. ``check``
never raises for what somebody answered, and never shows the right answer, so that a notebook
full of open exercises runs to its end. ``hint`` helps in three strengths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from backprop_lib.core.example import Example
from backprop_lib.core.validation import count, instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.core.whole_import import whole_import
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.exercises.answers import read_answer
from backprop_lib.exercises.batch import Batch, the_example
from backprop_lib.exercises.batch_questions import batch_question
from backprop_lib.exercises.code_exercises import CODE_EXERCISES, judge_code
from backprop_lib.exercises.judging import judged
from backprop_lib.exercises.meaning import meaning
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.exercises.plain_answer import plain, plain_text
from backprop_lib.exercises.quantities import quantities, right_round
from backprop_lib.exercises.questions import question
from backprop_lib.exercises.value_exercises import VALUE_EXERCISES, judge_value

MARKS = {"right": "✓", "rounded": "≈", "wrong": "✗", "unanswered": "…", "unreadable": "?"}
HEADS = {
    "rounded": "Close, but not right yet. ",
    "wrong": "Not right yet. ",
    "unreadable": "Not readable. ",
}
RULE_ADVICE = "For example UpdateRule(biases='one per layer')."
MIME_TYPE = "application/vnd.backprop-lib.verdict+json"
STYLE = "border-left: 4px solid currentColor; padding: 0.3em 0.8em; white-space: pre-wrap"


@dataclass(frozen=True)
class Said:
    """Something to read: plain text everywhere, and a box with the same text in a notebook.

    kind: that of the Verdict, or "hint". mistakes: the entries of the catalogue that explain it.
    possible: those that may, but for which too few digits were given to say so. exercise: what was
    asked. digits: how many were answered; 0 where none count. strength: that of a hint.
    """

    kind: str
    text: str
    mistakes: tuple[Mistake, ...] = ()
    possible: tuple[Mistake, ...] = ()
    exercise: str = ""
    digits: int = 0
    strength: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the answer counts as right."""
        return self.kind == "right"

    def __str__(self):
        return self.text

    __repr__ = __str__

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Beside the words in the output of a cell: the same for machines, without the answer."""
        if self.kind == "hint":
            taken = {"exercise": self.exercise, "kind": "hint", "strength": self.strength}
            return {MIME_TYPE: taken}
        verdict = {
            "exercise": self.exercise,
            "kind": self.kind,
            "mistakes": [mistake.key for mistake in self.mistakes],
            "possible": [mistake.key for mistake in self.possible],
            "digits": self.digits,
        }
        return {MIME_TYPE: verdict}

    def _repr_html_(self):
        return f'<div role="status" style="{STYLE}">{escape(self.text)}</div>'


def check(
    name: str,
    answer: object = ...,
    example: Example | Sequence[Example] = worked_example,
    rule: UpdateRule = TUTORIAL_RULE,
    reduction: str = "mean",
) -> Said:
    """Say whether an answer is right, what it means or, if it is wrong, which mistake it is.

    name: a quantity such as "dE_dw5" or "dE_dW2" (see judge), a question such as
    "direction of w5" or "shape of W1" (see exercises.questions and exercises.batch_questions) or
    the name of something to write (see exercises.code_exercises and exercises.value_exercises).
    answer: whatever was answered; ``...`` is no answer yet. example, rule: whose numbers are meant;
    by default the tutorial's. A list of Examples of one network is a batch; reduction: whether its
    error is the "mean" of theirs or the "sum".

    Raises TypeError or ValueError for an unknown name. Never raises for an answer.

    >>> check("dE_dw5", 0.0822)
    ✓ Right, to the 3 digits given.
    One more unit of w5 would add 0.0822 units of error, so w5 must go down.
    >>> check("net_h1", 0.0275)
    ✗ Not right yet. It may be this: The bias was left out. Look at the hidden layer (h1 to h2). A \
net input is the sum of all products, and of the bias. It may also be chance.
    For a hint: hint("net_h1", 1). Stronger ones: 2 and 3.
    >>> check("dE_dw6", ...)
    … Not answered yet: replace the three dots by your answer.
    """
    name = plain_text(name)
    one: Any = the_example(example, reduction)
    instance("rule", rule, UpdateRule, RULE_ADVICE)
    if isinstance(name, str) and name in CODE_EXERCISES:
        return _said(name, judge_code(name, answer), f'"{name}", 1')
    if isinstance(name, str) and name in VALUE_EXERCISES:
        return _said(name, judge_value(name, answer), f'"{name}", 1')
    if asked := question(name, one, rule) or batch_question(name, one):
        return _said(name, asked.judge(answer), _hint_call(name, example, rule))
    verdict = judged(name, answer, one, rule)
    meant = _meant(name, answer, one) if verdict.accepted else ""
    return _said(name, verdict, _hint_call(name, example, rule), meant)


def hint(
    name: str,
    strength: int = 1,
    example: Example | Sequence[Example] = worked_example,
    rule: UpdateRule = TUTORIAL_RULE,
) -> Said:
    """A hint for an exercise: 1 says where to look, 2 gives the formula, 3 puts the numbers in.

    The result is left to do; of a batch, the numbers are those of its first example. Raises
    TypeError or ValueError for an unknown name or strength.

    >>> hint("dE_dw6", 3)
    Hint 3 of 3
    dE_dw6 = (0.75136507 - 0.01) * 0.75136507 * (1 - 0.75136507) * 0.596884378
    """
    with whole_import():  # of SymPy, which check does without
        from backprop_lib.exercises.hints import hint_words

    name = plain_text(name)
    count("strength", strength, least=1, most=3)
    one: Any = the_example(example)
    instance("rule", rule, UpdateRule, RULE_ADVICE)
    first = one.examples[0] if isinstance(one, Batch) else one
    to_write = {**CODE_EXERCISES, **VALUE_EXERCISES}
    if isinstance(name, str) and name in to_write:
        words = to_write[name].hints[strength - 1]
    elif batch := batch_question(name, one):
        words = batch.hints[strength - 1]
    elif asked := question(name, one, rule):
        words = asked.look
        if strength > 1:
            words = asked.method
        if strength == 3 and asked.about:
            words = "\n".join(hint_words(about, 2, first, rule) for about in asked.about)
    else:
        words = hint_words(name, strength, first, rule)
    if isinstance(one, Batch):
        words += "\nSo it is for one example; those of all are put together."
    return Said("hint", f"Hint {strength} of 3\n{words}", exercise=name, strength=strength)


def _said(name, verdict, call, meant=""):
    lines = [f"{MARKS[verdict.kind]} {HEADS.get(verdict.kind, '')}{verdict.words}"]
    if meant:
        lines.append(meant)
    if verdict.kind == "wrong":
        dots = ", with what you gave to check in place of the dots" if "=..." in call else ""
        lines.append(f"For a hint: hint({call}){dots}. Stronger ones: 2 and 3.")
    found = verdict.mistakes, verdict.possible
    return Said(verdict.kind, "\n".join(lines), *found, exercise=name, digits=verdict.digits)


def _hint_call(name, example, rule):
    """What to put between the brackets of hint. What the learner calls the example is not known."""
    given = (("example", example is not worked_example), ("rule", rule != TUTORIAL_RULE))
    return ", ".join([f'"{name}"', "1", *(f"{what}=..." for what, own in given if own)])


def _meant(name, answer, example):
    """What a right answer means."""
    wanted = quantities(name, example.layer_sizes)
    values = None if isinstance(example, Batch) else right_round(example).__getitem__
    given = read_answer(plain(answer), values).as_shape(wanted.shape)
    return meaning(wanted, given.values, example)
