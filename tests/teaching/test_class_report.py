"""The report on a class: made-up classes, honest ones and others."""

import csv
import importlib
import io
import json
import os
import random
import re
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest

import backprop_lib
from backprop_lib import check, hint
from backprop_lib.exercises.check import MIME_TYPE
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.exercises.verdict import KINDS
from backprop_lib.teaching.class_report import COLUMNS, report_csv, write_class_report
from backprop_lib.teaching.class_report_page import report_page, student_page, student_pages
from backprop_lib.teaching.class_work import NAMED, STATES, class_work, known_lessons, shown
from backprop_lib.teaching.lesson_copies import learners_copy, lessons
from backprop_lib.teaching.saved_verdicts import MOST_BYTES
from backprop_lib.teaching.worksheet import sheet_notebook

FORWARD = next(lesson for name, lesson in lessons() if name == "01_forward_pass")
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'
SQUASHING = check("out_h2", 0.3925)


def output(said):
    """What a notebook saves of something that was said."""
    data = {"text/plain": str(said), "text/html": said._repr_html_(), **said._repr_mimebundle_()}
    return nbformat.v4.new_output("execute_result", data=data, execution_count=1)


def worked_on(said=(), hints=(), lesson=FORWARD):
    """A learner's copy in which these exercises are answered; and these hints asked for."""
    notebook = learners_copy(lesson)
    said = {one.exercise: one for one in said}
    for cell in notebook.cells:
        name = re.search(r'check\("([^"]+)"', cell.source)
        one = (
            said.pop(name[1], None)
            if name and "exercise" in cell.metadata.get("tags", [])
            else None
        )
        if one:
            cell.source = "answered = 1\n" + cell.source
            cell.outputs = [output(one)]
    assert not said
    for one in hints:
        cell = nbformat.v4.new_code_cell("hint(...)", outputs=[output(one)])
        notebook.cells.append(cell)
    return notebook


@pytest.fixture
def put(tmp_path):
    """Puts a notebook, or whatever else, into the folder of a student; makes the class."""
    folder = tmp_path / "class"
    folder.mkdir()

    def into(student, content=None, name="01_forward_pass.ipynb"):
        path = folder / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            text = content if isinstance(content, str) else nbformat.writes(content)
            path.write_text(text, encoding="utf-8")
        return path

    into.folder = folder
    return into


def rows(work):
    """The table, as dicts."""
    return list(csv.DictReader(io.StringIO(report_csv(work))))


def states(work, exercise="out_h2"):
    return {row["student"]: row["state"] for row in rows(work) if row["exercise"] == exercise}


def left_out(work):
    return {(student.name, *pair) for student in work.students for pair in student.left_out}


