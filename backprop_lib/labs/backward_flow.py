"""What the labs show of the backward pass as a flow: hops with words, numbers, and places.

The hops come from error_flow, their ways from the diagram. backward_flow.js moves a dot along them
and computes nothing; whoever does not see it reads or hears the same words.
"""

from collections.abc import Sequence
from typing import Any

from backprop_lib.core.names import Named
from backprop_lib.core.numbers_as_text import given_text, number_text, with_minus
from backprop_lib.pictures.coordinates import coordinate
from backprop_lib.pictures.diagram.flow import way_of_hop
from backprop_lib.pictures.diagram.layout import layout_of
from backprop_lib.pictures.diagram.network_diagram import fitting_size
from backprop_lib.symbolic.error_flow import Hop, error_flow

# More than anybody follows; and each takes room in every message to the page.
MOST_HOPS = 60


def no_flow(why: str) -> dict[str, Any]:
    """What is shown where nothing flows: the reason, for whoever asks for it."""
    return {"why": why, "hops": []}


def flow_view(record: Named, to: str, sizes: Sequence[str]) -> dict[str, Any]:
    """The flow from E_total back to a quantity, for the diagram in the first fitting of the sizes.

    record: a BackwardPass, or a WeightUpdate. to: "w5", "b1", "out_h1".

    >>> from backprop_lib import example
    >>> from backprop_lib.core.weight_update import one_round
    >>> view = flow_view(one_round(example), "w5", ["normal"])
    >>> print(view["hops"][1]["words"])
    out_o1 to net_o1: 0.741365070 times dout_o1/dnet_o1 = 0.186815602 makes 0.138498562.
    """
    hops = error_flow(record, to)
    if len(hops) > MOST_HOPS:
        return no_flow(
            f"{len(hops)} hops lead from E_total back to {to}, more than the {MOST_HOPS} that "
            "can be followed here. Choose a weight nearer to the outputs, or a smaller network."
        )
    layout = layout_of(record.names, fitting_size(record, sizes))
    return {"why": "", "px": layout.grade.label, "hops": [_shown(hop, to, layout) for hop in hops]}


def _shown(hop, to, layout):
    carried = hop.share if hop.whole is None or len(hop.shares) > 1 else hop.whole
    way = way_of_hop(layout, hop.of, hop.by)
    return {
        "words": words_of(hop, to),
        "moving": _picture_text(carried),
        "arrived": _picture_text(carried if hop.whole is None else hop.whole),
        "points": " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in way),
        "sign": "negative" if carried < 0 else "positive",
    }


def _picture_text(value):
    return with_minus(number_text(value, signed=True))


def words_of(hop: Hop, to: str) -> str:
    """A hop as a sentence or two."""
    factor = f"d{hop.of}/d{hop.by} = {given_text(hop.factor)}"
    before = "1" if hop.of == "E_total" else number_text(hop.before)
    said = f"{hop.of} to {hop.by}: {before} times {factor} makes {number_text(hop.share)}."
    if hop.whole is None:
        return f"{said} It waits at {hop.by} for what is still to come."
    if len(hop.shares) > 1:
        shares = " + ".join(_in_brackets(number_text(share)) for share in hop.shares)
        said += f" At {hop.by} the shares are added: {shares} = {number_text(hop.whole)}."
    return f"{said} That is dE_d{to}." if hop.by == to else said


def _in_brackets(number):
    return f"({number})" if number.startswith("-") else number
