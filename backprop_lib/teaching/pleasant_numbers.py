"""Numbers for worksheets: pleasant to compute with by hand, and different on every sheet.

All given numbers have one decimal, so that a hidden net input has at most two. They are drawn
until the sheet is a good exercise: nothing saturated, no error or derivative next to nothing,
no two weights of a layer alike (else a mix-up would go unseen), and no quantity so close to
the middle between two decimals that honest rounding on the way could tip its last digit.
"""

import random

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.network import Network
from backprop_lib.core.validation import count
from backprop_lib.core.weight_update import WeightUpdate, weight_update

DECIMALS = 4  # what a learner writes down
KEPT_DECIMALS = 6  # what a learner keeps on the way
MOST_STUDENTS = 500

LARGEST_NET = 1.5  # the logistic function is then between 0.18 and 0.82
SMALLEST_NET = 0.05  # at 0 the out is one half, and out (1 - out) its own mirror image
SMALLEST_MISS = 0.2  # of an out from its target
SMALLEST_PATH = 0.01  # of what one path carries back to a hidden neuron
SMALLEST_SLOPE = 0.002  # of a derivative by a weight: two digits are left of four decimals
CLOSEST_TO_THE_MIDDLE = 2 * 10**-KEPT_DECIMALS  # more than roundings on the way add up to


def pleasant_examples(seed: int, students: int) -> tuple[Example, ...]:
    """One Example for each student, in order; no two agree.

    seed: a whole number; the same seed gives the same numbers, and student 3 has the same ones
    whether there are 5 students or 30. No two share their hidden net inputs, or E_total to six
    decimals.
    Raises TypeError or ValueError for a seed below 0, or for students not between 1 and 500.

    >>> first, second = pleasant_examples(seed=7, students=2)
    >>> again = pleasant_examples(seed=7, students=5)[0]
    >>> print(first.w1 == again.w1, first.network.weights[0].tolist())
    True [[-0.1, 0.3], [0.2, 0.5]]
    """
    seed = count("seed", seed, least=0)
    students = count("students", students, least=1, most=MOST_STUDENTS)
    # Of all that random offers, random() alone keeps its sequence in every version of Python.
    draw = random.Random(f"worksheet {seed}").random
    chosen, seen = [], set()
    while len(chosen) < students:
        example = _drawn(draw)
        update = weight_update(_forward(example), example.learning_rate)
        begins = tuple(round(float(net), 2) for net in update.backward.forward.nets[0])
        ends = round(float(update.E_total), 6)
        if is_pleasant(update) and not {begins, ends} & seen:
            chosen.append(example)
            seen |= {begins, ends}
    return tuple(chosen)


def is_pleasant(update: WeightUpdate) -> bool:
    """Whether the numbers of a WeightUpdate make a good exercise for the hand."""
    forward, layers = update.backward.forward, update.backward.layers
    nets = np.abs(np.concatenate(forward.nets))
    paths = update.backward.weights_used[1] * layers[1].dE_dnet[:, np.newaxis]
    slopes = np.concatenate([layer.dE_dw.ravel() for layer in layers])
    return bool(
        nets.max() <= LARGEST_NET
        and nets.min() >= SMALLEST_NET
        and np.abs(layers[1].dE_dout).min() >= SMALLEST_MISS
        and min(np.abs(paths).min(), np.abs(layers[0].dE_dout).min()) >= SMALLEST_PATH
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


def _worked_out(update):
    """Every value that has more decimals than are written down, from outs to new weights."""
    yield from (update.net_o1, update.net_o2, update.E_total)
    yield from np.concatenate(update.backward.forward.outs)
    yield from (update.E_o1, update.E_o2)
    for layer in update.backward.layers:
        for values in (layer.dE_dout, layer.dout_dnet, layer.dE_dnet, layer.dE_dw):
            yield from values.ravel()
    yield from (update.backward.weights_used[1] * update.backward.layers[1].dE_dnet[:, None]).flat
    yield from np.concatenate([weights.ravel() for weights in update.network.weights])


def _forward(example):
    return forward_pass(example)


def _drawn(draw):
    """An Example with one decimal in every number."""
    inputs = _some(draw, range(1, 10), 2)
    signs = [-1 if draw() < 0.25 else 1 for _ in range(8)]
    sizes = [*_some(draw, range(1, 10), 4), *_some(draw, range(1, 10), 4)]
    weights = [
        [s * n / 10 for s, n in zip(signs, sizes, strict=True)][k : k + 2] for k in (0, 2, 4, 6)
    ]
    biases = _some(draw, range(1, 6), 2)
    targets = _some(draw, (1, 2, 8, 9), 2)
    (rate,) = _some(draw, (2, 4, 5), 1)
    return Example(
        Network([weights[:2], weights[2:]], [[b / 10] * 2 for b in biases]),
        inputs=[i / 10 for i in inputs],
        targets=[t / 10 for t in targets],
        learning_rate=rate / 10,
    )


def _some(draw, candidates, how_many):
    """So many different candidates, in the order in which they were drawn."""
    left = list(candidates)
    return [left.pop(int(draw() * len(left))) for _ in range(how_many)]
