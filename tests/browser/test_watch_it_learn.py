"""The lab that watches a network learn, in JupyterLab in Chromium, as a person meets it."""

import ast
import json
import re
from itertools import groupby

import pytest
from playwright.sync_api import expect

from backprop_lib import UpdateRule, example, forward_pass, train
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.core.starting_weights import random_network
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced
from backprop_lib.labs.watch_it_learn.saved_state import restored

from .axe import violations
from .class_names import styled_elsewhere
from .jupyter_lab import held_kernel, open_notebook, restart_kernel, served, switch_theme
from .tab_order import names_by_tab

OPEN = "from backprop_lib import watch_it_learn\nwatch_it_learn()"
ONE_PER_NEURON = UpdateRule(biases="one per neuron")
# Time enough for a slow machine, where a kernel has to start.
PATIENCE = 90_000


@pytest.fixture(scope="module")
def server(chromium, tmp_path_factory):
    with served(tmp_path_factory.mktemp("watch_it_learn"), OPEN, "") as address:
        yield address


@pytest.fixture(scope="module")
def opened(page, server):
    open_notebook(page, server)
    lab = page.locator(".backprop-watch-it-learn")
    lab.locator('[data-picture="diagram"] svg').wait_for(timeout=2 * PATIENCE)
    return lab


@pytest.fixture
def lab(opened):
    """The lab as it was when it opened: the tutorial's example, nothing selected."""
    button(opened, "Reset").click()
    opened.get_by_label("Data", exact=True).select_option("AND")
    expect(status(opened)).to_contain_text("Data: AND")
    opened.get_by_label("Data", exact=True).select_option("the tutorial's example")
    expect(status(opened)).to_contain_text("Data: the tutorial's example. Round 0")
    for label, value in (("Selected", ""), ("Show", "values"), ("Speed", "1 round a picture")):
        opened.get_by_label(label, exact=True).select_option(value)
    expect(opened.get_by_label("Value")).to_be_disabled()
    return opened


@pytest.fixture
def on_xor(lab):
    lab.get_by_label("Data", exact=True).select_option("XOR")
    expect(status(lab)).to_contain_text("Data: XOR. Round 0")
    return lab


def button(lab, name):
    return lab.get_by_role("button", name=name, exact=True)


def status(lab):
    return lab.get_by_role("status")


def shown(lab, name):
    return lab.locator(f'[data-text="{name}"]')


def rounds(lab):
    return int(shown(lab, "round").inner_text().replace(",", ""))


def plays_on(lab, more=5):
    """Wait until so many rounds more are seen, however long the machine takes for them."""
    wanted = rounds(lab) + more
    lab.page.wait_for_function(
        "([at, n]) => Number(document.querySelector(at).textContent.replace(',', '')) >= n",
        arg=['.backprop-watch-it-learn [data-text="round"]', wanted],
        timeout=4 * PATIENCE,
    )


def fold(lab, words):
    return lab.locator("details", has=lab.page.locator("summary", has_text=words))


def unfold(lab, words):
    place = fold(lab, words)
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    return place


def error_with(**values):
    changed = example.replace(**values)
    return result_text(forward_pass(changed.network, changed.inputs, changed.targets).E_total)


# Training ---------------------------------------------------------------------------------------


def test_one_round_ten_rounds_back_and_reset_show_the_librarys_numbers(lab):
    errors = train(example.network, example.inputs, example.targets, 0.5, 11).errors
    expect(shown(lab, "error")).to_have_text(result_text(errors[0]))
    for press, k in (("One round", 1), ("Ten rounds", 11), ("Back", 10), ("Back", 9), ("Reset", 0)):
        button(lab, press).click()
        expect(shown(lab, "round")).to_have_text(str(k))
        expect(shown(lab, "error")).to_have_text(result_text(errors[k]))


@pytest.mark.exhaustive
def test_every_number_on_the_diagram_is_the_librarys_after_a_round(lab):
    button(lab, "One round").click()
    expect(shown(lab, "round")).to_have_text("1")
    after = train(example.network, example.inputs, example.targets, 0.5, 1).final
    facts = lab.locator('[data-facts="diagram"]').text_content()
    for name in ("net_h1", "out_h1", "net_h2", "out_h2", "net_o1", "out_o1", "net_o2", "out_o2"):
        assert f"{name} = {after[name]:.9f}" in facts
    for name in (f"w{n}" for n in range(1, 9)):
        assert f"{name} = {after[name]:+.9f}" in facts


