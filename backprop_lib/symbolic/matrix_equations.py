"""The backward pass as equations between matrices, each of them provable entry by entry.

Of a network with i inputs, h hidden neurons and o outputs, with delta = dE/dnet:

    delta_o = (out_o - target) ⊙ out_o ⊙ (1 - out_o)        o x 1
    delta_h = (W2.T delta_o) ⊙ out_h ⊙ (1 - out_h)          h x 1
    dE_dW   = delta x.T, with x what comes into the layer   a row for each neuron
    dE_db   = delta                                         a row for each neuron

⊙ is the Hadamard product, entry times entry. Each equation is written once, with SymPy's
MatrixSymbol: with letters for its sizes it is what is shown, and SymPy finds the shapes; with
numbers for them it falls into entries, which are held against SymPy's own derivative of E_total.

Source: Nielsen, "Neural Networks and Deep Learning" (2015), chapter 2, equations BP1 to BP4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.printer import Printer
from sympy.printing.str import StrPrinter

from backprop_lib.core.names import names_of
from backprop_lib.symbolic.formula import Formula, aligned, equality
from backprop_lib.symbolic.network_equations import TUTORIAL, network_equations

LETTERS = sp.symbols("o h i")


def _by_letters(o, h, i):
    """The six equations: for each name its left and its right side, for these sizes."""
    W2, out_h, x = sp.MatrixSymbol("W2", o, h), _column("out_h", h), _column("x", i)
    out_o, target = _column("out_o", o), _column("target", o)
    delta_o, delta_h = _column("delta_o", o), _column("delta_h", h)
    return {
        "delta_o": (delta_o, sp.HadamardProduct(out_o - target, out_o, _rest(out_o))),
        "delta_h": (delta_h, sp.HadamardProduct(W2.T * delta_o, out_h, _rest(out_h))),
        "dE_dW2": (sp.MatrixSymbol("dE_dW2", o, h), delta_o * out_h.T),
        "dE_dW1": (sp.MatrixSymbol("dE_dW1", h, i), delta_h * x.T),
        "dE_db2": (_column("dE_db2", o), delta_o),
        "dE_db1": (_column("dE_db1", h), delta_h),
    }


def _column(name, size):
    return sp.MatrixSymbol(name, size, 1)


def _rest(out):
    """What is left up to 1, of every entry."""
    return sp.OneMatrix(*out.shape) - out


@dataclass(frozen=True)
class MatrixEquation:
    """One equation of the backward pass: shown in a box, with its shapes under its symbols.

    left, right: SymPy matrix expressions in letters, for a network of any sizes.
    entries: the same written out for a network: from each entry's name to what it is equal to.
    differences: for each entry SymPy's own derivative of E_total minus the entry; 0 is a proof.
    """

    left: sp.MatrixSymbol
    right: sp.MatrixExpr
    entries: Mapping[sp.Symbol, sp.Expr]
    differences: tuple[sp.Expr, ...]

    @property
    def written_out(self) -> Formula:
        """All entries, one to a line, to show."""
        lines = [equality(name, entry) for name, entry in self.entries.items()]
        latex = aligned(line.latex.replace(" = ", " &= ") for line in lines)
        return Formula("\n".join(line.text for line in lines), latex)

    @property
    def shapes(self) -> str:
        """The shape of each symbol, in letters: "delta_h h x 1, W2 o x h"."""
        symbols = (self.left, *_in_order(self.right))
        return ", ".join(f"{one} {one.shape[0]} x {one.shape[1]}" for one in symbols)

    def __repr__(self):
        return f"{_TEXT.doprint(self.left)} = {_TEXT.doprint(self.right)}\n  shapes: {self.shapes}"

    def _repr_latex_(self):
        sides = f"{_LATEX.doprint(self.left)} = {_LATEX.doprint(self.right)}"
        return rf"$\displaystyle \boxed{{\; {sides} \;}}$"


def backward_equations(
    layer_sizes: tuple[int, int, int] = TUTORIAL,
) -> dict[str, MatrixEquation]:
    """The MatrixEquations of the backward pass of logistic neurons and the half squared error.

    layer_sizes: inputs, hidden neurons, outputs: the network whose entries they are written out
    for. Returns them by the name of what each gives, delta_o first. Raises TypeError or ValueError
    for sizes that are not three whole numbers from 1.

    >>> equations = backward_equations()
    >>> equations["delta_h"]
    delta_h = (W2.T delta_o) ⊙ out_h ⊙ (1 - out_h)
      shapes: delta_h h x 1, W2 o x h, delta_o o x 1, out_h h x 1
    >>> equations["dE_dW2"].written_out
    dE_dw5 = delta_o1 * out_h1
    dE_dw6 = delta_o1 * out_h2
    dE_dw7 = delta_o2 * out_h1
    dE_dw8 = delta_o2 * out_h2
    >>> equations["dE_dW2"].differences
    (0, 0, 0, 0)
    """
    names_of(layer_sizes)
    if len(layer_sizes) != 3:
        raise ValueError(
            f"layer_sizes: expected three sizes, inputs, hidden neurons and outputs, got "
            f"{layer_sizes}. Give such as (2, 2, 2)."
        )
    return dict(_backward_equations(tuple(layer_sizes)))


@lru_cache(maxsize=8)
def _backward_equations(layer_sizes):
    inputs, hidden, outputs = layer_sizes
    named = _named(names_of(layer_sizes))
    in_numbers = _by_letters(outputs, hidden, inputs)
    entries = {name: _entries(name, right, named) for name, (_, right) in in_numbers.items()}
    found = {}
    for name, (left, right) in _by_letters(*LETTERS).items():
        differences = tuple(_differences(entries[name], entries, layer_sizes))
        found[name] = MatrixEquation(left, right, entries[name], differences)
    return found


def _named(names):
    """For every symbol of the equations its entries, as a matrix of the tutorial's names."""
    hidden, output = names.neurons
    columns = {
        "x": names.layer_inputs(0),
        "out_h": names.layer_inputs(1),
        "out_o": [f"out_{neuron}" for neuron in output],
        "target": [f"target_{neuron}" for neuron in output],
        "delta_h": [f"delta_{neuron}" for neuron in hidden],
        "delta_o": [f"delta_{neuron}" for neuron in output],
        "dE_db1": [f"dE_db_{neuron}" for neuron in hidden],
        "dE_db2": [f"dE_db_{neuron}" for neuron in output],
    }
    W1, W2 = names.weights
    grids = {name: [[one] for one in column] for name, column in columns.items()}
    grids |= {"W2": W2}
    grids |= {f"dE_dW{k}": [[f"dE_d{w}" for w in row] for row in W] for k, W in ((1, W1), (2, W2))}
    return {
        name: sp.ImmutableMatrix([[sp.Symbol(one) for one in row] for row in grid])
        for name, grid in grids.items()
    }


