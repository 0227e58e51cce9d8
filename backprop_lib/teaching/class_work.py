"""What a class has done: read from a folder that has a folder for each student.

In it are that student's notebooks, however deep. What check has said in them is read and counted;
nothing of theirs is executed. So this is as honest as the notebooks: who edits a file can write a
verdict into it.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from backprop_lib.core.worked_example import example
from backprop_lib.exercises.batch_causes import ONE_BY_ONE, OTHER_REDUCTION, SOME_EXAMPLES
from backprop_lib.exercises.catalogue import CATALOGUE
from backprop_lib.exercises.distance import CUT_OFF, SINGLE
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.exercises.provable import ANOTHER, FACTOR, LINK, RATE, SLIP
from backprop_lib.exercises.value_mistakes import MISTAKES
from backprop_lib.exercises.verdict import KINDS
from backprop_lib.teaching.lesson_copies import exercises, lessons
from backprop_lib.teaching.saved_verdicts import NotReadableError, Saved, saved_cells
from backprop_lib.teaching.worksheet import sheet_notebook

MOST_NOTEBOOKS = 200  # of one student
LONGEST_NAME = 200  # letters; of a longer one the beginning is shown
OTHERS = CUT_OFF, SINGLE, ANOTHER, FACTOR, LINK, RATE, SLIP
OF_A_BATCH = OTHER_REDUCTION, SOME_EXAMPLES, ONE_BY_ONE
NAMED = {m.key: m for m in (*CATALOGUE, *OTHERS, *OF_A_BATCH, *MISTAKES.values())}
NOT_BEGUN = "not begun"
# The kinds of a Verdict, and one more. Of several copies of a notebook the first of these counts.
STATES = ("right", "rounded", "wrong", "unreadable", "unanswered", NOT_BEGUN)
ASKED = re.compile(r'check\("([^"]+)"')


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson. cell: the id of its cell. name: what check is asked."""

    lesson: str
    cell: str
    name: str
    source: str = field(repr=False)
    section: str = ""


@dataclass(frozen=True)
class Lesson:
    """A lesson, or the worksheet. own: the ids of all its code cells."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]
    own: frozenset[str] = field(repr=False)

    def hits(self, cells: Sequence[Saved]) -> int:
        """How many of its exercises a notebook has."""
        there = {cell.id: cell.source for cell in cells}
        return sum(exercise.name in there.get(exercise.cell, "") for exercise in self.exercises)


@dataclass(frozen=True)
class Answer:
    """Where a student stands with an exercise. state: one of STATES. hint: the strongest taken."""

    state: str = NOT_BEGUN
    mistakes: tuple[Mistake, ...] = ()
    possible: tuple[Mistake, ...] = ()
    hint: int = 0

    @property
    def stuck(self) -> bool:
        """Whether something was answered that is not right yet."""
        return self.state in ("rounded", "wrong", "unreadable")

    def further(self, other: "Answer") -> "Answer":
        """Of two answers to one exercise the better one, with the stronger hint of both."""
        best = min((self, other), key=lambda answer: STATES.index(answer.state))
        return Answer(best.state, best.mistakes, best.possible, max(self.hint, other.hint))


@dataclass(frozen=True, eq=False)
class Student:
    """A student: the name of the folder, and what stands in it.

    left_out: pairs of a notebook and the reason why it does not count, or not in full.
    """

    name: str
    answers: dict[Exercise, Answer] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, exercise: Exercise) -> Answer:
        return self.answers.get(exercise, Answer())


@dataclass(frozen=True)
class ClassWork:
    """The students of a class. left_out: as of a Student, for what belongs to nobody."""

    students: tuple[Student, ...]
    left_out: tuple[tuple[str, str], ...]

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """The lessons that somebody has begun."""
        begun = {exercise.lesson for student in self.students for exercise in student.answers}
        return tuple(lesson for lesson in known_lessons() if lesson.name in begun)

    def who(self, exercise: Exercise, holds: Callable[[Answer], bool]) -> list[Student]:
        """The students of whose answer to an exercise something holds."""
        return [student for student in self.students if holds(student.answer(exercise))]


@lru_cache(maxsize=1)
def known_lessons() -> tuple[Lesson, ...]:
    """The lessons with their exercises, and the worksheet."""
    sheet = ("worksheet", sheet_notebook(example, 0, 0))
    return tuple(_lesson(name, notebook) for name, notebook in (*lessons(), sheet))


def _lesson(name, notebook):
    asked = {cell.id for cell in exercises(notebook)}
    title, section, found = "", "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^#+ (.+)$", cell.source.replace("`", ""), re.M):
                title, section = title or heading, heading
        elif cell.id in asked:
            name_asked = ASKED.search(cell.source)[1]  # pyrefly: ignore[unsupported-operation]
            found.append(Exercise(name, cell.id, name_asked, cell.source, section))
    if name == "worksheet":
        title = "Worksheet: one round with numbers of one's own"
    own = frozenset(cell.id for cell in notebook.cells if cell.cell_type == "code")
    return Lesson(name, title, tuple(found), own)


def class_work(folder: str | Path) -> ClassWork:
    """Read what stands in a folder of students' folders.

    Raises NotADirectoryError or FileNotFoundError, in words, if there is no folder or none in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(
            f"{folder} is not a folder. Give one that has a folder for each student."
        )
    students, left_out = [], []
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or (not path.is_dir() and path.suffix == ".ipynb"):
            left_out.append((shown(path.name), "it is not a student's folder"))
        elif path.is_dir() and not path.name.startswith("."):
            students.append(_student(path))
    if not students:
        raise FileNotFoundError(
            f"{folder} has no folder in it. Give one that has a folder for each student, with "
            "that student's notebooks."
        )
    return ClassWork(tuple(students), tuple(left_out))


