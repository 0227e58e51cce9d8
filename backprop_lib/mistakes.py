"""The catalogue of mistakes, and ``judge``, which finds the one that explains an answer.

An entry says how a round of backpropagation goes wrong: a step that is done in another way, or
something that is done to the result. The mistaken numbers are then computed, for whatever
network, numbers and quantity are asked about. An answer that agrees with one of them, to the
digits it was given with, has been explained.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from backprop_lib.answers import (
    COMPUTED,
    NOTHING,
    UnansweredError,
    UnreadableError,
    read_answer,
    symbols_in,
)
from backprop_lib.example import Example, real_example
from backprop_lib.forward_pass import forward_pass, net_inputs
from backprop_lib.half_squared_error import half_squared_error_slopes, half_squared_errors
from backprop_lib.logistic import logistic, logistic_slope
from backprop_lib.mistaken_round import Steps, mistaken_round
from backprop_lib.names import Derivative, names_of
from backprop_lib.network import Network
from backprop_lib.validation import instance
from backprop_lib.weight_update import TUTORIAL_RULE, UpdateRule, weight_update

KINDS = ("right", "rounded", "wrong", "unanswered", "unreadable")
FAR = 0.25  # further off, as a part of the number itself, nobody would call it rounded
CLOSE = 0.005  # an answer this near, as a part of the number itself, lost its digits on the way
NEAR = 0.05  # nor may a few units in the last digit be more than this
FEW_UNITS = 6  # half units in the last digit
LAST_DIGIT = "Only the last digit is off."
ENOUGH_DIGITS = 3  # to know another quantity by its number


def values_of(record, names):
    """The values that a record has for an array of names."""
    values = np.array([record[name] for name in names.flat], dtype=float)
    return values.reshape(names.shape)


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
            if number is not None and not any(_same(number, n) for n in (right, *found)):
                found.append(number)
        return tuple(found)

    def __repr__(self):
        return f"Mistake {self.key!r}: {self.words}"


@dataclass(frozen=True)
class Verdict:
    """What judge says of an answer.

    kind: one of KINDS. words: one or two sentences to show; never the right number.
    mistakes: the entries of the catalogue that explain the answer.
    """

    kind: str
    words: str
    mistakes: tuple[Mistake, ...] = ()

    @property
    def accepted(self):
        """Whether the answer counts as right."""
        return self.kind == "right"


def judge(name, answer, example, rule=TUTORIAL_RULE):
    """Judge an answer by the digits it was given with, and find the mistake.

    name: a quantity by its name, such as "dE_dw5", or a whole array: "net_h" and "out_o" stand
    for all neurons of that kind, "W2", "dE_dW2" and "W2_new" for the weights of a layer.
    answer: a number, its text, an array, a Decimal or a SymPy expression. An expression in the
    names of the network must hold for other numbers, too.
    rule: the UpdateRule by which the right number is found.

    An answer is right if it is within half a unit of its last digit. A zero is right only if
    nothing but zero is there. A new weight has to be told from the old one. Raises ValueError for
    an unknown name; never for an answer.

    >>> from backprop_lib import example
    >>> judge("dE_dw5", 0.0822, example).words
    'Right, to the 3 digits given.'
    >>> print(judge("dE_dw1", "0.000364723", example).words)
    An updated weight was used where the original belongs. The error goes back through the \
