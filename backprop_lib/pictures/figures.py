"""Plots for the notebooks, drawn by matplotlib, each with its text twin.

Every function returns a Picture, which a notebook shows as an image with alternative text and
the same facts in words beneath it. Colours come from ``theme``.
"""

import base64
import html
from functools import cached_property
from io import BytesIO

import numpy as np
from matplotlib.figure import Figure

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.gradient_check import nudge
from backprop_lib.core.logistic import logistic, logistic_slope
from backprop_lib.core.validation import instance, number_array
from backprop_lib.core.whole_import import whole_import
from backprop_lib.pictures.theme import CHANGED, POSITIVE, sign_colour
from backprop_lib.training.sweep import Sweep
from backprop_lib.training.training import Training

INK = "#212121"
GREY = "#767676"
STYLES = ("-", "--", "-.", ":")


class Picture:
    """A plot and its text twin.

    label: one sentence, read aloud by a screen reader. facts: the plot's numbers in words, a
    line each.
    """

    def __init__(self, figure, label, facts):
        self.figure = figure
        self.label = label
        self.facts = tuple(facts)

    @property
    def text(self):
        """The text twin: the label, then the facts."""
        return "\n".join((self.label, *self.facts))

    @cached_property
    def png(self):
        """The plot as PNG bytes. Drawn once: a second drawing would settle the layout anew."""
        buffer = BytesIO()
        self.figure.savefig(buffer, format="png", dpi=160, metadata={"Software": None})
        return buffer.getvalue()

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        # An <img> of our own, because JupyterLab gives image outputs no alternative text.
        source = base64.b64encode(self.png).decode("ascii")
        label = html.escape(self.label)
        facts = "".join(f"<li>{html.escape(fact)}</li>" for fact in self.facts)
        return (
            f'<img alt="{label}" src="data:image/png;base64,{source}" '
            'style="width: 100%; max-width: 820px">'
            f"<details><summary>The picture in words: {label}</summary><ul>{facts}</ul></details>"
        )


def logistic_curve(nets, slopes=False):
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
    figure, axes = _plot("net: what flows in", "out: what comes out")
    reach = max(6.0, *(abs(net) + 1 for net in nets.values()))
    x = np.linspace(-reach, reach, 401)
    axes.plot(x, logistic(x), color=GREY, lw=2.5)
    facts = []
    for number, (neuron, net) in enumerate(nets.items()):
        out = logistic(net)
        fact = f"net_{neuron} = {net:.6f} comes out as out_{neuron} = {out:.6f}"
        axes.plot(net, out, "o", color=POSITIVE, ms=10, zorder=3)
        _note(axes, f"{neuron}: {out:.2f}", (net, out), _beside_curve(number))
        if slopes:
            run = np.array([-2.0, 2.0])
            axes.plot(net + run, out + logistic_slope(out) * run, color=CHANGED, lw=2.5, ls="--")
            fact += f", where the slope is {logistic_slope(out):.6f}"
        facts.append(fact)
    axes.set_ylim(-0.06, 1.06)
    return Picture(figure, f"The logistic curve, with a dot for {_listed(nets)}.", facts)


def error_against(name, example):
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
    error = [_error(example.replace(**{name: float(value)})) for value in x]
    figure, axes = _plot(name, "E_total")
    axes.plot(x, error, color=GREY, lw=2.5)
    axes.plot(x, _error(example) + slope * (x - here), color=CHANGED, lw=2.5, ls="--")
    axes.plot(here, _error(example), "o", color=POSITIVE, ms=10, zorder=3)
    _note(axes, f"{name} = {here:.2f}, slope {slope:+.3f}", (here, _error(example)), (14, -28))
    axes.set_ylim(0, 1.15 * max(error))
    facts = [f"At {name} = {x[k]:.2f} E_total is {error[k]:.6f}" for k in range(0, 161, 40)]
    facts.append(f"The tangent at {name} = {here:.2f} has the slope {slope:+.6f}")
    return Picture(figure, f"E_total against {name}, with the tangent where {name} is now.", facts)


