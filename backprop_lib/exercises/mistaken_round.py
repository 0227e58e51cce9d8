"""One round of backpropagation in which a single step may be done wrongly.

``Steps`` holds every step of a round as the library does it: net, out, error, slopes, the way
back through the weights, the update. A mistake replaces one of them, and the rest of the round
runs on as it would for a learner who made that mistake. So a mistaken number is never a formula
of its own, and there is one for every quantity of every network.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from backprop_lib.core.backward_pass import BackwardPass, one_step
from backprop_lib.core.errors import half_squared_error_slopes, half_squared_errors
from backprop_lib.core.example import real_example
from backprop_lib.core.forward_pass import ForwardPass, net_inputs
from backprop_lib.core.logistic import logistic, logistic_slope
from backprop_lib.core.output_layer import LayerDerivatives
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, bias_step


def _as_it_is(layer, numbers):
    return numbers


def _old_weights(layer, old, new):
    return old


@dataclass(frozen=True)
class Steps:
    """The steps of one round; the first argument of most is the index of the layer.

    net(layer, weights, inputs, biases), out(layer, net): forward.
    compared(targets, outputs): the pair that the error and all that follows looks at.
    error(targets, outputs), error_slope(targets, outputs): the error and its slope.
    slope(layer, net, out): dout/dnet.
    passed_on(layer, numbers): which neurons of a layer take part in a sum over paths.
    carrying_weights(layer, old, new): the weights that the error is carried back through.
    gather(layer, weights, dE_dnet): dE/dout of the layer before.
    meet(layer, dE_dnet): dE/db of the one bias that a layer shares.
    step(old, learning_rate, slope): the new value.
    kept(number): what is written down of an intermediate number.
    """

    net: Callable = lambda layer, weights, inputs, biases: net_inputs(weights, inputs, biases)
    out: Callable = lambda layer, net: logistic(net)
    compared: Callable = lambda targets, outputs: (targets, outputs)
    error: Callable = half_squared_errors
    error_slope: Callable = half_squared_error_slopes
    slope: Callable = lambda layer, net, out: logistic_slope(out)
    passed_on: Callable = _as_it_is
    carrying_weights: Callable = _old_weights
    gather: Callable = lambda layer, weights, dE_dnet: weights.T @ dE_dnet
    meet: Callable = lambda layer, dE_dnet: dE_dnet.sum()
    step: Callable = one_step
    kept: Callable = lambda number: number

    def at(self, layers):
        """The same steps, but only at these layers; as they should be at all others."""

        def choose(mistaken, right):
            return lambda layer, *rest: (mistaken if layer in layers else right)(layer, *rest)

        return replace(
            self, **{name: choose(getattr(self, name), getattr(_RIGHT, name)) for name in _BY_LAYER}
        )

    def through_neurons(self, layer, d_dout, dout_dnet):
        """The derivative by the nets of a layer, from that by its outs."""
        return self.kept(self.passed_on(layer, d_dout * dout_dnet))

    def through_weights(self, layer, weights, d_dnet):
        """The derivative by what flows into a layer, from that by its nets."""
        return self.kept(self.gather(layer, weights, d_dnet))


_BY_LAYER = ("net", "out", "slope", "passed_on", "carrying_weights", "gather", "meet")
_RIGHT = Steps()


@dataclass(frozen=True, eq=False, repr=False)
class MistakenRound(BackwardPass):
    """A whole round, made by certain steps. Any quantity can be asked for by name."""

    steps: Steps
    errors: np.ndarray
    learning_rate: float
    new_weights: tuple[np.ndarray, ...]
    new_biases: tuple[np.ndarray, ...]

    _lacks = "It holds every quantity of one round."

    def _arrays(self):
        return {
            **super()._arrays(),
            "errors": self.errors,
            "learning_rate": self.learning_rate,
            "new_weights": self.new_weights,
            "new_biases": self.new_biases,
        }

    def _through_neurons(self, layer, d_dout):
        return self.steps.through_neurons(layer, d_dout, self.layers[layer].dout_dnet)

    def _through_weights(self, layer, d_dnet):
        return self.steps.through_weights(layer, self.weights_used[layer], d_dnet)

    def _at_shared_bias(self, layer, d_dnet):
        return self.steps.meet(layer, d_dnet)


def mistaken_round(example, steps, rule=TUTORIAL_RULE):
    """One round of an example by these steps: forward, backward and update.

    >>> from backprop_lib import example
    >>> round = mistaken_round(example, Steps(slope=lambda layer, net, out: np.ones_like(out)))
    >>> print(f"{round['dE_dw5']:.4f} {round['w5_new']:.4f}")
    0.4398 0.1801

    Raises ValueError if a mistake drives a net input out of range; other numbers that it drives
    out of range come out as NaN or infinity.
    """
    real_example(example)
    instance("steps", steps, Steps, "Make them with Steps(), or with one step replaced.")
    instance("rule", rule, UpdateRule, "For example UpdateRule(biases='one per layer').")
    with np.errstate(all="ignore"):
        return _round(example, steps, rule)


def _round(example, steps, rule):
    forward, errors = _forward(example, steps)
    network, eta = example.network, example.learning_rate
    layers, used, new_weights, new_biases = [], [], [], []
    dE_dout = steps.kept(steps.error_slope(forward.targets, forward.outputs))
    for k in reversed(range(len(forward.outs))):
        dout_dnet = steps.kept(steps.slope(k, forward.nets[k], forward.outs[k]))
        dE_dnet = steps.through_neurons(k, dE_dout, dout_dnet)
        inputs = forward.layer_inputs(k)
        dE_dw = np.outer(dE_dnet, inputs)
        layers.insert(0, LayerDerivatives(dE_dout, dout_dnet, dE_dnet, inputs, dE_dw, dE_dnet))
        old, dE_db = network.weights[k], _bias_step(steps, k, dE_dnet, rule.biases)
        new_weights.insert(0, steps.step(old, eta, dE_dw))
        new_biases.insert(0, steps.step(network.biases[k], eta, dE_db))
        wanted = one_step(old, eta, dE_dw) if rule.hidden_layers_use == "updated weights" else old
        used.insert(0, steps.carrying_weights(k, wanted, new_weights[0]))
        dE_dout = steps.through_weights(k, used[0], dE_dnet)
    return MistakenRound(
        forward,
        tuple(layers),
        tuple(used),
        steps,
        errors,
        eta,
        tuple(new_weights),
        tuple(new_biases),
    )


def _bias_step(steps, layer, dE_dnet, biases):
    if biases == "one per layer":
        return np.full_like(dE_dnet, steps.meet(layer, dE_dnet))
    return bias_step(dE_dnet, biases)


def _forward(example, steps):
    """The ForwardPass by these steps, and the errors of its outputs."""
    nets, outs = [], []
    for k, (weights, biases) in enumerate(
        zip(example.network.weights, example.network.biases, strict=True)
    ):
        inputs = outs[-1] if outs else example.inputs
        nets.append(steps.kept(steps.net(k, weights, inputs, biases)))
        outs.append(steps.kept(steps.out(k, nets[-1])))
    targets, outs[-1] = steps.compared(example.targets, outs[-1])
    errors = steps.passed_on(len(outs) - 1, steps.kept(steps.error(targets, outs[-1])))
    return ForwardPass(example.network, example.inputs, targets, tuple(nets), tuple(outs)), errors
