"""The weight update: every weight takes a step against its derivative.

w_new = w - learning_rate * dE/dw

Source: Rumelhart, Hinton and Williams (1986), equation 8.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from backprop_lib.core.backward_pass import BackwardPass, backward_pass, stepped
from backprop_lib.core.example import LEARNING_RATE_ADVICE, Example
from backprop_lib.core.forward_pass import ForwardPass, forward_pass
from backprop_lib.core.names import Derivative
from backprop_lib.core.network import Network, OfANetwork
from backprop_lib.core.validation import choice, instance, positive_number

HIDDEN_LAYERS_USE = ("original weights", "updated weights")
BIASES = ("frozen", "one per layer", "one per neuron")


@dataclass(frozen=True)
class UpdateRule:
    """Two choices that the formula for the update leaves open.

    hidden_layers_use: the weights through which the error reaches the hidden layers:
    "original weights" (what the chain rule says) or "updated weights" (a common slip).
    biases: "frozen" (as in the tutorial), "one per layer" (each layer trains the one bias it
    shares) or "one per neuron".

    >>> UpdateRule()
    UpdateRule(hidden_layers_use='original weights', biases='frozen')
    """

    hidden_layers_use: str = "original weights"
    biases: str = "frozen"

    def __post_init__(self):
        choice("hidden_layers_use", self.hidden_layers_use, HIDDEN_LAYERS_USE)
        choice("biases", self.biases, BIASES)


TUTORIAL_RULE = UpdateRule()


@dataclass(frozen=True, eq=False, repr=False)
class WeightUpdate(OfANetwork):
    """One update: the backward pass it used, and the network it led to.

    >>> from backprop_lib import example, forward_pass
    >>> forward = forward_pass(example)
    >>> update = weight_update(forward, learning_rate=0.5)
    >>> print(f"{update.w5:.2f} -> {update.w5_new:.8f}")
    0.40 -> 0.35891648
    """

    backward: BackwardPass
    learning_rate: float
    rule: UpdateRule
    network: Network

    def _arrays(self):
        return {
            **self.backward._arrays(),
            "learning_rate": self.learning_rate,
            "new_weights": self.network.weights,
            "new_biases": self.network.biases,
        }

    def _derivative(self, derivative: Derivative) -> float:
        return self.backward._derivative(derivative)

    def __repr__(self):
        return f"WeightUpdate of a {self.network!r}, learning rate {self.learning_rate}"


def weight_update(
    forward: ForwardPass, learning_rate: float, rule: UpdateRule = TUTORIAL_RULE
) -> WeightUpdate:
    """Move every weight against its derivative: w_new = w - learning_rate * dE/dw.

    forward: a ForwardPass that knows its targets. learning_rate: a number above zero.
    rule: an UpdateRule. Returns a WeightUpdate; the network that came in is as it was.
    Raises TypeError or ValueError for a learning rate that is zero, negative or no number, or so
    large that a weight would not be finite.

    >>> from backprop_lib import example, forward_pass
    >>> update = weight_update(forward_pass(example), 0.5)
    >>> print(f"{update.w1_new:.9f} {update.w7_new:.9f}")
    0.149780716 0.511301270
    """
    positive_number("learning_rate", learning_rate, LEARNING_RATE_ADVICE)
    instance("rule", rule, UpdateRule, "For example UpdateRule(biases='one per layer').")
    backward = backward_pass_under(rule, forward, learning_rate)
    slopes = [(layer.dE_dw, layer.dE_db) for layer in backward.layers]
    network = updated_network(forward.network, slopes, learning_rate, rule)
    return WeightUpdate(backward, learning_rate, rule, network)


def one_round(example: Example, rule: UpdateRule = TUTORIAL_RULE) -> WeightUpdate:
    """Forward, backward, update: the WeightUpdate of an Example at its own learning rate.

    >>> from backprop_lib import example
    >>> print(f"{one_round(example).w5_new:.8f}")
    0.35891648
    """
    return weight_update(forward_pass(example), example.learning_rate, rule)


def backward_pass_under(
    rule: UpdateRule, forward: ForwardPass, learning_rate: float
) -> BackwardPass:
    """The backward pass through the weights that the rule wants: original or updated ones."""
    uses_updated = rule.hidden_layers_use == "updated weights"
    return backward_pass(forward, already_updated_by=learning_rate if uses_updated else 0.0)


def updated_network(
    network: Network,
    slopes: Iterable[tuple[np.ndarray, np.ndarray]],
    learning_rate: float,
    rule: UpdateRule,
) -> Network:
    """The network after a step against the slopes: for each layer a pair (dE/dw, dE/db)."""
    weights, biases = [], []
    for (dE_dw, dE_db), old_weights, old_biases in zip(
        slopes, network.weights, network.biases, strict=True
    ):
        weights.append(stepped(old_weights, learning_rate, dE_dw))
        biases.append(stepped(old_biases, learning_rate, bias_step(dE_db, rule.biases)))
    return Network(weights, biases, network.activations, network.error)


def bias_step(dE_db: np.ndarray, biases: str) -> np.ndarray:
    """The derivative that a layer's biases follow: nothing, their sum, or each its own."""
    if biases == "frozen":
        return np.zeros_like(dE_db)
    if biases == "one per layer":
        return np.full_like(dE_db, dE_db.sum())
    return dE_db
