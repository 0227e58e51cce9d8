"""Say what is right here, what is wrong, and how to mend it: ``python -m backprop_lib check``.

This module imports the standard library only, and reads on Pythons older than the suite needs:
it must be able to speak where nothing else runs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata, util
from pathlib import Path
from typing import NamedTuple

OLDEST_PYTHON = (3, 11)
KERNEL_NAME = "python3"  # the kernel that every notebook of the suite names
KERNEL_IMPORTS = ("ipykernel", "backprop_lib", "numpy", "sympy", "matplotlib", "ipywidgets")
KERNEL_PROBE = f"import sys; print(sys.prefix, flush=True); import {', '.join(KERNEL_IMPORTS)}"
WIDGET_PART = Path("@jupyter-widgets", "jupyterlab-manager")
IN_A_WEB_PAGE = sys.platform == "emscripten"
LABS_PART = Path("anywidget")  # every lab of the suite is an anywidget
OLDEST_WIDGET_PART = 5  # the JupyterLab part that ipywidgets 8 talks to


class Line(NamedTuple):
    """What one check found."""

    ok: bool
    text: str


def fine(what: str) -> Line:
    return Line(True, what)


def wrong(what: str, mend: str) -> Line:
    return Line(False, f"{what}. Mend: {mend}")


def check_python() -> Iterator[Line]:
    """Is this Python new enough?"""
    where = "in this web page" if IN_A_WEB_PAGE else sys.executable
    found = f"Python {'.'.join(map(str, sys.version_info[:3]))} ({where})"
    if python_is_new_enough():
        yield fine(found)
    else:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        yield wrong(f"{found} is too old; {wanted} or newer is needed", install_suite())


def check_packages() -> Iterator[Line]:
    """Is each package here, in a version that the suite can use?"""
    try:
        requirements = metadata.requires("backprop-lib") or []
    except metadata.PackageNotFoundError:
        yield wrong(f"backprop_lib is not installed in {sys.prefix}", install_suite())
        return
    for requirement in requirements:
        package, _, marker = requirement.partition(";")
        if "extra ==" not in marker and is_for(marker, sys.platform):
            yield check_package(package.strip())


def is_for(marker: str, system: str) -> bool:
    """Whether a requirement with this marker holds on a system.

    >>> is_for("sys_platform != 'emscripten'", "emscripten"), is_for("", "linux")
    (False, True)
    """
    named = re.findall(r"""sys_platform ([!=]=) ['"](\w+)['"]""", marker)
    return all((system == name) == (sign == "==") for sign, name in named)


def check_package(requirement: str) -> Line:
    """Compare one installed package with a requirement such as ``numpy<3,>=1.26``."""
    # pyrefly: ignore[missing-attribute]
    name, bounds = re.fullmatch(r"([\w.-]+)\s*(.*)", requirement).groups()
    wanted = ",".join(sorted(bounds.split(","), reverse=True))  # the lower bound first
    version = installed_version(name)
    if version is None:
        return wrong(f"{name} is missing; {wanted} is needed", install_suite())
    try:
        from packaging.specifiers import SpecifierSet
    except ImportError:
        return wrong(
            f"{name} {version} cannot be compared with {wanted}: the package packaging is missing",
            pip_install("packaging"),
        )
    if SpecifierSet(wanted).contains(version, prereleases=True):
        return fine(f"{name} {version} ({wanted} is needed)")
    return wrong(f"{name} {version} is here; {wanted} is needed", install_suite())


def installed_version(name: str) -> str | None:
    """The version of an installed package; None where it, or its record, is missing."""
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, KeyError):
        return None


def check_web_page() -> Iterator[Line]:
    """What a web page is by itself: kernel and widgets belong to it, and no program starts."""
    yield fine("kernel and widgets: those of this web page; numba and PyTorch do not run in it")


