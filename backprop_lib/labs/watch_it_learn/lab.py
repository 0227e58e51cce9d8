"""The lab of notebook 06: a network that trains before your eyes, and can be changed at any time.

    from backprop_lib import watch_it_learn

    watch_it_learn()

Playing is pulled by the page: it asks for a few pictures, shows them, and asks for more.
So Python runs no thread and no timer, and whatever happens to the page, nothing goes on running.
The state is a History of LiveTrainings (live_training); what is shown of it is made by live_view.
"""

import time
from dataclasses import replace
from typing import Any

from backprop_lib.core.data_table import read_table
from backprop_lib.core.example import Example
from backprop_lib.core.logic_tables import LOGIC_TABLES
from backprop_lib.core.numbers_as_text import digits_text, result_text
from backprop_lib.core.starting_weights import random_network
from backprop_lib.core.validation import came, choice, count
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE, UpdateRule
from backprop_lib.core.worked_example import example as tutorial
from backprop_lib.labs.lab import Lab, open_lab, page_side
from backprop_lib.labs.typed_number import typed_number, typed_rate, typed_whole
from backprop_lib.labs.watch_it_learn.live_training import (
    ROUNDS,
    History,
    LiveTraining,
    edited,
    restarted,
    with_rule,
)
from backprop_lib.labs.watch_it_learn.live_view import (
    SHOW,
    WIDTH,
    Look,
    changes,
    editable,
    neurons,
    view_of,
)
from backprop_lib.labs.watch_it_learn.saved_state import (
    LARGEST_FILE,
    from_json,
    restored,
    saved,
    to_json,
)
from backprop_lib.pictures.diagram.network_diagram import MOST_LAYERS, MOST_NEURONS

TUTORIAL, OWN = "the tutorial's example", "your own table"
MOST_HIDDEN = MOST_NEURONS
MOST_SEED = 10**9
# A round of the logic tables is one update by four rows; with these, most starts find their way.
LOGIC_RATE, LOGIC_RULE = 2.0, UpdateRule(biases="one per neuron")
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
FIRST_CONTROLS = {
    "row": "0",
    "show": "values",
    "selected": "",
    "size": "normal",
    "speed": FIRST_SPEED,
    "room": str(WIDTH),
}
# Pictures in one answer, at most: JupyterLab takes longer over a message than over a picture.
PICTURES = 6
# That may be asked for and not seen yet, so that Python draws some while others are seen.
AHEAD = 2 * PICTURES
# So much time a picture may take to be trained and drawn, so that at least thirty come in a second.
# Training has a part of it however long drawing takes, or a slow machine would learn nothing.
SECONDS_A_PICTURE = 0.012
LEAST_PART = 0.3
# So many are trained however slow the machine: the first of them costs as much as fifty more, so a
# single round that took too long says nothing about the next.
LEAST_ROUNDS = 20
STEP = 0.1
UNTIL_PAUSED = "The words come back when it pauses."
IMPORT = "from backprop_lib import watch_it_learn"
WHAT_OPENS = "Give an Example, a LiveTraining, or what a line of this lab holds; or nothing."


def watch_it_learn(
    example_or_state: Example | LiveTraining | dict | None = None, name: str = "watch it learn"
) -> "WatchItLearn":
    """The lab, at the tutorial's example or at any other state. Show it as the last line of a cell.

    example_or_state: an Example, a LiveTraining, or the dict in a line that a lab gave to be taken
    away. name: a lab closes the one before it of the same name; give a second lab in the same
    notebook another. Returns a WatchItLearn; raises TypeError or ValueError for anything else.

    >>> lab = watch_it_learn(name="doctest")
    >>> lab.do("go on", rounds=1)
    >>> lab.view["error"]
    '0.291027774'
    >>> lab.close()
    """
    live, look = _opened(example_or_state)
    return open_lab(WatchItLearn, name, live, look)


