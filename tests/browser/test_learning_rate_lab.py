"""The learning-rate lab in JupyterLab in Chromium, worked by keyboard, as a learner meets it."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from backprop_lib import UpdateRule, example, train
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.labs.learning_rate.words import error_text

from .axe import violations
from .class_names import styled_elsewhere
from .conftest import NOTEBOOKS
from .jupyter_lab import (
    held_kernel,
    open_notebook,
    restart_kernel,
    run_in_new_cell,
    switch_theme,
    wait_until_done,
)
from .tab_order import names_by_tab

NOTEBOOK = "05_learning_rate.ipynb"


@pytest.fixture(scope="module")
def lab(page, jupyter):
    """The lab after Run All, its question still unanswered."""
    open_notebook(page, jupyter, NOTEBOOK)
    lab = page.locator(".backprop-learning-rate")
    lab.wait_for(timeout=180_000)
    expect(lab.locator('[data-text="engine"]')).not_to_be_empty(timeout=180_000)
    expect(lab.locator('[data-text="status"]')).to_be_empty(timeout=180_000)
    expect(lab).to_have_attribute("data-sweeping", "", timeout=180_000)
    wait_until_done(page, jupyter)
    return lab


@pytest.fixture
def unlocked(lab):
    """The lab at the tutorial's settings, its question skipped if nobody has answered it."""
    if lab.get_by_role("button", name="Skip the question").is_visible():
        lab.get_by_role("button", name="Skip the question").click()
    expect(lab.get_by_role("slider")).to_be_enabled()
    lab.get_by_role("button", name="Reset to the tutorial").click()
    expect(read_out(lab)).to_contain_text("Learning rate 0.5: after 10,000 rounds")
    return lab


@pytest.fixture
def unanswered(lab, page, jupyter):
    """The lab with its question before it, opened anew if somebody has answered it."""
    if not lab.get_by_text("First, your guess.").is_visible():
        page.locator(".jp-CodeCell", has=lab).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(lab.get_by_text("First, your guess.")).to_be_visible(timeout=180_000)
        expect(lab).to_have_attribute("data-sweeping", "", timeout=180_000)
        wait_until_done(page, jupyter)
    return lab


def read_out(lab):
    return lab.locator('[aria-live="polite"]')


def expected(rate, rounds=10_000, rule=UpdateRule()):  # noqa: B008 - it is frozen
    """The sentence that the library's own numbers make."""
    end = train(example.network, example.inputs, example.targets, rate, rounds, rule)
    return (
        f"Learning rate {rate:g}: after {rounds:,} rounds the error is "
        f"{error_text(end.errors[-1])}. o1 answers {result_text(end.final.out_o1)} (target 0.01) "
        f"and o2 answers {result_text(end.final.out_o2)} (target 0.99)."
    )


def test_each_lab_of_the_notebook_has_a_cell_tagged_as_such():
    cells = nbformat.read(NOTEBOOKS / NOTEBOOK, as_version=4).cells
    tagged = [cell for cell in cells if "lab" in cell.metadata.get("tags", [])]
    opened = [re.findall(r"(\w+_lab)\(", cell.source) for cell in tagged]
    assert opened == [["landscape_lab"], ["learning_rate_lab"]]


def test_the_question_comes_first(unanswered):
    assert unanswered.get_by_role("slider").is_disabled()
    assert unanswered.locator("svg").count() == 2
    assert violations(unanswered) == []


def test_a_guess_by_keyboard_unlocks_the_slider_and_moves_on_to_it(unanswered, page):
    unanswered.get_by_role("button", name="400").focus()
    page.keyboard.press("Enter")
    expect(unanswered.get_by_role("slider")).to_be_focused()
    expect(unanswered.locator('[data-text="answer"]')).to_contain_text("You said 400; it is 50")
    expect(unanswered.locator("svg")).to_have_count(3)


def test_the_slider_moves_by_keyboard_and_the_numbers_are_the_librarys(unlocked, page):
    slider = unlocked.get_by_role("slider", name="Learning rate")
    slider.focus()
    picture = unlocked.locator('[data-picture="error"]')
    for key, rate in (("ArrowRight", 0.56), ("ArrowRight", 0.63), ("End", 1000), ("Home", 0.01)):
        before = picture.inner_html()
        page.keyboard.press(key)
        expect(read_out(unlocked)).to_contain_text(expected(rate))
        assert slider.get_attribute("aria-valuetext") == f"{rate:g}"
        assert picture.inner_html() != before


LEFT = ".jp-FileBrowser"


