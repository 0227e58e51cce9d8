"""How often ``check`` names what was done wrong, and how often it names what was not.

    python benchmarks/verdicts.py [networks]

writes verdicts.md beside this file: every mistake of the catalogue made alone, over every quantity
of 200 random networks of several shapes, activations and errors; two at once; numbers made up at random; numbers of single
precision; and the CPU time of a verdict. tests/exercises/test_measured_verdicts.py holds the
figures of a few networks to what they have to be.
"""

import gc
import platform
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from backprop_lib.core.network import Architecture
from backprop_lib.core.weight_update import TUTORIAL_RULE
from backprop_lib.exercises.catalogue import CATALOGUE, ROUNDING
from backprop_lib.exercises.candidates import ROUNDINGS, SINGLES, candidates, step_ways
from backprop_lib.exercises.judging import judge, random_example
from backprop_lib.exercises.mistaken_round import Rounds
from backprop_lib.exercises.mistakes import all_numbers
from backprop_lib.exercises.quantities import quantities, right_numbers

NETWORKS = 200
KINDS = tuple(
    Architecture(sizes, activations, error)
    for sizes, activations, error in (
        ((2, 2, 2), ("logistic", "logistic"), "half squared"),
        ((3, 2, 1), ("logistic", "logistic"), "half squared"),
        ((2, 3, 2), ("tanh", "logistic"), "half squared"),
        ((1, 4, 3), ("ReLU", "softmax"), "cross-entropy"),
        ((3, 3), ("logistic",), "cross-entropy"),
        ((2, 3, 2, 2), ("logistic",) * 3, "half squared"),
        ((2, 2, 2), ("tanh", "identity"), "mean squared"),
        ((2, 3, 2), ("logistic", "softmax"), "cross-entropy"),
    )
)
PAIRS_EACH = 5  # for each network
MADE_UP_EACH = 8  # for each network and number of digits
DIGITS = (3, 4, 6, 9)


@dataclass
class Figures:
    """What was counted. A count is of (what was typed, what was said)."""

    singles: Counter = field(default_factory=Counter)
    missed: Counter = field(default_factory=Counter)
    pairs: Counter = field(default_factory=Counter)
    made_up: Counter = field(default_factory=Counter)
    single_precision: Counter = field(default_factory=Counter)
    milliseconds: dict[str, list[float]] = field(default_factory=dict)


def random_examples(networks, seed=15):
    """Random networks of all shapes in turn."""
    rng = np.random.default_rng(seed)
    return [random_example(rng, KINDS[n % len(KINDS)]) for n in range(networks)]


def every_quantity(example):
    """Names of every kind of quantity of an example, for every neuron and every weight."""
    names = example.names
    for neuron in names.all_neurons:
        for kind in ("net", "out", "delta", "dE_dout", "dE_db"):
            yield f"{kind}_{neuron}"
        yield f"b_{neuron}_new"
    for weight in names.all_weights:
        yield from (f"dE_d{weight}", f"{weight}_new")
    yield from (f"E_{output}" for output in names.outputs)
    yield "E_total"


def typed(number, digits):
    """A number as it is typed with so many digits."""
    return f"{float(number):.{digits - 1}e}"


def typed_for(name, number, example, digits):
    """The same; of a new value it is the step that has the digits, if twelve of the value do."""
    step = abs(number - float(example[name.removesuffix("_new")])) if "_new" in name else 0
    if not step:
        return typed(number, digits)
    more = np.floor(np.log10(abs(number))) - np.floor(np.log10(step))
    return typed(number, int(min(digits + max(more, 0), 12)))


def what_was_said(verdict, mistakes):
    """Whether these mistakes were named, thought possible, or missed."""
    if verdict.accepted:
        return "right all the same"
    if set(mistakes) <= set(verdict.mistakes):
        return "named"
    if set(mistakes) <= set(verdict.mistakes + verdict.possible):
        return "possible"
    if verdict.kind == "rounded":
        return "near the right one"
    return "missed"