def _opened(what):
    """The LiveTraining to begin with, and what the controls are to hold."""
    if what is None:
        what = tutorial
    if isinstance(what, Example):
        rows = [what.inputs], [what.targets]
        # pyrefly: ignore[bad-argument-type]
        what = LiveTraining(what.network, *rows, learning_rate=float(what.learning_rate))
    if isinstance(what, LiveTraining):
        return _that_can_be_drawn(what), {}
    if isinstance(what, dict):
        return _from_saved(what)
    raise TypeError(
        f"example_or_state: expected an Example, a LiveTraining or a dict, got {came(what)} "
        f"({type(what).__name__}). {WHAT_OPENS}"
    )


def _from_saved(state):
    """The LiveTraining of a saved state, and the controls that were saved with it.

    What the state leaves out, as the files of earlier versions do, is left out here.
    """
    live = _that_can_be_drawn(restored(state))
    shown = state.get("shown", {})
    if not isinstance(shown, dict) or not shown.keys() <= set(SHOWN):
        raise ValueError(f"shown: expected {', '.join(SHOWN)}, and nothing else.")
    look = Look(**{name: value for name, value in shown.items() if name != "speed"})
    choice("speed", shown.get("speed", FIRST_SPEED), tuple(SPEEDS))
    if look.row >= len(live.inputs):
        raise ValueError(f"row: expected one of {len(live.inputs)} rows, got {came(look.row)}.")
    if look.selected not in ("", *_selectable(live)):
        raise ValueError(f"selected: this training has no {came(look.selected)}.")
    return live, {name: str(value) for name, value in shown.items()}


def _that_can_be_drawn(live):
    sizes = live.layer_sizes
    if len(sizes) > MOST_LAYERS or max(sizes) > MOST_NEURONS:
        raise ValueError(
            f"This network has layers of {'-'.join(map(str, sizes))}; the picture has room for "
            f"{MOST_LAYERS} layers of {MOST_NEURONS}. Take a smaller one."
        )
    _ = live.backwards  # says so if the numbers are too large to compute with
    return live


def _selectable(live):
    return (*editable(live), *neurons(live))