def test_it_plays_and_a_pause_stops_it_at_once(lab, page):
    button(lab, "Play").click()
    page.wait_for_function(
        "lab => Number(lab.querySelector('[data-text=round]').textContent) > 20",
        arg=lab.element_handle(),
    )
    # From the press of the button on, in the page itself: how many more pictures are drawn.
    more = lab.evaluate(PICTURES_AFTER_PAUSE)
    assert more <= 1
    expect(status(lab)).to_contain_text("Paused. Round ")
    expect(button(lab, "Play")).to_be_visible()
    stopped = rounds(lab)
    # It is where Python is, too: what follows is the very next round.
    button(lab, "One round").click()
    expect(shown(lab, "round")).to_have_text(str(stopped + 1))
    errors = train(example.network, example.inputs, example.targets, 0.5, stopped + 1).errors
    expect(shown(lab, "error")).to_have_text(result_text(errors[-1]))


PICTURES_AFTER_PAUSE = """lab => new Promise(done => {
    const place = lab.querySelector('[data-text="round"]'), seen = new Set();
    const now = place.textContent;
    new MutationObserver(() => seen.add(place.textContent))
        .observe(place, {childList: true, characterData: true, subtree: true});
    [...lab.querySelectorAll("button")].find(b => b.textContent === "Pause").click();
    setTimeout(() => { seen.delete(now); done(seen.size); }, 1500);
})"""


@pytest.mark.exhaustive
def test_a_pause_before_the_first_picture_leaves_everything_as_it_was(lab):
    lab.get_by_label("Speed").select_option("up to 1,000 a picture")
    play = "lab => [1, 2].forEach(() => lab.querySelector('[data-part=play]').click())"
    lab.evaluate(play)
    expect(status(lab)).to_have_text(f"Paused. Round 0, error {error_with()}.")


@pytest.mark.exhaustive
def test_while_it_plays_every_round_is_seen_one_after_another(lab, page):
    lab.evaluate(ROUNDS_SEEN)
    button(lab, "Play").click()
    plays_on(lab, 10)
    lab.get_by_label("Show", exact=True).select_option("gradients")
    plays_on(lab)
    lab.get_by_label("Selected", exact=True).select_option("w5")
    plays_on(lab)
    button(lab, "+ 0.1").click()
    plays_on(lab)
    button(lab, "Pause").click()
    expect(status(lab)).to_contain_text("Paused")
    seen = [int(text) for text in page.evaluate("window.roundsSeen")]
    assert len(seen) > 20 and seen == list(range(1, len(seen) + 1))


# Whatever is looked at or changed meanwhile: no picture is left out, none is seen again.
ROUNDS_SEEN = """lab => {
    window.roundsSeen = [];
    const place = lab.querySelector("[data-text=round]");
    new MutationObserver(() => window.roundsSeen.push(place.textContent))
        .observe(place, {childList: true, characterData: true, subtree: true});
}"""


@pytest.mark.exhaustive
def test_the_slow_speeds_are_slow(lab, page):
    lab.get_by_label("Speed").select_option("5 rounds a second")
    began = page.evaluate("performance.now()")
    button(lab, "Play").click()
    plays_on(lab, 6)
    seen = rounds(lab)
    # The first is seen as soon as it comes, and the others a fifth of a second apart.
    assert page.evaluate("performance.now()") - began >= (seen - 1) * 200
    button(lab, "Pause").click()
    expect(status(lab)).to_contain_text("Paused")


@pytest.mark.exhaustive
def test_xor_is_played_to_a_solution(on_xor):
    on_xor.get_by_label("Speed").select_option("100 rounds a picture")
    button(on_xor, "Play").click()
    answers = on_xor.locator('[data-html="answers"]')
    expect(answers.get_by_text("right")).to_have_count(4, timeout=PATIENCE)
    expect(shown(on_xor, "round")).to_have_text(re.compile(r"\d,\d{3}"), timeout=4 * PATIENCE)
    button(on_xor, "Pause").click()
    expect(status(on_xor)).to_contain_text("Paused")
    live = LiveTraining(
        random_network((2, 2, 1), 0), xor.inputs, xor.targets, 2.0, rule=ONE_PER_NEURON
    )
    judge = advanced(live, rounds(on_xor))
    expect(shown(on_xor, "error")).to_have_text(result_text(judge.error))
    label = on_xor.locator('[data-picture="regions"] svg').get_attribute("aria-label")
    assert label == "Decision regions: 4 of 4 rows on the right side of 0.5."