def measure_singles(example, figures, digits):
    """Every mistake alone, in one of its ways, over every quantity."""
    rng = np.random.default_rng(1)
    for name in every_quantity(example):
        made = {}
        for group in (SINGLES, ROUNDINGS):
            labels, numbers, _ = candidates(name, example, TUTORIAL_RULE, group)
            for ((mistake,), _), number in zip(labels, numbers, strict=True):
                if mistake in CATALOGUE and number.ndim == 0 and number != 0:
                    made.setdefault(mistake, []).append(float(number))
        for mistake, numbers in made.items():
            number = numbers[rng.integers(len(numbers))]
            said = what_was_said(judge(name, typed_for(name, number, example, digits), example), [mistake])
            figures.singles[digits, said] += 1
            if said == "missed":
                figures.missed[mistake.key] += 1


def measure_pairs(example, figures, rng):
    """Two mistakes in one round."""
    ways = step_ways(example.layer_sizes)
    names = list(every_quantity(example))
    made = 0
    while made < PAIRS_EACH:
        (mistake, way), (other, also) = (ways[n] for n in rng.integers(len(ways), size=2))
        steps = way.steps.and_also(also.steps)
        name = str(rng.choice(names))
        if mistake is other or steps is None:
            continue
        wanted = quantities(name, example.layer_sizes)
        three = Rounds(example, [way.steps, also.steps, steps], TUTORIAL_RULE)
        numbers = all_numbers(three, wanted)
        right = right_numbers(name, example)
        if not np.isfinite(numbers).all() or np.any(
            [np.isclose(numbers[2], n, rtol=1e-6) for n in (right, *numbers[:2], 0)]
        ):
            continue  # the pair does not show
        made += 1
        for digits in (4, 6, 9):
            verdict = judge(name, typed_for(name, float(numbers[2]), example, digits), example)
            said = what_was_said(verdict, [mistake, other])
            if said == "missed" and (verdict.mistakes or verdict.possible):
                said = "explained otherwise"
            figures.pairs[digits, said] += 1


def measure_made_up(example, figures, rng):
    """Numbers that nobody worked out: of any power of ten, or near the right one."""
    names = list(every_quantity(example))
    for digits in DIGITS:
        for n in range(MADE_UP_EACH):
            name = str(rng.choice(names))
            right = float(right_numbers(name, example)) or 0.1
            old = float(example[name[:-4]]) if name.endswith("_new") else 0.0
            size = right - old or 0.1
            factor = 1 + rng.uniform(-0.6, 0.6) if n % 2 else 10 ** rng.uniform(-1, 1)
            number = old + size * factor * (1 if n % 2 else rng.choice([-1, 1]))
            verdict = judge(name, typed(number, digits), example)
            if verdict.accepted:
                continue
            said = "claimed" if verdict.mistakes else "possible" if verdict.possible else "nothing"
            figures.made_up[digits, said] += 1


def in_single_precision(example):
    """One round in float32, written out for the tutorial's kind: every quantity by its name."""
    if {*example.network.activations, example.network.error} != {"logistic", "half squared"}:
        return {}
    f = np.float32
    W = [w.astype(f) for w in example.network.weights]
    b = [bias.astype(f) for bias in example.network.biases]
    inputs, targets, eta = (
        np.asarray(a, f) for a in (example.inputs, example.targets, example.learning_rate)
    )
    nets, outs = [], [inputs]
    for w, bias in zip(W, b, strict=True):
        nets.append(w @ outs[-1] + bias)
        outs.append(f(1) / (f(1) + np.exp(-nets[-1])))
    errors = (targets - outs[-1]) ** 2 / f(2)
    back = outs[-1] - targets
    found = {"E_total": errors.sum()}
    names = example.names
    found |= {f"E_{o}": e for o, e in zip(names.outputs, errors, strict=True)}
    for k in reversed(range(len(W))):
        delta = back * outs[k + 1] * (f(1) - outs[k + 1])
        slopes = np.outer(delta, outs[k])
        new = W[k] - eta * slopes
        for j, neuron in enumerate(names.neurons[k]):
            found |= {f"net_{neuron}": nets[k][j], f"out_{neuron}": outs[k + 1][j]}
            found |= {f"delta_{neuron}": delta[j], f"dE_dout_{neuron}": back[j]}
            for i, weight in enumerate(names.weights[k][j]):
                found |= {f"dE_d{weight}": slopes[j, i], f"{weight}_new": new[j, i]}
        back = W[k].T @ delta
    return found


