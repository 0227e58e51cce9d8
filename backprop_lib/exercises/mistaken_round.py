"""Rounds of backpropagation in which a single step may be done wrongly.

``Steps`` holds every step of a round as the library does it. A mistake replaces one of them, and
the rest of the round runs on as it would for a learner who made that mistake. So a mistaken number
is never a formula of its own, and there is one for every quantity of every network.

Hundreds of rounds are made for one verdict, all of one example. So they are made together: what
all do alike is done once. They are worked out as far as they are asked for, and numbers that a
mistake drives out of range come out as NaN or infinity.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from backprop_lib.core.activations import ACTIVATIONS, Activation
from backprop_lib.core.errors import Error, error_after
from backprop_lib.core.example import Example, real_example
from backprop_lib.core.names import E_TOTAL, Derivative, Position, names_of
from backprop_lib.core.network import Network
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.steps import RIGHT, Steps, at_layer


def _logistic(net):
    return 1 / (1 + np.exp(-net))


# Made hundreds of times for one verdict, of numbers that need no check.
_QUICK = {
    "logistic": ACTIVATIONS["logistic"]._replace(
        function=_logistic, slope=lambda net, out: out * (1 - out)
    )
}


def activation_called(name: str) -> Activation:
    """The Activation of this name, for arrays of shape (neurons, rounds)."""
    row = _QUICK.get(name) or ACTIVATIONS[name]
    if not row.mixes:
        return row
    if name not in _QUICK:
        _QUICK[name] = row._replace(
            function=lambda net: row.function(net.T).T, slope=lambda net, out: _mixed(out)
        )
    return _QUICK[name]


def _mixed(out):
    """dout_j/dnet_k of softmax, shape (neurons, neurons, rounds)."""
    return _diagonal(out) - out[:, np.newaxis] * out[np.newaxis]


def _diagonal(slopes):
    """Slopes of neurons that go their own ways, where every out may depend on every net."""
    return np.eye(len(slopes))[..., np.newaxis] * slopes[:, np.newaxis]


def _error_of(network):
    """The Error that a network learns by, for arrays of shape (outputs, rounds)."""
    row = error_after(network.error, network.activations[-1])

    def errors(targets, outs, nets):
        return row.errors(targets.T, outs.T, None if nets is None else nets.T).T

    return Error(errors, lambda targets, outs: row.slopes(targets.T, outs.T).T, row.formula)


class _Forward(NamedTuple):
    """nets and outs have an entry for each layer."""

    nets: list
    outs: list
    targets: np.ndarray
    errors: np.ndarray


class _Back(NamedTuple):
    """What the way back finds at one layer."""

    dE_dout: np.ndarray
    dout_dnet: np.ndarray
    dE_dnet: np.ndarray
    arriving: np.ndarray


class Rounds:
    """Whole rounds of one example, each made by certain steps. Any quantity can be asked for.

    weights, biases: those that the rounds start from, if they are not those of the example.
    """

    def __init__(self, example, made_by: Sequence[Steps], rule, weights=None, biases=None):
        self.example, self.rule, self.made_by = example, rule, made_by
        self.names = names_of(example.layer_sizes)
        self.activations = tuple(map(activation_called, example.network.activations))
        self.learning_rate = example.learning_rate
        self._weights = weights or [w[..., np.newaxis] for w in example.network.weights]
        self._biases = biases or [b[:, np.newaxis] for b in example.network.biases]
        self._error = _error_of(example.network)
        self._last = len(self.names.neurons) - 1
        self._groups, self._backs, self._used, self._changed = {}, {}, {}, {}
        for n, steps in enumerate(made_by):
            for name in steps.changed:
                step = getattr(steps, name)
                self._changed.setdefault(name, {}).setdefault(id(step), (step, []))[1].append(n)

    def numbers(self, found: Sequence[Position | Derivative]) -> np.ndarray:
        """The numbers at these places in every round, shape (rounds, places)."""
        with np.errstate(all="ignore"):
            values = [np.broadcast_to(self.values(one), len(self.made_by)) for one in found]
        return np.array(values, float).T

    def values(self, found: Position | Derivative) -> np.ndarray:
        """The number at a Position, or of a Derivative: of each round, or one for all."""
        if isinstance(found, Derivative):
            return self._derivative(*found)
        if found == E_TOTAL:
            return self._forward.errors.sum(axis=0)
        array = self._array(found.array)
        if found.array.endswith("biases") and len(found.index) == 1:
            return array[found.index[0]][0]
        for i in found.index:
            array = array[i]
        return array

    def _doing(self, name, layer):
        """How a step is done at a layer: pairs of a function and the rounds that do it so."""
        if (name, layer) not in self._groups:
            right, groups = getattr(RIGHT, name), {}
            for step, some in self._changed.get(name, {}).values():
                groups.setdefault(at_layer(step, layer), []).extend(some)
            groups.pop(right, None)
            others = np.ones(len(self.made_by), bool)
            for some in groups.values():
                others[some] = False
            if others.any():
                groups[right] = np.flatnonzero(others)
            self._groups[name, layer] = list(groups.items())
        return self._groups[name, layer]

    def _each(self, name, layer, *given, part=None):
        """What a step gives in each round. part: of what gives several arrays, which one."""
        if name not in self._changed:
            made = getattr(RIGHT, name)(*given)
            return made if part is None else made[part]
        groups = self._doing(name, layer)
        if len(groups) == 1:
            made = groups[0][0](*given)
            return made if part is None else made[part]
        found = []
        for do, some in groups:
            made = do(*(a[..., some] if _has_rounds(a) else a for a in given))
            found.append(made if part is None else made[part])
        most = max(np.ndim(made) for made in found)
        found = [made if np.ndim(made) == most else _diagonal(made) for made in found]
        all_rounds = np.empty((*found[0].shape[:-1], len(self.made_by)))
        for (_, some), made in zip(groups, found, strict=True):
            all_rounds[..., some] = made
        return all_rounds

    def _kept(self, number):
        return self._each("kept", 0, number)

    @cached_property
    def _forward(self):
        nets, outs = [], []
        inputs = self.example.inputs[:, np.newaxis]
        for k, activation in enumerate(self.activations):
            weights = self._each("read", k, k, self._weights[k])
            nets.append(self._kept(self._each("net", k, k, weights, inputs, self._biases[k])))
            inputs = self._kept(self._each("out", k, k, activation, nets[-1]))
            outs.append(inputs)
        given = self.example.targets[:, np.newaxis], outs[-1]
        targets, outs[-1] = (self._each("compared", 0, *given, part=n) for n in (0, 1))
        errors = self._kept(self._each("error", 0, self._error, targets, outs[-1], nets[-1]))
        errors = self._each("passed_on", self._last, self._last, errors)
        return _Forward(nets, outs, targets, errors)

    def _back(self, layer):
        """The _Back of a layer; those behind it have been found before."""
        if layer not in self._backs:
            forward = self._forward
            if layer == self._last:
                dE_dout = self._kept(
                    self._each("error_slope", 0, self._error, forward.targets, forward.outs[-1])
                )
            else:
                dE_dout = self._through_weights(layer + 1, self._back(layer + 1).dE_dnet)
            net, out = forward.nets[layer], forward.outs[layer]
            dout_dnet = self._kept(
                self._each("slope", layer, layer, self.activations[layer], net, out)
            )
            dE_dnet = self._through_neurons(layer, dE_dout, dout_dnet)
            came = forward.outs[layer - 1] if layer else self.example.inputs[:, np.newaxis]
            arriving = self._each("arriving", layer, layer, came)
            self._backs[layer] = _Back(dE_dout, dout_dnet, dE_dnet, arriving)
        return self._backs[layer]

    def _carrying_weights(self, layer):
        """The weights that the error is carried back through."""
        old = self._weights[layer]
        updated = self.rule.hidden_layers_use == "updated weights"
        if not updated and "carrying_weights" not in self._changed:
            return old
        slope = self._dE_dw(layer)
        wanted = RIGHT.step(old, self.learning_rate, slope) if updated else old
        new = self._each("step", 0, old, self.learning_rate, slope)
        return self._each("carrying_weights", layer, layer, wanted, new)

    def _dE_dw(self, layer):
        back = self._back(layer)
        return back.dE_dnet[:, np.newaxis] * back.arriving[np.newaxis]

    @cached_property
    def new_weights(self) -> list[np.ndarray]:
        """The weights after the update, layer by layer, of shape (neurons, inputs, rounds)."""
        return [
            self._each("step", 0, old, self.learning_rate, self._dE_dw(k))
            for k, old in enumerate(self._weights)
        ]

    @cached_property
    def new_biases(self) -> list[np.ndarray]:
        """The biases after the update, layer by layer, of shape (neurons, rounds)."""
        new = []
        for k, old in enumerate(self._biases):
            dE_dnet = self._back(k).dE_dnet
            slope = self._each("trained", 0, dE_dnet, self.rule.biases)
            if self.rule.biases == "one per layer":
                rightly = np.ones(len(self.made_by), bool)
                for _, some in self._changed.get("trained", {}).values():
                    rightly[some] = False
                slope = np.where(rightly, self._each("meet", k, k, dE_dnet), slope)
            new.append(self._each("step", 0, old, self.learning_rate, slope))
        return new

    def following(self) -> "Rounds":
        """The next rounds, each made by the same steps."""
        with np.errstate(all="ignore"):
            after = self.new_weights, self.new_biases
        return Rounds(self.example, self.made_by, self.rule, *after)

    def _array(self, name):
        if name in ("nets", "outs", "errors", "targets"):
            return getattr(self._forward, name)
        if name in ("new_weights", "new_biases"):
            return getattr(self, name)
        if name in ("weights", "biases"):
            return getattr(self, f"_{name}")
        return getattr(self.example, name)

    def _through_neurons(self, layer, d_dout, dout_dnet):
        if dout_dnet.ndim == 2:
            d_dnet = d_dout * dout_dnet
        else:
            d_dnet = (dout_dnet * d_dout[:, np.newaxis]).sum(axis=0)
        return self._kept(self._each("passed_on", layer, layer, d_dnet))

    def _through_weights(self, layer, d_dnet):
        if layer not in self._used:
            weights = self._carrying_weights(layer)
            self._used[layer] = self._each("read_back", layer, layer, weights)
        return self._kept(self._each("gather", layer, layer, self._used[layer], d_dnet))

    def _derivative(self, of, by):
        """From ``of`` back to ``by``, by the slopes and weights of each round."""
        if of == by:
            return np.ones(1)
        if of == E_TOTAL and by.array == "errors":
            return np.ones(1)
        d_dout = d_dnet = None
        if of.array == "errors":
            layer, d_dout = self._last, self._back(self._last).dE_dout
            if of != E_TOTAL:
                d_dout = np.where(_only(len(d_dout), of.index[0]), d_dout, 0)
            if by.array == "targets":
                return -d_dout[by.index[0]]
        elif of.array in ("outs", "nets"):
            layer, neuron = of.index
            one = _only(len(self.names.neurons[layer]), neuron).astype(float)
            d_dout, d_dnet = (one, None) if of.array == "outs" else (None, one)
        else:
            raise ValueError(f"name: {self.names.name(of)} has no derivative here")
        while layer >= 0:
            if by.array == "outs" and by.index[0] == layer and d_dout is not None:
                return d_dout[by.index[1]]
            back = self._back(layer)
            if d_dnet is None:
                known = d_dout is back.dE_dout
                d_dnet = (
                    back.dE_dnet if known else self._through_neurons(layer, d_dout, back.dout_dnet)
                )
            if by.array in ("nets", "weights", "biases") and by.index[0] == layer:
                return self._at_layer(by, d_dnet)
            if layer > 0:
                known = d_dnet is back.dE_dnet
                d_dout = (
                    self._back(layer - 1).dE_dout if known else self._through_weights(layer, d_dnet)
                )
            elif by.array == "inputs":
                return self._through_weights(layer, d_dnet)[by.index[0]]
            d_dnet, layer = None, layer - 1
        raise ValueError(f"name: {self.names.name(of)} does not depend on {self.names.name(by)}")

    def _at_layer(self, by, d_dnet):
        layer, *rest = by.index
        if by.array == "weights":
            row, column = rest
            return d_dnet[row] * self._back(layer).arriving[column]
        return d_dnet[rest[0]] if rest else self._each("meet", layer, layer, d_dnet)


def _has_rounds(given):
    return isinstance(given, np.ndarray) and given.shape[-1] > 1


def _only(neurons, one):
    """A column that is true for one neuron."""
    return (np.arange(neurons) == one)[:, np.newaxis]


class MistakenRound(Rounds):
    """A single round by certain steps."""

    def __init__(self, example, steps, rule, weights=None, biases=None):
        super().__init__(example, (steps,), rule, weights, biases)
        self.steps = steps

    def __getitem__(self, name):
        with np.errstate(all="ignore"):
            return self.value(self.names.find(name))

    def value(self, found: Position | Derivative) -> float:
        """The number at a Position, or of a Derivative."""
        return float(np.squeeze(self.values(found)))

    @property
    def errors(self) -> np.ndarray:
        """E_o, one for each output."""
        return self._forward.errors[:, 0]

    def following(self) -> "MistakenRound":
        """The next round, made by the same steps."""
        with np.errstate(all="ignore"):
            after = self.new_weights, self.new_biases
        return MistakenRound(self.example, self.steps, self.rule, *after)


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
