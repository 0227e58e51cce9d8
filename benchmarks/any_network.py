"""Training on handwritten digits: this library, scikit-learn and PyTorch, epoch against epoch.

    python benchmarks/any_network.py

writes any_network.md beside this file. Same network (64-32-10, softmax and cross-entropy), same
starting weights, same batches of 32 in the same order, plain gradient descent, double precision,
one thread each. The three are compared after an epoch before they are timed, and take turns, so
that what else the machine does meets all of them.
"""

# ruff: noqa: E402
import os

# Read when the libraries load; one core is what a class has.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import platform
import tracemalloc
import warnings
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import sklearn
import torch
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch import nn

from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.data_sets import held_out
from backprop_lib.core.data_table import DataTable
from backprop_lib.core.starting_weights import random_network
from backprop_lib.training.batch_training import train_in_batches

RESULTS = Path(__file__).with_suffix(".md")
SIZES, BATCH, RATE, EPOCHS, TURNS = (64, 32, 10), 32, 0.1, 10, 15
# 1,797 handwritten digits: 64 pixels from 0 to 1, and a target for each digit. Source: Alpaydin and
# Kaynak, "Optical recognition of handwritten digits" (1998), as shipped with scikit-learn.
DIGITS = load_digits()
LEARN, JUDGE = held_out(DataTable(DIGITS.data / 16, one_hot(DIGITS.target, classes=10)))
TORCH_ACTIVATIONS = {"logistic": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU}
SKLEARN_ACTIVATIONS = {"logistic": "logistic", "tanh": "tanh", "ReLU": "relu"}


def start(activation):
    return random_network(SIZES, activations=[activation, "softmax"], error="cross-entropy", seed=1, start="Glorot")


def by_library(activation, epochs):
    """Weights and biases after so many epochs, and seconds, with error and accuracy each epoch."""
    network = start(activation)
    began = perf_counter()
    training = train_in_batches(
        network, LEARN.inputs, LEARN.targets, RATE, epochs, BATCH, order="as given"
    )
    return training.network.parameters, perf_counter() - began


def by_sklearn(activation, epochs):
    """The same by MLPClassifier, which adds its error up over the batches as it goes."""
    network = start(activation)
    model = MLPClassifier(
        hidden_layer_sizes=SIZES[1:-1],
        activation=SKLEARN_ACTIVATIONS[activation],
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate="constant",
        learning_rate_init=RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
        max_iter=epochs,
        n_iter_no_change=10**9,
        tol=0.0,
        warm_start=True,
    )
    labels = LEARN.targets.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is told when to stop
        model.set_params(max_iter=1).fit(LEARN.inputs, labels)  # so that it has weights to set
        model.set_params(max_iter=epochs)
        model.coefs_ = [np.ascontiguousarray(W.T) for W in network.weights]
        model.intercepts_ = [b.copy() for b in network.biases]
        began = perf_counter()
        model.fit(LEARN.inputs, labels)
        seconds = perf_counter() - began
    arrays = [W.T.ravel() for W in model.coefs_] + model.intercepts_
    return np.concatenate(arrays), seconds


def by_pytorch(activation, epochs):
    """The same by nn.Linear, cross_entropy and optim.SGD."""
    network = start(activation)
    layers = [nn.Linear(a, b, dtype=torch.float64) for a, b in pairwise(SIZES)]
    for linear, W, b in zip(layers, network.weights, network.biases, strict=True):
        linear.load_state_dict({"weight": torch.tensor(W), "bias": torch.tensor(b)})
    model = nn.Sequential(layers[0], TORCH_ACTIVATIONS[activation](), layers[1])
    inputs = torch.tensor(LEARN.inputs)
    labels = torch.tensor(LEARN.targets.argmax(axis=1))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    began = perf_counter()
    for _ in range(epochs):
        for first in range(0, len(inputs), BATCH):
            optimizer.zero_grad()
            outputs = model(inputs[first : first + BATCH])
            nn.functional.cross_entropy(outputs, labels[first : first + BATCH]).backward()
            optimizer.step()
    seconds = perf_counter() - began
    arrays = [linear.weight for linear in layers] + [linear.bias for linear in layers]
    return torch.cat([values.detach().ravel() for values in arrays]).numpy(), seconds


