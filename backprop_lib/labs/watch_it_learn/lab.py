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
from backprop_lib.core.validation import choice, count
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE, UpdateRule
from backprop_lib.labs.lab import ONCE, Lab, open_lab, page_side
from backprop_lib.labs.typed_number import typed_number, typed_rate, typed_whole
from backprop_lib.labs.watch_it_learn.live_training import (
    ROUNDS,
    History,
    LiveTraining,
    edited,
    restarted,
    with_rule,
)
from backprop_lib.labs.watch_it_learn.live_view import SHOW, Look, changes, flow, view_of
from backprop_lib.labs.watch_it_learn.opening import (
    FIRST_CONTROLS,
    SPEEDS,
    from_saved,
    opened,
    that_can_be_drawn,
)
from backprop_lib.labs.watch_it_learn.pace import AHEAD, PICTURES, rounds_in_time
from backprop_lib.labs.watch_it_learn.saved_state import LARGEST_FILE, from_json, saved, to_json
from backprop_lib.labs.watch_it_learn.texts import (
    OWN,
    TUTORIAL,
    computed_names,
    hidden_of,
    in_the_controls,
    is_computed,
    other_start,
    refusal,
    selected_now,
    sizes_of,
    value_of,
    where,
    wordless,
)
from backprop_lib.pictures.diagram.network_diagram import MOST_NEURONS

MOST_HIDDEN = MOST_NEURONS
MOST_SEED = 10**9
# A round of the logic tables is one update by four rows; with these, most starts find their way.
LOGIC_RATE, LOGIC_RULE = 2.0, UpdateRule(biases="one per neuron")
STEP = 0.1
IMPORT = "from backprop_lib import watch_it_learn"


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
    live, look = opened(example_or_state)
    return open_lab(WatchItLearn, name, live, look)