@pytest.mark.exhaustive
@pytest.mark.parametrize("control", ["slider", "textbox", "button", "combobox"])
def test_a_chord_reaches_jupyterlab_from_every_control(unlocked, page, control):
    shown = page.locator(LEFT).is_visible()
    for _ in range(2):
        unlocked.get_by_role(control).first.focus()
        page.keyboard.press("Control+b")  # the file list
        shown = not shown
        expect(page.locator(LEFT)).to_be_visible(visible=shown)


@pytest.mark.exhaustive
def test_a_field_keeps_the_chords_that_edit_its_text(unlocked, page):
    field = unlocked.get_by_role("textbox", name="Any learning rate")
    field.focus()
    page.keyboard.press("Control+a")
    assert field.evaluate("field => [field.selectionStart, field.selectionEnd]") == [0, 3]
    assert page.locator(".jp-Notebook .jp-Cell.jp-mod-selected").count() == 1


@pytest.mark.exhaustive
def test_escape_leaves_the_lab_for_the_notebook(unlocked, page):
    active = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    cell = lab_cell(page, unlocked)
    cell.locator(".cm-content").click()
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("Escape")
    assert not unlocked.evaluate("lab => lab.contains(document.activeElement)")
    before = active.get_attribute("data-windowed-list-index")
    page.keyboard.press("ArrowDown")
    expect(active).not_to_have_attribute("data-windowed-list-index", before)
    page.keyboard.press("ArrowUp")


@pytest.mark.exhaustive
def test_what_is_said_of_a_text_goes_when_another_is_typed(unlocked, page):
    field = unlocked.get_by_role("textbox", name="Any learning rate")
    message = unlocked.locator('[data-message="rate"]')
    for text in ("ten", "ten"):
        field.fill(text)
        page.keyboard.press("Enter")
        expect(message).to_contain_text("ten is no number")
        page.keyboard.press("End")
        page.keyboard.type("x")
        expect(message).to_be_empty()
        assert field.get_attribute("aria-invalid") == "false"


@pytest.mark.exhaustive
def test_many_rounds_are_swept_behind_the_hand_and_can_be_stopped(unlocked, page):
    unlocked.get_by_role("textbox", name="Rounds").fill("1e5")
    page.keyboard.press("Enter")
    progress = unlocked.locator('[data-text="progress"]')
    halt = unlocked.locator('[data-part="halt"]')
    expect(progress).to_contain_text("Training all 101 rates: ")
    halt.click()
    expect(progress).to_contain_text(", stopped")
    expect(halt).to_have_text("Go on")
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(read_out(unlocked)).to_contain_text(expected(0.56, 100_000))
    halt.click()
    expect(unlocked).to_have_attribute("data-sweeping", "", timeout=180_000)
    expect(unlocked.locator("svg")).to_have_count(3)


def test_no_class_of_a_lab_is_one_that_jupyterlab_styles(unlocked, page):
    assert page.locator(".backprop-lab").count() == 2
    for lab in page.locator(".backprop-lab").all():
        assert styled_elsewhere(lab) == []


def test_a_sweep_that_is_over_paints_nothing(unlocked):
    expect(unlocked).to_have_attribute("data-sweeping", "")
    over = unlocked.locator(".sweeping")
    expect(over).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(over).to_have_css("box-shadow", "none")
    # That a class of JupyterLab's would be noticed.
    over.evaluate("e => e.classList.add('progress')")
    assert styled_elsewhere(unlocked) == ["progress"]
    over.evaluate("e => e.classList.remove('progress')")


@pytest.mark.exhaustive
def test_reset_to_the_tutorial_takes_the_pin_off(unlocked, page):
    unlocked.get_by_role("button", name="Pin this curve").click()
    expect(unlocked.get_by_role("button", name="Unpin")).to_be_visible()
    unlocked.get_by_role("button", name="Reset to the tutorial").click()
    expect(unlocked.get_by_role("button", name="Unpin")).to_be_hidden()