class WatchItLearn(Lab):
    """A live lab. ``present`` is the LiveTraining that it shows.

    What a hand can do, ``do`` can do:

    >>> lab = WatchItLearn(*_opened(None))
    >>> lab.do("edit", name="w5", text="0.5")
    >>> lab.view["status"]
    'w5 = 0.5: the error goes from 0.298371109 to 0.306524333.'
    >>> lab.do("back")
    >>> lab.view["status"]
    'Undone: w5 = 0.5. Round 0, error 0.298371109.'
    >>> lab.close()
    """

    _esm, _css = page_side("watch_it_learn/watch_it_learn")
    # Seconds, to fit the rounds of a picture into its time; a test holds it still.
    clock = staticmethod(time.perf_counter)

    def __init__(self, live, controls):
        self._history = History.of(live)
        self._changed = ()
        self._said: dict[str, Any] = {
            "status": "Click a weight, bias, input or target to change it."
        }
        self._seconds_a_round, self._seconds_to_draw = None, 0.0
        # The number of the last picture that was played, and what the last ones showed: what a
        # hand does next is done to the one that is seen, and that may be one before the last.
        self._number, self._played = 0, {}
        self._files = 0
        super().__init__(
            fixed={
                "show": SHOW,
                "hidden_layers_use": HIDDEN_LAYERS_USE,
                "biases": BIASES,
                "data": (TUTORIAL, *LOGIC_TABLES, OWN),
                "hidden": [str(n) for n in range(MOST_HIDDEN + 1)],
                "speeds": SPEEDS,
                "largest_file": LARGEST_FILE,
                "pictures": PICTURES,
                "ahead": AHEAD,
            },
            controls=FIRST_CONTROLS | controls,
        )

    @property
    def present(self) -> LiveTraining:
        """The LiveTraining that is shown."""
        return self._history.present

    @property
    def line(self) -> str:
        """A line of Python that opens a lab with what this one shows."""
        return f"{IMPORT}; watch_it_learn({self._saved()!r})"

    def do(self, kind: str, **what: object) -> None:
        """Do what a hand would: ``do("go on", rounds=10)``, ``do("edit", name="w5", text="1")``.

        kind: go on (rounds), play (rounds, number, pictures), pause, stay, back, reset, edit
        (name, text), step (name, by), computed (name), rule (hidden_layers_use or biases), data
        (data), start (hidden, seed), table (text), save, load (text). While it plays, each of them
        but play takes ``seen`` too: the number of the picture that it is done to. What cannot be
        done changes nothing and brings a message. Raises TypeError or ValueError for another kind.
        """
        self._hear({"kind": choice("kind", kind, tuple(_ACTIONS))} | what)

    def _hear(self, message):
        what = dict(message)
        kind = what.pop("kind", None)
        # Of the pictures that were played, the last that was seen.
        seen = what.pop("seen", None)
        # The field that a message about a mistake belongs to; a button has none.
        at = what.pop("at", None)
        action = _ACTIONS.get(kind)
        if action is None:
            return
        started = self.clock()
        self._said, self._changed = {"status": ""}, ()
        if kind != "play":
            self._history = self._played.get(seen, self._history)
            self._played.clear()
        before = self._history
        try:
            action(self, **what)
            self._show(started)
        except (TypeError, ValueError, OverflowError) as problem:
            self._history, self._changed = before, ()
            self._said = _refusal(str(problem).removeprefix("learning_rate: "), at)
            self._show(started)

    # What can be done ---------------------------------------------------------------------------

    def _go_on(self, rounds):
        self._train(count("rounds", rounds, least=1))
        plural = "" if rounds == 1 else "s"
        self._said["status"] = f"{rounds} round{plural} on. {_where(self.present)}"

    def _play(self, rounds, number, pictures=1):
        """So many pictures, each after so many rounds more, or as many as there is time for.

        number: of the first. All but the last make the film, which is shown before it.
        """
        count("rounds", rounds, least=1)
        count("pictures", pictures, 1, PICTURES)
        self._played.setdefault(number - 1, self._history)
        film = []
        for n in range(number, number + pictures):
            self._train(min(rounds, self._rounds_in_time()))
            self._played[n] = self._history
            if n < number + pictures - 1:
                film.append(_wordless(self._drawn()) | {"number": n})
        self._number = n
        self._played = {n: h for n, h in self._played.items() if n >= self._number - AHEAD}
        self._stay()
        self._said["film"] = film

    def _train(self, rounds):
        started = self.clock()
        self._history = self._history.then_rounds(rounds)
        self._seconds_a_round = (self.clock() - started) / rounds

    def _rounds_in_time(self):
        if self._seconds_a_round is None:
            return LEAST_ROUNDS
        left = max(SECONDS_A_PICTURE - self._seconds_to_draw, LEAST_PART * SECONDS_A_PICTURE)
        return max(LEAST_ROUNDS, int(left / self._seconds_a_round))

    def _pause(self):
        self._said["status"] = f"Paused. {_where(self.present)}"

    def _stay(self):
        """Go on playing, at the picture that was seen: it is to be looked at in another way."""
        self._said = {"status": "Playing.", "playing": True}

    def _back(self):
        before, done = self.present, self._history.last
        self._history = self._history.back()
        if self.present is before:
            self._said["status"] = f"There is nothing before this. {_where(before)}"
            return
        self._changed = self._changes_since(before) if done != ROUNDS else ()
        what = "One round back." if done == ROUNDS else f"Undone: {done}."
        self._said["status"] = f"{what} {_where(self.present)}"

    def _reset(self):
        self._then(restarted(self.present), "Reset to the starting weights")

    def _edit(self, name, text):
        live, row = self.present, self._look().row
        if text.strip() == digits_text(_value(live, name, row)):
            return  # left as it was, with the digits that the field had room for
        value = typed_rate(text) if name == "eta" else typed_number(text)
        after, by = edited(live, {name: value}, row), f"{name} = {digits_text(value)}"
        if name == "eta":
            self._then(after, by)
            self._said["status"] = f"{by}, from the next round on. {_where(after)}"
        else:
            self._compared(after, by)
        self._changed = self._changes_since(live)

    def _step(self, name, by):
        value = _value(self.present, name, self._look().row)
        # Twelve digits, so that 0.1 + 0.2 is 0.3.
        self._edit(name, repr(round(value + by * STEP, 12)))

    def _computed(self, name):
        """Somebody has clicked on it, to change it."""
        choice("name", name, _computed_names(self.present))
        self._said["status"] = f"{name} is computed: change what it is made of."

    def _rule(self, **choices):
        rule = replace(self.present.rule, **choices)
        said = f"Hidden layers use {rule.hidden_layers_use}; biases {rule.biases}"
        self._then(with_rule(self.present, rule), said)

    def _data(self, data):
        if choice("data", data, self.fixed["data"]) == TUTORIAL:
            self._then(_opened(None)[0], f"Data: {data}")
        elif data == OWN:
            self._said["open"] = "table"
        else:
            self._begin_with(LOGIC_TABLES[data], f"Data: {data}")

    def _table(self, text):
        self._begin_with(read_table(text), f"Data: {OWN}")

    def _begin_with(self, table, by):
        seed = self.present.seed or 0
        network = _drawn(self.present.network, _sizes(table, _hidden(self.present)), seed)
        data = table.inputs, table.targets
        live = LiveTraining(network, *data, LOGIC_RATE, LOGIC_RULE, seed=seed)
        self._then(live, by)

    def _start(self, hidden, seed):
        """Other starting weights, or another number of hidden neurons, for the same data."""
        hidden, seed = typed_whole(hidden, 0, MOST_HIDDEN), typed_whole(seed, 0, MOST_SEED)
        network = _drawn(self.present.network, _sizes(self.present.data, hidden), seed)
        live = replace(self.present, network=network, start=network, rounds=0, seed=seed, curve=())
        self._then(live, f"{hidden} hidden neuron{'' if hidden == 1 else 's'}, seed {seed}")

    def _save(self):
        self._files += 1
        name = f"watch_it_learn_round_{self.present.rounds}.json"
        file = {"name": name, "text": to_json(self._saved()), "number": self._files}
        self._said = {"status": f"Saved as {name}.", "file": file}

    def _load(self, text):
        live, controls = _from_saved(from_json(text))
        self._then(live, "Loaded from a file")
        looking = {name: FIRST_CONTROLS[name] for name in ("row", "show", "selected")}
        self.controls = self.controls | looking | controls

    # How it is done -----------------------------------------------------------------------------

    def _then(self, live, by):
        self._history = self._history.then(_that_can_be_drawn(live), by)
        self._seconds_a_round = None
        self._said["status"] = f"{by}. {_where(live)}"

    def _compared(self, live, by):
        """As _then, for a change of which one wants to know what it does to the error."""
        before = self.present.error
        self._then(live, by)
        went = f"from {result_text(before)} to {result_text(live.error)}"
        self._said["status"] = f"{by}: the error goes {went}."

    def _changes_since(self, before):
        return changes(before, self.present, self._look().row)

    def _look(self):
        """What the controls say about looking, as far as the present training has it."""
        controls, live = self.controls, self.present
        row = int(controls["row"])
        return Look(
            row=row if row < len(live.inputs) else 0,
            show=controls["show"],
            selected=_selected(controls["selected"], live),
            changed=self._changed,
            size=controls["size"],
            room=int(controls["room"]),
        )

    def _saved(self):
        look = self._look()
        looking = {"row": look.row, "show": look.show, "selected": look.selected}
        others = {name: self.controls[name] for name in ("size", "speed")}
        return saved(self.present, **looking, **others)

    def _drawn(self):
        started = self.clock()
        view = view_of(self.present, self._look())
        self._seconds_to_draw = self.clock() - started
        return view

    def _show(self, started=None):
        started = started or self.clock()
        live, look = self.present, self._look()
        rows = repr(live.data).splitlines()
        view = self._drawn() | {
            "rows": [f"{n}: {row.replace('->', '→')}" for n, row in enumerate(rows, start=1)],
            "row": look.row,
            "selected": look.selected,
            "clicked": self.controls["selected"],
            "can_be_edited": look.selected in editable(live),
            "names": editable(live),
            "neurons": neurons(live),
            "computed": _computed_names(live),
            "show": look.show,
            "data": _name_of(live.data),
            "hidden": str(_hidden(live)),
            "seed": "" if live.seed is None else str(live.seed),
            "hidden_layers_use": live.rule.hidden_layers_use,
            "biases": live.rule.biases,
            "table": repr(live.data),
            "line": self.line,
            "messages": {},
            "number": self._number,
        }
        if self._said.get("playing"):
            view = _wordless(view)
        milliseconds = round(1000 * (self.clock() - started), 2)
        self.view = view | self._said | {"milliseconds": milliseconds}
        for once in ("open", "file", "film"):
            self._said.pop(once, None)

    def __repr__(self):
        return (
            "Watch it learn: a network that trains before your eyes, its error curve, and every "
            "number to be changed. Run this cell to open it."
        )