def measure_single_precision(example, figures):
    """Numbers of float32 as they are printed."""
    for name, number in in_single_precision(example).items():
        for how, text in (
            ("shortest", str(number)),
            ("9 digits", typed(number, 9)),
            ("10 digits", typed(number, 10)),
            ("12 digits", typed(number, 12)),
        ):
            verdict = judge(name, text, example)
            rounded = ROUNDING in verdict.mistakes + verdict.possible
            said = "rounded too early" if rounded else verdict.kind
            if verdict.kind == "rounded" and "float32" in verdict.words:
                said = "told of float32"
            figures.single_precision[how, said] += 1


def measure_time(figures, networks):
    """CPU milliseconds of a verdict on a network that was not seen before, and of the next ones."""
    rng = np.random.default_rng(3)
    judge("dE_dw1", 0.3, random_example(rng, (2, 2, 2)))  # what is made once
    for n in range(networks):
        example = random_example(rng, KINDS[n % len(KINDS)])
        right = float(right_numbers("dE_dw1", example))
        for what, text in (
            ("right", typed(right, 4)),
            ("first wrong number", typed(right * 2.3419, 4)),
            ("next wrong number", typed(right * 1.7731, 4)),
            ("number near the right one", typed(right * 1.0173, 4)),
            ("pairs tried", typed(right * 2.34197713, 9)),
            ("pairs tried again", typed(right * 1.34197713, 9)),
        ):
            gc.collect()  # all the networks measured before are not in a learner's kernel
            start = process_time()
            judge("dE_dw1", text, example)
            figures.milliseconds.setdefault(what, []).append((process_time() - start) * 1000)


def measured(networks=NETWORKS):
    """All Figures, for so many random networks."""
    figures = Figures()
    rng = np.random.default_rng(2)
    for example in random_examples(networks):
        measure_singles(example, figures, 9)
        measure_pairs(example, figures, rng)
        measure_made_up(example, figures, rng)
        measure_single_precision(example, figures)
    measure_time(figures, min(networks, 60))
    return figures


def table(counts):
    """Lines of a table: a row for each thing that was typed, a column for what was said."""
    rows = list(dict.fromkeys(row for row, _ in sorted(counts, key=str)))
    columns = sorted({column for _, column in counts})
    yield f"| | {' | '.join(columns)} | of |"
    yield "|---" * (len(columns) + 2) + "|"
    for row in rows:
        total = sum(counts[row, column] for column in columns)
        shares = (f"{100 * counts[row, column] / total:.2f} %" for column in columns)
        yield f"| {row} | {' | '.join(shares)} | {total} |"


def report(figures, networks):
    """The Figures as Markdown."""
    yield f"# Verdicts of check, over {networks} random networks\n"
    yield f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}.\n"
    for title, counts in (
        ("Every mistake alone, over every quantity, by digits typed", figures.singles),
        ("Two mistakes at once, by digits typed", figures.pairs),
        ("Numbers made up at random, by digits typed", figures.made_up),
        ("Numbers of single precision, as they are printed", figures.single_precision),
    ):
        yield f"## {title}\n"
        yield from table(counts)
        yield ""
    if figures.missed:
        yield f"Missed: {dict(figures.missed.most_common(8))}\n"
    yield "## CPU milliseconds of a verdict\n"
    yield "| | median | largest |\n|---|---|---|"
    for what, times in figures.milliseconds.items():
        yield f"| {what} | {median(times):.0f} | {max(times):.0f} |"


def main():
    """Measure, print and write down."""
    networks = next((int(n) for n in islice(sys.argv, 1, 2)), NETWORKS)
    text = "\n".join(report(measured(networks), networks)) + "\n"
    print(text, end="")
    if networks == NETWORKS:
        (Path(__file__).with_suffix(".md")).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
