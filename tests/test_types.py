"""Public functions say what they take and give, and a type checker finds no fault in it.

pyproject.toml says what pyrefly looks at. Where it cannot follow stands ``# pyrefly: ignore``.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "backprop_lib"
MODULES = {str(path.relative_to(LIBRARY)): path for path in sorted(LIBRARY.rglob("*.py"))}


def pyrefly(*arguments, folder=ROOT):
    command = [sys.executable, "-m", "pyrefly", "check", "--output-format=min-text", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def public_functions(source):
    """Name and syntax of every function and method that is neither nested nor underscored."""
    for node in ast.parse(source).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, ast.FunctionDef) and "_" not in (owner[:1], one.name[0]):
                yield f"{owner}{one.name}", one


def without_a_type(source):
    """What lacks an annotation: ``f(x)`` for a parameter, ``f ->`` for a result."""
    for name, function in public_functions(source):
        given = function.args
        every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
        if "." in name and every[0] and every[0].arg in ("self", "cls"):
            every = every[1:]
        yield from (f"{name}({one.arg})" for one in every if one and one.annotation is None)
        if function.returns is None:
            yield f"{name} ->"


def test_the_type_checker_finds_nothing():
    answer = pyrefly()
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_wrong_type_is_seen(tmp_path):
    """The test above can fail: the same rules see a wrong argument and a wrong result."""
    (tmp_path / "backprop_lib").mkdir()
    fault = tmp_path / "backprop_lib" / "fault.py"
    fault.write_text('def f(x: float) -> str:\n    return x\n\n\nf("1")\n')
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    answer = pyrefly(folder=tmp_path)
    assert answer.returncode == 1
    assert "[bad-return]" in answer.stdout and "[bad-argument-type]" in answer.stdout


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_says_what_it_takes_and_gives(module):
    assert list(without_a_type(MODULES[module].read_text("utf-8"))) == []


def test_a_missing_type_is_seen():
    source = (
        "class A:\n    def g(self, x, *rest: int, y=1, **more) -> None: ...\n"
        "    def _h(self): ...\n"
        "class _B:\n    def g(self): ...\n"
        "def f(self): ...\n"
        "def right(x: int) -> int:\n    def nested(y): ...\n"
    )
    assert list(without_a_type(source)) == ["A.g(x)", "A.g(y)", "A.g(more)", "f(self)", "f ->"]
