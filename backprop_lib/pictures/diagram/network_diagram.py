"""The network diagram: one picture, used in every notebook and every live lab.

Inputs left, outputs right, the errors behind them, biases as small squares above their layer.
Whatever record comes in (layer sizes, Network, Example, ForwardPass, BackwardPass, WeightUpdate),
the picture shows the numbers which that record holds. The same facts in words are its text twin.

>>> from backprop_lib import example, forward_pass
>>> forward = forward_pass(example)
>>> picture = network_diagram(forward, lit=["i1", "i2", "w1", "w2", "b_h1", "net_h1"])
>>> print(picture.label)
Network with 2 inputs, 2 hidden neurons and 2 outputs; lit: i1 = 0.05, i2 = 0.1, \
w1 = +0.15, w2 = +0.2, b_h1 = +0.35, net_h1 = 0.377500000.
>>> print(picture.text.splitlines()[2])
h1: net_h1 = 0.377500000, out_h1 = 0.593269992

How it is made, one module each: what is lit (light), which numbers there are (facts), where
everything goes (layout, labels), how it is drawn (edges, biases, boxes, derivatives, on one sheet,
put together by drawing), how it is said in words (words).
"""

import numbers
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.names import Named, names_of
from backprop_lib.core.validation import choice
from backprop_lib.pictures.diagram.drawing import drawing
from backprop_lib.pictures.diagram.facts import Facts
from backprop_lib.pictures.diagram.layout import layout_of
from backprop_lib.pictures.diagram.light import light_of
from backprop_lib.pictures.diagram.words import label_of, lines_of
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.theme import NORMAL_WIDTH, SIZES

MOST_NEURONS = 10
MOST_LAYERS = 6


def network_diagram(
    state: Named | Sequence[int],
    lit: str | Iterable[str] = (),
    backward: bool = False,
    title: str | None = None,
    changed: str | Iterable[str] = (),
    size: str = "normal",
    clickable: bool = False,
    known: Collection[str] | None = None,
) -> Picture:
    """Draw a network and everything that is known about it.

    state: layer sizes such as (2, 2, 2), or a Network, Example, ForwardPass, BackwardPass or
    WeightUpdate. lit: names of what is in play ("w5", "net_h1", "o1", "E_total"); a derivative
    ("dE_dw5") lights every path between its two quantities. backward: draw what is lit from right
    to left, with the derivatives it carries. title: a line above the picture. changed: names that
    get a ring. size: "normal", or "projector" for large type and fewer digits. clickable: with
    invisible shapes whose ``data-name`` says what a pointer has found (w5, h1, b1, target_o1, eta).
    known: names of the quantities and derivatives whose numbers are told, for a picture that keeps
    the others for later; None tells all.

    Returns a Picture. Raises TypeError or ValueError, in words, for anything it cannot draw.

    >>> picture = network_diagram((2, 2, 2), lit=["dE_dw5"], backward=True)
    >>> print(picture.text.splitlines()[-2])
    Lit: w5, net_o1, out_o1, E_o1, E_total
    """
    names = names_of(_layer_sizes(state))
    choice("size", size, SIZES)
    mixes = isinstance(state, Named) and ACTIVATIONS[state.architecture.activations[-1]].mixes
    light = light_of("lit", lit, names, mixes)
    rings = light_of("changed", changed, names, mixes)
    facts = Facts(state, names, light, rings, bool(backward), title, known)
    label, lines = label_of(facts), tuple(lines_of(facts))
    words = "\n".join((label, *lines))
    svg = drawing(layout_of(names, size), facts, label, words, clickable)
    return Picture(svg, label, lines, NORMAL_WIDTH if size == "normal" else None)


def fitting_diagram(
    state: Named | Sequence[int],
    lit: str | Iterable[str] = (),
    backward: bool = False,
    *,
    sizes: Sequence[str] = SIZES[::-1],
    **more: Any,
) -> Picture:
    """The diagram in the first of these sizes in which the network fits.

    The rest is what network_diagram takes, and a Picture is what comes back. Raises ValueError
    only if the network fits in none of the sizes.

    >>> large, small = fitting_diagram((2, 2, 2)), fitting_diagram((2,) * 6)
    >>> large.svg == network_diagram((2, 2, 2), size="projector").svg
    True
    >>> small.svg == network_diagram((2,) * 6).svg
    True
    """
    return network_diagram(state, lit, backward, size=fitting_size(state, sizes), **more)


def fitting_size(state: Named | Sequence[int], sizes: Sequence[str] = SIZES[::-1]) -> str:
    """The first of these sizes in which a network fits; the last, if it fits in none.

    >>> fitting_size((2, 2, 2)), fitting_size((2,) * 6)
    ('projector', 'normal')
    """
    names = names_of(_layer_sizes(state))
    *before, last = sizes
    for size in before:
        with suppress(ValueError):
            return layout_of(names, size).size
    return last


def _layer_sizes(state):
    if isinstance(state, Named):
        sizes = state.layer_sizes
    elif isinstance(state, tuple | list):
        sizes = tuple(state)
    else:
        raise TypeError(
            "state: expected layer sizes such as (2, 2, 2), or a Network, Example, ForwardPass, "
            f"BackwardPass or WeightUpdate, got {state!r} ({type(state).__name__}). "
            "For example network_diagram(example)."
        )
    for n in sizes:
        if isinstance(n, bool) or not isinstance(n, numbers.Integral):
            raise TypeError(
                f"state: expected layer sizes that are whole numbers, got {n!r} "
                f"({type(n).__name__}). For example (2, 3, 1)."
            )
    if not (2 <= len(sizes) <= MOST_LAYERS and all(1 <= n <= MOST_NEURONS for n in sizes)):
        raise ValueError(
            f"state: expected 2 to {MOST_LAYERS} layers of 1 to {MOST_NEURONS} neurons, which is "
            f"what fits a page, got {'-'.join(map(str, sizes)) or 'no layers'}. "
            "Draw a smaller network, or print the numbers of a large one."
        )
    return tuple(int(n) for n in sizes)
