"""Arithmetic that a hand types into a field, worked out without running anything.

Only numbers, + - * / and brackets are read, ** as far as a square; everything else is left alone.

>>> worked_out("0.15*0.05 + 0.2*0.1 + 0.35")
0.3775
>>> worked_out("0.3775"), worked_out("__import__('os')"), worked_out("1/0")
(None, None, None)
"""

import ast
import math
import operator
from collections.abc import Callable

LONGEST = 200  # characters: the longest sum of a round has a few dozen
_SIGNS: dict[type, Callable[[float], float]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_BETWEEN: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worked_out(text: str) -> float | None:
    """What a sum or a product of numbers comes to; None for a plain number and for anything else.

    A long minus, a cross or a dot for times and a colon for division are understood.
    """
    for typed, meant in {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", ":": "/"}.items():
        text = text.replace(typed, meant)
    if len(text) > LONGEST:
        return None
    try:
        tree = ast.parse(text.strip().removeprefix("=").strip(), mode="eval").body
        # A number with its sign has digits to be judged by, and is left as it was typed.
        if isinstance(tree, ast.Constant | ast.UnaryOp):
            return None
        value = float(_value(tree))
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return value if math.isfinite(value) else None


def _value(node):
    number = getattr(node, "value", None)
    if isinstance(number, int | float) and not isinstance(number, bool):
        return float(number)
    if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        return _SIGNS[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _BETWEEN:
        return _BETWEEN[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        base, power = _value(node.left), _value(node.right)
        if power in (-1, 0, 1, 2):
            return base**power
    raise ValueError(f"{ast.dump(node)} is no arithmetic of numbers")
