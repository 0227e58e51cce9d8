"""What hands do, in order: the steps of worksheets, of their answer key and of the summary."""

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, WeightUpdate, one_round
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.symbolic.round_steps import Plan, round_steps

LAYER_SIZES = (2, 2, 2)


def steps_by_hand(example: Example = worked_example) -> tuple[Plan, ...]:
    """Every step of one round, each quantity made from those before it.

    >>> print(steps_by_hand()[0].text)
    net_h1 = w1 · i1 + w2 · i2 + b1
    """
    return round_steps(example.architecture, TUTORIAL_RULE, True, "delta")


def worked_by_hand(example: Example) -> WeightUpdate:
    """The WeightUpdate of an example, if a sheet has room for its steps.

    Raises TypeError for what is no Example, ValueError for a network of other sizes, or one whose
    neurons do not share the bias of their layer.
    """
    instance("example", example, Example, BUILD_ONE)
    if example.layer_sizes != LAYER_SIZES or not example.network.shares_biases:
        raise ValueError(
            f"example: expected layer sizes {LAYER_SIZES} and one bias per layer, got "
            f"{example!r}. The steps by hand are laid out for such a network only."
        )
    return one_round(example)
