"""Forward and backward through a whole batch of examples at once, by matrices.

A batch is a matrix X with a row for each example. Forward, layer by layer:

    net = X @ W.T + b        out = activation(net)        X of the next layer = out

Backward, from the last layer to the first, with delta = dE/dnet:

    dE/dW = delta.T @ X      dE/db = sum of the rows of delta
    delta of the layer before = (delta @ W) * dout/dnet

E_total is the mean over the examples of the batch, so that a learning rate means the same for a
batch of any size; or, if that is asked for, their sum. For a single example both are the tutorial's
E_total. These passes are the second judge of forward_pass and backward_pass: they share the
functions of activations with them, and no slope, for theirs are made by SymPy.

Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), algorithms 6.3 and 6.4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.errors import REDUCTIONS, check_probabilities, error_after
from backprop_lib.core.network import BUILD_A_NETWORK, Network
from backprop_lib.core.validation import any_numbers, choice, frozen, instance, not_finite
from backprop_lib.symbolic.activation_formulas import slope_function
from backprop_lib.symbolic.error_formulas import delta_function

LIST_OF_ROWS = "Give a list of rows, even for a single example."


@dataclass(frozen=True, eq=False, repr=False)
class BatchForward:
    """What a forward pass found: for each layer a matrix of shape (examples, neurons)."""

    network: Network
    inputs: np.ndarray
    nets: tuple[np.ndarray, ...]
    outs: tuple[np.ndarray, ...]

    @property
    def outputs(self) -> np.ndarray:
        """The answers of the network, shape (examples, outputs)."""
        return self.outs[-1]

    def __repr__(self):
        return f"BatchForward of {len(self.inputs)} examples through a {self.network!r}"


@dataclass(frozen=True, eq=False, repr=False)
class BatchBackward:
    """What a backward pass found: E_total, and for each layer dE/dW and dE/db.

    ``gradient`` holds the same derivatives in one vector, in the order of network.parameters.
    """

    network: Network
    E_total: float
    dE_dW: tuple[np.ndarray, ...]
    dE_db: tuple[np.ndarray, ...]

    @property
    def gradient(self) -> np.ndarray:
        """Every derivative in one vector, in the order of network.parameter_names."""
        return frozen(np.concatenate([array.ravel() for array in (*self.dE_dW, *self.dE_db)]))

    def __repr__(self):
        return f"BatchBackward through a {self.network!r}"


def batch_forward(network: Network, inputs: ArrayLike) -> BatchForward:
    """Run a batch of examples through the network.

    network: a Network. inputs: a row for each example. Returns a BatchForward. Raises
    TypeError or ValueError for inputs that do not fit the network, and names the row with a NaN.

    >>> from backprop_lib import example
    >>> forward = batch_forward(example.network, [example.inputs])
    >>> print(f"{forward.outputs[0, 0]:.8f}")
    0.75136507
    """
    instance("network", network, Network, BUILD_A_NETWORK)
    inputs = checked_rows("inputs", inputs, network.layer_sizes[0])
    with np.errstate(over="ignore", invalid="ignore"):
        nets, outs = forward_arrays(network.weights, network.biases, functions(network), inputs)
    _check_finite("weights", nets, "net inputs", "Use smaller weights, biases or inputs.")
    return BatchForward(network, inputs, tuple(map(frozen, nets)), tuple(map(frozen, outs[1:])))


def batch_errors(forward: BatchForward, targets: ArrayLike) -> np.ndarray:
    """E of each example, shape (examples,).

    Raises TypeError or ValueError for targets that do not fit.

    >>> from backprop_lib import example
    >>> forward = batch_forward(example.network, [example.inputs])
    >>> print(f"{batch_errors(forward, [example.targets])[0]:.9f}")
    0.298371109
    """
    return _targets_and_errors(forward, targets)[1]


def _targets_and_errors(forward, targets):
    """The targets as a matrix, and E of each example."""
    instance("forward", forward, BatchForward, "Make one with batch_forward(network, inputs).")
    network = forward.network
    targets = checked_targets("targets", targets, network, len(forward.inputs))
    with np.errstate(over="ignore"):
        errors = functions(network).error(targets, forward.outs[-1], forward.nets[-1]).sum(axis=1)
    _check_finite("targets", [errors], "errors", "Use smaller targets.")
    return targets, frozen(errors)


def batch_backward(
    forward: BatchForward, targets: ArrayLike, reduction: str = "mean"
) -> BatchBackward:
    """Carry the error of a batch back through the network.

    forward: a BatchForward. targets: a row for each example. reduction: whether E_total is the
    "mean" or the "sum" over the examples. Returns a BatchBackward. Raises TypeError or ValueError
    for targets that do not fit.

    >>> from backprop_lib import example
    >>> forward = batch_forward(example.network, [example.inputs])
    >>> backward = batch_backward(forward, [example.targets])
    >>> print(f"{backward.dE_dW[1][0, 0]:.9f} {backward.dE_dW[0][0, 0]:.9f}")
    0.082167041 0.000438568
    """
    choice("reduction", reduction, REDUCTIONS)
    targets, errors = _targets_and_errors(forward, targets)
    network = forward.network
    with np.errstate(over="ignore", invalid="ignore"):
        slopes = backward_arrays(
            network.weights,
            functions(network),
            forward.nets,
            (forward.inputs, *forward.outs),
            targets,
            reduction,
        )
    dE_dW, dE_db = zip(*slopes, strict=True)
    _check_finite("weights", [*dE_dW, *dE_db], "derivatives", "Use smaller weights or targets.")
    E_total = errors.mean() if reduction == "mean" else errors.sum()
    return BatchBackward(network, E_total, tuple(map(frozen, dE_dW)), tuple(map(frozen, dE_db)))


@dataclass(frozen=True)
class Functions:
    """The NumPy functions of a network: what its names of activations and error stand for.

    activations: for each layer a function of nets of shape (examples, neurons), to outs of the
    same shape. slopes: for each layer but the last a function from (nets, outs) to dout/dnet, all
    of shape (examples, neurons). error: from (targets, outs, nets) of the last layer, each of shape
    (examples, outputs), to E_o of the same shape. delta: from (targets, nets, outs) of the last
    layer to its dE/dnet, of shape (examples, outputs).
    """

    activations: tuple
    slopes: tuple
    error: Callable
    delta: Callable


def functions(network: Network) -> Functions:
    """The Functions of a network: forward from ``activations``, derivatives made by SymPy.

    network: a Network. Checks nothing, as a Network has been checked.
    """
    *hidden, last = network.activations
    return Functions(
        activations=tuple(ACTIVATIONS[name].function for name in network.activations),
        slopes=tuple(map(slope_function, hidden)),
        error=error_after(network.error, last).errors,
        delta=delta_function(network.error, last),
    )


def forward_arrays(
    weights: Sequence[np.ndarray],
    biases: Sequence[np.ndarray],
    functions: Functions,
    inputs: np.ndarray,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The forward pass alone, nothing checked: nets, and outs with the inputs before them.

    weights, biases: for each layer arrays of shape (neurons, inputs) and (neurons,). functions:
    Functions. inputs: shape (examples, inputs). Returns two lists of arrays of shape (examples,
    neurons), one for each layer; the second begins with the inputs. Source: algorithm 6.3 of the
    book named above.
    """
    nets, outs = [], [inputs]
    for W, b, activation in zip(weights, biases, functions.activations, strict=True):
        nets.append(outs[-1] @ W.T + b)
        outs.append(activation(nets[-1]))
    return nets, outs


