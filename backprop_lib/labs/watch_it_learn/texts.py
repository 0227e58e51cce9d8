"""What the live lab's texts mean, and what it says in them."""

from backprop_lib.core.data_table import DataTable
from backprop_lib.core.logic_tables import LOGIC_TABLES
from backprop_lib.core.network import Network
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.core.starting_weights import random_network
from backprop_lib.labs.backward_flow import no_flow
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining
from backprop_lib.labs.watch_it_learn.live_view import Look, editable, neurons
from backprop_lib.labs.watch_it_learn.opening import opened, selectable

TUTORIAL, OWN = "the tutorial's example", "your own table"
UNTIL_PAUSED = "The words come back when it pauses."


def refusal(problem: str, at: str | None) -> dict:
    """What is said of something that cannot be done: under its field, or else in the status."""
    said = "That cannot be, and nothing has changed."
    if at is None:
        return {"status": f"{said} The reason: {problem}", "stopped": True}
    return {"status": said, "messages": {at: problem}, "stopped": True}


def is_computed(name: str) -> str:
    """What is said to whoever clicks on something to change it that cannot be changed."""
    return f"{name} is computed: change what it is made of."


def in_the_controls(live: LiveTraining, look: Look) -> dict:
    """What the page's controls hold and offer, by their names."""
    rows = repr(live.data).splitlines()
    return {
        "rows": [f"{n}: {row.replace('->', '→')}" for n, row in enumerate(rows, start=1)],
        "row": look.row,
        "selected": look.selected,
        "can_be_edited": look.selected in editable(live),
        "names": editable(live),
        "neurons": neurons(live),
        "computed": computed_names(live),
        "show": look.show,
        "data": name_of(live.data),
        "hidden": str(hidden_of(live)),
        "seed": "" if live.seed is None else str(live.seed),
        "hidden_layers_use": live.rule.hidden_layers_use,
        "biases": live.rule.biases,
        "table": repr(live.data),
    }


def wordless(view: dict, look: Look, numbers: str) -> dict:
    """A view while it plays: nobody reads what changes thirty times a second.

    Lists take time to be put up, and words to be sent. numbers: "unfolded" if the list of all
    numbers is to be seen; else only those go along that stand in a field.
    """
    pictures = view["pictures"] | {"diagram": _without_words(view["pictures"]["diagram"])}
    facts = {name: [UNTIL_PAUSED] for name in view["facts"]}
    seen = view["values"] if numbers == "unfolded" else ("eta", look.selected)
    values = {name: text for name, text in view["values"].items() if name in seen}
    flow = no_flow("Pause first: the flow is shown for the weights as they stand.")
    return view | {"pictures": pictures, "facts": facts, "values": values, "flow": flow}


def _without_words(svg):
    """The drawing, with a word in place of its description."""
    before, _, after = svg.partition("<desc>")
    return f"{before}<desc>{UNTIL_PAUSED}{after[after.find('</desc>') :]}" if after else svg


def where(live: LiveTraining) -> str:
    """The round and the error that a training has come to."""
    return f"Round {live.rounds:,}, error {result_text(live.error)}."


def computed_names(live: LiveTraining) -> tuple[str, ...]:
    """What can be clicked on, but not be changed."""
    return (*neurons(live), "E_total")


def value_of(live: LiveTraining, name: str, row: int) -> float:
    """The number of a name, "eta" too."""
    return float(live.learning_rate if name == "eta" else live.forwards[row][name])


def selected_now(name: str, live: LiveTraining) -> str:
    """What a name selects now: a layer's bias may be one for all, or one to a neuron."""
    if name in selectable(live):
        return name
    names = live.network.names
    for bias, layer in zip(names.biases, names.neurons, strict=True):
        if name == bias:
            return f"b_{layer[0]}"
        if name.removeprefix("b_") in layer:
            return bias
    return ""


def name_of(table: DataTable) -> str:
    """What the control for the data calls a table."""
    known = {TUTORIAL: opened(None)[0].data, **LOGIC_TABLES}
    return next((name for name, data in known.items() if data == table), OWN)


def sizes_of(table: DataTable, hidden: int) -> tuple[int, ...]:
    """Layer sizes for the data, with so many hidden neurons."""
    n_inputs, n_outputs = table.width
    return (n_inputs, hidden, n_outputs) if hidden else (n_inputs, n_outputs)


def other_start(network: Network, sizes: tuple[int, ...], seed: int) -> Network:
    """Other starting weights, with the activations and the error that the network has."""
    first, last = network.activations[0], network.activations[-1]
    activations = [*[first if len(network.activations) > 1 else last] * (len(sizes) - 2), last]
    return random_network(sizes, seed, activations, network.error)


def hidden_of(live: LiveTraining) -> int:
    """How many hidden neurons the first hidden layer has; 0 if there is none."""
    return live.layer_sizes[1] if len(live.layer_sizes) > 2 else 0
