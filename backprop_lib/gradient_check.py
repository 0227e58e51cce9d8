"""Asking for a derivative another way: move a number a hair, run forward again, and see.

Nothing here knows the chain rule, so agreement with backward_pass means something.

    central difference:  (f(x + h) - f(x - h)) / (2 h)
    complex step:        imaginary part of f(x + i h) / h,  which does not lose digits

Source of the complex step: Squire and Trapp, "Using complex variables to estimate derivatives
of real functions", SIAM Review 40 (1998).
"""

import numpy as np

from backprop_lib.example import Example
from backprop_lib.forward_pass import forward_pass
from backprop_lib.half_squared_error import half_squared_errors
from backprop_lib.names import Derivative, Position
from backprop_lib.network import Network
from backprop_lib.validation import instance, positive_number


def nudge(name, example, hair=1e-6):
    """The derivative called ``name``, found by moving one number a hair up and a hair down.

    name: a derivative such as "dE_dw5" or "dE_o1_dout_h1". example: an Example.
    Raises ValueError for a name that is not a derivative of something by what comes before it.

    >>> from backprop_lib import example
    >>> print(f"{nudge('dE_dw5', example):.9f}")
    0.082167041
    """
    positive_number("hair", hair, "Try 1e-6.")
    moved = effect(name, example)
    return (moved(+hair) - moved(-hair)) / (2 * hair)


def complex_step(name, example):
    """The derivative called ``name``, to the last digit that double precision holds.

    >>> from backprop_lib import example
    >>> print(f"{complex_step('dE_o2_dout_h1', example):.12f}")
    -0.019049118258
    """
    hair = 1e-200  # far too small for a subtraction, which a complex step does not make
    return effect(name, example)(1j * hair).imag / hair


def effect(name, example):
    """A function of a shift: the value of ``of`` when ``by`` is moved by that shift."""
    instance("example", example, Example, "Build one with Example(network, inputs, targets).")
    derivative = example.names.find(name)
    if not isinstance(derivative, Derivative) or derivative.of.array not in ("errors", "outs", "nets"):
        raise ValueError(f"name: expected a derivative such as 'dE_dw5', got {name!r}.")
    of, by = derivative
    if by.array == "outs":
        return lambda shift: _look_up(of, by.index[0], *_run_from(example, by, shift))
    if by.array == "nets":
        # Whatever is added to a neuron's bias is added to its net.
        by = Position("biases", by.index)
    if by.array not in ("weights", "biases", "inputs", "targets"):
        raise ValueError(f"name: {name!r} is by something that cannot be moved. Try 'dE_dw5'.")
    moved = example.names.name(by)

    def value(shift):
        other = example.replace(**{moved: example[moved] + shift})
        forward = forward_pass(other.network, other.inputs, other.targets)
        return forward[example.names.name(of)]

    return value


def _run_from(example, by, shift):
    """Outs from a layer on, and errors, after moving one out of that layer by ``shift``."""
    layer, neuron = by.index
    network = example.network
    start = forward_pass(network, example.inputs).outs[layer].astype(np.result_type(shift, float))
    start[neuron] += shift
    if layer == len(network.weights) - 1:
        return [start], [], half_squared_errors(example.targets, start)
    rest = Network(network.weights[layer + 1 :], network.biases[layer + 1 :])
    forward = forward_pass(rest, start, example.targets)
    return [start, *forward.outs], list(forward.nets), forward._arrays()["errors"]


def _look_up(of, first_layer, outs, nets, errors):
    if of.array == "errors":
        return errors[of.index[0]] if of.index else errors.sum()
    layer, neuron = of.index
    behind = layer - first_layer if of.array == "outs" else layer - first_layer - 1
    if behind < 0:
        raise ValueError("name: a derivative must be by something that comes before.")
    return (outs if of.array == "outs" else nets)[behind][neuron]
