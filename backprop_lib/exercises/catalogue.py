"""The catalogue of mistakes, and which of them explain an answer.

An entry says how a round of backpropagation goes wrong: a step that is done in another way, or
something that is done to the result. The mistaken numbers are then computed, for whatever
network, numbers and quantity are asked about. An answer that agrees with one of them, to the
digits it was given with, has been explained.

To add a mistake, write an entry in CATALOGUE, and make its twin by hand in test_catalogue.py:
the same mistake in the plain Python of ``by_hand``, and a line in MADE that says where it shows.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations

import numpy as np

from backprop_lib.core.errors import half_squared_error_slopes, half_squared_errors
from backprop_lib.core.forward_pass import net_inputs
from backprop_lib.core.logistic import logistic, logistic_slope
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.weight_update import TUTORIAL_RULE
from backprop_lib.exercises.answers import NOTHING
from backprop_lib.exercises.mistaken_round import Steps, mistaken_round
from backprop_lib.exercises.quantities import quantities, right_numbers, values_of


@dataclass(frozen=True)
class Way:
    """One way of making a mistake.

    where: a sentence that says where it was made, or nothing. steps: how the round was made.
    result: what was made of it, from the round and an array of names; None if it does not apply.
    unlike: if a round made by these steps gives the same number, this way does not apply.
    """

    where: str = ""
    steps: Steps = field(default_factory=Steps)
    result: Callable = values_of
    unlike: Steps | None = None


@dataclass(frozen=True)
class Mistake:
    """An entry of the catalogue.

    words: what the mistake is. look: where to look. Neither holds a number of the answer.
    ways: gives the Ways of making it in a network with certain Names.
    """

    key: str
    words: str
    look: str
    ways: Callable

    def numbers(self, name, example, rule=TUTORIAL_RULE):
        """The mistaken numbers for a quantity, without those that come out right all the same.

        >>> from backprop_lib import example
        >>> for number in MISTAKES["slope forgotten"].numbers("dE_dw5", example):
        ...     print(f"{number:.4f}")
        0.4398
        """
        right = right_numbers(name, example, rule)
        wanted = quantities(name, example.layer_sizes)
        found = []
        for _, number in _ways_made(self, wanted, example, rule):
            if number is not None and not any(same_numbers(number, n) for n in (right, *found)):
                found.append(number)
        return tuple(found)

    def __repr__(self):
        return f"Mistake {self.key!r}: {self.words}"


# A way that changes a step is tried at each layer alone, and at all of them.


def _at_layers(steps, words="Look at {layer}."):
    def ways(names):
        layers = range(len(names.neurons))
        for layer in layers:
            yield Way(words.format(layer=_layer_name(names, layer)), steps.at([layer]))
        if len(layers) > 1:
            yield Way("In every layer.", steps)

    return ways


def _only(*ways):
    return lambda names: ways


def _layer_name(names, layer):
    neurons = names.neurons[layer]
    which = neurons[0] if len(neurons) == 1 else f"{neurons[0]} to {neurons[-1]}"
    return f"the {'output' if layer == len(names.neurons) - 1 else 'hidden'} layer ({which})"


def _flipped(names):
    yield Way(result=lambda round_, wanted: -values_of(round_, wanted))
    flipped = Steps(error_slope=lambda t, o: -half_squared_error_slopes(t, o))
    yield Way("The sign of the derivative, before the step was taken.", flipped)
    yield from _flipped_at_one(names)
    sizes = Steps(error_slope=lambda t, o: np.abs(half_squared_error_slopes(t, o)))
    yield Way("The distance to the target was taken, without its sign.", sizes)


def _flipped_at_one(names):
    """The sign of one neuron alone, or of what its error adds to the total."""
    last = len(names.neurons) - 1
    for layer, neurons in enumerate(names.neurons):
        for j, neuron in enumerate(neurons if len(neurons) > 1 else ()):

            def minus(numbers, j=j):
                return np.where(np.arange(len(numbers)) == j, -numbers, numbers)

            where = f"At {neuron}."
            if layer == last:
                yield Way(
                    where,
                    Steps(error_slope=lambda t, o, m=minus: m(half_squared_error_slopes(t, o))),
                )
            yield Way(where, Steps(passed_on=lambda _, numbers, m=minus: m(numbers)).at([layer]))


def _paths_dropped(names):
    for layer, neurons in enumerate(names.neurons):
        nothing = _keeping(layer, [])
        for kept in _some_of(len(neurons)):
            lost = [neuron for j, neuron in enumerate(neurons) if j not in kept]
            yield Way(
                f"What goes through {' and '.join(lost)} is missing.",
                _keeping(layer, kept),
                unlike=nothing,
            )


def _some_of(size):
    """All but one of so many neurons, and each alone."""
    everyone = range(size)
    some = {tuple(j for j in everyone if j != lost) for lost in everyone} | {(j,) for j in everyone}
    return sorted(one for one in some if 0 < len(one) < size)


def _keeping(layer, kept):
    return Steps(
        passed_on=lambda _, numbers: np.where(np.isin(np.arange(len(numbers)), kept), numbers, 0)
    ).at([layer])


def _multiplied(names):
    def product(layer, weights, dE_dnet):
        return np.prod((weights * dE_dnet[:, None])[dE_dnet != 0], axis=0)

    def met(layer, dE_dnet):
        return np.prod(dE_dnet[dE_dnet != 0])

    yield from _at_layers(Steps(gather=product), "The paths that come together behind {layer}.")(
        names
    )
    yield from _at_layers(Steps(meet=met), "The deltas that meet in the bias of {layer}.")(names)
    yield Way("The paths, and the deltas that meet in a bias.", Steps(gather=product, meet=met))
    yield Way("Whole chains were multiplied.", result=_product_of_chains)


def _product_of_chains(round_, wanted):
    """The product of what each output's error contributes."""

    def one(name):
        found = round_.names.find(name)
        if name == "E_total":
            return np.prod(round_.errors)
        if isinstance(found, Derivative) and round_.names.name(found).startswith("dE_total_"):
            by = round_.names.name(found.by)
            chains = np.array([round_[f"dE_{o}_d{by}"] for o in round_.names.outputs])
            return np.prod(chains[chains != 0])
        if name.endswith("_new"):
            old = name.removesuffix("_new")
            return round_.steps.step(round_[old], round_.learning_rate, one(f"dE_d{old}"))
        return round_[name]

    try:
        return np.array([one(name) for name in wanted.flat], float).reshape(wanted.shape)
    except ValueError:  # no error depends on it
        return None


