"""What ``check`` and ``hint`` have left in the notebook of a student: read, and never executed.

The file comes from somebody else's folder. It may be anything: a link to another file, a pipe that
never ends, a gigabyte, half a notebook, or one into which somebody has written a verdict by hand.
"""

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backprop_lib.exercises.check import MIME_TYPE
from backprop_lib.exercises.verdict import KINDS

MOST_BYTES = 8 * 2**20  # the largest lesson takes a twentieth of it, pictures and all
MOST_MISTAKES = 100
MOST_LETTERS = 100
EDITED = "a verdict in it was not written by check: somebody edited it"


class NotReadableError(ValueError):
    """A notebook that is left out; its words say why."""


@dataclass(frozen=True)
class Saved:
    """A cell of a notebook, and the last thing that check or hint has said below it.

    id: of the cell. source: its text. exercise, kind, mistakes, possible, strength: what they
    said, as Said has it, the mistakes by their keys; kind is "" if they said nothing.
    """

    id: str
    source: str
    exercise: str = ""
    kind: str = ""
    mistakes: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    strength: int = 0


def saved_cells(path: Path) -> list[Saved]:
    """The code cells of a notebook.

    Raises NotReadableError for a file that is none, or is not to be had.
    """
    try:
        notebook = json.loads(_text(path))
    except (ValueError, RecursionError) as wrong:
        if isinstance(wrong, NotReadableError):
            raise
        raise NotReadableError("it is not a notebook, or only a part of one") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotReadableError("it is not a notebook of these days: it has no list of cells")
    return [_saved(cell) for cell in cells if cell.get("cell_type") == "code"]


def _text(path):
    """The text of a regular file that is not too large; a link is not followed, a pipe not read."""
    # Windows has no such flags; there neither can be made by a student without further rights.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink():
        raise NotReadableError("it is a link to another file")
    try:
        with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise NotReadableError("it is not a file")
            content = file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise NotReadableError(f"it cannot be opened: {wrong.strerror}") from None
    if len(content) > MOST_BYTES:
        raise NotReadableError(f"it is larger than {MOST_BYTES // 2**20} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadableError("it is not text in UTF-8") from None


def _saved(cell):
    source, name = _joined(cell.get("source")), cell.get("id")
    name = name if isinstance(name, str) else ""
    parts = list(_parts(cell.get("outputs")))
    if not parts:
        return Saved(name, source)
    try:
        return _said(name, source, parts[-1])
    except (KeyError, TypeError, ValueError):
        raise NotReadableError(
            "a verdict in it was not written by check: somebody edited it"
        ) from None


def _parts(outputs) -> Iterator:
    """What stands in the outputs of a cell under the type that check and hint write."""
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        if isinstance(data, dict) and MIME_TYPE in data:
            yield data[MIME_TYPE]


def _said(cell, source, part):
    """A Saved of what was said. Raises an error of whatever kind if the part is not of its form."""
    exercise, kind = _word(part["exercise"]), part["kind"]
    if kind == "hint":
        return Saved(cell, source, exercise, kind, strength=(0, 1, 2, 3).index(part["strength"]))
    if kind not in KINDS:
        raise ValueError
    mistakes, possible = (tuple(_keys(part[which])) for which in ("mistakes", "possible"))
    return Saved(cell, source, exercise, kind, mistakes, possible)


def _keys(keys):
    if not isinstance(keys, list) or len(keys) > MOST_MISTAKES:
        raise ValueError
    return map(_word, keys)


def _word(text):
    """A name, such as check writes; a ValueError for anything else."""
    if not isinstance(text, str) or not re.fullmatch(rf"[\w .-]{{1,{MOST_LETTERS}}}", text):
        raise ValueError
    return text


def _joined(source):
    """The text of a cell, which a file may hold line by line."""
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))
