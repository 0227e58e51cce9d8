"""The learning-rate lab of notebook 05: move the rate, and see what the training comes to.

    from backprop_lib import example, learning_rate_lab

    learning_rate_lab(example)

The state of the lab is one plain dict of what its controls hold, as text. ``Settings`` are what
that text means, a ``Run`` is what a training with them came to, and pictures and words are made
from runs alone. The widget here only passes the one on and the other back.

All rates of the slider are trained once, a piece at a time: the page asks for a piece whenever no
hand is at work. From then on a move of the slider only looks up and draws.

Its page side is learning_rate.js: native controls, which have names and work by keyboard (the
slider of ipywidgets has no name that a screen reader speaks), and places for what is drawn here.
"""

import contextlib
import io
import time
from collections.abc import Sequence
from functools import lru_cache

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE, UpdateRule
from backprop_lib.labs.lab import Lab, open_lab, page_side
from backprop_lib.labs.learning_rate.pictures import (
    error_picture,
    outputs_picture,
    sweep_picture,
)
from backprop_lib.labs.learning_rate.runs import Run, SweptRuns, run
from backprop_lib.labs.learning_rate.settings import TUTORIAL, Settings, read_settings
from backprop_lib.labs.learning_rate.words import (
    answer_to,
    engine_text,
    numbers_table,
    read_out,
    what_next,
)
from backprop_lib.labs.rate_slider import RATES
from backprop_lib.training.engines import prepare

GUESSES = ("0.5", "50", "400")
SKIPPED = "skipped"
UNTIL_GUESSED = "<p>Here you will see where every rate ends, once you have made your guess.</p>"
UNTIL_TRAINED = "<p>Here you will see where every rate ends, once all of them are trained.</p>"
# No None: between Python and the page of a browser's own kernel its key would be lost.
START = TUTORIAL | {"guess": "", "pinned": "", "size": "normal", "room": "normal"}
# So long a piece of the sweep takes: as long as a hand that comes meanwhile may have to wait.
SECONDS_A_PIECE = 0.03
# One for the tutorial's settings, to come back to, and one for others.
MOST_SWEEPS = 2


