"""Two plots for trainings by batches and for checked gradients, each with its text twin."""

import numpy as np

from backprop_lib.core.validation import instance
from backprop_lib.pictures.line_plot import linear_axis, log_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.static_plot import all_of, curves_plot, finished
from backprop_lib.training.batch_training import BatchTraining
from backprop_lib.training.gradient_table import StepSizes

# Below the last digit of double precision; a relative error of 0 is drawn here. With an error of 1
# not one digit is right, and more is drawn there too. So the axis never depends on rounding.
LEAST, MOST = 1e-17, 1.0
# With larger steps the error is that of the step, with smaller ones that of rounding.
OF_THE_STEP, OF_ROUNDING = 1e-3, 1e-12


def step_size_chart(sizes: StepSizes) -> Picture:
    """Relative error against step size: the central difference and the complex step.

    sizes: StepSizes, whose two errors have the shape (steps,). Both axes are in powers of ten, and
    the step gets smaller to the left. Errors above 1 are drawn at 1, and those below 1e-17 there.
    Returns a Picture. Raises TypeError for anything else.

    Left of the bend rounding draws the curves, and differs from one processor to the next. The
    facts say of it only what holds on all of them; tests/nbval_sanitize.cfg leaves the points of
    this picture out of what is compared.

    >>> from backprop_lib import example
    >>> from backprop_lib.training.gradient_table import step_sizes
    >>> network = example.network
    >>> sizes = step_sizes(network, [example.inputs], [example.targets], "w5", [1e-2, 1e-4])
    >>> print(step_size_chart(sizes).facts[0])
    Step 1e-02: central difference 2.9e-06, complex step 2.9e-06
    """
    instance("sizes", sizes, StepSizes, "Make one with step_sizes(...).")
    central, by_complex = (np.clip(e, LEAST, MOST) for e in (sizes.central, sizes.complex_step))
    axes = curves_plot(
        log_axis("step size h", sizes.steps),
        log_axis(f"relative error of dE_d{sizes.name}", [LEAST, MOST]),
        {"central difference": (sizes.steps, central), "complex step": (sizes.steps, by_complex)},
    )
    label = f"How wrong dE_d{sizes.name} is, found in two other ways, against the size of the step."
    return finished(axes, label, _step_facts(sizes))


def error_by_epoch(training: BatchTraining) -> Picture:
    """The error of every epoch, of what is learned from and of what is held out.

    training: a BatchTraining, whose errors have the shape (epochs + 1,). Returns a Picture; an
    error of 0 is drawn at its lower end. Raises TypeError for anything else.
    """
    instance("training", training, BatchTraining, "Make one with train_in_batches(...).")
    curves = _curves(training.errors, training.held_out_errors)
    above_zero = [error for error in all_of(curves) if error > 0]
    axes = curves_plot(_epochs(training), log_axis("E_total, mean", above_zero or [1.0]), curves)
    facts = _facts(training, "error", training.errors, training.held_out_errors, ".4f")
    return finished(axes, f"The error of each of {training.epochs} epochs.", facts)


def accuracy_by_epoch(training: BatchTraining) -> Picture:
    """The part of the examples answered right after every epoch.

    training: a BatchTraining whose outputs are from 0 to 1. Raises ValueError for another.
    """
    instance("training", training, BatchTraining, "Make one with train_in_batches(...).")
    if np.isnan(training.accuracies[0]):
        raise ValueError(
            "training: expected outputs from 0 to 1, which answer right or wrong, got "
            f"{training.network!r}. Look at error_by_epoch."
        )
    right, held_out = training.accuracies, training.held_out_accuracies
    parts = linear_axis("answered right", 0, 1, (0, 0.25, 0.5, 0.75, 1))
    axes = curves_plot(_epochs(training), parts, _curves(right, held_out))
    label = f"The part of the examples answered right after each of {training.epochs} epochs."
    return finished(axes, label, _facts(training, "answered right", right, held_out, ".1%"))


def _epochs(training):
    most = max(training.epochs, 1)
    return linear_axis("epoch", 0, most, (0, most / 2, most))


def _curves(learned, judged):
    epochs = range(len(learned))
    curves = {"learned from": (epochs, learned)}
    return curves if judged is None else {**curves, "held out": (epochs, judged)}


def _facts(training, what, learned, judged, form):
    """A line for the start, the middle and the end."""
    for epoch in sorted({0, training.epochs // 2, training.epochs}):
        line = f"Epoch {epoch}: {what} {learned[epoch]:{form}}"
        yield line if judged is None else f"{line}, held out {judged[epoch]:{form}}"


def _step_facts(sizes):
    """Digits where the step decides them; bounds where rounding does, which differs by machine."""
    for step, one, other in zip(sizes.steps, sizes.central, sizes.complex_step, strict=True):
        if step >= OF_THE_STEP:
            yield f"Step {step:.0e}: central difference {one:.1e}, complex step {other:.1e}"
    smallest = min(sizes.steps)
    if smallest < OF_THE_STEP:
        best = min(sizes.central)
        bound = next((bound for bound in (1e-9, 1e-6, 1e-3) if 3 * best < bound), 1)
        yield f"Central difference: below {bound:g} at its best"
    if smallest <= OF_ROUNDING:
        # The worst of several: rounding may be lucky with one.
        worst = max(sizes.central[sizes.steps <= OF_ROUNDING])
        over = next((bound for bound in (1e-3, 1e-4, 1e-6) if worst > 3 * bound), 0)
        yield f"Central difference: above {over:g} again with steps of {OF_ROUNDING:.0e} and less"
    if smallest < OF_THE_STEP:
        exact = sizes.complex_step[np.argmin(sizes.steps)] < 1e-12
        side = "below" if exact else "above"
        yield f"Complex step: {side} 1e-12 with the smallest step, {smallest:.0e}"
