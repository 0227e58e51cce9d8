"""``judge``, which says whether an answer is right and, if not, what is wrong with it.

An answer counts with the digits it was given with. If they agree with the right number, it is
right. If it only lost digits on the way, it is rounded. Else it is wrong, and the catalogue of
mistakes is asked what explains it; if nothing does, what can be proved of the number is said. The
words never show the right number.
"""

from contextlib import contextmanager
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example, real_example
from backprop_lib.core.names import names_of
from backprop_lib.core.network import Network, NetworkLike, architecture_of
from backprop_lib.core.validation import instance
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
from backprop_lib.exercises.batch import Batch
from backprop_lib.exercises.candidates import PAIRS, ROUNDINGS, SINGLES
from backprop_lib.exercises.chance import SURE
from backprop_lib.exercises.distance import (
    CUT_OFF,
    SINGLE,
    Answered,
    how_far,
    is_near,
    lost_in_float32,
    right_in_float32,
    rounded_to_nothing,
    units_off,
)
from backprop_lib.exercises.explain import (
    EXACT,
    IN_FLOAT32,
    Cause,
    best_fitting,
    causes,
    in_words,
    pairs_are_worth_it,
)
from backprop_lib.exercises.mistakes import same_numbers
from backprop_lib.exercises.plain_answer import TooManyError, plain, plain_text
from backprop_lib.exercises.provable import ANOTHER, SLIP
from backprop_lib.exercises.quantities import (
    before_of,
    quantities,
    right_numbers,
    right_round,
)
from backprop_lib.exercises.verdict import Verdict, of_causes

LARGE = 1000  # numbers; so many of them are not read one by one to say that they are too many


def judge(
    name: str, answer: object, example: Example | Batch, rule: UpdateRule = TUTORIAL_RULE
) -> Verdict:
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
    if not isinstance(example, Batch):
        real_example(example)
    return judged(plain_text(name), answer, example, rule)


def judged(name: str, answer: object, example: Example | Batch, rule: UpdateRule) -> Verdict:
    """What judge says, of an example and a rule that have been looked at."""
    # An unknown name is the author's error, and is raised.
    wanted, right = quantities(name, example.layer_sizes), right_numbers(name, example, rule)
    try:
        with _unreadable():
            answer = plain(answer)
        return _compared(name, answer, example, rule, wanted, right)
    except UnansweredError:
        return Verdict("unanswered", "Not answered yet: replace the three dots by your answer.")
    except TooManyError as too_many:
        return Verdict("wrong", f"The answer has {_said(wanted.shape)}. {too_many}")
    except UnreadableError as unreadable:
        return Verdict("unreadable", str(unreadable))


def _compared(name, answer, example, rule, wanted, right):
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
    if all(one.agrees(right_numbers(name, trial, rule)) for trial, one in readings):
        return _right(readings[0][1], right, before_of(example, wanted))
    answered = Answered(name, readings, rule)
    if readings[0][1].values.shape == right.shape and not symbols:
        if right_in_float32(answered):
            return Verdict("right", f"Right. {SINGLE.words}", digits=answered.digits)
        if close := _close(answered):
            return close
    return _explained(answered)


def _close(answered):
    """The Verdict on an answer that is near the right number; None if it is not."""
    if rounded_to_nothing(answered):
        words = "Rounded to nothing: no digit is left. Give more digits."
        return Verdict("rounded", words, digits=answered.digits)
    if off_by_one := units_off(answered):
        return _last_digit_off(answered, off_by_one)
    if lost_in_float32(answered):
        return of_causes("rounded", SINGLE.look, [_single_precision(answered)], answered)
    if not is_near(answered) and not answered.within_reach:
        return None
    others = _causes(answered)
    roundings = (
        []
        if any(map(_more_than_a_rounding, others))
        else causes(answered.name, answered.readings, answered.rule, ROUNDINGS)
    )
    if roundings:
        others = [one for one in others if one in best_fitting([*roundings, *others])]
        if any(one.strength == SURE for one in roundings):
            others = [one for one in others if one.strength == SURE]
        words = in_words(roundings, answered.example)
        if others:
            words += f" Or: {in_words(others, answered.example)}"
        return of_causes("rounded", words, [*roundings, *others], answered)
    if not is_near(answered) or any(one.strength == SURE for one in others):
        return None
    also = f" {in_words(others, answered.example)}" if others else ""
    return of_causes("rounded", how_far(answered) + also, others, answered)


def _more_than_a_rounding(cause):
    """Whether it explains better than a rounding would; not so in single precision, nor a slip."""
    return cause.strength == SURE and cause.fit != IN_FLOAT32 and cause.mistakes != (SLIP,)


def _last_digit_off(answered, off_by_one):
    """The Verdict where only the last digit is off; single precision may have done it as well."""
    words, found = "Only the last digit is off.", []
    if off_by_one == "cut off":
        strength = answered.strength(2 * answered.reading.half_units)
        words = f"{CUT_OFF.words} {CUT_OFF.look}"
        found = [Cause((CUT_OFF,), ("",), strength=strength)]
    if lost_in_float32(answered):
        words += f" Or: {SINGLE.look}"
        found.append(_single_precision(answered))
    elif others := [one for one in _causes(answered) if one.strength == SURE]:
        words += f" {in_words(others, answered.example)}"
        found += others
    return of_causes("rounded", words, found, answered)


def _single_precision(answered):
    return Cause((SINGLE,), ("",), strength=answered.strength(2 * answered.float32_width))