def _student(folder):
    """A Student from all notebooks of a folder."""
    student = Student(shown(folder.name))
    for number, path in enumerate(_notebooks(folder, student), start=1):
        name = shown(str(path.relative_to(folder)))
        if number > MOST_NOTEBOOKS:
            student.left_out.append((name, f"there are more than {MOST_NOTEBOOKS} notebooks"))
            break
        try:
            _count(saved_cells(path), name, student)
        except NotReadableError as why:
            student.left_out.append((name, str(why)))
    return student


def _notebooks(folder, student) -> Iterator[Path]:
    """The notebooks in a folder, without the copies that editors keep for themselves."""

    def closed(wrong):
        where = shown(os.path.relpath(wrong.filename, folder))
        student.left_out.append((where, f"it cannot be opened: {wrong.strerror}"))

    for where, folders, files in os.walk(folder, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".ipynb") and not name.startswith("."):
                yield Path(where, name)


def _count(cells, name, student):
    """Add what stands in a notebook to the answers of a student."""
    lesson = max(known_lessons(), key=lambda one: one.hits(cells))
    if not lesson.hits(cells):
        raise NotReadableError("none of the lessons' exercises is in it")
    found, odd = _answers(lesson, cells)
    for exercise, answer in found.items():
        student.answers[exercise] = student.answer(exercise).further(answer)
    for exercise in odd:
        student.left_out.append(
            (name, f"a verdict on {exercise.name} is saved where no answer stands; not counted")
        )


def _answers(lesson, cells):
    """The Answer to each exercise of a lesson, and the exercises whose verdict has no answer."""
    by_cell = {exercise.cell: exercise for exercise in lesson.exercises}
    found = dict.fromkeys(lesson.exercises, Answer("unanswered"))
    odd, above = [], list(lesson.exercises)
    for cell in cells:
        exercise = by_cell.get(cell.id)
        if exercise:
            above.insert(0, exercise)
        if cell.kind == "hint" and cell.id not in lesson.own:
            # A hint is asked for in a cell of one's own, mostly below the exercise.
            about = next((one for one in above if one.name == cell.exercise), None)
            if about:
                found[about] = found[about].further(Answer(hint=cell.strength))
        elif exercise and cell.exercise == exercise.name and cell.kind in KINDS:
            if cell.kind != "unanswered" and cell.source.strip() == exercise.source.strip():
                odd.append(exercise)
                continue
            answer = Answer(cell.kind, _mistakes(cell.mistakes), _mistakes(cell.possible))
            found[exercise] = found[exercise].further(answer)
    return found, odd


def _mistakes(keys):
    """The mistakes of these keys; of another edition's catalogue some may be unknown."""
    return tuple(NAMED[key] for key in dict.fromkeys(keys) if key in NAMED)


def shown(name: str) -> str:
    """The name of a file as a page can show it: what cannot be seen is spelled out."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in name[:LONGEST_NAME]
    )