CASES = {"this library": by_library, "scikit-learn": by_sklearn, "PyTorch": by_pytorch}


def milliseconds_per_epoch(activation):
    """For each case the time of an epoch in each of its turns."""
    right, _ = by_library(activation, 1)
    for case, run in CASES.items():
        difference = abs(run(activation, 1)[0] - right).max()
        assert difference < 1e-10, f"{case} comes to other weights: {difference}"
    times = {case: [] for case in CASES}
    for _ in range(TURNS):
        for case, run in CASES.items():
            times[case].append(run(activation, EPOCHS)[1] / EPOCHS * 1000)
    return times


def peak(batch_size, epochs):
    """The most memory, in kB, that a training held at once beside its data."""
    tracemalloc.start()
    train_in_batches(start("ReLU"), LEARN.inputs, LEARN.targets, RATE, epochs, batch_size)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1000


def whole_training():
    """Seconds and held-out accuracy of a training in class: 30 epochs, judged after each."""
    began = perf_counter()
    training = train_in_batches(
        start("ReLU"),
        LEARN.inputs,
        LEARN.targets,
        0.2,
        30,
        BATCH,
        held_out=(JUDGE.inputs, JUDGE.targets),
    )
    return perf_counter() - began, training.held_out_accuracies[-1]


def lines():
    torch.set_num_threads(1)
    yield "# Any network: handwritten digits"
    yield ""
    yield "Written by `python benchmarks/any_network.py`: 1,348 digits, 64-32-10, softmax and"
    yield "cross-entropy, plain gradient descent at 0.1, batches of 32 in the same order, double"
    yield f"precision, one thread. {TURNS} turns of {EPOCHS} epochs each. After an epoch all three"
    yield "have the same weights to 1e-10. The library's time includes error and accuracy over all"
    yield "examples after each epoch; scikit-learn adds its error up as it goes; PyTorch has none."
    yield ""
    yield (
        f"{platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}; NumPy "
        f"{np.__version__}; scikit-learn {sklearn.__version__}; PyTorch {torch.__version__}."
    )
    yield ""
    yield "The ratio is of the quickest, to the faster one of scikit-learn and PyTorch."
    yield ""
    yield "| hidden layer | case | quickest epoch | median | ratio |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for activation in SKLEARN_ACTIVATIONS:
        times = milliseconds_per_epoch(activation)
        faster = min(min(times["scikit-learn"]), min(times["PyTorch"]))
        for case, each in times.items():
            yield (
                f"| {activation} | {case} | {min(each):.2f} ms | {median(each):.2f} ms "
                f"| {min(each) / faster:.2f} |"
            )
    seconds, accuracy = whole_training()
    yield ""
    yield f"From start to finish, 30 epochs with a held-out part: {seconds:.2f} s, and"
    yield f"{accuracy:.1%} of the held-out digits answered right."
    peak(BATCH, 1)  # what is made once
    yield ""
    yield "## Memory"
    yield ""
    yield "At most, beside the data handed in, of which a training keeps a copy (0.8 MB). What it"
    yield "works in grows with the batch and not with the epochs. What it hands back is in it too:"
    yield "error and accuracy after each epoch, 16 bytes for each, or 32 with a held-out part."
    yield ""
    yield "| batch | epochs | at most |"
    yield "| ---: | ---: | ---: |"
    for batch_size, epochs in ((32, 1), (32, 10), (32, 100), (256, 10), (1348, 10)):
        yield f"| {batch_size} | {epochs} | {peak(batch_size, epochs):,.0f} kB |"


if __name__ == "__main__":
    RESULTS.write_text("\n".join(lines()) + "\n", encoding="utf-8")