def contributions_chart(rule, example):
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
    figure, axes = _plot(f"d{rule.of}/d{rule.by}", "", height=0.75 * len(bars) + 1.3)
    for row, (_label, value) in enumerate(bars.items()):
        hatch = "" if value >= 0 else "//"
        axes.barh(row, value, color=sign_colour(value), hatch=hatch, edgecolor="white", height=0.6)
        gap, side = (6, "left") if value >= 0 else (-6, "right")
        _note(axes, f"{value:+.9f}", (value, row), (gap, 0), va="center", ha=side)
    axes.axvline(0, color=INK, lw=1.2)
    axes.set_yticks(range(len(bars)), list(bars))
    axes.invert_yaxis()
    low, high = min(0, *bars.values()), max(0, *bars.values())
    room = 0.45 * (high - low)  # for the number at the end of a bar
    axes.set_xlim(low - room * (low < 0), high + room * (high > 0))
    facts = [f"{label}: {value:+.9f}" for label, value in bars.items()]
    return Picture(figure, f"What each path adds to d{rule.of}/d{rule.by}.", facts)


def error_curve(trainings):
    """E_total of every round, both axes in powers of ten.

    trainings: a dict from a label to a Training, or to a list of errors from round 0 on.
    Round 0 has no place on such an axis, so it stands a little before round 1.

    >>> from backprop_lib import example, train
    >>> training = train(example.network, example.inputs, example.targets, 0.5, rounds=1)
    >>> print(error_curve({"the tutorial's rule": training}).facts[1])
    the tutorial's rule: E_total of round 1 is 0.2910277737
    """
    _labelled("trainings", trainings, "For example {'mine': train(...)}.")
    figure, axes = _plot("round (k means after k updates)", "E_total")
    facts = []
    for (label, training), style in zip(trainings.items(), STYLES * len(trainings), strict=False):
        errors = training.errors if isinstance(training, Training) else training
        errors = number_array(f"trainings[{label!r}]", errors, 1, "a Training or a list of errors")
        rounds = np.arange(len(errors))
        axes.plot(rounds, errors, color=POSITIVE, ls=style, lw=3, label=label)
        marks = [0, *(10**k for k in range(12) if 10**k < len(errors))]
        facts += [f"{label}: E_total of round {k:,} is {errors[k]:.10f}" for k in marks]
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    axes.set_yscale("log")
    axes.set_xlim(left=0)
    axes.legend(frameon=False, fontsize=14)
    return Picture(figure, f"E_total, round by round: {'; '.join(trainings)}.", facts)


def sweep_chart(ends, marked=()):
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
    figure, axes = _plot("learning rate", f"E_total after {rounds}")
    axes.loglog(ends.learning_rates, ends.errors, color=GREY, lw=2.5)
    for rate in marked:
        if rate not in ends.learning_rates:
            raise ValueError(
                f"marked: expected rates of the sweep, got {rate!r}. Sweep it as well."
            )
        error = ends.errors[list(ends.learning_rates).index(rate)]
        axes.plot(rate, error, "o", color=POSITIVE, ms=10, zorder=3)
        _note(axes, f"{rate:g}", (rate, error), (0, 12), ha="center")
    axes.margins(y=0.15)
    pairs = zip(ends.learning_rates, ends.errors, strict=True)
    facts = [f"Rate {rate:g}: E_total {_by_size(error)}" for rate, error in pairs if rate in marked]
    return Picture(figure, f"E_total after {rounds}, against the learning rate.", facts)


def _plot(xlabel, ylabel, height=4.0):
    """An empty plot in the house style: large type, no box, a faint grid."""
    figure = Figure(figsize=(9, height), layout="constrained", facecolor="white")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    axes = figure.subplots()
    axes.set_xlabel(xlabel, fontsize=16)
    axes.set_ylabel(ylabel, fontsize=16)
    axes.tick_params(labelsize=14)
    axes.grid(color="#e0e0e0")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _by_size(error):
    """An error in two digits; what is smaller is rounding, and differs between machines."""
    return f"{error:.1e}" if error > 1e-25 else "below 1e-25"


def _labelled(argument, value, advice):
    """Raises TypeError or ValueError for anything but a dict with something in it."""
    if not isinstance(value, dict):
        raise TypeError(f"{argument}: expected a dict from labels, got {value!r}. {advice}")
    if not value:
        raise ValueError(f"{argument}: expected at least one entry, got none. {advice}")


def _note(axes, text, at, offset, **where):
    axes.annotate(text, at, offset, textcoords="offset points", fontsize=15, color=INK, **where)


def _beside_curve(number):
    """Labels take turns on the two sides of the curve, so that near dots do not collide."""
    return (14, -20) if number % 2 == 0 else (-84, 8)


def _error(example):
    return forward_pass(example).E_total


def _by_way_of(path):
    """The neurons that a path passes through, which tell it apart from the others."""
    neurons = [name.removeprefix("out_") for name in path[1:-1] if name.startswith("out_")]
    return "by way of " + ", ".join(neurons) if neurons else "directly"


def _listed(names):
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
