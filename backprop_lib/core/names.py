"""The tutorial's names for every quantity, and where each one sits in the arrays.

The tutorial speaks of ``w6`` and ``net_h1``; NumPy speaks of ``weights[1][0, 1]`` and
``nets[0][0]``. This module translates, for networks of any layer sizes:

======================  ===================================================================
name                    meaning
======================  ===================================================================
``i1``, ``i2``, ...     inputs
``h1``, ``h2``, ...     hidden neurons, counted on from layer to layer
``o1``, ``o2``, ...     output neurons
``w1``, ``w2``, ...     weights, counted on from layer to layer, neuron by neuron
``b1``, ``b2``, ...     the one bias that a whole layer shares
``b_h1``, ``b_o2``      the bias of one neuron
``net_h1``, ``out_h1``  what goes into a neuron's logistic function, and what comes out
``target_o1``           the answer wanted of an output
``E_o1``, ``E_total``   the error of one output, and of all
``eta``                 the learning rate
``dE_dw5``              a derivative; ``dE_...`` is short for ``dE_total_...``
``delta_o1``            short for ``dE_total_dnet_o1``
``w5_new``, ``b1_new``  the value after one update
======================  ===================================================================

Source of the names: Matt Mazur, "A Step by Step Backpropagation Example" (2015), extended to
any number of layers by counting on.
"""

import re
from functools import lru_cache
from itertools import count, pairwise
from typing import Any, NamedTuple

import numpy as np

from backprop_lib.core.validation import a_or_an, came, instance, layer_index, sizes_of_layers


class Position(NamedTuple):
    """Where a quantity sits: ``Position("weights", (1, 0, 1))`` is ``weights[1][0, 1]``."""

    array: str
    index: tuple[int, ...]

    def __str__(self):
        first, rest = self.index[:1], self.index[1:]
        return self.array + "".join(
            f"[{', '.join(map(str, part))}]" for part in (first, rest) if part
        )


class Derivative(NamedTuple):
    """The derivative of one quantity by another, each given by its position."""

    of: Position
    by: Position


E_TOTAL = Position("errors", ())


class Names:
    """All names of a network with the given layer sizes, inputs first.

    >>> names = Names((2, 2, 2))
    >>> names.weights[1]
    (('w5', 'w6'), ('w7', 'w8'))
    >>> print(names.find("w6"))
    weights[1][0, 1]
    >>> names.name(Position("nets", (0, 1)))
    'net_h2'

    Raises ValueError for a name that this network does not have, and says which it has, and
    for layer sizes that make no network.
    """

    def __init__(self, layer_sizes):
        self.layer_sizes = sizes_of_layers("layer_sizes", layer_sizes)
        n_inputs, *hidden_sizes, n_outputs = self.layer_sizes
        self.inputs = tuple(f"i{i + 1}" for i in range(n_inputs))
        self.neurons = _count_on("h", hidden_sizes) + _count_on("o", [n_outputs])
        self.outputs = self.neurons[-1]
        self.biases = tuple(f"b{k + 1}" for k in range(len(self.neurons)))
        self.weights = _weight_names(self.layer_sizes)
        self.all_neurons = tuple(neuron for layer in self.neurons for neuron in layer)
        self.all_weights = tuple(w for layer in self.weights for row in layer for w in row)
        self._positions = dict(self._every_position())
        self._names = {position: name for name, position in self._positions.items()}

    def find(self, name: str) -> Position | Derivative:
        """Position (or Derivative) that a name stands for."""
        if not isinstance(name, str):
            raise TypeError(
                f"name: expected text such as 'w5' or 'dE_dw5', got {came(name)} "
                f"({type(name).__name__}). Put the name in quotes."
            )
        if name.startswith("delta_"):
            return Derivative(E_TOTAL, self._find_plain("net_" + name.removeprefix("delta_"), name))
        if match := re.fullmatch(r"d(.+?)_d(.+)", name):
            of, by = match.groups()
            of = "E_total" if of == "E" else of
            return Derivative(self._find_plain(of, name), self._find_plain(by, name))
        return self._find_plain(name, name)

    def name(self, found: Position | Derivative) -> str:
        """The name of a Position or Derivative: the inverse of ``find``."""
        if isinstance(found, Derivative):
            return f"d{self.name(found.of)}_d{self.name(found.by)}"
        instance("found", found, Position, "Use what find() returned.")
        if found not in self._names:
            sizes = "-".join(map(str, self.layer_sizes))
            raise ValueError(
                f"found: expected a position in a {sizes} network, got {found}. "
                "Use what find() of the same network returned."
            )
        return self._names[found]

    def layer_inputs(self, layer: int) -> tuple[str, ...]:
        """Names of what flows into a layer: ``i1, i2`` into layer 0, ``out_h1, ...`` later."""
        if layer_index("layer", layer, len(self.neurons)) == 0:
            return self.inputs
        return tuple(f"out_{neuron}" for neuron in self.neurons[layer - 1])

    def plain(self) -> tuple[str, ...]:
        """Every name that is not a derivative, in the order of the tutorial."""
        return tuple(self._positions)

    def parameters(self) -> tuple[str, ...]:
        """Weights and shared biases: ``w1, w2, ..., b1, b2, ...``."""
        return (*self.all_weights, *self.biases)

    def _find_plain(self, part, whole):
        if part not in self._positions:
            raise ValueError(self._unknown(part, whole))
        return self._positions[part]

    def _unknown(self, part, whole):
        where = "" if part == whole else f" in {whole!r}"
        return (
            f"name: unknown name {part!r}{where}. "
            f"This network has {_span(self.inputs)}; {_span(self.all_weights)}; "
            f"{_span(self.biases)}; "
            f"net_ and out_ of {', '.join(_span(layer) for layer in self.neurons)}; "
            f"{_span([f'target_{o}' for o in self.outputs])}; "
            f"{_span([f'E_{o}' for o in self.outputs])}; E_total; eta. "
            "A derivative reads like dE_dw5, dE_o1_dout_h1 or dnet_o1_dw5."
        )

    def _every_position(self):
        yield from ((name, Position("inputs", (i,))) for i, name in enumerate(self.inputs))
        yield from ((f"target_{o}", Position("targets", (k,))) for k, o in enumerate(self.outputs))
        for array, after in (("weights", ""), ("new_weights", "_new")):
            for k, layer in enumerate(self.weights):
                for row, names in enumerate(layer):
                    for column, name in enumerate(names):
                        yield name + after, Position(array, (k, row, column))
        for array, after in (("biases", ""), ("new_biases", "_new")):
            for k, name in enumerate(self.biases):
                yield name + after, Position(array, (k,))
            for k, layer in enumerate(self.neurons):
                yield from ((f"b_{n}{after}", Position(array, (k, j))) for j, n in enumerate(layer))
        for k, layer in enumerate(self.neurons):
            for j, neuron in enumerate(layer):
                yield f"net_{neuron}", Position("nets", (k, j))
                yield f"out_{neuron}", Position("outs", (k, j))
        yield from ((f"E_{o}", Position("errors", (k,))) for k, o in enumerate(self.outputs))
        yield "E_total", E_TOTAL
        yield "eta", Position("learning_rate", ())