def _recounted(names):
    """Weights counted by where they come from, and not by the neuron they go into."""
    everywhere = range(len(names.weights))
    for layers in [*([k] for k in everywhere), everywhere]:
        layers = [k for k in layers if _exchanged(names, k)]
        if layers:
            where = "; ".join(_exchanged(names, k) for k in layers) + "."
            counted = _with_weights(_by_columns)
            for steps in (counted, Steps(net=counted.net), Steps(gather=counted.gather)):
                yield Way(where, steps.at(layers))
            yield Way(where, result=_of_the_other_weight(names, layers))


def _by_columns(weights):
    return weights.ravel().reshape(weights.shape, order="F")


def _with_weights(otherwise):
    """The steps of a round in which every matrix of weights is read otherwise."""
    right = Steps()
    return Steps(
        net=lambda k, weights, *rest: right.net(k, otherwise(weights), *rest),
        gather=lambda k, weights, dE_dnet: right.gather(k, otherwise(weights), dE_dnet),
    )


def _exchanged(names, layer):
    """Which weights change places: "w6 and w7 have changed places", or nothing."""
    weights = np.array(names.weights[layer])
    moved = weights[weights != _by_columns(weights)]
    if not len(moved):
        return ""
    if len(moved) == 2:
        return f"{moved[0]} and {moved[1]} have changed places"
    return f"{moved[0]} to {moved[-1]} are counted down the columns"


