"""One door to the rooms that notebook 07 walks through.

It makes nothing of its own. Each name is explained in the room that it comes from.

>>> from backprop_lib import any_network
>>> any_network.two_moons(examples=4).inputs.shape
(4, 2)
"""

from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.data_sets import held_out, two_moons
from backprop_lib.core.dense_network import DenseNetwork
from backprop_lib.core.dense_start import random_dense_network
from backprop_lib.core.logic_tables import xor
from backprop_lib.pictures.decision_regions import decision_regions
from backprop_lib.pictures.diagram.network_diagram import network_diagram
from backprop_lib.pictures.training_figures import (
    accuracy_by_epoch,
    error_by_epoch,
    step_size_chart,
)
from backprop_lib.symbolic.activation_formulas import activation_formula, activation_slope
from backprop_lib.symbolic.error_formulas import (
    error_formula,
    error_slope,
    output_delta,
    softmax_formula,
)
from backprop_lib.training.batch_passes import batch_backward, batch_errors, batch_forward
from backprop_lib.training.batch_training import train_in_batches
from backprop_lib.training.gradient_table import gradient_table, step_sizes
from backprop_lib.training.with_pytorch import compare_with_pytorch, pytorch_source

__all__ = [
    "DenseNetwork",
    "accuracy_by_epoch",
    "activation_formula",
    "activation_slope",
    "batch_backward",
    "batch_errors",
    "batch_forward",
    "compare_with_pytorch",
    "decision_regions",
    "error_by_epoch",
    "error_formula",
    "error_slope",
    "gradient_table",
    "held_out",
    "network_diagram",
    "one_hot",
    "output_delta",
    "pytorch_source",
    "random_dense_network",
    "softmax_formula",
    "step_size_chart",
    "step_sizes",
    "train_in_batches",
    "two_moons",
    "xor",
]
