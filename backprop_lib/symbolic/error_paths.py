"""The paths from a weight to the error, each with what it adds to the derivative.

    dE/dw = sum over paths of the product of the path's links, summed over the rows of the data

The paths come from chain_rule, the numbers of their links from the backward passes.

>>> from backprop_lib import backward_pass, example, forward_pass
>>> record = backward_pass(forward_pass(example))
>>> for path in error_paths([record], "w1"):
...     print(f"{' <- '.join(path.through)}: {path.contribution:+.9f}")
E_total <- out_o1 <- net_o1 <- out_h1 <- net_h1 <- w1: +0.000668396
E_total <- out_o2 <- net_o2 <- out_h1 <- net_h1 <- w1: -0.000229828
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from backprop_lib.core.backward_pass import BackwardPass
from backprop_lib.symbolic.chain_rule import chain_rule


class ErrorPath(NamedTuple):
    """The quantities on a path, from the error backwards, and what the path adds."""

    through: tuple[str, ...]
    contribution: float


def error_paths(backwards: Sequence[BackwardPass], name: str) -> tuple[ErrorPath, ...]:
    """Every path from E_total back to a weight or bias, as a tuple of ErrorPath.

    backwards: a BackwardPass for each row of the data. name: "w5", "b1" or "b_h1".
    Raises ValueError for an unknown name, for no rows, or if there are more than 1000 paths.
    """
    if not backwards:
        raise ValueError(
            "backwards: expected one or more backward passes, got none. "
            "Give one for each row of the data."
        )
    return tuple(
        ErrorPath(through, sum(_product(backward, links) for backward in backwards))
        for through, links in _paths(name, backwards[0].architecture)
    )


def _product(backward, links):
    return math.prod(float(backward[link]) for link in links)


@lru_cache(maxsize=256)
def _paths(name, architecture):
    """For each path its quantities, and the names of its links."""
    throughs = [path.through for path in chain_rule("E_total", name, architecture).paths]
    return tuple(
        (through, tuple(f"d{of}_d{by}" for of, by in pairwise(through))) for through in throughs
    )
