"""Ways of going wrong on the way forward: weights, inputs, biases, activations and errors."""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backprop_lib.core.names import Derivative, Names
from backprop_lib.exercises.mistaken_round import activation_called
from backprop_lib.exercises.mistakes import Way, at_layers, layer_name, numbers_of
from backprop_lib.exercises.steps import Steps, weighted

MOST_PRODUCTS = 40  # of a whole network; each is a round of its own

NO_BIAS = at_layers(Steps(net=lambda k, weights, inputs, biases: weighted(weights, inputs)))
NO_ACTIVATION = at_layers(Steps(out=lambda k, activation, net: net))
MINUS_FORGOTTEN = at_layers(Steps(out=lambda k, activation, net: activation.function(-net)))


def other_activation(names: Names) -> Iterator[Way]:
    """Every layer, or one, with another activation and its slope."""
    for other in ("tanh", "ReLU", "logistic"):
        function, slope = activation_called(other).function, activation_called(other).slope

        def out(k, activation, net, other=other, function=function):
            same = activation is activation_called(other)
            return np.full_like(net, np.nan) if same else function(net)

        def its_slope(k, activation, net, out, other=other, slope=slope):
            same = activation is activation_called(other)
            return np.full_like(net, np.nan) if same else slope(net, out)

        its_slopes = ((Steps(slope=its_slope), f"the slope of {other}"),)
        for steps, fits in (
            (Steps(out=out, slope=its_slope), other),
            (Steps(out=out), other),
            *(its_slopes if other != "ReLU" else ()),  # which is 1, as if there were none
        ):
            for way in at_layers(steps, f"It fits {fits}, in {{layer}}.")(names):
                where = f"It fits {fits}, in every layer."
                yield Way(where if "every" in way.where else way.where, way.steps, rare=1)
    softmax = activation_called("softmax")
    out = Steps(out=lambda k, activation, net: softmax.function(net))
    both = replace(out, slope=lambda k, activation, net, out: softmax.slope(net, out))
    where = f"It fits softmax, in {layer_name(names, len(names.neurons) - 1)}."
    for steps in (both, out):
        yield Way(where, steps.at([len(names.neurons) - 1]), rare=1)


def brackets_forgotten(names: Names) -> Iterator[Way]:
    """1 / 1 + exp(-net) for the logistic function."""

    def out(k, activation, net):
        logistic = activation is activation_called("logistic")
        return 1 + np.exp(-net) if logistic else np.full_like(net, np.nan)

    for way in at_layers(Steps(out=out))(names):
        yield Way(way.where, way.steps, rare=1)


def from_another_layer(names: Names) -> Iterator[Way]:
    """The bias of another layer, or the inputs of the network where outs of neurons belong."""
    for layer, neurons in enumerate(names.neurons):
        for other, theirs in enumerate(names.neurons):
            if other != layer:
                where = f"{names.biases[other]} stands in place of {names.biases[layer]}."
                if len(neurons) == len(theirs):
                    yield Way(where, _with_bias_of(layer, other), rare=1)
                else:
                    yield Way(where, _with_bias_of(layer, other, shared=True), rare=1)
        if layer and len(names.neurons[layer - 1]) == len(names.inputs):
            where = f"The inputs came into {layer_name(names, layer)}."
            yield Way(where, _with_inputs_at(layer), rare=1)


def _with_bias_of(layer, other, shared=False):
    def steps(example):
        biases = example.network.biases[other][:, None]
        if shared:
            biases = biases[:1] if np.all(biases == biases[0]) else np.full((1, 1), np.nan)
        return Steps(net=lambda k, weights, inputs, _: weighted(weights, inputs) + biases).at(
            [layer]
        )

    return steps


def _with_inputs_at(layer):
    def steps(example):
        inputs = example.inputs[:, None]
        return Steps(net=lambda k, weights, _, biases: weighted(weights, inputs) + biases).at(
            [layer]
        )

    return steps


