"""The walkthrough in JupyterLab in Chromium, worked by keyboard, as a class meets it."""

import re

import pytest
from exercises.mistaken_numbers import mistaken_numbers
from playwright.sync_api import expect

from backprop_lib import example, forward_pass, nudge, weight_update
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.judging import judge
from backprop_lib.symbolic.walkthrough_steps import walkthrough

from .axe import violations
from .class_names import styled_elsewhere
from .jupyter_lab import open_notebook, served, switch_theme
from .tab_order import names_by_tab

CELL = """from backprop_lib import example
from backprop_lib.labs.walkthrough import walkthrough_lab
walkthrough_lab(example)"""
STEPS = walkthrough(example)
AT = {step.name: at for at, step in enumerate(STEPS)}


@pytest.fixture(scope="module")
def address(chromium, tmp_path_factory):
    with served(tmp_path_factory.mktemp("walkthrough"), CELL) as address:
        yield address


@pytest.fixture(scope="module")
def opened(page, address):
    open_notebook(page, address)
    lab = page.locator(".backprop-walkthrough")
    lab.wait_for(timeout=180_000)
    expect(headline(lab)).to_contain_text("net_h1", timeout=180_000)
    return lab


@pytest.fixture
def lab(opened, page):
    """The lab at its first step, covered, with the example's numbers, in ordinary type."""
    opened.get_by_label("Large type").uncheck()
    stage(opened).focus()
    page.keyboard.press("Home")
    expect(place(opened)).to_contain_text("Step 1 of")
    # Off and on: everything is covered again.
    opened.get_by_label("Cover the results").uncheck()
    expect(headline(opened)).to_have_text("net_h1 = 0.377500000")
    opened.get_by_label("Cover the results").check()
    expect(headline(opened)).to_have_text("net_h1 = ?")
    stage(opened).focus()
    return opened


def stage(lab):
    return lab.locator('[data-part="stage"]')


def place(lab):
    return lab.locator('[data-text="place"]')


def headline(lab):
    return lab.locator(".headline")


def shown(lab, view):
    return lab.locator(f'[data-html="{view}"]')


def predict(lab, text):
    lab.get_by_label("Your prediction").fill(text)
    lab.get_by_label("Your prediction").press("Enter")


def jump(lab, name):
    lab.get_by_label("Jump to").select_option(str(AT[name]))
    expect(headline(lab)).to_contain_text(f"{name} =")


@pytest.mark.exhaustive
def test_the_whole_round_by_clicker_shows_the_librarys_numbers(lab, page):
    forward = forward_pass(example.network, example.inputs, example.targets)
    update = weight_update(forward, example.learning_rate)
    for at, step in enumerate(STEPS):
        number = f"{update[step.name]:.9f}"
        expect(headline(lab)).to_have_text(f"{step.name} = ?")
        expect(place(lab)).to_contain_text(f"Step {at + 1} of 44 · {step.part}")
        assert number not in shown(lab, "code").inner_text()
        page.keyboard.press("PageDown")
        expect(headline(lab)).to_have_text(f"{step.name} = {number}")
        assert shown(lab, "code").inner_text().split() == [*step.code.split(), "→", number]
        assert shown(lab, "numbers").inner_text().split()[-1] == number
        assert (number in shown(lab, "check").inner_text()) == (step.check is not None)
        if step.check:
            assert f"{nudge(step.name, example):.7f}" == f"{float(number):.7f}"
        assert shown(lab, "formula").locator("math").count() >= 1
        assert shown(lab, "formula").bounding_box()["height"] > 10
        page.keyboard.press("PageDown")
    expect(headline(lab)).to_have_text("w4_new = 0.299502287")