def check_kernel() -> Iterator[Line]:
    """Would Jupyter start this Python for a notebook, and can that Python import the suite?"""
    try:
        from jupyter_client.kernelspec import NoSuchKernel
        from jupyter_client.manager import KernelManager
    except ImportError:
        yield wrong("kernel: the package jupyter_client is missing", install_suite())
        return
    manager = KernelManager(kernel_name=KERNEL_NAME)
    try:
        spec = manager.kernel_spec
        command = manager.format_kernel_cmd()
    except NoSuchKernel:
        yield wrong(f"kernel: Jupyter finds no kernel named {KERNEL_NAME}", install_suite())
    except (OSError, ValueError, TypeError) as error:
        yield wrong(f"kernel: {KERNEL_NAME} cannot be read ({error})", install_kernel())
    else:
        yield check_kernel_command(command, spec.env, Path(spec.resource_dir))


def check_kernel_command(command: list[str], variables: dict, folder: Path) -> Line:
    """Start the kernel's Python once, with the imports that the notebooks make."""
    # What stands before "-m ipykernel_launcher" is the interpreter with its options.
    interpreter = command[: command.index("-m")] if "-m" in command else command[:1]
    name = f"kernel: {KERNEL_NAME} of {folder} starts {' '.join(interpreter)}"
    try:
        prefix, fault = ask_python(interpreter, variables)
    except (OSError, subprocess.SubprocessError) as error:
        return wrong(f"{name}, which does not run ({error})", replace_kernel(folder))
    if os.path.realpath(prefix) != os.path.realpath(sys.prefix):
        return wrong(f"{name}, of {prefix or '?'}, not {sys.prefix}", replace_kernel(folder))
    if fault:
        return wrong(f"{name}, which cannot import what it needs ({fault})", install_suite())
    return fine(f"{name}, which imports {', '.join(KERNEL_IMPORTS)}")


