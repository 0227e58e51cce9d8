"""The chain rule, derived by SymPy from the network's own equations.

Nothing here is a typed-in derivative. The network is written down as equations (net from outs,
out from net, error from outs); links are found by differentiating one equation; paths by
walking from the error back to a weight. A derivative is the sum over all paths of the product
of their links:

    dE_total/dw5 = dE_total/dout_o1 * dout_o1/dnet_o1 * dnet_o1/dw5

Source: the sum over paths is the chain rule of several variables; for graphs see Bauer,
"Computational graphs and rounding error", SIAM Journal on Numerical Analysis 11 (1974).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from types import MappingProxyType

import sympy as sp

from backprop_lib.core.example import real_example
from backprop_lib.core.names import Derivative, Names
from backprop_lib.core.validation import choice, count, sizes_of_layers

DIGITS = 40
MOST_PATHS = 1000


class logistic(sp.Function):  # noqa: N801 - named like the function it is
    """1 / (1 + exp(-net)) as a function of its own, so that formulas stay short."""

    nargs = 1

    def fdiff(self, argindex=1):
        """out * (1 - out), as SymPy finds it."""
        return _slope().subs(_OUT, self)

    def _eval_rewrite_as_exp(self, net, **hints):
        return _written_out(net)

    def _eval_evalf(self, prec):
        return self.rewrite(sp.exp)._eval_evalf(prec)


_NET, _OUT = sp.symbols("net out")


def _written_out(net):
    """The definition of the logistic function, typed here and nowhere else in SymPy."""
    return 1 / (1 + sp.exp(-net))


@lru_cache(maxsize=1)
def _slope():
    """Derivative of the logistic function, written in terms of its output."""
    written_out = _written_out(_NET)
    net_from_out = sp.solve(sp.Eq(written_out, _OUT), _NET)[0]
    return sp.simplify(sp.diff(written_out, _NET).subs(_NET, net_from_out))


class Partial(sp.Expr):
    """The derivative of one quantity by another, as a symbol that is not worked out."""

    is_commutative = True

    def __new__(cls, of, by):
        return sp.Expr.__new__(cls, of, by)

    def _latex(self, printer):
        of, by = map(printer.doprint, self.args)
        return rf"\frac{{\partial {of}}}{{\partial {by}}}"

    def _sympystr(self, printer):
        return f"d{self.args[0]}/d{self.args[1]}"


class Formula:
    """Something to read: shown as mathematics in a notebook, as plain text elsewhere."""

    def __init__(self, text, latex):
        self.text = text
        self.latex = latex

    def __str__(self):
        return self.text

    __repr__ = __str__

    def _repr_latex_(self):
        return rf"$\displaystyle {self.latex}$"


def network_equations(layer_sizes=(2, 2, 2), biases="one per layer"):
    """The network as SymPy equations: a mapping from each quantity to what it is made of.

    biases: "one per layer" (b1, b2, as in the tutorial) or "one per neuron" (b_h1, b_o1, ...).

    >>> network_equations()[sp.Symbol("out_h1")]
    logistic(net_h1)
    """
    choice("biases", biases, ("one per layer", "one per neuron"))
    return _network_equations(sizes_of_layers("layer_sizes", layer_sizes), biases)


@lru_cache(maxsize=64)
def _network_equations(layer_sizes, biases):
    names = Names(layer_sizes)
    equations = {}
    for k, neurons in enumerate(names.neurons):
        for neuron, weights in zip(neurons, names.weights[k], strict=True):
            products = [
                sp.Mul(*sp.symbols((weight, source)), evaluate=False)
                for weight, source in zip(weights, names.layer_inputs(k), strict=True)
            ]
            bias = names.biases[k] if biases == "one per layer" else f"b_{neuron}"
            net, out = sp.symbols((f"net_{neuron}", f"out_{neuron}"))
            equations[net] = sp.Add(*products, sp.Symbol(bias), evaluate=False)
            equations[out] = logistic(net)
    errors = []
    for output in names.outputs:
        target, out = sp.symbols((f"target_{output}", f"out_{output}"))
        errors.append((target - out) ** 2 / 2)
        equations[sp.Symbol(f"E_{output}")] = errors[-1]
    equations[sp.Symbol("E_total")] = sp.Add(*errors, evaluate=False)
    return MappingProxyType(equations)  # read-only, as the cache hands it out again and again


def equation(name, layer_sizes=(2, 2, 2)):
    """The equation that defines a quantity, to show.

    >>> equation("net_h1")
    net_h1 = w1 * i1 + w2 * i2 + b1
    """
    Names(layer_sizes).find(name)
    symbol = sp.Symbol(name)
    equations = network_equations(layer_sizes)
    if symbol not in equations:
        defined = ", ".join(map(str, equations))
        raise ValueError(
            f"name: expected a quantity that an equation defines, got {name!r}, which is given or "
            f"comes later. Equations define {defined}."
        )
    return equality(symbol, equations[symbol])


@dataclass(frozen=True)
class Link:
    """One link of a chain: how ``of`` depends on ``by``, one equation apart."""

    of: sp.Symbol
    by: sp.Symbol
    derivative: sp.Expr

    @property
    def partial(self):
        """The link as a symbol: dout_o1/dnet_o1."""
        return Partial(self.of, self.by)

    def __repr__(self):
        return equality(self.partial, self.derivative).text

    def _repr_latex_(self):
        return equality(self.partial, self.derivative)._repr_latex_()


class Links(tuple):
    """Links, one to a line."""

    def __repr__(self):
        return "\n".join(map(repr, self))

    def _repr_latex_(self):
        equalities = (equality(link.partial, link.derivative).latex for link in self)
        lines = aligned(latex.replace(" = ", " &= ", 1) for latex in equalities)
        return Formula(repr(self), lines)._repr_latex_()


@dataclass(frozen=True)
class Path:
    """One way from a quantity back to another, link by link."""

    links: Links

    @property
    def through(self):
        """The quantities on the way, from the error backwards."""
        return (*(str(link.of) for link in self.links), str(self.links[-1].by))

    @property
    def product(self):
        """The chain, not worked out."""
        return sp.Mul(*(link.partial for link in self.links), evaluate=False)

    @property
    def formula(self):
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
    layer_sizes: tuple[int, ...]

    @property
    def product(self):
        """The sum over all paths of the chains, not worked out: a SymPy expression."""
        return sp.Add(*(path.product for path in self.paths), evaluate=False)

    @property
    def formula(self):
        """The sum over all paths with each link worked out, to show."""
        return _sum_of(Partial(self.of, self.by), [path.formula for path in self.paths])

    @property
    def links(self):
        """Every link that any path uses, once each, to show one to a line."""
        return Links(dict.fromkeys(link for path in self.paths for link in path.links))

    @property
    def lit(self):
        """Names of all quantities on the paths, for network_diagram(lit=...)."""
        return tuple(dict.fromkeys(name for path in self.paths for name in path.through))

    def contributions(self, example):
        """What each path adds: a dict from the path's quantities to a signed float."""
        values = _values(example, self.layer_sizes)
        return {path.through: float(sp.prod(_numbers(path, values))) for path in self.paths}

    def value(self, example):
        """The derivative as a float, worked out by SymPy with 40 digits on the way."""
        values = _values(example, self.layer_sizes)
        return float(sum(sp.prod(_numbers(path, values)) for path in self.paths))

    def with_numbers(self, example, digits=9):
        """The same products with numbers put in, one path to a line, to show."""
        digits = count("digits", digits, least=1, most=DIGITS - 10)
        values = _values(example, self.layer_sizes)
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
        return _sum_of(Partial(self.of, self.by), [path.product for path in self.paths])