def _of_the_other_weight(names, layers):
    other = {}
    for layer in layers:
        weights = np.array(names.weights[layer])
        other |= dict(zip(weights.flat, _by_columns(weights).flat, strict=True))

    def result(round_, wanted):
        renamed = [re.sub(r"w\d+", lambda w: other.get(w[0], w[0]), name) for name in wanted.flat]
        try:
            return values_of(round_, np.array(renamed, dtype=object).reshape(wanted.shape))
        except ValueError:  # this weight does not lead there
            return None

    return result


def _turned(names):
    yield Way(
        result=lambda round_, wanted: values_of(round_, wanted).T if wanted.ndim == 2 else None
    )
    for layers in [*([k] for k in range(len(names.weights))), range(len(names.weights))]:
        layers = [k for k in layers if len(set(np.shape(names.weights[k]))) == 1]
        if layers:
            turned = _with_weights(lambda weights: weights.T)
            for steps in (turned, Steps(net=turned.net), Steps(gather=turned.gather)):
                yield Way("", steps.at(layers), _if_array)


def _if_array(round_, wanted):
    return values_of(round_, wanted) if wanted.ndim else None


def _shifted(names):
    for power in (-3, -2, -1, 1, 2, 3):
        yield Way(result=lambda round_, wanted, by=10.0**power: by * values_of(round_, wanted))


def _half(names):
    doubled = Steps(error_slope=lambda t, o: 2 * half_squared_error_slopes(t, o))
    halved = Steps(error_slope=lambda t, o: half_squared_error_slopes(t, o) / 2)
    yield Way("A 2 is left over in the derivative: the half cancels it.", doubled)
    yield Way("A half is left over in the derivative: the 2 cancels it.", halved)
    yield Way(
        "The error has lost its half.", Steps(error=lambda t, o: 2 * half_squared_errors(t, o))
    )
    yield Way(
        "The error was halved twice.", Steps(error=lambda t, o: half_squared_errors(t, o) / 2)
    )


def _copied(names):
    """The paths that lead to one hidden neuron, for all neurons of its layer."""
    for layer, neurons in enumerate(names.neurons[:-1]):
        for j, neuron in enumerate(neurons if len(neurons) > 1 else ()):

            def same(_, weights, dE_dnet, j=j):
                return np.full(weights.shape[1], weights[:, j] @ dE_dnet)

            yield Way(f"Those of {neuron}.", Steps(gather=same).at([layer + 1]))


def _no_bias_slope(names):
    def nothing(round_, wanted):
        found = [round_.names.find(name) for name in wanted.flat]
        by_bias = all(isinstance(f, Derivative) and f.by.array == "biases" for f in found)
        return np.zeros(wanted.shape) if by_bias else None

    yield Way(result=nothing)


def _exchanged_target(names):
    yield Way("", Steps(error_slope=lambda t, o: half_squared_error_slopes(o, t)))
    yield Way("Also where the slope of the output is taken.", Steps(compared=lambda t, o: (o, t)))


def _to_decimals(number, digits):
    return np.round(number, digits)


def _to_significant(number, digits):
    number = np.asarray(number, float)
    tiny = np.abs(number) < 1e-250  # which has no ten to a power to be multiplied by
    places = digits - 1 - np.floor(np.log10(np.abs(np.where(tiny, 1, number))))
    return np.round(number * 10.0**places) / 10.0**places


def _rounded_early(names):
    for digits in (6, 5, 4, 3, 2):
        for to, what in ((_to_decimals, "decimals"), (_to_significant, "digits")):

            def kept(number, to=to, digits=digits):
                return to(number, digits)

            last = len(names.neurons) - 1
            for steps in (*_forward_rounded(kept), *_backward_rounded(kept, digits, last)):
                yield Way(
                    f"It fits numbers on the way that were rounded to {digits} {what}.", steps
                )


def _forward_rounded(kept):
    outs = Steps(out=lambda k, net: kept(logistic(net)))
    forward = replace(outs, net=lambda k, *rest: kept(net_inputs(*rest)))
    links = replace(
        forward,
        error_slope=lambda t, o: kept(half_squared_error_slopes(t, o)),
        slope=lambda k, net, out: kept(logistic_slope(out)),
    )
    return outs, forward, links, Steps(kept=kept)


