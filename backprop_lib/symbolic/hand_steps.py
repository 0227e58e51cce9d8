"""The whole example worked by hand: every quantity in order, each made from those before it.

The formulas are put together from the links of chain_rule, which SymPy finds by differentiating
the network's own equations. Worksheets, their answer key and the one-page summary all follow
this one list. The walkthrough has a list of its own, in walkthrough_steps: it shows one thing on
the picture at each key press, shows given numbers as well and takes some steps in pieces, where
this list has one line to be filled in for each number that a hand computes.
"""

from typing import NamedTuple

import sympy as sp

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import one_round
from backprop_lib.symbolic.chain_rule import Partial, equality, link, network_equations

LAYER_SIZES = (2, 2, 2)
PARTS = ("Forward pass", "Output layer", "Hidden layer", "Update")
E_TOTAL, ETA = sp.symbols("E_total eta")
NAMES = names_of(LAYER_SIZES)
EQUATIONS = network_equations(LAYER_SIZES)
HIDDEN, OUTPUTS = NAMES.neurons


class Step(NamedTuple):
    """One quantity: its name, the part it belongs to, the neuron whose it is ("" for E_total),
    and the SymPy formula that makes it from quantities before it."""

    name: str
    part: str
    neuron: str
    formula: sp.Expr

    @property
    def text(self):
        """The formula as one line of text, in the names that the library answers to."""
        line = equality(sp.Symbol(self.name), self.formula).text
        for partial in self.formula.atoms(Partial):
            line = line.replace(str(partial), name_of(partial))
        return line.replace(" * ", " · ").replace("**2", "²").replace("-", "−")


def hand_steps():
    """Every Step of one round of backpropagation, in the order in which hands do them.

    >>> for step in hand_steps()[:2]:
    ...     print(step.text)
    net_h1 = w1 · i1 + w2 · i2 + b1
    out_h1 = 1/(1 + exp(−net_h1))
    >>> print(hand_steps()[-1].text)
    w8_new = w8 − eta · dE_dw8
    """
    return (*_forward(), *_output_layer(), *_hidden_layer(), *_update())


def worked_by_hand(example):
    """The WeightUpdate of an example, if these steps are its steps.

    Raises TypeError for what is no Example, ValueError for a network of other sizes, or one whose
    neurons do not share the bias of their layer.
    """
    instance("example", example, Example, BUILD_ONE)
    if example.layer_sizes != LAYER_SIZES or not example.network.shares_biases:
        raise ValueError(
            f"example: expected layer sizes {LAYER_SIZES} and one bias per layer, got "
            f"{example!r}. The steps by hand are written out for such a network only."
        )
    return one_round(example)


def symbol_of(name):
    """What a name stands for in a formula: a Partial if it is a derivative, else a symbol.

    >>> symbol_of("dE_dw5"), symbol_of("net_h1")
    (dE_total/dw5, net_h1)
    """
    found = NAMES.find(name)
    if isinstance(found, Derivative):
        return Partial(*(sp.Symbol(NAMES.name(quantity)) for quantity in found))
    return sp.Symbol(name)


def name_of(partial):
    """The name of a Partial: dE_dw5 for the derivative of E_total by w5.

    >>> name_of(Partial(sp.Symbol("E_total"), sp.Symbol("w5")))
    'dE_dw5'
    """
    of, by = map(str, partial.args)
    return f"d{'E' if of == 'E_total' else of}_d{by}"


def _forward():
    part = PARTS[0]
    for neuron in (*HIDDEN, *OUTPUTS):
        net, out = sp.symbols((f"net_{neuron}", f"out_{neuron}"))
        yield Step(net.name, part, neuron, EQUATIONS[net])
        yield Step(out.name, part, neuron, EQUATIONS[out].rewrite(sp.exp))
    errors = {EQUATIONS[E]: E for E in (sp.Symbol(f"E_{output}") for output in OUTPUTS)}
    for formula, error in errors.items():
        yield Step(error.name, part, error.name.removeprefix("E_"), formula)
    yield Step("E_total", part, "", sp.Add(*errors.values(), evaluate=False))


def _output_layer():
    for neuron, weights in zip(OUTPUTS, NAMES.weights[1], strict=True):
        out = sp.Symbol(f"out_{neuron}")
        dE_dout = link(EQUATIONS, E_TOTAL, out).derivative
        yield Step(f"dE_dout_{neuron}", PARTS[1], neuron, dE_dout)
        yield from _from_out_to_weights(neuron, weights, PARTS[1])


def _hidden_layer():
    for neuron, weights in zip(HIDDEN, NAMES.weights[0], strict=True):
        out = sp.Symbol(f"out_{neuron}")
        paths = []
        for output in OUTPUTS:
            net, error = sp.symbols((f"net_{output}", f"E_{output}"))
            along = _product(Partial(E_TOTAL, net), link(EQUATIONS, net, out).derivative)
            paths.append(Partial(error, out))
            yield Step(name_of(paths[-1]), PARTS[2], neuron, along)
        yield Step(f"dE_dout_{neuron}", PARTS[2], neuron, sp.Add(*paths, evaluate=False))
        yield from _from_out_to_weights(neuron, weights, PARTS[2])


def _from_out_to_weights(neuron, weights, part):
    """What every neuron does with its dE_dout: the slope, the product, then each weight."""
    net, out = sp.symbols((f"net_{neuron}", f"out_{neuron}"))
    slope = Partial(out, net)
    yield Step(name_of(slope), part, neuron, link(EQUATIONS, out, net).derivative)
    dE_dnet = Partial(E_TOTAL, net)
    yield Step(name_of(dE_dnet), part, neuron, _product(Partial(E_TOTAL, out), slope))
    for weight in sp.symbols(weights):
        comes_in = link(EQUATIONS, net, weight).derivative
        yield Step(f"dE_d{weight}", part, neuron, _product(dE_dnet, comes_in))


def _update():
    for layer, neurons in zip(NAMES.weights, NAMES.neurons, strict=True):
        for weights, neuron in zip(layer, neurons, strict=True):
            for weight in sp.symbols(weights):
                step = _product(ETA, Partial(E_TOTAL, weight))
                formula = sp.Add(weight, -step, evaluate=False)
                yield Step(f"{weight}_new", PARTS[3], neuron, formula)


def _product(*factors):
    return sp.Mul(*factors, evaluate=False)