def chain_rule(of, by, layer_sizes=(2, 2, 2)):
    """The chain rule for the derivative of one quantity by another.

    of: an error, net or out, such as "E_total". by: anything before it, such as "w5", "b1",
    "out_h1"; "b_h1" is the bias of one neuron. layer_sizes: any small network.
    Raises ValueError if a name is unknown, if no path leads from ``of`` back to ``by``, or if there
    are more than 1000 paths.

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
    layer_sizes = sizes_of_layers("layer_sizes", layer_sizes)
    names = Names(layer_sizes)
    for argument, name in (("of", of), ("by", by)):
        found = names.find(name)
        if isinstance(found, Derivative) or found.array.startswith("new_"):
            raise ValueError(
                f"{argument}: expected a quantity of the network, such as 'E_total' or 'w5', got "
                f"{name!r}. Derivatives and new values come out of chain rules, not into them."
            )
    equations = network_equations(layer_sizes, "one per neuron" if "b_" in by else "one per layer")
    of, by = sp.Symbol(of), sp.Symbol(by)
    found = _paths(equations, of, by, {})
    if not found or of == by:
        raise ValueError(
            f"by: expected something that {of} is made of, but no path leads from {of} back to "
            f"{by}. Try chain_rule('E_total', 'w5')."
        )
    return ChainRule(of, by, tuple(_path(equations, steps) for steps in found), layer_sizes)


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
                f"layer_sizes: expected at most {MOST_PATHS} paths from {of} back to {by}, "
                "got more. Use a smaller network, or backward_pass, which adds paths up as it goes."
            )
    return known[of]


def sources(equations, symbol):
    """What a quantity is directly made of, in the order of the network."""
    order = {s: k for k, s in enumerate(equations)}
    free = equations[symbol].free_symbols if symbol in equations else ()
    return sorted(free, key=lambda s: (order.get(s, -1), str(s)))


def _path(equations, steps):
    return Path(Links(link(equations, of, by) for of, by in pairwise(steps)))


@cache
def _derivative(expression, by, out):
    derivative = sp.diff(expression, by)
    # logistic(net_o1) is out_o1, and the reader knows it by that name.
    return derivative.subs(expression, out) if isinstance(expression, logistic) else derivative


def link(equations, of, by):
    """The Link between two quantities that are one equation apart."""
    return Link(of, by, _derivative(equations[of], by, of))


def _values(example, layer_sizes):
    """The value of every symbol, with 40 digits, from the decimals of an example."""
    real_example(example)
    if example.layer_sizes != layer_sizes:
        raise ValueError(
            f"example: expected a network of layer sizes {layer_sizes}, got "
            f"{example.layer_sizes}. Derive the rule with layer_sizes={example.layer_sizes}."
        )
    equations = network_equations(layer_sizes, "one per neuron")
    values = {}
    for expression in equations.values():
        for symbol in expression.free_symbols - equations.keys() - values.keys():
            values[symbol] = sp.Rational(repr(float(example[str(symbol)])))
    for symbol, expression in equations.items():
        values[symbol] = expression.subs(values).evalf(DIGITS)
    return values


def _numbers(path, values):
    return [sp.sympify(link.derivative.subs(values)).evalf(DIGITS) for link in path.links]


def equality(*sides):
    """The Formula ``left = right``, with its terms in the order in which they were written."""
    return Formula(" = ".join(map(_text, sides)), " = ".join(map(_latex, sides)))


def _sum_of(left, terms):
    """An equality whose right side is a sum, one term to a line."""
    text = f"{left} = " + "\n    + ".join(map(_text, terms))
    lines = f"{sp.latex(left)} &= " + r" \\ &\quad + ".join(map(_latex, terms))
    return Formula(text, aligned([lines]) if len(terms) > 1 else lines.replace("&", ""))


def _text(expression):
    times = r"(?<!\*)\*(?!\*)"
    return re.sub(times, " * ", sp.sstr(expression, order="none"))


def _latex(expression):
    symbols = expression.free_symbols
    new = {
        s: f"{sp.latex(sp.Symbol(s.name[:-4]))}^{{new}}" for s in symbols if s.name.endswith("_new")
    }
    return sp.latex(expression, order="none", mul_symbol="dot", symbol_names=new)


def aligned(lines):
    """LaTeX of several lines, aligned where each has its ``&``."""
    return r"\begin{aligned} " + r" \\[4pt] ".join(lines) + r" \end{aligned}"


def _in_brackets(number):
    return f"({number})" if number.startswith("-") else number
