"""backprop_lib: the worked example of backpropagation, number by number.

Forward pass, output-layer derivatives, hidden-layer derivatives, weight update and training,
for networks of any size. These names come from NumPy-only modules. What draws or differentiates
symbolically is imported by its own name: ``from backprop_lib.symbolic.chain_rule import chain_rule``.

>>> from backprop_lib import example, forward_pass
>>> forward = forward_pass(example.network, example.inputs, example.targets)
>>> print(f"{forward.E_total:.9f}")
0.298371109
"""

from backprop_lib.core.whole_import import whole_import

with whole_import():
    try:
        import numpy as _numpy  # noqa: F401
    except ImportError:
        # `python -m backprop_lib check` has to run without NumPy, to say that it is missing.
        def __getattr__(name):
            if name.startswith("_"):
                raise AttributeError(name)
            raise ImportError(
                f"backprop_lib.{name} needs NumPy, which is not installed here. "
                "Run 'python -m backprop_lib check' to see what is missing and how to mend it."
            )
    else:
        from backprop_lib.core.backward_pass import BackwardPass, backward_pass
        from backprop_lib.core.example import Example
        from backprop_lib.core.forward_pass import ForwardPass, forward_pass
        from backprop_lib.core.gradient_check import complex_step, nudge
        from backprop_lib.core.hidden_layer import hidden_layer_derivatives
        from backprop_lib.core.logistic import logistic, logistic_slope
        from backprop_lib.core.names import Names
        from backprop_lib.core.network import Network
        from backprop_lib.core.output_layer import output_layer_derivatives
        from backprop_lib.core.starting_weights import random_network
        from backprop_lib.core.weight_update import UpdateRule, WeightUpdate, weight_update
        from backprop_lib.core.worked_example import example
        from backprop_lib.exercises.check import check, hint
        from backprop_lib.training.published import audit, rounded
        from backprop_lib.training.training import Training, train

        __all__ = [
            "BackwardPass",
            "Example",
            "ForwardPass",
            "Names",
            "Network",
            "Training",
            "UpdateRule",
            "WeightUpdate",
            "audit",
            "backward_pass",
            "check",
            "complex_step",
            "example",
            "forward_pass",
            "hidden_layer_derivatives",
            "hint",
            "logistic",
            "logistic_slope",
            "nudge",
            "output_layer_derivatives",
            "random_network",
            "rounded",
            "train",
            "weight_update",
        ]
