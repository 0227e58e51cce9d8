"""The one lock of the page: every package that it may load, by name, file, sha256 and imports.

With all of them in one lock no cell has to install anything: what a cell imports is loaded.
"""

import email
import hashlib
import json
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

from .pyodide_files import normalised

# On the page a requirement with such a marker is not one.
ENVIRONMENT = {
    "sys_platform": "emscripten",
    "python_version": "3.12",
    "python_full_version": "3.12.7",
}


def wheel_entry(wheel: Path, known: set[str]) -> tuple[str, dict]:
    """The normalised name of a wheel's package, and its entry.

    known: names of every package of the page; whatever else the wheel requires is left out.
    """
    with zipfile.ZipFile(wheel) as files:
        metadata = email.message_from_bytes(
            files.read(next(n for n in files.namelist() if n.endswith(".dist-info/METADATA")))
        )
        modules = _modules(files.namelist())
    name = normalised(metadata["Name"])
    return name, {
        "name": metadata["Name"],
        "version": metadata["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": modules,
        "depends": _depends(metadata.get_all("Requires-Dist", []), known),
        "unvendored_tests": False,
    }


def _modules(names: list[str]) -> list[str]:
    """The names of the top-level modules among the files of a wheel."""
    modules = [name for name in names if name.endswith((".py", ".pyc")) and ".data/" not in name]
    return sorted({name.split("/")[0].split(".")[0] for name in modules})


def _depends(requirements: list[str], known: set[str]) -> list[str]:
    needed = set()
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or marker.evaluate({**ENVIRONMENT, "extra": ""}):
            needed.add(normalised(requirement.name))
    return sorted(needed & known)


def with_other_file(entry: dict, file: Path) -> dict:
    """An entry of the official lock, for its package as it was packed anew."""
    return entry | {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}


def edition(packages: dict) -> str:
    """A short name for a lock: another one if any of its files is another."""
    return hashlib.sha256(json.dumps(packages, sort_keys=True).encode()).hexdigest()[:12]
