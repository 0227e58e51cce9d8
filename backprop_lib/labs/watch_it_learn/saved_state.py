"""A training as plain data, to be taken away and brought back: a line of Python, or a JSON file.

Every number is written so that it is read back as the very same.

>>> from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced
>>> from backprop_lib.core.logic_tables import xor
>>> from backprop_lib.core.starting_weights import random_network
>>> network = random_network((2, 2, 1), seed=3)
>>> live = advanced(LiveTraining(network, xor.inputs, xor.targets, 2.0, seed=3), 100)
>>> restored(saved(live)) == restored(from_json(to_json(saved(live)))) == live
True
"""

import json

from backprop_lib.core.network import Network
from backprop_lib.core.validation import came, count, instance
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining

KIND = "a training of backprop_lib"
VERSION = 1
# Written by LiveTraining; what a lab shows of it besides goes under "shown".
_PARTS = (
    "weights",
    "biases",
    "inputs",
    "targets",
    "learning_rate",
    "hidden_layers_use",
    "biases_trained",
    "rounds",
    "seed",
    "start",
    "curve",
)
_NETWORK_SAYS = ("activations", "error")
_KNOWN = ("kind", "version", "shown", *_PARTS, *_NETWORK_SAYS)
LARGEST_FILE = 1_000_000
MOST_DIGITS = 400  # of a whole number; a float ends at 309, and Python reads no more than 4,300
# Nobody trains for so long, and from here a training can go on for longer still.
LONGEST_TRAINING = 10**12


def saved(live: LiveTraining, **shown: object) -> dict:
    """A LiveTraining as a dict of lists and numbers. shown: what a lab shows of it."""
    instance("live", live, LiveTraining, "Make one with LiveTraining(network, inputs, targets).")
    return {
        "kind": KIND,
        "version": VERSION,
        **_network_saved(live.network),
        "inputs": live.inputs.tolist(),
        "targets": live.targets.tolist(),
        "learning_rate": float(live.learning_rate),
        "hidden_layers_use": live.rule.hidden_layers_use,
        "biases_trained": live.rule.biases,
        "rounds": live.rounds,
        "seed": live.seed,
        "start": _network_saved(live.start),
        "curve": [list(point) for point in live.curve],
        "shown": shown,
    }


def restored(state: dict) -> LiveTraining:
    """The LiveTraining that ``saved`` made a dict of.

    Raises TypeError or ValueError, in words, for anything else: another kind, another version,
    a part that is missing or unknown, numbers that do not fit together.
    """
    if not isinstance(state, dict):
        raise TypeError(f"This is no saved training: expected a dict, got {_short(state)}.")
    if state.get("kind") != KIND:
        raise ValueError(
            f"This is no saved training: its kind is {_short(state.get('kind'))}, not {KIND!r}."
        )
    if state.get("version") != VERSION:
        raise ValueError(
            f"This training was saved in version {_short(state.get('version'))} of the format; "
            f"this library reads version {VERSION}."
        )
    if missing := [part for part in _PARTS if part not in state]:
        raise ValueError(f"This saved training is not whole: {', '.join(missing)} is missing.")
    if unknown := [part for part in state if part not in _KNOWN]:
        raise ValueError(f"This saved training has a part that is unknown: {_short(unknown[0])}.")
    return LiveTraining(
        network=_network_restored(state),
        inputs=state["inputs"],
        targets=state["targets"],
        learning_rate=state["learning_rate"],
        rule=UpdateRule(state["hidden_layers_use"], state["biases_trained"]),
        rounds=count("rounds", state["rounds"], 0, LONGEST_TRAINING),
        seed=state["seed"],
        start=_network_restored(state["start"], "start: "),
        curve=state["curve"],
    )


def to_json(state: dict) -> str:
    """The text of a JSON file, a part to a line."""
    lines = (f"  {json.dumps(part)}: {json.dumps(value)}" for part, value in state.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str) -> dict:
    """The dict in the text of a JSON file; ``restored`` says whether it is a saved training.

    Raises a ValueError that says where the text stops being JSON, or that a number has too many
    digits.
    """
    if len(text) > LARGEST_FILE:
        raise ValueError(f"This file is too large: more than {LARGEST_FILE:,} characters.")
    try:
        return json.loads(text, parse_int=_whole_number)
    except json.JSONDecodeError as problem:
        raise ValueError(
            f"This file is broken: it stops being JSON in line {problem.lineno}, "
            f"column {problem.colno}."
        ) from None
    except RecursionError:
        raise ValueError("This file is broken: its brackets go too deep.") from None


def _whole_number(digits):
    if len(digits) > MOST_DIGITS:
        raise ValueError(
            f"This file is broken: it has a whole number of {len(digits):,} digits, and "
            f"{MOST_DIGITS} are the most that can be read."
        )
    return int(digits)


def _short(value):
    return came(value, longest=40)


def _network_saved(network):
    numbers = {
        "weights": [weights.tolist() for weights in network.weights],
        "biases": [biases.tolist() for biases in network.biases],
    }
    # What is not said is the tutorial's, as in the files that knew nothing else.
    said = {"activations": list(network.activations), "error": network.error}
    plain = Network(network.weights, network.biases).architecture
    return numbers | ({} if network.architecture == plain else said)


def _network_restored(state, where=""):
    if not (isinstance(state, dict) and {"weights", "biases"} <= state.keys()):
        raise ValueError(f"{where}expected weights and biases, got {_short(state)}.")
    said = {part: state[part] for part in _NETWORK_SAYS if part in state}
    return Network(state["weights"], state["biases"], **said)
