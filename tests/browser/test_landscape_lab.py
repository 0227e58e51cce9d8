"""The landscape lab in JupyterLab in Chromium, worked by keyboard, as a learner meets it."""

import re

import pytest
from playwright.sync_api import expect

from backprop_lib import example, forward_pass
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.training.descent import descent

from .axe import violations
from .jupyter_lab import open_notebook, served, switch_theme
from .tab_order import names_by_tab
from .test_learning_rate_lab import TYPE_SIZES

CELL = "from backprop_lib import example, landscape_lab\nlandscape_lab(example)"
SCREENS = {"laptop": (1280, 720), "tablet": (768, 1024), "phone": (390, 844)}


@pytest.fixture(scope="module")
def opened(page, chromium, tmp_path_factory):
    with served(tmp_path_factory.mktemp("landscape"), CELL) as address:
        open_notebook(page, address)
        lab = page.locator(".backprop-landscape")
        expect(said(lab)).to_contain_text("the error is", timeout=180_000)
        yield lab


@pytest.fixture
def lab(opened, page):
    """The lab at the tutorial's two weights, without a path."""
    page.set_viewport_size({"width": 1280, "height": 720})
    opened.get_by_label("Large type").uncheck()
    opened.get_by_label("Weight to the right").select_option("w5")
    opened.get_by_label("Weight upwards").select_option("w7")
    for name, text in (("Any learning rate", "0.5"), ("Rounds", "100")):
        opened.get_by_role("textbox", name=name).fill(text)
        page.keyboard.press("Enter")
    opened.get_by_role("button", name="Back to the start").click()
    expect(said(opened)).to_have_text(sentence(w5=0.4, w7=0.5))
    expect(opened.locator('[data-text="went"]')).to_be_empty()
    return opened


def said(lab):
    return lab.locator('[data-text="read_out"]')


def sentence(**values):
    """What the library's own forward pass says of a place."""
    where = ", ".join(f"{name} = {value:g}".replace("-", "−") for name, value in values.items())
    return f"{where}: the error is {result_text(forward_pass(example.replace(**values)).E_total)}."


def test_the_point_is_moved_and_the_descent_begun_by_keyboard(lab, page):
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    lab.get_by_role("application").focus()
    w5, w7 = 0.4, 0.5
    moves = {"ArrowLeft": (-0.2, 0), "ArrowUp": (0, 0.2), "Shift+ArrowLeft": (-1, 0)}
    moves |= {"ArrowRight": (0.2, 0), "ArrowDown": (0, -0.2), "Shift+ArrowUp": (0, 1)}
    for key, (across, upwards) in moves.items():
        page.keyboard.press(key)
        w5, w7 = round(w5 + across, 12), round(w7 + upwards, 12)
        expect(said(lab)).to_have_text(sentence(w5=w5, w7=w7))
    for name, value in (("w5", w5), ("w7", w7)):
        expect(lab.get_by_role("textbox", name=name)).to_have_value(f"{value:g}")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells

    lab.get_by_role("slider", name="Learning rate").focus()
    page.keyboard.press("ArrowRight")
    expect(lab.get_by_role("textbox", name="Any learning rate")).to_have_value("0.56")
    lab.get_by_role("button", name="Descend").press("Enter")
    start = example.replace(w5=w5, w7=w7, eta=0.56)
    end = descent(start, ("w5", "w7"), 100)[-1]
    expect(lab.locator('[data-text="went"]')).to_contain_text(
        f"The error goes from {result_text(forward_pass(start).E_total)} to {result_text(end[2])}."
    )
    lab.get_by_role("button", name="Back to the start").press("Enter")
    expect(said(lab)).to_have_text(sentence(w5=0.4, w7=0.5))


