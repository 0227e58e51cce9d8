"""Numbers for worksheets: pleasant to compute with by hand, and different on every sheet.

All given numbers have one decimal, so that a hidden net input has at most two. They are drawn
until the sheet is a good exercise: nothing saturated, no error or derivative next to nothing (so
no ReLU is shut), no two weights of a layer alike (else a mix-up would go unseen), and no quantity
so close to the middle between two decimals that honest rounding on the way could tip its last
digit.
"""

import random
from functools import lru_cache
from itertools import pairwise

import numpy as np
import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.network import Architecture, Network
from backprop_lib.core.validation import count
from backprop_lib.core.weight_update import WeightUpdate, weight_update
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.symbolic.activation_formulas import written_out
from backprop_lib.symbolic.formula import Partial
from backprop_lib.symbolic.round_steps import name_of
from backprop_lib.teaching.steps_by_hand import given, steps_by_hand

DECIMALS = 4  # what a learner writes down
KEPT_DECIMALS = 6  # what a learner keeps on the way
MOST_STUDENTS = 500
MOST_DRAWS = 20_000  # for one sheet; one of the tutorial's network takes about 100
WEIGHT_SIZES = range(1, 10)  # in tenths, as all of these
BIAS_SIZES = range(1, 6)
TARGETS = 1, 2, 8, 9

LARGEST_NET = 1.5  # the logistic function is then between 0.18 and 0.82
SMALLEST_NET = 0.05  # at 0 the out is one half, and out (1 - out) its own mirror image
SMALLEST_MISS = 0.2  # of an out from its target
SMALLEST_PATH = 0.01  # of what one path carries back to a hidden neuron
SMALLEST_SLOPE = 0.002  # of a derivative by a weight: two digits are left of four decimals
CLOSEST_TO_THE_MIDDLE = 2 * 10**-KEPT_DECIMALS  # more than roundings on the way add up to


def pleasant_examples(
    seed: int, students: int, architecture: Architecture = worked_example.architecture
) -> tuple[Example, ...]:
    """One Example for each student, in order; no two agree.

    seed: a whole number; the same seed gives the same numbers, and student 3 has the same ones
    whether there are 5 students or 30. No two share their first net inputs, or E_total to six
    decimals. architecture: of every network, with at most 9 weights and 5 biases to tell apart.
    Raises TypeError or ValueError for a seed below 0, for students not between 1 and 500, and for
    an architecture that has too many weights or for which no pleasant numbers are found.

    >>> first, second = pleasant_examples(seed=7, students=2)
    >>> again = pleasant_examples(seed=7, students=5)[0]
    >>> print(first.w1 == again.w1, first.network.weights[0].tolist())
    True [[-0.1, 0.3], [0.2, 0.5]]
    """
    seed = count("seed", seed, least=0)
    students = count("students", students, least=1, most=MOST_STUDENTS)
    _check_room(architecture)
    # Of all that random offers, random() alone keeps its sequence in every version of Python.
    draw = random.Random(f"worksheet {seed}").random
    chosen, seen, draws = [], set(), 0
    while len(chosen) < students:
        example = _drawn(draw, architecture)
        update = weight_update(forward_pass(example), example.learning_rate)
        begins = tuple(round(float(net), 2) for net in update.backward.forward.nets[0])
        ends = round(float(update.E_total), 6)
        fits = is_pleasant(update) and rounds_safely_on_the_way(example, update)
        if fits and not {begins, ends} & seen:
            chosen.append(example)
            seen |= {begins, ends}
        draws += 1
        if draws > MOST_DRAWS * (len(chosen) + 1):
            raise ValueError(
                f"architecture: no {len(chosen) + 1} sheets were found for {architecture}, whose "
                "numbers are pleasant to compute with by hand. Use fewer layers or neurons, or "
                "fewer students."
            )
    return tuple(chosen)


def is_pleasant(update: WeightUpdate) -> bool:
    """Whether the numbers of a WeightUpdate make a good exercise for the hand."""
    forward, layers = update.backward.forward, update.backward.layers
    nets = np.abs(np.concatenate(forward.nets))
    carried = [np.abs(layer.dE_dout) for layer in layers[:-1]]
    smallest_path = min(np.abs(part).min() for part in (*_paths(update), *carried, np.inf))
    slopes = np.concatenate([layer.dE_dw.ravel() for layer in layers])
    return bool(
        nets.max() <= LARGEST_NET
        and nets.min() >= SMALLEST_NET
        and np.abs(forward.targets - forward.outputs).min() >= SMALLEST_MISS
        and smallest_path >= SMALLEST_PATH
        and np.abs(slopes).min() >= SMALLEST_SLOPE
        and all(rounds_safely(value) for value in _worked_out(update))
    )


