"""Plots for the notebooks, drawn by matplotlib, each a Picture with its facts in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.gradient_check import nudge
from backprop_lib.core.logistic import logistic, logistic_slope
from backprop_lib.core.numbers_as_text import with_minus
from backprop_lib.core.validation import instance, number_array
from backprop_lib.core.whole_import import whole_import
from backprop_lib.pictures.line_plot import Axis, even_ticks, linear_axis, log_axis, round_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.static_plot import (
    GUIDE,
    INK,
    TANGENT,
    all_of,
    curves_plot,
    draw_curve,
    empty_plot,
    finished,
    mark,
    note,
)
from backprop_lib.pictures.theme import sign_colour
from backprop_lib.symbolic.chain_rule import ChainRule
from backprop_lib.training.sweep import Sweep
from backprop_lib.training.training import Training

# A smaller error is drawn as this one: its digits are rounding, and differ between machines.
LEAST_DRAWN = 1e-20


def logistic_curve(nets: Mapping[str, float], slopes: bool = False) -> Picture:
    """The logistic curve, with a dot for each neuron.

    nets: a dict from a neuron's name to its net input. slopes: draw the tangent at each dot.
    Raises TypeError or ValueError for anything but finite numbers.

    >>> print(logistic_curve({"h1": 0.3775}))
    The logistic curve, with a dot for h1.
    net_h1 = 0.377500 comes out as out_h1 = 0.593270
    """
    _labelled("nets", nets, "For example {'h1': 0.3775}.")
    for neuron, net in nets.items():
        number_array(f"nets[{neuron!r}]", net, 0, "one finite number")
    reach = max(6.0, *(abs(net) + 1 for net in nets.values()))
    axes = empty_plot(
        linear_axis("net: what flows in", -reach, reach, even_ticks(-reach, reach)),
        linear_axis("out: what comes out", -0.06, 1.06, (0, 0.25, 0.5, 0.75, 1)),
    )
    x = np.linspace(-reach, reach, 201)
    draw_curve(axes, x, logistic(x), GUIDE)
    facts = []
    for number, (neuron, net) in enumerate(nets.items()):
        out = logistic(net)
        fact = f"net_{neuron} = {net:.6f} comes out as out_{neuron} = {out:.6f}"
        mark(axes, (net, float(out)), f"{neuron}: {out:.2f}", *_beside_curve(number))
        if slopes:
            run = np.array([-2.0, 2.0])
            draw_curve(axes, net + run, out + logistic_slope(out) * run, TANGENT)
            fact += f", where the slope is {logistic_slope(out):.6f}"
        facts.append(fact)
    return finished(axes, f"The logistic curve, with a dot for {_listed(nets)}.", facts)


def error_against(name: str, example: Example) -> Picture:
    """E_total against one weight or bias, all else as it is, with the tangent where it is now.

    name: a weight or bias of the example, such as "w5". Raises what Example.replace raises.

    >>> from backprop_lib import example
    >>> print(error_against("w5", example).facts[-1])
    The tangent at w5 = 0.40 has the slope +0.082167
    """
    instance("example", example, Example, BUILD_ONE)
    here = float(example[name])
    slope = nudge(f"dE_d{name}", example)
    x = np.linspace(here - 4, here + 4, 161)
    # pyrefly: ignore[bad-argument-type]
    error = [_error(example.replace(**{name: float(value)})) for value in x]
    now, most = _error(example), 1.15 * max(error)
    axes = empty_plot(
        linear_axis(name, x[0], x[-1], even_ticks(x[0], x[-1])),
        linear_axis("E_total", 0, most, even_ticks(0, most)),
    )
    draw_curve(axes, x, error, GUIDE)
    draw_curve(axes, x, now + slope * (x - here), TANGENT)
    mark(axes, (here, now), f"{name} = {here:.2f}, slope {slope:+.3f}", (16, -22))
    facts = [f"At {name} = {x[k]:.2f} E_total is {error[k]:.6f}" for k in range(0, 161, 40)]
    facts.append(f"The tangent at {name} = {here:.2f} has the slope {slope:+.6f}")
    return finished(axes, f"E_total against {name}, with the tangent where {name} is now.", facts)


def contributions_chart(rule: ChainRule, example: Example) -> Picture:
    """What each path adds to a derivative, and their sum, as signed bars.

    rule: a ChainRule. example: the numbers to put in.

    >>> from backprop_lib import example
    >>> from backprop_lib.symbolic.chain_rule import chain_rule
    >>> print(contributions_chart(chain_rule("E_total", "out_h1"), example))
    What each path adds to dE_total/dout_h1.
    by way of o1: +0.055399425
    by way of o2: -0.019049118
    sum: +0.036350306
    """
    with whole_import():  # of SymPy, and the other plots need none
        from backprop_lib.symbolic.chain_rule import ChainRule

    instance("rule", rule, ChainRule, "Make one with chain_rule('E_total', 'out_h1').")
    parts = {_by_way_of(path): value for path, value in rule.contributions(example).items()}
    bars = {**parts, "sum": sum(parts.values())}
    axes = _bar_plot(list(bars), min(0, *bars.values()), max(0, *bars.values()))
    for row, value in enumerate(bars.values()):
        is_negative = value < 0
        # As everywhere, negative is dotted; what is inside stays pale.
        edge = {"edgecolor": sign_colour(value), "ls": (0, (0.5, 1.5)), "lw": 4}
        axes.barh(
            row,
            value,
            height=0.6,
            zorder=2,
            color=(sign_colour(value), 0.35 if is_negative else 1),
            **(edge if is_negative else {}),
        )
        side, gap = ("right", -9) if is_negative else ("left", 7)
        note(axes, (value, row), with_minus(f"{value:+.9f}"), (gap, 0), side)
    axes.axvline(0, color=INK, lw=1.2)
    facts = [f"{label}: {value:+.9f}" for label, value in bars.items()]
    return finished(axes, f"What each path adds to d{rule.of}/d{rule.by}.", facts)


def error_curve(trainings: Mapping[str, Training | Sequence[float]]) -> Picture:
    """E_total of every round, both axes in powers of ten.

    trainings: a dict from a label to a Training, or to a list of errors from round 0 on.
    Round 0 has no place on such an axis, so it stands a little before round 1.

    >>> from backprop_lib import example, train
    >>> training = train(example.network, example.inputs, example.targets, 0.5, rounds=1)
    >>> print(error_curve({"the tutorial's rule": training}).facts[1])
    the tutorial's rule: E_total of round 1 is 0.2910277737
    """
    _labelled("trainings", trainings, "For example {'mine': train(...)}.")
    facts, curves = [], {}
    for label, training in trainings.items():
        errors = training.errors if isinstance(training, Training) else training
        errors = number_array(f"trainings[{label!r}]", errors, 1, "a Training or a list of errors")
        curves[label] = np.arange(len(errors)), errors
        marks = [0, *(10**k for k in range(12) if 10**k < len(errors))]
        facts += [f"{label}: E_total of round {k:,} is {errors[k]:.10f}" for k in marks]
    most = max(len(errors) for _, errors in curves.values())
    rounds = replace(round_axis(most - 1), label="round (k means after k updates)")
    axes = curves_plot(rounds, _error_axis("E_total", all_of(curves)), curves)
    return finished(axes, f"E_total, round by round: {'; '.join(trainings)}.", facts)


def sweep_chart(ends: Sweep, marked: Iterable[float] = ()) -> Picture:
    """Where a training ends against its learning rate, both axes in powers of ten.

    ends: a Sweep. marked: learning rates of the sweep to mark and name.

    >>> from backprop_lib import example
    >>> from backprop_lib.training.sweep import sweep
    >>> start = (example.network, example.inputs, example.targets)
    >>> ends = sweep(*start, [0.1, 0.5, 5], 100, progress=False)
    >>> print(sweep_chart(ends, marked=[0.5]).facts[0])
    Rate 0.5: E_total 2.0e-02
    """
    instance("ends", ends, Sweep, "Make one with sweep(...).")
    rounds = f"{ends.rounds:,} rounds"
    errors = _error_axis(f"E_total after {rounds}", ends.errors)
    room = (errors.high / errors.low) ** 0.15  # for what is written above a point
    axes = empty_plot(
        log_axis("learning rate", ends.learning_rates), replace(errors, high=errors.high * room)
    )
    draw_curve(axes, ends.learning_rates, ends.errors, GUIDE)
    lowest = min(ends.learning_rates)  # stands at the numbers of the axis
    for rate in marked:
        if rate not in ends.learning_rates:
            raise ValueError(
                f"marked: expected rates of the sweep, got {rate!r}. Sweep it as well."
            )
        error = ends.errors[list(ends.learning_rates).index(rate)]
        mark(
            axes,
            (rate, max(error, LEAST_DRAWN)),
            f"{rate:g}",
            (0, 17),
            "left" if rate == lowest else "center",
        )
    pairs = zip(ends.learning_rates, ends.errors, strict=True)
    facts = [f"Rate {rate:g}: E_total {_by_size(error)}" for rate, error in pairs if rate in marked]
    return finished(axes, f"E_total after {rounds}, against the learning rate.", facts)


def _bar_plot(names, low, high):
    """Room for a bar in each row, with its name on the left and its number at its end."""
    room = 0.6 * (high - low)
    low, high = low - room * (low < 0), high + room * (high > 0)
    rows = Axis("", -0.5, len(names) - 0.5, "linear", tuple(enumerate(names)))
    axes = empty_plot(
        linear_axis("", low, high, even_ticks(low, high)), rows, height=54 * len(names) + 40
    )
    axes.grid(False, axis="y")
    axes.invert_yaxis()  # the first at the top
    return axes


def _error_axis(label, errors):
    """A logarithmic axis of errors, whose low end stands for all that is smaller."""
    axis = log_axis(label, np.maximum(errors, LEAST_DRAWN))
    if min(errors) >= LEAST_DRAWN:
        return axis
    (low, words), *ticks = axis.ticks
    return replace(axis, ticks=((low, f"≤{words}"), *ticks))


def _by_size(error):
    """An error in two digits; what is smaller is rounding, and differs between machines."""
    return f"{error:.1e}" if error > 1e-25 else "below 1e-25"


def _labelled(argument, value, advice):
    """Raises TypeError or ValueError for anything but a dict with something in it."""
    if not isinstance(value, dict):
        raise TypeError(f"{argument}: expected a dict from labels, got {value!r}. {advice}")
    if not value:
        raise ValueError(f"{argument}: expected at least one entry, got none. {advice}")


def _beside_curve(number):
    """Labels take turns on the two sides of the curve, so that near dots do not collide."""
    return ((14, -12), "left") if number % 2 == 0 else ((-14, 12), "right")


def _error(example):
    return forward_pass(example).E_total


def _by_way_of(path):
    """The neurons that a path passes through, which tell it apart from the others."""
    neurons = [name.removeprefix("out_") for name in path[1:-1] if name.startswith("out_")]
    return "by way of " + ", ".join(neurons) if neurons else "directly"


def _listed(names):
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
