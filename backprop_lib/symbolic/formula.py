"""Formulas to show: as mathematics in a notebook, as plain text elsewhere.

A derivative that is not worked out is a Partial: dE_total/dw5. Terms stay in the order in which
they were written.

>>> equality(Partial(*sp.symbols("E w")), sp.Symbol("out"))
dE/dw = out
"""

import re
from collections.abc import Iterable, Sequence

import sympy as sp
from sympy.printing.str import StrPrinter


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


def equality(*sides: sp.Expr) -> Formula:
    """The Formula ``left = right``, with its terms in the order in which they were written."""
    return Formula(" = ".join(map(_text, sides)), " = ".join(map(_latex, sides)))


def sum_of(left: sp.Expr, terms: Sequence[sp.Expr]) -> Formula:
    """An equality whose right side is a sum, one term to a line."""
    text = f"{left} = " + "\n    + ".join(map(_text, terms))
    lines = f"{sp.latex(left)} &= " + r" \\ &\quad + ".join(map(_latex, terms))
    return Formula(text, aligned([lines]) if len(terms) > 1 else lines.replace("&", ""))


class _TextPrinter(StrPrinter):
    """SymPy's own text, with two cases written as Python writes them."""

    def _print_Piecewise(self, expression):
        (value, condition), (other, _) = expression.args
        return f"({self._print(value)} if {self._print(condition)} else {self._print(other)})"


def _text(expression):
    times = r"(?<!\*)\*(?!\*)"
    return re.sub(times, " * ", _TextPrinter({"order": "none"}).doprint(expression))


def _latex(expression):
    symbols = expression.free_symbols
    new = {
        s: f"{sp.latex(sp.Symbol(s.name[:-4]))}^{{new}}" for s in symbols if s.name.endswith("_new")
    }
    return sp.latex(expression, order="none", mul_symbol="dot", symbol_names=new)


def aligned(lines: Iterable[str]) -> str:
    """LaTeX of several lines, aligned where each has its ``&``."""
    return r"\begin{aligned} " + r" \\[4pt] ".join(lines) + r" \end{aligned}"