@pytest.mark.exhaustive
def test_the_arrow_keys_move_no_cell_and_edit_none(unlocked, page):
    active = page.locator(".jp-Notebook .jp-mod-active .jp-InputPrompt").first.inner_text()
    unlocked.get_by_role("slider").focus()
    for key in ("ArrowDown", "ArrowUp", "d", "d", "x"):
        page.keyboard.press(key)
    expect(read_out(unlocked)).to_contain_text(expected(0.5))
    assert page.locator(".jp-Notebook .jp-mod-active .jp-InputPrompt").first.inner_text() == active


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", ["text", "nan", "-1", "1e999", "<b>1</b>"])
def test_wrong_input_shows_a_message_beside_the_field(unlocked, page, text):
    field = unlocked.get_by_role("textbox", name="Any learning rate")
    before = unlocked.locator('[data-picture="error"]').inner_html()
    field.fill(text)
    page.keyboard.press("Enter")
    message = unlocked.locator('[data-message="rate"]')
    expect(message).to_contain_text(f"{text} is")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == message.get_attribute("id")
    near, there = field.bounding_box(), message.bounding_box()
    assert 0 <= there["y"] - near["y"] - near["height"] < 20 and there["x"] == near["x"]
    assert unlocked.locator('[data-picture="error"]').inner_html() == before
    assert unlocked.locator("b").count() == 0
    assert unlocked.evaluate(WIDER_THAN_THEIR_PLACE) == []
    assert violations(unlocked) == []


def test_any_rate_can_be_typed(unlocked, page):
    unlocked.get_by_role("textbox", name="Any learning rate").fill("0.37")
    page.keyboard.press("Tab")
    expect(read_out(unlocked)).to_contain_text(expected(0.37))


@pytest.mark.exhaustive
def test_rounds_rule_and_biases(unlocked, page):
    unlocked.get_by_role("textbox", name="Rounds").fill("100")
    page.keyboard.press("Enter")
    unlocked.get_by_label("The hidden layer uses").select_option("updated weights")
    unlocked.get_by_label("Biases trained").select_option("one per neuron")
    rule = UpdateRule("updated weights", "one per neuron")
    expect(read_out(unlocked)).to_contain_text(expected(0.5, 100, rule))


@pytest.mark.exhaustive
def test_a_pinned_curve_stays(unlocked, page):
    unlocked.get_by_role("button", name="Pin this curve").click()
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("End")
    curves = unlocked.locator('[data-picture="error"] polyline')
    expect(curves).to_have_count(2)
    expect(unlocked.get_by_role("columnheader", name="pinned: rate 0.5")).to_be_visible()
    unlocked.get_by_role("button", name="Unpin").click()
    expect(curves).to_have_count(1)
    expect(unlocked.get_by_role("button", name="Pin this curve")).to_be_focused()


@pytest.mark.exhaustive
def test_a_wrong_field_is_not_pinned(unlocked, page):
    unlocked.get_by_role("textbox", name="Any learning rate").fill("oops")
    page.keyboard.press("Enter")
    unlocked.get_by_role("button", name="Pin this curve").click()
    expect(unlocked.locator('[data-html="table"]')).to_contain_text("pinned: rate 0.5")
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("End")
    expect(read_out(unlocked)).to_contain_text(expected(1000))
    unlocked.get_by_role("button", name="Unpin").click()


@pytest.mark.exhaustive
def test_a_hundred_quick_movements_show_the_last(unlocked, page):
    unlocked.get_by_role("slider").focus()
    nodes = "document.querySelectorAll('.backprop-learning-rate *').length"
    before = page.evaluate(nodes)
    for key in ("ArrowRight", "ArrowLeft") * 49 + ("ArrowRight",) * 2:
        page.keyboard.press(key)
    expect(read_out(unlocked)).to_contain_text(expected(0.63))
    page.wait_for_timeout(300)
    expect(read_out(unlocked)).to_contain_text(expected(0.63))
    assert abs(page.evaluate(nodes) - before) < 20


@pytest.mark.exhaustive
def test_open_words_stay_open_while_the_slider_moves(unlocked, page):
    words = unlocked.get_by_text("The picture in words").first
    words.click()
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    fact = f"round 1: E_total = {_first_error(0.56)}"
    expect(unlocked.locator('[data-facts="error"]')).to_contain_text(fact)
    assert unlocked.locator('[data-facts="error"]').is_visible()
    words.click()


def _first_error(rate):
    once = train(example.network, example.inputs, example.targets, rate, 1)
    return error_text(once.errors[1])


@pytest.mark.exhaustive
def test_every_control_is_reached_by_tab_in_reading_order_and_has_a_name(unlocked, page):
    unlocked.get_by_role("slider").focus()
    names = names_by_tab(page, 11)
    assert names == [
        "Learning rate",
        "Any learning rate",
        "Pin this curve",
        *["The picture in words"] * 3,
        "Rounds",
        "The hidden layer uses",
        "Biases trained",
        "Reset to the tutorial",
        "Large type, for a projector",
    ]


@pytest.mark.exhaustive
def test_axe_finds_nothing_and_can_find_something(unlocked):
    assert violations(unlocked) == []
    label = unlocked.get_by_text("Learning rate", exact=True)
    name = label.get_attribute("for")
    label.evaluate("label => { label.htmlFor = 'nothing' }")
    assert "label" in violations(unlocked)
    label.evaluate("(label, name) => { label.htmlFor = name }", name)