def text_of(html):
    """What somebody reads of a page."""
    body = html.split("<body>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def test_each_exercise_of_each_lesson_is_known_by_its_cell_and_its_name():
    known = {lesson.name: lesson for lesson in known_lessons()}
    for name, lesson in lessons():
        asked = [c for c in lesson.cells if "exercise" in c.metadata.get("tags", [])]
        assert [one.cell for one in known[name].exercises] == [cell.id for cell in asked]
        assert all(f'check("{one.name}"' in one.source for one in known[name].exercises)
    assert [e.name for e in known["worksheet"].exercises][:2] == ["net_h1", "out_h1"]
    assert known["01_forward_pass"].title.startswith("The forward pass")


def test_the_states_are_the_kinds_of_a_verdict_and_one_more():
    assert set(STATES) == {*KINDS, "not begun"}


def test_what_each_student_has_is_counted(put):
    put("anna", worked_on([check("net_h2", 0.3925), check("out_h2", 0.596884378)]))
    put(
        "ben",
        worked_on([check("net_h2", 0.3925), SQUASHING], [hint("out_h2", 2), hint("out_h2", 1)]),
    )
    put("cem", worked_on([check("out_h2", "xyz")]))
    put("dora", worked_on([check("out_h2", ...)]))
    put("emil", learners_copy(next(lesson for _, lesson in lessons())), "00_start_here.ipynb")
    work = class_work(put.folder)
    assert states(work) == {
        "anna": "right",
        "ben": "wrong",
        "cem": "unreadable",
        "dora": "unanswered",
        "emil": "not begun",
    }
    (ben,) = (r for r in rows(work) if (r["student"], r["exercise"]) == ("ben", "out_h2"))
    made = "; ".join(mistake.key for mistake in SQUASHING.mistakes)
    assert made.startswith("squashing forgotten")
    assert (ben["hint"], ben["mistakes"], ben["possible"]) == ("2", made, "")
    assert left_out(work) == set()
    assert [lesson.name for lesson in work.lessons] == ["00_start_here", "01_forward_pass"]


def test_the_page_says_who_is_stuck_where_with_which_mistake_and_what_helps(put):
    few = check("net_h2", "0.042")
    assert few.possible and not few.mistakes
    for name in ("ben", "cem"):
        put(name, worked_on([SQUASHING], [hint("out_h2", 3)]))
    put("anna", worked_on([few]))
    read = text_of(report_page(class_work(put.folder)))
    mistake = SQUASHING.mistakes[0]
    stuck = f"out_h2 in 01_forward_pass: 2 not right yet. 2 times: {mistake.words} {mistake.look}"
    assert stuck in read
    assert f"2 × {mistake.words} {mistake.look} ( ben , cem )" in read
    assert "Hint 3: 2. ( ben , cem )" in read
    assert f"1 × perhaps: {few.possible[0].words}" in read
    assert "✗ 2 not right yet, … 1 not answered." in read
    assert "Not answered: ( anna )" in read
    assert "0 of 4 right, stuck at out_h2" in read


def test_of_thirty_students_the_numbers_add_up(put):
    rng = random.Random(3)
    answers = [check("out_h2", 0.596884378), SQUASHING, check("out_h2", "x"), check("out_h2", ...)]
    given = {f"student{n:02}": rng.choice([*answers, None]) for n in range(1, 31)}
    for name, said in given.items():
        put(name, worked_on([said] if said else []))
    work = class_work(put.folder)
    wanted = {name: said.kind if said else "unanswered" for name, said in given.items()}
    assert states(work) == wanted
    block = report_page(work).split('id="01_forward_pass-01-022"')[1].split("</article>")[0]
    for state, words in [("right", "right"), ("wrong", "not right yet"), ("unreadable", "not rea")]:
        assert f"{list(wanted.values()).count(state)} {words}" in block


def test_a_student_s_page_holds_nobody_else(put):
    put("anna", worked_on([check("net_h2", 0.3925)]))
    put("ben", worked_on([SQUASHING], [hint("out_h2", 2)]))
    work = class_work(put.folder)
    anna, ben = (student_page(student, work) for student in work.students)
    assert "ben" not in text_of(anna) and "anna" not in text_of(ben)
    assert SQUASHING.mistakes[0].look in text_of(ben) and "Hint 2 of 3 taken." in text_of(ben)
    assert "1 of 4 exercises right. Go on with out_h2 in 01_forward_pass." in text_of(anna)
    assert "0.596" not in anna + ben  # nobody is told an answer


def test_of_several_copies_the_best_answer_counts(put):
    put("anna", worked_on([SQUASHING], [hint("out_h2", 3)]))
    put("anna", worked_on([check("out_h2", 0.596884378)]), "deep/er/01_forward_pass-Copy1.ipynb")
    put("anna", worked_on(), "01_zz.ipynb")
    work = class_work(put.folder)
    assert states(work) == {"anna": "right"}
    assert [row["hint"] for row in rows(work) if row["exercise"] == "out_h2"] == ["3"]


def test_a_hint_that_the_lesson_itself_shows_is_nobody_s(put):
    name, start = next(lessons())
    notebook = learners_copy(start)
    (shown_by_it,) = (cell for cell in notebook.cells if cell.source.startswith("hint("))
    shown_by_it.outputs = [output(hint("net_h1", 1))]
    put("anna", notebook, f"{name}.ipynb")
    put("ben", worked_on([], [hint("net_h1", 2)], start), f"{name}.ipynb")
    assert [row["hint"] for row in rows(class_work(put.folder))] == ["", "2"]


def test_a_sheet_of_numbers_of_one_s_own_counts_as_well(put):
    from backprop_lib.teaching.pleasant_numbers import pleasant_examples

    (mine,) = pleasant_examples(1, 1)
    sheet = sheet_notebook(mine, 1, 1)
    cell = next(cell for cell in sheet.cells if cell.source.startswith('check("net_h1"'))
    cell.source = cell.source.replace("...", "7")
    cell.outputs = [output(check("net_h1", 7, example=mine))]
    put("anna", sheet, "sheet_001.ipynb")
    work = class_work(put.folder)
    assert [lesson.name for lesson in work.lessons] == ["worksheet"]
    assert states(work, "net_h1") == {"anna": "wrong"}
    assert set(states(work, "net_h2").values()) == {"unanswered"}


def test_what_is_answered_elsewhere_in_the_notebook_is_not_the_exercise(put):
    notebook = worked_on()
    notebook.cells.append(nbformat.v4.new_code_cell("check(...)", outputs=[output(SQUASHING)]))
    asked = next(cell for cell in notebook.cells if 'check("out_h2"' in cell.source)
    asked.source += "  # another"
    asked.outputs = [output(check("net_h1", 0.3775))]
    put("anna", notebook)
    assert states(class_work(put.folder)) == {"anna": "unanswered"}


def test_a_verdict_where_no_answer_stands_is_said_and_not_counted(put):
    notebook = learners_copy(FORWARD)
    cell = next(cell for cell in notebook.cells if 'check("out_h2"' in cell.source)
    cell.outputs = [output(check("out_h2", 0.596884378))]
    put("anna", notebook)
    work = class_work(put.folder)
    assert states(work) == {"anna": "unanswered"}
    ((_, _, why),) = left_out(work)
    assert why == "a verdict on out_h2 is saved where no answer stands; not counted"
    assert why in text_of(report_page(work))


PART = SQUASHING._repr_mimebundle_()[MIME_TYPE]
TAMPERED = [
    "right",
    None,
    [],
    {},
    {**PART, "kind": "superb"},
    {**PART, "kind": ["right"]},
    {**PART, "exercise": EVIL},
    {**PART, "exercise": 7},
    {**PART, "exercise": "x" * 101},
    {**PART, "mistakes": EVIL},
    {**PART, "mistakes": [EVIL]},
    {**PART, "mistakes": [["slope forgotten"]]},
    {**PART, "mistakes": ["slope forgotten"] * 101},
    {**PART, "possible": {"a": 1}},
    {"exercise": "out_h2", "kind": "hint", "strength": 4},
    {"exercise": "out_h2", "kind": "hint", "strength": "3"},
    {"exercise": "out_h2", "kind": "hint"},
]


@pytest.mark.parametrize("part", TAMPERED, ids=lambda part: json.dumps(part)[:60])
def test_a_verdict_of_another_form_leaves_the_notebook_out(put, part):
    notebook = worked_on([SQUASHING])
    (cell,) = (cell for cell in notebook.cells if cell.get("outputs"))
    cell.outputs[0].data[MIME_TYPE] = part
    put("mallory", notebook)
    put("anna", worked_on([SQUASHING]))
    work = class_work(put.folder)
    assert states(work) == {"anna": "wrong", "mallory": "not begun"}
    ((name, path, why),) = left_out(work)
    assert (name, path) == ("mallory", "01_forward_pass.ipynb")
    assert why == "a verdict in it was not written by check: somebody edited it"
    assert "alert" not in report_page(work)


@pytest.mark.parametrize(
    "kind", [MIME_TYPE.upper(), MIME_TYPE + ";v=2", "application/json", "text/plain"]
)
def test_a_verdict_of_another_type_is_none(put, kind):
    notebook = worked_on([SQUASHING])
    (cell,) = (cell for cell in notebook.cells if cell.get("outputs"))
    cell.outputs[0].data = {kind: {**PART, "kind": "right"}}
    put("anna", json.dumps(notebook))
    assert states(class_work(put.folder)) == {"anna": "unanswered"}


NOT_NOTEBOOKS = {
    "empty": b"",
    "half of one": nbformat.writes(worked_on([SQUASHING])).encode()[:-3000],
    "not UTF-8": b"\xff\xfe\x00" + b"{}",
    "Latin-1": '{"cells": ["ë"]}'.encode("latin-1"),
    "a list": b"[1, 2]",
    "a number of many digits": b"9" * 10_000,
    "nested": b"[" * 200_000,
    "of an old form": b'{"worksheets": []}',
    "cells that are none": b'{"cells": [1, "x"]}',
    "a page": EVIL.encode(),
}


@pytest.mark.parametrize("name", NOT_NOTEBOOKS)
def test_what_is_no_notebook_is_named_and_left_out(put, name):
    put("mallory", NOT_NOTEBOOKS[name])
    put("anna", worked_on([SQUASHING]))
    work = class_work(put.folder)
    assert states(work)["anna"] == "wrong"
    ((student, path, why),) = left_out(work)
    assert (student, path) == ("mallory", "01_forward_pass.ipynb")
    assert why.startswith(("it is not a notebook", "it is not text in UTF-8"))
    assert f"mallory: {path} : {why}." in text_of(report_page(work))


def test_odd_cells_in_a_notebook_are_passed_over(put):
    notebook = worked_on([SQUASHING])
    odd = [{}, {"cell_type": "code"}, {"cell_type": "code", "id": [1], "source": {"a": 1}}]
    odd += [{"cell_type": "code", "id": 7, "source": [1, "x"], "outputs": [1, {"data": 3}, {}]}]
    put("anna", json.dumps({"cells": [*odd, *notebook.cells, {"cell_type": 4, "outputs": 3}]}))
    assert states(class_work(put.folder)) == {"anna": "wrong"}


def test_a_foreign_notebook_and_one_too_large_are_named(put):
    put("anna", worked_on([SQUASHING]))
    foreign = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    put("anna", foreign, "shopping.ipynb")
    put("anna", b" " * (MOST_BYTES + 1), "huge.ipynb")
    work = class_work(put.folder)
    assert left_out(work) == {
        ("anna", "shopping.ipynb", "none of the lessons' exercises is in it"),
        ("anna", "huge.ipynb", "it is larger than 8 MB"),
    }
    assert states(work) == {"anna": "wrong"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such links and pipes")
def test_links_and_pipes_are_not_followed(put):
    anna = put("anna", worked_on([check("out_h2", 0.596884378)]))
    mallory = put("mallory")
    mallory.symlink_to(anna)
    os.mkfifo(mallory.with_name("02.ipynb"))
    (put.folder / "linked").symlink_to(anna.parent, target_is_directory=True)
    (mallory.parent / "hers").symlink_to(anna.parent, target_is_directory=True)
    work = class_work(put.folder)
    assert states(work) == {"anna": "right", "mallory": "not begun"}
    assert left_out(work) == {
        ("mallory", "01_forward_pass.ipynb", "it is a link to another file"),
        ("mallory", "02.ipynb", "it is not a file"),
    }
    assert work.left_out == (("linked", "it is not a student's folder"),)


def test_copies_that_an_editor_keeps_are_passed_over(put):
    put("anna", worked_on([SQUASHING]))
    put("anna", b"", ".ipynb_checkpoints/01_forward_pass-checkpoint.ipynb")
    put(".git", b"", "x.ipynb")
    work = class_work(put.folder)
    assert left_out(work) == set() and [student.name for student in work.students] == ["anna"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes no such names")
def test_html_in_a_name_is_text(put):
    put(EVIL.replace("/", "∕"), worked_on([SQUASHING]), name=EVIL.replace("/", "∕") + ".ipynb")
    put("b<b>", b"", name="<i>.ipynb")
    put("\u202eanna\n", worked_on([SQUASHING]))
    work = class_work(put.folder)
    pages = [report_page(work), *(student_page(student, work) for student in work.students)]
    for html in pages:
        assert "<script" not in html and "<img" not in html and "<i>." not in html
        assert "\u202e" not in html
    assert "alert(1)" in pages[0] and "&lt;i&gt;" in pages[0] and "\\u202eanna\\n" in pages[0]
    assert all(re.fullmatch(r"students/\d{3}_\w*\.html", name) for name in student_pages(work))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name of a file is text")
def test_a_name_that_is_no_text_is_spelled_out(put):
    os.mkdir(os.fsencode(put.folder) + b"/\xff")
    work = class_work(put.folder)
    assert work.students[0].name == "\\udcff" == shown("\udcff")
    report_page(work).encode("utf-8")


def test_a_name_is_no_formula_in_a_spreadsheet(put):
    for name in ("=1+1", "@x", "-anna"):
        put(name, worked_on([SQUASHING]))
    assert set(states(class_work(put.folder))) == {"'=1+1", "'@x", "'-anna"}


def test_the_pages_load_nothing_and_run_nothing(put):
    put("anna", worked_on([SQUASHING]))
    work = class_work(put.folder)
    for html in (report_page(work), student_page(work.students[0], work)):
        assert not re.search(r"<(script|link|img|iframe|object|form)|url\(|@import|https?://", html)


def test_it_is_written_once_and_is_always_the_same(put, tmp_path):
    put("anna", worked_on([SQUASHING]))
    put("ben", b"")
    said = []
    paths = write_class_report(put.folder, tmp_path / "report", said.append)
    assert [str(path.relative_to(tmp_path / "report")).replace("\\", "/") for path in paths] == [
        "class_report.html",
        "class_report.csv",
        "students/001_anna.html",
        "students/002_ben.html",
    ]
    assert said[0].startswith("wrote ") and len(said) == 4
    again = write_class_report(put.folder, tmp_path / "again", said.append)
    assert [p.read_bytes() for p in paths] == [p.read_bytes() for p in again]
    table = paths[1].read_bytes()
    assert table.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
    assert 'href="students/001_anna.html"' in paths[0].read_text("utf-8")
    with pytest.raises(FileExistsError, match="not empty"):
        write_class_report(put.folder, tmp_path / "report")


def test_what_is_no_class_is_refused_in_words(put, tmp_path):
    with pytest.raises(NotADirectoryError, match="a folder for each student"):
        class_work(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="has no folder in it"):
        class_work(put.folder)
    put("anna", worked_on([SQUASHING]))
    with pytest.raises(FileExistsError, match="would be taken for a student"):
        write_class_report(put.folder, put.folder / "report")
    assert not (put.folder / "report").exists()


def test_a_class_that_has_done_nothing_gets_its_page(put):
    put("anna", b"", "x.txt")
    work = class_work(put.folder)
    read = text_of(report_page(work))
    assert "1 student, 0 lessons begun." in read and "Nobody: no saved answer is wrong." in read
    assert "0 of 0 exercises right." in text_of(student_page(work.students[0], work))


def test_every_mistake_that_check_can_name_is_known_to_the_report():
    found = {}
    for path in (Path(backprop_lib.__file__).parent / "exercises").glob("*.py"):
        module = importlib.import_module(f"backprop_lib.exercises.{path.stem}")
        for value in vars(module).values():
            for one in value if isinstance(value, tuple) else [value]:
                if isinstance(one, Mistake):
                    found[one.key] = one
    assert len(found) > 40
    assert {key for key in found if key not in NAMED} == set()
