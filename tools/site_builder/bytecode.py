"""Python files that are compiled before they are sent, so that no start has to compile them.

Bytecode belongs to one release of Python: the page's. It is marked "unchecked": Python takes it
without a look at the source.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

PYTHON = (3, 12)
PROBE = "import sys; print(*sys.version_info[:2])"
# Reads the paths of a folder from its standard input. What does not compile is left as it is: it
# is a template, or a test of a syntax error.
COMPILE = """
import sys, py_compile
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    source, target = line.split("\\t")
    try:
        py_compile.compile(
            source, cfile=target, dfile=source, doraise=True, invalidation_mode=unchecked, quiet=2
        )
    except (py_compile.PyCompileError, ValueError):
        pass
"""


def find_python(given: str | None = None) -> str | None:
    """A Python of the page's release: the given one, this one, or another of this machine.

    None if there is none.
    """
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    name = ".".join(map(str, PYTHON))
    found = [sys.executable, shutil.which(f"python{name}"), *kept.glob(f"{name}.*/bin/python3")]
    for python in [given] if given else found:
        if python and _release(str(python)) == PYTHON:
            return str(python)
    return None


def _release(python: str) -> tuple[int, ...] | None:
    try:
        answer = subprocess.run([python, "-c", PROBE], capture_output=True, text=True, timeout=60)
        return tuple(map(int, answer.stdout.split()))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def repacked(
    archive: Path,
    target: Path,
    python: str | None,
    with_sources: bool = False,
    left_out: Callable[[str], bool] = lambda name: False,
) -> None:
    """Write a zip or wheel again: compiled, packed tightly, and the same each time.

    python: what compiles; None leaves the sources to be compiled by the page. with_sources:
    whether they go along with their bytecode, so that a learner can read them. left_out: says of a
    file's name whether nobody needs it.
    """
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as old:
        names = [n for n in old.namelist() if not n.endswith("/") and not left_out(n)]
        for name in names:
            old.extract(name, folder)
        if python:
            names = _compiled(Path(folder), names, python, with_sources)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
            for name in sorted(names):
                entry = zipfile.ZipInfo(name)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                new.writestr(entry, (Path(folder) / name).read_bytes(), compresslevel=9)


def _compiled(folder: Path, names: list[str], python: str, with_sources: bool) -> list[str]:
    """Compile the modules among these files of a folder; the names of what is to be packed."""
    pairs = {
        name: bytecode_name(name, with_sources)
        for name in names
        if name.endswith(".py") and ".dist-info/" not in name and ".data/" not in name
    }
    lines = "\n".join("\t".join(pair) for pair in pairs.items())
    subprocess.run([python, "-I", "-c", COMPILE], cwd=folder, input=lines.encode(), check=True)
    made = {source: target for source, target in pairs.items() if (folder / target).exists()}
    kept = [name for name in names if with_sources or name not in made]
    return [*kept, *made.values()]


def bytecode_name(name: str, with_source: bool) -> str:
    """Where Python looks for the bytecode of a file: elsewhere if its source is there, too.

    >>> bytecode_name("a/b.py", True), bytecode_name("a/b.py", False)
    ('a/__pycache__/b.cpython-312.pyc', 'a/b.pyc')
    """
    if not with_source:
        return f"{name}c"
    folder, _, module = name.rpartition("/")
    tag = f"cpython-{PYTHON[0]}{PYTHON[1]}"
    return f"{folder}/__pycache__/{module[:-3]}.{tag}.pyc".removeprefix("/")
