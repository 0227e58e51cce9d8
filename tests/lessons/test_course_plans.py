"""The courses of the teachers' guide: every lesson is in each, and the commands are ours."""

import re

import pytest

from tests.test_readme import ROOT, SITE_LINE
from tools.lessons import NOTEBOOKS

GUIDE = (NOTEBOOKS / "for_teachers.md").read_text("utf-8")
SECTION = GUIDE.split("## A course, and the room\n")[1].split("\n## ")[0]
LESSONS = {f"{number:02}" for number in range(11)}


def table(heading):
    """The rows of the table below a line."""
    below = SECTION.split(f"**{heading}")[1].split("\n\n")[1]
    return [line.strip("| ").split(" | ") for line in below.splitlines()[2:]]


def test_every_lesson_has_its_minutes():
    rows = table("Every lesson, in 50 and in 90 minutes.**")
    assert [row[0][:2] for row in rows] == sorted(LESSONS)
    assert all(len(row) == 3 and all(row) for row in rows)


@pytest.mark.parametrize(
    ("heading", "lessons"), [("Ten lessons of 50", 10), ("Six lessons of 90", 6)]
)
def test_a_course_has_its_lessons_in_order_and_leaves_none_out(heading, lessons):
    rows = table(heading)
    assert [row[0] for row in rows] == [str(number) for number in range(1, lessons + 1)]
    named = [number for row in rows for number in re.findall(r"\b\d\d\b", row[1])]
    assert named == sorted(named)
    at_home = {number for row in rows for number in re.findall(r"\b\d\d\b", row[2])}
    assert {*named, *at_home} == LESSONS


def test_the_commands_are_those_of_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)\n```", SECTION, re.S)
    assert blocks[0].splitlines()[0] == SITE_LINE
    for line in [line for block in blocks[:2] for line in block.splitlines()]:
        assert line in readme
    for name in ("ask-hub", "collect"):
        assert f"`{name}" in SECTION and (ROOT / "classroom" / name).is_file()


def test_the_lessons_that_are_there_are_called_as_they_are():
    titles = {row[0][:2]: row[0][3:] for row in table("Every lesson, in 50 and in 90 minutes.**")}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        title = titles[path.stem[:2]].lower().replace("-", " ")
        assert path.stem[3:].replace("_", " ") == title
