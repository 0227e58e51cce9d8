"""What is lit in the network diagram: the quantities that a name puts in play.

A weight lights itself, a neuron its net and its out, a shared bias its branches to the neurons,
and a derivative every path between its two quantities.

>>> from backprop_lib.core.names import names_of
>>> sorted(light_of("lit", ["dout_o1_dw5"], names_of((2, 2, 2))).of)
['net_o1', 'out_o1', 'w5']
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from backprop_lib.core.names import Derivative, Names


class Light(NamedTuple):
    """given: names as they came. of: for each lit part, whose derivative passes through it.

    ends: parts that were named themselves, or by which a derivative is taken; the other parts
    are only passed through.
    """

    given: tuple[str, ...]
    of: dict[str, str]
    ends: set[str]

    def has(self, *parts: str) -> bool:
        return not self.of.keys().isdisjoint(parts)

    def look(self, *parts: str) -> str:
        """ "lit", "faint", or "plain" as long as nothing at all is lit."""
        if not self.of:
            return "plain"
        return "lit" if self.has(*parts) else "faint"


def light_of(argument: str, given: str | Iterable[str], names: Names, mixes: bool = False) -> Light:
    """The light of some names; ``argument`` is what an error message calls them.

    mixes: whether every out of the outputs depends on every net of theirs, as with softmax.
    """
    try:
        given = (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        raise TypeError(
            f"{argument}: expected a list of names such as ['w5', 'net_o1'], got {given!r} "
            f"({type(given).__name__}). Put the names in a list."
        ) from None
    of, ends = {}, set()
    for name in given:
        target, parts, its_ends = _lit_by(argument, name, names, mixes)
        for part in parts:
            # Nothing passes by itself: through the target itself, another derivative may pass.
            if of.get(part, part) == part:
                of[part] = target
        ends |= its_ends
    return Light(given, of, ends)


def _lit_by(argument, name, names, mixes):
    """Whose derivative passes, through which parts, and which of these are ends."""
    if any(name in neurons for neurons in names.neurons):
        parts = {f"net_{name}", f"out_{name}"}
        return "E_total", parts, parts
    try:
        found = names.find(name)
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{argument}: {str(problem).removeprefix('name: ')}") from None
    if not isinstance(found, Derivative):
        parts = _with_branches(name.removesuffix("_new"), names)
        return "E_total", parts, parts
    of, by = names.name(found.of), names.name(found.by)
    parts = _path(by, of, names, mixes)
    if not parts:
        raise ValueError(
            f"{argument}: {name!r} lights the paths from {by} to {of}, but there is none. "
            "Name a derivative by something that comes before, such as dE_dw5."
        )
    return of, parts, parts & _with_branches(by, names)


def _with_branches(name, names):
    """A quantity itself and, if it is a shared bias, the biases that it stands for."""
    if name not in names.biases:
        return {name}
    return {name, *(f"b_{neuron}" for neuron in names.neurons[names.biases.index(name)])}


@lru_cache(maxsize=4096)
def _path(by, of, names, mixes):
    """Every quantity on a way from ``by`` to ``of``, with the weights that are passed."""
    parts = {of} if by == of else set()
    for following, through in _steps(names, mixes)[by]:
        if rest := _path(following, of, names, mixes):
            parts |= {by, *through, *rest}
    return frozenset(parts)


@lru_cache(maxsize=64)
def _steps(names, mixes):
    """What each quantity flows into: ``{"out_h1": [("net_o1", ["w5"]), ...], ...}``."""
    steps = defaultdict(list)
    for quantity, following, *through in _every_step(names, mixes):
        steps[quantity].append((following, through))
    return steps


def _every_step(names, mixes):
    for o in names.outputs:
        yield from ((f"out_{o}", f"E_{o}"), (f"target_{o}", f"E_{o}"), (f"E_{o}", "E_total"))
    for layer, neurons in enumerate(names.neurons):
        for neuron, weights in zip(neurons, names.weights[layer], strict=True):
            net, bias = f"net_{neuron}", f"b_{neuron}"
            outs = neurons if mixes and neurons == names.outputs else [neuron]
            yield from ((net, f"out_{out}") for out in outs)
            yield from ((bias, net), (names.biases[layer], net, bias))
            for weight, source in zip(weights, names.layer_inputs(layer), strict=True):
                yield from ((weight, net), (source, net, weight))
