"""The files of Pyodide that the page needs, each checked against the official lock.

A release of Pyodide comes with pyodide-lock.json, which holds the sha256 of every package. That
file and the core are known here by their own sha256, so that no file is taken on trust.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

from .refusal import RefusalError

# The kernel's release fits this one alone; pyproject.toml pins the kernel.
VERSION = "0.27.7"
PUBLIC_ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
ARCHIVE = f"pyodide-{VERSION}.tar.bz2, from the releases of pyodide on GitHub"
LOCK = "pyodide-lock.json"
STANDARD_LIBRARY = "python_stdlib.zip"
# Of the release; its npm package holds the same files.
SHA256 = {
    LOCK: "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    STANDARD_LIBRARY: "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
# What the kernel and our library import, but for what only comes as a wheel from the index.
WANTED = (
    "ipython",
    "numpy",
    "matplotlib",
    "prompt-toolkit",
    "packaging",
)


class PyodideFiles(NamedTuple):
    """info: of the official lock. packages: its entries that are wanted, by normalised name.

    contents: the bytes of every file that is wanted, by its name; empty where Pyodide is not at
    hand and the page is to take it from its public address.
    """

    info: dict
    packages: dict
    contents: dict


def normalised(name: str) -> str:
    """The name of a package as the lock has it.

    >>> normalised("Prompt_Toolkit")
    'prompt-toolkit'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def pyodide_files(folder: Path, sha256: dict[str, str] = SHA256, wanted=WANTED) -> PyodideFiles:
    """Read what is wanted from a folder of Pyodide, and check all of it.

    sha256: of the core files and the lock. Raises RefusalError, in words, if a file is missing,
    is of another release, or is not what the release holds.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RefusalError(
            f"--pyodide: {folder} is no folder. Unpack {ARCHIVE}, and give its folder."
        )
    check_release(folder)
    contents = {name: checked(folder / name, wanted) for name, wanted in sha256.items()}
    lock = json.loads(contents.pop(LOCK))
    packages = with_dependencies(lock["packages"], wanted)
    for package in packages.values():
        name = package["file_name"]
        contents[name] = checked(folder / name, package["sha256"])
    return PyodideFiles(lock["info"], packages, contents)


def check_release(folder: Path) -> None:
    """Raises RefusalError for a folder of another release of Pyodide, or of none."""
    try:
        found = json.loads((folder / LOCK).read_text("utf-8"))["info"]["version"]
    except OSError:
        raise RefusalError(
            f"--pyodide: {folder} holds no {LOCK}, so it is no Pyodide. Unpack {ARCHIVE}."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise RefusalError(
            f"--pyodide: {LOCK} in {folder} cannot be read. Unpack {ARCHIVE} anew."
        ) from None
    if found != VERSION:
        raise RefusalError(
            f"--pyodide: {folder} is Pyodide {found}, and the kernel works with {VERSION} alone. "
            f"Unpack {ARCHIVE}."
        )


def with_dependencies(packages: dict, wanted) -> dict:
    """The entries of the wanted packages, and of what they depend on, by normalised name."""
    every = {normalised(name): entry for name, entry in packages.items()}
    found, to_do = {}, [normalised(name) for name in wanted]
    while to_do:
        name = to_do.pop()
        if name not in found:
            found[name] = every[name]
            to_do += map(normalised, every[name]["depends"])
    return dict(sorted(found.items()))


def checked(path: Path, wanted: str) -> bytes:
    """The content of a file. Raises RefusalError if it is missing or its sha256 is another."""
    try:
        content = path.read_bytes()
    except OSError:
        raise RefusalError(f"--pyodide: {path} is missing. Unpack {ARCHIVE} anew.") from None
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise RefusalError(
            f"--pyodide: {path} is not the file of Pyodide {VERSION}: its sha256 is {found}, and "
            f"the release's is {wanted}. Unpack {ARCHIVE} anew."
        )
    return content
