"""What a hidden layer of two neurons does to the plane: two pictures of the same network.

``hidden_lines`` is the plane of the inputs, with the line of each hidden neuron: along it the
neuron's net is 0, and what comes out is one half. ``hidden_plane`` is the plane of what the two
send, (out_h1, out_h2): there lie the rows of the data as the output neuron sees them, and it draws
a single straight line between them.

>>> from backprop_lib.core.logic_tables import xor
>>> from backprop_lib.core.starting_weights import random_network
>>> picture = hidden_plane(random_network((2, 2, 1), seed=0), xor.inputs, xor.targets)
>>> print(picture.facts[0])
i1 = 0, i2 = 0 lies at out_h1 = 0.552, out_h2 = 0.613: target 0, out_o1 = 0.720 says 1, wrong
"""

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.network import Network
from backprop_lib.core.validation import choice, real_numbers
from backprop_lib.pictures.decision_regions import (
    Paper,
    answers_picture,
    check_outputs,
    contour,
)
from backprop_lib.pictures.line_plot import plot_picture
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.theme import SIZES
from backprop_lib.training.engines import checked_examples

# A line of each hidden neuron: its width and its dashes.
LOOKS = {"h1": (3.5, ""), "h2": (3.0, "2 4")}
CORNERS = np.array([[0.0, 0.0], [1.0, 1.0]])  # between them lies whatever a neuron sends


def hidden_lines(
    network: Network, inputs: ArrayLike, targets: ArrayLike, size: str = "normal"
) -> Picture:
    """Draw the line of each of two hidden neurons on the plane of the inputs.

    network: a Network of 2-2-... neurons, all logistic. inputs, targets: shape (rows, 2) and
    (rows, outputs). size: "normal", or "projector" for large type. Raises TypeError or ValueError
    for anything else.
    """
    inputs, targets = _checked(network, inputs, targets, size)
    lines = {f"{neuron} sends 0.5": look for neuron, look in LOOKS.items()}
    paper = Paper(inputs, size, title="The lines of h1 and h2", lines=lines, hatched=None)
    plane = np.stack(np.meshgrid(*paper.grid()), axis=-1)
    weights, biases = network.weights[0], network.biases[0]
    parts = [paper.frame()]
    for neuron, (width, dashes) in enumerate(LOOKS.values()):
        parts.append(paper.line(contour(plane @ weights[neuron] + biases[neuron]), width, dashes))
    parts += [
        paper.point(at, target)
        for at, target in zip(inputs.tolist(), targets[:, 0].tolist(), strict=True)
    ]
    facts = [
        f"{neuron} sends 0.5 where {w1:.2f} * i1 {w2:+.2f} * i2 {bias:+.2f} = 0"
        for neuron, (w1, w2), bias in zip(LOOKS, weights, biases, strict=True)
    ]
    rows = zip(inputs, targets[:, 0], hidden_outs(network, inputs), strict=True)
    facts += [
        f"i1 = {at[0]:g}, i2 = {at[1]:g}: target {target:g}, "
        + ", ".join(
            f"{neuron} {'above' if out > 0.5 else 'below'} 0.5"
            for neuron, out in zip(LOOKS, outs, strict=True)
        )
        for at, target, outs in rows
    ]
    label = "The lines of h1 and h2 on the plane of the inputs."
    return plot_picture([*parts, paper.words()], label, facts, size)


def hidden_plane(
    network: Network, inputs: ArrayLike, targets: ArrayLike, size: str = "normal"
) -> Picture:
    """Draw the rows of the data where two hidden neurons send them, as the output neuron sees them.

    Takes and raises what hidden_lines does.
    """
    inputs, targets = _checked(network, inputs, targets, size)
    last = Network(network.weights[1:], network.biases[1:], network.activations[1:], network.error)
    paper = Paper(CORNERS, size, ("out_h1", "out_h2"), "What the output neuron sees")
    points = hidden_outs(network, inputs)
    return answers_picture(last, points, inputs, targets, paper, "What the output neuron sees")


def hidden_outs(network: Network, inputs: np.ndarray) -> np.ndarray:
    """What comes out of the first layer for each row of inputs; shape (rows, neurons)."""
    nets = inputs @ network.weights[0].T + network.biases[0]
    return ACTIVATIONS[network.activations[0]].function(nets)


def _checked(network, inputs, targets, size):
    choice("size", size, SIZES)
    check_outputs(network)
    sizes = network.layer_sizes
    if len(sizes) != 3 or sizes[:2] != (2, 2) or network.activations[0] != "logistic":
        raise ValueError(
            "network: expected one with two inputs and one layer of two logistic hidden neurons, "
            f"got a {network!r}. A plane has two directions."
        )
    inputs, targets = checked_examples(network, np.atleast_2d(inputs), np.atleast_2d(targets))
    for name, arrays in (("network", [*network.weights, *network.biases]), ("inputs", [inputs])):
        real_numbers(name, *arrays)
    real_numbers("targets", targets)
    return inputs, targets
