"""What a visitor finds in the page: clean lessons, their solutions, and what a teacher needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

from backprop_lib.teaching.lesson_copies import EDITION, learners_copy, lessons, solved
from backprop_lib.teaching.summary_page import summary_page

ROOT = Path(__file__).parent.parent.parent
TEACHERS_PAGE = ROOT / "notebooks" / "for_teachers.md"
SOLUTIONS = "solutions"


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
        copy = learners_copy(lesson)
        edition = copy.metadata[EDITION]["edition"]
        yield Lesson(name, nbformat.writes(copy) + "\n", copy.cells[0].source, edition)


def site_files() -> Iterator[tuple[str, str]]:
    """The relative path of each file in the page's file list, and its text."""
    for lesson in site_lessons():
        yield f"{lesson.name}.ipynb", lesson.text
    for name, lesson in lessons():
        yield f"{SOLUTIONS}/{name}_solutions.ipynb", nbformat.writes(solved(lesson)) + "\n"
    yield TEACHERS_PAGE.name, TEACHERS_PAGE.read_text("utf-8")
    yield "summary.html", summary_page()
