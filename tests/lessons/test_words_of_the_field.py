"""The index of words in 00: each link leads to a heading that is there and to the word itself."""

import re
from urllib.parse import unquote

import pytest

from backprop_lib.teaching.lesson_copies import lessons

LESSONS = {f"{name}.ipynb": lesson for name, lesson in lessons()}
START = "00_start_here.ipynb"
WANTED = (
    "hidden, layer, gradient, gradient descent, loss, sigmoid, epoch, iteration, threshold, "
    "complex step"
)


def prose(lesson):
    return "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")


def sections(lesson):
    """The text below each heading, by the anchor that JupyterLab gives it: spaces become -."""
    parts = re.split(r"^#+ (.+)$", prose(lesson), flags=re.M)
    heads = [re.sub(r"[`*]", "", head).replace(" ", "-") for head in parts[1::2]]
    return dict(zip(heads, parts[2::2], strict=True))


INDEX = re.findall(
    r"^\| ([^|]+) \| [^|]+ \| \[[^]]+\]\(([^)#]*)#([^)]+)\) \|$", prose(LESSONS[START]), re.M
)


def problems(words, file, anchor, home=START):
    """What is wrong with a line of the index."""
    if (file or home) not in LESSONS:
        return [f"no lesson {file}"]
    found = sections(LESSONS[file or home])
    if unquote(anchor) not in found:
        return [f"no heading {anchor} in {file or home}"]
    bold = re.findall(r"\*\*([^*]+)\*\*", found[unquote(anchor)])
    said = " ".join(bold).lower()
    return [
        f"{word} is not explained under {anchor}"
        for word in words.split(", ")
        if word.lower() not in said
    ]


def test_the_index_has_the_words_that_are_asked_for():
    listed = ", ".join(words for words, _, _ in INDEX).split(", ")
    assert set(WANTED.split(", ")) <= set(listed)
    assert listed == sorted(set(listed), key=str.lower) or len(listed) == len(set(listed))


@pytest.mark.parametrize("words, file, anchor", INDEX, ids=[words for words, _, _ in INDEX])
def test_a_line_of_the_index_leads_to_where_the_word_is_explained(words, file, anchor):
    assert problems(words, file, anchor) == []


@pytest.mark.parametrize("name", LESSONS)
def test_every_anchor_in_a_lesson_exists(name):
    for file, anchor in re.findall(r"\]\((\w+\.ipynb)?#([^)]+)\)", prose(LESSONS[name])):
        assert unquote(anchor) in sections(LESSONS[file or name])


def test_a_link_to_nothing_is_seen():
    assert problems("loss", "09_gone.ipynb", "x") == ["no lesson 09_gone.ipynb"]
    assert problems("loss", "01_forward_pass.ipynb", "Gone") == [
        "no heading Gone in 01_forward_pass.ipynb"
    ]
    assert problems("epoch", "01_forward_pass.ipynb", "How-wrong-is-that?")
