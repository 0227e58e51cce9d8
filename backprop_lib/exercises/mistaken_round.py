"""One round of backpropagation in which a single step may be done wrongly.

``Steps`` holds every step of a round as the library does it: net, out, error, slopes, the way
back through the weights, the update. A mistake replaces one of them, and the rest of the round
runs on as it would for a learner who made that mistake. So a mistaken number is never a formula
of its own, and there is one for every quantity of every network.

Hundreds of rounds are made for one verdict. So a round is worked out as far as it is asked for,
and numbers that a mistake drives out of range come out as NaN or infinity.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from backprop_lib.core import activations
from backprop_lib.core.activations import Activation, through_activation
from backprop_lib.core.backward_pass import one_step
from backprop_lib.core.errors import Error, error_after
from backprop_lib.core.example import Example, real_example
from backprop_lib.core.names import E_TOTAL, Derivative, Position, names_of
from backprop_lib.core.network import Network
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, bias_step


def _logistic(net):
    return 1 / (1 + np.exp(-net))


# Made hundreds of times for one verdict, of numbers that need no check.
_QUICK = {
    "logistic": activations.ACTIVATIONS["logistic"]._replace(
        function=_logistic, slope=lambda net, out: out * (1 - out)
    )
}


def activation_called(name: str) -> Activation:
    """The Activation of this name."""
    return _QUICK.get(name) or activations.ACTIVATIONS[name]


def activations_of(network: Network) -> tuple[Activation, ...]:
    """The Activation of each layer of a network."""
    return tuple(map(activation_called, network.activations))


def error_of(network: Network) -> Error:
    """The Error that a network learns by."""
    return error_after(network.error, network.activations[-1])


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
    net: Callable = lambda layer, weights, inputs, biases: weights @ inputs + biases
    out: Callable = lambda layer, activation, net: activation.function(net)
    compared: Callable = lambda targets, outputs: (targets, outputs)
    error: Callable = lambda error, targets, outputs, nets: error.errors(targets, outputs, nets)
    error_slope: Callable = lambda error, targets, outputs: error.slopes(targets, outputs)
    slope: Callable = lambda layer, activation, net, out: activation.slope(net, out)
    passed_on: Callable = _as_it_is
    carrying_weights: Callable = lambda layer, old, new: old
    gather: Callable = lambda layer, weights, dE_dnet: weights.T @ dE_dnet
    arriving: Callable = _as_it_is
    meet: Callable = lambda layer, dE_dnet: dE_dnet.sum()
    trained: Callable = bias_step
    step: Callable = one_step
    kept: Callable = lambda number: number

    def at(self, layers: Iterable[int]) -> "Steps":
        """The same steps, but only at these layers; as they should be at all others."""

        return replace(
            self,
            **{
                name: _AtLayers(dict.fromkeys(layers, getattr(self, name)), getattr(_RIGHT, name))
                for name in _BY_LAYER & self.changed
            },
        )

    @cached_property
    def changed(self) -> set[str]:
        """Names of the steps that are not done as they should be."""
        return {name for name in _ALL if getattr(self, name) is not getattr(_RIGHT, name)}

    @cached_property
    def forward(self) -> dict[str, Callable]:
        """The steps of the way forward that are not done as they should be, by their names."""
        return {name: getattr(self, name) for name in self.changed & _ON_THE_WAY_FORWARD}

    def and_also(self, other: "Steps") -> "Steps | None":
        """The Steps with both mistakes; None if both do the same step in another way."""
        both = {name: getattr(other, name) for name in other.changed - self.changed}
        for name in other.changed & self.changed:
            mine, theirs = getattr(self, name), getattr(other, name)
            at_layers = isinstance(mine, _AtLayers) and isinstance(theirs, _AtLayers)
            if not at_layers or mine.steps.keys() & theirs.steps.keys():
                return None
            both[name] = _AtLayers(mine.steps | theirs.steps, mine.right)
        return replace(self, **both)


@dataclass(frozen=True)
class _AtLayers:
    """A step that is done in another way at some layers. steps: by the index of the layer."""

    steps: dict[int, Callable]
    right: Callable

    def __call__(self, layer, *given):
        return self.steps.get(layer, self.right)(layer, *given)


_BY_LAYER = {"read", "read_back", "net", "out", "slope", "passed_on", "carrying_weights"} | {
    "gather",
    "arriving",
    "meet",
}
_ON_THE_WAY_FORWARD = {"read", "net", "out", "compared", "error", "passed_on", "kept"}
_ALL = tuple(f.name for f in fields(Steps))
_RIGHT = Steps()


class _Forward(NamedTuple):
    nets: list
    outs: list
    targets: np.ndarray
    errors: np.ndarray


class _Backward(NamedTuple):
    """Each has an entry for each layer; used: the weights of the way back."""

    dE_dout: tuple
    dout_dnet: tuple
    dE_dnet: tuple
    arriving: tuple
    used: tuple


class MistakenRound:
    """A whole round, made by certain steps. Any quantity can be asked for by name."""

    def __init__(self, example, steps, rule, like=None):
        """like: another round of the example, whose way forward is taken if it is the same."""
        self.example, self.steps, self.rule = example, steps, rule
        self.names = like.names if like else names_of(example.layer_sizes)
        self.activations = like.activations if like else activations_of(example.network)
        self.error = like.error if like else error_of(example.network)
        self.learning_rate = example.learning_rate
        if like is not None and steps.forward == like.steps.forward:
            self._forward = like._forward

    def __getitem__(self, name):
        with np.errstate(all="ignore"):
            return self.value(self.names.find(name))

    def value(self, found: Position | Derivative) -> float:
        """The number at a Position, or of a Derivative."""
        if isinstance(found, Derivative):
            return self._derivative(*found)
        if found == E_TOTAL:
            return self.errors.sum()
        array = self._array(found.array)
        if found.array.endswith("biases") and len(found.index) == 1:
            return array[found.index[0]][0]
        for i in found.index:
            array = array[i]
        return array

    @cached_property
    def _forward(self):
        network, steps = self.example.network, self.steps
        nets, outs = [], []
        inputs = self.example.inputs
        for k, activation in enumerate(self.activations):
            weights = steps.read(k, network.weights[k])
            nets.append(steps.kept(steps.net(k, weights, inputs, network.biases[k])))
            inputs = steps.kept(steps.out(k, activation, nets[-1]))
            outs.append(inputs)
        targets, outs[-1] = steps.compared(self.example.targets, outs[-1])
        errors = steps.kept(steps.error(self.error, targets, outs[-1], nets[-1]))
        return _Forward(nets, outs, targets, steps.passed_on(len(outs) - 1, errors))

    @cached_property
    def _backward(self):
        steps, forward = self.steps, self._forward
        dE_dout = steps.kept(steps.error_slope(self.error, forward.targets, forward.outs[-1]))
        found = []
        for k in reversed(range(len(forward.outs))):
            slopes = steps.slope(k, self.activations[k], forward.nets[k], forward.outs[k])
            dout_dnet = steps.kept(slopes)
            dE_dnet = self._through_neurons(k, dE_dout, dout_dnet)
            arriving = steps.arriving(k, forward.outs[k - 1] if k else self.example.inputs)
            used = self._carrying_weights(k, dE_dnet, arriving)
            found.append((dE_dout, dout_dnet, dE_dnet, arriving, used))
            if k:
                dE_dout = self._through_weights(k, used, dE_dnet)
        return _Backward(*zip(*reversed(found), strict=True))

    def _carrying_weights(self, layer, dE_dnet, arriving):
        old, steps = self.example.network.weights[layer], self.steps
        updated = self.rule.hidden_layers_use == "updated weights"
        if not updated and steps.carrying_weights is _RIGHT.carrying_weights:
            return old
        dE_dw = dE_dnet[:, None] * arriving
        wanted = one_step(old, self.learning_rate, dE_dw) if updated else old
        return steps.carrying_weights(layer, wanted, steps.step(old, self.learning_rate, dE_dw))

    @cached_property
    def new_weights(self) -> list[np.ndarray]:
        """The weights after the update, layer by layer."""
        back = self._backward
        return [
            self.steps.step(old, self.learning_rate, dE_dnet[:, None] * arriving)
            for old, dE_dnet, arriving in zip(
                self.example.network.weights, back.dE_dnet, back.arriving, strict=True
            )
        ]

    @property
    def errors(self) -> np.ndarray:
        """E_o, one for each output."""
        return self._forward.errors

    @cached_property
    def new_biases(self) -> list[np.ndarray]:
        """The biases after the update, layer by layer."""
        steps, policy = self.steps, self.rule.biases
        new = []
        for k, dE_dnet in enumerate(self._backward.dE_dnet):
            if policy == "one per layer" and steps.trained is bias_step:
                slope = np.full_like(dE_dnet, steps.meet(k, dE_dnet))
            else:
                slope = steps.trained(dE_dnet, policy)
            new.append(steps.step(self.example.network.biases[k], self.learning_rate, slope))
        return new

    @cached_property
    def following(self) -> "MistakenRound | None":
        """The next round, made by the same steps; None if there is none."""
        with np.errstate(all="ignore"):
            weights, biases = self.new_weights, self.new_biases
        if not all(np.isfinite(array).all() for array in (*weights, *biases)):
            return None
        given = self.example.inputs, self.example.targets, self.learning_rate
        network = with_numbers(self.example.network, weights, biases)
        return MistakenRound(Example(network, *given), self.steps, self.rule)

    def _array(self, name):
        if name in ("nets", "outs", "errors", "targets"):
            return getattr(self._forward, name)
        if name in ("new_weights", "new_biases"):
            return getattr(self, name)
        if name in ("inputs", "learning_rate"):
            return getattr(self.example, name)
        return getattr(self.example.network, name)

    def _through_neurons(self, layer, d_dout, dout_dnet):
        return self.steps.kept(self.steps.passed_on(layer, through_activation(d_dout, dout_dnet)))

    def _through_weights(self, layer, weights, d_dnet):
        weights = self.steps.read_back(layer, weights)
        return self.steps.kept(self.steps.gather(layer, weights, d_dnet))

    def _derivative(self, of, by):
        """From ``of`` back to ``by``, by the slopes and weights of this round."""
        if of == by:
            return 1.0
        if of == E_TOTAL and by.array == "errors":
            return 1.0
        back, last = self._backward, len(self._backward.dE_dnet) - 1
        d_dout = d_dnet = None
        if of.array == "errors":
            layer, d_dout = last, back.dE_dout[last]
            if of != E_TOTAL:
                d_dout = np.where(np.arange(len(d_dout)) == of.index[0], d_dout, 0)
            if by.array == "targets":
                return -d_dout[by.index[0]]
        elif of.array in ("outs", "nets"):
            layer, neuron = of.index
            one = (np.arange(len(back.dE_dnet[layer])) == neuron).astype(float)
            d_dout, d_dnet = (one, None) if of.array == "outs" else (None, one)
        else:
            raise ValueError(f"name: {self.names.name(of)} has no derivative here")
        while layer >= 0:
            if by.array == "outs" and by.index[0] == layer and d_dout is not None:
                return d_dout[by.index[1]]
            if d_dnet is None:
                known = d_dout is back.dE_dout[layer]
                d_dnet = (
                    back.dE_dnet[layer]
                    if known
                    else self._through_neurons(layer, d_dout, back.dout_dnet[layer])
                )
            if by.array in ("nets", "weights", "biases") and by.index[0] == layer:
                return self._at_layer(by, d_dnet)
            if d_dnet is back.dE_dnet[layer] and layer > 0:
                d_dout = back.dE_dout[layer - 1]
            else:
                d_dout = self._through_weights(layer, back.used[layer], d_dnet)
            d_dnet, layer = None, layer - 1
        if by.array == "inputs":
            return d_dout[by.index[0]]  # pyrefly: ignore[unsupported-operation]
        raise ValueError(f"name: {self.names.name(of)} does not depend on {self.names.name(by)}")

    def _at_layer(self, by, d_dnet):
        layer, *rest = by.index
        if by.array == "weights":
            row, column = rest
            return d_dnet[row] * self._backward.arriving[layer][column]
        return d_dnet[rest[0]] if rest else self.steps.meet(layer, d_dnet)


def with_numbers(
    network: Network, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]
) -> Network:
    """A network like another, with other weights and biases."""
    return Network(weights, biases, network.activations, network.error)


def mistaken_round(
    example: Example, steps: Steps, rule: UpdateRule = TUTORIAL_RULE
) -> MistakenRound:
    """One round of an example by these steps: forward, backward and update.

    >>> from backprop_lib import example
    >>> round = mistaken_round(example, Steps(slope=lambda k, act, net, out: np.ones_like(out)))
    >>> print(f"{round['dE_dw5']:.4f} {round['w5_new']:.4f}")
    0.4398 0.1801
    """
    real_example(example)
    instance("steps", steps, Steps, "Make them with Steps(), or with one step replaced.")
    instance("rule", rule, UpdateRule, "For example UpdateRule(biases='one per layer').")
    return MistakenRound(example, steps, rule)
