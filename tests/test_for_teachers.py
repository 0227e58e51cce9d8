"""The teachers' guide: every wrong number in it is what the mistake beside it gives."""

import re

import pytest
from regenerate_notebooks import NOTEBOOKS, notebook_paths

from backprop_lib import example
from backprop_lib.mistakes import MISTAKES, judge

GUIDE = (NOTEBOOKS / "for_teachers.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([−\d.]+) \| `(\w+)` \| (.+) \|$", GUIDE, re.M)


def test_there_are_rows():
    assert len(ROWS) >= 20


@pytest.mark.parametrize("number, name, key", ROWS)
def test_a_mistake_of_the_guide_gives_its_number(number, name, key):
    verdict = judge(name, number, example)
    assert verdict.kind == "wrong"
    assert key in MISTAKES
    assert key in [mistake.key for mistake in verdict.mistakes]


def test_every_lesson_has_its_section_with_aim_and_time():
    sections = re.split(r"^## ", GUIDE, flags=re.M)[1:]
    for path in notebook_paths():
        number = path.stem[:2]
        section = next(text for text in sections if text.startswith(number))
        assert "**Aim:**" in section and "**Time:**" in section and "*Ask before" in section


def test_the_minutes_of_a_plan_add_up():
    for total in (50, 90):
        plan = GUIDE.split(f"**{total} minutes")[1].split("\n\n")[1]
        spans = re.findall(r"^\| (\d+)–(\d+) \|", plan, re.M)
        assert [start for start, _ in spans] == ["0", *(end for _, end in spans[:-1])]
        assert spans[-1][1] == str(total)