@lru_cache(maxsize=64)
def names_of(layer_sizes: tuple[int, ...]) -> Names:
    """The (cached) names of a network with these layer sizes."""
    return Names(layer_sizes)


class Named:
    """Gives a record its tutorial names: ``record["net_h1"]`` and ``record.net_h1``.

    A record says what it holds in ``_arrays()``; ``_lacks`` says who has the rest.
    """

    _lacks = "Ask a later step of the computation for it."

    @property
    def names(self) -> Names:
        """The names of this network's quantities."""
        return names_of(self.layer_sizes)

    def __getitem__(self, name: str) -> Any:
        found = self.names.find(name)
        if isinstance(found, Derivative):
            return self._derivative(found)
        return self._value(found)

    def __getattr__(self, name: str) -> Any:
        # Python asks for many underscored attributes (copying, displaying); none is a quantity.
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except ValueError as unknown:
            raise AttributeError(str(unknown)) from None

    def __dir__(self):
        return [*super().__dir__(), *(n for n in self.names.plain() if hasattr(self, n))]

    def _value(self, position):
        arrays = self._arrays()
        if position.array not in arrays:
            raise ValueError(self._not_here(position))
        array = arrays[position.array]
        if position == E_TOTAL:
            return array.sum()
        if position.array in ("biases", "new_biases") and len(position.index) == 1:
            return self._shared_bias(array[position.index[0]], position)
        for i in position.index:
            array = array[i]
        return array

    def _derivative(self, derivative: Derivative) -> float:
        raise ValueError(self._not_here(derivative))

    def _not_here(self, found):
        name = self.names.name(found)
        return f"name: {a_or_an(type(self).__name__)} does not hold {name!r}. {self._lacks}"

    def _shared_bias(self, biases, position):
        if np.any(biases != biases[0]):
            name = self.names.name(position)
            neurons = ", ".join(f"b_{neuron}" for neuron in self.names.neurons[position.index[0]])
            raise ValueError(
                f"name: {name!r} is the one bias that a layer shares, but the biases of this "
                f"layer differ. Ask for one neuron's: {neurons}."
            )
        return biases[0]


def _count_on(letter, sizes):
    numbers = count(1)
    return tuple(tuple(f"{letter}{next(numbers)}" for _ in range(size)) for size in sizes)


def _weight_names(layer_sizes):
    numbers = count(1)
    return tuple(
        tuple(tuple(f"w{next(numbers)}" for _ in range(n_in)) for _ in range(n_out))
        for n_in, n_out in pairwise(layer_sizes)
    )


def _span(names):
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