_ACTIONS = {
    "go on": WatchItLearn._go_on,
    "play": WatchItLearn._play,
    "pause": WatchItLearn._pause,
    "stay": WatchItLearn._stay,
    "back": WatchItLearn._back,
    "reset": WatchItLearn._reset,
    "edit": WatchItLearn._edit,
    "step": WatchItLearn._step,
    "computed": WatchItLearn._computed,
    "rule": WatchItLearn._rule,
    "data": WatchItLearn._data,
    "table": WatchItLearn._table,
    "start": WatchItLearn._start,
    "save": WatchItLearn._save,
    "load": WatchItLearn._load,
}


# What texts mean, and what is said in them ------------------------------------------------------


def _refusal(problem, at):
    """What is said of something that cannot be done: under its field, or else in the status."""
    said = "That cannot be, and nothing has changed."
    if at is None:
        return {"status": f"{said} The reason: {problem}", "stopped": True}
    return {"status": said, "messages": {at: problem}, "stopped": True}


def _wordless(view):
    """Nobody reads what changes thirty times a second, and lists take time to be put up."""
    return view | {"facts": {name: [UNTIL_PAUSED] for name in view["facts"]}}


def _where(live):
    return f"Round {live.rounds:,}, error {result_text(live.error)}."


def _computed_names(live):
    """What can be clicked on, but not be changed."""
    return (*neurons(live), "E_total")


