"""Stochastic gradient descent: an update after each batch of a few examples.

    W_new = W - learning_rate * dE/dW, with E the mean over the examples of the batch

An epoch is one walk through all examples. Epoch 0 is before any update.

Source: Robbins and Monro, "A stochastic approximation method" (1951); Goodfellow, Bengio and
Courville, "Deep Learning" (2016), algorithm 8.1.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.class_labels import answered_right
from backprop_lib.core.errors import REDUCTIONS
from backprop_lib.core.example import LEARNING_RATE_ADVICE
from backprop_lib.core.network import BUILD_A_NETWORK, Network, check_real
from backprop_lib.core.validation import choice, count, frozen, instance, positive_number
from backprop_lib.training.batch_passes import (
    backward_arrays,
    checked_rows,
    checked_targets,
    forward_arrays,
    functions,
)

ORDERS = ("shuffled", "drawn", "as given")
BIASES_TRAINED = ("one per neuron", "frozen")
ROWS_AT_A_TIME = 256
# What is kept of each epoch would be 160 MB, or twice that; more is a slip of the pen.
MOST_EPOCHS = 10_000_000


@dataclass(frozen=True, eq=False, repr=False)
class BatchTraining:
    """What a training by batches went through.

    errors: E_total of epoch 0, 1, 2, ..., the mean over all examples, shape (epochs + 1,).
    accuracies: the part of the examples answered right; NaN where outputs are not from 0 to 1.
    held_out_errors, held_out_accuracies: the same of the examples held out, or None.
    network: the Network after the last epoch.
    """

    network: Network
    errors: np.ndarray
    accuracies: np.ndarray
    held_out_errors: np.ndarray | None
    held_out_accuracies: np.ndarray | None
    batch_size: int
    learning_rate: float

    @property
    def epochs(self) -> int:
        """How many times it went through all examples."""
        return len(self.errors) - 1

    def __repr__(self):
        return (
            f"BatchTraining of {self.epochs} epochs in batches of {self.batch_size}, "
            f"error {self.errors[0]:.6f} -> {self.errors[-1]:.6f}"
        )


def train_in_batches(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    learning_rate: float,
    epochs: int,
    batch_size: int = 32,
    held_out: tuple[ArrayLike, ArrayLike] | None = None,
    order: str = "shuffled",
    seed: int = 0,
    biases: str = "one per neuron",
    reduction: str = "mean",
    progress: Callable[[Iterable[int]], Iterable[int]] | None = None,
) -> BatchTraining:
    """Update a network batch after batch, ``epochs`` times through all examples.

    network: a Network. inputs, targets: a row for each example. batch_size: examples for each
    update; 1 is one example at a time, as many as there are rows is full batch. held_out: a pair
    of inputs and targets that are only judged, never learned from. order: "shuffled" anew in each
    epoch, "drawn" (each example by lot, so that some come twice), or "as given"; seed decides the
    order. biases: "one per neuron", or "frozen" as in the tutorial. reduction: whether an update
    goes by the "mean" or the "sum" over the batch; the errors that are kept are means. progress:
    wraps the epochs and shows how far it is, such as tqdm; where it ends early, so does the
    training.

    Returns a BatchTraining; nothing that came in is changed. The memory it works in grows with the
    batch, and not with the epochs; what it hands back has 16 bytes for each epoch, or 32 with a
    held-out part. Raises TypeError or ValueError for what does not fit, for more than ten million
    epochs, and for a learning rate so large that a weight becomes infinite.

    >>> from backprop_lib import example
    >>> network = example.network
    >>> training = train_in_batches(network, [example.inputs], [example.targets], 0.5, epochs=1,
    ...                             biases="frozen")
    >>> print(f"{training.errors[0]:.9f} {training.errors[1]:.9f}")
    0.298371109 0.291027774
    """
    instance("network", network, Network, BUILD_A_NETWORK)
    check_real(network)
    learned = _checked_pair("inputs", "targets", inputs, targets, network)
    parts = [learned] if held_out is None else [learned, _checked_held_out(held_out, network)]
    positive_number("learning_rate", learning_rate, LEARNING_RATE_ADVICE)
    epochs = count("epochs", epochs, least=0, most=MOST_EPOCHS)
    batch_size = count("batch_size", batch_size, least=1)
    choice("order", order, ORDERS)
    choice("biases", biases, BIASES_TRAINED)
    choice("reduction", reduction, REDUCTIONS)
    rng = np.random.default_rng(count("seed", seed, least=0))
    walked = _epochs(progress, epochs)
    made_of = functions(network)
    # Copies of our own, which every update changes in place.
    W, b = [w.copy() for w in network.weights], [v.copy() for v in network.biases]
    rates = learning_rate, 0.0 if biases == "frozen" else learning_rate
    # Error and accuracy of each part, a column for each epoch.
    history = np.empty((2 * len(parts), epochs + 1))
    with np.errstate(over="ignore", invalid="ignore"):
        epoch = 0
        history[:, 0] = _judged(W, b, made_of, parts)
        for epoch in walked:
            rows = _ordered(order, rng, len(learned[0]))
            _one_epoch(W, b, made_of, learned, _batches(rows, batch_size), rates, reduction)
            history[:, epoch] = _judged(W, b, made_of, parts)
            _check_finite(learning_rate, epoch, W, b, history[0, epoch])
    if network.activations[-1] not in ("logistic", "softmax"):
        history[1::2] = np.nan
    errors, accuracies, *held = map(frozen, history[:, : epoch + 1])
    trained = Network(W, b, network.activations, network.error)
    held = held or [None, None]
    return BatchTraining(trained, errors, accuracies, held[0], held[1], batch_size, learning_rate)


def _one_epoch(W, b, made_of, learned, batches, rates, reduction):
    """Change weights and biases in place, once for each batch. rates: of weights, of biases."""
    inputs, targets = learned
    rate, rate_of_biases = rates
    for batch in batches:
        nets, outs = forward_arrays(W, b, made_of, inputs[batch])
        slopes = backward_arrays(W, made_of, nets, outs, targets[batch], reduction)
        for k, (dE_dW, dE_db) in enumerate(slopes):
            W[k] -= rate * dE_dW
            b[k] -= rate_of_biases * dE_db


def _batches(rows, batch_size):
    """The rows, so many at a time."""
    return (rows[start : start + batch_size] for start in range(0, len(rows), batch_size))


def _epochs(progress, epochs):
    """1, 2, ..., wrapped in what shows how far it is."""
    numbers = range(1, epochs + 1)
    if progress is None:
        return numbers
    expected = "progress: expected a function that wraps the epochs and hands them on"
    if not callable(progress):
        raise TypeError(
            f"{expected}, got {progress!r} ({type(progress).__name__}). For example progress=tqdm."
        )
    walked = progress(numbers)
    if not isinstance(walked, Iterable):
        raise TypeError(
            f"{expected}, but it returned {walked!r}, which hands on nothing. "
            "For example progress=tqdm."
        )
    return _in_order(walked, epochs)


def _in_order(walked, epochs):
    """What a progress hands on, if that is 1, 2, ...; it may end early."""
    for due, epoch in enumerate(walked, start=1):
        wanted = f"epoch {due}" if due <= epochs else f"an end after epoch {epochs}"
        if due > epochs or not (isinstance(epoch, Integral) and epoch == due):
            raise ValueError(
                f"progress: expected a function that hands on the epochs as they come, {wanted} "
                f"next, got {epoch!r}. For example progress=tqdm."
            )
        yield due


def _checked_pair(inputs_name, targets_name, inputs, targets, network):
    inputs = checked_rows(inputs_name, inputs, network.layer_sizes[0])
    return inputs, checked_targets(targets_name, targets, network, len(inputs))


def _checked_held_out(held_out, network):
    if not isinstance(held_out, (tuple, list)) or len(held_out) != 2:
        raise TypeError(
            "held_out: expected a pair of inputs and targets, got "
            f"{type(held_out).__name__}. Give held_out=(inputs, targets)."
        )
    return _checked_pair("held_out[0]", "held_out[1]", *held_out, network)


def _ordered(order, rng, examples):
    """The rows of an epoch in the order in which they are learned from."""
    if order == "shuffled":
        return rng.permutation(examples)
    return rng.integers(examples, size=examples) if order == "drawn" else np.arange(examples)


def _judged(W, b, made_of, parts):
    """Error and accuracy of what is learned from, then of what is held out, if anything is."""
    return [found for part in parts for found in _error_and_accuracy(W, b, made_of, *part)]


def _error_and_accuracy(W, b, made_of, inputs, targets):
    """Means over all examples, a few at a time so that memory does not grow with the data."""
    error = answered = 0.0
    for start in range(0, len(inputs), ROWS_AT_A_TIME):
        some = slice(start, start + ROWS_AT_A_TIME)
        nets, outs = forward_arrays(W, b, made_of, inputs[some])
        error += made_of.error(targets[some], outs[-1], nets[-1]).sum()
        answered += answered_right(outs[-1], targets[some]).sum()
    return error / len(inputs), answered / len(inputs)


def _check_finite(learning_rate, epoch, W, b, error):
    if not (np.isfinite(error) and all(np.isfinite(array).all() for array in (*W, *b))):
        raise ValueError(
            "learning_rate: expected a rate that keeps every weight and the error finite, got "
            f"{learning_rate!r}; epoch {epoch} came to {error}. Use a smaller one."
        )
