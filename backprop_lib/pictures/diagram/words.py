"""The network diagram in words: its label, one sentence, and its text twin, line by line."""

from collections.abc import Iterator

from backprop_lib.core.numbers_as_text import given_text, number_text
from backprop_lib.pictures.diagram.facts import Facts


def label_of(facts: Facts) -> str:
    """The picture in one sentence."""
    words = _who(facts.names, facts.activations)
    if facts.light.given:
        way = "lit, going backward" if facts.backward else "lit"
        words += f"; {way}: {_some([_lit_fact(facts, name) for name in facts.light.given])}"
    elif "E_total" in facts.values:
        words += f"; {_fact(facts, 'E_total')}"
    if facts.rings.given:
        words += f"; just changed: {_some(facts.rings.given)}"
    return f"{'' if facts.title is None else f'{facts.title}: '}{words}."


def _who(names, activations):
    first, *hidden, last = names.layer_sizes
    # Logistic neurons are what a picture is of, if nothing is said.
    said = ["" if name == "logistic" else f" ({name})" for name in activations]
    layers = [_count(n, "hidden neuron") + name for n, name in zip(hidden, said, strict=False)]
    before = ", ".join([_count(first, "input"), *layers])
    return f"Network with {before} and {_count(last, 'output')}{said[-1]}"


def _count(n, thing):
    return f"{n} {thing}{'' if n == 1 else 's'}"


def _some(items):
    if len(items) > 8:
        return f"{', '.join(items[:7])} and {len(items) - 7} more"
    return ", ".join(items)


def _lit_fact(facts, name):
    # Values of derivatives are not among the values, but have come back to some part.
    carried = (came for came in facts.carried.values() if came.name == name)
    return next(map(_carried_fact, carried), _fact(facts, name))


def _carried_fact(carried):
    return f"{carried.name} = {number_text(carried.value, signed=True)}"


def _fact(facts, name):
    if name not in facts.values:
        return name
    written = number_text if name.startswith(("net_", "out_", "E_")) else given_text
    return f"{name} = {written(facts.values[name], signed=name[0] in 'wb')}"


def lines_of(facts: Facts) -> Iterator[str]:
    """The picture line by line; every number in it; computed ones with nine decimals."""
    yield from _network_lines(facts)
    yield from _in_play_lines(facts)


def _network_lines(facts):
    names = facts.names
    yield f"Inputs: {_facts(facts, names.inputs)}"
    sources = names.inputs
    for layer, neurons in enumerate(names.neurons):
        for neuron in neurons:
            yield f"{neuron}: {_facts(facts, [f'net_{neuron}', f'out_{neuron}'])}"
        for neuron, weights in zip(neurons, names.weights[layer], strict=True):
            pairs = zip(weights, sources, strict=True)
            ways = [f"{_with_new(facts, weight)} from {source}" for weight, source in pairs]
            yield f"Weights into {neuron}: {', '.join(ways)}"
        yield _bias_line(facts, names.biases[layer], neurons)
        sources = neurons
    errors = [name for o in names.outputs for name in (f"target_{o}", f"E_{o}")]
    yield f"Errors: {_facts(facts, [*errors, 'E_total'])}"


def _in_play_lines(facts):
    if "eta" in facts.values:
        yield f"Learning rate: {_fact(facts, 'eta')}"
    if facts.derivatives:
        # A derivative may have come back through several parts; a dict keeps each once.
        yield f"Derivatives: {', '.join(dict.fromkeys(map(_carried_fact, facts.derivatives)))}"
    lit = ", ".join(name for name in facts.names.plain() if facts.light.has(name))
    yield f"Lit: {lit or 'nothing, all alike'}"
    yield f"Direction: {'backward, right to left' if facts.backward else 'forward, left to right'}"
    if facts.rings.given:
        yield f"Just changed: {', '.join(facts.rings.given)}"


def _facts(facts, names):
    return ", ".join(_fact(facts, name) for name in names)


def _with_new(facts, name):
    new = f"{name}_new"
    return _fact(facts, name) + (f" -> {_fact(facts, new)}" if new in facts.values else "")


def _bias_line(facts, bias, neurons):
    single = [f"b_{neuron}" for neuron in neurons]
    for after in ("", "_new"):
        if single[0] + after in facts.values and bias + after not in facts.values:
            return f"Biases {bias}: {', '.join(_with_new(facts, name) for name in single)}"
    return f"Bias: {_with_new(facts, bias)} into {', '.join(neurons)}"