def _entries(name, right, named):
    """The right side written out: from each entry's name to the entry."""
    explicit = {symbol: named[symbol.name] for symbol in right.atoms(sp.MatrixSymbol)}
    return dict(zip(named[name], right.xreplace(explicit).as_explicit(), strict=True))


def _differences(entries, all_entries, layer_sizes) -> Iterator[sp.Expr]:
    """SymPy's derivative of E_total by what each entry is about, minus the entry."""
    equations = network_equations(layer_sizes, "one per neuron")
    deltas = all_entries["delta_h"] | all_entries["delta_o"]
    for name, entry in entries.items():
        by = name.name.removeprefix("dE_d").replace("delta_", "net_")
        # What is derived by a net must have the nets of that layer left in it.
        layer = by[: len("net_h")] if by.startswith("net_") else "none"
        down = {one: made_of for one, made_of in equations.items() if layer not in one.name}
        E_total = _down_to_what_is_given(sp.Symbol("E_total"), down)
        in_full = _down_to_what_is_given(entry, down | deltas)
        yield sp.expand(sp.diff(E_total, sp.Symbol(by)) - in_full)


def _down_to_what_is_given(expression, equations):
    """The expression with everything that an equation defines written out."""
    while defined := expression.free_symbols & equations.keys():
        expression = expression.xreplace({symbol: equations[symbol] for symbol in defined})
    return expression


def _in_order(expression):
    """Every MatrixSymbol once, in the order in which it is written."""
    walk = sp.preorder_traversal(expression)
    return dict.fromkeys(part for part in walk if isinstance(part, sp.MatrixSymbol))


class _OnPaper(Printer):
    """As it is written on paper: ⊙ between entries, nothing between matrices, 1 - out."""

    hadamard, beside, brackets = " ⊙ ", " ", "({})"

    def _print_HadamardProduct(self, product):
        parts = [self._print(part) for part in product.args]
        in_brackets = [self.brackets.format(part) for part in parts]
        pairs = zip(product.args, parts, in_brackets, strict=True)
        return self.hadamard.join(plain if one.is_symbol else put for one, plain, put in pairs)

    def _print_MatMul(self, product):
        return self.beside.join(map(self._print, product.args))

    def _print_MatAdd(self, total):
        """What is taken away stands last: 1 - out_o."""
        taken = [part for part in total.args if part.could_extract_minus_sign()]
        first = [self._print(part) for part in total.args if part not in taken]
        return " - ".join([" + ".join(first), *(self._print(-part) for part in taken)])

    def _print_OneMatrix(self, matrix):
        return "1"


class _MatrixText(_OnPaper, StrPrinter):
    """For a page without mathematics."""

    def _print_Transpose(self, matrix):
        return f"{self._print(matrix.arg)}.T"


class _MatrixLatex(_OnPaper, LatexPrinter):
    """The same as mathematics, with its shape under every symbol."""

    hadamard, beside, brackets = r" \odot ", r" \, ", r"\left({}\right)"

    def _print_MatrixSymbol(self, symbol):
        return _with_shape(_symbol(symbol.name), symbol.shape)

    def _print_Transpose(self, matrix):
        return _with_shape(rf"{_symbol(matrix.arg.name)}^{{\mathsf{{T}}}}", matrix.shape)


def _with_shape(latex, shape):
    return rf"\underset{{{shape[0]} \times {shape[1]}}}{{{latex}}}"


def _symbol(name):
    if name.startswith("dE_d"):
        return rf"\frac{{\partial E}}{{\partial {_symbol(name[4:])}}}"
    return sp.latex(sp.Symbol(name))


_TEXT, _LATEX = _MatrixText(), _MatrixLatex()