def test_keys_and_buttons_go_forward_and_back(lab, page):
    for key, step in (
        *(("ArrowRight", 2), ("n", 3), (" ", 4), ("ArrowLeft", 3), ("PageUp", 2)),
        *(("End", 44), ("ArrowRight", 44), ("Home", 1), ("ArrowLeft", 1)),
    ):
        page.keyboard.press(key)
        expect(place(lab)).to_contain_text(f"Step {step} of 44")
    for name, step in (("Next", 2), ("Last", 44), ("Back", 43), ("First", 1)):
        lab.get_by_role("button", name=name, exact=True).click()
        expect(place(lab)).to_contain_text(f"Step {step} of 44")
    expect(lab.get_by_role("button", name="Back", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(lab.get_by_role("button", name="Next")).to_have_attribute("aria-disabled", "false")
    # The keys work from a button as well.
    lab.get_by_role("button", name="Next").focus()
    page.keyboard.press("ArrowRight")
    expect(place(lab)).to_contain_text("Step 2 of 44")


@pytest.mark.exhaustive
def test_the_keys_move_no_cell_and_edit_none(lab, page):
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    for key in ("ArrowDown", "ArrowUp", "a", "d", "d", "x", "m"):
        page.keyboard.press(key)
    expect(place(lab)).to_contain_text("Step 1 of 44")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@pytest.mark.exhaustive
def test_forty_quick_presses_show_the_fortieth_step(lab, page):
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(place(lab)).to_contain_text("Step 41 of 44")
    page.wait_for_timeout(300)
    expect(headline(lab)).to_have_text(f"{STEPS[40].name} = ?")
    expect(lab.get_by_label("Jump to")).to_have_value("40")


@pytest.mark.exhaustive
def test_a_wrong_prediction_then_a_right_one(lab):
    jump(lab, "dE_dw6")
    predict(lab, "0.4425")
    verdict = lab.locator('[data-text="verdict"]')
    expect(verdict).to_contain_text("out * (1 - out) is missing")
    expect(headline(lab)).to_have_text("dE_dw6 = ?")
    whole = lab.inner_html()
    assert "0.0826" not in whole and "0.082667628" not in whole
    predict(lab, "0.0827")
    expect(verdict).to_contain_text("Right")
    expect(headline(lab)).to_have_text("dE_dw6 = 0.082667628")
    lab.get_by_role("button", name="Cover again").click()
    expect(headline(lab)).to_have_text("dE_dw6 = ?")
    expect(lab.get_by_label("Your prediction")).to_have_value("")


@pytest.mark.exhaustive
def test_what_is_judged_already_is_waited_for_in_vain_by_nobody(lab, page):
    predict(lab, "0.5")
    expect(lab.locator('[data-text="verdict"]')).to_contain_text("This is not it")
    lab.get_by_role("button", name="Judge it").click()
    lab.get_by_text("Your own numbers").click()
    lab.get_by_role("button", name="Back to the example's numbers").click()
    page.wait_for_timeout(4500)
    expect(lab.locator('strong[data-text="status"]')).to_be_empty()
    assert "unanswered" not in lab.get_attribute("class")
    lab.get_by_text("Your own numbers").click()


@pytest.mark.exhaustive
def test_a_prediction_goes_with_the_covers_and_with_the_numbers(lab, page):
    field, verdict = lab.get_by_label("Your prediction"), lab.locator('[data-text="verdict"]')
    predict(lab, "0.3775")
    expect(headline(lab)).to_have_text("net_h1 = 0.377500000")
    lab.get_by_label("Cover the results").uncheck()
    lab.get_by_label("Cover the results").check()
    expect(headline(lab)).to_have_text("net_h1 = ?")
    expect(field).to_have_value("")
    predict(lab, "0.38")
    expect(verdict).not_to_be_empty()
    lab.get_by_text("Your own numbers").click()
    lab.get_by_label("w1", exact=True).fill("0.2")
    page.keyboard.press("Enter")
    expect(lab.locator('[data-text="own"]')).to_have_text("These are your own numbers.")
    expect(field).to_have_value("")
    predict(lab, "0.38")
    expect(headline(lab)).to_have_text("net_h1 = 0.380000000")
    lab.get_by_role("button", name="Back to the example's numbers").click()
    expect(headline(lab)).to_have_text("net_h1 = ?")
    lab.get_by_text("Your own numbers").click()


@pytest.mark.exhaustive
def test_the_answer_field_keeps_its_own_keys(lab, page):
    field = lab.get_by_label("Your prediction")
    field.focus()
    page.keyboard.type("0.5n")
    for key in ("ArrowLeft", "Home", "End", "ArrowRight"):
        page.keyboard.press(key)
    expect(field).to_have_value("0.5n")
    expect(place(lab)).to_contain_text("Step 1 of 44")
    page.keyboard.press("PageDown")
    expect(headline(lab)).to_have_text("net_h1 = 0.377500000")


def test_reveal_and_the_switch_for_all_covers(lab, page):
    lab.get_by_role("button", name="Reveal").click()
    expect(headline(lab)).to_have_text("net_h1 = 0.377500000")
    stage(lab).focus()
    page.keyboard.press("ArrowRight")
    expect(headline(lab)).to_have_text("out_h1 = ?")
    lab.get_by_label("Cover the results").uncheck()
    expect(headline(lab)).to_have_text("out_h1 = 0.593269992")
    expect(lab.get_by_label("Your prediction")).to_be_hidden()
    stage(lab).focus()
    page.keyboard.press("PageDown")
    expect(headline(lab)).to_have_text("net_h2 = 0.392500000")


@pytest.mark.exhaustive
def test_jumping_to_any_step_in_groups_by_part(lab):
    groups = lab.locator("optgroup").evaluate_all("all => all.map(g => g.label)")
    assert groups == ["forward pass", "output layer", "hidden layer", "update"]
    jump(lab, "dE_dw1")
    expect(place(lab)).to_contain_text("Step 29 of 44 · hidden layer, 9 of 16")
    lit = lab.locator('[data-picture="diagram"] svg')
    assert "lit, going backward: dE_dw1" in lit.get_attribute("aria-label")


@pytest.mark.exhaustive
def test_own_numbers_and_back_again(lab, page):
    lab.get_by_text("Your own numbers").click()
    lab.get_by_label("w1", exact=True).fill("-0.6")
    page.keyboard.press("Enter")
    expect(lab.locator('[data-text="own"]')).to_have_text("These are your own numbers.")
    stage(lab).focus()
    page.keyboard.press("r")
    mine = walkthrough(example.replace(w1=-0.6))[0]
    expect(headline(lab)).to_have_text(f"net_h1 = {mine.result}")
    expect(shown(lab, "numbers")).to_contain_text("(-0.6) * 0.05")

    field = lab.get_by_label("w1", exact=True)
    for wrong in ("oops", "<b>1</b>", "1e999"):
        field.fill(wrong)
        page.keyboard.press("Enter")
        expect(lab.locator('[data-message="w1"]')).to_contain_text(f"{wrong} is")
        assert field.get_attribute("aria-invalid") == "true"
        expect(headline(lab)).to_have_text(f"net_h1 = {mine.result}")
    assert violations(lab) == []

    lab.get_by_role("button", name="Back to the example's numbers").click()
    expect(lab.locator('[data-text="own"]')).to_be_empty()
    expect(field).to_have_value("0.15")
    expect(headline(lab)).to_have_text("net_h1 = ?")
    lab.get_by_text("Your own numbers").click()


@pytest.mark.exhaustive
def test_the_picture_in_words_gives_nothing_away_either(lab, page):
    lab.get_by_text("The picture in words").click()
    facts = lab.locator('[data-facts="diagram"]')
    expect(facts).to_contain_text("h1: net_h1, out_h1")
    stage(lab).focus()
    page.keyboard.press("r")
    expect(facts).to_contain_text("h1: net_h1 = 0.377500000, out_h1")
    assert facts.is_visible()
    lab.get_by_text("The picture in words").click()


@pytest.mark.exhaustive
def test_every_control_is_reached_by_tab_in_reading_order_and_has_a_name(lab, page):
    lab.get_by_role("button", name="First").focus()
    names = names_by_tab(page, 15)
    assert names == [
        *("First", "Back", "Next", "Last", "Jump to"),
        *("The step, in four views", "Your prediction", "Judge it", "Reveal"),
        *("Show the backward pass flow", "Pace"),
        *("Cover the results", "Large type, for a projector"),
        *("The picture in words", "Your own numbers"),
    ]


@pytest.mark.exhaustive
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("large", [False, True])
def test_axe_finds_nothing_covered_and_uncovered(lab, page, theme, large):
    switch_theme(page, theme)
    lab.get_by_label("Large type").set_checked(large)
    jump(lab, "dE_dw1")
    expect(headline(lab)).to_have_text("dE_dw1 = ?")
    predict(lab, "0.0044")
    expect(lab.locator('[data-text="verdict"]')).not_to_be_empty()
    assert violations(lab) == []
    stage(lab).focus()
    page.keyboard.press("r")
    expect(headline(lab)).to_have_text("dE_dw1 = 0.000438568")
    assert violations(lab) == []
    switch_theme(page, "JupyterLab Light")


@pytest.mark.exhaustive
def test_axe_can_find_something(lab):
    select = lab.get_by_label("Jump to")
    select.evaluate("e => { e.parentElement.firstElementChild.remove(); }")
    found = violations(lab)
    lab.locator(".jump").evaluate(
        "e => e.insertAdjacentHTML('afterbegin', '<span>Jump to</span> ')"
    )
    assert "select-name" in found


@pytest.mark.exhaustive
def test_for_a_projector_every_step_fits_the_screen_in_large_type(lab, page):
    lab.get_by_label("Large type").check()
    expect(stage(lab)).to_be_focused()  # a clicker works at once
    panel = page.locator(".jp-Notebook").first.bounding_box()["height"]
    for step in STEPS:
        for _ in ("covered", "revealed"):
            expect(headline(lab)).to_contain_text(f"{step.name} =")
            top, bottom = lab.bounding_box()["y"], stage(lab).bounding_box()
            assert bottom["y"] + bottom["height"] - top <= panel
            assert min(stage(lab).evaluate(TYPE_SIZES)) >= 24
            assert min(lab.evaluate(PICTURE_TYPE)) >= 17.5
            assert picture(lab).bounding_box()["width"] >= 760
            assert lab.evaluate(WIDER_THAN_THEIR_PLACE) == []
            before = headline(lab).inner_text()
            page.keyboard.press("PageDown")
            if step.name != "w4_new" or "?" in before:
                expect(headline(lab)).not_to_have_text(before)


def picture(lab):
    return lab.locator('[data-picture="diagram"] svg')


@pytest.mark.exhaustive
def test_after_a_click_on_anything_but_a_control_the_keys_go_on(lab, page):
    for at, place_to_click in enumerate((".picture", ".strip", ".headline", ".formula", ".place")):
        lab.get_by_role("button", name="Next").focus()
        lab.locator(place_to_click).click(position={"x": 5, "y": 5})
        expect(stage(lab)).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(place(lab)).to_contain_text(f"Step {at + 2} of 44")
    lab.get_by_label("Your prediction").click()
    expect(lab.get_by_label("Your prediction")).to_be_focused()
    lab.get_by_text("Cover the results").click()
    expect(lab.get_by_label("Cover the results")).to_be_focused()
    lab.get_by_text("Cover the results").click()


def test_the_backward_pass_is_seen_to_flow_on_request_and_leaves_the_picture_as_it_was(lab, page):
    button, said = lab.locator('[data-part="flow"]'), lab.locator('[data-part="flowing"]')
    over = picture(lab).locator(".flowing")
    jump(lab, "dE_dw1")
    # As long as the result is covered, the flow would give it away.
    button.press("Enter")
    expect(said).to_have_text("The flow ends with the result. Predict it or reveal it first.")
    expect(over).to_have_count(0)
    stage(lab).focus()
    page.keyboard.press("r")
    expect(headline(lab)).to_have_text("dE_dw1 = 0.000438568")
    before = picture(lab).evaluate("e => e.outerHTML")

    lab.get_by_label("Pace").select_option("quick")
    button.press("Enter")
    for words in ("0.741365070", "0.138498562", "0.036350306", "That is dE_dw1."):
        expect(said).to_contain_text(words)
    expect(over.locator("text")).to_have_text("+0.000438568")
    assert violations(lab) == []
    expect(button).to_have_text("End the flow")
    button.press("Enter")
    expect(said).to_be_empty()
    assert picture(lab).evaluate("e => e.outerHTML") == before

    # By its key; and the next step ends it.
    stage(lab).focus()
    page.keyboard.press("f")
    expect(over.locator("text")).to_have_text("+0.741365070")
    page.keyboard.press("ArrowRight")
    expect(headline(lab)).to_have_text("dE_dw2 = ?")
    expect(over).to_have_count(0)
    expect(button).to_have_text("Show the backward pass flow")


LIST_OF_FILES = '.jp-SideBar .lm-TabBar-tab[title*="File Browser"]'


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["net_h1", "dE_dw5", "dE_o1_dout_h1", "dE_dw1", "w5_new"])
def test_beside_the_list_of_files_a_step_is_on_the_screen(lab, page, name):
    page.click(LIST_OF_FILES)
    lab.evaluate("e => new Promise(done => setTimeout(done, 500))")
    jump(lab, name)
    stage(lab).focus()
    page.keyboard.press("r")
    expect(headline(lab)).not_to_contain_text("?")
    panel = page.locator(".jp-Notebook").first.bounding_box()["height"]
    box, top = stage(lab).bounding_box(), lab.bounding_box()["y"]
    width = lab.bounding_box()["width"]
    smallest, wider = min(lab.evaluate(PICTURE_TYPE)), lab.evaluate(WIDER_THAN_THEIR_PLACE)
    page.click(LIST_OF_FILES)
    assert 780 < width < 980
    assert box["y"] + box["height"] - top <= panel
    assert smallest >= 12 and wider == []


@pytest.mark.exhaustive
def test_for_a_projector_the_longest_words_about_a_mistake_fit_as_well(lab, page):
    lab.get_by_label("Large type").check()
    panel = page.locator(".jp-Notebook").first.bounding_box()["height"]
    for name in ("dE_dw5", "dE_dw1"):
        wrong = [number for m in MISTAKES.values() for number in mistaken_numbers(m, name, example)]
        said = {f"{n:.9f}": judge(name, f"{n:.9f}", example).words for n in wrong}
        answer = max(said, key=lambda number: len(said[number]))
        jump(lab, name)
        predict(lab, answer)
        expect(lab.locator('[data-text="verdict"]')).to_have_text(said[answer])
        top, bottom = lab.bounding_box()["y"], stage(lab).bounding_box()
        assert bottom["y"] + bottom["height"] - top <= panel


@pytest.mark.exhaustive
def test_judging_by_the_button_does_not_lose_the_keys(lab, page):
    lab.get_by_label("Your prediction").fill("0.378")
    lab.get_by_role("button", name="Judge it").focus()
    page.keyboard.press("Enter")
    expect(headline(lab)).to_have_text("net_h1 = 0.377500000")
    page.keyboard.press("ArrowRight")
    expect(place(lab)).to_contain_text("Step 2 of 44")


@pytest.mark.exhaustive
def test_nothing_is_clipped_and_no_type_is_too_small(lab, page):
    for name in ("net_h1", "dE_dw6", "dE_dw1", "w1_new"):
        jump(lab, name)
        for _ in ("covered", "revealed"):
            assert lab.evaluate(WIDER_THAN_THEIR_PLACE) == []
            assert min(lab.evaluate(TYPE_SIZES)) >= 12
            assert min(lab.evaluate(FORMULA_TYPE)) >= 12
            stage(lab).focus()
            page.keyboard.press("r")


# Type of the picture as it is seen: the picture grows and shrinks with its place.
PICTURE_TYPE = """lab => [...lab.querySelectorAll('.picture svg text')]
    .filter(e => e.textContent).map(e => e.getScreenCTM().a * e.getAttribute('font-size'))"""
# Small numbers under the line are small in every book: MathML's are not counted.
FORMULA_TYPE = """lab => [...lab.querySelectorAll('math *')].filter(e => !e.children.length)
    .map(e => parseFloat(getComputedStyle(e).fontSize))"""
TYPE_SIZES = """lab => [...lab.querySelectorAll('*:not(math *):not(svg *)')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => e.checkVisibility())
    .map(e => parseFloat(getComputedStyle(e).fontSize))"""
WIDER_THAN_THEIR_PLACE = """lab => [lab, ...lab.querySelectorAll('*:not(legend):not(svg *)')]
    .filter(e => e.clientWidth && !e.closest('math') && e.scrollWidth > e.clientWidth + 1)
    .filter(e => !e.matches('label span')).map(e => e.outerHTML.slice(0, 200))"""


@pytest.mark.exhaustive
def test_no_class_of_the_lab_is_one_that_jupyterlab_styles(lab):
    assert styled_elsewhere(lab) == []


@pytest.mark.exhaustive
def test_running_the_cell_again_leaves_one_lab(opened, page):
    page.locator(".jp-CodeCell", has=opened).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(headline(opened)).to_have_text("net_h1 = ?")
    expect(place(opened)).to_contain_text("Step 1 of 44")
    assert page.locator(".backprop-walkthrough").count() == 1


@pytest.mark.exhaustive
def test_nothing_was_loaded_from_elsewhere(opened, page, address):
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert [url for url in loaded if not re.match(rf"{address}/|data:|blob:", url)] == []


@pytest.mark.exhaustive
def test_without_its_kernel_the_lab_says_so(opened, page, address):
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    headers = {"X-XSRFToken": cookies["_xsrf"]}
    for kernel in page.request.get(f"{address}/api/kernels").json():
        restart = f"{address}/api/kernels/{kernel['id']}/restart"
        assert page.request.post(restart, headers=headers).ok
    stage(opened).focus()
    page.keyboard.press("ArrowRight")
    status = opened.locator('[data-text="status"]')
    expect(status).to_contain_text("Python does not answer", timeout=180_000)
    assert "unanswered" in opened.get_attribute("class")


@pytest.mark.exhaustive
def test_two_labs_on_a_page_keep_apart(chromium, tmp_path):
    second_cell = 'walkthrough_lab(example, "update", name="second")'
    with served(tmp_path, CELL, second_cell) as address:
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        open_notebook(page, address)
        first, second = (page.locator(".backprop-walkthrough").nth(k) for k in (0, 1))
        expect(headline(second)).to_have_text("w5_new = ?", timeout=180_000)
        ids = page.locator(".backprop-walkthrough [id]").evaluate_all("all => all.map(e => e.id)")
        assert len(ids) == len(set(ids)) > 0
        second.get_by_text("Your own numbers").click()
        second.get_by_label("w5", exact=True).fill("1")
        page.keyboard.press("Enter")
        expect(shown(second, "numbers")).to_contain_text("1 - 0.5 *")
        expect(headline(first)).to_have_text("net_h1 = ?")
        expect(first.locator('[data-text="own"]')).to_be_empty()
        page.close()


OTHERS = """from backprop_lib import random_network, walkthrough_lab
from backprop_lib.core.example import Example
example = Example(random_network({sizes}, seed=1), {inputs}, {targets}, 0.3)
walkthrough_lab(example, name="{sizes}")"""
NETWORKS = [((2, 3, 1), [0.5, -1], [0]), ((3, 4, 3), [0.5, -1, 2], [0, 1, 0.5])]


@pytest.mark.exhaustive
def test_for_a_projector_a_step_of_another_small_network_fits_the_screen(chromium, tmp_path):
    cells = [OTHERS.format(sizes=s, inputs=i, targets=t) for s, i, t in NETWORKS]
    with served(tmp_path, *cells) as address:
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        open_notebook(page, address)
        for at, least in enumerate((17, 14)):
            lab = page.locator(".backprop-walkthrough").nth(at)
            lab.wait_for(timeout=180_000)
            lab.get_by_label("Large type").check()
            expect(stage(lab)).to_be_focused()
            panel = page.locator(".jp-Notebook").first.bounding_box()["height"]
            for option in lab.get_by_label("Jump to").locator("option").all():
                name = option.inner_text().split(": ")[1]
                lab.get_by_label("Jump to").select_option(option.get_attribute("value"))
                expect(headline(lab)).to_have_text(f"{name} = ?")
                top, bottom = lab.bounding_box()["y"], stage(lab).bounding_box()
                assert bottom["y"] + bottom["height"] - top <= panel, name
                stage(lab).focus()
                page.keyboard.press("r")
                expect(headline(lab)).not_to_have_text(f"{name} = ?")
                top, bottom = lab.bounding_box()["y"], stage(lab).bounding_box()
                assert bottom["y"] + bottom["height"] - top <= panel, name
                assert min(lab.evaluate(PICTURE_TYPE)) >= least, name
                assert lab.evaluate(WIDER_THAN_THEIR_PLACE) == [], name
        page.close()