@pytest.mark.exhaustive
def test_a_screen_reader_is_not_told_of_every_picture(lab, page):
    assert lab.locator("[aria-live], [role=status], [role=alert], [role=log]").count() == (
        lab.locator('[role=status], p.message[role="alert"]').count()
    )
    told = "lab => { const s = lab.querySelector('[role=status]'); window.told = []; "
    told += "new MutationObserver(() => window.told.push(s.textContent))"
    told += ".observe(s, {childList: true, characterData: true, subtree: true}) }"
    lab.evaluate(told)
    button(lab, "Play").click()
    plays_on(lab, 10)
    button(lab, "Pause").click()
    expect(status(lab)).to_contain_text("Paused")
    # On a busy machine it may say once or more that it waits, and then again what it does.
    told = page.evaluate("window.told.map(t => t.split('.')[0])")
    told = [words for words in told if not words.startswith("Waiting for Python")]
    assert [words for words, _ in groupby(told)] == ["Playing", "Paused"]


# Changing numbers -------------------------------------------------------------------------------


def test_a_click_on_w5_and_a_number_change_the_error_to_the_librarys(lab, page):
    lab.locator('[data-name="w5"]').first.dispatch_event("pointerdown", {"button": 0})
    value = lab.get_by_label("Value")
    expect(value).to_be_focused()
    expect(value).to_have_value("0.4")
    expect(lab.get_by_label("Selected")).to_have_value("w5")
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    expect(shown(lab, "error")).to_have_text(error_with(w5=0.5))
    expect(status(lab)).to_have_text(
        f"w5 = 0.5: the error goes from {error_with()} to {error_with(w5=0.5)}."
    )
    label = lab.locator('[data-picture="diagram"] svg').get_attribute("aria-label")
    assert "just changed: w5, net_o1, out_o1, E_o1, E_total" in label
    button(lab, "+ 0.1").click()
    expect(shown(lab, "error")).to_have_text(error_with(w5=0.6))
    button(lab, "Back").click()
    expect(shown(lab, "error")).to_have_text(error_with(w5=0.5))


@pytest.mark.exhaustive
def test_the_mouse_finds_nodes_edges_and_biases(lab, page):
    lab.evaluate("e => e.scrollIntoView({block: 'start'})")
    for name in ("w5", "w3", "b1", "i1", "target_o1"):
        box = lab.locator(f'[data-name="{name}"]').first.bounding_box()
        # A quarter of the way: two edges cross in the middle of each other.
        page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] * QUARTER[name])
        expect(lab.get_by_label("Selected")).to_have_value(name)


# Where a quarter of the way along lies: the edge w3 falls to the right.
QUARTER = {"w5": 0.5, "w3": 0.25, "b1": 0.5, "i1": 0.5, "target_o1": 0.5}


@pytest.mark.exhaustive
def test_while_it_plays_a_click_still_finds_the_weight(lab, page):
    lab.evaluate("e => e.scrollIntoView({block: 'start'})")
    box = lab.locator('[data-name="w5"]').first.bounding_box()
    button(lab, "Play").click()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(lab.get_by_label("Selected")).to_have_value("w5")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    plays_on(lab)
    button(lab, "Pause").click()
    expect(lab.get_by_text("edit", exact=True)).to_have_count(1)


