"""Checking a gradient: every derivative beside two that know nothing of backpropagation.

    central difference    (E(x + h) - E(x - h)) / (2 h)
    complex step          imaginary part of E(x + i h) / h
    relative error        |a - b| / max(|a|, |b|, floor)

A right gradient agrees with the complex step to some fourteen digits and with the central
difference to some eight. A wrong one differs in the first few, and only where it is wrong.

At a minimum, or where a neuron is saturated, a derivative is the little that is left of large
terms, and rounding may have all its digits. So what is smaller than a floor, a millionth of those
terms, is measured by the floor.

Source of the complex step: Squire and Trapp, "Using complex variables to estimate derivatives
of real functions", SIAM Review 40 (1998). Of the central difference as a check of
backpropagation: Bishop, "Pattern Recognition and Machine Learning" (2006), section 5.3.3.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.network import BUILD_A_NETWORK, Network, check_real, unpacked
from backprop_lib.core.numbers_as_text import decimals_text
from backprop_lib.core.validation import frozen, instance, number_array, positive_number, vector
from backprop_lib.training.batch_passes import (
    batch_backward,
    batch_forward,
    forward_arrays,
    functions,
)

STEP = 1e-6
STEPS = tuple(10.0**-k for k in range(1, 16))
# Far too small for a subtraction, which a complex step does not make.
COMPLEX_STEP = 1e-200
# With a smaller step a number does not move; a larger one leaves the point where it measures.
LEAST_STEP, MOST_STEP = 1e-15, 1.0
# Below this, 1 / step overflows.
LEAST_COMPLEX_STEP = 1e-300
# Right gradients stay far below it and wrong ones far above.
WRONG = 1e-8
# A derivative smaller than this part of the terms that it is the sum of is measured by that part,
# so that WRONG is 1e-14 of the terms: some fifty times what rounding may do to one.
FLOOR = 1e-6
# Smaller numbers are shown as powers of ten.
SMALL = 1e-6
# A central difference has no more: beyond them it is rounding, which differs by machine.
CENTRAL_DIGITS = 7
ROWS_SHOWN = 20
HEADINGS = ("", "backpropagated", "central difference", "complex step", "relative error", "")


@dataclass(frozen=True, eq=False, repr=False)
class GradientTable:
    """Every derivative of E_total three times: ``names`` and vectors with a number for each.

    relative_error: of what was backpropagated against the complex step. wrong: names of the
    parameters where it is above 1e-8. terms: how large the terms are that a derivative is the sum
    of; derivatives below a millionth of it are measured by that.

    Shown, it is a table; of more than 20 rows the 20 with the largest relative error.
    """

    names: tuple[str, ...]
    backpropagated: np.ndarray
    central: np.ndarray
    complex_step: np.ndarray
    terms: float = 1.0

    @property
    def relative_error(self) -> np.ndarray:
        """|a - b| / max(|a|, |b|, floor) of the backpropagated against the complex step."""
        return relative_error(self.backpropagated, self.complex_step, FLOOR * self.terms)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Names of the parameters whose backpropagated derivative is wrong."""
        return tuple(np.array(self.names)[self.relative_error > WRONG].tolist())

    @property
    def verdict(self) -> str:
        """One sentence: whether all agree, or which do not."""
        if not self.wrong:
            return f"All {len(self.names)} derivatives agree with the complex step."
        shown = ", ".join(self.wrong[:8]) + (" and more" if len(self.wrong) > 8 else "")
        return f"{len(self.wrong)} of {len(self.names)} derivatives are wrong: {shown}."

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The rows to show: texts for each heading."""
        order, wrong = np.arange(len(self.names)), self.wrong
        if len(order) > ROWS_SHOWN:
            order = np.argsort(-self.relative_error, kind="stable")[:ROWS_SHOWN]
        for k in order.tolist():
            error = self.relative_error[k]
            yield (
                self.names[k],
                decimals_text(self.backpropagated[k], 9, SMALL, signed=True),
                decimals_text(self.central[k], CENTRAL_DIGITS, SMALL, signed=True),
                decimals_text(self.complex_step[k], 9, SMALL, signed=True),
                "below 1e-12" if error < 1e-12 else f"{error:.1e}",
                "WRONG" if self.names[k] in wrong else "",
            )

    def __repr__(self):
        lines = [HEADINGS, *self.rows()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = [
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join((*table, *self._notes(), self.verdict))

    def _repr_mimebundle_(self, include=None, exclude=None):
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in HEADINGS)
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows()
        )
        words = "".join(f"<p>{escape(words)}</p>" for words in (*self._notes(), self.verdict))
        page = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{words}"
        return {"text/html": page, "text/plain": repr(self)}

    def _notes(self):
        more, floor = len(self.names) - ROWS_SHOWN, FLOOR * self.terms
        if more > 0:
            yield f"({more} more, with smaller relative errors, are left out.)"
        below = np.maximum(abs(self.backpropagated), abs(self.complex_step)) < floor
        if (below & (self.backpropagated != self.complex_step)).any():
            yield (
                f"(Derivatives below {floor:.0e} are compared by that: they may be what rounding "
                "left of larger numbers.)"
            )


@dataclass(frozen=True, eq=False)
class StepSizes:
    """How wrong the two other ways are at each step size: relative errors, shape (steps,).

    ``central`` and ``complex_step`` are measured against what was backpropagated, with the floor
    of a gradient_table.
    """

    name: str
    steps: np.ndarray
    central: np.ndarray
    complex_step: np.ndarray


def gradient_table(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    gradient: ArrayLike | None = None,
    step: float = STEP,
) -> GradientTable:
    """Check every derivative of a network on a batch of examples.

    network: a Network. inputs, targets: a row for each example. gradient: derivatives of your
    own to be checked, in the order of network.parameter_names; by default those of batch_backward.
    step: the step of the central difference, from 1e-15 to 1. Returns a GradientTable. Raises
    TypeError or ValueError for what does not fit, and for complex numbers. A ReLU whose net is
    within a step of 0 has no derivative there, and the three may then differ.

    >>> from backprop_lib import example
    >>> network = example.network
    >>> table = gradient_table(network, [example.inputs], [example.targets])
    >>> print(table.verdict)
    All 12 derivatives agree with the complex step.
    >>> print(f"{table.central[4]:.9f} {table.complex_step[4]:.9f}")
    0.082167041 0.082167041
    """
    _check_step("step", step, LEAST_STEP)
    backward, terms = _backward_and_terms(network, inputs, targets)
    names = network.parameter_names
    if gradient is None:
        gradient = backward.gradient
    gradient = vector("gradient", gradient, len(names), f"{len(names)} numbers, as parameter_names")
    if np.iscomplexobj(gradient):
        raise TypeError(
            f"gradient: expected {len(names)} real numbers, as parameter_names, got complex ones. "
            "Of a complex step take imag / step."
        )
    error = error_of(network, inputs, targets)
    numbers = range(len(names))
    return GradientTable(
        names,
        gradient,
        frozen(np.array([central_difference(error, k, step) for k in numbers])),
        frozen(np.array([complex_difference(error, k, COMPLEX_STEP) for k in numbers])),
        terms,
    )


def step_sizes(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    name: str,
    steps: ArrayLike = STEPS,
) -> StepSizes:
    """The two other ways at many step sizes, for one weight or bias.

    name: one of network.parameter_names. steps: the step sizes, each from 1e-300 to 1. Returns
    StepSizes. Raises TypeError or ValueError for an unknown name, or another step.

    >>> from backprop_lib import example
    >>> network = example.network
    >>> sizes = step_sizes(network, [example.inputs], [example.targets], "w5", [1e-2, 1e-3])
    >>> print([f"{error:.0e}" for error in sizes.central])
    ['3e-06', '3e-08']
    """
    instance("network", network, Network, BUILD_A_NETWORK)
    k = parameter_index(network, name)
    sizes = number_array("steps", steps, 1, "a list of step sizes")
    for n, step in enumerate(sizes.tolist()):
        _check_step(f"steps[{n}]", step, LEAST_COMPLEX_STEP)
    backward, terms = _backward_and_terms(network, inputs, targets)
    right = backward.gradient[k]
    error = error_of(network, inputs, targets)
    central = np.array([central_difference(error, k, step) for step in sizes])
    by_complex = np.array([complex_difference(error, k, step) for step in sizes])
    return StepSizes(
        name,
        sizes,
        frozen(relative_error(central, right, FLOOR * terms)),
        frozen(relative_error(by_complex, right, FLOOR * terms)),
    )


def _check_step(argument, step, least):
    """Refuse a step with which nothing can be measured."""
    positive_number(argument, step, "Try 1e-6.")
    if not least <= step <= MOST_STEP:
        why = "is lost in rounding" if step < least else "leaves the point where it measures"
        raise ValueError(
            f"{argument}: expected a step from {least:g} to {MOST_STEP:g}, got {step!r}, which "
            f"{why}. Try 1e-6."
        )


def _backward_and_terms(network, inputs, targets):
    """The BatchBackward, and how large the terms are that a derivative is the sum of.

    A term is a delta times what flowed in, which is at most ``flowing``. A delta is a difference of
    an output and a target, each at most ``answers``, come back through weights of at most
    ``weights``. Numbers up to 1 count as 1. It is a measure, not a bound.
    """
    forward = batch_forward(network, inputs)
    check_real(network)
    backward = batch_backward(forward, targets)
    answers = max(1.0, abs(forward.outputs).max(), np.abs(targets).max())
    flowing = max(1.0, *(abs(array).max() for array in (forward.inputs, *forward.outs[:-1])))
    weights = max(1.0, *(abs(W).max() for W in network.weights))
    return backward, float(max(answers * flowing * weights, backward.E_total))


def error_of(network: Network, inputs: ArrayLike, targets: ArrayLike) -> Callable:
    """E_total as a function of a shift of one parameter: ``error(k, shift)``.

    k: the index of a parameter, as parameter_index gives it. shift: a real or complex number.
    """
    forward = batch_forward(network, inputs)
    made_of = functions(network)
    targets = np.asarray(targets)

    def error(k, shift):
        parameters = network.parameters.astype(np.result_type(shift, float))
        parameters[k] += shift
        weights, biases = unpacked(network.layer_sizes, parameters)
        nets, outs = forward_arrays(weights, biases, made_of, forward.inputs)
        return made_of.error(targets, outs[-1], nets[-1]).sum(axis=1).mean()

    return error


def central_difference(error: Callable, k: int, step: float) -> float:
    """(E(x + h) - E(x - h)) / (2 h), for the parameter of index k."""
    return (error(k, +step) - error(k, -step)) / (2 * step)


def complex_difference(error: Callable, k: int, step: float) -> float:
    """Imaginary part of E(x + i h) / h, for the parameter of index k."""
    return error(k, 1j * step).imag / step


def relative_error(
    one: np.ndarray, other: np.ndarray, floor: ArrayLike = sys.float_info.min
) -> np.ndarray:
    """|a - b| / max(|a|, |b|, floor).

    one, other: arrays of shapes that NumPy can bring together. floor: a number above 0, by default
    the smallest that has all its digits.

    >>> relative_error(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [0.5, 0.0]
    >>> relative_error(np.array([1e-17]), np.array([2e-17]), floor=1e-6).round(12).tolist()
    [1e-11]
    """
    return abs(one - other) / np.maximum(np.maximum(abs(one), abs(other)), floor)


def parameter_index(network: Network, name: str) -> int:
    """Where a weight or bias stands in network.parameters.

    network: a Network. name: one of its parameter_names. Raises ValueError for another.
    """
    if name not in network.parameter_names:
        names = network.parameter_names
        raise ValueError(
            f"name: expected one of {names[0]}, {names[1]}, ..., {names[-1]}, got {name!r}. "
            "Every neuron has its own bias here, such as b_h1."
        )
    return network.parameter_names.index(name)
