"""An exercise in JupyterLab in Chromium: wrong, diagnosed, helped, and right, all by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from .axe import violations
from .jupyter_lab import open_notebook, wait_until_done

NOTEBOOK = "02_output_layer_derivatives.ipynb"
WRONG = "(forward.out_o2 - example.target_o2) * forward.out_h1"  # the slope is forgotten
RIGHT = (
    "(forward.out_o2 - example.target_o2) * forward.out_o2 * (1 - forward.out_o2) * forward.out_h1"
)


@pytest.fixture(scope="module")
def exercise(page, jupyter):
    """The cell that asks for dE_dw7, after Run All, still unanswered."""
    open_notebook(page, jupyter, NOTEBOOK)
    wait_until_done(page, jupyter)
    # JupyterLab draws the cells far below only when somebody scrolls to them.
    page.get_by_text("In this notebook we have").last.wait_for(state="attached", timeout=180_000)
    cell = page.locator(".jp-CodeCell", has_text='check("dE_dw7", my_dE_dw7)')
    cell.scroll_into_view_if_needed()
    expect(says(cell)).to_have_text("… Not answered yet: replace the three dots by your answer.")
    return cell_number(page, int(cell.get_attribute("data-windowed-list-index")))


def cell_number(page, index):
    return page.locator(f'.jp-CodeCell[data-windowed-list-index="{index}"]')


def add_cell_below(page, cell):
    """A new cell under one that was just run: the next cell is chosen then, and A adds above it."""
    page.keyboard.press("a")
    return cell_number(page, int(cell.get_attribute("data-windowed-list-index")) + 1)


def says(cell):
    """What stands under a cell: the box that check and hint write in."""
    return cell.locator('.jp-OutputArea-output [role="status"]')


def answer(page, cell, source):
    """Write into a cell and run it, as a person does."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(source)
    page.keyboard.press("Shift+Enter")


def test_an_exercise_from_a_wrong_answer_by_way_of_a_hint_to_the_right_one(exercise, page, jupyter):
    ask = '\ncheck("dE_dw7", my_dE_dw7)'
    answer(page, exercise, f"my_dE_dw7 = {WRONG}{ask}")
    expect(says(exercise)).to_have_text(
        re.compile(r"^✗ Not right yet\. The link out \* \(1 - out\) is missing\.")
    )
    expect(says(exercise)).not_to_contain_text("0.0226")
    assert violations(says(exercise)) == []

    offered = re.search(r"hint\(.*?\)", says(exercise).inner_text())[0]
    helped = add_cell_below(page, exercise)
    answer(page, helped, offered.replace("1)", "2)"))
    expect(says(helped)).to_contain_text("Hint 2 of 3")
    expect(says(helped)).to_contain_text(
        "dE_dw7 = (out_o2 - target_o2) * out_o2 * (1 - out_o2) * out_h1"
    )

    answer(page, exercise, f"my_dE_dw7 = {RIGHT}{ask}")
    expect(says(exercise)).to_have_text(re.compile(r"^✓ Right\."))
    expect(says(exercise)).to_contain_text("so w7 must go up")
    assert violations(says(exercise)) == []

    assert not is_saved(page, jupyter)
    unsaved = page.locator(".jp-mod-dirty")
    expect(unsaved).not_to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    # Only then is it read: Jupyter's server takes what is half written for broken, and puts the
    # file of before in its place.
    expect(unsaved).to_have_count(0, timeout=120_000)
    assert is_saved(page, jupyter)


def is_saved(page, jupyter):
    """Whether the right answer stands in the notebook's file."""
    answer = page.request.get(f"{jupyter}/api/contents/{NOTEBOOK}")
    assert answer.ok
    return any(RIGHT in cell["source"] for cell in answer.json()["content"]["cells"])
