"""What can be proved of a wrong number, whatever mistake led to it.

It is another quantity, or has one link too many, too few or from elsewhere; it is half, twice or a
third; two of its digits have changed places, one is missing or doubled.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from backprop_lib.core.names import E_TOTAL, Derivative, Names, Position, names_of
from backprop_lib.exercises.mistaken_round import MistakenRound
from backprop_lib.exercises.mistakes import Mistake, Way, numbers_of
from backprop_lib.exercises.quantities import before_of, quantities
from backprop_lib.exercises.steps import Steps

LAST_DIGITS = 3
ARRAYS = ("net_h", "net_o", "out_h", "out_o", "dE_dout_h", "dE_dout_o", "delta_h", "delta_o")


@lru_cache(maxsize=16)
def all_quantities(layer_sizes: tuple[int, ...]) -> tuple[str, ...]:
    """Names of all single quantities of a round that an answer may be."""
    names = names_of(layer_sizes)
    return (
        *(f"dE_d{weight}" for weight in names.all_weights),
        *(f"dE_d{kind}_{neuron}" for kind in ("net", "out") for neuron in names.all_neurons),
        *(f"{kind}_{neuron}" for kind in ("net", "out") for neuron in names.all_neurons),
        *(f"E_{output}" for output in names.outputs),
        "E_total",
        *(f"dout_{neuron}_dnet_{neuron}" for neuron in names.all_neurons),
        *(f"{weight}_new" for weight in names.all_weights),
    )


def others(names: Names) -> Iterator[Way]:
    """Every other quantity of the same round; first those of the same kind."""
    for name in all_quantities(names.layer_sizes):
        yield Way(name, result=_named(name, names))
    for name in ARRAYS:
        yield Way(name, result=_array_named(name))


def _named(name, names):
    found = names.find(name)

    def result(round_, wanted):
        if wanted.ndim:
            return None
        asked = round_.names.find(wanted.item())
        return None if found == asked else np.asarray(round_.value(found))

    return result


def _array_named(name):
    def result(round_, wanted):
        if wanted.ndim != 1:
            return None
        other = quantities(name, round_.example.layer_sizes)
        same = other.shape != wanted.shape or set(other.flat) == set(wanted.flat)
        return None if same else numbers_of(round_, other)

    return result


def by_a_factor(names: Names) -> Iterator[Way]:
    """The number, or the step of a new one, times a factor."""
    for factor, words in (
        (2, "twice"),
        (1 / 2, "half of"),
        (3, "three times"),
        (1 / 3, "a third of"),
        (4, "four times"),
        (1 / 4, "a quarter of"),
    ):
        where = f"It is {words} what it should be."
        yield Way(where, result=_times(factor), rare=int(factor not in (2, 1 / 2)))


def by_another_rate(names: Names) -> Iterator[Way]:
    """The step with a learning rate that is often used, or with its decimal point elsewhere."""
    for rate in (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        taken = Steps(step=lambda old, eta, slope, rate=rate: old - rate * slope)
        yield Way(f"It fits {rate}.", taken)
    for times, words in ((10, "ten times"), (0.1, "a tenth of")):
        taken = Steps(step=lambda old, eta, slope, times=times: old - times * eta * slope)
        yield Way(f"It fits {words} that of the example.", taken)


def _times(factor):
    def result(round_, wanted):
        before = before_of(round_.example, wanted)
        return before + factor * (numbers_of(round_, wanted) - before)

    return result


def link_numbers(round_: MistakenRound, wanted: np.ndarray) -> list[tuple[str, float]]:
    """What a derivative by a single weight comes to with one link wrong: pairs of words, number."""
    if wanted.ndim:
        return []
    name = str(wanted)
    found = round_.names.find(name.removesuffix("_new"))
    new = name.endswith("_new")
    if new:
        found = Derivative(E_TOTAL, found)  # pyrefly: ignore[bad-argument-type]
    if not isinstance(found, Derivative) or found.of != E_TOTAL or found.by.array != "weights":
        return []
    k, j, i = found.by.index
    slope = round_.value(found)
    links = [round_.value(position) for position, _ in _links_of(round_, k, j, i)]
    if not np.isclose(np.prod(links), slope):  # every out depends on every net
        return []
    numbers = []
    for position, others_ in _links_of(round_, k, j, i):
        link, shown = round_.value(position), round_.names.name(position)
        if not link:
            continue
        numbers.append((f"The link {shown} is missing; the others are right.", slope / link))
        numbers.append((f"The link {shown} is in it twice; the others are right.", slope * link))
        for other in others_:
            if other != position:
                theirs = round_.names.name(other)
                numbers.append(
                    (
                        f"{theirs} stands in place of {shown}; the other links are right.",
                        slope / link * round_.value(other),
                    )
                )
    if new:
        old = round_[name.removesuffix("_new")]
        numbers = [(w, round_.steps.step(old, round_.learning_rate, n)) for w, n in numbers]
        numbers += _of_another_weight(round_, found.by, slope)
    return numbers


def _of_another_weight(round_, weight, slope):
    """New weights made of the old value of one weight and the step of another in its layer."""
    layer = weight.index[0]
    for other in np.ravel(round_.names.weights[layer]):
        place = round_.names.find(str(other))
        if place != weight:
            old, rate = round_.value(weight), round_.learning_rate
            theirs, step = round_.value(place), round_.steps.step
            of_other = round_.value(Derivative(E_TOTAL, place))
            yield f"The step is that of {other}; the old value is right.", step(old, rate, of_other)
            yield f"The old value is that of {other}; the step is right.", step(theirs, rate, slope)


def _links_of(round_, layer, row, column):
    """The three links of a weight: where each sits, and where else one like it sits."""
    names = round_.names
    neurons = [(k, j) for k, one in enumerate(names.neurons) for j in range(len(one))]
    outs = [Position("outs", n) for n in neurons if n[0] < len(names.neurons) - 1]
    inputs = [Position("inputs", (i,)) for i in range(len(names.inputs))]
    arriving = Position("outs", (layer - 1, column)) if layer else inputs[column]
    yield arriving, [*inputs, *outs]
    yield (
        Derivative(Position("outs", (layer, row)), Position("nets", (layer, row))),
        [Derivative(Position("outs", n), Position("nets", n)) for n in neurons],
    )
    yield (
        Derivative(E_TOTAL, Position("outs", (layer, row))),
        [Derivative(E_TOTAL, Position("outs", n)) for n in neurons],
    )


ANOTHER = Mistake(
    "another quantity", "This is another quantity.", "Look at the name that is asked for.", others
)
FACTOR = Mistake(
    "off by a factor",
    "It is off by a factor.",
    "Look for what is in it once too often, or not often enough.",
    by_a_factor,
)
RATE = Mistake(
    "another learning rate",
    "Another learning rate was used.",
    "The step is the derivative times the learning rate of the example.",
    by_another_rate,
)
LINK = Mistake(
    "one link wrong",
    "One link of the chain is not right.",
    "Write the links down one by one.",
    None,
)
SLIP = Mistake(
    "slip of a digit",
    "A slip in the digits.",
    "Compare the digits typed with those before you.",
    None,
)


def slips(right: float, digits: int) -> list[tuple[str, float]]:
    """Numbers with a slip in the digits of the right one: pairs of words, number.

    right: a number. digits: how many were typed.
    """
    if not right or not 2 <= digits <= 12:
        return []
    found = []
    mantissa, exponent = _decimal(right, digits)
    for n in range(digits - 1):
        if mantissa[n] != mantissa[n + 1]:
            turned = mantissa[:n] + mantissa[n + 1] + mantissa[n] + mantissa[n + 2 :]
            found.append(
                ("Two digits that stand side by side have changed places.", turned, exponent)
            )
    for n in range(digits - LAST_DIGITS):  # one of the last is what rounding leaves, too
        words = "One digit is another than it should be; the others are right."
        others = "0123456789".replace(mantissa[n], "")[n == 0 and mantissa[n] != "0" :]
        found += [(words, mantissa[:n] + one + mantissa[n + 1 :], exponent) for one in others]
    longer, exponent = _decimal(right, digits + 1)
    for n in range(digits):  # without the last it is cut off, and no digit is missing
        words = "One digit is missing."
        found.append((words, longer[:n] + longer[n + 1 :], exponent if n else exponent - 1))
    shorter, exponent = _decimal(right, digits - 1)
    for n in range(digits - 1):
        doubled = shorter[: n + 1] + shorter[n:]
        found.append(("One digit is there twice.", doubled, exponent))
    sign = -1 if right < 0 else 1
    return [
        (words, sign * float(f"{one[0]}.{one[1:]}e{exponent}")) for words, one, exponent in found
    ]


def _decimal(number, digits):
    """The digits of a number, and its power of ten."""
    mantissa, exponent = f"{abs(number):.{digits - 1}e}".split("e")
    return mantissa.replace(".", ""), int(exponent)
