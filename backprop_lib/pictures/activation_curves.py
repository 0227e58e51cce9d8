"""Activations side by side: what comes out of a neuron, or its slope, against what flows in."""

from collections.abc import Sequence

import numpy as np

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.core.validation import choice
from backprop_lib.pictures.line_plot import even_ticks, linear_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.static_plot import curves_plot, finished

REACH = 4.0
TOLD = (-4.0, -1.0, 0.0, 1.0, 4.0)


def activation_curves(names: Sequence[str], slopes: bool = False) -> Picture:
    """The curves of some activations, net to the right and out upwards.

    names: of activations of one net, such as ["logistic", "tanh"]. slopes: draw dout/dnet instead.
    Returns a Picture. Raises TypeError or ValueError for anything else.

    >>> print(activation_curves(["tanh"]).facts[3])
    tanh: net = 1 comes out as 0.7616
    """
    if isinstance(names, str) or not isinstance(names, Sequence) or not names:
        raise TypeError(
            f"names: expected a list of activations, got {names!r}. For example ['logistic', "
            "'tanh']."
        )
    of_one_net = tuple(name for name, row in ACTIVATIONS.items() if not row.mixes)
    for k, name in enumerate(names):
        choice(f"names[{k}]", name, of_one_net)
    # ReLU's slope jumps at 0: two points beside it draw the jump upright.
    nets = np.union1d(np.linspace(-REACH, REACH, 161), [-1e-9, 1e-9])
    curves = {name: (nets, _heights(name, nets, slopes)) for name in names}
    every = np.concatenate([heights for _, heights in curves.values()])
    low, high = float(every.min()) - 0.1, float(every.max()) + 0.1
    what = "dout/dnet: the slope" if slopes else "out: what comes out"
    axes = curves_plot(
        linear_axis("net: what flows in", -REACH, REACH, even_ticks(-REACH, REACH)),
        linear_axis(what, low, high, even_ticks(low, high)),
        curves,
    )
    said = "has the slope" if slopes else "comes out as"
    facts = [
        f"{name}: net = {net:g} {said} {height:.4f}"
        for name in names
        for net, height in zip(TOLD, _heights(name, np.array(TOLD), slopes), strict=True)
    ]
    drawn = "What the slope is" if slopes else "What comes out"
    return finished(axes, f"{drawn}, against net: {', '.join(names)}.", facts)


def _heights(name, nets, slopes):
    row = ACTIVATIONS[name]
    outs = row.function(nets)
    return row.slope(nets, outs) if slopes else outs
