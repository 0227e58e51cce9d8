"""Training: the same update, again and again.

``round k`` means after k updates; round 0 is before any. The tutorial's final error is off
by exactly this: it is the error of round 9,999, printed as that of round 10,000.
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.forward_pass import ForwardPass, forward_pass
from backprop_lib.validation import count
from backprop_lib.weight_update import TUTORIAL_RULE, UpdateRule, weight_update


@dataclass(frozen=True, eq=False, repr=False)
class Training:
    """What a training went through.

    errors: E_total of round 0, 1, 2, ..., shape (rounds + 1,).
    final: the ForwardPass of the last round, with the trained network.
    """

    errors: np.ndarray
    final: ForwardPass
    learning_rate: float
    rule: UpdateRule

    @property
    def rounds(self):
        """How many updates were made."""
        return len(self.errors) - 1

    def __repr__(self):
        return f"Training of {self.rounds} rounds, error {self.errors[0]:.9f} -> {self.errors[-1]:.10f}"


def train(network, inputs, targets, learning_rate, rounds, rule=TUTORIAL_RULE):
    """Update the network ``rounds`` times on one example, and keep the error of every round.

    Takes what forward_pass and weight_update take, and raises what they raise; rounds is a
    whole number, 0 or more.

    >>> from backprop_lib import example
    >>> training = train(example.network, example.inputs, example.targets, 0.5, rounds=1)
    >>> print(f"{training.errors[0]:.9f} {training.errors[1]:.9f}")
    0.298371109 0.291027774
    """
    rounds = count("rounds", rounds, least=0)
    forward = forward_pass(network, inputs, targets)
    errors = [forward.E_total]
    for _ in range(rounds):
        updated = weight_update(forward, learning_rate, rule).network
        forward = forward_pass(updated, forward.inputs, forward.targets)
        errors.append(forward.E_total)
    return Training(np.array(errors), forward, learning_rate, rule)
