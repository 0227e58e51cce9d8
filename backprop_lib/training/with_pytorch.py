"""The same network in PyTorch, where that runs; where it does not, what it said when saved.

``learn_once`` is what everybody writes who uses PyTorch. A lesson shows its text.
``pytorch_results.csv`` holds what PyTorch gave, as tools/pytorch_results.py wrote it.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files
from inspect import getsourcelines
from textwrap import dedent
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.logic_tables import xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.core.validation import choice, frozen
from backprop_lib.core.whole_import import whole_import
from backprop_lib.core.worked_example import example
from backprop_lib.training.batch_passes import batch_backward, batch_forward

if TYPE_CHECKING:
    import torch

LEARNING_RATE = 0.5
# What two programs may differ by that add up the same numbers in another order.
EQUAL = 1e-12


def pytorch_model(network: Network) -> "torch.nn.Sequential":
    """The Network as a PyTorch model."""
    from torch import float64, nn, tensor

    modules = {"logistic": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU, "identity": nn.Identity}
    layers = []
    for W, b, activation in zip(network.weights, network.biases, network.activations, strict=True):
        linear = nn.Linear(W.shape[1], W.shape[0], dtype=float64)
        linear.load_state_dict({"weight": tensor(W), "bias": tensor(b)})
        layers += [linear, modules.get(activation, nn.Identity)()]
    return nn.Sequential(*layers)


def learn_once(
    model: "torch.nn.Module",
    error: Callable,
    inputs: "torch.Tensor",
    targets: "torch.Tensor",
    learning_rate: float,
) -> None:
    """One round of learning in PyTorch: forward, backward, update."""
    from torch import optim

    optimizer = optim.SGD(model.parameters(), lr=learning_rate)
    optimizer.zero_grad()
    E_total = error(model(inputs), targets)
    E_total.backward()
    optimizer.step()


def pytorch_round(
    network: Network, inputs: ArrayLike, targets: ArrayLike, learning_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """One round in PyTorch: every derivative, then every new weight and bias."""
    from torch import cat, tensor

    model = pytorch_model(network)
    learn_once(model, pytorch_error(network), tensor(inputs), tensor(targets), learning_rate)
    parameters = [*model[::2].parameters()]
    parameters = parameters[0::2] + parameters[1::2]  # all weights, then all biases
    derivatives = cat([p.grad.ravel() for p in parameters]).numpy()
    return derivatives, cat([p.detach().ravel() for p in parameters]).numpy()


def pytorch_error(network: Network) -> Callable:
    """The error of a Network in PyTorch; its softmax is inside cross_entropy."""
    from torch.nn.functional import binary_cross_entropy, cross_entropy, mse_loss

    if network.error == "half squared":
        return lambda out, target: ((target - out) ** 2 / 2).sum(dim=1).mean()
    if network.error == "mean squared":
        return mse_loss
    if network.activations[-1] == "softmax":
        return cross_entropy
    return lambda out, target: binary_cross_entropy(out, target, reduction="sum") / len(target)


CASES = {
    "worked example": lambda: (
        example.network,
        example.inputs[np.newaxis],
        example.targets[np.newaxis],
    ),
    "XOR": lambda: (
        random_network((2, 5, 1), 0, ["tanh", "logistic"], "cross-entropy", start="Glorot"),
        xor.inputs,
        xor.targets,
    ),
}


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """One round by this library and by PyTorch: derivatives, and weights and biases after it.

    missing: why PyTorch did not run here, so that its numbers are the saved ones; "" if it ran.
    here: whether it did. notice: that, in one line. The text is the same in both cases, so that a
    notebook's saved output holds in both.
    """

    names: tuple[str, ...]
    ours: np.ndarray
    theirs: np.ndarray
    ours_new: np.ndarray
    theirs_new: np.ndarray
    missing: str = ""

    @property
    def here(self) -> bool:
        """Whether PyTorch's numbers come from here."""
        return not self.missing

    @property
    def difference(self) -> float:
        """The largest difference between any two numbers that should be the same."""
        derivatives = abs(self.ours - self.theirs).max()
        return float(max(derivatives, abs(self.ours_new - self.theirs_new).max()))

    @property
    def equal(self) -> bool:
        """Whether all numbers are equal to 1e-12."""
        return self.difference <= EQUAL

    @property
    def notice(self) -> str:
        """One line: who worked out PyTorch's numbers."""
        if self.here:
            return f"PyTorch {_version()} worked its numbers out here."
        return f"{self.missing}; these are the numbers that it gave when saved."

    @property
    def text(self) -> str:
        """The table and the verdict."""
        return "\n".join((*map(_line, self._rows()), self._verdict()))

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        head, *rows = self._rows()
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{c}</td>" for c in row[1:])}</tr>'
            for row in rows
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": f"{table}<p>{escape(self._verdict())}</p>", "text/plain": self.text}

    def _rows(self):
        yield "", "here", "PyTorch", "here, after", "PyTorch, after"
        for name, *numbers in zip(
            self.names, self.ours, self.theirs, self.ours_new, self.theirs_new, strict=True
        ):
            yield name, *(f"{number:+.9f}" for number in numbers)

    def _verdict(self):
        if self.equal:
            return "All derivatives, and all weights and biases after a round, equal to 1e-12."
        return "Not equal to 1e-12."


