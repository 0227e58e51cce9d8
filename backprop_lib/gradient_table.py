"""Checking a gradient: every derivative beside two that know nothing of backpropagation.

    central difference    (E(x + h) - E(x - h)) / (2 h)
    complex step          imaginary part of E(x + i h) / h
    relative error        |a - b| / max(|a|, |b|)

A right gradient agrees with the complex step to some fourteen digits and with the central
difference to some eight. A wrong one differs in the first few, and only where it is wrong.

Source of the complex step: Squire and Trapp, "Using complex variables to estimate derivatives
of real functions", SIAM Review 40 (1998).
"""

from dataclasses import dataclass
from html import escape

import numpy as np

from backprop_lib.batch_passes import batch_backward, batch_forward, forward_arrays, functions
from backprop_lib.dense_network import unpacked
from backprop_lib.validation import frozen, number_array, positive_number, vector

HAIR = 1e-6
HAIRS = tuple(10.0**-k for k in range(1, 16))
# Far too small for a subtraction, which a complex step does not make.
COMPLEX_HAIR = 1e-200
# Right gradients stay far below it and wrong ones far above.
WRONG = 1e-8
ROWS_SHOWN = 20
HEADINGS = ("", "backpropagated", "central difference", "complex step", "relative error", "")


@dataclass(frozen=True, eq=False, repr=False)
class GradientTable:
    """Every derivative of E_total three times: ``names`` and vectors with a number for each.

    relative_error: of what was backpropagated against the complex step. wrong: names of the
    parameters where it is above 1e-8.

    Shown, it is a table; of more than 20 rows the 20 with the largest relative error.
    """

    names: tuple[str, ...]
    backpropagated: np.ndarray
    central: np.ndarray
    complex_step: np.ndarray

    @property
    def relative_error(self):
        """|a - b| / max(|a|, |b|) of the backpropagated against the complex step."""
        return relative_error(self.backpropagated, self.complex_step)

    @property
    def wrong(self):
        """Names of the parameters whose backpropagated derivative is wrong."""
        return tuple(np.array(self.names)[self.relative_error > WRONG].tolist())

    @property
    def verdict(self):
        """One sentence: whether all agree, or which do not."""
        if not self.wrong:
            return f"All {len(self.names)} derivatives agree with the complex step."
        shown = ", ".join(self.wrong[:8]) + (" and more" if len(self.wrong) > 8 else "")
        return f"{len(self.wrong)} of {len(self.names)} derivatives are wrong: {shown}."

    def rows(self):
        """The rows to show: texts for each heading."""
        order = np.arange(len(self.names))
        if len(order) > ROWS_SHOWN:
            order = np.argsort(-self.relative_error, kind="stable")[:ROWS_SHOWN]
        for k in order.tolist():
            three = (self.backpropagated[k], self.central[k], self.complex_step[k])
            error = self.relative_error[k]
            yield (
                self.names[k],
                *(f"{number:+.9f}" for number in three),
                "below 1e-12" if error < 1e-12 else f"{error:.1e}",
                "WRONG" if error > WRONG else "",
            )

    def __repr__(self):
        lines = [HEADINGS, *self.rows()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = [
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join((*table, *self._left_out(), self.verdict))

    def _repr_mimebundle_(self, include=None, exclude=None):
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in HEADINGS)
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows()
        )
        words = "".join(f"<p>{escape(words)}</p>" for words in (*self._left_out(), self.verdict))
        page = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{words}"
        return {"text/html": page, "text/plain": repr(self)}

    def _left_out(self):
        more = len(self.names) - ROWS_SHOWN
        return (f"({more} more, with smaller relative errors, are left out.)",) if more > 0 else ()


@dataclass(frozen=True, eq=False)
class StepSizes:
    """How wrong the two other ways are at each step size: relative errors, shape (hairs,).

    ``central`` and ``complex_step`` are measured against what was backpropagated.
    """

    name: str
    hairs: np.ndarray
    central: np.ndarray
    complex_step: np.ndarray