@pytest.mark.exhaustive
def test_the_same_from_the_table_of_all_numbers_by_keyboard(lab, page):
    numbers = unfold(lab, "All numbers")
    field = numbers.get_by_label("w5")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.5")
    page.keyboard.press("Tab")
    expect(shown(lab, "error")).to_have_text(error_with(w5=0.5))
    expect(numbers.get_by_label("w6")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(shown(lab, "error")).to_have_text(error_with(w5=0.5, w6=1))
    fields = numbers.locator("input")
    labels = [label.strip() for label in numbers.locator("label").all_inner_texts()]
    assert fields.count() == len(labels) == 15
    assert labels[:2] == ["w1", "w2"] and labels[-2:] == ["target_o2", "eta"]


@pytest.mark.exhaustive
def test_the_learning_rate_and_the_rule(lab, page):
    lab.get_by_label("Learning rate").fill("3")
    page.keyboard.press("Enter")
    expect(status(lab)).to_contain_text("eta = 3")
    lab.get_by_label("Biases trained").select_option("one per layer")
    lab.get_by_label("Hidden layers use").select_option("updated weights")
    expect(status(lab)).to_contain_text("Hidden layers use updated weights; biases one per layer")
    button(lab, "Ten rounds").click()
    rule = UpdateRule("updated weights", "one per layer")
    judge = train(example.network, example.inputs, example.targets, 3.0, 10, rule)
    expect(shown(lab, "error")).to_have_text(result_text(judge.errors[-1]))


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", ["many", "nan", "1e999", "<b>1</b>"])
def test_wrong_text_brings_a_message_and_changes_nothing(lab, page, text):
    lab.get_by_label("Selected").select_option("w5")
    expect(lab.locator('[data-picture="weight"] svg')).to_be_visible()
    before = lab.locator('[data-picture="diagram"]').inner_html()
    lab.get_by_label("Value").fill(text)
    page.keyboard.press("Enter")
    expect(lab.locator('[data-message="value"]')).not_to_be_empty()
    assert lab.get_by_label("Value").get_attribute("aria-invalid") == "true"
    expect(shown(lab, "error")).to_have_text(error_with())
    expect(status(lab)).to_contain_text("nothing has changed")
    assert lab.locator("b").count() == 0
    assert violations(lab) == []
    assert lab.locator('[data-picture="diagram"]').inner_html() == before


def press(lab, name):
    """A press on what has this name in a picture, in one step: a view that comes replaces it."""
    lab.evaluate(
        """(lab, name) => lab.querySelector(`[data-name="${name}"]`).dispatchEvent(
            new PointerEvent("pointerdown", { bubbles: true, cancelable: true, button: 0 }))""",
        name,
    )


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["E_total", "h1", "o2"])
def test_a_click_on_something_computed_says_so_and_the_focus_is_not_lost(lab, page, name):
    press(lab, "w5")
    expect(lab.get_by_label("Value")).to_be_focused()
    press(lab, name)
    expect(status(lab)).to_have_text(f"{name} is computed: change what it is made of.")
    expect(lab.get_by_label("Selected")).to_be_focused()
    expect(lab.get_by_label("Selected")).to_have_value("w5" if name == "E_total" else name)


@pytest.mark.exhaustive
def test_a_click_on_eta_and_a_number_change_the_learning_rate(lab, page):
    press(lab, "eta")
    value = lab.get_by_label("Value")
    expect(value).to_be_focused()
    expect(value).to_have_value("0.5")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(status(lab)).to_contain_text("eta = 3, from the next round on.")
    expect(lab.get_by_label("Learning rate")).to_have_value("3")
    expect(lab.locator('[data-picture="diagram"]')).to_contain_text("eta 3.00")


@pytest.mark.exhaustive
def test_a_weight_that_is_clicked_again_is_selected_again(lab, page):
    for _ in range(2):
        at = lab.locator('[data-name="w5"]').first.bounding_box()
        page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        expect(lab.get_by_label("Value")).to_be_focused()
        expect(lab.get_by_label("Selected")).to_have_value("w5")
        button(lab, "Play").focus()
    page.wait_for_timeout(4500)
    assert "unanswered" not in lab.get_attribute("class")


@pytest.mark.exhaustive
def test_a_selected_weight_shows_its_paths_and_its_curve(lab):
    lab.get_by_label("Selected").select_option("w1")
    about = lab.locator('[data-html="about"]')
    expect(about).to_contain_text("2 paths from the error to w1")
    expect(about).to_contain_text("+0.000438568")
    expect(lab.locator('[data-picture="weight"] svg')).to_be_visible()
    lit = lab.locator('[data-facts="diagram"]').text_content()
    assert "Lit: w1, w5, w7, net_h1, out_h1" in lit


