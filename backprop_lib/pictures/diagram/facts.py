"""What the network diagram tells: the numbers that a record holds, and what comes back.

>>> from backprop_lib import backward_pass, example, forward_pass
>>> from backprop_lib.pictures.diagram.light import light_of
>>> record = backward_pass(forward_pass(example))
>>> light = light_of("lit", ["dE_dw5"], record.names)
>>> facts = Facts(record, record.names, light, rings=light, backward=True, title=None)
>>> print(facts.carried["w5"].short, f"{facts.carried['w5'].value:.9f}")
dE/dw5 0.082167041
"""

from contextlib import suppress
from typing import NamedTuple

from backprop_lib.core.backward_pass import BackwardPass
from backprop_lib.core.names import Named
from backprop_lib.core.weight_update import WeightUpdate


class Carried(NamedTuple):
    """A derivative that comes back through a part; ``short`` is its name in the picture."""

    name: str
    short: str
    value: float


class Facts:
    """Everything that picture and words say, so that both say the same.

    values: the number of every name that the record holds. carried: for every lit part, the
    derivative that comes back through it. light: what is lit. rings: what has just changed.
    slopes: for every lit neuron whose net hands nothing on yet, how its out changes with its net.
    steps: for every weight or bias whose new value is lit, the derivative that it goes by.
    known: names whose numbers may be told, or None for all. activations: of each layer of neurons.
    """

    def __init__(self, state, names, light, rings, backward, title, known=None):
        self.names = names
        self.light = light
        self.rings = rings
        self.backward = backward
        self.title = title
        is_record = isinstance(state, Named)
        plain = ("logistic",) * len(names.neurons)
        self.activations = state.architecture.activations if is_record else plain
        self.values = _values(state) if is_record else {}
        record = state.backward if isinstance(state, WeightUpdate) else state
        comes_back = backward and isinstance(record, BackwardPass)
        self.carried = _carried(record, light) if comes_back else {}
        is_update = isinstance(state, WeightUpdate) and not backward
        self.steps = _steps(record, light) if is_update else {}
        slopes = _slopes(record, light) if comes_back else {}
        if known is not None:
            self.values = {name: v for name, v in self.values.items() if name in known}
            self.carried, slopes, self.steps = (
                {part: came for part, came in derivatives.items() if came.name in known}
                for derivatives in (self.carried, slopes, self.steps)
            )
        self.slopes = {n: c for n, c in slopes.items() if f"net_{n}" not in self.carried}

    def updates(self, weight: str) -> bool:
        """Whether the new number of a weight is in play."""
        return not self.backward and f"{weight}_new" in self.light.given

    @property
    def derivatives(self) -> tuple[Carried, ...]:
        """All that are told."""
        return (*self.carried.values(), *self.slopes.values(), *self.steps.values())


def _values(record):
    values = {}
    for name in record.names.plain():
        # It may hold nothing of this kind, or biases of single neurons and no shared one.
        with suppress(ValueError):
            values[name] = _real(record[name])
    return values


def _real(value):
    if isinstance(value, complex):
        raise TypeError(
            f"state: expected real numbers, got {value!r} (complex). "
            "A picture has no place for an imaginary part; draw the real network."
        )
    return float(value) + 0.0  # minus zero, the slope of a weight whose input is 0, is zero


_CARRIERS = ("inputs", "weights", "biases", "nets", "outs")


def _carried(record, light):
    names, carried = record.names, {}
    # Nobody asks how to change the inputs, unless they are named.
    of = light.of or dict.fromkeys(set(names.plain()) - set(names.inputs), "E_total")
    ends = light.ends or of
    for part in names.plain():
        kind = names.find(part).array
        # The derivative of a quantity by itself is one, and says nothing.
        if of.get(part, part) != part and kind in _CARRIERS:
            derivative = _passed_on if kind == "weights" and part not in ends else _arrived
            # A part beyond ``of``, which is lit for another reason, carries nothing of it.
            with suppress(ValueError):
                carried[part] = derivative(record, of[part], part)
    return carried


def _arrived(record, of, part):
    name = f"{_change(of)}_d{part}"
    # Under its own neuron a net needs no further name; nor does a weight at its own wire.
    short = part[:3] if part.startswith(("net_", "out_")) else part
    change = _change(of)
    if of.partition("_")[2] == _neuron_of(record.names, part):
        change = change.partition("_")[0]
        short = "w" if part.startswith("w") and change != "dE" else short
    return Carried(name, f"{change}/d{short}", _real(record[name]))


def _neuron_of(names, part):
    """The neuron that a net or an out belongs to, or that a weight goes into."""
    found = names.find(part)
    if found.array == "weights":
        layer, row, _ = found.index
        return names.neurons[layer][row]
    return part.partition("_")[2]


def _slopes(record, light):
    lit = (n for n in record.names.all_neurons if {f"net_{n}", f"out_{n}"} <= light.of.keys())
    return {n: _slope(record, n) for n in lit}


def _slope(record, neuron):
    name = f"dout_{neuron}_dnet_{neuron}"
    return Carried(name, "dout/dnet", _real(record[name]))


def _steps(update, light):
    steps = {}
    for name in light.given:
        parameter = name.removesuffix("_new")
        # A bias may not be shared, or frozen.
        with suppress(ValueError):
            if name != parameter:
                steps[parameter] = _arrived(update, "E_total", parameter)
    return steps


def _passed_on(record, of, weight):
    """What a weight hands on from the net behind it to the out before it: dE/dnet * w."""
    names = record.names
    layer, row, column = names.find(weight).index
    neuron = names.neurons[layer][row]
    behind = f"{_change(of)}_dnet_{neuron}"
    value = _real(record[behind]) * _real(record.weights_used[layer][row, column])
    if neuron in names.outputs and of == "E_total":
        # One output's share of the error has a name of its own in the tutorial.
        return Carried(f"dE_{neuron}_d{names.layer_inputs(layer)[column]}", "", value)
    return Carried(f"{behind} * {weight}", "", value)


def _change(of):
    return "dE" if of == "E_total" else f"d{of}"