def _value(live, name, row):
    return float(live.learning_rate if name == "eta" else live.forwards[row][name])


def _selected(name, live):
    """What a name selects now: a layer's bias may be one for all, or one to a neuron."""
    if name in _selectable(live):
        return name
    names = live.network.names
    for bias, layer in zip(names.biases, names.neurons, strict=True):
        if name == bias:
            return f"b_{layer[0]}"
        if name.removeprefix("b_") in layer:
            return bias
    return ""


def _name_of(table):
    known = {TUTORIAL: _opened(None)[0].data, **LOGIC_TABLES}
    return next((name for name, data in known.items() if data == table), OWN)


def _sizes(table, hidden):
    n_inputs, n_outputs = table.width
    return (n_inputs, hidden, n_outputs) if hidden else (n_inputs, n_outputs)


def _drawn(network, sizes, seed):
    """Other starting weights, with the activations and the error that the network has."""
    first, last = network.activations[0], network.activations[-1]
    activations = [*[first if len(network.activations) > 1 else last] * (len(sizes) - 2), last]
    return random_network(sizes, seed, activations, network.error)


def _hidden(live):
    """How many hidden neurons the first hidden layer has; 0 if there is none."""
    return live.layer_sizes[1] if len(live.layer_sizes) > 2 else 0
