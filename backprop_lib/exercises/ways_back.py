"""Ways of going wrong on the way back: signs, slopes, and the paths that come together."""

from collections.abc import Iterator

import numpy as np

from backprop_lib.core.names import Derivative, Names
from backprop_lib.exercises.mistaken_round import activation_called
from backprop_lib.exercises.mistakes import Way, at_layers, numbers_of, only
from backprop_lib.exercises.steps import Steps

NO_SLOPE = at_layers(Steps(slope=lambda k, activation, net, out: np.ones_like(out)))
SLOPE_AT_NET = at_layers(Steps(slope=lambda k, activation, net, out: activation.slope(net, net)))
SLOPE_TWICE_SQUASHED = at_layers(
    Steps(
        slope=lambda k, activation, net, out: activation.slope(out, activation.function(out)),
    )
)
OUT_FOR_SLOPE = at_layers(Steps(slope=lambda k, activation, net, out: out))
UPDATED_WEIGHT = only(Way("", Steps(carrying_weights=lambda layer, old, new: new)))


def part_of_a_slope(names: Names) -> Iterator[Way]:
    """1 - out alone where the slope of the logistic function belongs."""

    def slope(k, activation, net, out):
        logistic = activation is activation_called("logistic")
        return 1 - out if logistic else np.full_like(out, np.nan)

    yield from at_layers(Steps(slope=slope))(names)


def slope_at_target(names: Names) -> Iterator[Way]:
    """The slope of an output taken where the output should be, and not where it is."""

    def steps(example):
        targets = example.targets[:, None]
        slope = Steps(slope=lambda k, activation, net, out: activation.slope(net, targets))
        return slope.at([len(names.neurons) - 1])

    yield Way("", steps, rare=1)


def flipped(names: Names) -> Iterator[Way]:
    """A sign turned: of the result, of a derivative, or of one neuron."""
    yield Way(result=lambda round_, wanted: -numbers_of(round_, wanted))
    yield Way(
        "The sign of the derivative, before the step was taken.",
        Steps(error_slope=lambda error, t, o: -error.slopes(t, o)),
    )
    yield from _flipped_at_one(names)
    sizes = Steps(error_slope=lambda error, t, o: np.abs(error.slopes(t, o)))
    yield Way("The distance to the target was taken, without its sign.", sizes, rare=1)


def _flipped_at_one(names):
    """The sign of one neuron alone, or of what its error adds to the total."""
    last = len(names.neurons) - 1
    for layer, neurons in enumerate(names.neurons):
        for j, neuron in enumerate(neurons if len(neurons) > 1 else ()):

            def minus(numbers, j=j):
                signs = np.ones((len(numbers), 1))
                signs[j] = -1
                return signs * numbers

            where = f"At {neuron}."
            if layer == last:
                yield Way(
                    where,
                    Steps(error_slope=lambda error, t, o, m=minus: m(error.slopes(t, o))),
                    rare=1,
                )
            passed = Steps(passed_on=lambda _, numbers, m=minus: m(numbers)).at([layer])
            yield Way(where, passed, rare=1)


def paths_dropped(names: Names) -> Iterator[Way]:
    """The paths through some of the neurons of a layer left out."""
    for layer, neurons in enumerate(names.neurons):
        nothing = _keeping(layer, [])
        for kept in _some_of(len(neurons)):
            lost = [neuron for j, neuron in enumerate(neurons) if j not in kept]
            yield Way(
                f"What goes through {' and '.join(lost)} is missing.",
                _keeping(layer, kept),
                unlike=nothing,
            )


def _some_of(size):
    """All but one of so many neurons, and each alone."""
    everyone = range(size)
    some = {tuple(j for j in everyone if j != lost) for lost in everyone} | {(j,) for j in everyone}
    return sorted(one for one in some if 0 < len(one) < size)


def _keeping(layer, kept):
    def passed_on(_, numbers):
        passed = np.zeros_like(numbers)
        passed[list(kept)] = numbers[list(kept)]
        return passed

    return Steps(passed_on=passed_on).at([layer])


