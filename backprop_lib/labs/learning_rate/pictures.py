"""The pictures of the learning-rate lab, each with its facts in words."""

from collections.abc import Sequence

from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.labs.learning_rate.runs import Run, landmarks
from backprop_lib.labs.learning_rate.settings import counted
from backprop_lib.labs.learning_rate.words import error_text
from backprop_lib.pictures.line_plot import (
    Curve,
    Levels,
    Mark,
    line_plot,
    log_axis,
    logit_axis,
    round_axis,
)
from backprop_lib.pictures.picture import Picture


def error_picture(run: Run, pinned: Run | None, size: str) -> Picture:
    """The error of every round, both axes in powers of ten, and the pinned curve beside it."""
    runs = [run] if pinned is None else [run, pinned]
    curves = [Curve(_name(r, pinned), r.rounds, r.errors) for r in runs]
    most = max(r.settings.rounds for r in runs)
    return line_plot(
        "The error, round by round",
        round_axis(most),
        log_axis("E_total", [1, *(e for r in runs for e in (r.errors[0], r.error))]),
        curves,
        label=f"Error curve: {'; '.join(f'{_name(r, pinned)} {_falls(r)}' for r in runs)}.",
        facts=[fact for r in runs for fact in _curve_facts(r, pinned)],
        size=size,
    )


def outputs_picture(run: Run, size: str) -> Picture:
    """The outputs of every round, on an axis that shows how far past a target one can go."""
    curves = [Curve(f"out_{name}", run.rounds, values) for name, values in run.outputs.items()]
    ends = ", ".join(f"out_{name} at {result_text(out)}" for name, out in run.ends.items())
    return line_plot(
        "The outputs, and their targets",
        round_axis(run.settings.rounds),
        logit_axis("out (stretched near 0 and 1)"),
        curves,
        levels=Levels("targets", tuple(run.targets.values())),
        label=f"Outputs for {run.settings.label}: they end with {ends}.",
        facts=_output_facts(run),
        size=size,
    )


def sweep_picture(
    rates: Sequence[float], errors: Sequence[float], run: Run, pinned: Run | None, size: str
) -> Picture:
    """Where every learning rate ends, and where on this curve the present one lies."""
    marks = [Mark(_name(run), run.settings.rate, run.error)]
    if pinned is not None:
        marks.append(Mark(_name(pinned, pinned), pinned.settings.rate, pinned.error, "square"))
    best = min(zip(errors, rates, strict=True))
    # What was pinned may come from other rounds, and a typed rate from outside the slider.
    marked = [each for each in (run, pinned) if each is not None]
    return line_plot(
        "Where every rate ends",
        log_axis("learning rate", [*rates, *(each.settings.rate for each in marked)]),
        log_axis(
            f"E_total after {counted(run.settings.rounds)}",
            [1, *errors, *(each.error for each in marked)],
        ),
        [Curve("", rates, errors)],
        marks=marks,
        label=(
            f"Sweep: {_name(run)} ends at an error of {error_text(run.error)}; the lowest of all, "
            f"{error_text(best[0])}, is reached with rate {best[1]:g}."
        ),
        facts=[
            f"rate {rate:g} ends at {error_text(error)}"
            for rate, error in list(zip(rates, errors, strict=True))[::10]
        ],
        size=size,
    )


def _name(run, pinned=None):
    return f"{'pinned:' if run is pinned else 'rate'} {run.settings.rate:g}"


def _falls(run):
    return f"goes from {error_text(run.errors[0])} to {error_text(run.error)}"


def _curve_facts(run, pinned):
    whose = "" if pinned is None else f"{_name(run, pinned)}, "
    spoken = landmarks(run.settings.rounds)
    return [
        f"{whose}round {k:,}: E_total = {error_text(error)}"
        for k, error in zip(run.rounds, run.errors, strict=True)
        if k in spoken
    ]


def _output_facts(run):
    spoken = landmarks(run.settings.rounds)
    for n, k in enumerate(run.rounds):
        if k in spoken:
            outs = (f"out_{name} = {result_text(v[n])}" for name, v in run.outputs.items())
            yield f"round {k:,}: {', '.join(outs)}"
