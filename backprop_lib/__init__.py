"""backprop_lib: the worked example of backpropagation, number by number.

This is the one door: every name that a lesson needs is imported from here, and loaded when it is
first used. So this import takes no time, and nobody waits for SymPy who does not derive.

>>> from backprop_lib import example, forward_pass
>>> forward = forward_pass(example)
>>> print(f"{forward.E_total:.9f}")
0.298371109
"""

from importlib import import_module

from backprop_lib.core.whole_import import whole_import

# Where each name is at home. tests/test_door.py holds it to what the lessons use.
_HOMES = {
    "core.backward_pass": "backward_pass",
    "core.class_labels": "one_hot",
    "core.data_sets": "held_out two_moons",
    "core.example": "Example",
    "core.forward_pass": "forward_pass",
    "core.gradient_check": "complex_step nudge",
    "core.logic_tables": "LOGIC_TABLES xor",
    "core.logistic": "logistic",
    "core.network": "Network",
    "core.starting_weights": "random_network",
    "core.weight_update": "UpdateRule weight_update",
    "core.worked_example": "example",
    "exercises.check": "check hint",
    "exercises.made_bugs": "gradient_with_a_bug",
    "exercises.value_exercises": "own_or_ready",
    "labs.landscape.lab": "landscape_lab",
    "labs.learning_rate.lab": "learning_rate_lab",
    "labs.walkthrough": "walkthrough_lab",
    "labs.watch_it_learn.lab": "watch_it_learn",
    "pictures.activation_curves": "activation_curves",
    "pictures.computation_graph": "computation_graph gate_patterns",
    "pictures.decision_regions": "decision_regions",
    "pictures.delta_sizes": "delta_chart delta_sizes",
    "pictures.diagram.network_diagram": "network_diagram",
    "pictures.figures": "contributions_chart error_against error_curve logistic_curve sweep_chart",
    "pictures.hidden_plane": "hidden_lines hidden_plane",
    "pictures.landscape": "error_landscape",
    "pictures.training_figures": "accuracy_by_epoch error_by_epoch step_size_chart",
    "symbolic.activation_formulas": "activation_formula activation_slope",
    "symbolic.chain_rule": "chain_rule",
    "symbolic.error_formulas": "error_formula error_slope output_delta softmax_formula",
    "symbolic.generated_loop": "generated_loop",
    "symbolic.matrix_equations": "backward_equations",
    "symbolic.network_equations": "equation",
    "symbolic.update_rules": "update_rules",
    "training.batch_passes": "batch_backward batch_forward",
    "training.batch_training": "train_in_batches",
    "training.gradient_table": "gradient_table step_sizes",
    "training.many_starts": "errors_by_seed",
    "training.published": "audit rounded",
    "training.sweep": "sweep",
    "training.training": "train",
    "training.with_pytorch": "compare_with_pytorch pytorch_source",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    """Load a name from its module, and keep it. An interrupt waits until it is loaded whole."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'backprop_lib' has no attribute {name!r}")
    try:
        with whole_import():
            module = import_module(f"backprop_lib.{_HOME_OF[name]}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("backprop_lib"):
            raise
        # `python -m backprop_lib check` runs without any package, to say which are missing.
        raise ImportError(
            f"backprop_lib.{name} needs {missing.name}, which is not installed here. "
            "Run 'python -m backprop_lib check' to see what is missing and how to mend it."
        ) from missing
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    """The names of the door, for tab completion too."""
    return list(__all__)
