"""The steps of one round of backpropagation, each of which may be done wrongly.

Steps are done for many rounds at once: every array has an axis for the rounds behind its own, of
length 1 where all rounds have the same numbers. So a vector of a layer has the shape (neurons,
rounds), and its weights have (neurons, inputs, rounds).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from backprop_lib.core.backward_pass import one_step


def weighted(weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """For each neuron the sum of what comes in, each times its weight."""
    return (weights * inputs[np.newaxis]).sum(axis=1)


def carried_back(weights: np.ndarray, dE_dnet: np.ndarray) -> np.ndarray:
    """For each thing that comes in the sum over the neurons it goes into, each times its weight."""
    return (weights * dE_dnet[:, np.newaxis]).sum(axis=0)


def for_biases(dE_dnet: np.ndarray, biases: str) -> np.ndarray:
    """The derivative that a layer's biases follow under a rule, as bias_step says it of one."""
    if biases == "frozen":
        return np.zeros_like(dE_dnet)
    if biases == "one per layer":
        return np.broadcast_to(dE_dnet.sum(axis=0), dE_dnet.shape)
    return dE_dnet


def _as_it_is(layer, numbers):
    return numbers


@dataclass(frozen=True)
class Steps:
    """The steps of one round; the first argument of most is the index of the layer.

    read(layer, weights), read_back(layer, weights): the weights as they are read on the way
    forward, and on the way back.
    net(layer, weights, inputs, biases), out(layer, activation, net): forward.
    compared(targets, outputs): the pair that the error and all that follows looks at.
    error(error, targets, outputs, nets), error_slope(error, targets, outputs): the errors of the
    outputs and their slopes.
    slope(layer, activation, net, out): dout/dnet.
    passed_on(layer, numbers): which neurons of a layer take part in a sum over paths.
    carrying_weights(layer, old, new): the weights that the error is carried back through.
    gather(layer, weights, dE_dnet): dE/dout of the layer before.
    arriving(layer, inputs): what each delta is multiplied by, dnet/dw.
    meet(layer, dE_dnet): dE/db of the one bias that a layer shares.
    trained(dE_dnet, biases): what the biases of a layer follow, under a rule.
    step(old, learning_rate, slope): the new value.
    kept(number): what is written down of an intermediate number.
    """

    read: Callable = _as_it_is
    read_back: Callable = _as_it_is
    net: Callable = lambda layer, weights, inputs, biases: weighted(weights, inputs) + biases
    out: Callable = lambda layer, activation, net: activation.function(net)
    compared: Callable = lambda targets, outputs: (targets, outputs)
    error: Callable = lambda error, targets, outputs, nets: error.errors(targets, outputs, nets)
    error_slope: Callable = lambda error, targets, outputs: error.slopes(targets, outputs)
    slope: Callable = lambda layer, activation, net, out: activation.slope(net, out)
    passed_on: Callable = _as_it_is
    carrying_weights: Callable = lambda layer, old, new: old
    gather: Callable = lambda layer, weights, dE_dnet: carried_back(weights, dE_dnet)
    arriving: Callable = _as_it_is
    meet: Callable = lambda layer, dE_dnet: dE_dnet.sum(axis=0)
    trained: Callable = for_biases
    step: Callable = one_step
    kept: Callable = lambda number: number

    def at(self, layers: Iterable[int]) -> "Steps":
        """The same steps, but only at these layers; as they should be at all others."""
        return replace(
            self,
            **{
                name: _AtLayers(dict.fromkeys(layers, getattr(self, name)), getattr(RIGHT, name))
                for name in _BY_LAYER & self.changed
            },
        )

    @cached_property
    def changed(self) -> set[str]:
        """Names of the steps that are not done as they should be."""
        return {name for name in _ALL if getattr(self, name) is not getattr(RIGHT, name)}

    def and_also(self, other: "Steps") -> "Steps | None":
        """The Steps with both mistakes; None if both do the same step in another way."""
        both = {name: getattr(other, name) for name in other.changed - self.changed}
        for name in other.changed & self.changed:
            mine, theirs = getattr(self, name), getattr(other, name)
            at_layers = isinstance(mine, _AtLayers) and isinstance(theirs, _AtLayers)
            if not at_layers or mine.steps.keys() & theirs.steps.keys():
                return None
            both[name] = _AtLayers(mine.steps | theirs.steps, mine.right)
        # What replace() would make, in a tenth of the time: a verdict makes thousands.
        made = object.__new__(Steps)
        made.__dict__.update(self.__dict__, **both, changed=self.changed | other.changed)
        return made


@dataclass(frozen=True)
class _AtLayers:
    """A step that is done in another way at some layers. steps: by the index of the layer."""

    steps: dict[int, Callable]
    right: Callable


def at_layer(step: Callable, layer: int) -> Callable:
    """How a step of some Steps is done at a layer."""
    return step.steps.get(layer, step.right) if isinstance(step, _AtLayers) else step


_BY_LAYER = {"read", "read_back", "net", "out", "slope", "passed_on", "carrying_weights"} | {
    "gather",
    "arriving",
    "meet",
}
_ALL = tuple(f.name for f in fields(Steps))
RIGHT = Steps()
