"""The wheels that are not Pyodide's own: from the package index, and our library's.

wheels.txt pins each by version and sha256; pip refuses anything else.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from .refusal import RefusalError

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KERNEL_SIDE = "kernel_side"  # our modules in the page's Python, and their wheel
INSTALLER = "piplite"
PINNED = HERE / "wheels.txt"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")


def download_wheels(folder: Path, pinned: Path = PINNED) -> None:
    """Put every pinned wheel into a folder. Raises RefusalError if pip cannot."""
    _pip(
        *("download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--platform=any"),
        *("--python-version=3.12", f"--dest={folder}", f"--requirement={pinned}"),
    )


def build_our_wheel(folder: Path, root: Path = ROOT) -> None:
    """Build the library's wheel from the checkout, and leave nothing in the checkout."""
    with tempfile.TemporaryDirectory() as copy:
        # An old build/ beside the sources would come into the wheel.
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(root / name, copy)
        shutil.copytree(
            root / "backprop_lib",
            Path(copy) / "backprop_lib",
            ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
        )
        _pip("wheel", "--no-deps", f"--wheel-dir={folder}", copy)


def _pip(*arguments: str) -> None:
    answer = subprocess.run([*PIP, *arguments], capture_output=True, text=True)
    if answer.returncode:
        raise RefusalError(f"pip {arguments[0]} did not work:\n{answer.stderr.strip()}")


def write_kernel_side(folder: Path, installs: bool) -> Path:
    """Pack what the page's kernel needs of us as a wheel, and return its path.

    installs: whether the kernel installs packages itself. If not, our stand-in for its installer
    goes along.
    """
    name = f"{KERNEL_SIDE}-1"
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as files:
        for path in sorted((HERE / KERNEL_SIDE).rglob("*.py")):
            inside = path.relative_to(HERE / KERNEL_SIDE)
            if installs and inside.parts[0] == INSTALLER:
                continue
            data = f"{name}.data/data/" if inside.parts[0] == "etc" else ""
            files.writestr(data + inside.as_posix(), path.read_bytes())
        metadata = f"Metadata-Version: 2.1\nName: {KERNEL_SIDE}\nVersion: 1\n"
        files.writestr(f"{name}.dist-info/METADATA", metadata)
        files.writestr(
            f"{name}.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        files.writestr(f"{name}.dist-info/RECORD", "")
    return wheel
