"""The learning-rate lab of notebook 05: move the rate, and see what the training comes to.

    from backprop_lib import example, learning_rate_lab

    learning_rate_lab(example)

The state of the lab is one plain dict of what its controls hold, as text. ``Settings`` are what
that text means, a ``Run`` is what a training with them came to, and pictures and words are made
from runs alone. The widget at the end of this file only passes the one on and the other back.

Its page side is learning_rate.js: native controls, which have names and work by keyboard (the
slider of ipywidgets has no name that a screen reader speaks), and places for what is drawn here.
"""

import contextlib
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE, UpdateRule
from backprop_lib.labs.lab import Lab, open_lab, page_side
from backprop_lib.labs.typed_number import typed_rate, typed_whole
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
from backprop_lib.training.engines import prepare
from backprop_lib.training.published import figures
from backprop_lib.training.sweep import sweep
from backprop_lib.training.training import train

error_text = partial(result_text, decimals=10)  # as the tutorial prints its last error
# Twenty steps from one power of ten to the next, rounded so that a rate can be read aloud.
RATES = tuple(f"{float(f'{10 ** (step / 20 - 2):.2g}'):g}" for step in range(101))
TUTORIAL = {
    "rate": "0.5",
    "rounds": "10000",
    "hidden_layers_use": "original weights",
    "biases": "frozen",
}
MOST_ROUNDS = 100_000
# A curve of so many points looks no different from one of 10,000.
POINTS = 200
GUESSES = ("0.5", "50", "400")
SKIPPED = "skipped"
ENGINES = {
    "generated": "the generated loop, run by Python",
    "compiled": "the generated loop, compiled by numba",
    "numpy": "NumPy, layer by layer",
}
UNTIL_GUESSED = "<p>Here you will see where every rate ends, once you have made your guess.</p>"
# No None: between Python and the page of a browser's own kernel its key would be lost.
START = TUTORIAL | {"guess": "", "pinned": "", "size": "normal"}


# What the controls mean ------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """What a training is made with."""

    rate: float
    rounds: int
    rule: UpdateRule

    @property
    def controls(self) -> dict[str, str]:
        """What the controls hold when they mean this.

        >>> Settings(50.0, 100, UpdateRule()).controls["rate"]
        '50.0'
        """
        return {
            "rate": repr(self.rate),
            "rounds": str(self.rounds),
            "hidden_layers_use": self.rule.hidden_layers_use,
            "biases": self.rule.biases,
        }

    @property
    def label(self) -> str:
        """The rate, and whatever is not as in the tutorial.

        >>> Settings(50.0, 100, UpdateRule(biases="one per layer")).label
        'rate 50, 100 rounds, biases one per layer'
        """
        parts = [f"rate {self.rate:g}"]
        if self.rounds != int(TUTORIAL["rounds"]):
            parts.append(counted(self.rounds))
        if self.rule.hidden_layers_use != TUTORIAL["hidden_layers_use"]:
            parts.append(self.rule.hidden_layers_use)
        if self.rule.biases != TUTORIAL["biases"]:
            parts.append(f"biases {self.rule.biases}")
        return ", ".join(parts)


def counted(rounds: int) -> str:
    """So many rounds, in words.

    >>> counted(1), counted(10_000)
    ('1 round', '10,000 rounds')
    """
    return f"{rounds:,} round{'' if rounds == 1 else 's'}"


def _settings(controls):
    """The Settings, or None; and a message for each control that means nothing."""
    read, messages = {}, {}
    fields = {"rate": typed_rate, "rounds": lambda text: typed_whole(text, 1, MOST_ROUNDS)}
    for name, meant in fields.items():
        try:
            read[name] = meant(controls[name])
        except ValueError as problem:
            messages[name] = str(problem)
    rule = UpdateRule(controls["hidden_layers_use"], controls["biases"])
    return (None if messages else Settings(**read, rule=rule)), messages


# What a training came to -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Run:
    """A training, thinned to what is drawn and said.

    rounds: from 0 to the last, some left out; errors and outputs (a tuple for each output
    neuron) are of these. ends: the outputs of the last round. overshot: names of the outputs
    that went past their targets into saturation; lost: those that saturated on the wrong side.
    still_falling: whether the error is. rose: None, or the round in which the error rose most,
    and the errors before and after it. engine_reason: why this engine ran.
    """

    settings: Settings
    rounds: tuple
    errors: tuple
    outputs: dict
    targets: dict
    overshot: tuple
    lost: tuple
    still_falling: bool
    rose: tuple | None
    engine: str
    engine_reason: str

    @property
    def error(self) -> float:
        """E_total of the last round."""
        return self.errors[-1]

    @property
    def ends(self) -> dict[str, float]:
        """The outputs of the last round, by name."""
        return {name: values[-1] for name, values in self.outputs.items()}


