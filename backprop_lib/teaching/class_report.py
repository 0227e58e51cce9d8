"""The report on a class: ``python -m backprop_lib class-report FOLDER --output DIR``.

A page for the teacher, the same as a table for a spreadsheet, and a page for each student.
"""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from backprop_lib.teaching.class_report_page import report_page, student_page, student_pages
from backprop_lib.teaching.class_work import ClassWork, class_work
from backprop_lib.teaching.new_files import free_folder, write_new

COLUMNS = ("student", "lesson", "exercise", "cell", "state", "hint", "mistakes", "possible")


def write_class_report(
    folder: str | Path, output: str | Path, report: Callable[[str], object] = print
) -> list[Path]:
    """Write the report on a folder of students' folders into a new folder; return the paths.

    report: called with a line for each file. Raises FileExistsError if the folder ``output`` is
    not free or lies among the students', and what class_work and write_new raise.
    """
    free_folder(output)
    if Path(output).resolve().is_relative_to(Path(folder).resolve()):
        raise FileExistsError(
            f"{output} lies in {folder}, where it would be taken for a student. Name a folder "
            "somewhere else."
        )
    work = class_work(folder)
    files = [
        ("class_report.html", report_page(work)),
        ("class_report.csv", "\ufeff" + report_csv(work)),  # so that Excel reads ë
    ]
    pages = zip(student_pages(work), work.students, strict=True)
    files += [(name, student_page(student, work)) for name, student in pages]
    return write_new(output, files, report)


def report_csv(work: ClassWork) -> str:
    """A line for each student and each exercise of the lessons that were begun.

    A name that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for student in work.students:
        name = re.sub(r"^(?=[=+\-@])", "'", student.name)
        for lesson in work.lessons:
            for exercise in lesson.exercises:
                answer = student.answer(exercise)
                asked = lesson.name, exercise.name, exercise.cell
                found = ("; ".join(m.key for m in of) for of in (answer.mistakes, answer.possible))
                writer.writerow([name, *asked, answer.state, answer.hint or "", *found])
    return text.getvalue()