class WatchItLearn(Lab):
    """A live lab. ``present`` is the LiveTraining that it shows.

    What a hand can do, ``do`` can do:

    >>> lab = WatchItLearn(*opened(None))
    >>> lab.do("edit", name="w5", text="0.5")
    >>> lab.view["status"]
    'w5 = 0.5: the error goes from 0.298371109 to 0.306524333.'
    >>> lab.do("back")
    >>> lab.view["status"]
    'Undone: w5 = 0.5.'
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

    def _respond(self, _change):
        # What was said was said of what was selected before; or by the click that selects this.
        before, now = _change.old["selected"], _change.new["selected"]
        stays = self._said.get("playing") or self._said.get("status") == is_computed(now)
        if before != now and not stays:
            self._said = {"status": ""}
        super()._respond(_change)

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
            self._said = refusal(str(problem).removeprefix("learning_rate: "), at)
            self._show(started)

    # What can be done ---------------------------------------------------------------------------

    def _go_on(self, rounds):
        self._train(count("rounds", rounds, least=1))
        plural = "" if rounds == 1 else "s"
        self._say(f"{rounds} round{plural} on.")

    def _play(self, rounds, number, pictures=1):
        """So many pictures, each after so many rounds more, or as many as there is time for.

        number: of the first. All but the last make the film, which is shown before it.
        """
        count("rounds", rounds, least=1)
        count("pictures", pictures, 1, PICTURES)
        self._played.setdefault(number - 1, self._history)
        film = []
        for n in range(number, number + pictures):
            in_time = rounds_in_time(self._seconds_a_round, self._seconds_to_draw)
            self._train(min(rounds, in_time))
            self._played[n] = self._history
            if n < number + pictures - 1:
                film.append(self._wordless(self._drawn()) | {"number": n})
        self._number = n
        self._played = {n: h for n, h in self._played.items() if n >= self._number - AHEAD}
        self._stay()
        self._said["film"] = film

    def _train(self, rounds):
        started = self.clock()
        self._history = self._history.then_rounds(rounds)
        self._seconds_a_round = (self.clock() - started) / rounds

    def _pause(self):
        self._say("Paused.")

    def _stay(self):
        """Go on playing, at the picture that was seen: it is to be looked at in another way."""
        self._said = {"status": "Playing.", "playing": True}

    def _back(self):
        before, done = self.present, self._history.last
        self._history = self._history.back()
        if self.present is before:
            self._say("There is nothing before this.")
            return
        self._changed = self._changes_since(before) if done != ROUNDS else ()
        what = "One round back." if done == ROUNDS else f"Undone: {done}."
        self._say(what)

    def _reset(self):
        self._then(restarted(self.present), "Reset to the starting weights")

    def _edit(self, name, text):
        live, row = self.present, self._look().row
        if text.strip() == digits_text(value_of(live, name, row)):
            return  # left as it was, with the digits that the field had room for
        value = typed_rate(text) if name == "eta" else typed_number(text)
        after, by = edited(live, {name: value}, row), f"{name} = {digits_text(value)}"
        if name == "eta":
            self._then(after, by)
            self._say(f"{by}, from the next round on.")
        else:
            self._compared(after, by)
        self._changed = self._changes_since(live)

    def _step(self, name, by):
        value = value_of(self.present, name, self._look().row)
        # Twelve digits, so that 0.1 + 0.2 is 0.3.
        self._edit(name, repr(round(value + by * STEP, 12)))

    def _computed(self, name):
        """Somebody has clicked on it, to change it."""
        choice("name", name, computed_names(self.present))
        self._said["status"] = is_computed(name)

    def _rule(self, **choices):
        rule = replace(self.present.rule, **choices)
        said = f"Hidden layers use {rule.hidden_layers_use}; biases {rule.biases}"
        self._then(with_rule(self.present, rule), said)

    def _data(self, data):
        if choice("data", data, self.fixed["data"]) == TUTORIAL:
            self._then(opened(None)[0], f"Data: {data}")
        elif data == OWN:
            self._said["open"] = "table"
        else:
            self._begin_with(LOGIC_TABLES[data], f"Data: {data}")

    def _table(self, text):
        self._begin_with(read_table(text), f"Data: {OWN}")

    def _begin_with(self, table, by):
        seed = self.present.seed or 0
        network = other_start(self.present.network, sizes_of(table, hidden_of(self.present)), seed)
        data = table.inputs, table.targets
        live = LiveTraining(network, *data, LOGIC_RATE, LOGIC_RULE, seed=seed)
        self._then(live, by)

    def _start(self, hidden, seed):
        """Other starting weights, or another number of hidden neurons, for the same data."""
        hidden = typed_whole(hidden, 0, MOST_HIDDEN)
        tutorial = opened(None)[0]
        if not seed.strip() and (self.present.data, hidden) == (tutorial.data, hidden_of(tutorial)):
            # Only here are there starting weights that nobody drew, to go back to.
            kept = {name: getattr(self.present, name) for name in ("learning_rate", "rule")}
            return self._then(replace(tutorial, **kept), "The tutorial's starting weights")
        seed = typed_whole(seed, 0, MOST_SEED)
        network = other_start(self.present.network, sizes_of(self.present.data, hidden), seed)
        live = replace(self.present, network=network, start=network, rounds=0, seed=seed, curve=())
        self._then(live, f"{hidden} hidden neuron{'' if hidden == 1 else 's'}, seed {seed}")

    def _save(self):
        self._files += 1
        name = f"watch_it_learn_round_{self.present.rounds}.json"
        file = {"name": name, "text": to_json(self._saved()), "number": self._files}
        self._said = {"status": f"Saved as {name}.", "file": file}

    def _load(self, text):
        live, controls = from_saved(from_json(text))
        self._then(live, "Loaded from a file")
        looking = {name: FIRST_CONTROLS[name] for name in ("row", "show", "selected")}
        self.controls = self.controls | looking | controls

    # How it is done -----------------------------------------------------------------------------

    def _say(self, words):
        """The status. Who hears it does not see the round and the error that stand beside it."""
        self._said |= {"status": words, "heard": where(self.present)}

    def _then(self, live, by):
        self._history = self._history.then(that_can_be_drawn(live), by)
        self._seconds_a_round = None
        self._say(f"{by}.")

    def _compared(self, live, by):
        """As _then, for a change of which one wants to know what it does to the error."""
        before = self.present.error
        self._then(live, by)
        went = f"from {result_text(before)} to {result_text(live.error)}"
        self._said = {"status": f"{by}: the error goes {went}."}

    def _changes_since(self, before):
        return changes(before, self.present, self._look().row)

    def _look(self):
        """What the controls say about looking, as far as the present training has it."""
        controls, live = self.controls, self.present
        row = int(controls["row"])
        return Look(
            row=row if row < len(live.inputs) else 0,
            show=controls["show"],
            selected=selected_now(controls["selected"], live),
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

    def _wordless(self, view):
        return wordless(view, self._look(), self.controls["numbers"])

    def _show(self, started=None):
        started = started or self.clock()
        live, look = self.present, self._look()
        view = (
            self._drawn()
            | in_the_controls(live, look)
            | {
                "clicked": self.controls["selected"],
                "line": "" if self._said.get("playing") else self.line,
                "messages": {},
                "number": self._number,
            }
        )
        still = not self._said.get("playing")
        view = view | {"flow": flow(live, look)} if still else self._wordless(view)
        milliseconds = round(1000 * (self.clock() - started), 2)
        self.view = view | self._said | {"milliseconds": milliseconds}
        for once in ONCE:
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
