"""Numbers of single precision (float32), which most libraries for neural networks compute with.

Such a number has seven digits and a bit. Printed with ten it shows ten, of which the last three are
not those of the right number: nobody rounded, and nothing was done wrong.
"""

from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.exercises.answers import Reading
from backprop_lib.exercises.batch import Batch
from backprop_lib.exercises.mistaken_round import MistakenRound, with_numbers
from backprop_lib.exercises.mistakes import numbers_of
from backprop_lib.exercises.quantities import for_all, quantities, right_numbers
from backprop_lib.exercises.steps import Steps

EPS = float(np.finfo(np.float32).eps)
TRIALS = 6  # rounds in which every number is off by as much as single precision loses
MARGIN = 4  # times the most that one of them is off
MOST = 1e-3  # of the number itself; a difference that lost more is nobody's answer
LIKELY = 1 / 50  # a number has the mark only where fewer of its neighbours have it by chance
FEWEST_DIGITS = 7


def in_float32(reading: Reading) -> bool:
    """Whether a number of single precision shows the digits given, rounded or cut off."""
    off, half_units, values = _from_float32(reading)
    return bool(np.all(off <= 2 * half_units + 1e-15 * np.abs(values)))


def has_mark(reading: Reading) -> bool:
    """Whether the digits given are those of a number of single precision, and hardly by chance."""
    digits = np.ravel(reading.digits)
    off, half_units, values = _from_float32(reading)
    if not np.all(off <= half_units + 1e-15 * np.abs(values)):
        return False
    if not np.all((digits == 0) | (digits > FEWEST_DIGITS)):
        return False
    spacing = np.abs(np.spacing(values.astype(np.float32))).astype(float)
    units = np.maximum(2 * half_units, 1e-15 * np.abs(values))
    return bool(np.prod(np.minimum(units / spacing, 1)[digits > 0]) <= LIKELY)


def _from_float32(reading):
    """How far the numbers given are from single precision's next; half units; the numbers."""
    values = np.ravel(reading.values)
    with np.errstate(all="ignore"):  # of what float32 cannot hold
        off = np.abs(values - values.astype(np.float32).astype(float))
    return np.where(np.abs(values) < 1e38, off, np.inf), np.ravel(reading.half_units), values


@lru_cache(maxsize=64)
def _noisy_rounds(example, rule):
    rng = np.random.default_rng(32)
    network = example.network

    def noisy(numbers):
        numbers = np.asarray(numbers, float)
        return numbers * (1 + EPS * rng.uniform(-1, 1, numbers.shape))

    rounds = []
    for _ in range(TRIALS):
        weights, biases = map(noisy, network.weights), map(noisy, network.biases)
        one = Example(
            with_numbers(network, list(weights), list(biases)),
            noisy(example.inputs),
            example.targets,
            example.learning_rate,
        )
        rounds.append(MistakenRound(one, Steps(kept=noisy), rule))
    return rounds


@lru_cache(maxsize=256)
def precision(name: str, example: Example | Batch, rule: UpdateRule) -> np.ndarray:
    """How far off, as a part of itself, each number may be when it is worked out in float32."""
    wanted, right = quantities(name, example.layer_sizes), right_numbers(name, example, rule)
    with np.errstate(all="ignore"):
        noisy = (for_all(example, wanted, _noisily(wanted, rule, n)) for n in range(TRIALS))
        off = max((np.abs(one - right) for one in noisy), key=np.max)
        relative = MARGIN * off / np.abs(right)
    return np.clip(np.nan_to_num(relative, nan=0.0, posinf=0.0), 2 * EPS, MOST)


def _noisily(wanted, rule, n):
    return lambda one: numbers_of(_noisy_rounds(one, rule)[n], wanted)