weights that were used on the way forward.
    """
    instance("rule", rule, UpdateRule, "For example UpdateRule(biases='one per layer').")
    real_example(example)
    quantities(name, example.layer_sizes)  # an unknown name is the author's error, and is raised
    try:
        return _judged(name, answer, example, rule)
    except UnansweredError:
        return Verdict("unanswered", "Not answered yet: replace the three dots by your answer.")
    except UnreadableError as unreadable:
        return Verdict("unreadable", str(unreadable))


def right_numbers(name, example, rule=TUTORIAL_RULE):
    """The right number, or array of numbers, for a quantity or an array of them.

    >>> from backprop_lib import example
    >>> print(right_numbers("W2_new", example).round(4))
    [[0.3589 0.4087]
     [0.5113 0.5614]]
    """
    return values_of(right_round(example, rule), quantities(name, example.layer_sizes))


def quantities(name, layer_sizes):
    """The names that a name stands for: an array of them, of no dimension for a single one.

    >>> print(quantities("dE_dW2", (2, 2, 2)))
    [['dE_dw5' 'dE_dw6']
     ['dE_dw7' 'dE_dw8']]
    >>> print(quantities("delta_o", (2, 2, 2)))
    ['delta_o1' 'delta_o2']

    Raises TypeError or ValueError for a name that this network does not have.
    """
    names = names_of(layer_sizes)
    stands_for = name
    if isinstance(name, str):
        matrix = re.search(r"W(\d+)(?![\w])|W(\d+)(?=_new$)", name)
        layer = int(matrix[1] or matrix[2]) - 1 if matrix else -1
        letter = re.search(r"_([ho])(?=_|$)", name)
        if 0 <= layer < len(names.weights):
            stands_for = [[name.replace(matrix[0], w) for w in row] for row in names.weights[layer]]
        elif letter:
            layers = names.neurons[:-1] if letter[1] == "h" else names.neurons[-1:]
            stands_for = [
                re.sub(rf"_{letter[1]}(?=_|$)", f"_{neuron}", name)
                for layer in layers
                for neuron in layer
            ] or name
    wanted = np.array(stands_for, dtype=object)
    for one in wanted.flat:
        names.find(one)
    return wanted


# The catalogue. A way that changes a step is tried at each layer alone, and at all of them.


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

    yield from _at_layers(Steps(gather=product), "The paths that come together behind {layer}.")(
        names
    )
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
            where = f"It fits numbers on the way that were rounded to {digits} {what}."

            def kept(number, to=to, digits=digits):
                return to(number, digits)

            outs = Steps(out=lambda k, net, kept=kept: kept(logistic(net)))
            forward = replace(outs, net=lambda k, *rest, kept=kept: kept(net_inputs(*rest)))
            links = replace(
                forward,
                error_slope=lambda t, o, kept=kept: kept(half_squared_error_slopes(t, o)),
                slope=lambda k, net, out, kept=kept: kept(logistic_slope(out)),
            )
            for steps in (outs, forward, links, Steps(kept=kept)):
                yield Way(where, steps)


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


@lru_cache(maxsize=64)
def right_round(example, rule=TUTORIAL_RULE):
    """The WeightUpdate in which every quantity of an example is right."""
    forward = forward_pass(example.network, example.inputs, example.targets)
    return weight_update(forward, example.learning_rate, rule)


@lru_cache(maxsize=256)
def _rounds(example, rule, key):
    """For every way of making a mistake: the way, the round made so, and the one to be unlike."""
    made = []
    for way in MISTAKES[key].ways(names_of(example.layer_sizes)):
        unlike = way.unlike and mistaken_round(example, way.unlike, rule)
        with suppress(ValueError):  # a number that the mistake drove out of range
            made.append((way, mistaken_round(example, way.steps, rule), unlike))
    return tuple(made)


def _ways_made(mistake, wanted, example, rule):
    """For every way of making a mistake: where, and the number; None where it does not apply."""
    for way, round_, unlike in _rounds(example, rule, mistake.key):
        with np.errstate(all="ignore"):
            number = way.result(round_, wanted)
        if number is not None and unlike and np.array_equal(number, values_of(unlike, wanted)):
            number = None
        yield way.where, number


def _same(number, other):
    if np.shape(number) != np.shape(other):
        return False
    return bool(np.all(np.abs(number - other) <= NOTHING + 1e-12 * np.abs(other)))


# Judging.


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


def _judged(name, answer, example, rule):
    wanted, right = quantities(name, example.layer_sizes), right_numbers(name, example, rule)
    symbols, readings = _read(wanted, answer, example, rule)
    names = names_of(example.layer_sizes)
    if any(names.find(s) in {names.find(q) for q in wanted.flat} for s in symbols):
        return Verdict(
            "wrong",
            "What is asked for cannot be part of the answer. Say what it is made of.",
        )
    reading = readings[0][1]
    if all(one.agrees(right_numbers(name, trial, rule)) for trial, one in readings):
        return _right(wanted, reading, right, example, rule)
    found = explanations(name, readings, rule)
    if cut_off := _is_cut_off(reading, right):
        found = [one for one in found if one[0] is not ROUNDING] + [(ROUNDING, LAST_DIGIT)]
    mistakes = tuple(mistake for mistake, _ in found)
    if set(mistakes) <= {ROUNDING} and (rounding := _rounding(reading, right, found)):
        return Verdict("rounded", rounding, (ROUNDING,))
    if found:
        return Verdict("rounded" if cut_off else "wrong", in_words(found), mistakes)
    if reading.values.shape != right.shape:
        return Verdict("wrong", _other_shape(reading.values.shape, right.shape))
    if reading.agrees(right):
        return Verdict(
            "wrong",
            "With these numbers it comes out right, but not with others, so it is not the "
            "formula. Say it in the names of the network.",
        )
    return Verdict("wrong", _unexplained(wanted, reading, example, rule))


def _read(wanted, answer, example, rule):
    """Names of the symbols in an answer, and its Reading for the example and, if any, others."""
    try:
        symbols = symbols_in(answer)
        examples = [example, *_other_examples(example.layer_sizes)] if symbols else [example]
        return symbols, [
            (one, read_answer(answer, right_round(one, rule).__getitem__).as_shape(wanted.shape))
            for one in examples
        ]
    except (UnansweredError, UnreadableError):
        raise
    except Exception as error:  # whatever it is that somebody put in
        raise UnreadableError(
            f"This cannot be read as a number: {type(error).__name__}. Write one such as 0.25."
        ) from error


def _right(wanted, reading, right, example, rule):
    old = np.array([name.removesuffix("_new") for name in wanted.flat], dtype=object)
    before = values_of(right_round(example, rule), old.reshape(wanted.shape))
    typed = np.all(reading.half_units > 0)  # what was computed has no more digits to give
    if typed and not _same(before, right) and reading.agrees(before):
        return Verdict(
            "rounded",
            "With so few digits the new value cannot be told from the old one. Give more digits.",
            (ROUNDING,),
        )
    if np.all(np.abs(reading.values - right) <= NOTHING + COMPUTED * np.abs(right)):
        return Verdict("right", "Right.")
    digits = int(reading.digits.min())
    if digits == 1:
        return Verdict(
            "right", "Right as far as it goes, which is one digit. More digits would tell more."
        )
    return Verdict("right", f"Right, to the {digits} digits given.")


def _is_cut_off(reading, right):
    """Whether an answer is right but for its last digit, by one."""
    if reading.values.shape != right.shape or not np.all(reading.digits > 1):
        return False
    off = np.abs(reading.values - right)
    return not reading.agrees(right) and bool(np.all(off <= 2 * reading.half_units))


def _rounding(reading, right, found):
    """What to say of an answer that only lost its digits; nothing if it is another number."""
    if reading.values.shape != right.shape or reading.agrees(right):
        return ""
    off, size = np.abs(reading.values - right), np.abs(right)
    if np.all((reading.values == 0) & (size <= reading.half_units)):
        return "Rounded to nothing: no digit is left. Give more digits."
    if found and np.all(off <= FAR * size):
        return in_words(found)
    few_units = np.all((off <= FEW_UNITS * reading.half_units) & (off <= NEAR * size))
    if few_units or np.all(off <= CLOSE * size):
        return f"{ROUNDING.words} {ROUNDING.look}"
    return ""


def _unexplained(wanted, reading, example, rule):
    """What to say of a number that no mistake gives: at best, what else it is."""
    if wanted.ndim == 0 and reading.digits >= ENOUGH_DIGITS:
        for name in _all_quantities(example.layer_sizes):
            if reading.agrees(right_round(example, rule)[name]):
                return f"This is {name}, and {wanted} is asked for."
    return (
        "This is not it, and no mistake in the catalogue explains it. Check the numbers that "
        "went in, one link at a time."
    )


@lru_cache(maxsize=16)
def _all_quantities(layer_sizes):
    names = names_of(layer_sizes)
    weights = [weight for layer in names.weights for row in layer for weight in row]
    neurons = [neuron for layer in names.neurons for neuron in layer]
    return (
        *(f"{kind}_{neuron}" for kind in ("net", "out") for neuron in neurons),
        *(f"E_{output}" for output in names.outputs),
        "E_total",
        *(f"dE_d{weight}" for weight in weights),
        *(f"dE_d{kind}_{neuron}" for kind in ("out", "net") for neuron in neurons),
        *(f"dout_{neuron}_dnet_{neuron}" for neuron in neurons),
        *(f"{weight}_new" for weight in weights),
    )


@lru_cache(maxsize=16)
def _other_examples(layer_sizes):
    """Two more networks of the same sizes, on which a formula has to hold as well."""
    names, rng = names_of(layer_sizes), np.random.default_rng(1986)
    return tuple(
        Example(
            Network(
                [rng.uniform(-1, 1, np.shape(layer)) for layer in names.weights],
                [np.full(len(layer), rng.uniform(-1, 1)) for layer in names.neurons],
            ),
            rng.uniform(0.1, 1, layer_sizes[0]),
            rng.uniform(0.1, 1, layer_sizes[-1]),
            rng.uniform(0.1, 1),
        )
        for _ in range(2)
    )


def _other_shape(came, wanted):
    return (
        f"The answer has {_said(wanted)}, and this has {_said(came)}. Mend the brackets, or give "
        "what is missing."
    )


def _said(shape):
    if not shape:
        return "one number"
    return f"{shape[0]} numbers" if len(shape) == 1 else " by ".join(map(str, shape)) + " numbers"
