"""The landscape lab of notebook 05: move two weights by hand, then let the slope do it.

    from backprop_lib import example, landscape_lab

    landscape_lab(example)

The error over two weights is a map with lines of equal height. The arrow keys, a pointer or typed
values move a point on it, and the error there is said. A button draws the path that gradient
descent takes from there, when only these two weights learn.

The state is one plain dict of what the controls hold, as text. ``settings`` says what it means,
``words`` what is said of it, and landscape_map draws it. The map of two weights is worked out once.
"""

import time
from functools import lru_cache

import numpy as np

from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.example import BUILD_ONE, Example, real_example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.numbers_as_text import digits_text
from backprop_lib.core.validation import instance
from backprop_lib.labs.lab import Lab, open_lab, page_side
from backprop_lib.labs.landscape.settings import (
    FARTHER,
    REACHES,
    STEPS,
    Descent,
    Place,
    first_pair,
    movable,
    read_settings,
)
from backprop_lib.labs.landscape.words import facts_of, read_out, way_told
from backprop_lib.labs.rate_slider import RATES
from backprop_lib.pictures.landscape_map import ground_of, landscape_map, trail_on
from backprop_lib.training.descent import descent

# Maps and paths that are kept, to come back to.
MOST_KEPT = 8


def landscape_lab(example: Example, name: str = "landscape") -> "LandscapeLab":
    """The lab for an example. Show it as the last line of a cell.

    example: any Example of real numbers; its eta is the learning rate to begin with. name: a lab
    closes the one before it of the same name; give a second lab in the same notebook another.
    Returns a LandscapeLab; raises TypeError or ValueError for anything else.

    >>> from backprop_lib import example
    >>> lab = landscape_lab(example, name="doctest")
    >>> lab.view["read_out"]
    'w5 = 0.4, w7 = 0.5: the error is 0.298371109.'
    >>> lab.close()
    """
    instance("example", example, Example, BUILD_ONE)
    return open_lab(LandscapeLab, name, real_example(example))


