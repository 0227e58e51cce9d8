"""What the tutorial prints, and an audit of it: all 34 figures, digit by digit.

A printed figure agrees if it is within half a unit in its last digit of the value under the
tutorial's stated rule (original weights, frozen biases). 28 do. For each of the six others
the audit repeats what really produced it, and arrives at the printed digits.

Source of the figures: Matt Mazur, "A Step by Step Backpropagation Example" (2015), and, for
the older of the two final errors, earlier printings of it.
"""

import csv
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib.resources import files

from backprop_lib.core.validation import choice, count
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, one_round
from backprop_lib.core.worked_example import example
from backprop_lib.training.training import train

UPDATED_WEIGHTS = UpdateRule(hidden_layers_use="updated weights")

HOW_IT_AROSE = {
    "rounded factor": "a factor was rounded to 9 digits before the last product",
    "updated weights": "the hidden layer used the already updated w5 to w8",
    "one round fewer": "measured after 9,999 updates",
}


@dataclass(frozen=True)
class Figure:
    """One figure that the tutorial prints.

    printed: its digits, as text, so that trailing zeros count. round: 0 for figures of the
    first round, else the number of updates it is said to be measured after.
    printed_by: "stated rule", or what really produced it.
    """

    step: str
    notebook: str
    quantity: str
    round: int
    printed: str
    printed_by: str

    @property
    def digits(self) -> int:
        """How many digits stand after the decimal point."""
        return len(self.printed.partition(".")[2])


@dataclass(frozen=True)
class Audited:
    """One line of the audit.

    value: under the stated rule. agrees: within half a unit in the last printed digit.
    reproduced: the value that what really produced the figure gives, or None if it agrees.
    """

    figure: Figure
    value: float
    agrees: bool
    reproduced: Decimal | None

    @property
    def explained(self) -> bool:
        """Whether the figure agrees, or is reproduced to its last digit."""
        if self.agrees or self.reproduced is None:
            return self.agrees
        return rounded(self.reproduced, self.figure.digits) == self.figure.printed

    def __str__(self):
        figure = self.figure
        ours = rounded(self.value, figure.digits)
        line = f"{figure.quantity:<17} {ours:>13} {figure.printed:>13}   "
        if self.agrees:
            return line + "agrees"
        return line + f"differs: {HOW_IT_AROSE[figure.printed_by]}"


class Audit(tuple):
    """The verdicts; printed, it is a table."""

    def __str__(self):
        header = f"{'quantity':<17} {'stated rule':>13} {'printed':>13}   verdict"
        lines = [header]
        for step in dict.fromkeys(verdict.figure.step for verdict in self):
            lines.append(f"-- {step}")
            lines += [str(verdict) for verdict in self if verdict.figure.step == step]
        agree = sum(verdict.agrees for verdict in self)
        lines.append(f"{agree} of {len(self)} agree to half a unit in the last printed digit")
        return "\n".join(lines)


@lru_cache(maxsize=1)
def figures() -> tuple[Figure, ...]:
    """All figures that the tutorial prints, in its order."""
    text = files("backprop_lib.training").joinpath("published_values.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Figure(**{**row, "round": int(row["round"])}) for row in rows)  # pyrefly: ignore[bad-argument-type]


def audit(step: str | None = None) -> Audit:
    """Recompute every figure that the tutorial prints, or those of one of its steps.

    step: None for all, or one of "forward pass", "output layer", "hidden layer",
    "after 1 round", "after 10,000 rounds", "after 10,000 rounds, older printing".
    Raises TypeError or ValueError for another word.

    >>> verdicts = audit("after 1 round")
    >>> print(verdicts)
    quantity            stated rule       printed   verdict
    -- after 1 round
    E_total             0.291027774   0.291027924   differs: the hidden layer used the already updated w5 to w8
    0 of 1 agree to half a unit in the last printed digit
    >>> print(rounded(verdicts[0].reproduced, 9))
    0.291027924
    """  # noqa: E501 - a line of the table
    steps = tuple(dict.fromkeys(figure.step for figure in figures()))
    if step is not None:
        choice("step", step, steps)
    return Audit(_verdict(figure) for figure in figures() if step in (None, figure.step))


def rounded(value: float | Decimal | str, digits: int) -> str:
    """Text of a value at so many decimals, a half rounded away from zero as on paper.

    value: a finite number, a Decimal or the text of one. digits: a whole number from 0 to 25.
    Raises TypeError or ValueError for anything else.

    >>> rounded(Decimal("-0.0190491185"), 9)
    '-0.019049119'
    """
    expected = "a finite number or the text of one"
    try:
        number = Decimal(value if isinstance(value, Decimal | str) else float(value))
    except TypeError:
        raise TypeError(
            f"value: expected {expected}, got {value!r}. Try rounded(0.5, 2)."
        ) from None
    except (ValueError, ArithmeticError):
        number = Decimal("nan")
    if not number.is_finite():
        raise ValueError(f"value: expected {expected}, got {value!r}. Try rounded(0.5, 2).")
    unit = Decimal(1).scaleb(-count("digits", digits, least=0, most=25))
    return f"{number.quantize(unit, ROUND_HALF_UP):f}"


def _verdict(figure):
    value = _value(figure, TUTORIAL_RULE, figure.round)
    half_a_unit = Decimal(5).scaleb(-figure.digits - 1)
    agrees = abs(Decimal(value) - Decimal(figure.printed)) <= half_a_unit
    return Audited(figure, float(value), agrees, None if agrees else _reproduced(figure))


def _reproduced(figure):
    if figure.printed_by == "rounded factor":
        factor = Decimal(rounded(_first_round()["dE_o2_dnet_o2"], 9))
        return factor * Decimal(str(example.w7))
    if figure.printed_by == "one round fewer":
        return Decimal(_value(figure, TUTORIAL_RULE, figure.round - 1))
    return Decimal(_value(figure, UPDATED_WEIGHTS, figure.round))


def _value(figure, rule, rounds):
    if figure.round == 0:
        return _first_round()[figure.quantity]
    if figure.quantity == "E_total":
        return _trained(rule).errors[rounds]
    return _trained(rule).final[figure.quantity]


@lru_cache(maxsize=1)
def _first_round():
    return one_round(example)


@lru_cache(maxsize=2)
def _trained(rule):
    return train(
        example.network, example.inputs, example.targets, example.learning_rate, 10_000, rule
    )
