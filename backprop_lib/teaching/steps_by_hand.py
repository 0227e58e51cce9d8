"""What hands do, in order: the steps of worksheets, of their answer key and of the summary."""

from collections.abc import Iterable

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, WeightUpdate, one_round
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.symbolic.round_steps import PARTS, Plan, round_steps

# Rows that a sheet has, A4 or Letter, each with room to work: the forward pass stands in front.
MOST_ROWS_IN_FRONT, MOST_ROWS_BEHIND = 6, 16


def steps_by_hand(example: Example = worked_example) -> tuple[Plan, ...]:
    """Every step of one round, each quantity made from those before it.

    >>> print(steps_by_hand()[0].text)
    net_h1 = w1 · i1 + w2 · i2 + b1
    """
    return round_steps(example.architecture, TUTORIAL_RULE, True, "delta")


def given(example: Example) -> dict[str, float]:
    """The given numbers of a sheet by their names.

    >>> from backprop_lib import example
    >>> given(example)["w6"]
    0.45
    """
    names = example.names
    targets = [f"target_{neuron}" for neuron in names.outputs]
    return {
        name: float(example[name]) for name in (*names.inputs, *names.parameters(), *targets, "eta")
    }


def in_columns(steps: Iterable[Plan]) -> tuple[list[Plan], list[Plan], list[Plan]]:
    """The steps of the first, third, ... neurons, those of the others, and those of no neuron."""
    left, right, neither = [], [], []
    for step in steps:
        column = neither if not step.neuron else left if int(step.neuron[1:]) % 2 else right
        column.append(step)
    return left, right, neither


def worked_by_hand(example: Example) -> WeightUpdate:
    """The WeightUpdate of an example, if a sheet has room for its steps.

    Raises TypeError for what is no Example, ValueError for a network with more steps than there is
    room for, or one whose neurons do not share the bias of their layer.
    """
    instance("example", example, Example, BUILD_ONE)
    if not example.network.shares_biases:
        raise ValueError(
            f"example: expected one bias per layer, got a {example.network!r}. The steps by hand "
            "are laid out for that only."
        )
    front, behind = _rows(example)
    if front > MOST_ROWS_IN_FRONT or behind > MOST_ROWS_BEHIND:
        raise ValueError(
            f"example: expected a network whose steps fit on a sheet, {MOST_ROWS_IN_FRONT} rows in "
            f"front and {MOST_ROWS_BEHIND} behind, got a {example.network!r}, which takes {front} "
            f"and {behind}. Take fewer neurons."
        )
    return one_round(example)


def _rows(example):
    """How many rows the front and the back of a sheet take."""
    rows = []
    for part in PARTS:
        columns = in_columns(step for step in steps_by_hand(example) if step.part == part)
        rows.append(max(len(columns[0]), len(columns[1])) + len(columns[2]))
    return rows[0], sum(rows[1:])
