"""What a live training looks like: its pictures, its words, and the numbers in its fields.

>>> from backprop_lib import example
>>> from backprop_lib.labs.watch_it_learn.live_training import LiveTraining
>>> view = view_of(LiveTraining(example.network, [example.inputs], [example.targets]), Look())
>>> view["error"], view["values"]["w5"], sorted(view["pictures"])
('0.298371109', '0.4', ['diagram', 'error', 'regions', 'weight'])
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape

import numpy as np

from backprop_lib.core.backward_pass import BackwardPass, backward_pass
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.numbers_as_text import digits_text, result_text
from backprop_lib.core.starting_weights import random_network
from backprop_lib.core.validation import choice, count
from backprop_lib.labs.backward_flow import flow_view
from backprop_lib.labs.watch_it_learn.live_training import KEPT_DIGITS, LiveTraining
from backprop_lib.pictures.decision_regions import decision_regions
from backprop_lib.pictures.diagram.network_diagram import fitting_diagram, network_diagram
from backprop_lib.pictures.error_against_weight import weight_picture
from backprop_lib.pictures.line_plot import Curve, Mark, line_plot, log_axis, round_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.theme import SIZES
from backprop_lib.symbolic.error_paths import error_paths

SHOW = ("values", "gradients")
MOST_PATHS_LISTED = 10
PLACES = ("diagram", "error", "regions", "weight")
# Of the plots: they stand beside the diagram and have 300 px, where large type is of normal size.
SIZE = "projector"
# Of a page that has not said how wide it is: enough for every diagram.
WIDTH = 1000


@dataclass(frozen=True)
class Look:
    """What of a training is looked at.

    row: which row of the data the diagram shows. show: "values", or "gradients". selected: the
    name of a weight, bias, input, target or neuron, "eta", or "". changed: names that get a ring.
    size: of the diagram, "normal", or "projector" for large type. room: pixels across that there
    are for the diagram; where it is wider in type that can be read, it is drawn with fewer digits.
    """

    row: int = 0
    show: str = "values"
    selected: str = ""
    changed: tuple[str, ...] = ()
    size: str = "normal"
    room: int = WIDTH

    def __post_init__(self):
        count("row", self.row, least=0)
        choice("show", self.show, SHOW)
        choice("size", self.size, SIZES)
        count("room", self.room, least=0)


def view_of(live: LiveTraining, look: Look) -> dict:
    """Everything that is shown of a LiveTraining, by the names of its places on the page.

    Raises ValueError for a row that the training does not have.
    """
    count("row", look.row, 0, len(live.inputs) - 1)
    pictures = {"diagram": diagram(live, look)} | _plots(live, look)
    svgs = {name: picture.svg for name, picture in pictures.items()}
    return {
        "pictures": dict.fromkeys(PLACES, "") | svgs,
        "facts": {name: _facts(picture) for name, picture in pictures.items()},
        "round": f"{live.rounds:,}",
        "error": result_text(live.error),
        "error_of": "Error" if len(live.inputs) == 1 else "Error of all rows",
        "answers": answers_table(live, look.row),
        "about": about(live, look.selected),
        "values": values(live, look.row),
    }


def _plots(live, look):
    """The pictures beside the diagram, as far as there is something to plot."""
    pictures = {"error": error_curve(live)}
    is_plane = live.layer_sizes[0] == 2 and live.layer_sizes[-1] == 1
    if is_plane and live.network.activations[-1] == "logistic":
        pictures["regions"] = decision_regions(live.network, live.inputs, live.targets, SIZE)
    if look.selected in parameters(live):
        pictures["weight"] = weight_picture(
            live.network,
            live.inputs,
            live.targets,
            look.selected,
            float(live.network[look.selected]),
            live.derivative(look.selected),
            SIZE,
        )
    return pictures


# Names ------------------------------------------------------------------------------------------


def parameters(live: LiveTraining) -> tuple[str, ...]:
    """Names of the weights and of the biases that can be edited one by one.

    A layer whose neurons share a bias has one (b1), a layer whose biases differ one to a neuron.
    """
    names = live.network.names
    found = list(names.all_weights)
    for bias, neurons, biases in zip(names.biases, names.neurons, live.network.biases, strict=True):
        shared = live.rule.biases != "one per neuron" and np.all(biases == biases[0])
        found += [bias] if shared else [f"b_{neuron}" for neuron in neurons]
    return tuple(found)


def given_names(live: LiveTraining) -> tuple[str, ...]:
    """Names of the inputs and targets of a row."""
    names = live.network.names
    return (*names.inputs, *(f"target_{o}" for o in names.outputs))


def editable(live: LiveTraining) -> tuple[str, ...]:
    """Names of everything that can be changed: parameters, inputs and targets, and eta."""
    return (*parameters(live), *given_names(live), "eta")


def neurons(live: LiveTraining) -> tuple[str, ...]:
    """Names of all neurons."""
    return live.network.names.all_neurons


def values(live: LiveTraining, row: int) -> dict[str, str]:
    """A dict from every name that can be edited to its value, as text."""
    numbers = live.forwards[row]
    named = {name: digits_text(numbers[name]) for name in (*given_names(live), *parameters(live))}
    return named | {"eta": digits_text(live.learning_rate)}


def changes(before: LiveTraining, after: LiveTraining, row: int) -> tuple[str, ...]:
    """Names of all quantities of a row whose values differ between two trainings."""
    if before.layer_sizes != after.layer_sizes or row >= min(len(before.inputs), len(after.inputs)):
        return ()
    old, new = before.forwards[row], after.forwards[row]
    arrays = ("inputs", "targets", "weights", "biases", "nets", "outs", "errors")
    # pyrefly: ignore[missing-attribute]
    names = [name for name in new.names.plain() if new.names.find(name).array in arrays]
    changed = tuple(name for name in names if _value(old, name) != _value(new, name))
    return changed if before.learning_rate == after.learning_rate else (*changed, "eta")


def _value(record, name):
    try:
        return float(record[name])
    except ValueError:
        return None  # b1 is no number where the biases of a layer differ


# Pictures ---------------------------------------------------------------------------------------


def diagram(live: LiveTraining, look: Look) -> Picture:
    """The network with the numbers of one row and the learning rate, to be clicked on.

    Large type that a network has no place for falls back to normal type.
    """
    lit = ()
    if look.selected in (*neurons(live), "eta"):
        lit = (look.selected,)
    elif look.selected in (*parameters(live), *given_names(live)):
        lit = (f"dE_d{look.selected}",)
    backward, back = live.backwards[look.row], look.show == "gradients"
    return fitting_diagram(
        _AtItsRate(backward.forward, backward.layers, backward.weights_used, live.learning_rate),
        lit=lit,
        backward=back,
        sizes=_diagram_sizes(live, look),
        changed=look.changed,
        clickable=True,
    )


def _diagram_sizes(live, look):
    """The sizes of type that the diagram may have; the first in which it fits is taken."""
    least = _least_width(live.layer_sizes, look.show == "gradients")
    large = look.size != "normal" or least > look.room
    return SIZES[::-1] if large else ("normal",)


def flow(live: LiveTraining, look: Look) -> dict:
    """The backward flow in the row that is shown.

    It goes to the weight or bias that is selected, or else to the weight whose derivative in this
    row is the largest.
    """
    backward = live.backwards[look.row]
    to = look.selected
    if to not in parameters(live):
        to = max(backward.names.all_weights, key=lambda w: abs(float(backward[f"dE_d{w}"])))
    return flow_view(backward, to, _diagram_sizes(live, look))


@lru_cache(maxsize=64)
def _least_width(layer_sizes, backward):
    """How many pixels a normal diagram of such a network needs, as the picture itself says."""
    forward = forward_pass(
        random_network(layer_sizes, 0), *(np.zeros(layer_sizes[k]) for k in (0, -1))
    )
    return network_diagram(backward_pass(forward), backward=backward).least_width


@dataclass(frozen=True, eq=False, repr=False)
class _AtItsRate(BackwardPass):
    """A backward pass that knows the learning rate, so that the diagram has a place for it."""

    learning_rate: float

    def _arrays(self) -> dict:
        return super()._arrays() | {"learning_rate": self.learning_rate}


def error_curve(live: LiveTraining) -> Picture:
    """The error of every round so far, with a square at every edit."""
    now = (live.rounds, live.error)
    points = live.curve if live.curve[-1][0] == live.rounds else (*live.curve, now)
    rounds, errors = zip(*points, strict=True)
    edits = live.edits
    # Of each edit the error after it; the first one alone stands in the legend.
    after = {k: e for k, e in live.curve if k in edits}
    squares = [Mark("" if n else "edit", *at, "square") for n, at in enumerate(after.items())]
    edited = f", edited in round {', '.join(f'{k:,}' for k in edits)}" if edits else ""
    return line_plot(
        "The error, round by round" if len(live.inputs) == 1 else "The error, summed over all rows",
        round_axis(max(live.rounds, 100)),
        log_axis("error", [1, *(e for e in errors if e > 0)]),
        [Curve("error", rounds, errors)],
        marks=[Mark("now", *now), *squares],
        label=(
            f"Error curve: from {_as_kept(errors[0])} to {_as_kept(live.error)} in round "
            f"{live.rounds:,}{edited}."
        ),
        facts=[f"round {k:,}: {_as_kept(e)}" for k, e in _spoken(points)],
        size=SIZE,
    )


_as_kept = partial(digits_text, digits=KEPT_DIGITS)  # more would be zeros that are not true


def _spoken(points):
    """Of many points those that are put into words: powers of ten, edits, and the last."""
    rounds = [k for k, _ in points]
    powers = {0, *(10**n for n in range(9))}
    return [
        point
        for point in points
        if point[0] in powers or rounds.count(point[0]) > 1 or point is points[-1]
    ]


def _facts(picture):
    return picture.text.splitlines()[1:]


# Words ------------------------------------------------------------------------------------------


def answers_table(live: LiveTraining, row: int) -> str:
    """The rows of the data as an HTML table, each with what the network answers now."""
    names = live.network.names
    outs = [f"out_{o}" for o in names.outputs]
    heads = [*names.inputs, *(f"target_{o}" for o in names.outputs), *outs]
    one_bit = len(outs) == 1 and np.isin(live.targets, (0, 1)).all()
    heads += ["says"] if one_bit else []
    body = ""
    for n, forward in enumerate(live.forwards):
        cells = "".join(f"<td>{cell}</td>" for cell in _cells(forward, one_bit))
        body += f"<tr{_mark(n == row)}>{cells}</tr>"
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(forward, one_bit):
    yield from (f"{value:g}" for value in (*forward.inputs, *forward.targets))
    yield from (f"{out:.4f}" for out in forward.outputs)
    if one_bit:
        says = int(forward.outputs[0] > 0.5)
        yield f"{says}, {'right' if says == forward.targets[0] else 'wrong'}"


def _mark(shown):
    return ' aria-current="true"' if shown else ""


def about(live: LiveTraining, selected: str) -> str:
    """What there is to say of what is selected: the paths from a weight to the error, or why not.

    HTML.
    """
    if selected in neurons(live):
        return _about_neuron(live, selected)
    if selected not in parameters(live):
        return ""
    try:
        paths = error_paths(live.backwards, selected)
    except ValueError as problem:
        return f"<p>{escape(str(problem))}</p>"
    rows = "".join(
        f"<tr><td>{' ← '.join(path.through)}</td><td>{path.contribution:+.9f}</td></tr>"
        for path in paths[:MOST_PATHS_LISTED]
    )
    if len(paths) > MOST_PATHS_LISTED:
        rows += f"<tr><td>and {len(paths) - MOST_PATHS_LISTED} more</td><td></td></tr>"
    one = len(paths) == 1
    each = "" if one else "each "
    summed = "" if len(live.inputs) == 1 else f", {each}summed over {len(live.inputs)} rows"
    total = sum(path.contribution for path in paths)
    many = f"{len(paths)} path{'' if one else 's'}"
    rows += f'<tr><th scope="row">together dE/d{selected}</th><td>{total:+.9f}</td></tr>'
    caption = f"{many} from the error to {selected}{summed}"
    return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>"


def _about_neuron(live, neuron):
    names = live.network.names
    layer = next(k for k, layer in enumerate(names.neurons) if neuron in layer)
    weights = names.weights[layer][names.neurons[layer].index(neuron)]
    return (
        f"<p>{neuron} is computed. To change it, change what goes into it: "
        f"{', '.join(weights)} or its bias.</p>"
    )