@pytest.mark.exhaustive
def test_two_others_have_a_map_and_names_of_their_own(lab, page):
    lab.get_by_label("Weight to the right").select_option("b2")
    expect(said(lab)).to_have_text(sentence(b2=0.6, w7=0.5))
    lab.get_by_role("textbox", name="b2").fill("-1,5")
    page.keyboard.press("Enter")
    expect(said(lab)).to_have_text(sentence(b2=-1.5, w7=0.5))
    lab.get_by_label("Weight upwards").select_option("b2")
    expect(lab.locator('[data-message="upwards"]')).to_contain_text("Choose another weight")
    lab.get_by_label("Weight upwards").select_option("w7")


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", ["ten", "<b>1</b>"])
def test_wrong_input_shows_a_message_beside_the_field(lab, page, text):
    field = lab.get_by_role("textbox", name="w5")
    before = lab.locator('[data-picture="map"]').inner_html()
    field.fill(text)
    page.keyboard.press("Enter")
    expect(lab.locator('[data-message="x"]')).to_contain_text(f"{text} is no number")
    assert field.get_attribute("aria-invalid") == "true"
    assert lab.locator('[data-picture="map"]').inner_html() == before
    assert violations(lab) == []


@pytest.mark.exhaustive
def test_every_control_is_reached_by_tab_in_reading_order_and_has_a_name(lab, page):
    lab.get_by_role("application").focus()
    names = names_by_tab(page, 12)
    assert names == [
        *("Map of the error: the arrow keys move the point", "w5", "w7", "Back to the start"),
        *("Learning rate", "Any learning rate", "Rounds", "Descend"),
        *("Weight to the right", "Weight upwards", "Map reaches ±", "The picture in words"),
    ]


@pytest.mark.exhaustive
def test_a_pointer_takes_the_point_along(lab, page):
    frame = lab.locator("[data-frame]").bounding_box()
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    for part in (0.1, 0.2, 0.25):
        page.mouse.move(middle[0] - part * frame["width"], middle[1] - part * frame["height"])
    page.mouse.up()
    # A pixel is 0.06 of a weight.
    expect(lab.get_by_role("textbox", name="w5")).to_have_value(re.compile(r"^-4\.(5|6)"))
    expect(lab.get_by_role("textbox", name="w7")).to_have_value(re.compile(r"^5\.(4|5)"))
    page.wait_for_timeout(300)  # nothing follows it
    w5, w7 = (float(lab.get_by_role("textbox", name=name).input_value()) for name in ("w5", "w7"))
    expect(said(lab)).to_have_text(sentence(w5=w5, w7=w7))
    expect(lab.get_by_role("application")).to_be_focused()


@pytest.mark.exhaustive
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("large", [False, True])
def test_axe_finds_nothing_with_and_without_a_path(lab, page, theme, large):
    switch_theme(page, theme)
    lab.get_by_label("Large type").set_checked(large)
    expect(lab.locator(f'svg[font-size="{19 if large else 14.5}"]')).to_be_visible()
    assert violations(lab) == []
    lab.get_by_role("button", name="Descend").click()
    expect(lab.locator('[data-text="went"]')).to_contain_text("100 rounds")
    assert violations(lab) == []
    switch_theme(page, "JupyterLab Light")


@pytest.mark.exhaustive
def test_axe_can_find_something(lab):
    label = lab.get_by_text("Rounds", exact=True)
    name = label.get_attribute("for")
    label.evaluate("label => { label.htmlFor = 'nothing' }")
    assert "label" in violations(lab)
    label.evaluate("(label, name) => { label.htmlFor = name }", name)


# What is folded away keeps the size that it had on the screen before.
WIDER_THAN_THEIR_PLACE = """lab => [lab, ...lab.querySelectorAll('*:not(legend):not(svg *)')]
    .filter(e => e.checkVisibility() && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.outerHTML)"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_clipped_and_no_type_is_too_small(lab, page, screen, large):
    lab.get_by_label("Large type").set_checked(large)
    expect(lab.locator(f'svg[font-size="{19 if large else 14.5}"]')).to_be_visible()
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    lab.get_by_role("button", name="Descend").click()
    expect(lab.locator('[data-text="went"]')).not_to_be_empty()
    small = large or screen == "phone"
    expect(lab.locator(f'svg[font-size="{19 if small else 14.5}"]')).to_be_visible()
    assert lab.evaluate(WIDER_THAN_THEIR_PLACE) == []
    assert min(lab.evaluate(TYPE_SIZES)) >= 12
    if not large:  # the map, and the button that draws a path on it, are seen together
        top = lab.locator("[data-frame]").bounding_box()["y"]
        button = lab.get_by_role("button", name="Descend").bounding_box()
        room = page.locator(".jp-Notebook").first.bounding_box()["height"]
        assert button["y"] + button["height"] - top <= room
