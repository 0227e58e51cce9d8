"""How large the deltas of each layer are: where a gradient vanishes or explodes, in a picture.

Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
networks" (2010), who plot the gradients of each layer in the same way.
"""

from collections.abc import Mapping

import numpy as np

from backprop_lib.core.backward_pass import BackwardPass
from backprop_lib.core.validation import instance
from backprop_lib.pictures.line_plot import linear_axis, log_axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.static_plot import curves_plot, finished


def delta_sizes(backward: BackwardPass) -> np.ndarray:
    """The size of delta in each layer of neurons: the mean of |delta|, shape (layers,).

    Raises TypeError for what is no BackwardPass.

    >>> from backprop_lib import backward_pass, example, forward_pass
    >>> print(delta_sizes(backward_pass(forward_pass(example))).round(6))
    [0.009363 0.088298]
    """
    instance("backward", backward, BackwardPass, "Make one with backward_pass(forward_pass(...)).")
    return np.array([np.abs(layer.dE_dnet).mean() for layer in backward.layers])


def delta_chart(backwards: Mapping[str, BackwardPass]) -> Picture:
    """The size of delta, layer by layer, upwards in powers of ten.

    backwards: a dict from a label to a BackwardPass; their networks may differ in depth. A size of
    0 is drawn at the low end, and its fact says that it is 0. Raises TypeError or ValueError for
    anything else.

    >>> from backprop_lib import backward_pass, example, forward_pass
    >>> print(delta_chart({"the worked example": backward_pass(forward_pass(example))}))
    The size of delta, layer by layer: the worked example.
    the worked example: layer 1: 9.4e-03
    the worked example: layer 2, the outputs: 8.8e-02
    """
    if not isinstance(backwards, dict) or not backwards:
        raise TypeError(
            f"backwards: expected a dict from labels, got {backwards!r}. For example "
            "{'mine': backward_pass(forward_pass(example))}."
        )
    for label, backward in backwards.items():
        instance(f"backwards[{label!r}]", backward, BackwardPass, "Make one with backward_pass.")
    curves = {}
    for label, backward in backwards.items():
        sizes = delta_sizes(backward)
        curves[label] = np.arange(1, len(sizes) + 1), sizes
    depth = max(len(sizes) for _, sizes in curves.values())
    above_zero = [size for _, sizes in curves.values() for size in sizes if size > 0]
    axes = curves_plot(
        linear_axis("layer of neurons", 1, max(depth, 2), range(1, depth + 1)),
        log_axis("size of delta: the mean of |delta|", above_zero or [1.0]),
        curves,
    )
    for line in axes.lines:
        line.set(marker="o", markersize=7, markeredgewidth=0, clip_on=False)
    facts = [
        f"{label}: layer {layer}{', the outputs' if layer == len(sizes) else ''}: {_said(size)}"
        for label, (layers, sizes) in curves.items()
        for layer, size in zip(layers, sizes, strict=True)
    ]
    return finished(axes, f"The size of delta, layer by layer: {'; '.join(backwards)}.", facts)


def _said(size):
    return f"{size:.1e}" if size > 0 else "0"