class LandscapeLab(Lab):
    """The live lab of one example.

    >>> from backprop_lib import example
    >>> lab = LandscapeLab(example)
    >>> lab.set(x="0.2")
    >>> lab.view["read_out"]
    'w5 = 0.2, w7 = 0.5: the error is 0.281713335.'
    >>> lab.descend()
    >>> print(lab.view["went"][:64])
    100 rounds at a rate of 0.5 go from w5 = 0.2, w7 = 0.5 to w5 = −
    >>> lab.back()
    >>> lab.view["went"]
    ''
    >>> lab.close()
    """

    _esm, _css = page_side("landscape/landscape")

    def __init__(self, example):
        self._example = example
        names = movable(example)
        across, upwards = first_pair(names)
        texts = {name: repr(float(example[name])) for name in names}
        self._ground = lru_cache(MOST_KEPT)(lambda *what: ground_of(example, *what))
        self._path = lru_cache(MOST_KEPT)(self._descend)
        self._trail = lru_cache(MOST_KEPT)(self._draw)
        # What it takes besides is loaded now, and not while somebody waits for the first path.
        descent(example, (across, upwards), 1)
        start = {"across": across, "upwards": upwards, "x": texts[across], "y": texts[upwards]}
        rate = {"rate": f"{example.learning_rate:g}", "rounds": "100", "path": ""}
        settings, problems = read_settings(start | rate, example)
        if settings is None:
            raise ValueError(f"example: {' '.join(problems.values())}")
        self._last_good: Descent = settings
        super().__init__(
            fixed={
                "across": names,
                "upwards": names,
                "reach": tuple(REACHES),
                "rates": RATES,
                "start": texts,
                "farther": FARTHER,
            },
            controls=start | rate | {"reach": "10", "size": "normal", "room": "normal"},
        )

    def descend(self) -> None:
        """Draw the path from where the point is, as the button does."""
        self._hear({"kind": "descend"})

    def back(self) -> None:
        """Back to the example's own weights, without a path."""
        self._hear({"kind": "back"})

    def move(self, across: float, upwards: float) -> None:
        """Move the point so many steps of a key, as the arrow keys do."""
        self._hear({"kind": "step", "across": across, "upwards": upwards})

    def close(self) -> None:
        """Take the lab off the page and let go of everything it holds."""
        super().close()
        self._ground = self._path = self._trail = None  # pyrefly: ignore[bad-assignment]

    def _hear(self, message):
        kind = message["kind"]
        if kind == "descend":
            self.set(path=self._last_good.controls)
        elif kind == "back":
            self._put([self.fixed["start"][name] for name in self._last_good.start.names], path="")
        elif kind == "step":
            step = float(self.controls["reach"]) / STEPS
            moved = (message["across"] * step, message["upwards"] * step)
            # Twelve digits, so that 0.1 + 0.2 is 0.3.
            values = zip(self._last_good.start.values, moved, strict=True)
            self._put([digits_text(round(value + by, 12), 12) for value, by in values])
        elif kind == "put":
            frame = self._ground_now(self._last_good.start).frame
            values = frame.values(float(message["across"]), float(message["upwards"]))
            decimals = REACHES[self.controls["reach"]]
            self._put([digits_text(round(value, decimals), 12) for value in values])

    def _put(self, texts, **others):
        """Move the point; what a hand has typed wrong is put right by it."""
        x, y = texts
        now = self._last_good.start.names
        self.set(x=x, y=y, across=now[0], upwards=now[1], **others)

    def _ground_now(self, place):
        normal = self.controls["size"] == self.controls["room"] == "normal"
        size = "normal" if normal else "projector"
        return self._ground(place.names, float(self.controls["reach"]), size)

    def _descend(self, settings: Descent) -> np.ndarray:
        start = settings.start.on(self._example).replace(eta=settings.rate)
        return descent(start, settings.start.names, settings.rounds)

    def _draw(self, ground, settings):
        return trail_on(ground, settings and self._path(settings)[:, :2])

    def _show(self):
        """Draw what the controls say; wrong text leaves the picture and brings a message."""
        started = time.perf_counter()
        settings, messages = read_settings(self.controls, self._example)
        self._last_good = now = settings or self._last_good
        shown = self._everything_shown(now.start, messages)
        milliseconds = round(1000 * (time.perf_counter() - started), 2)
        self.view = shown | {"messages": messages, "milliseconds": milliseconds, "status": ""}

    def _path_shown(self, place, messages):
        """The Descent that is drawn, and its path; None and None if there is none."""
        asked = self.controls["path"]
        settings = read_settings(asked, self._example)[0] if asked else None
        if settings is None or settings.start.names != place.names:
            return None, None
        try:
            return settings, self._path(settings)
        except ValueError as problem:
            messages["rate"] = str(problem).removeprefix("learning_rate: ")
            return None, None

    def _everything_shown(self, place: Place, messages):
        ground = self._ground_now(place)
        settings, path = self._path_shown(place, messages)
        forward = forward_pass(place.on(self._example))
        backward = backward_pass(forward)
        slopes = {name: float(backward[f"dE_d{name}"]) for name in place.names}
        error = float(forward.E_total)
        said = "" if settings is None or path is None else way_told(settings, path, ground)
        here = read_out(place, error, ground)
        picture = landscape_map(
            ground,
            place.values,
            self._trail(ground, settings),
            label=f"E_total over {place.names[0]} and {place.names[1]}. {here} {said}".strip(),
            facts=facts_of(place, error, slopes, ground, settings, path),
        )
        return {
            "pictures": {"map": picture.svg},
            "facts": {"map": list(picture.facts)},
            "read_out": here,
            "went": said,
        }

    def __repr__(self):
        return (
            "Landscape lab: the error over two weights, a point to move by hand, and the path of "
            "gradient descent. Run this cell to open it."
        )