def _causes(answered):
    """Causes but for other quantities that have the same number."""
    found = causes(answered.name, answered.readings, answered.rule, SINGLES)
    return [cause for cause in found if cause.mistakes != (ANOTHER,)]


def _explained(answered):
    """The Verdict on an answer that is not near the right number."""
    found = causes(answered.name, answered.readings, answered.rule, SINGLES)
    others = [cause for cause in found if cause.mistakes == (ANOTHER,)]
    found = [cause for cause in found if cause.mistakes != (ANOTHER,)]
    sure = [cause for cause in (*found, *others) if cause.strength == SURE]
    other = " and ".join(cause.where[0] for cause in others)
    wanted = quantities(answered.name, answered.example.layer_sizes)
    if others and (not found or not sure):
        cut_off = ", cut off after the last digit" if others[0].fit else ""
        may_be = "is" if sure else "may be"
        words = f"This {may_be} {other}{cut_off}, and {_asked(wanted, answered)} is asked for."
        if found:
            words += f" Or: {in_words(found, answered.example)}"
        return of_causes("wrong", words, [*others, *found], answered)
    loosely = [cause for cause in sure if cause.fit == IN_FLOAT32]
    if sure == loosely and pairs_are_worth_it(answered.reading):
        for group in (ROUNDINGS, PAIRS):
            more = causes(answered.name, answered.readings, answered.rule, group)
            if more and _is_better(more[0], found, sure):
                more = best_fitting([*more, *found])
                return of_causes("wrong", in_words(more, answered.example), more, answered)
    if found and found[0].fit == EXACT:
        found += _as_well_rounded(answered, found, sure)
    if found:
        also = f" It is also {other}." if others and sure else ""
        words = in_words(found, answered.example) + also
        return of_causes("wrong", words, [*found, *others], answered)
    shape, right = answered.reading.values.shape, answered.right
    if shape != right.shape:
        return Verdict("wrong", _other_shape(shape, right.shape))
    if answered.reading.agrees(right):
        return Verdict(
            "wrong",
            "With these numbers it comes out right, but not with others, so it is not the "
            "formula. Say it in the names of the network.",
        )
    words = f"This is not it, and no mistake in the catalogue explains it. {how_far(answered)}"
    return Verdict("wrong", words, digits=answered.digits)


def _as_well_rounded(answered, found, sure):
    """Roundings that give the very number too, so that nobody can tell them from what was found."""
    roundings = causes(answered.name, answered.readings, answered.rule, ROUNDINGS)
    return [
        cause
        for cause in roundings
        if (sure and cause.strength == SURE)
        or any(same_numbers(cause.number, other.number) for other in found)
    ]


def _is_better(cause, found, sure):
    """Whether a cause of another group explains it at least as well as those that were found."""
    if not found:
        return True
    fits_better = cause.fit < found[0].fit
    if sure:  # in single precision only
        return fits_better and cause.strength == SURE
    return fits_better or cause.strength == SURE


def _asked(wanted, answered):
    return answered.name if wanted.ndim else str(wanted)


def _shape(answer):
    with _unreadable():
        return shape_of(answer)


def _read(wanted, answer, example, rule):
    """Names of the symbols in an answer, and its Reading for the example and, if any, others."""
    with _unreadable():
        symbols = symbols_in(answer)
        if symbols and isinstance(example, Batch):
            raise UnreadableError("A formula holds for one example. Give the numbers of the batch.")
        examples = [example, *_other_examples(example.architecture)] if symbols else [example]
        return symbols, [
            (one, read_answer(answer, _values(one, rule)).as_shape(wanted.shape))
            for one in examples
        ]


def _values(example, rule):
    """Gives the number for a name, to put into a formula."""
    return None if isinstance(example, Batch) else right_round(example, rule).__getitem__


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


def _right(reading, right, before):
    typed = np.all(reading.half_units > 0)  # what was computed has no more digits to give
    if typed and np.any(before) and not same_numbers(before, right) and reading.agrees(before):
        return Verdict(
            "rounded",
            "With so few digits the new value cannot be told from the old one. Give more digits.",
            digits=int(reading.digits.min()),
        )
    if np.all(np.abs(reading.values - right) <= NOTHING + COMPUTED * np.abs(right)):
        return Verdict("right", "Right.", digits=int(reading.digits.min()))
    digits = int(reading.digits.min())
    if digits == 1:
        words = "Right as far as it goes, which is one digit. More digits would tell more."
        return Verdict("right", words, digits=1)
    return Verdict("right", f"Right, to the {digits} digits given.", digits=digits)


@lru_cache(maxsize=16)
def _other_examples(architecture):
    """Two more networks of the same kind, on which a formula has to hold as well."""
    rng = np.random.default_rng(1986)
    return tuple(random_example(rng, architecture, shared_biases=True) for _ in range(2))


def random_example(
    rng: np.random.Generator, network: NetworkLike, shared_biases: bool = False
) -> Example:
    """An Example with numbers from a generator, on which an answer is tried.

    network: layer sizes, or an Architecture.
    """
    layer_sizes, activations, error = architecture_of(network)
    names = names_of(layer_sizes)
    biases = [rng.uniform(-1, 1, 1 if shared_biases else len(layer)) for layer in names.neurons]
    network = Network(
        [rng.uniform(-1, 1, np.shape(layer)) for layer in names.weights],
        [np.resize(b, len(layer)) for b, layer in zip(biases, names.neurons, strict=True)],
        activations,
        error,
    )
    inputs, targets = (rng.uniform(0.1, 1, layer_sizes[end]) for end in (0, -1))
    if activations[-1] == "softmax":
        targets /= targets.sum()
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
