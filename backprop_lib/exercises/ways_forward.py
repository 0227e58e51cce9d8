"""Ways of going wrong on the way forward: weights, inputs, biases, activations and errors."""

import re
from collections.abc import Iterator

import numpy as np

from backprop_lib.core.names import Names
from backprop_lib.exercises.mistaken_round import Steps, activation_called
from backprop_lib.exercises.mistakes import Way, at_layers, numbers_of

RIGHT = Steps()
MOST_PRODUCTS = 40  # of a whole network; each is a round of its own

NO_BIAS = at_layers(Steps(net=lambda k, weights, inputs, biases: weights @ inputs))
NO_ACTIVATION = at_layers(Steps(out=lambda k, activation, net: net))
MINUS_FORGOTTEN = at_layers(Steps(out=lambda k, activation, net: activation.function(-net)))


def other_activation(names: Names) -> Iterator[Way]:
    """Every layer, or one, with another activation and its slope."""
    for other in ("tanh", "ReLU", "logistic"):
        function, slope = activation_called(other).function, activation_called(other).slope

        def out(k, activation, net, other=other, function=function):
            same = activation is activation_called(other)
            return np.full_like(net, np.nan) if same else function(net)

        def its_slope(k, activation, net, out, slope=slope):
            return slope(net, out)

        for steps in (Steps(out=out, slope=its_slope), Steps(out=out)):
            for way in at_layers(steps, f"It fits {other}, in {{layer}}.")(names):
                where = f"It fits {other}, in every layer."
                yield Way(where if "every" in way.where else way.where, way.steps, rare=1)


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
    return weights.ravel().reshape(weights.shape, order="F")


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
    for layers in [*([k] for k in range(len(names.weights))), range(len(names.weights))]:
        layers = [k for k in layers if len(set(np.shape(names.weights[k]))) == 1]
        if layers:
            for steps in _read_as(lambda weights: weights.T):
                yield Way("", steps.at(layers), _if_array)


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
            read = Steps(read=_in_order(order))
            arriving = Steps(arriving=_in_order(order))
            for steps in (read, arriving, read.and_also(arriving)):
                # pyrefly: ignore[missing-attribute]
                yield Way(where, steps.at([layer]), rare=int(layer > 0 or steps is arriving))


def _in_order(order):
    return lambda k, numbers: numbers[..., order]


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
        steps = Steps(net=lambda k, weights, inputs, biases: weights @ inputs - biases).at([layer])
        for neuron in neurons:
            yield Way(f"The sign of the bias, {names.biases[layer]} or b_{neuron}.", steps)
            break


def product_left_out(names: Names) -> Iterator[Way]:
    """One product of a net input left out, or added twice."""
    for where, layer, row, column in _products(names):
        yield Way(f"{where} is missing.", _with_product(layer, row, column, 0), rare=1)
        yield Way(f"{where} was added twice.", _with_product(layer, row, column, 2), rare=1)
    last = "Only the last one is there, as = in a loop leaves it."
    for net in (
        lambda k, weights, inputs, biases: weights[:, -1] * inputs[-1] + biases,
        lambda k, weights, inputs, biases: weights[:, -1] * inputs[-1],
    ):
        for way in at_layers(Steps(net=net), "In {layer}.")(names):
            yield Way(f"{last} {way.where}", way.steps, rare=1)


def _products(names):
    if len(names.all_weights) > MOST_PRODUCTS:
        return
    for layer, rows in enumerate(names.weights):
        for row, weights in enumerate(rows):
            for column, came in enumerate(names.layer_inputs(layer)):
                yield f"{weights[column]} * {came}", layer, row, column


def _with_product(layer, row, column, times):
    def net(k, weights, inputs, biases):
        nets = weights @ inputs + biases
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
    yield Way("The square is missing.", Steps(error=lambda error, t, o, nets: (t - o) / 2))
    yield Way("The square is missing.", Steps(error=lambda error, t, o, nets: np.abs(t - o) / 2))
    yield Way("The square is missing.", Steps(error=lambda error, t, o, nets: np.abs(t - o)))


def targets_and_outputs(names: Names) -> Iterator[Way]:
    """Target and output exchanged."""
    yield Way("", Steps(error_slope=lambda error, t, o: error.slopes(o, t)))
    yield Way("Also where the slope of the output is taken.", Steps(compared=lambda t, o: (o, t)))