def recounted(names: Names) -> Iterator[Way]:
    """Weights counted by where they come from, and not by the neuron they go into."""
    everywhere = range(len(names.weights))
    for layers in [*([k] for k in everywhere), everywhere]:
        layers = [k for k in layers if _exchanged(names, k)]
        if layers:
            where = "; ".join(_exchanged(names, k) for k in layers) + "."
            for steps in _read_as(_by_columns):
                yield Way(where, steps.at(layers))
            yield Way(where, result=_of_the_other_weight(names, layers))


def _by_columns(weights):
    rows, columns, *rounds = weights.shape
    return weights.reshape(columns, rows, *rounds).swapaxes(0, 1)


def _read_as(otherwise):
    """The Steps in which matrices of weights are read otherwise: both ways, or only one way."""

    def read(k, weights):
        return otherwise(weights)

    return Steps(read=read, read_back=read), Steps(read=read), Steps(read_back=read)


def _exchanged(names, layer):
    """Which weights change places: "w6 and w7 have changed places", or nothing."""
    weights = np.array(names.weights[layer])
    moved = weights[weights != _by_columns(weights)]
    if not len(moved):
        return ""
    if len(moved) == 2:
        return f"{moved[0]} and {moved[1]} have changed places"
    return f"{moved[0]} to {moved[-1]} are counted down the columns"


def _of_the_other_weight(names, layers):
    other = {}
    for layer in layers:
        weights = np.array(names.weights[layer])
        other |= dict(zip(weights.flat, _by_columns(weights).flat, strict=True))

    def result(round_, wanted):
        renamed = [re.sub(r"w\d+", lambda w: other.get(w[0], w[0]), name) for name in wanted.flat]
        try:
            return numbers_of(round_, np.array(renamed, dtype=object).reshape(wanted.shape))
        except ValueError:  # this weight does not lead there
            return None

    return result


def turned(names: Names) -> Iterator[Way]:
    """Matrices on their side: the result, or a square one where it is used."""
    yield Way(
        result=lambda round_, wanted: numbers_of(round_, wanted).T if wanted.ndim == 2 else None
    )
    yield Way("The derivatives are.", Steps(step=_turning(slopes=True)), _if_array)
    yield Way("The old values are.", Steps(step=_turning(slopes=False)), _if_array)
    for layers in [*([k] for k in range(len(names.weights))), range(len(names.weights))]:
        layers = [k for k in layers if len(set(np.shape(names.weights[k]))) == 1]
        if layers:
            for steps in _read_as(lambda weights: weights.swapaxes(0, 1)):
                yield Way("", steps.at(layers), _if_array)


def _turning(slopes):
    """The update of a square matrix with one of the two that it takes on its side."""

    def step(old, eta, slope):
        if slope.ndim < 3 or slope.shape[0] != slope.shape[1]:
            return old - eta * slope
        if slopes:
            return old - eta * slope.swapaxes(0, 1)
        return old.swapaxes(0, 1) - eta * slope

    return step


def _if_array(round_, wanted):
    return numbers_of(round_, wanted) if wanted.ndim else None


def neighbours_exchanged(names: Names) -> Iterator[Way]:
    """Two weights into one neuron, or two inputs, that have changed places."""
    for layer, rows in enumerate(names.weights):
        for i in range(len(rows[0]) - 1):
            order = np.arange(len(rows[0]))
            order[[i, i + 1]] = i + 1, i
            came = names.layer_inputs(layer)
            where = f"{came[i]} and {came[i + 1]} have changed places."
            read = Steps(read=lambda k, weights, order=order: weights[:, order])
            arriving = Steps(arriving=lambda k, inputs, order=order: inputs[order])
            for steps in (read, arriving, read.and_also(arriving)):
                # pyrefly: ignore[missing-attribute]
                yield Way(where, steps.at([layer]), rare=int(layer > 0 or steps is arriving))


