"""The chain rule, derived by SymPy from the network's own equations.

Nothing here is a typed-in derivative. The network is written down as equations (net from outs,
out from net, error from outs); links are found by differentiating one equation; paths by
walking from the error back to a weight. A derivative is the sum over all paths of the product
of their links:

    dE_total/dw5 = dE_total/dout_o1 * dout_o1/dnet_o1 * dnet_o1/dw5

Source: the sum over paths is the chain rule of several variables; for graphs see Bauer,
"Computational graphs and rounding error", SIAM Journal on Numerical Analysis 11 (1974).
"""

from dataclasses import dataclass
from itertools import pairwise

import sympy as sp

from backprop_lib.core.example import Example, real_example
from backprop_lib.core.names import Derivative, names_of
from backprop_lib.core.network import Architecture, NetworkLike, architecture_of
from backprop_lib.core.validation import count
from backprop_lib.symbolic.formula import Formula, Partial, aligned, equality, sum_of
from backprop_lib.symbolic.network_equations import (
    TUTORIAL,
    link,
    network_equations,
    sources,
)

DIGITS = 40
MOST_PATHS = 1000


class Links(tuple):
    """Links, one to a line."""

    def __repr__(self):
        return self._shown().text

    def _repr_latex_(self):
        return self._shown()._repr_latex_()

    def _shown(self):
        equalities = [equality(link.partial, link.derivative) for link in self]
        text = "\n".join(each.text for each in equalities)
        return Formula(text, aligned(each.latex.replace(" = ", " &= ") for each in equalities))


@dataclass(frozen=True)
class Path:
    """One way from a quantity back to another, link by link."""

    links: Links

    @property
    def through(self) -> tuple[str, ...]:
        """The quantities on the way, from the error backwards."""
        return (*(str(link.of) for link in self.links), str(self.links[-1].by))

    @property
    def product(self) -> sp.Expr:
        """The chain, not worked out."""
        return sp.Mul(*(link.partial for link in self.links), evaluate=False)

    @property
    def formula(self) -> sp.Expr:
        """The chain with each link worked out."""
        return sp.Mul(*(link.derivative for link in self.links), evaluate=False)


@dataclass(frozen=True)
class ChainRule:
    """The derivative of ``of`` by ``by``, as a sum over paths of products of links.

    Displayed, it is the chain that has not been worked out. ``links`` works each link out,
    ``formula`` puts them together, ``with_numbers`` puts in the numbers, ``value`` is the end.
    """

    of: sp.Symbol
    by: sp.Symbol
    paths: tuple[Path, ...]
    architecture: Architecture

    @property
    def product(self) -> sp.Expr:
        """The sum over all paths of the chains, not worked out: a SymPy expression."""
        return sp.Add(*(path.product for path in self.paths), evaluate=False)

    @property
    def formula(self) -> Formula:
        """The sum over all paths with each link worked out, to show."""
        return sum_of(Partial(self.of, self.by), [path.formula for path in self.paths])

    @property
    def links(self) -> Links:
        """Every link that any path uses, once each, to show one to a line."""
        return Links(dict.fromkeys(link for path in self.paths for link in path.links))

    @property
    def lit(self) -> tuple[str, ...]:
        """Names of all quantities on the paths, for network_diagram(lit=...)."""
        return tuple(dict.fromkeys(name for path in self.paths for name in path.through))

    def contributions(self, example: Example) -> dict[tuple[str, ...], float]:
        """What each path adds: a dict from the path's quantities to a signed float."""
        values = _values(example, self.architecture)
        return {path.through: float(sp.prod(_numbers(path, values))) for path in self.paths}

    def value(self, example: Example) -> float:
        """The derivative as a float, worked out by SymPy with 40 digits on the way."""
        values = _values(example, self.architecture)
        return float(sum(sp.prod(_numbers(path, values)) for path in self.paths))

    def with_numbers(self, example: Example, digits: int = 9) -> Formula:
        """The same products with numbers put in, one path to a line, to show."""
        digits = count("digits", digits, least=1, most=DIGITS - 10)
        values = _values(example, self.architecture)
        totals, texts, latexes = [], [], []
        for path in self.paths:
            factors = _numbers(path, values)
            totals.append(sp.prod(factors))
            shown = [_in_brackets(f"{factor:.{digits}f}") for factor in factors]
            texts.append(f"{' * '.join(shown)} = {totals[-1]:+.{digits}f}")
            latexes.append(r" \cdot ".join(shown) + f" &= {totals[-1]:+.{digits}f}")
        if len(totals) > 1:
            texts.append(f"sum of the {len(totals)} paths = {sum(totals):+.{digits}f}")
            label = rf"\text{{sum of the {len(totals)} paths}}"
            latexes.append(f"{label} &= {sum(totals):+.{digits}f}")
        return Formula("\n".join(texts), aligned(latexes))

    def __repr__(self):
        return self._shown().text

    def _repr_latex_(self):
        return self._shown()._repr_latex_()

    def _shown(self):
        return sum_of(Partial(self.of, self.by), [path.product for path in self.paths])