@pytest.mark.exhaustive
def test_ones_own_table(lab):
    place = unfold(lab, "Your own table")
    place.get_by_role("textbox").fill("0 0 1 -> 1\n1 0 0 -> 0")
    place.get_by_role("button", name="Use this table").click()
    expect(status(lab)).to_contain_text("Data: your own table. Round 0")
    expect(lab.get_by_label("Data", exact=True)).to_have_value("your own table")
    place.get_by_role("textbox").fill("0 0 1 -> 1\n1 0 zero -> 0")
    place.get_by_role("button", name="Use this table").click()
    expect(place.locator(".message")).to_contain_text("Line 2: 'zero' is no number")


# Away and back ----------------------------------------------------------------------------------


def saved_file(lab, page):
    with page.expect_download() as download:
        unfold(lab, "Take it away").get_by_role("button", name="Save as a file").click()
    return download.value.path().read_text("utf-8")


@pytest.mark.exhaustive
def test_a_file_is_saved_and_loaded(on_xor, page):
    button(on_xor, "Ten rounds").click()
    expect(shown(on_xor, "round")).to_have_text("10")
    error = shown(on_xor, "error").inner_text()
    text = saved_file(on_xor, page)
    assert result_text(restored(json.loads(text)).error) == error
    on_xor.get_by_label("Data", exact=True).select_option("OR")
    expect(status(on_xor)).to_contain_text("Data: OR")
    load(on_xor, text)
    expect(status(on_xor)).to_contain_text("Loaded from a file. Round 10")
    expect(shown(on_xor, "error")).to_have_text(error)
    expect(on_xor.get_by_label("Data", exact=True)).to_have_value("XOR")


def load(lab, text):
    file = {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
    unfold(lab, "Take it away").get_by_label("Load a file").set_input_files(file)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "broken: it stops being JSON in line 1"),
        ('{"cells": []}', "This is no saved training"),
        ("x" * 2_000_000, "too large"),
    ],
)
def test_a_broken_or_foreign_file_brings_a_message_and_changes_nothing(lab, text, said):
    before = lab.locator('[data-picture="diagram"]').inner_html()
    load(lab, text)
    expect(lab.locator('[data-message="load"]')).to_contain_text(said)
    assert lab.locator('[data-picture="diagram"]').inner_html() == before
    expect(shown(lab, "error")).to_have_text(error_with())


