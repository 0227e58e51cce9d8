"""Automatic differentiation: a number that remembers what it was made of.

Every operation has its rule for the way forward, and beside it the link to each thing that went in:

    a + b            links 1 and 1                    a sum hands on
    a * b            links b and a                    a product exchanges
    a.maximum(b)     links 1 and 0, or 0 and 1        a maximum chooses
    a.logistic()     link out * (1 - out)

``backward`` walks from the end to the beginning. Each Value hands its slope on to its parents,
times the link, and what arrives from several sides is added.

Source: Linnainmaa, "Taylor expansion of the accumulated rounding error", BIT 16 (1976). The form, a
small class with operators, is that of Karpathy's micrograd.

>>> a, b = Value(3.0), Value(-2.0)
>>> product = a * b
>>> product.backward()
>>> product.number, a.slope, b.slope
(-6.0, -2.0, 3.0)
"""

from collections.abc import Callable, Sequence

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.logistic import logistic
from backprop_lib.core.validation import instance


class Value:
    """A number, its parents, the link to each, and its slope.

    number: a float. parents: the Values that it was made of; none for a number that was given.
    links: for each parent, how much the number changes with it. slope: how much the end of the
    computation changes with the number; 0 until ``backward`` has run.
    """

    def __init__(
        self, number: float, parents: Sequence["Value"] = (), links: Sequence[float] = ()
    ) -> None:
        self.number, self.parents, self.links = number, tuple(parents), tuple(links)
        self.slope = 0.0

    def __add__(self, other: "Value") -> "Value":
        return Value(self.number + other.number, (self, other), (1.0, 1.0))

    def __mul__(self, other: "Value") -> "Value":
        return Value(self.number * other.number, (self, other), (other.number, self.number))

    def logistic(self) -> "Value":
        """1 / (1 + exp(-number)), with the link out * (1 - out)."""
        out = float(logistic(self.number))
        return Value(out, (self,), (out * (1 - out),))

    def maximum(self, other: "Value") -> "Value":
        """The larger of two, with the link 1 to that one; of equal ones, to the first."""
        first = float(self.number >= other.number)
        return Value(max(self.number, other.number), (self, other), (first, 1 - first))

    def backward(self) -> None:
        """Find how much this Value changes with everything that it was made of.

        Run it once: what is there already would be added to.
        """
        self.slope = 1.0
        for value in reversed(in_order(self)):
            for parent, link in zip(value.parents, value.links, strict=True):
                parent.slope += value.slope * link

    def __repr__(self):
        return f"Value({self.number!r})"


def in_order(end: Value) -> list[Value]:
    """The end and all that it was made of, every Value after its parents: a topological order.

    It goes down with a list of its own, so that no computation is too long for it.

    >>> a = Value(2.0)
    >>> [value.number for value in in_order(a * a + a)]
    [2.0, 4.0, 6.0]
    """
    done: dict[Value, None] = {}
    waiting = [(end, iter(end.parents))]
    while waiting:
        value, parents = waiting[-1]
        parent = next((one for one in parents if one not in done), None)
        if parent is None:
            done[value] = None
            waiting.pop()
        else:
            waiting.append((parent, iter(parent.parents)))
    return list(done)


def values_of(example: Example, make: Callable = Value) -> dict[str, Value]:
    """Every number of the forward pass of an Example as a Value, by name, up to "E_total".

    example: of two inputs, two hidden neurons and two outputs, logistic, with half the squared
    error and a bias for each layer. make: what makes a Value of a number.
    Raises TypeError or ValueError for another.

    >>> from backprop_lib import example
    >>> values = values_of(example)
    >>> values["E_total"].backward()
    >>> print(f"{len(values)} Values, dE_dw5 = {values['w5'].slope:.9f}")
    42 Values, dE_dw5 = 0.082167041
    """
    _tutorial_s("example", example)
    given = ("i1", "i2", *(f"w{k}" for k in range(1, 9)), "b1", "b2")
    values = {name: make(float(example[name])) for name in given}
    _layer(values, ("h1", "h2"), ("i1", "i2"), 1, "b1")
    _layer(values, ("o1", "o2"), ("out_h1", "out_h2"), 5, "b2")
    values["half"] = make(0.5)
    for output in ("o1", "o2"):
        values[f"-target_{output}"] = make(-float(example[f"target_{output}"]))
        miss = values[f"out_{output}"] + values[f"-target_{output}"]
        square = miss * miss
        values |= {f"miss_{output}": miss, f"square_{output}": square}
        values[f"E_{output}"] = values["half"] * square
    values["E_total"] = values["E_o1"] + values["E_o2"]
    return values


def _layer(values, neurons, inputs, first_weight, bias):
    """The products, sums, nets and outs of two neurons."""
    for k, neuron in enumerate(neurons):
        weights = [f"w{first_weight + 2 * k + n}" for n in range(2)]
        products = [f"{w}*{i}" for w, i in zip(weights, inputs, strict=True)]
        for product, w, i in zip(products, weights, inputs, strict=True):
            values[product] = values[w] * values[i]
        total = values[products[0]] + values[products[1]]
        net = total + values[bias]
        values |= {f"sum_{neuron}": total, f"net_{neuron}": net, f"out_{neuron}": net.logistic()}


def _tutorial_s(argument, example):
    instance(argument, example, Example, BUILD_ONE)
    network = example.network
    kinds = {*network.activations, network.error}
    if (
        example.layer_sizes != (2, 2, 2)
        or kinds != {"logistic", "half squared"}
        or not network.shares_biases
    ):
        raise ValueError(
            f"{argument}: expected a logistic network of 2-2-2 neurons with half the squared error "
            f"and one bias for each layer, as the tutorial's, got {network!r}. Change the numbers "
            "of example with example.replace(w5=0.3)."
        )
