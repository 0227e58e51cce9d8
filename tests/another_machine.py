"""The library once more, with its sums in another order and the last bits of exp and log changed.

That is how one machine differs from the next: since Python 3.12 sum() makes up for rounding, NumPy
adds up in the order that suits the processor, and each C library has its own last bit of exp. What
is the same in spite of it is the same everywhere.
"""

import ast
import sys
from functools import reduce
from importlib.machinery import PathFinder, SourceFileLoader
from operator import add
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
LAST_BITS = {
    "math": {"dist", "exp", "log10"},
    "np": {"exp", "geomspace", "log", "log10", "log1p", "tanh"},
}


class AnotherMachine:
    """Inside ``with``, whatever is imported of the library is its copy in another order."""

    def __init__(self):
        self.modules, self.finder = {}, _Finder()

    def __enter__(self):
        self.modules_here = _taken_out()
        sys.modules.update(self.modules)
        sys.meta_path.insert(0, self.finder)

    def __exit__(self, *problem):
        sys.meta_path.remove(self.finder)
        self.modules = _taken_out()
        sys.modules.update(self.modules_here)


def _taken_out():
    """The modules of the library, which are then no longer known as imported."""
    names = [name for name in sys.modules if name.split(".")[0] == "backprop_lib"]
    return {name: sys.modules.pop(name) for name in names}


class _Finder:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] != "backprop_lib":
            return None
        spec = PathFinder.find_spec(name, path or [str(ROOT)])
        spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname):
        return in_another_order(ast.parse(self.get_data(self.path)), self.path)


def in_another_order(tree, name="<in another order>"):
    """The code of a syntax tree, with its sums in another order."""
    return compile(ast.fix_missing_locations(_OtherOrder().visit(tree)), name, "exec")


class _OtherOrder(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        match node:
            case ast.BinOp(left, ast.MatMult(), right):
                return _call("product", left, right)
            case ast.BinOp(ast.BinOp(a, ast.Add(), b), ast.Add() | ast.Sub() as sign, c):
                return ast.BinOp(a, ast.Add(), ast.BinOp(b, sign, c))
            case ast.BinOp(ast.BinOp(a, ast.Sub(), b), ast.Add() | ast.Sub() as sign, c):
                return ast.BinOp(ast.BinOp(a, sign, c), ast.Sub(), b)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        match node.func:
            case ast.Name("sum"):
                return _call("total", *node.args)
            case ast.Attribute(array, "sum" | "mean" as method):
                return _call("over", array, ast.Constant(method), *node.args, more=node.keywords)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        match node:
            case ast.Attribute(ast.Name("math" | "np" as package), name):
                if name in LAST_BITS[package]:
                    return _call("last_bit_changed", node)
        return node


def _call(name, *arguments, more=()):
    """A call of one of the functions below, from whichever module."""
    function = ast.parse(f"__import__({__name__!r}).{name}", mode="eval").body
    return ast.Call(function, list(arguments), list(more))


def total(values, start=0):
    """What sum() gives, from the last value to the first."""
    return reduce(add, reversed(list(values)), start)


def over(array, method, *axis, **more):
    """array.sum() or array.mean(), from the last value to the first."""
    return np.flip(getattr(np.flip(array), method)(*axis, **more))


def product(left, right):
    """left @ right, each of its sums from the last term to the first."""
    return left[..., ::-1] @ (right[::-1] if right.ndim == 1 else right[..., ::-1, :])


def last_bit_changed(function):
    """The function of another C library: what it gives is the next number up."""

    def elsewhere(*arguments):
        result = function(*arguments)
        # Of complex numbers, which check gradients and draw nothing, the last bits stay.
        return result if np.iscomplexobj(result) else np.nextafter(result, np.inf)

    return elsewhere