def rounds_safely(value: float) -> bool:
    """Whether a value is far enough from the middle between two decimals.

    >>> rounds_safely(0.12346), rounds_safely(0.12345)
    (True, False)
    """
    steps = abs(value) * 10**DECIMALS
    return abs(steps % 1 - 0.5) >= CLOSEST_TO_THE_MIDDLE * 10**DECIMALS


def rounds_safely_on_the_way(example: Example, update: WeightUpdate) -> bool:
    """Whether hands that keep KEPT_DECIMALS at every step write every answer rightly.

    A step that divides, as the slope of cross-entropy does, makes what was rounded off larger.
    """
    values = given(example)
    for name, needed, formula in _formulas(example.architecture):
        values[name] = round(formula(*(values[one] for one in needed)), KEPT_DECIMALS)
        if round(values[name], DECIMALS) != round(float(update[name]), DECIMALS):
            return False
    return True


@lru_cache(maxsize=8)
def _formulas(architecture):
    """Of each step by hand its name, the names of what it needs, and the function of these."""
    example = _drawn(random.Random(0).random, architecture)  # whatever its numbers are
    steps = []
    for step in steps_by_hand(example):
        formula = written_out(step.sides[-1]).replace(
            Partial, lambda *of_by: sp.Symbol(name_of(Partial(*of_by)))
        )
        needed = sorted(formula.free_symbols, key=str)
        steps.append((step.name, list(map(str, needed)), sp.lambdify(needed, formula, "math")))
    return steps


def _worked_out(update):
    """Every value that has more decimals than are written down, from outs to new weights."""
    forward = update.backward.forward
    yield from np.concatenate([*forward.nets[1:], *forward.outs, forward.errors])
    yield update.E_total
    for layer in update.backward.layers:
        for values in (layer.dE_dout, layer.dout_dnet, layer.dE_dnet, layer.dE_dw):
            yield from values.ravel()
    for part in _paths(update):
        yield from part.flat
    yield from np.concatenate([weights.ravel() for weights in update.network.weights])


def _paths(update):
    """What each weight carries back, layer by layer, for all layers but the first."""
    layers = zip(update.backward.weights_used, update.backward.layers, strict=True)
    return [weights * layer.dE_dnet[:, np.newaxis] for weights, layer in layers][1:]


def _check_room(architecture):
    """Refuse what has more weights, biases, inputs or targets than there are to tell apart."""
    n_inputs, *neurons = architecture.layer_sizes
    weights = max(a * b for a, b in pairwise(architecture.layer_sizes))
    if (
        max(n_inputs, weights) > len(WEIGHT_SIZES)
        or len(neurons) > len(BIAS_SIZES)
        or (neurons[-1] > len(TARGETS) and not _one_hot(architecture))
    ):
        raise ValueError(
            f"architecture: expected at most {len(WEIGHT_SIZES)} weights in a layer, "
            f"{len(BIAS_SIZES)} layers and {len(TARGETS)} outputs, got {architecture.layer_sizes}. "
            "More have no numbers of one decimal that can be told apart."
        )


def _one_hot(architecture):
    """Whether the outputs are shares of one, so that the targets are one 1 and otherwise 0."""
    return ACTIVATIONS[architecture.activations[-1]].mixes


def _drawn(draw, architecture):
    """An Example with one decimal in every number."""
    shapes = [(after, before) for before, after in pairwise(architecture.layer_sizes)]
    inputs = _some(draw, WEIGHT_SIZES, architecture.layer_sizes[0])
    sizes = [rows * columns for rows, columns in shapes]
    signs = [[-1 if draw() < 0.25 else 1 for _ in range(size)] for size in sizes]
    weights = [
        np.reshape(np.multiply(sign, _some(draw, WEIGHT_SIZES, size)) / 10, shape)
        for sign, size, shape in zip(signs, sizes, shapes, strict=True)
    ]
    biases = _some(draw, BIAS_SIZES, len(shapes))
    targets = _targets(draw, architecture)
    (rate,) = _some(draw, (2, 4, 5), 1)
    layers = [[b / 10] * rows for b, (rows, _) in zip(biases, shapes, strict=True)]
    return Example(
        Network(weights, layers, *architecture[1:]),
        inputs=[i / 10 for i in inputs],
        targets=targets,
        learning_rate=rate / 10,
    )


def _targets(draw, architecture):
    outputs = architecture.layer_sizes[-1]
    if _one_hot(architecture):
        (right,) = _some(draw, range(outputs), 1)
        return [float(k == right) for k in range(outputs)]
    return [t / 10 for t in _some(draw, TARGETS, outputs)]


def _some(draw, candidates, how_many):
    """So many different candidates, in the order in which they were drawn."""
    left = list(candidates)
    return [left.pop(int(draw() * len(left))) for _ in range(how_many)]