def compare_with_pytorch(case: str = "worked example") -> Comparison:
    """One round of learning at a rate of 0.5, by this library and by PyTorch.

    case: "worked example" (the tutorial's network, with biases that learn), or "XOR" (2-5-1, tanh
    and logistic, cross-entropy, full batch). Returns a Comparison, with saved numbers where
    PyTorch is not installed or does not start. Raises TypeError or ValueError for another case.

    >>> compare_with_pytorch("worked example").equal
    True
    """
    network, inputs, targets = CASES[choice("case", case, tuple(CASES))]()
    missing = _missing()
    run = saved(case) if missing else pytorch_round(network, inputs, targets, LEARNING_RATE)
    ours = batch_backward(batch_forward(network, inputs), targets).gradient
    new = network.parameters - LEARNING_RATE * ours
    theirs, theirs_new = run
    return Comparison(network.parameter_names, ours, theirs, new, theirs_new, missing)


def saved(case: str) -> tuple[np.ndarray, np.ndarray]:
    """The saved derivatives, and weights and biases after a round, of PyTorch for a case."""
    rows = [row for row in _saved_rows() if row["case"] == case]
    derivatives, new = (
        frozen(np.array([float(row[column]) for row in rows])) for column in ("derivative", "new")
    )
    return derivatives, new


def pytorch_source() -> str:
    """The five lines of learn_once, to print.

    >>> print(pytorch_source().splitlines()[3])
    E_total.backward()
    """
    lines, _ = getsourcelines(learn_once)
    return dedent("".join(lines[-5:]))


@lru_cache(maxsize=1)
def _saved_rows():
    text = files("backprop_lib.training").joinpath("pytorch_results.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _missing():
    """Why PyTorch cannot be used here; "" if it can."""
    try:
        with whole_import():
            import torch  # noqa: F401 - whether it starts is the question
    except ModuleNotFoundError as problem:
        if problem.name == "torch":
            return "PyTorch is not installed here"
        return _broken(problem)
    except (ImportError, OSError) as problem:
        # An installation that is broken: a library of the system is missing, for example.
        return _broken(problem)
    return ""


def _broken(problem):
    said = " ".join(str(problem).split())
    said = said if len(said) <= 120 else said[:119] + "…"
    return f"PyTorch is installed here but does not start ({type(problem).__name__}: {said})"


def _version():
    import torch

    return torch.__version__


def _line(row):
    name, *numbers = row
    return f"{name:<5}" + "".join(f"{number:>16}" for number in numbers)