@pytest.mark.exhaustive
def test_the_line_of_python_is_copied_and_recreates_what_is_shown(on_xor, page):
    button(on_xor, "Ten rounds").click()
    expect(shown(on_xor, "round")).to_have_text("10")
    on_xor.get_by_label("Speed").select_option("10 rounds a picture")
    place = unfold(on_xor, "Take it away")
    field = place.get_by_label("A line of Python")
    expect(field).to_have_value(re.compile("'speed': '10 rounds a picture'"))
    expect(field).to_have_value(re.compile(r"'rounds': 10,"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    place.get_by_role("button", name="Copy").click()
    line = page.evaluate("navigator.clipboard.readText()")
    assert line == field.input_value()
    # A line that is pasted where nothing has been imported.
    fresh = {}
    *before, last = ast.parse(line).body
    assert len(before) == 1
    exec(ast.unparse(before), fresh)
    again = eval(ast.unparse(last), fresh)
    live, controls = again.present, again.controls
    again.close()
    assert controls["speed"] == "10 rounds a picture"
    assert result_text(live.error) == shown(on_xor, "error").inner_text()


# Keyboard, screen reader, eyes ------------------------------------------------------------------


@pytest.mark.exhaustive
def test_every_control_is_reached_by_tab_and_has_a_name(lab, page):
    while lab.locator("details[open]").count():
        lab.locator("details[open] > summary").first.click()
    lab.get_by_label("Selected").select_option("w5")
    expect(lab.get_by_label("Value")).to_be_enabled()
    button(lab, "Play").focus()
    names = names_by_tab(page, 30)
    assert names == [
        *["Play", "One round", "Ten rounds", "Back", "Reset", "Speed"],
        *["Data", "Hidden neurons", "Seed", "New seed", "Learning rate"],
        *["Show", "Selected", "Value", "− 0.1", "+ 0.1"],
        *["Show the backward pass flow", "Pace"],
        *["Hidden layers use", "Biases trained", "Large type, for a projector"],
        "All numbers, to be changed by keyboard",
        "Your own table",
        "Take it away, bring it back",
        "The backward flow in words",
        "The network in words",
        "The error curve in words",
        "The answers everywhere in words",
        "The error against one weight in words",
        names[-1],
    ]


@pytest.mark.exhaustive
def test_by_keyboard_alone_xor_is_chosen_trained_and_changed(lab, page):
    lab.get_by_label("Data", exact=True).focus()
    page.keyboard.press("x")
    expect(status(lab)).to_contain_text("Data: XOR")
    button(lab, "Ten rounds").focus()
    page.keyboard.press("Enter")
    expect(shown(lab, "round")).to_have_text("10")
    button(lab, "Play").focus()
    page.keyboard.press("Space")
    expect(button(lab, "Pause")).to_be_focused()
    plays_on(lab)
    page.keyboard.press("Space")
    expect(status(lab)).to_contain_text("Paused")
    assert rounds(lab) > 10
    for key in ("ArrowDown", "d", "d", "x"):
        page.keyboard.press(key)
    expect(lab).to_have_count(1)


@pytest.mark.exhaustive
def test_axe_finds_nothing_and_can_find_something(on_xor):
    on_xor.get_by_label("Selected").select_option("w3")
    for words in ("All numbers", "Your own table", "Take it away", "The network in words"):
        unfold(on_xor, words)
    expect(on_xor.locator('[data-picture="weight"] svg')).to_be_visible()
    assert violations(on_xor) == []
    label = on_xor.get_by_text("Learning rate", exact=True)
    name = label.get_attribute("for")
    label.evaluate("label => { label.htmlFor = 'nothing' }")
    assert "label" in violations(on_xor)
    label.evaluate("(label, name) => { label.htmlFor = name }", name)


@pytest.mark.exhaustive
def test_axe_finds_nothing_in_the_dark_theme_either(on_xor, page):
    switch_theme(page, "JupyterLab Dark")
    on_xor.get_by_label("Selected").select_option("w3")
    expect(on_xor.locator('[data-picture="weight"] svg')).to_be_visible()
    assert violations(on_xor) == []
    switch_theme(page, "JupyterLab Light")


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden", ["0", "2", "5", "10"])
@pytest.mark.parametrize("show", ["values", "gradients"])
def test_nothing_is_clipped_no_type_is_too_small_and_the_curve_stands_beside(on_xor, hidden, show):
    on_xor.get_by_label("Hidden neurons", exact=True).select_option(hidden)
    on_xor.get_by_label("Show", exact=True).select_option(show)
    on_xor.get_by_label("Selected").select_option("w1")
    expect(on_xor.locator('[data-picture="weight"] svg')).to_be_visible()
    assert on_xor.evaluate(WIDER_THAN_THEIR_PLACE) == []
    assert min(on_xor.evaluate(TYPE_SIZES)) >= 12
    diagram = on_xor.locator('[data-picture="diagram"]').bounding_box()
    curve = on_xor.locator('[data-picture="error"]').bounding_box()
    assert curve["x"] >= diagram["x"] + diagram["width"]
    assert abs(curve["y"] - diagram["y"]) < 5


@pytest.fixture
def in_large_type(on_xor):
    on_xor.get_by_label("Large type").check()
    expect(on_xor).to_have_class(re.compile("projector"))
    yield on_xor
    on_xor.get_by_label("Large type").uncheck()


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden", ["0", "2", "5", "9", "10"])
def test_in_large_type_the_first_screen_shows_network_and_curve(in_large_type, hidden):
    lab = in_large_type
    lab.get_by_label("Hidden neurons", exact=True).select_option(hidden)
    expect(status(lab)).to_contain_text(f"{hidden} hidden neuron")
    lab.get_by_label("Selected").select_option("w1")
    expect(lab.locator('[data-picture="weight"] svg')).to_be_visible()
    assert lab.evaluate(WIDER_THAN_THEIR_PLACE) == []
    assert min(lab.evaluate(TYPE_SIZES)) >= 15
    lab.evaluate("e => e.scrollIntoView({block: 'start'})")
    panel = lab.page.locator(".jp-WindowedPanel-outer").bounding_box()
    bottom = panel["y"] + panel["height"]
    places = [button(lab, name) for name in ("Play", "One round", "Back", "Reset", "+ 0.1")]
    places += [shown(lab, "round"), shown(lab, "error"), status(lab), lab.get_by_label("Value")]
    places += [lab.locator(f'[data-picture="{name}"] svg') for name in ("diagram", "error")]
    for place in places:
        box = place.bounding_box()
        assert box["y"] >= panel["y"] - 1 and box["y"] + box["height"] <= bottom
    one_round(lab)


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden", range(11))
def test_in_large_type_every_network_can_be_worked(in_large_type, hidden):
    label = in_large_type.get_by_label("Hidden neurons", exact=True)
    label.select_option(str(hidden))
    expect(status(in_large_type)).to_contain_text(f"{hidden} hidden neuron")
    one_round(in_large_type)


def one_round(lab):
    button(lab, "One round").click()
    expect(status(lab)).to_contain_text("1 round on. Round 1,")


@pytest.fixture
def beside_the_file_list(on_xor, page):
    toggle_file_list(page)
    expect(page.locator("#jp-left-stack")).to_be_visible()
    yield on_xor
    toggle_file_list(page)
    expect(page.locator("#jp-left-stack")).to_be_hidden()


def toggle_file_list(page):
    page.locator(".jp-CodeCell .cm-content").first.click()  # a lab keeps its keys for itself
    page.keyboard.press("Control+b")


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden", ["0", "2", "5", "10"])
def test_beside_the_file_list_the_network_stands_left_of_the_curve(beside_the_file_list, hidden):
    lab = beside_the_file_list
    lab.get_by_label("Hidden neurons", exact=True).select_option(hidden)
    expect(status(lab)).to_contain_text(f"{hidden} hidden neuron")
    lab.get_by_label("Selected").select_option("w1")
    expect(lab.locator('[data-picture="weight"] svg')).to_be_visible()
    assert lab.evaluate(WIDER_THAN_THEIR_PLACE) == []
    assert min(lab.evaluate(TYPE_SIZES)) >= 11.9
    diagram = lab.locator('[data-picture="diagram"]').bounding_box()
    curve = lab.locator('[data-picture="error"]').bounding_box()
    assert curve["x"] >= diagram["x"] + diagram["width"]
    assert abs(curve["y"] - diagram["y"]) < 5
    lab.evaluate("e => e.scrollIntoView({block: 'start'})")
    panel = lab.page.locator(".jp-WindowedPanel-outer").bounding_box()
    assert diagram["height"] < panel["height"] - 100


@pytest.mark.exhaustive
def test_no_number_is_wider_than_its_field(on_xor):
    for n in range(2):
        button(on_xor, "Ten rounds").click()
        expect(shown(on_xor, "round")).to_have_text(str(10 * (n + 1)))
    numbers = unfold(on_xor, "All numbers")
    on_xor.get_by_label("Selected").select_option("w1")
    expect(on_xor.get_by_label("Value")).not_to_have_value("")
    wide = on_xor.evaluate(FIELDS_TOO_NARROW)
    assert numbers.locator("input").count() == 13 and wide == []


# The number with most room needed of those that a field may hold.
FIELDS_TOO_NARROW = """lab => [...lab.querySelectorAll('[data-number], [data-part="value"]')]
    .flatMap(field => [field.value, "-0.0255501438"].filter(text => {
        const before = field.value;
        field.value = text;
        const wide = field.scrollWidth > field.clientWidth;
        field.value = before;
        return wide;
    }).map(text => [field.dataset.number ?? "value", text]))"""


WIDER_THAN_THEIR_PLACE = """lab => [lab, ...lab.querySelectorAll('*:not(legend):not(svg *)')]
    .filter(e => !["INPUT", "SELECT", "TEXTAREA"].includes(e.tagName))
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)"""
TYPE_SIZES = """lab => [...lab.querySelectorAll('*')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => e.checkVisibility() && !["desc", "OPTION"].includes(e.tagName))
    .map(e => parseFloat(getComputedStyle(e).fontSize)
        * (e.getScreenCTM ? e.getScreenCTM().a : 1))"""


@pytest.mark.exhaustive
def test_no_class_of_the_lab_is_one_that_jupyterlab_styles(on_xor):
    assert styled_elsewhere(on_xor) == []


# Kernel and cell --------------------------------------------------------------------------------


def test_nothing_was_loaded_from_elsewhere(opened, page, server):
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert [url for url in loaded if not re.match(rf"{server}/|data:|blob:", url)] == []


@pytest.mark.exhaustive
def test_running_the_cell_again_while_it_plays_leaves_one_lab_that_starts_clean(lab, page):
    button(lab, "Play").click()
    expect(shown(lab, "round")).not_to_have_text("0")
    page.locator(".jp-CodeCell", has=lab).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(shown(lab, "round")).to_have_text("0", timeout=PATIENCE)
    assert page.locator(".backprop-watch-it-learn").count() == 1
    page.wait_for_timeout(500)
    expect(shown(lab, "round")).to_have_text("0")
    button(lab, "One round").click()
    expect(shown(lab, "round")).to_have_text("1")


@pytest.mark.exhaustive
def test_a_lab_opened_in_another_cell_closes_this_one_and_it_says_so(lab, page):
    button(lab, "Play").click()
    other = page.locator(".jp-CodeCell").last
    other.locator(".cm-content").click()
    page.keyboard.type("watch_it_learn()")
    page.keyboard.press("Control+Enter")
    other.locator('[data-picture="diagram"] svg').wait_for(timeout=PATIENCE)
    closed = page.locator(".jp-CodeCell").first
    expect(closed).not_to_contain_text("Pause")
    still_there = closed.locator(".backprop-watch-it-learn")
    if still_there.count():
        expect(status(still_there)).to_contain_text("This lab is closed")
    other.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.keyboard.press("Control+Enter")
    page.locator(".jp-CodeCell").first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".backprop-watch-it-learn")).to_have_count(1, timeout=PATIENCE)
    expect(shown(lab, "round")).to_have_text("0", timeout=PATIENCE)


