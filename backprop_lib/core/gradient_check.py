"""Asking for a derivative another way: move a number a small step, run forward again, and see.

Nothing here knows the chain rule, so agreement with backward_pass means something.

    central difference:  (f(x + h) - f(x - h)) / (2 h)
    complex step:        imaginary part of f(x + i h) / h,  which does not lose digits

Source of the complex step: Squire and Trapp, "Using complex variables to estimate derivatives
of real functions", SIAM Review 40 (1998).
"""

from collections.abc import Callable

import numpy as np

from backprop_lib.core.errors import error_after
from backprop_lib.core.example import BUILD_ONE, Example, real_example
from backprop_lib.core.forward_pass import run_forward
from backprop_lib.core.names import Derivative, Position
from backprop_lib.core.network import Network
from backprop_lib.core.validation import instance, positive_number


def nudge(name: str, example: Example, step: float = 1e-6) -> float:
    """The derivative called ``name``, found by moving one number a small step up and as much down.

    name: a derivative such as "dE_dw5" or "dE_o1_dout_h1". example: an Example.
    Raises ValueError for a name that is not a derivative, or is by something that cannot be moved.
    What a shift does not reach has the derivative 0.

    >>> from backprop_lib import example
    >>> print(f"{nudge('dE_dw5', example):.9f}")
    0.082167041
    """
    positive_number("step", step, "Try 1e-6.")
    moved = effect(name, example)
    return (moved(+step) - moved(-step)) / (2 * step)


def complex_step(name: str, example: Example) -> float:
    """The derivative called ``name``, to the last digit that double precision holds.

    Takes and raises what nudge does, and needs an example of real numbers.

    >>> from backprop_lib import example
    >>> print(f"{complex_step('dE_o2_dout_h1', example):.12f}")
    -0.019049118258
    """
    step = 1e-200  # far too small for a subtraction, which a complex step does not make
    return effect(name, real_example(example))(1j * step).imag / step


def effect(name: str, example: Example) -> Callable:
    """A function of a shift: the value of ``of`` when ``by`` is moved by that shift."""
    instance("example", example, Example, BUILD_ONE)
    derivative = example.names.find(name)
    found = isinstance(derivative, Derivative)
    if not (found and derivative.of.array in ("errors", "outs", "nets")):
        raise ValueError(
            f"name: expected a derivative of an error, net or out, got {name!r}. Try 'dE_dw5'."
        )
    of, by = derivative
    if by.array == "outs":
        _check_order(name, of, by)
        return lambda shift: _look_up(of, by.index[0], *_run_from(example, by, shift))
    if by.array == "nets":
        # Whatever is added to a neuron's bias is added to its net.
        by = Position("biases", by.index)
    if by.array not in ("weights", "biases", "inputs", "targets"):
        raise ValueError(
            "name: expected a derivative by an input, weight, bias, net, out or target, got "
            f"{name!r}. Try 'dE_dw5'."
        )

    def value(shift):
        forward = run_forward(*_shifted(example, by, shift))
        return forward[example.names.name(of)]

    return value


def _shifted(example, by, shift):
    """Network, inputs and targets, after moving what ``by`` says by ``shift``."""
    given = {"inputs": example.inputs, "targets": example.targets}
    network = example.network
    if by.array in given:
        moved = given[by.array].astype(np.result_type(given[by.array], shift))
        moved[by.index] += shift
        given[by.array] = moved
    else:
        moved = {name: example[name] + shift for name in _moved_together(example.names, by)}
        network = network.replace(**moved)
    return network, given["inputs"], given["targets"]


def _moved_together(names, by):
    """Names of what a shift moves: for a bias that a layer shares, the bias of each neuron."""
    if by.array == "biases" and len(by.index) == 1:
        return [f"b_{neuron}" for neuron in names.neurons[by.index[0]]]
    return [names.name(by)]


def _check_order(name, of, by):
    before = of.array == "errors" or of.index[0] > by.index[0]
    if not (before or (of.array == "outs" and of.index[0] == by.index[0])):
        raise ValueError(
            f"name: expected a derivative by something that comes before, got {name!r}. "
            "Try 'dE_dw5'."
        )


def _run_from(example, by, shift):
    """Outs from a layer on, and errors, after moving one out of that layer by ``shift``."""
    layer, neuron = by.index
    network = example.network
    outs = run_forward(network, example.inputs, None).outs
    start = outs[layer].astype(np.result_type(shift, float))
    start[neuron] += shift
    if layer == len(network.weights) - 1:
        error = error_after(network.error, network.activations[-1])
        return [start], [], error.errors(example.targets, start)
    after = slice(layer + 1, None)
    rest = Network(
        network.weights[after], network.biases[after], network.activations[after], network.error
    )
    forward = run_forward(rest, start, example.targets)
    return [start, *forward.outs], list(forward.nets), forward.errors


def _look_up(of, first_layer, outs, nets, errors):
    if of.array == "errors":
        return errors[of.index[0]] if of.index else errors.sum()
    layer, neuron = of.index
    if of.array == "outs":
        return outs[layer - first_layer][neuron]
    return nets[layer - first_layer - 1][neuron]
