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
# What the page's kernel writes into a notebook. It stands there before: else a lesson that was only
# looked at would count as one that was changed, and be kept.
KERNEL = {
    "kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"},
    "language_info": {
        "codemirror_mode": {"name": "python", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.8",
    },
}


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
        copy.metadata |= KERNEL
        edition = copy.metadata[EDITION]["edition"]
        yield Lesson(name, nbformat.writes(copy) + "\n", copy.cells[0].source, edition)


def site_files() -> Iterator[tuple[str, str]]:
    """The relative path of each file in the page's file list, and its text."""
    for lesson in site_lessons():
        yield f"{lesson.name}.ipynb", lesson.text
    for name, lesson in lessons():
        solution = solved(lesson)
        solution.metadata |= KERNEL
        yield f"{SOLUTIONS}/{name}_solutions.ipynb", nbformat.writes(solution) + "\n"
    yield TEACHERS_PAGE.name, TEACHERS_PAGE.read_text("utf-8")
    yield "summary.html", summary_page()