def run(example: Example, settings: Settings) -> Run:
    """Train the example's network, and keep what is drawn and said."""
    training = train(
        example.network,
        example.inputs,
        example.targets,
        settings.rate,
        settings.rounds,
        settings.rule,
    )
    shown = _thinned(settings.rounds)
    errors, names = training.errors, example.names.outputs
    outputs = dict(zip(names, training.outputs.T, strict=True))
    targets = dict(zip(names, example.targets.tolist(), strict=True))
    ends = {name: float(values[-1]) for name, values in outputs.items()}
    has_flat_ends = example.network.activations[-1] == "logistic"
    stuck = [n for n in names if has_flat_ends and _saturated(ends[n], targets[n])]
    # The flat end that a target lies nearer to is the one behind it.
    past = {name: (ends[name] < 0.5) == (targets[name] < 0.5) for name in names}
    return Run(
        settings=settings,
        rounds=tuple(shown.tolist()),
        errors=tuple(errors[shown].tolist()),
        outputs={name: tuple(values[shown].tolist()) for name, values in outputs.items()},
        targets=targets,
        overshot=tuple(n for n in stuck if past[n]),
        lost=tuple(n for n in stuck if not past[n]),
        still_falling=bool(errors[-1] < 0.99 * errors[(len(errors) - 1) // 2]),
        rose=_largest_rise(errors),
        engine=training.engine,
        engine_reason=training.engine_reason,
    )


def _largest_rise(errors):
    """The round in which the error rose most, and the errors before and after; or None."""
    rises = np.diff(errors)
    k = int(rises.argmax()) + 1
    # Less than the last digits of the starting error is the computer's rounding.
    if rises[k - 1] <= 1e-15 * errors[0]:
        return None
    return k, float(errors[k - 1]), float(errors[k])


def _thinned(rounds):
    """Rounds at even distances on a logarithmic axis, and every one that is spoken of."""
    even = np.geomspace(1, rounds, POINTS).round().astype(int)
    return np.union1d(even, _landmarks(rounds))


def _landmarks(rounds):
    """The rounds that are put into words: 0, the powers of ten, and the last."""
    return [0] + [10**n for n in range(6) if 10**n < rounds] + [rounds]


def _saturated(out, target):
    """Whether an output lies where the logistic curve is flat, compared with its target."""
    return out * (1 - out) < 0.01 * target * (1 - target)


# Pictures --------------------------------------------------------------------------------------


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
        facts=[fact for r in runs for fact in _curve_facts(r, _name(r, pinned))],
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
    return line_plot(
        "Where every rate ends",
        log_axis("learning rate", rates),
        log_axis(f"E_total after {counted(run.settings.rounds)}", [1, *errors]),
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


def _curve_facts(run, name):
    spoken = _landmarks(run.settings.rounds)
    return [
        f"{name}, round {k:,}: E_total = {error_text(error)}"
        for k, error in zip(run.rounds, run.errors, strict=True)
        if k in spoken
    ]


def _output_facts(run):
    spoken = _landmarks(run.settings.rounds)
    for n, k in enumerate(run.rounds):
        if k in spoken:
            outs = (f"out_{name} = {result_text(v[n])}" for name, v in run.outputs.items())
            yield f"round {k:,}: {', '.join(outs)}"


# Words -----------------------------------------------------------------------------------------


def read_out(run: Run) -> str:
    """The final numbers, and what they mean, in three sentences."""
    settings = run.settings
    answers = " and ".join(
        f"{name} answers {result_text(out)} (target {run.targets[name]:g})"
        for name, out in run.ends.items()
    )
    return (
        f"Learning rate {settings.rate:g}: after {counted(settings.rounds)} the error is "
        f"{error_text(run.error)}. "
        f"{answers}. {_verdict(run)}"
    )


def _verdict(run):
    if run.overshot or run.lost:
        return f"{_where_stuck(run)} No slope, no step: the error stalls{_whether_it_rose(run)}."
    if run.rose:
        return f"The error did not only fall{_whether_it_rose(run)}."
    if run.error < 1e-24:
        return "That is as near to the targets as the computer's digits go."
    if run.still_falling and run.error > 1e-3:
        return "The steps are small: the outputs are still far from their targets."
    if run.still_falling:
        return "The error is still falling: more rounds would lower it further."
    return "The error hardly moves."


def _where_stuck(run):
    parts = []
    if run.overshot:
        targets = "their targets" if len(run.overshot) > 1 else "its target"
        parts.append(f"{' and '.join(run.overshot)} jumped past {targets}")
    if run.lost:
        were = "were" if len(run.lost) > 1 else "was"
        parts.append(f"{' and '.join(run.lost)} {were} thrown to the wrong end")
    return f"{', and '.join(parts)}: there the logistic curve is flat."


def _whether_it_rose(run):
    if run.rose is None:
        return ", though it never rose"
    k, before, after = run.rose
    return f"; it rose from {error_text(before)} to {error_text(after)} in round {k:,}"


def what_next(run: Run, pinned: Run | None) -> str:
    """The one thing to try now."""
    if run.overshot:
        return (
            "Look at the outputs: which went past its target? "
            "Then find the largest rate at which none does."
        )
    if run.error < 1e-20 and pinned is None:
        return "Pin this curve, then move on to 200 and to 400."
    if run.error < 1e-20:
        return "Move on to 200, then to 400. What do the outputs do?"
    if run.settings.rate > float(RATES[-1]):
        return "Go back to a smaller rate, where the error moves."
    return (
        "Move the slider to the right. Watch the dot on the curve of all rates: where does it turn?"
    )


def printed_by_the_tutorial() -> dict[str, str]:
    """What the tutorial prints for the end of its training: a dict from a quantity to digits.

    >>> printed_by_the_tutorial()["E_total"]
    '0.0000351085'
    """
    step = f"after {int(TUTORIAL['rounds']):,} rounds"
    return {figure.quantity: figure.printed for figure in figures() if figure.step == step}


def numbers_table(run: Run, pinned: Run | None) -> str:
    """The final numbers as an HTML table, beside the pinned ones and what the tutorial printed."""
    printed = printed_by_the_tutorial()
    columns = {run.settings.label: run}
    if pinned is not None:
        columns[f"pinned: {pinned.settings.label}"] = pinned
    heads = "".join(f'<th scope="col">{head}</th>' for head in (*columns, "the tutorial printed"))
    rows = [("E_total", [error_text(r.error) for r in columns.values()])]
    for name in run.ends:
        rows.append((f"out_{name}", [result_text(r.ends[name]) for r in columns.values()]))
    body = ""
    for quantity, values in rows:
        cells = "".join(f"<td>{value}</td>" for value in (*values, printed.get(quantity, "")))
        body += f'<tr><th scope="row">{quantity}</th>{cells}</tr>'
    return (
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>"
        "<p>The tutorial took rate 0.5 and 10,000 rounds. Its last digits come from other programs "
        "than its text describes; notebook 04 shows which.</p>"
    )


def _engine_text(run):
    """Which engine ran, and why not the quickest."""
    name = ENGINES[run.engine]
    return name if run.engine == "compiled" else f"{name} ({run.engine_reason})"


def answer_to(guess: str, runs: Mapping[str, Run]) -> str:
    """What became of a guess. runs: a dict from each of GUESSES to its Run."""
    best = min(runs, key=lambda rate: runs[rate].error)
    ends = ", ".join(f"{rate} ends at {error_text(r.error)}" for rate, r in runs.items())
    if guess == best:
        return f"You said {guess}, and so it is: {ends}. Now find out why."
    return f"You said {guess}; it is {best}: {ends}. Now find out why."


def everything_shown(
    now: Run,
    pinned: Run | None,
    swept: tuple[Sequence[float], Sequence[float]] | None,
    answer: str,
    size: str,
) -> dict:
    """All pictures and words, by the names of their places on the page.

    now, pinned: Runs, or None for pinned. swept: rates and the errors they end at, or None as
    long as no guess is made, because the sweep would give it away.
    """
    pictures = {"error": error_picture(now, pinned, size), "outputs": outputs_picture(now, size)}
    if swept is not None:
        pictures["sweep"] = sweep_picture(*swept, now, pinned, size)
    drawn = {name: picture.svg for name, picture in pictures.items()}
    return {
        "locked": swept is None,
        "answer": answer,
        "pictures": {"sweep": UNTIL_GUESSED, **drawn},
        "facts": {name: list(picture.facts) for name, picture in pictures.items()},
        "read_out": read_out(now),
        "next": what_next(now, pinned) if swept is not None else "",
        "table": numbers_table(now, pinned),
        "engine": _engine_text(now),
        "drawn": now.settings.controls,
        "status": "",
    }


# The widget ------------------------------------------------------------------------------------


def learning_rate_lab(example: Example, name: str = "learning rate") -> "LearningRateLab":
    """The lab for an example. Show it as the last line of a cell.

    name: a lab closes the one before it of the same name, so that a cell can be run again and
    leaves nothing behind. Give a second lab in the same notebook another name.
    Returns a LearningRateLab; raises TypeError for anything but an Example.

    >>> from backprop_lib import example
    >>> lab = learning_rate_lab(example, name="doctest")
    >>> lab.controls["rate"]
    '0.5'
    >>> lab.close()
    """
    instance("example", example, Example, BUILD_ONE)
    return open_lab(LearningRateLab, name, example)


class LearningRateLab(Lab):
    """The live lab of one example.

    >>> from backprop_lib import example
    >>> lab = LearningRateLab(example)
    >>> lab.set(guess="50")
    >>> lab.set(rate="10")
    >>> print(lab.view["read_out"][:61])
    Learning rate 10: after 10,000 rounds the error is 3.0e-12. o
    >>> lab.set(rate="ten")
    >>> print(lab.view["messages"]["rate"])
    ten is no number. Type one, such as 0.5.
    >>> lab.close()
    """

    _esm, _css = page_side("learning_rate")

    def __init__(self, example):
        self._example = example
        # The present run and the pinned one, and those that a guess is about.
        self._run = lru_cache(maxsize=2 + len(GUESSES))(lambda settings: run(example, settings))
        self._sweep = lru_cache(maxsize=2)(lambda *what: _swept(example, *what))
        self._ready_for = set()
        self._last_good = _settings(TUTORIAL)[0]
        super().__init__(
            fixed={
                "rates": RATES,
                "hidden_layers_use": HIDDEN_LAYERS_USE,
                "biases": BIASES,
                "guesses": GUESSES,
                "skipped": SKIPPED,
                "tutorial": TUTORIAL,
            },
            controls=START | {"rate": f"{example.learning_rate:g}"},
        )

    def close(self) -> None:
        """Take the lab off the page and let go of everything it holds."""
        super().close()
        self._run = self._sweep = None  # pyrefly: ignore[bad-assignment]

    def _hear(self, message):
        """What takes long is done while the question is being read."""
        if message == {"kind": "shown"}:
            self._make_ready(self._last_good, "Getting ready…")
            self._show()

    def _show(self):
        """Draw what the controls say; wrong text leaves the picture and brings a message."""
        started = time.perf_counter()
        settings, messages = _settings(self.controls)
        try:
            now = self._run(settings or self._last_good)
        except ValueError as problem:
            now = self._run(self._last_good)
            messages["rate"] = str(problem).removeprefix("learning_rate: ")
        settings = self._last_good = now.settings
        pinned = self.controls["pinned"] and _settings(self.controls["pinned"])[0]
        pinned = self._run(pinned) if pinned else None
        size, guess = self.controls["size"], self.controls["guess"]
        swept, answer = None, ""
        if guess:
            self._make_ready(settings, "Computing the sweep…")
            swept, answer = self._sweep(settings.rounds, settings.rule), self._answer_to(guess)
        # pyrefly: ignore[bad-argument-type]
        shown = everything_shown(now, pinned, swept, answer, size)
        milliseconds = round(1000 * (time.perf_counter() - started), 2)
        self.view = shown | {"messages": messages, "milliseconds": milliseconds}

    def _answer_to(self, guess):
        if guess == SKIPPED:
            return ""
        settings = {rate: _settings(TUTORIAL | {"rate": rate})[0] for rate in GUESSES}
        return answer_to(guess, {rate: self._run(each) for rate, each in settings.items()})

    def _make_ready(self, settings, status):
        """Compile and sweep, if that is still to be done, and say so."""
        what = (settings.rounds, settings.rule)
        if what in self._ready_for:
            return
        self.view = self.view | {"status": status}
        with contextlib.redirect_stdout(io.StringIO()):
            prepare(self._example.network, settings.rule)
        self._sweep(*what)
        self._ready_for.add(what)

    def __repr__(self):
        return (
            "Learning-rate lab: a slider for the learning rate, the error curve, the outputs and "
            "the sweep. Run this cell to open it."
        )


def _swept(example, rounds, rule):
    """The rates of the slider, and the error that each ends at."""
    rates = [float(rate) for rate in RATES]
    ends = sweep(
        example.network, example.inputs, example.targets, rates, rounds, rule, progress=False
    )
    return rates, ends.errors.tolist()
