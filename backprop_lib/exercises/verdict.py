"""What ``judge`` says: the Verdict, in words and for machines."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_lib.core.validation import choice
from backprop_lib.exercises.chance import SURE
from backprop_lib.exercises.distance import Answered
from backprop_lib.exercises.explain import Cause
from backprop_lib.exercises.mistakes import Mistake

KINDS = ("right", "rounded", "wrong", "unanswered", "unreadable")


@dataclass(frozen=True)
class Verdict:
    """What judge says of an answer.

    kind: one of KINDS. words: one or a few sentences to show; never the right number.
    mistakes: what explains the answer. possible: what may explain it, but fewer digits were given
    than it takes to say so. digits: how many were given; 0 where none count.
    """

    kind: str
    words: str
    mistakes: tuple[Mistake, ...] = ()
    possible: tuple[Mistake, ...] = ()
    digits: int = 0

    def __post_init__(self):
        choice("kind", self.kind, KINDS)

    @property
    def accepted(self) -> bool:
        """Whether the answer counts as right."""
        return self.kind == "right"


def of_causes(kind: str, words: str, causes: Sequence[Cause], answered: Answered) -> Verdict:
    """The Verdict with these Causes: as what explains the answer, or what may."""
    mistakes = tuple(dict.fromkeys(m for cause in causes for m in cause.mistakes))
    sure = any(cause.strength == SURE for cause in causes)
    found = (mistakes, ()) if sure else ((), mistakes)
    return Verdict(kind, words, *found, answered.digits)
