"""Everything one round of backpropagation needs: a network, inputs, targets, learning rate."""

from collections.abc import Sequence
from dataclasses import FrozenInstanceError, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.errors import check_probabilities
from backprop_lib.core.network import BUILD_A_NETWORK, Network, OfANetwork
from backprop_lib.core.validation import (
    instance,
    number_array,
    positive_number,
    real_numbers,
    vector,
)

BUILD_ONE = "Build one with Example(network, inputs, targets)."
LEARNING_RATE_ADVICE = "The tutorial uses 0.5."
MOST_SHOWN = 24  # numbers that the text of an example lists; a larger one says its sizes alone


@dataclass(frozen=True, eq=False, repr=False)
class Example(OfANetwork):
    """A network with one pair of inputs and targets, and a learning rate (eta).

    inputs: vector with a number for each input; targets: one for each output.
    Raises TypeError or ValueError for anything that does not fit the network.

    >>> from backprop_lib import example
    >>> print(example.i1, example.w5, example.target_o1, example.eta)
    0.05 0.4 0.01 0.5
    >>> mine = example.replace(i1=0.2, w5=0.1)
    >>> print(mine.i1, mine.w5, mine.w6)
    0.2 0.1 0.45
    """

    network: Network
    inputs: np.ndarray
    targets: np.ndarray
    learning_rate: float = 0.5

    _lacks = "An example knows only its given numbers; forward_pass gives net_, out_ and E_."

    if TYPE_CHECKING:  # what is taken, and made into arrays

        def __init__(
            self,
            network: Network,
            inputs: ArrayLike,
            targets: ArrayLike,
            learning_rate: float = 0.5,
        ) -> None: ...

    def __post_init__(self):
        instance("network", self.network, Network, BUILD_A_NETWORK)
        sizes = self.network.layer_sizes
        inputs = vector("inputs", self.inputs, sizes[0], f"a list of {sizes[0]} numbers")
        targets = vector("targets", self.targets, sizes[-1], f"a list of {sizes[-1]} numbers")
        last = self.network.activations[-1]
        check_probabilities("targets", targets[np.newaxis], self.network.error, last)
        positive_number("learning_rate", self.learning_rate, LEARNING_RATE_ADVICE)
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)

    def replace(
        self,
        *,
        activations: str | Sequence[str] | None = None,
        error: str | None = None,
        **values: complex,
    ) -> "Example":
        """A new example with some numbers changed, by name: ``replace(i1=0.2, w5=0.1)``.

        activations, error: others for the network, if they are given.
        """
        given = {"inputs": self.inputs.copy(), "targets": self.targets.copy()}
        learning_rate = self.learning_rate
        in_network = {}
        for name, value in values.items():
            position = self.names.find(name)
            array = getattr(position, "array", None)
            if array in given:
                value = number_array(name, value, 0, "one finite number")
                given[array] = given[array].astype(np.result_type(given[array], value))
                given[array][position.index] = value  # pyrefly: ignore[unsupported-operation]
            elif array == "learning_rate":
                learning_rate = value
            else:
                in_network[name] = value
        network = self.network.replace(activations=activations, error=error, **in_network)
        # pyrefly: ignore[bad-argument-type] - weights may be complex, a rate is refused then
        return Example(network, **given, learning_rate=learning_rate)

    def _arrays(self):
        return {
            **self.network._arrays(),
            "inputs": self.inputs,
            "targets": self.targets,
            "learning_rate": self.learning_rate,
        }

    def _given(self):
        """Names of all that is given, in the order in which it is used."""
        names, shared = self.names, self.network.shares_biases
        biases = names.biases if shared else [f"b_{neuron}" for neuron in names.all_neurons]
        targets = [f"target_{output}" for output in names.outputs]
        return [*names.inputs, *names.all_weights, *biases, *targets, "eta"]

    def __repr__(self):
        about = f"Example for a {self.network!r}"
        if len(given := self._given()) > MOST_SHOWN:
            return f"{about}, learning rate {self.learning_rate}"
        return f"{about}: " + ", ".join(f"{name} = {self[name]:.9g}" for name in given)


def _refuse_change(_, name, value):
    """Say how to get what was wanted; the error is the one that every record gives."""
    own = name in (field.name for field in fields(Example))
    advice = BUILD_ONE if own else f"For a new one: mine = example.replace({name}={value!r})."
    raise FrozenInstanceError(
        f"{name}: an Example stays as it is, got {name} = {value!r}. {advice}"
    )


# Set here, because dataclass writes its own into the class.
Example.__setattr__ = _refuse_change  # pyrefly: ignore[bad-assignment]


def real_example(example: Example) -> Example:
    """The example, if all its numbers are real: a complex one has no slope to look for."""
    instance("example", example, Example, BUILD_ONE)
    network = example.network
    given = *network.weights, *network.biases, example.inputs, example.targets
    real_numbers("example", *given)
    return example