def multiplied(names: Names) -> Iterator[Way]:
    """Paths, or the deltas that meet in a bias, multiplied where they are to be added."""

    def product(layer, weights, dE_dnet):
        paths = weights * dE_dnet[:, None]
        return np.where((dE_dnet != 0)[:, None], paths, 1).prod(axis=0)

    def met(layer, dE_dnet):
        return np.where(dE_dnet != 0, dE_dnet, 1).prod(axis=0)

    yield from at_layers(Steps(gather=product), "The paths that come together behind {layer}.")(
        names
    )
    yield from at_layers(Steps(meet=met), "The deltas that meet in the bias of {layer}.")(names)
    yield Way("The paths, and the deltas that meet in a bias.", Steps(gather=product, meet=met))
    yield Way("Whole chains were multiplied.", result=_product_of_chains)


def _product_of_chains(round_, wanted):
    """The product of what each output's error contributes."""

    def one(name):
        found = round_.names.find(name)
        if name == "E_total":
            return np.prod(round_.errors)
        if isinstance(found, Derivative) and round_.names.name(found).startswith("dE_total_"):
            by = round_.names.name(found.by)
            chains = np.array([round_[f"dE_{o}_d{by}"] for o in round_.names.outputs])
            if np.count_nonzero(chains) < 2:
                raise ValueError(f"one chain leads to {by}")
            return np.prod(chains[chains != 0])
        if name.endswith("_new"):
            old = name.removesuffix("_new")
            if old.startswith("b") and round_.rule.biases == "frozen":
                raise ValueError(f"{old} takes no step")
            return round_.steps.step(round_[old], round_.learning_rate, one(f"dE_d{old}"))
        return round_[name]

    try:
        return np.array([one(name) for name in wanted.flat], float).reshape(wanted.shape)
    except ValueError:  # there is nothing to multiply
        return None


def copied(names: Names) -> Iterator[Way]:
    """The paths that lead to one hidden neuron, for all neurons of its layer."""
    for layer, neurons in enumerate(names.neurons[:-1]):
        for j, neuron in enumerate(neurons if len(neurons) > 1 else ()):

            def same(_, weights, dE_dnet, j=j):
                return _to_all(weights, (weights[:, j] * dE_dnet).sum(axis=0))

            yield Way(f"Those of {neuron}.", Steps(gather=same).at([layer + 1]))


def _to_all(weights, number):
    """The same number for everything that the weights come from."""
    return np.broadcast_to(number, (weights.shape[1], *np.shape(number)))


def no_weights_back(names: Names) -> Iterator[Way]:
    """The deltas of the next layer added up without the weights that they come through."""
    if len(names.neurons) > 1:
        added = Steps(gather=lambda _, weights, d: _to_all(weights, d.sum(axis=0)))
        yield Way("The deltas were added up without them.", added)
        one = Steps(gather=lambda _, weights, d: np.ones((weights.shape[1], 1)))
        yield Way("Nothing of what comes after the neuron is in it.", one, rare=1)


def last_link_forgotten(names: Names) -> Iterator[Way]:
    """The derivative of a weight without what comes in along it."""
    yield from at_layers(Steps(arriving=lambda k, inputs: np.ones_like(inputs)))(names)
    raw = Steps(arriving=lambda k, inputs: inputs)
    if len(names.neurons) > 1:
        yield Way("The net input stands where out belongs.", raw, _by_nets, rare=1)


def slope_of_an_input(names: Names) -> Iterator[Way]:
    """x * (1 - x) of what comes in along a weight, as if it were the slope of a neuron."""
    slope = Steps(arriving=lambda k, inputs: inputs * (1 - inputs))
    for way in at_layers(slope, "At the weights into {layer}.")(names):
        yield Way(way.where, way.steps, rare=2)


def _by_nets(round_, wanted):
    """What comes in taken before it was squashed."""
    nets = {k + 1: net for k, net in enumerate(round_._forward.nets)}
    steps = Steps(arriving=lambda k, inputs: nets.get(k, inputs))
    return numbers_of(type(round_)(round_.example, steps, round_.rule), wanted)


def no_bias_slope(names: Names) -> Iterator[Way]:
    """The derivative of a bias taken as zero."""

    def nothing(round_, wanted):
        found = [round_.names.find(name) for name in wanted.flat]
        by_bias = all(isinstance(f, Derivative) and f.by.array == "biases" for f in found)
        return np.zeros(wanted.shape) if by_bias else None

    yield Way(result=nothing)