@pytest.mark.exhaustive
def test_after_a_kernel_that_was_held_up_the_lab_is_paused_at_what_was_seen(lab, page):
    button(lab, "Play").click()
    expect(shown(lab, "round")).not_to_have_text("0")
    with held_kernel(page, page.locator(".jp-CodeCell", has=lab)):
        expect(status(lab)).to_contain_text("Python does not answer", timeout=PATIENCE)
        expect(button(lab, "Play")).to_be_visible()
        seen = rounds(lab)
    expect(status(lab)).to_contain_text(f"Paused. Round {seen:,}, error")
    assert rounds(lab) == seen and "unanswered" not in lab.get_attribute("class")
    page.wait_for_timeout(500)
    expect(status(lab)).to_contain_text("Paused")
    assert "net_h1 = " in lab.locator('[data-facts="diagram"]').text_content()
    button(lab, "One round").click()
    expect(shown(lab, "round")).to_have_text(f"{seen + 1:,}")


@pytest.mark.exhaustive
def test_a_page_that_is_loaded_again_while_it_plays_is_paused(chromium, tmp_path):
    with served(tmp_path, OPEN) as address:
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        open_notebook(page, address)
        lab = page.locator(".backprop-watch-it-learn")
        lab.locator('[data-picture="diagram"] svg').wait_for(timeout=2 * PATIENCE)
        page.keyboard.press("Control+s")
        page.wait_for_selector(".lm-TabBar-tab.jp-mod-dirty", state="detached")
        button(lab, "Play").click()
        expect(shown(lab, "round")).not_to_have_text("0")
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(status(lab)).to_contain_text("Paused. Round", timeout=2 * PATIENCE)
        stopped = rounds(lab)
        assert stopped > 0
        button(lab, "One round").click()
        expect(shown(lab, "round")).to_have_text(f"{stopped + 1:,}")
        page.close()


@pytest.mark.exhaustive
def test_without_its_kernel_the_lab_stops_and_says_so(lab, page):
    button(lab, "Play").click()
    expect(shown(lab, "round")).not_to_have_text("0")
    restart_kernel(page)
    expect(status(lab)).to_contain_text("The kernel was restarted or shut down. Run this cell")
    assert "unanswered" in lab.get_attribute("class")
    expect(button(lab, "Play")).to_be_visible()
    page.locator(".jp-CodeCell", has=lab).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(shown(lab, "round")).to_have_text("0", timeout=PATIENCE)
    assert "unanswered" not in lab.get_attribute("class")
    button(lab, "One round").click()
    expect(shown(lab, "round")).to_have_text("1")