def everything_shown(
    now: Run,
    pinned: Run | None,
    ends: tuple[Sequence[float], Sequence[float]] | None,
    answer: str | None,
    size: str,
) -> dict:
    """All pictures and words, by the names of their places on the page.

    now, pinned: Runs, or None for pinned. ends: rates and the errors they end at, or None as long
    as they are not trained. answer: to the guess, or None as long as none is made: till then
    nothing gives away where the rates end.
    """
    pictures = {"error": error_picture(now, pinned, size), "outputs": outputs_picture(now, size)}
    locked = answer is None
    if ends is not None and not locked:
        pictures["sweep"] = sweep_picture(*ends, now, pinned, size)
    drawn = {name: picture.svg for name, picture in pictures.items()}
    return {
        "locked": locked,
        "answer": answer or "",
        "pictures": {"sweep": UNTIL_GUESSED if locked else UNTIL_TRAINED, **drawn},
        "facts": {name: list(picture.facts) for name, picture in pictures.items()},
        "read_out": read_out(now),
        "next": "" if locked else what_next(now, pinned),
        "table": numbers_table(now, pinned),
        "engine": engine_text(now),
        "drawn": now.settings.controls,
        "status": "",
    }


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

    _esm, _css = page_side("learning_rate/learning_rate")

    def __init__(self, example):
        self._example = example
        # The present run and the pinned one, and those that a guess is about.
        self._trained = lru_cache(maxsize=2 + len(GUESSES))(lambda what: run(example, what))
        self._sweeps: dict[tuple[int, UpdateRule], SweptRuns] = {}
        self._stopped = False
        self._last_good = Settings(float(TUTORIAL["rate"]), int(TUTORIAL["rounds"]), UpdateRule())
        super().__init__(
            fixed={
                "rates": RATES,
                "hidden_layers_use": HIDDEN_LAYERS_USE,
                "biases": BIASES,
                "guesses": GUESSES,
                "skipped": SKIPPED,
                "tutorial": TUTORIAL | {"pinned": ""},
            },
            controls=START | {"rate": f"{example.learning_rate:g}"},
        )

    def close(self) -> None:
        """Take the lab off the page and let go of everything it holds."""
        super().close()
        self._trained = self._sweeps = None  # pyrefly: ignore[bad-assignment]

    def sweep_all(self) -> None:
        """Train all rates of the slider now, as the page does a piece at a time."""
        self._stopped = False
        while self._progress()["sweeping"] == "on":
            self._hear({"kind": "sweep"})

    def _hear(self, message):
        kind = message["kind"]
        if kind == "sweep":
            return self._sweep_on()
        if kind in ("stop", "go on"):
            self._stopped = kind == "stop"
        self._show()

    def _sweep_on(self):
        """A piece of the sweep."""
        swept = self._swept or self._begin_sweep()
        until = time.perf_counter() + SECONDS_A_PIECE
        swept.go_on(lambda: time.perf_counter() >= until)
        if swept.done:
            self._show()
        else:
            self.view = self.view | self._progress() | {"getting_ready": False}

    def _begin_sweep(self):
        """What takes longest is done while the question is being read, and said before."""
        self.view = self.view | {"progress": "Getting ready…", "getting_ready": True}
        rounds, rule = self._last_good.rounds, self._last_good.rule
        with contextlib.redirect_stdout(io.StringIO()):
            prepare(self._example.network, rule)
        self._trained.cache_clear()  # from now on another engine may train
        while len(self._sweeps) >= MOST_SWEEPS:
            del self._sweeps[next(iter(self._sweeps))]
        swept = self._sweeps[rounds, rule] = SweptRuns(self._example, rounds, rule)
        return swept

    @property
    def _swept(self):
        return self._sweeps.get((self._last_good.rounds, self._last_good.rule))

    def _progress(self):
        """How far the sweep has come, in words, and whether the page is to ask for more."""
        swept = self._swept
        if swept is None:
            return {"progress": "", "sweeping": "off" if self._stopped else "on"}
        if swept.done:
            return {"progress": "", "sweeping": ""}
        if swept.problem:
            return {"progress": f"Not every rate can be trained. {swept.problem}", "sweeping": ""}
        return {
            "progress": f"Training all {len(RATES)} rates: {swept.made:,} of {swept.total:,} "
            f"{swept.unit}s{', stopped' if self._stopped else ''}",
            "sweeping": "off" if self._stopped else "on",
        }

    def _show(self):
        """Draw what the controls say; wrong text leaves the picture and brings a message."""
        started = time.perf_counter()
        settings, messages = read_settings(self.controls)
        try:
            now = self._run(settings or self._last_good)
        except ValueError as problem:
            now = self._run(self._last_good)
            messages["rate"] = str(problem).removeprefix("learning_rate: ")
        before, self._last_good = self._last_good, now.settings
        if (before.rounds, before.rule) != (now.settings.rounds, now.settings.rule):
            self._stopped = False
        pinned = self.controls["pinned"] and read_settings(self.controls["pinned"])[0]
        pinned = self._run(pinned) if pinned else None
        ends = self._swept.ends if self._swept and self._swept.done else None
        # In a small picture large type is as large as the words around it.
        normal = self.controls["size"] == self.controls["room"] == "normal"
        size = "normal" if normal else "projector"
        shown = everything_shown(now, pinned, ends, self._answer_to(self.controls["guess"]), size)
        milliseconds = round(1000 * (time.perf_counter() - started), 2)
        more = self._progress() | {"messages": messages, "milliseconds": milliseconds}
        self.view = shown | more

    def _run(self, settings):
        """Looked up, if it is a rate of the slider; any other is trained by itself."""
        swept = self._sweeps.get((settings.rounds, settings.rule))
        if swept and swept.done and settings.rate in swept:
            return swept.run(settings.rate)
        return self._trained(settings)

    def _answer_to(self, guess):
        if guess in ("", SKIPPED):
            return "" if guess else None
        settings = {rate: read_settings(TUTORIAL | {"rate": rate})[0] for rate in GUESSES}
        return answer_to(guess, {rate: self._run(each) for rate, each in settings.items()})

    def __repr__(self):
        return (
            "Learning-rate lab: a slider for the learning rate, the error curve, the outputs and "
            "the sweep. Run this cell to open it."
        )
