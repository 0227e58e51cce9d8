"""What runs the rounds of a training: three engines, one result, and a reason for the choice.

"generated" is the loop generated from the update rules, run by CPython. "compiled" is that very
function, compiled by numba. "numpy" goes from one forward_pass and backward_pass to the next,
for any network and any kind of number. They agree to 1e-12.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.errors import check_probabilities
from backprop_lib.core.network import BUILD_A_NETWORK, Network
from backprop_lib.core.validation import any_numbers, choice, instance, matrix, vector
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.core.whole_import import whole_import

ENGINES = ("auto", "generated", "compiled", "numpy")
# SymPy needs most of a second to generate the loop of a network with so many.
MOST_PARAMETERS = 150
NUMBA_IS_MISSING = (
    "numba does not run in a web page"
    if sys.platform == "emscripten"
    else "numba is not installed (python -m pip install -e '.[fast]')"
)
BUILD_A_RULE = "Build one with UpdateRule(hidden_layers_use, biases)."


class Engine(NamedTuple):
    """name: "generated", "compiled" or "numpy". reason: why this one. loop: a GeneratedLoop."""

    name: str
    reason: str
    loop: object = None


def choose_engine(
    engine: str,
    network: Network,
    examples: tuple[np.ndarray, np.ndarray],
    learning_rate: float | np.ndarray,
    rule: UpdateRule,
) -> Engine:
    """The Engine for a training.

    engine: "auto" takes the compiled loop if ``prepare`` has compiled it, else the generated
    one; where neither can be had it takes "numpy". The other words insist.
    Raises ValueError if the engine insisted on cannot train this network, ImportError for
    "compiled" without numba.

    >>> from backprop_lib import example
    >>> pair = (example.inputs, example.targets)
    >>> print(choose_engine("numpy", example.network, pair, 0.5, TUTORIAL_RULE).reason)
    it was asked for
    """
    choice("engine", engine, ENGINES)
    instance("rule", rule, UpdateRule, BUILD_A_RULE)
    if engine == "numpy":
        return Engine("numpy", "it was asked for")
    numbers = (*network.weights, *network.biases, *examples, np.asarray(learning_rate))
    if obstacle := _no_loop_for(network) or _not_float64(numbers):
        if engine == "auto":
            return Engine("numpy", obstacle)
        raise ValueError(
            f"engine: expected 'auto' or 'numpy', because {obstacle}; got {engine!r}. "
            "Take one of these two."
        )
    if engine == "compiled":
        if not _numba_is_here():
            raise ImportError(f"engine: 'compiled' cannot be had: {NUMBA_IS_MISSING}. Use 'auto'.")
        prepare(network, rule, examples[0].ndim == 2)
    loop = _loop(network, rule, examples[0].ndim == 2)
    if engine != "auto":
        return Engine(engine, "it was asked for", loop)
    if loop.compiled is not None:
        return Engine("compiled", "prepare has compiled the generated loop", loop)
    not_compiled = "prepare would compile it" if _numba_is_here() else NUMBA_IS_MISSING
    return Engine("generated", f"the generated loop is not compiled: {not_compiled}", loop)


def prepare(
    network: Network, rule: UpdateRule = TUTORIAL_RULE, several_examples: bool = False
) -> None:
    """Have numba compile the training loop now, and say so, so that no later training waits.

    several_examples: whether the trainings to come run on a list of examples.
    Without numba, or for a network that no loop is generated for, it says that and does nothing.
    Raises TypeError for anything but a Network and an UpdateRule.

    >>> prepare(Network([[[0.1] * 200]], [[0.5]]))
    Nothing to compile: the network has 201 weights and biases, and a loop is generated for up \
