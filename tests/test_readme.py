"""The README and CONTRIBUTING keep what they promise."""

import re
from pathlib import Path

import pytest

from tools.site_builder.pyodide_files import VERSION

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
TUTORIAL = "https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/"
INSTALL = "python3 -m venv .venv && .venv/bin/python -m pip install -q -c constraints.txt -e "
OPEN_LINE = (
    INSTALL + ". && .venv/bin/python -m backprop_lib fresh my_lessons"
    " && .venv/bin/jupyter lab my_lessons/00_start_here.ipynb"
)
SITE_LINE = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -q -c constraints.txt -e '.[site]'"
)
TEST_LINE = INSTALL + "'.[test]' && .venv/bin/python -m pytest"


def blocks(text, heading):
    """The fenced blocks between a heading and the next one, of any depth."""
    (section,) = re.findall(rf"^#+ {heading}\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    return re.findall(r"^```\w+\n(.*?)\n```$", section, re.M | re.S)


def dead_links(text):
    """Relative links and pictures that lead to no file."""
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    relative = [target for target in targets if "://" not in target]
    assert relative, "no relative link found: is the pattern still right?"
    return [target for target in relative if not (ROOT / target).exists()]


def test_two_lines_to_copy_come_first():
    assert blocks(README, "Open the notebooks") == [OPEN_LINE]
    assert blocks(README, "Run all the tests") == [TEST_LINE]
    assert re.findall(r"^```\w+\n(.*?)\n```$", README, re.M | re.S)[:2] == [OPEN_LINE, TEST_LINE]


def test_one_picture_stands_above_them_and_every_picture_is_described():
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", README, re.S)
    assert sum(README.index(picture) < README.index(OPEN_LINE) for _, picture in pictures) == 1
    for alt, picture in pictures:
        assert len(alt.split()) > 10, alt
        assert (ROOT / picture).is_file(), f"{picture} is missing"


def test_uv_takes_one_line():
    (line,) = [line for line in README.splitlines() if "`uv run" in line]
    assert "`uv run python -m backprop_lib fresh my_lessons`" in line
    assert "`uv run jupyter lab my_lessons/00_start_here.ipynb`" in line
    assert "`uv run --extra test pytest`" in line


@pytest.mark.parametrize("heading", ["On Windows", "With conda or mamba"])
def test_other_ways_take_one_command_a_line(heading):
    found = "\n".join(blocks(README, heading))
    assert "00_start_here.ipynb" in found and "python -m pytest" in found
    assert "&&" not in found and ";" not in found


def test_the_web_page_takes_two_commands_and_a_third_serves_it():
    build, serve = blocks(README, "Put it on a web page")
    assert build == f"{SITE_LINE}\n.venv/bin/python tools/build_site.py --output site"
    assert serve == ".venv/bin/python -m http.server --directory site 8000"
    assert VERSION in README and f"releases/tag/{VERSION}" in README


def test_each_system_package_has_its_install_line():
    found = blocks(README, "System packages")
    assert found == ["sudo apt install python3-venv", "sudo apt install chromium"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_relative_link_leads_somewhere(name):
    assert dead_links((ROOT / name).read_text("utf-8")) == []


def test_a_dead_link_is_seen():
    assert dead_links("[a](README.md) ![b](no/such.png)") == ["no/such.png"]


def test_every_notebook_is_listed():
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        assert f"](notebooks/{notebook.name})" in README, f"the README does not name {notebook}"


def test_the_tutorial_is_credited():
    assert "Matt Mazur" in README
    assert f"[A Step by Step Backpropagation Example]({TUTORIAL})" in README


def test_the_licence_is_the_one_stated():
    assert "BSD-3-Clause" in README
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("BSD 3-Clause License\n")


def test_every_script_is_explained_to_contributors():
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    scripts = sorted((ROOT / "tools").glob("*.py"))
    assert len(scripts) >= 2
    assert [path.name for path in scripts if f"tools/{path.name}" not in contributing] == []
