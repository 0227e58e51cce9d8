"""``judge``, which says whether an answer is right and, if not, what is wrong with it.

An answer counts with the digits it was given with. If they agree with the right number, it is
right. If it only lost digits on the way, it is rounded. Else it is wrong, and the catalogue of
mistakes is asked what explains it. The words never show the right number.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example, real_example
from backprop_lib.core.names import names_of
from backprop_lib.core.network import Network
from backprop_lib.core.validation import choice, instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.exercises.answers import (
    COMPUTED,
    NOTHING,
    UnansweredError,
    UnreadableError,
    read_answer,
    shape_of,
    symbols_in,
)
from backprop_lib.exercises.catalogue import ROUNDING, Mistake, explanations, in_words, same_numbers
from backprop_lib.exercises.plain_answer import TooManyError, plain, plain_text
from backprop_lib.exercises.quantities import quantities, right_numbers, right_round, values_of

KINDS = ("right", "rounded", "wrong", "unanswered", "unreadable")
FAR = 0.25  # further off, as a part of the number itself, nobody would call it rounded
CLOSE = 0.005  # an answer this near, as a part of the number itself, lost its digits on the way
NEAR = 0.05  # nor may a few units in the last digit be more than this
FEW_UNITS = 6  # half units in the last digit
LAST_DIGIT = "Only the last digit is off."
ENOUGH_DIGITS = 3  # to know another quantity by its number
NOTHING_LEFT = 0.005  # of a number below this a zero may be what rounding left; else it is a claim
LARGE = 1000  # numbers; so many of them are not read one by one to say that they are too many


@dataclass(frozen=True)
class Verdict:
    """What judge says of an answer.

    kind: one of KINDS. words: one or two sentences to show; never the right number.
    mistakes: the entries of the catalogue that explain the answer.
    """

    kind: str
    words: str
    mistakes: tuple[Mistake, ...] = ()

    def __post_init__(self):
        choice("kind", self.kind, KINDS)

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
    name = plain_text(name)
    instance("rule", rule, UpdateRule, "For example UpdateRule(biases='one per layer').")
    real_example(example)
    # An unknown name is the author's error, and is raised.
    wanted = quantities(name, example.layer_sizes)
    try:
        with _unreadable():
            answer = plain(answer)
        return _judged(name, answer, example, rule)
    except UnansweredError:
        return Verdict("unanswered", "Not answered yet: replace the three dots by your answer.")
    except TooManyError as too_many:
        return Verdict("wrong", f"The answer has {_said(wanted.shape)}. {too_many}")
    except UnreadableError as unreadable:
        return Verdict("unreadable", str(unreadable))


def _judged(name, answer, example, rule):
    wanted, right = quantities(name, example.layer_sizes), right_numbers(name, example, rule)
    came = _shape(answer)
    if np.prod(came) > max(LARGE, wanted.size):
        return Verdict("wrong", _other_shape(came, wanted.shape))
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
    if cut_off:
        return Verdict("rounded", in_words(found), mistakes)
    other = _other_name(wanted, readings, rule)
    if found:
        also = f" It is also {other}." if other else ""
        return Verdict("wrong", in_words(found) + also, mistakes)
    if reading.values.shape != right.shape:
        return Verdict("wrong", _other_shape(reading.values.shape, right.shape))
    if reading.agrees(right):
        return Verdict(
            "wrong",
            "With these numbers it comes out right, but not with others, so it is not the "
            "formula. Say it in the names of the network.",
        )
    if other:
        return Verdict("wrong", f"This is {other}, and {wanted} is asked for.")
    return Verdict(
        "wrong",
        "This is not it, and no mistake in the catalogue explains it. Check the numbers that went "
        "in, one link at a time.",
    )


def _shape(answer):
    with _unreadable():
        return shape_of(answer)


def _read(wanted, answer, example, rule):
    """Names of the symbols in an answer, and its Reading for the example and, if any, others."""
    with _unreadable():
        symbols = symbols_in(answer)
        examples = [example, *_other_examples(example.layer_sizes)] if symbols else [example]
        return symbols, [
            (one, read_answer(answer, right_round(one, rule).__getitem__).as_shape(wanted.shape))
            for one in examples
        ]


@contextmanager
def _unreadable():
    """Whatever goes wrong with what somebody put in is said in words."""
    try:
        yield
    except (UnansweredError, UnreadableError):
        raise
    except Exception as error:
        raise UnreadableError(
            f"This cannot be read as a number: {type(error).__name__}. Write one such as 0.25."
        ) from error


def _right(wanted, reading, right, example, rule):
    old = np.array([name.removesuffix("_new") for name in wanted.flat], dtype=object)
    before = values_of(right_round(example, rule), old.reshape(wanted.shape))
    typed = np.all(reading.half_units > 0)  # what was computed has no more digits to give
    if typed and not same_numbers(before, right) and reading.agrees(before):
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
    if np.all((reading.values == 0) & (size <= np.minimum(reading.half_units, NOTHING_LEFT))):
        return "Rounded to nothing: no digit is left. Give more digits."
    if found and np.all(off <= FAR * size):
        return in_words(found)
    few_units = np.all((off <= FEW_UNITS * reading.half_units) & (off <= NEAR * size))
    if few_units or np.all(off <= CLOSE * size):
        return f"{ROUNDING.words} {ROUNDING.look}"
    return ""


def _other_name(wanted, readings, rule):
    """Another quantity whose number the answer is; nothing if there is none."""
    if wanted.ndim or any(np.any(reading.digits < ENOUGH_DIGITS) for _, reading in readings):
        return ""
    for name in _all_quantities(readings[0][0].layer_sizes):
        if all(reading.agrees(right_round(one, rule)[name]) for one, reading in readings):
            return name
    return ""


@lru_cache(maxsize=16)
def _all_quantities(layer_sizes):
    names = names_of(layer_sizes)
    return (
        *(f"{kind}_{neuron}" for kind in ("net", "out") for neuron in names.all_neurons),
        *(f"E_{output}" for output in names.outputs),
        "E_total",
        *(f"dE_d{weight}" for weight in names.all_weights),
        *(f"dE_d{kind}_{neuron}" for kind in ("out", "net") for neuron in names.all_neurons),
        *(f"dout_{neuron}_dnet_{neuron}" for neuron in names.all_neurons),
        *(f"{weight}_new" for weight in names.all_weights),
    )


@lru_cache(maxsize=16)
def _other_examples(layer_sizes):
    """Two more networks of the same sizes, on which a formula has to hold as well."""
    rng = np.random.default_rng(1986)
    return tuple(random_example(rng, layer_sizes, shared_biases=True) for _ in range(2))


def random_example(rng, layer_sizes, shared_biases=False):
    """An Example of any sizes, with numbers from a generator, on which an answer is tried."""
    names = names_of(layer_sizes)
    biases = [rng.uniform(-1, 1, 1 if shared_biases else len(layer)) for layer in names.neurons]
    network = Network(
        [rng.uniform(-1, 1, np.shape(layer)) for layer in names.weights],
        [np.resize(b, len(layer)) for b, layer in zip(biases, names.neurons, strict=True)],
    )
    inputs, targets = (rng.uniform(0.1, 1, layer_sizes[end]) for end in (0, -1))
    return Example(network, inputs, targets, rng.uniform(0.2, 0.9))


def _other_shape(came, wanted):
    return (
        f"The answer has {_said(wanted)}, and this has {_said(came)}. Mend the brackets, or give "
        "what is missing."
    )


def _said(shape):
    if not shape:
        return "one number"
    return f"{shape[0]} numbers" if len(shape) == 1 else " by ".join(map(str, shape)) + " numbers"
