"""What the landscape lab says: of the place where somebody stands, and of a path."""

from collections.abc import Mapping, Sequence

import numpy as np

from backprop_lib.core.numbers_as_text import digits_text, number_text, result_text, with_minus
from backprop_lib.labs.landscape.settings import Descent, Place
from backprop_lib.pictures.heights import told_rounds
from backprop_lib.pictures.landscape_map import Ground


def read_out(place: Place, error: float, ground: Ground) -> str:
    """Where it is, and the error."""
    beyond = "" if ground.frame.holds(place.values) else " That is beyond the map."
    return f"{_where(place)}: the error is {result_text(error)}.{beyond}"


def slopes_told(slopes: Mapping[str, float]) -> str:
    """How steep it is in both directions, and which way is down.

    >>> slopes_told({"w5": 0.5, "w7": -0.25})
    'Slope by w5 +0.500000000: down is a smaller w5. Slope by w7 −0.250000000: down is a larger w7.'
    """
    return " ".join(f"Slope by {name} {_slope(name, slope)}." for name, slope in slopes.items())


def way_told(descent: Descent, path: np.ndarray, ground: Ground) -> str:
    """How a path went: from where to where, whether it rose, and whether it left the map."""
    rounds = f"{descent.rounds:,} round{'' if descent.rounds == 1 else 's'}"
    end = Place(descent.start.names, tuple(path[-1, :2].tolist()))
    rose = int(np.sum(path[1:, 2] > path[:-1, 2] * (1 + 1e-12)))
    times = "once" if rose == 1 else f"in {rose:,} of the rounds"
    parts = [
        f"{rounds} at a rate of {descent.rate:g} go from {_where(descent.start)} to {_where(end)}. "
        f"The error goes from {result_text(path[0, 2])} to {result_text(path[-1, 2])}. "
        f"It {'never rises' if not rose else f'rises {times}'}."
    ]
    if not all(map(ground.frame.holds, path[:, :2].tolist())):
        parts.append("The path leaves the map.")
    return " ".join(parts)


def facts_of(
    place: Place,
    error: float,
    slopes: Mapping[str, float],
    ground: Ground,
    descent: Descent | None,
    path: np.ndarray | None,
) -> list[str]:
    """The picture in words, a line each."""
    facts = [read_out(place, error, ground), slopes_told(slopes)]
    facts.append(_lines_told(ground.levels))
    if descent is not None and path is not None:
        facts += [
            f"Round {k:,}: {_where(Place(place.names, tuple(path[k, :2].tolist())))}, "
            f"E_total = {result_text(path[k, 2])}"
            for k in told_rounds(descent.rounds)
        ]
    return facts


def _lines_told(levels: Sequence[float]):
    if not levels:
        return "No line: the error is the same everywhere on this map."
    return "Lines at E_total = " + ", ".join(with_minus(f"{level:g}") for level in levels)


def _where(place):
    pairs = zip(place.names, place.values, strict=True)
    return ", ".join(f"{name} = {with_minus(digits_text(value, 5))}" for name, value in pairs)


def _slope(name, slope):
    number = with_minus(number_text(slope, signed=True))
    if slope == 0:
        return f"{number}: flat"
    return f"{number}: down is a {'smaller' if slope > 0 else 'larger'} {name}"
