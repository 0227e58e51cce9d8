"""Formulas as MathML, which every browser draws by itself, without a network and without MathJax.

SymPy's own printer does the work, on the same expressions that the notebooks' LaTeX comes from.
Two habits of it are changed here: factors stay in the order in which they were written, and
brackets are plain characters, because Chromium does not know <mfenced>, which older versions of
SymPy print.

>>> from backprop_lib.symbolic.chain_rule import Partial
>>> print(mathml(Partial(*sp.symbols("E w"))))
<math displaystyle="true"><mfrac><mrow><mo>∂</mo><mi>E</mi></mrow>\
<mrow><mo>∂</mo><mi>w</mi></mrow></mfrac></math>

Source: MathML Core, W3C, https://www.w3.org/TR/mathml-core/.
"""

from itertools import chain

import sympy as sp
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.precedence import PRECEDENCE, precedence_traditional


def mathml(*sides: sp.Expr) -> str:
    """The MathML of an equality of these sides, or of a single expression.

    sides: SymPy expressions, in which Partial is a fraction with ∂ and ``w5_new`` a w5 with "new"
    above it. Every side after the second, and every term of a sum without minus signs, is a <math>
    of its own, so that a long formula can go on in a new line.

    >>> print(mathml(*sp.symbols("E_o1 E")))
    <math displaystyle="true"><mrow><msub><mi>E</mi><mi>o1</mi></msub>\
<mrow><mo form="infix">=</mo><mi>E</mi></mrow></mrow></math>
    """
    printer = _Printer()
    left, *right = sides
    drawn = [
        printer.with_sign("+" if k else "=", term) for side in right for k, term in _terms(side)
    ]
    pieces = printer.row(printer._print(left), *drawn[:1]), *drawn[1:]
    return " ".join(f'<math displaystyle="true">{piece.toxml()}</math>' for piece in pieces)


def _terms(side):
    """A sum without minus signs term by term, each with its number; anything else whole."""
    splits = isinstance(side, sp.Add) and not any(map(_is_negative, side.args))
    return enumerate(side.args if splits else (side,))


class _Printer(MathMLPresentationPrinter):
    def row(self, *parts):
        """Parts side by side; a single one stays as it is."""
        if len(parts) == 1:
            return parts[0]
        return self._around("mrow", *parts)

    def with_sign(self, sign, expression):
        """A sign that stands between what is before it and an expression."""
        between = self._leaf("mo", sign)
        # At the beginning of a row it would be taken for a prefix, and lose its room.
        between.setAttribute("form", "infix")
        return self.row(between, self._print(expression))

    def parenthesize(self, item, level, strict=False):
        precedence = precedence_traditional(item)
        if precedence < level or (not strict and precedence <= level):
            return self._in_brackets(self._print(item))
        return self._print(item)

    def _print_Symbol(self, symbol):
        if not symbol.name.endswith("_new"):
            return super()._print_Symbol(symbol)
        old = self._print(sp.Symbol(symbol.name.removesuffix("_new")))
        return self._around("msup", old, self._leaf("mi", "new"))

    def _print_Partial(self, partial):
        changes = (self.row(self._leaf("mo", "∂"), self._print(q)) for q in partial.args)
        return self._around("mfrac", *changes)

    def _print_Function(self, function):
        name = self._leaf("mi", type(function).__name__)
        return self.row(name, self._in_brackets(*map(self._print, function.args)))

    def _print_Mul(self, product):
        numerator, denominator = product.as_numer_denom()
        if denominator != 1:
            return self._around("mfrac", self._print(numerator), self._print(denominator))
        if _is_negative(product):
            return self.row(self._leaf("mo", "−"), self._print(_without_sign(product)))
        first, *others = (
            self.parenthesize(factor, PRECEDENCE["Mul"], strict=True) for factor in product.args
        )
        signed = ((self._leaf("mo", "·"), factor) for factor in others)
        return self.row(first, *chain.from_iterable(signed))

    def _print_Add(self, total, order=None):
        first, *others = total.args
        signed = [("−", _without_sign(t)) if _is_negative(t) else ("+", t) for t in others]
        return self.row(self._print(first), *(self.with_sign(*term) for term in signed))

    def _in_brackets(self, *parts):
        return self._around("mrow", self._leaf("mo", "("), *parts, self._leaf("mo", ")"))

    def _around(self, kind, *parts):
        node = self.dom.createElement(kind)
        for part in parts:
            node.appendChild(part)
        return node

    def _leaf(self, kind, text):
        return self._around(kind, self.dom.createTextNode(text))


def _is_negative(term):
    return isinstance(term, sp.Mul) and term.args[0] == -1


def _without_sign(term):
    return sp.Mul(*term.args[1:], evaluate=False)