def ask_python(interpreter: list[str], variables: dict) -> tuple[str, str]:
    """The environment that a Python belongs to, and what its imports failed with ('' if they
    worked)."""
    # In an empty folder: in the checkout, backprop_lib is found even where it is not installed.
    with tempfile.TemporaryDirectory() as empty:
        answer = subprocess.run(
            [*interpreter, "-c", KERNEL_PROBE],
            cwd=empty,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
    fault = (answer.stderr.splitlines() or ["no message"])[-1] if answer.returncode else ""
    return answer.stdout.strip(), fault


def replace_kernel(folder: Path) -> str:
    """Say how to get the right kernel, given the folder that the wrong one came from."""
    from jupyter_client.kernelspec import KernelSpecManager

    searched = [Path(found) for found in KernelSpecManager().kernel_dirs]
    ours = Path(sys.prefix, "share", "jupyter", "kernels")
    if ours in searched and folder.parent in searched[: searched.index(ours)]:
        return f"remove the folder {folder}, which Jupyter reads before its own"
    return install_kernel()


def check_widgets() -> Iterator[Line]:
    """Is the widgets' JupyterLab part where Lab is served from?"""
    lab = find_lab()
    if lab is None:
        yield wrong("widgets: the program jupyter-lab is not found", install_suite())
        return
    prefix = lab.parent.parent
    where = f"in {prefix}, which serves Lab ({lab})"
    version = part_version(WIDGET_PART, prefix)
    mend = pip_install("--force-reinstall", "--no-deps", "jupyterlab_widgets", python=beside(lab))
    if version is None:
        yield wrong(f"widgets: their JupyterLab part is missing {where}", mend)
    elif int(version.split(".")[0]) < OLDEST_WIDGET_PART:
        needed = f"{OLDEST_WIDGET_PART} or newer is needed"
        yield wrong(f"widgets: their JupyterLab part {version} is {where}; {needed}", mend)
    else:
        yield fine(f"widgets: their JupyterLab part {version} is present {where}")
    yield check_labs_part(part_version(LABS_PART, prefix), where, beside(lab))


def check_labs_part(version: str | None, where: str, python: str) -> Line:
    """Does the JupyterLab part of anywidget, of this version, fit the anywidget of the kernel?"""
    ours = installed_version("anywidget")
    wanted = f"anywidget=={ours}" if ours else "anywidget"
    mend = pip_install("--force-reinstall", "--no-deps", wanted, python=python)
    if version is None:
        fault = "the labs fail with 'Failed to load model class'"
        return wrong(f"labs: anywidget's JupyterLab part is missing {where}; {fault}", mend)
    # What the kernel sends names its own first two numbers, and Lab looks for a part with these.
    if ours and version.split(".")[:2] != ours.split(".")[:2]:
        fault = f"the kernel's anywidget is {ours}, which it does not fit"
        return wrong(f"labs: anywidget's JupyterLab part {version} is {where}; {fault}", mend)
    return fine(f"labs: anywidget's JupyterLab part {version} is present {where}")


def find_lab() -> Path | None:
    """The program that serves Lab: the one of this environment, else the first on PATH."""
    found = shutil.which("jupyter-lab", path=sysconfig.get_path("scripts"))
    found = found or shutil.which("jupyter-lab")
    return Path(found).resolve() if found else None


def beside(lab: Path) -> str:
    """The Python of the environment that serves Lab."""
    if lab.parent == Path(sysconfig.get_path("scripts")).resolve():
        return sys.executable
    return shutil.which("python", path=str(lab.parent)) or sys.executable


def labextension_folders(prefix: Path) -> list[Path]:
    """Where a Lab served from ``prefix`` looks for the JupyterLab parts of packages."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        shared = []
    else:
        ours = Path(sys.prefix, "share", "jupyter", "labextensions")
        shared = [Path(found) for found in jupyter_path("labextensions") if Path(found) != ours]
    return [*shared, prefix / "share" / "jupyter" / "labextensions"]


def part_version(part: Path, prefix: Path) -> str | None:
    """The version of a JupyterLab part that a Lab served from ``prefix`` has, or None."""
    for folder in labextension_folders(prefix):
        try:
            return json.loads((folder / part / "package.json").read_text("utf-8"))["version"]
        except (OSError, ValueError, KeyError):
            continue
    return None


def python_is_new_enough() -> bool:
    return tuple(sys.version_info[:2]) >= OLDEST_PYTHON


def install_suite() -> str:
    """How to install the suite with this Python, or with a newer one where it is too old."""
    if IN_A_WEB_PAGE:
        return "load the page anew; nothing can be installed in it"
    if not python_is_new_enough():
        return "delete .venv and run the README's first line with a newer Python"
    if not in_an_environment():
        return "in the checkout, run the README's first line, which makes .venv; use its Python"
    return f"in the checkout, run {pip_install('-c', 'constraints.txt', '-e', '.')}"


def in_an_environment() -> bool:
    """Whether this Python is that of a venv or of conda, and not the system's own."""
    return sys.prefix != sys.base_prefix or Path(sys.prefix, "conda-meta").is_dir()


def install_kernel() -> str:
    return f'"{sys.executable}" -m ipykernel install --sys-prefix'


def pip_install(*what: str, python: str = sys.executable) -> str:
    """An install command for a Python; an environment that uv made has no pip."""
    if python == sys.executable and not has_pip():
        return f'uv pip install --python "{python}" {" ".join(what)}'
    return f'"{python}" -m pip install {" ".join(what)}'


def has_pip() -> bool:
    return util.find_spec("pip") is not None


def guarded(check: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """Pass a check's lines on; a fault that nobody foresaw is a line too, not a traceback."""
    try:
        yield from check()
    except Exception as error:
        what = f"{check.__name__} could not finish ({type(error).__name__}: {error})"
        yield wrong(what, "delete .venv and run the README's first line again")


def all_lines() -> Iterator[Line]:
    """The lines of every check, in the order in which faults are best mended."""
    here = (check_web_page,) if IN_A_WEB_PAGE else (check_kernel, check_widgets)
    for check in (check_python, check_packages, *here):
        yield from guarded(check)


def main() -> int:
    """Print the lines; return 0 when all are OK, else 1."""
    lines = []
    for line in all_lines():
        lines.append(line)
        print("OK   " if line.ok else "WRONG", line.text, flush=True)
    return 0 if all(line.ok for line in lines) else 1