@pytest.mark.exhaustive
def test_axe_finds_nothing_in_the_dark_theme_either(unlocked, page):
    switch_theme(page, "JupyterLab Dark")
    unlocked.get_by_role("button", name="Pin this curve").click()
    expect(unlocked.get_by_role("button", name="Unpin")).to_be_visible()
    assert violations(unlocked) == []
    unlocked.get_by_role("button", name="Unpin").click()
    switch_theme(page, "JupyterLab Light")


@pytest.mark.exhaustive
@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_clipped_and_no_type_is_too_small(unlocked, large):
    unlocked.get_by_label("Large type").set_checked(large)
    size = "19" if large else "14.5"
    expect(unlocked.locator(f'[data-picture="sweep"] svg[font-size="{size}"]')).to_be_visible()
    assert unlocked.evaluate(WIDER_THAN_THEIR_PLACE) == []
    assert min(unlocked.evaluate(TYPE_SIZES)) >= (24 if large else 12)
    unlocked.get_by_label("Large type").uncheck()


WIDER_THAN_THEIR_PLACE = """lab => [lab, ...lab.querySelectorAll('*:not(legend):not(svg *)')]
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)"""
TYPE_SIZES = """lab => [...lab.querySelectorAll('*')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => e.checkVisibility())
    .map(e => parseFloat(getComputedStyle(e).fontSize)
        * (e.getScreenCTM ? e.getScreenCTM().a : 1))"""


@pytest.mark.exhaustive
def test_presentation_mode_enlarges_a_lab_that_is_open_as_long_as_it_lasts(unlocked, page):
    for size in ("24px", "14px"):
        page.click('.lm-MenuBar-itemLabel:text-is("View")')
        page.hover('.lm-Menu-itemLabel:text-is("Appearance")')
        page.click('[data-command="application:toggle-presentation-mode"]')
        expect(unlocked).to_have_css("font-size", size)


@pytest.mark.exhaustive
def test_running_the_cell_again_leaves_one_lab_that_asks_again(unlocked, page):
    page.locator(".jp-CodeCell", has=unlocked).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(unlocked.get_by_text("First, your guess.")).to_be_visible()
    assert page.locator(".backprop-learning-rate").count() == 1
    unlocked.get_by_role("button", name="Skip the question").click()
    expect(unlocked.get_by_role("slider")).to_be_enabled()
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(read_out(unlocked)).to_contain_text(expected(0.56))


def lab_cell(page, lab):
    return page.locator(".jp-CodeCell", has=lab)


@pytest.mark.exhaustive
def test_while_python_is_busy_the_lab_says_that_it_waits(unlocked, page):
    status = unlocked.locator('[data-text="status"]')
    with held_kernel(page, lab_cell(page, unlocked)):
        unlocked.get_by_role("slider").focus()
        page.keyboard.press("End")
        expect(status).to_have_text("Waiting for Python…")
        expect(status).to_contain_text("If a cell is still running, [*] stands beside it: wait")
        assert "unanswered" in unlocked.get_attribute("class")
    expect(read_out(unlocked)).to_contain_text(expected(1000))
    expect(status).to_be_empty()
    assert "unanswered" not in unlocked.get_attribute("class")


@pytest.mark.exhaustive
def test_a_closed_lab_says_so_until_its_cell_is_run_again(unlocked, page):
    cell = lab_cell(page, unlocked)
    run_in_new_cell(page, cell, "lab.close()")
    expect(unlocked).to_have_text("This lab is closed. Run its cell to open it again.")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(unlocked.get_by_text("First, your guess.")).to_be_visible()
    assert page.locator(".backprop-learning-rate").count() == 1


@pytest.mark.exhaustive
def test_nothing_was_loaded_from_elsewhere(unlocked, page, jupyter):
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert [url for url in loaded if not re.match(rf"{jupyter}/|data:|blob:", url)] == []


@pytest.mark.exhaustive
def test_without_its_kernel_the_lab_says_so(unlocked, page):
    restart_kernel(page)
    # At once, before anything is touched; and again when something is.
    status = unlocked.locator('[data-text="status"]')
    expect(status).to_contain_text("The kernel was restarted or shut down. Run this cell")
    unlocked.get_by_role("slider").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(1500)
    expect(status).to_contain_text("The kernel was restarted or shut down. Run this cell")
    assert "unanswered" in unlocked.get_attribute("class")
