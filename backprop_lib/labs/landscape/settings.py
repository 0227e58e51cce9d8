"""What the controls of the landscape lab mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.labs.typed_number import typed_number, typed_rate, typed_whole

# So far the map goes to each side of the example's weights; and so many decimals has a place that a
# pointer shows. A key moves the point a fiftieth of it.
REACHES = {"2": 3, "10": 2, "50": 1, "250": 0}
STEPS, FARTHER = 50, 5
MOST_ROUNDS = 1000
BOTH_ALIKE = "{} goes to the right already. Choose another weight to go upwards."


@dataclass(frozen=True)
class Place:
    """Where somebody stands: two names, and a value for each."""

    names: tuple[str, str]
    values: tuple[float, float]

    def on(self, example: Example) -> Example:
        """The example with the two weights at these values."""
        values = dict(zip(self.names, self.values, strict=True))
        return example.replace(**values)  # pyrefly: ignore[bad-argument-type]


@dataclass(frozen=True)
class Descent:
    """Where a descent begins, its learning rate and its rounds."""

    start: Place
    rate: float
    rounds: int

    @property
    def controls(self) -> dict[str, str]:
        """The texts of the controls that mean this."""
        (across, upwards), (x, y) = self.start.names, tuple(map(repr, self.start.values))
        place = {"across": across, "upwards": upwards, "x": x, "y": y}
        return place | {"rate": repr(self.rate), "rounds": str(self.rounds)}


def movable(example: Example) -> tuple[str, ...]:
    """The weights and biases of an example; a bias that a layer shares is one.

    >>> from backprop_lib import example
    >>> " ".join(movable(example))
    'w1 w2 w3 w4 w5 w6 w7 w8 b1 b2'
    """
    names = example.names
    one_each = [f"b_{neuron}" for neuron in names.all_neurons]
    return (*names.all_weights, *(names.biases if example.network.shares_biases else one_each))


def first_pair(names: tuple[str, ...]) -> tuple[str, str]:
    """Two weights to begin with: those of the lesson, if the network has them.

    >>> first_pair(("w1", "w2", "b1"))
    ('w1', 'w2')
    """
    return ("w5", "w7") if {"w5", "w7"} <= set(names) else (names[0], names[1])


def read_settings(
    controls: Mapping[str, str], example: Example
) -> tuple[Descent | None, dict[str, str]]:
    """The Descent that could begin now, or None; and a message for each control that is wrong."""
    names = controls["across"], controls["upwards"]
    if names[0] == names[1]:
        return None, {"upwards": BOTH_ALIKE.format(names[0])}
    read, messages = {}, {}
    fields = {
        "x": typed_number,
        "y": typed_number,
        "rate": typed_rate,
        "rounds": lambda text: typed_whole(text, 1, MOST_ROUNDS),
    }
    for name, meant in fields.items():
        try:
            read[name] = meant(controls[name])
        except ValueError as problem:
            messages[name] = str(problem)
    if messages:
        return None, messages
    start = Place(names, (read["x"], read["y"]))
    try:
        forward_pass(start.on(example))
    except ValueError as problem:
        # Each number is one, but the network cannot be worked out with them.
        return None, dict.fromkeys(("x", "y"), f"Not with this number. {problem}")
    return Descent(start, read["rate"], read["rounds"]), {}
