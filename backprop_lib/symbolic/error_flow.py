"""The backward pass as a flow: from E_total back to one quantity, hop by hop.

A hop goes from a quantity to one that it is directly made of, and multiplies by one factor:

    share at by = derivative of E_total by of * derivative of of by by

Where several hops meet, their shares are added, and only the sum goes on. So every quantity is
passed once, however many paths there are. The hops come from the network's equations, as those of
chain_rule do; the numbers from a backward pass.

>>> from backprop_lib import backward_pass, example, forward_pass
>>> record = backward_pass(forward_pass(example))
>>> for hop in error_flow(record, "w5"):
...     print(f"{hop.of} -> {hop.by}: {hop.before:.6f} * {hop.factor:.6f} = {hop.share:.6f}")
E_total -> out_o1: 1.000000 * 0.741365 = 0.741365
out_o1 -> net_o1: 0.741365 * 0.186816 = 0.138499
net_o1 -> w5: 0.138499 * 0.593270 = 0.082167
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import sympy as sp

from backprop_lib.core.names import Named
from backprop_lib.symbolic.network_equations import network_equations, sources
from backprop_lib.symbolic.update_rules import TOTAL_ERROR


class Hop(NamedTuple):
    """One hop of the flow.

    of, by: the quantities that it goes from and to. before: the derivative of E_total by ``of``,
    1 at E_total itself. factor: the derivative of ``of`` by ``by``. share: their product. shares:
    all that have come to ``by`` so far. whole: the derivative of E_total by ``by``, as the backward
    pass has it, or None as long as another share is still to come.
    """

    of: str
    by: str
    before: float
    factor: float
    share: float
    shares: tuple[float, ...]
    whole: float | None


def error_flow(backward: Named, to: str) -> tuple[Hop, ...]:
    """Every hop from E_total back to a quantity, in an order in which they can be made.

    backward: a BackwardPass, or a WeightUpdate. to: "w5", "b1", "b_h1", "out_h1".
    Raises ValueError for a name that is unknown, or from which nothing flows to E_total.

    >>> from backprop_lib import example
    >>> from backprop_lib.core.weight_update import one_round
    >>> [hop.by for hop in error_flow(one_round(example), "w1")]
    ['out_o1', 'net_o1', 'out_h1', 'out_o2', 'net_o2', 'out_h1', 'net_h1', 'w1']
    """
    backward.names.find(to)
    links = _links(to, backward.architecture)
    if not links:
        raise ValueError(
            f"to: expected something that E_total is made of, got {to!r}. For example 'w5'."
        )
    hops, came = [], {}
    for of, by, is_last in links:
        before = 1.0 if of == str(TOTAL_ERROR) else float(backward[f"dE_d{of}"])
        factor = float(backward[f"d{of}_d{by}"])
        came[by] = (*came.get(by, ()), before * factor)
        whole = float(backward[f"dE_d{by}"]) if is_last else None
        hops.append(Hop(of, by, before, factor, came[by][-1], came[by], whole))
    return tuple(hops)


@lru_cache(maxsize=256)
def _links(to, architecture):
    """Pairs of names, and whether nothing else comes to the second after that."""
    equations = network_equations(architecture, "one per neuron" if "b_" in to else "one per layer")
    through = {sp.Symbol(to)}
    for symbol, made_of in equations.items():
        # The errors of single outputs are on no way: E_total is written in outs.
        if made_of.free_symbols & through and (symbol == TOTAL_ERROR or str(symbol)[:2] != "E_"):
            through.add(symbol)
    following = {of: [by for by in sources(equations, of) if by in through] for of in through}
    awaited = Counter(by for after in following.values() for by in after)
    links = []

    def flow_from(of):
        for by in following.get(of, ()):
            awaited[by] -= 1
            links.append((str(of), str(by), not awaited[by]))
            if not awaited[by]:
                flow_from(by)

    flow_from(TOTAL_ERROR)
    return tuple(links)