# What is written down on the way back; the first three are all that a network without hidden
# layers has.
NOTED = ("error slope", "last slope", "last delta", "hidden slope", "hidden delta", "path", "sum")
MANY_DIGITS = 5  # several numbers with so many end so near the right one that it needs no search


def _backward_rounded(kept, digits, last):
    """Rounds with all digits on the way forward, and some numbers rounded on the way back.

    Each alone, any two, all slopes, or all.
    """
    there = NOTED if last else NOTED[:3]
    together = [{one} for one in there]
    if digits < MANY_DIGITS:
        together += [set(pair) for pair in combinations(there, 2)]
        together += [{one for one in there if "slope" in one}, set(there)]
    for some in together:
        yield _noting(kept, some, last)


def _noting(kept, some, last):
    """The steps of a round in which some of the NOTED numbers are rounded."""

    def noted(number, what):
        return kept(number) if what in some else number

    def at(layer, what):
        return f"{'last' if layer == last else 'hidden'} {what}"

    def gather(layer, weights, dE_dnet):
        paths = noted(weights * dE_dnet[:, None], "path")
        return noted(paths.sum(axis=0), "sum")

    return Steps(
        error_slope=lambda t, o: noted(half_squared_error_slopes(t, o), "error slope"),
        slope=lambda k, net, out: noted(logistic_slope(out), at(k, "slope")),
        passed_on=lambda k, numbers: noted(numbers, at(k, "delta")),
        gather=gather,
    )


CATALOGUE = (
    Mistake(
        "sign flipped",
        "The sign is flipped.",
        "Follow the signs from the start; the slope of an error is out minus target.",
        _flipped,
    ),
    Mistake(
        "slope forgotten",
        "The link out * (1 - out) is missing.",
        "On its way through a neuron the error passes the slope of the logistic function.",
        _at_layers(Steps(slope=lambda k, net, out: np.ones_like(out))),
    ),
    Mistake(
        "slope at net",
        "The slope was taken at net.",
        "The formula is out * (1 - out): put in what comes out of the neuron, not what goes in.",
        _at_layers(Steps(slope=lambda k, net, out: logistic_slope(net))),
    ),
    Mistake(
        "slope squashed twice",
        "The slope was taken of a number that was squashed twice.",
        "out is squashed already: the slope is out * (1 - out), without another logistic function.",
        _at_layers(Steps(slope=lambda k, net, out: logistic_slope(logistic(out)))),
    ),
    Mistake(
        "one half or two",
        "The half and the 2 got mixed up.",
        "An error is half of a square; the 2 that comes down from the square cancels the half.",
        _half,
    ),
    Mistake(
        "updated weight used",
        "An updated weight was used where the original belongs.",
        "The error goes back through the weights that were used on the way forward.",
        _only(Way("", Steps(carrying_weights=lambda layer, old, new: new))),
    ),
    Mistake(
        "path dropped",
        "A path is missing.",
        "Whatever one thing changes by several ways, all ways are added up.",
        _paths_dropped,
    ),
    Mistake(
        "paths multiplied",
        "The paths were multiplied.",
        "Along a path the links are multiplied; the paths themselves are added.",
        _multiplied,
    ),
    Mistake(
        "paths of another neuron",
        "The paths of another hidden neuron were taken.",
        "The paths of a neuron lead back through the weights that go out of it.",
        _copied,
    ),
    Mistake(
        "weights swapped",
        "Weights were swapped.",
        "Weights are counted neuron by neuron: first all that lead into the first one.",
        _recounted,
    ),
    Mistake(
        "rows and columns swapped",
        "Rows and columns are swapped.",
        "A row holds what leads into one neuron, a column what leads out of one.",
        _turned,
    ),
    Mistake(
        "learning rate forgotten",
        "The learning rate is missing.",
        "The step is the learning rate times the derivative.",
        _only(Way("", Steps(step=lambda old, eta, slope: old - slope))),
    ),
    Mistake(
        "step added",
        "The step was added.",
        "The error is to fall, so the step goes against the derivative: old value minus step.",
        _only(Way("", Steps(step=lambda old, eta, slope: old + eta * slope))),
    ),
    Mistake(
        "step not taken",
        "This is not the new value yet.",
        "The new value is the old value minus the step.",
        _only(
            Way("It is the old value.", Steps(step=lambda old, eta, slope: old)),
            Way("It is the step alone.", Steps(step=lambda old, eta, slope: eta * slope)),
        ),
    ),
    Mistake(
        "bias left out",
        "The bias was left out.",
        "A net input is the sum of all products, and of the bias.",
        _at_layers(Steps(net=lambda k, weights, inputs, biases: weights @ inputs)),
    ),
    Mistake(
        "bias derivative taken as zero",
        "The derivative was taken as zero.",
        "What comes in along a bias is 1, so it gets the whole delta.",
        _no_bias_slope,
    ),
    Mistake(
        "target and output exchanged",
        "Target and output were exchanged.",
        "The slope of an error is out minus target: how much too high the answer is.",
        _exchanged_target,
    ),
    Mistake(
        "squashing forgotten",
        "A net input was taken for an output.",
        "What comes out of a neuron is logistic(net).",
        _at_layers(Steps(out=lambda k, net: net)),
    ),
    Mistake(
        "decimal point shifted",
        "The decimal point has slipped.",
        "The digits are right; count the zeros.",
        _shifted,
    ),
    Mistake(
        "rounded too early",
        "Rounded too early.",
        "Keep all digits until the end, and round once.",
        _rounded_early,
    ),
)
MISTAKES = {mistake.key: mistake for mistake in CATALOGUE}
ROUNDING = MISTAKES["rounded too early"]