to 150.
    """
    instance("network", network, Network, BUILD_A_NETWORK)
    instance("rule", rule, UpdateRule, BUILD_A_RULE)
    obstacle = _no_loop_for(network) or _not_float64((*network.weights, *network.biases))
    if obstacle := obstacle or (None if _numba_is_here() else NUMBA_IS_MISSING):
        print(f"Nothing to compile: {obstacle}.")
        return
    loop = _loop(network, rule, several_examples)
    if loop.compiled is None:
        sizes = "-".join(map(str, network.layer_sizes))
        print(f"Compiling the training loop of a {sizes} network, once; it takes a few seconds ...")
        loop.compile()
        print("Compiled.")


def checked_examples(
    network: Network, inputs: ArrayLike, targets: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """inputs and targets as arrays: vectors for one example, matrices for a list of them."""
    instance("network", network, Network, BUILD_A_NETWORK)
    n_inputs, n_outputs = network.layer_sizes[0], network.layer_sizes[-1]
    expected = f"a list of {n_inputs} numbers, or a list of such lists"
    given = any_numbers("inputs", inputs, expected)
    if given.ndim == 2 and len(given) == 0:
        raise ValueError(f"inputs: expected {expected}, got no example. Give at least one.")
    if given.ndim == 2:
        inputs = matrix("inputs", inputs, (len(given), n_inputs))
        targets = matrix("targets", targets, (len(given), n_outputs))
    else:
        inputs = vector("inputs", inputs, n_inputs, expected)
        targets = vector("targets", targets, n_outputs, f"a list of {n_outputs} numbers")
    last = network.activations[-1]
    check_probabilities("targets", np.atleast_2d(targets), network.error, last)
    return inputs, targets


def loop_arguments(
    engine: Engine, network: Network, examples: tuple[np.ndarray, np.ndarray]
) -> tuple[tuple, tuple]:
    """parameters and data for a call of a GeneratedLoop: floats, or a column of them each."""
    weights = [matrix.ravel() for matrix in network.weights]
    biases = [bias[:size] for bias, size in _named_biases(engine, network)]
    parameters = tuple(np.concatenate([*weights, *biases]).tolist())
    data = tuple(np.hstack(examples).T.tolist())
    if engine.name == "compiled" and examples[0].ndim == 2:
        data = tuple(map(np.array, data))
    return parameters, data


def with_parameters(engine: Engine, network: Network, parameters: Sequence[float]) -> Network:
    """The network with the parameters that a GeneratedLoop returned."""
    values, at = np.array(parameters), 0
    weights, biases = [], []
    for old in network.weights:
        weights.append(values[at : at + old.size].reshape(old.shape))
        at += old.size
    for bias, size in _named_biases(engine, network):
        biases.append(np.broadcast_to(values[at : at + size], bias.shape))
        at += size
    return Network(weights, biases, network.activations, network.error)


def _named_biases(engine, network):
    """The biases of each layer, and how many of them the loop has names for: one (b1), or all."""
    one_name = "b1" in engine.loop.parameters
    return [(bias, 1 if one_name else len(bias)) for bias in network.biases]


def check_finite(argument: str, learning_rate: float, values: ArrayLike) -> None:
    """Raises ValueError if a training came to a number that is not finite."""
    if not np.all(np.isfinite(values)):
        raise ValueError(
            f"{argument}: expected a rate that keeps every weight and bias finite, got "
            f"{learning_rate!r}. Use a smaller one."
        )


def _loop(network, rule, several_examples):
    with whole_import():  # of SymPy, and only when a loop is generated
        from backprop_lib.symbolic.generated_loop import generated_loop

    return generated_loop(network.architecture, rule, network.shares_biases, several_examples)


def _numba_is_here():
    return find_spec("numba") is not None


def _no_loop_for(network):
    if network.error == "cross-entropy":
        return "no loop is generated for the logarithms of cross-entropy"
    size = sum(array.size for array in (*network.weights, *network.biases))
    if size <= MOST_PARAMETERS:
        return None
    return (
        f"the network has {size} weights and biases, and a loop is generated for up to "
        f"{MOST_PARAMETERS}"
    )


def _not_float64(numbers):
    others = [array.dtype for array in numbers if array.dtype != float]
    other = {dtype.name for dtype in others if dtype.kind not in "iu"}
    if not other:
        return None
    return f"a generated loop computes with float64 alone, and here is {', '.join(sorted(other))}"
