"""What the live lab can be opened with: an Example, a LiveTraining, or what a lab has saved.

>>> live, controls = opened(None)
>>> live.rounds, controls
(0, {})
"""

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.validation import came, choice
from backprop_lib.core.worked_example import example as tutorial
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining
from backprop_lib.labs.watch_it_learn.live_view import WIDTH, Look, editable, neurons
from backprop_lib.labs.watch_it_learn.saved_state import restored
from backprop_lib.pictures.diagram.network_diagram import MOST_LAYERS, MOST_NEURONS

SPEEDS = {
    "1 round a second": (1, 1000),
    "5 rounds a second": (1, 200),
    "1 round a picture": (1, 0),
    "10 rounds a picture": (10, 0),
    "100 rounds a picture": (100, 0),
    "up to 1,000 a picture": (1000, 0),
}
FIRST_SPEED = "1 round a picture"
# What a saved state may say of how it was shown.
SHOWN = ("row", "show", "selected", "size", "speed")
# What the controls for looking hold, as texts. room: pixels across that there are for the diagram.
# numbers: whether the list of all of them is unfolded.
FIRST_CONTROLS = {
    "row": "0",
    "show": "values",
    "selected": "",
    "size": "normal",
    "speed": FIRST_SPEED,
    "room": str(WIDTH),
    "numbers": "folded",
}
# Beyond it, a plot has no two different numbers to put on its axis.
LARGEST = 1e9
WHAT_OPENS = "Give an Example, a LiveTraining, or what a line of this lab holds; or nothing."


def opened(what: object) -> tuple[LiveTraining, dict[str, str]]:
    """The LiveTraining to begin with, and what the controls are to hold."""
    if what is None:
        what = tutorial
    if isinstance(what, Example):
        rows = [what.inputs], [what.targets]
        # pyrefly: ignore[bad-argument-type]
        what = LiveTraining(what.network, *rows, learning_rate=float(what.learning_rate))
    if isinstance(what, LiveTraining):
        return that_can_be_drawn(what), {}
    if isinstance(what, dict):
        return from_saved(what)
    raise TypeError(
        f"example_or_state: expected an Example, a LiveTraining or a dict, got {came(what)} "
        f"({type(what).__name__}). {WHAT_OPENS}"
    )


def from_saved(state: dict) -> tuple[LiveTraining, dict[str, str]]:
    """The LiveTraining of a saved state, and the controls that were saved with it.

    What the state leaves out, as the files of earlier versions do, is left out here.
    """
    live = that_can_be_drawn(restored(state))
    shown = state.get("shown", {})
    if not isinstance(shown, dict) or not shown.keys() <= set(SHOWN):
        raise ValueError(f"shown: expected {', '.join(SHOWN)}, and nothing else.")
    look = Look(**{name: value for name, value in shown.items() if name != "speed"})
    choice("speed", shown.get("speed", FIRST_SPEED), tuple(SPEEDS))
    if look.row >= len(live.inputs):
        raise ValueError(f"row: expected one of {len(live.inputs)} rows, got {came(look.row)}.")
    if look.selected not in ("", *selectable(live)):
        raise ValueError(f"selected: this training has no {came(look.selected)}.")
    return live, {name: str(value) for name, value in shown.items()}


def that_can_be_drawn(live: LiveTraining) -> LiveTraining:
    """The same LiveTraining; ValueError, in words, for one that the pictures have no room for."""
    sizes = live.layer_sizes
    if len(sizes) > MOST_LAYERS or max(sizes) > MOST_NEURONS:
        raise ValueError(
            f"This network has layers of {'-'.join(map(str, sizes))}; the picture has room for "
            f"{MOST_LAYERS} layers of {MOST_NEURONS}. Take a smaller one."
        )
    network = live.network
    for numbers in (*network.weights, *network.biases, live.inputs, live.targets):
        if (largest := float(np.abs(numbers).max())) > LARGEST:
            raise ValueError(
                f"{largest:g} is too large: the pictures have room for numbers up to {LARGEST:g}. "
                "Type a smaller one."
            )
    _ = live.backwards  # says so if the numbers are too large to compute with
    return live


def selectable(live: LiveTraining) -> tuple[str, ...]:
    """Names of all that can be selected."""
    return (*editable(live), *neurons(live))
