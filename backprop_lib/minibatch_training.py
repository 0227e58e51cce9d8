"""Stochastic gradient descent: an update after each batch of a few examples.

    W_new = W - learning_rate * dE/dW, with E the mean over the examples of the batch

An epoch is one walk through all examples. Epoch 0 is before any update.

Source: Robbins and Monro, "A stochastic approximation method" (1951); Goodfellow, Bengio and
Courville, "Deep Learning" (2016), algorithm 8.1.
"""

from dataclasses import dataclass

import numpy as np

from backprop_lib.batch_passes import (
    backward_arrays,
    checked_rows,
    checked_targets,
    forward_arrays,
    functions,
)
from backprop_lib.class_labels import right
from backprop_lib.dense_network import BUILD_ONE, DenseNetwork
from backprop_lib.example import LEARNING_RATE_ADVICE
from backprop_lib.validation import choice, count, frozen, instance, positive_number

ORDERS = ("shuffled", "drawn", "as given")
BIASES = ("one per neuron", "frozen")
ROWS_AT_A_TIME = 256


@dataclass(frozen=True, eq=False, repr=False)
class BatchTraining:
    """What a training by batches went through.

    errors: E_total of epoch 0, 1, 2, ..., the mean over all examples, shape (epochs + 1,).
    accuracies: the part of the examples answered right; NaN where outputs are not from 0 to 1.
    held_out_errors, held_out_accuracies: the same of the examples held out, or None.
    network: the DenseNetwork after the last epoch.
    """

    network: DenseNetwork
    errors: np.ndarray
    accuracies: np.ndarray
    held_out_errors: np.ndarray | None
    held_out_accuracies: np.ndarray | None
    batch_size: int
    learning_rate: float

    @property
    def epochs(self):
        """How many times it went through all examples."""
        return len(self.errors) - 1

    def __repr__(self):
        return (
            f"BatchTraining of {self.epochs} epochs in batches of {self.batch_size}, "
            f"error {self.errors[0]:.6f} -> {self.errors[-1]:.6f}"
        )


def train_in_batches(
    network,
    inputs,
    targets,
    learning_rate,
    epochs,
    batch_size=32,
    held_out=None,
    order="shuffled",
    seed=0,
    biases="one per neuron",
    progress=None,
):
    """Update a network batch after batch, ``epochs`` times through all examples.

    network: a DenseNetwork. inputs, targets: a row for each example. batch_size: examples for each
    update; 1 is one example at a time, as many as there are rows is full batch. held_out: a pair
    of inputs and targets that are only judged, never learned from. order: "shuffled" anew in each
    epoch, "drawn" (each example by lot, so that some come twice), or "as given"; seed decides the
    lots. biases: "one per neuron", or "frozen" as in the tutorial. progress: wraps the epochs and
    shows how far it is, such as tqdm.

    Returns a BatchTraining; nothing that came in is changed. The memory it needs grows with the
    batch, and not with the epochs. Raises TypeError or ValueError for what does not fit, and for a
    learning rate so large that a weight becomes infinite.

    >>> from backprop_lib import example
    >>> network = DenseNetwork.like(example.network)
    >>> training = train_in_batches(network, [example.inputs], [example.targets], 0.5, epochs=1,
    ...                             biases="frozen")
    >>> print(f"{training.errors[0]:.9f} {training.errors[1]:.9f}")
    0.298371109 0.291027774
    """
    instance("network", network, DenseNetwork, BUILD_ONE)
    learned = _checked_pair("inputs", "targets", inputs, targets, network)
    judged = None if held_out is None else _checked_held_out(held_out, network)
    positive_number("learning_rate", learning_rate, LEARNING_RATE_ADVICE)
    epochs = count("epochs", epochs, least=0)
    batch_size = count("batch_size", batch_size, least=1)
    choice("order", order, ORDERS)
    choice("biases", biases, BIASES)
    lots = np.random.default_rng(count("seed", seed, least=0))
    made_of = functions(network)
    # Copies of our own, which every update changes in place.
    W, b = [w.copy() for w in network.weights], [v.copy() for v in network.biases]
    history = np.empty((4, epochs + 1))
    rate_of_biases = 0.0 if biases == "frozen" else learning_rate
    with np.errstate(over="ignore", invalid="ignore"):
        history[:, 0] = _judged(W, b, made_of, learned, judged)
        for epoch in (progress or iter)(range(1, epochs + 1)):
            rows = _ordered(order, lots, len(learned[0]))
            for start in range(0, len(rows), batch_size):
                batch = rows[start : start + batch_size]
                x, target = learned[0][batch], learned[1][batch]
                outs = forward_arrays(W, b, made_of, x)[1]
                slopes = backward_arrays(W, made_of, outs, target)
                for k, (dE_dW, dE_db) in enumerate(slopes):
                    W[k] -= learning_rate * dE_dW
                    b[k] -= rate_of_biases * dE_db
            history[:, epoch] = _judged(W, b, made_of, learned, judged)
            _check_finite(learning_rate, epoch, W, b, history[0, epoch])
    trained = DenseNetwork(W, b, network.activations, network.error)
    if network.activations[-1] not in ("logistic", "softmax"):
        history[[1, 3]] = np.nan
    errors, accuracies, held_errors, held_accuracies = map(frozen, history)
    if judged is None:
        held_errors = held_accuracies = None
    return BatchTraining(
        trained, errors, accuracies, held_errors, held_accuracies, batch_size, learning_rate
    )


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


def _ordered(order, lots, examples):
    """The rows of an epoch in the order in which they are learned from."""
    if order == "shuffled":
        return lots.permutation(examples)
    return lots.integers(examples, size=examples) if order == "drawn" else np.arange(examples)


def _judged(W, b, made_of, learned, judged):
    """Error and accuracy of what is learned from, then of what is held out."""
    nothing = (np.nan, np.nan)
    return (
        *_error_and_accuracy(W, b, made_of, *learned),
        *(nothing if judged is None else _error_and_accuracy(W, b, made_of, *judged)),
    )


def _error_and_accuracy(W, b, made_of, inputs, targets):
    """Means over all examples, a few at a time so that memory does not grow with the data."""
    error = answered = 0.0
    for start in range(0, len(inputs), ROWS_AT_A_TIME):
        some = slice(start, start + ROWS_AT_A_TIME)
        nets, outs = forward_arrays(W, b, made_of, inputs[some])
        error += made_of.error(targets[some], nets[-1], outs[-1]).sum()
        answered += right(outs[-1], targets[some]).sum()
    return error / len(inputs), answered / len(inputs)


def _check_finite(learning_rate, epoch, W, b, error):
    if not (np.isfinite(error) and all(np.isfinite(array).all() for array in (*W, *b))):
        raise ValueError(
            "learning_rate: expected a rate that keeps every weight and the error finite, got "
            f"{learning_rate!r}; epoch {epoch} came to {error}. Use a smaller one."
        )