# What explains an answer.


def explanations(name, readings, rule=TUTORIAL_RULE):
    """Every mistake that gives these numbers, as pairs of the Mistake and where it was made.

    readings: pairs of an Example and the Reading of what was answered for it. A mistake explains
    them if it gives every one that is wrong.
    """
    wrong = [
        (example, reading)
        for example, reading in readings
        if not reading.agrees(right_numbers(name, example, rule))
    ]
    found = []
    for mistake in CATALOGUE:
        where = _where(mistake, name, wrong, rule)
        if where is not None:
            found.append((mistake, where))
    return found


def in_words(found):
    """What explanations() found, in words: of several, that the numbers do not tell them apart."""
    sentences = [" ".join(filter(None, (mistake.words, where))) for mistake, where in found]
    if len(found) == 1:
        return f"{sentences[0]} {found[0][0].look}"
    return "Several mistakes give this number. " + " Or: ".join(sentences)


def _where(mistake, name, readings, rule):
    """Where a mistake was made, if it gives every answer; else None."""
    found = None
    for example, reading in reversed(readings):
        wanted = quantities(name, example.layer_sizes)
        found = next(
            (
                where
                for where, number in _ways_made(mistake, wanted, example, rule)
                if number is not None and reading.agrees(number)
            ),
            None,
        )
        if found is None:
            return None
    return found


def _ways_made(mistake, wanted, example, rule):
    """For every way of making a mistake: where, and the number; None where it does not apply."""
    for way, round_, unlike in _rounds(example, rule, mistake.key):
        with np.errstate(all="ignore"):
            number = way.result(round_, wanted)
        if number is not None and unlike and np.array_equal(number, values_of(unlike, wanted)):
            number = None
        yield way.where, number


@lru_cache(maxsize=256)
def _rounds(example, rule, key):
    """For every way of making a mistake: the way, the round made so, and the one to be unlike."""
    made = []
    for way in MISTAKES[key].ways(names_of(example.layer_sizes)):
        unlike = way.unlike and mistaken_round(example, way.unlike, rule)
        with suppress(ValueError):  # a number that the mistake drove out of range
            made.append((way, mistaken_round(example, way.steps, rule), unlike))
    return tuple(made)


def same_numbers(number, other):
    """Whether two numbers or arrays differ by no more than what floats lose on the way."""
    if np.shape(number) != np.shape(other):
        return False
    return bool(np.all(np.abs(number - other) <= NOTHING + 1e-12 * np.abs(other)))