def chain_rule(of: str, by: str, network: NetworkLike = TUTORIAL) -> ChainRule:
    """The chain rule for the derivative of one quantity by another.

    of: an error, net or out, such as "E_total". by: anything before it, such as "w5", "b1",
    "out_h1"; "b_h1" is the bias of one neuron. network: a small Network, or layer sizes for
    logistic neurons with half squared errors. Raises ValueError if a name is unknown, if no path
    leads from ``of`` back to ``by``, or if there are more than 1000 paths.

    >>> rule = chain_rule("E_total", "w5")
    >>> rule
    dE_total/dw5 = dE_total/dout_o1 * dout_o1/dnet_o1 * dnet_o1/dw5
    >>> rule.links
    dE_total/dout_o1 = out_o1 - target_o1
    dout_o1/dnet_o1 = out_o1 * (1 - out_o1)
    dnet_o1/dw5 = out_h1
    >>> from backprop_lib import example
    >>> rule.with_numbers(example)
    0.741365070 * 0.186815602 * 0.593269992 = +0.082167041
    """
    architecture = architecture_of(network)
    names = names_of(architecture.layer_sizes)
    for argument, name in (("of", of), ("by", by)):
        found = names.find(name)
        if isinstance(found, Derivative) or found.array.startswith("new_"):
            raise ValueError(
                f"{argument}: expected a quantity of the network, such as 'E_total' or 'w5', got "
                f"{name!r}. Derivatives and new values come out of chain rules, not into them."
            )
    biases = "one per neuron" if "b_" in by else "one per layer"
    equations = network_equations(architecture, biases)
    of, by = sp.Symbol(of), sp.Symbol(by)
    found = _paths(equations, of, by, {})
    if not found or of == by:
        raise ValueError(
            f"by: expected something that {of} is made of, but no path leads from {of} back to "
            f"{by}. Try chain_rule('E_total', 'w5')."
        )
    return ChainRule(of, by, tuple(_path(equations, steps) for steps in found), architecture)


def _paths(equations, of, by, known):
    """All ways from ``of`` back to ``by``, each a tuple of symbols."""
    if of == by:
        return ((by,),)
    if of not in known:
        known[of] = tuple(
            (of, *rest)
            for source in sources(equations, of)
            for rest in _paths(equations, source, by, known)
        )
        if len(known[of]) > MOST_PATHS:
            raise ValueError(
                f"network: expected at most {MOST_PATHS} paths from {of} back to {by}, "
                "got more. Use a smaller one, or backward_pass, which adds paths up as it goes."
            )
    return known[of]


def _path(equations, steps):
    return Path(Links(link(equations, of, by) for of, by in pairwise(steps)))


def _values(example, architecture):
    """The value of every symbol, with 40 digits, from the decimals of an example."""
    real_example(example)
    if example.architecture != architecture:
        raise ValueError(
            f"example: expected a network of layer sizes {architecture.layer_sizes}, "
            f"{', '.join(architecture.activations)}, {architecture.error} error, got "
            f"{example.network!r}. Derive the rule with network=example.network."
        )
    equations = network_equations(architecture, "one per neuron")
    values = {}
    for expression in equations.values():
        for symbol in expression.free_symbols - equations.keys() - values.keys():
            values[symbol] = sp.Rational(repr(float(example[str(symbol)])))
    for symbol, expression in equations.items():
        values[symbol] = expression.subs(values).evalf(DIGITS)
    return values


def _numbers(path, values):
    return [sp.sympify(link.derivative.subs(values)).evalf(DIGITS) for link in path.links]


def _in_brackets(number):
    return f"({number})" if number.startswith("-") else number
