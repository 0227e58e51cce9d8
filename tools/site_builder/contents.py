"""What a visitor finds in the page: clean lessons, their solutions, and what a teacher needs."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

from backprop_lib.teaching.lesson_copies import asked, lessons, solved
from backprop_lib.teaching.summary_page import summary_page

ROOT = Path(__file__).parent.parent.parent
TEACHERS_PAGE = ROOT / "notebooks" / "for_teachers.md"
SOLUTIONS = "solutions"
EDITION = "backprop_lib"  # in a notebook's metadata: which edition of the lesson a copy began as


class Lesson(NamedTuple):
    """name: of its file, without the ending. text: of the clean copy. opening: the cell it opens
    with. edition: of the text; another one says that the lesson has changed."""

    name: str
    text: str
    opening: str
    edition: str


def site_lessons() -> Iterator[Lesson]:
    """Each lesson as a visitor gets it, its edition in its metadata."""
    for name, lesson in lessons():
        copy = _same_ids(asked(lesson), name)
        edition = hashlib.sha256(nbformat.writes(copy).encode()).hexdigest()[:12]
        copy.metadata[EDITION] = {"edition": edition}
        yield Lesson(name, nbformat.writes(copy) + "\n", copy.cells[0].source, edition)


def site_files() -> Iterator[tuple[str, str]]:
    """The relative path of each file in the page's file list, and its text."""
    for lesson in site_lessons():
        yield f"{lesson.name}.ipynb", lesson.text
    for name, lesson in lessons():
        solution = _same_ids(solved(lesson), name)
        yield f"{SOLUTIONS}/{name}_solutions.ipynb", nbformat.writes(solution) + "\n"
    yield TEACHERS_PAGE.name, TEACHERS_PAGE.read_text("utf-8")
    yield "summary.html", summary_page()


def _same_ids(notebook, name):
    """Ids of cells that do not change from one building to the next."""
    for number, cell in enumerate(notebook.cells):
        cell.id = hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:8]
    return notebook