def targets_exchanged(names: Names) -> Iterator[Way]:
    """The targets of two outputs that have changed places."""
    for k in range(len(names.outputs) - 1):
        order = np.arange(len(names.outputs))
        order[[k, k + 1]] = k + 1, k
        where = f"target_{names.outputs[k]} and target_{names.outputs[k + 1]} have changed places."
        yield Way(where, Steps(compared=lambda t, o, order=order: (t[order], o)))


def product_turned(names: Names) -> Iterator[Way]:
    """The sign of one product of a net input lost, or of its bias."""
    for where, layer, row, column in _products(names):
        yield Way(f"The sign of {where}.", _with_product(layer, row, column, -1), rare=1)
    for layer, neurons in enumerate(names.neurons):
        steps = Steps(net=lambda k, weights, inputs, biases: weighted(weights, inputs) - biases).at(
            [layer]
        )
        for neuron in neurons:
            yield Way(f"The sign of the bias, {names.biases[layer]} or b_{neuron}.", steps)
            break


def product_left_out(names: Names) -> Iterator[Way]:
    """One product of a net input left out, or added twice."""
    for where, layer, row, column in _products(names):
        yield Way(f"{where} is missing.", _with_product(layer, row, column, 0), rare=1)
        yield Way(f"{where} was added twice.", _with_product(layer, row, column, 2), rare=1)
    often = Steps(
        net=lambda k, weights, x, biases: weighted(weights, x) + weights.shape[1] * biases
    )
    for way in at_layers(often, "In {layer}.")(names):
        yield Way(f"The bias was added with each of them. {way.where}", way.steps, rare=1)
    sums = Steps(net=lambda k, weights, x, biases: weights.sum(axis=1) * x.sum(axis=0) + biases)
    for way in at_layers(sums, "In {layer}.")(names):
        yield Way(f"Sum was multiplied by sum. {way.where}", way.steps, rare=2)
    last = "Only the last one is there, as = in a loop leaves it."
    for net in (
        lambda k, weights, inputs, biases: weights[:, -1] * inputs[-1] + biases,
        lambda k, weights, inputs, biases: weights[:, -1] * inputs[-1],
    ):
        for way in at_layers(Steps(net=net), "In {layer}.")(names):
            yield Way(f"{last} {way.where}", way.steps, rare=1)


def bias_multiplied(names: Names) -> Iterator[Way]:
    """A bias, or its derivative, multiplied by what comes in along the weights."""
    with_inputs = Steps(net=lambda k, weights, x, biases: weighted(weights, x) + biases * x.sum(0))
    for way in at_layers(with_inputs, "In {layer}.")(names):
        yield Way(f"It was multiplied by all that comes in. {way.where}", way.steps, rare=2)
    for layer in range(len(names.neurons)):
        for j, came in enumerate(names.layer_inputs(layer)):
            where = f"Its derivative was multiplied by {came}."
            yield Way(where, result=_bias_derivative_times(layer, j), rare=2)


def _bias_derivative_times(layer, j):
    """The derivative of a layer's biases times the j-th of what comes in, and the step by it."""

    def result(round_, wanted):
        found = [round_.names.find(name) for name in wanted.flat]
        at = [one.by if isinstance(one, Derivative) else one for one in found]
        if not all(p.array in ("biases", "new_biases") and p.index[0] == layer for p in at):
            return None
        old = [
            0 if isinstance(one, Derivative) else round_[name.removesuffix("_new")]
            for one, name in zip(found, wanted.flat, strict=True)
        ]
        old = np.array(old, float).reshape(wanted.shape)
        came = round_.example.inputs if layer == 0 else round_._forward.outs[layer - 1][:, 0]
        return old + (numbers_of(round_, wanted) - old) * came[j]

    return result


def _products(names):
    if len(names.all_weights) > MOST_PRODUCTS:
        return
    for layer, rows in enumerate(names.weights):
        for row, weights in enumerate(rows):
            for column, came in enumerate(names.layer_inputs(layer)):
                yield f"{weights[column]} * {came}", layer, row, column


