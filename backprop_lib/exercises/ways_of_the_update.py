"""Ways of going wrong in the update, and with the result itself."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from backprop_lib.core.names import Names
from backprop_lib.core.weight_update import BIASES, UpdateRule
from backprop_lib.core.worked_example import example
from backprop_lib.exercises.mistaken_round import MistakenRound
from backprop_lib.exercises.mistakes import Way, numbers_of, only
from backprop_lib.exercises.steps import RIGHT, Steps, for_biases
from backprop_lib.training.published import figures

NO_RATE = only(Way("", Steps(step=lambda old, eta, slope: old - slope)))
RATE_TWICE = only(
    Way("", Steps(step=lambda old, eta, slope: old - eta**2 * slope)),
    Way("It was divided by.", Steps(step=lambda old, eta, slope: old - slope / eta), rare=1),
)
ADDED = only(Way("", Steps(step=lambda old, eta, slope: old + eta * slope)))
NOT_TAKEN = only(
    Way("It is the old value.", Steps(step=lambda old, eta, slope: old)),
    Way("It is the step alone.", Steps(step=lambda old, eta, slope: eta * slope)),
    Way("It is minus the step.", Steps(step=lambda old, eta, slope: -eta * slope)),
    Way(
        "The old value was multiplied by the step.",
        Steps(step=lambda old, eta, slope: old * eta * slope),
        rare=1,
    ),
)
POLICIES = {
    "frozen": "Here they are trained.",
    "one per layer": "It fits one bias for each layer, trained with the sum of its deltas.",
    "one per neuron": "It fits a bias of its own for each neuron.",
}


def biases_trained(names: Names) -> Iterator[Way]:
    """Biases trained that are to stay as they are, or by another rule than is asked for."""
    for policy in BIASES[1:]:

        def trained(dE_dnet, biases, policy=policy):
            return for_biases(dE_dnet, policy)

        steps = Steps(trained=trained)
        yield Way(POLICIES[policy], steps, _unless(policy, numbers_of))
        added = replace(steps, step=lambda old, eta, slope: old + eta * slope)
        yield Way(f"{POLICIES[policy]} And the step was added.", added, _unless(policy, numbers_of))
        bare = replace(steps, step=lambda old, eta, slope: old - slope)
        where = f"{POLICIES[policy]} And the learning rate is missing."
        yield Way(where, bare, _unless(policy, numbers_of))


def _unless(policy, result):
    """Only where the rule is another, and of biases after the update."""

    def or_nothing(round_, wanted):
        biases = all(name.startswith("b") and name.endswith("_new") for name in wanted.flat)
        return result(round_, wanted) if biases and round_.rule.biases != policy else None

    return or_nothing


def later(names: Names) -> Iterator[Way]:
    """The same quantity one round later, under the rule or another."""
    yield Way("It is that of one round later.", result=_of_the_next())
    for use in ("updated weights", "original weights"):
        for biases in BIASES:
            rule = UpdateRule(use, biases)
            where = "It is that of one round later, by another rule"
            said = {
                "frozen": "",
                "one per layer": ", a trained bias for each layer",
                "one per neuron": ", a trained bias for each neuron",
            }[biases]
            carried = " (updated weights on the way back)" if use == "updated weights" else ""
            yield Way(f"{where}{carried}{said}.", result=_of_the_next(rule), rare=1)
    yield Way("It is that of two rounds later.", result=_of_the_next(rounds=2), rare=1)
    for figure in figures():
        if figure.round > 1:
            where = f"The tutorial prints it for round {figure.round:,}."
            yield Way(where, result=_printed(figure), rare=1)


def _printed(figure):
    def result(round_, wanted):
        asked = not wanted.ndim and str(wanted) == figure.quantity
        return np.asarray(float(figure.printed)) if asked and round_.example is example else None

    return result


def _of_the_next(rule=None, rounds=1):
    def result(round_, wanted):
        if rule == round_.rule:
            return None
        return numbers_of(_rounds_later(round_.example, rule or round_.rule, rounds), wanted)

    return result


@lru_cache(maxsize=256)
def _rounds_later(example, rule, rounds):
    """The round of an example after so many others, all done rightly."""
    round_ = MistakenRound(example, RIGHT, rule)
    for _ in range(rounds):
        round_ = round_.following()
    return round_


def shifted(names: Names) -> Iterator[Way]:
    """The decimal point elsewhere."""
    for power in (-1, 1, -2, 2, -3, 3):
        yield Way(
            result=lambda round_, wanted, by=10.0**power: by * numbers_of(round_, wanted),
            rare=int(abs(power) > 1),
        )
