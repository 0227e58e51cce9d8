"""Data to train on: two moons, by a seeded function, and a part of any data held out."""

import numpy as np

from backprop_lib.core.data_table import DataTable
from backprop_lib.core.validation import count, instance, zero_or_positive_number

MOST_EXAMPLES = 1_000_000
# The moons are 1 from their middles: with much less than this nothing is left of them.
MOST_NOISE = 1000


def two_moons(examples: int = 400, noise: float = 0.15, seed: int = 0) -> DataTable:
    """A DataTable of points on two half circles that reach into each other.

    examples: how many points, half of them on each moon. noise: how far they are scattered, as
    the standard deviation of each coordinate. seed: the same one gives the same points. The target
    is 0 on the upper moon and 1 on the lower. Rows are in random order.
    Raises TypeError or ValueError for anything else, for more than a million examples and for a
    noise above 1000.

    Source: the make_moons data set of scikit-learn, rebuilt.

    >>> moons = two_moons(seed=1)
    >>> moons.inputs.shape, moons.targets.mean()
    ((400, 2), np.float64(0.5))
    """
    examples = count("examples", examples, least=2, most=MOST_EXAMPLES)
    zero_or_positive_number("noise", noise, "Try 0.15; at 0 the moons are thin lines.")
    if noise > MOST_NOISE:
        raise ValueError(
            f"noise: expected a number from 0 to {MOST_NOISE}, got {noise!r}. Try 0.15; more than "
            "1 scatters the moons beyond each other."
        )
    rng = np.random.default_rng(count("seed", seed, least=0))
    lower = np.arange(examples) % 2
    angle = np.linspace(0, np.pi, (examples + 1) // 2)[np.arange(examples) // 2]
    x = np.where(lower, 1 - np.cos(angle), np.cos(angle))
    y = np.where(lower, 0.5 - np.sin(angle), np.sin(angle))
    points = np.column_stack([x, y]) + noise * rng.standard_normal((examples, 2))
    order = rng.permutation(examples)
    return DataTable(points[order], lower[order, np.newaxis])


def held_out(data: DataTable, every: int = 4) -> tuple[DataTable, DataTable]:
    """Two DataTables: what to learn from, and every so-manieth row, held out to judge by.

    data: a DataTable. every: a whole number, 2 or more. Rows are taken evenly and not by lot, so
    put them in random order first; two_moons does. Returns what to learn from, then what is held
    out. Raises TypeError for what is no DataTable or whole number, and ValueError for an ``every``
    below 2, or so large that nothing would be held out.

    Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), section 5.3.

    >>> learn, judge = held_out(two_moons(examples=8))
    >>> len(learn.inputs), len(judge.inputs)
    (6, 2)
    """
    instance("data", data, DataTable, "Make one with two_moons().")
    every = count("every", every, least=2)
    kept = np.arange(len(data.inputs)) % every == every - 1
    if kept.sum() == 0:
        raise ValueError(
            f"every: expected at most {len(data.inputs)}, the number of rows, got {every}. "
            "Otherwise nothing is held out."
        )
    rest, out = (DataTable(data.inputs[part], data.targets[part]) for part in (~kept, kept))
    return rest, out