def _with_product(layer, row, column, times):
    def net(k, weights, inputs, biases):
        nets = weighted(weights, inputs) + biases
        nets[row] += (times - 1) * weights[row, column] * inputs[column]
        return nets

    return Steps(net=net).at([layer])


def halves(names: Names) -> Iterator[Way]:
    """A 2 or a half too many, in the error or in its derivative."""
    doubled = _slopes_times(2)
    yield Way("A 2 is left over in the derivative: the half cancels it.", doubled)
    yield Way("A half is left over in the derivative: the 2 cancels it.", _slopes_times(1 / 2))
    yield Way("The error has lost its half.", _errors_times(2))
    yield Way("The error was halved twice.", _errors_times(1 / 2))


def means(names: Names) -> Iterator[Way]:
    """The mean over the outputs where the sum belongs, with the half or without."""
    n = len(names.outputs)
    for times, where in ((2 / n, "There is no half."), (1 / n, "There is a half as well.")):
        if times not in (1, 2):
            yield Way(where, _slopes_times(times))
            yield Way(where, _errors_times(times))


def _slopes_times(factor):
    return Steps(error_slope=lambda error, t, o: factor * error.slopes(t, o))


def _errors_times(factor):
    return Steps(error=lambda error, t, o, nets: factor * error.errors(t, o, nets))


def error_for_slope(names: Names) -> Iterator[Way]:
    """The error itself where its slope belongs, or the slope where the error belongs."""
    yield Way(
        "The error stands where its slope belongs.",
        Steps(error_slope=lambda error, t, o: error.errors(t, o, None)),
    )
    yield Way(
        "E_total stands where the slope of one error belongs.",
        Steps(
            error_slope=lambda error, t, o: np.broadcast_to(
                error.errors(t, o, None).sum(axis=0), np.broadcast_shapes(t.shape, o.shape)
            )
        ),
        rare=1,
    )
    squares = Steps(error=lambda error, t, o, nets: (t**2 - o**2) / 2)
    yield Way("The squares were subtracted.", squares, rare=1)
    yield Way("The square is missing.", Steps(error=lambda error, t, o, nets: (t - o) / 2))
    yield Way("The square is missing.", Steps(error=lambda error, t, o, nets: np.abs(t - o) / 2))
    yield Way("The square is missing.", Steps(error=lambda error, t, o, nets: np.abs(t - o)))


def another_error(names: Names) -> Iterator[Way]:
    """Cross-entropy for a squared error, or the root of one."""

    def errors(_, t, o, nets):
        return -t * np.log(o) - (1 - t) * np.log(1 - o)

    entropy = Steps(error=errors, error_slope=lambda _, t, o: (o - t) / (o * (1 - o)))
    no_slope = Steps(slope=lambda k, activation, net, out: np.ones_like(out))
    no_slope = no_slope.at([len(names.neurons) - 1])  # which is all there is to see in a delta
    yield Way("It fits cross-entropy.", entropy, unlike=no_slope, rare=1)
    for times, where in (
        (2, "It fits the root of the sum of the squares."),
        (2 / len(names.outputs), "It fits the root of the mean of the squares."),
        (1, "It fits the root of the error."),
    ):
        yield Way(where, result=_root_of(times), rare=1)


def _root_of(times):
    def result(round_, wanted):
        errors = all(
            getattr(round_.names.find(name), "array", "") == "errors" for name in wanted.flat
        )
        return np.sqrt(times * numbers_of(round_, wanted)) if errors else None

    return result


def targets_and_outputs(names: Names) -> Iterator[Way]:
    """Target and output exchanged."""
    yield Way("", Steps(error_slope=lambda error, t, o: error.slopes(o, t)))
    yield Way("Also where the slope of the output is taken.", Steps(compared=lambda t, o: (o, t)))