def backward_arrays(
    weights: Sequence[np.ndarray],
    functions: Functions,
    nets: Sequence[np.ndarray],
    outs: Sequence[np.ndarray],
    targets: np.ndarray,
    reduction: str,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The backward pass alone, nothing checked: for each layer the pair (dE/dW, dE/db).

    weights: for each layer an array of shape (neurons, inputs). functions: Functions. nets, outs:
    as forward_arrays gives them, the outs with the inputs first. targets: shape (examples,
    outputs). reduction: one of REDUCTIONS. The pairs have the shapes of the weights and biases.
    Source: algorithm 6.4 of the book named above.
    """
    delta = functions.delta(targets, nets[-1], outs[-1])
    if reduction == "mean":
        delta = delta / len(targets)
    slopes = []
    for k in reversed(range(len(weights))):
        slopes.insert(0, (delta.T @ outs[k], delta.sum(axis=0)))
        if k > 0:
            delta = (delta @ weights[k]) * functions.slopes[k - 1](nets[k - 1], outs[k])
    return slopes


def checked_rows(
    argument: str, rows: ArrayLike, width: int, advice: str = LIST_OF_ROWS
) -> np.ndarray:
    """A read-only matrix with a row for each example and so many columns.

    argument: the name by which a message calls the rows. rows: a list of lists, or an array.
    advice: what to do about rows that are no matrix. Returns shape (examples, width). Raises
    TypeError for what are no real numbers, and ValueError for another shape, for no row at all and
    for NaN or infinity, with the place of the first.
    """
    expected = f"a row of {width} finite numbers for each example"
    rows = _real_and_finite(argument, rows, expected)
    if rows.size == 0:
        wrong = "got no example. Give at least one row."
    elif rows.ndim != 2:
        wrong = f"got the shape {rows.shape}. {advice}"
    elif rows.shape[1] != width:
        wrong = f"got {rows.shape[1]} in each row. Give as many as the network has."
    else:
        return rows
    raise ValueError(f"{argument}: expected {expected}, {wrong}")


def checked_targets(
    argument: str, targets: ArrayLike, network: Network, examples: int
) -> np.ndarray:
    """Targets as a read-only matrix, if the error of the network can use them.

    argument: the name by which a message calls them. network: a Network. examples: how many
    rows they should have. Returns shape (examples, outputs). Raises what checked_rows raises, and
    ValueError for another number of rows, or, with cross-entropy, for rows that are no
    probabilities.
    """
    softmax = network.activations[-1] == "softmax"
    advice = "For labels use one_hot(labels, classes)." if softmax else LIST_OF_ROWS
    targets = checked_rows(argument, targets, network.layer_sizes[-1], advice)
    if len(targets) != examples:
        raise ValueError(
            f"{argument}: expected a row for each of the {examples} examples, got {len(targets)}. "
            "Give every example its targets."
        )
    check_probabilities(argument, targets, network.error, network.activations[-1])
    return targets


def _real_and_finite(argument, rows, expected):
    """The numbers in a new, read-only array; a ValueError that says where one is not finite."""
    array = any_numbers(argument, rows, expected)
    if np.iscomplexobj(array):
        raise TypeError(
            f"{argument}: expected {expected}, got complex ones. Use ordinary numbers, such as 0.5."
        )
    if found := not_finite(array):
        raise ValueError(
            f"{argument}: expected {expected}, got {found}. "
            "Replace what is missing, or leave such rows out."
        )
    return frozen(array)


def _check_finite(argument, arrays, what, advice):
    for array in arrays:
        bad = array[~np.isfinite(array)]
        if len(bad) > 0:
            raise ValueError(
                f"{argument}: expected numbers whose {what} are finite, got {bad[0]}. {advice}"
            )