def gradient_table(network, inputs, targets, gradient=None, hair=HAIR):
    """Check every derivative of a network on a batch of examples.

    network: a DenseNetwork. inputs, targets: a row for each example. gradient: derivatives of your
    own to be checked, in the order of network.parameter_names; by default those of batch_backward.
    hair: the step of the central difference. Returns a GradientTable. Raises TypeError or
    ValueError for what does not fit. A ReLU whose net is within a hair of 0 has no derivative
    there, and the three may then differ.

    >>> from backprop_lib import example
    >>> from backprop_lib.dense_network import DenseNetwork
    >>> network = DenseNetwork.like(example.network)
    >>> table = gradient_table(network, [example.inputs], [example.targets])
    >>> print(table.verdict)
    All 12 derivatives agree with the complex step.
    >>> print(f"{table.central[4]:.9f} {table.complex_step[4]:.9f}")
    0.082167041 0.082167041
    """
    positive_number("hair", hair, "Try 1e-6.")
    backward = batch_backward(batch_forward(network, inputs), targets)
    names = network.parameter_names
    if gradient is None:
        gradient = backward.gradient
    gradient = vector("gradient", gradient, len(names), f"{len(names)} numbers, as parameter_names")
    error = error_of(network, inputs, targets)
    numbers = range(len(names))
    return GradientTable(
        names,
        gradient,
        frozen(np.array([central_difference(error, k, hair) for k in numbers])),
        frozen(np.array([complex_difference(error, k, COMPLEX_HAIR) for k in numbers])),
    )


def step_sizes(network, inputs, targets, name, hairs=HAIRS):
    """The two other ways at many step sizes, for one weight or bias.

    name: one of network.parameter_names. hairs: the step sizes. Returns StepSizes. Raises
    TypeError or ValueError for an unknown name, or a step that is not above zero.

    >>> from backprop_lib import example
    >>> from backprop_lib.dense_network import DenseNetwork
    >>> network = DenseNetwork.like(example.network)
    >>> sizes = step_sizes(network, [example.inputs], [example.targets], "w5", [1e-2, 1e-3])
    >>> print([f"{error:.0e}" for error in sizes.central])
    ['3e-06', '3e-08']
    """
    k = parameter_index(network, name)
    hairs = number_array("hairs", hairs, 1, "a list of step sizes")
    for n, hair in enumerate(hairs.tolist()):
        positive_number(f"hairs[{n}]", hair, "Try 1e-6.")
    right = batch_backward(batch_forward(network, inputs), targets).gradient[k]
    error = error_of(network, inputs, targets)
    central = np.array([central_difference(error, k, hair) for hair in hairs])
    by_complex = np.array([complex_difference(error, k, hair) for hair in hairs])
    return StepSizes(
        name,
        hairs,
        frozen(relative_error(central, right)),
        frozen(relative_error(by_complex, right)),
    )


def error_of(network, inputs, targets):
    """E_total as a function of a shift of one parameter: ``error(k, shift)``."""
    forward = batch_forward(network, inputs)
    made_of = functions(network)
    targets = np.asarray(targets)

    def error(k, shift):
        parameters = network.parameters.astype(np.result_type(shift, float))
        parameters[k] += shift
        weights, biases = unpacked(network.layer_sizes, parameters)
        nets, outs = forward_arrays(weights, biases, made_of, forward.inputs)
        return made_of.error(targets, nets[-1], outs[-1]).mean()

    return error


def central_difference(error, k, hair):
    """(E(x + h) - E(x - h)) / (2 h), for the parameter of index k."""
    return (error(k, +hair) - error(k, -hair)) / (2 * hair)


def complex_difference(error, k, hair):
    """Imaginary part of E(x + i h) / h, for the parameter of index k."""
    return error(k, 1j * hair).imag / hair


def relative_error(one, other):
    """|a - b| / max(|a|, |b|), and 0 where both are 0.

    >>> relative_error(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    largest = np.maximum(abs(one), abs(other))
    return np.divide(abs(one - other), largest, out=np.zeros_like(largest), where=largest > 0)


def parameter_index(network, name):
    """Where a weight or bias stands in network.parameters."""
    if name not in network.parameter_names:
        names = network.parameter_names
        raise ValueError(
            f"name: expected one of {names[0]}, {names[1]}, ..., {names[-1]}, got {name!r}. "
            "Every neuron has its own bias here, such as b_h1."
        )
    return network.parameter_names.index(name)
