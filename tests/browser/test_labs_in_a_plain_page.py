"""What the page sides of the labs do, whatever page they stand on: no JupyterLab is needed."""

import pytest
from playwright.sync_api import expect

from backprop_lib import (
    UpdateRule,
    example,
    landscape_lab,
    learning_rate_lab,
    walkthrough_lab,
    watch_it_learn,
)
from backprop_lib.labs.learning_rate.runs import SweptRuns

from .axe import violations
from .plain_page import DARK, show


@pytest.fixture(scope="module")
def swept():
    swept = SweptRuns(example, 10_000, UpdateRule())
    swept.go_on(lambda: False)
    return swept


@pytest.fixture
def rate_lab(plain, swept):
    """On the page, its question answered; and the sizes of what comes to it."""
    lab = learning_rate_lab(example, name="plain page")
    lab._sweeps[10_000, UpdateRule()] = swept
    sizes = show(plain, lab)
    plain.get_by_role("button", name="Skip the question").click()
    expect(plain.locator("svg")).to_have_count(3)
    yield lab, sizes
    lab.close()


@pytest.fixture
def live_lab(plain):
    lab = watch_it_learn(name="plain page")
    show(plain, lab)
    yield lab
    lab.close()


IS_THERE = """([html, name]) => {
    const place = document.querySelector(`[data-picture=${name}]`);
    return place.isEqualNode(Object.assign(place.cloneNode(), { innerHTML: html }));
}"""


def test_a_move_brings_little_and_the_very_pictures(plain, rate_lab):
    lab, sizes = rate_lab
    plain.get_by_role("slider").focus()
    for key in ("ArrowRight", "ArrowLeft", "End", "Home"):
        sizes.clear()
        plain.keyboard.press(key)
        expect(plain.locator("[aria-live]")).to_contain_text(
            f"Learning rate {lab.controls['rate']}:"
        )
        assert len(sizes) == 1 and sizes[0] <= 2000
        for name, svg in lab.view["pictures"].items():
            assert plain.evaluate(IS_THERE, [svg, name])


@pytest.mark.exhaustive
def test_a_page_that_has_missed_a_change_asks_for_the_whole(plain, rate_lab):
    lab, _ = rate_lab
    lab.set(rate="10")  # nobody tells the page
    plain.get_by_role("slider").focus()
    plain.keyboard.press("Home")
    expect(plain.locator("[aria-live]")).to_contain_text("Learning rate 0.01:")


@pytest.mark.exhaustive
@pytest.mark.parametrize(("getting_ready", "patience"), [(False, 4), (True, 60)])
def test_python_that_gets_ready_is_waited_for_longer(plain, swept, getting_ready, patience):
    lab = learning_rate_lab(example, name="plain page")
    lab._sweeps[10_000, UpdateRule()] = swept
    show(plain, lab)
    plain.wait_for_timeout(500)  # until it is told that it is shown
    plain.evaluate(
        """ready => {
            told({ view: { ...model.get("view"), getting_ready: ready, sent: 99 } });
            model.save_changes = model.send = () => {};
        }""",
        getting_ready,
    )
    plain.clock.install()
    status = plain.locator('[data-text="status"]')
    plain.get_by_role("button", name="Skip the question").click()
    plain.clock.run_for(1000 * (patience - 1))
    expect(status).to_have_text("Waiting for Python…")
    plain.clock.run_for(2000)
    expect(status).to_contain_text("Python does not answer.")
    lab.close()


def lose_the_next(lab, name):
    """What goes this way is lost, once."""

    def lose(*_):
        setattr(lab, name, way)

    way = getattr(lab, name)
    setattr(lab, name, lose)


@pytest.mark.exhaustive
@pytest.mark.parametrize("way", ["set_state", "send"])
def test_the_last_movement_is_shown_though_it_or_its_answer_is_lost(plain, rate_lab, way):
    lab, _ = rate_lab
    plain.get_by_role("slider").focus()
    plain.keyboard.press("ArrowRight")
    expect(plain.locator("[aria-live]")).to_contain_text("Learning rate 0.56:")
    lose_the_next(lab, way)
    plain.keyboard.press("ArrowRight")
    expect(plain.locator("[aria-live]")).to_contain_text("Learning rate 0.63:")
    expect(plain.locator("[data-text=status]")).to_be_empty()


@pytest.mark.exhaustive
@pytest.mark.parametrize("way", ["_receive", "send"])
def test_a_button_does_once_what_it_says_though_it_or_its_answer_is_lost(plain, live_lab, way):
    lose_the_next(live_lab, way)
    plain.get_by_role("button", name="One round").click()
    expect(plain.locator("[data-text=round]")).to_have_text("1")
    assert live_lab.present.rounds == 1


def test_what_was_said_of_a_text_goes_when_another_is_typed(plain, rate_lab):
    field, message = plain.get_by_label("Any learning rate"), plain.locator("[data-message=rate]")
    for _ in range(2):
        field.fill("ten")
        plain.keyboard.press("Enter")
        expect(message).to_contain_text("ten is no number")
        plain.keyboard.type("x")
        expect(message).to_be_empty()
        expect(field).to_have_attribute("aria-invalid", "false")


# What JupyterLab sees of a key: it listens at the document, before the lab does.
SEEN = """() => { window.kept = [];
    document.addEventListener("keydown", event =>
        kept.push(event.target.dataset.lmSuppressShortcuts ?? "let through"), true); }"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("control", ["slider", "textbox", "combobox", "button"])
def test_chords_are_let_through_and_other_keys_are_kept(plain, rate_lab, control):
    plain.evaluate(SEEN)
    plain.locator("#lab").get_by_role(control).first.focus()
    for key in ("Control+s", "ArrowDown", "Control+s"):
        plain.keyboard.press(key)
    # A chord is two keys: the first, Control alone, is one already.
    chord = ["let through"] * 2
    assert plain.evaluate("kept") == [*chord, "true", *chord]


@pytest.mark.exhaustive
def test_a_field_of_text_keeps_the_chords_that_edit_it(plain, rate_lab):
    plain.evaluate(SEEN)
    plain.get_by_label("Any learning rate").focus()
    plain.keyboard.press("Control+a")
    assert plain.evaluate("kept")[-1] == "true"
    assert plain.evaluate("getSelection().toString()") == "0.5"


@pytest.mark.exhaustive
def test_escape_leaves_the_lab(plain, rate_lab):
    plain.get_by_role("slider").focus()
    plain.keyboard.press("Escape")
    assert plain.evaluate("document.activeElement === document.body")


@pytest.mark.exhaustive
def test_a_pause_brings_the_words_back_and_the_round_that_was_seen(plain, live_lab):
    plain.get_by_role("button", name="Play").click()
    expect(plain.locator("[data-picture=diagram] desc")).to_have_text(
        "The words come back when it pauses."
    )
    plain.get_by_role("button", name="Pause").click()
    expect(plain.get_by_role("status")).to_contain_text("Paused. Round")
    expect(plain.locator("[data-picture=diagram] desc")).to_contain_text("Network with 2 inputs")
    assert plain.locator("[data-text=round]").inner_text() == live_lab.view["round"]


def test_no_list_has_an_empty_point(plain, live_lab):
    assert plain.evaluate("[...document.querySelectorAll('li')].every(li => li.textContent)")


@pytest.mark.exhaustive
@pytest.mark.parametrize("plays", [False, True])
def test_a_closed_lab_is_cleaned_up_without_a_fault(plain, live_lab, plays):
    if plays:
        plain.get_by_role("button", name="Play").click()
    plain.evaluate("told({ view: { closed: 'This lab is closed.' } })")
    expect(plain.locator("#lab")).to_have_text("This lab is closed.")
    plain.evaluate("cleanUp()")


# On any screen ----------------------------------------------------------------------------------


def skip_the_question(page):
    page.get_by_role("button", name="Skip the question").click()
    expect(page.locator("[data-picture=sweep] svg")).to_be_visible()


def pin_and_mistype(page):
    page.get_by_role("button", name="Pin this curve").click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.get_by_label("Any learning rate").fill("ten")
    page.keyboard.press("Enter")
    expect(page.locator("[data-message=rate]")).to_contain_text("ten is no number")


def jump_to_a_derivative(page):
    page.get_by_label("Jump to").select_option(label="15: dE_dw5")
    expect(page.locator("[data-html=headline]")).to_have_text("dE_dw5 = ?")


def predict_wrongly(page):
    page.get_by_label("Your prediction").fill("1.2")
    page.get_by_role("button", name="Judge it").click()
    expect(page.locator("[data-text=verdict]")).to_contain_text("This is not it")


def choose_xor(page):
    page.get_by_label("Data", exact=True).select_option("XOR")
    expect(page.locator("[data-picture=regions] svg")).to_be_visible()


def select_a_weight(page):
    page.get_by_label("Selected").select_option("w1")
    expect(page.locator("[data-picture=weight] svg")).to_be_visible()
    expect(page.locator("[data-html=about] table")).to_be_visible()


def look_at_it(page):
    expect(page.locator("[data-picture=map] > svg")).to_be_visible()


def descend(page):
    page.get_by_role("button", name="Descend").click()
    expect(page.locator("[data-text=went]")).to_contain_text("100 rounds")


# How each is opened, what is done at first, and what brings a message, a prediction or a selection.
LABS = {
    "learning rate": (learning_rate_lab, skip_the_question, pin_and_mistype),
    "walkthrough": (walkthrough_lab, jump_to_a_derivative, predict_wrongly),
    "watch it learn": (watch_it_learn, choose_xor, select_a_weight),
    "landscape": (landscape_lab, look_at_it, descend),
}


@pytest.fixture(params=LABS)
def opened(plain, swept, request):
    """A page with a lab on which something has been done, and the lab's name."""
    open_lab, begin, _ = LABS[request.param]
    lab = open_lab(example, name="plain page")
    if request.param == "learning rate":
        lab._sweeps[10_000, UpdateRule()] = swept
    show(plain, lab)
    plain.add_style_tag(content="body { font-family: sans-serif }")
    begin(plain)
    yield plain, request.param
    lab.close()


# What is looked at and what is touched: they are to be seen together.
SEEN_TOGETHER = {
    "learning rate": "[data-picture=error], [data-picture=sweep], [data-part=slider]",
    "walkthrough": "[data-picture=diagram], [data-field=answer]",
    "watch it learn": "[data-picture=diagram], [data-part=play]",
    "landscape": "[data-picture=map], [data-part=descend]",
}
SCREENS = {
    "phone": (390, 844),
    "phone, as wide as JupyterLab leaves it": (290, 723),
    "tablet": (768, 1024),
    "small": (800, 600),
    "small, as wide as JupyterLab leaves it": (636, 600),
    "laptop": (1280, 720),
    "laptop, as wide as JupyterLab leaves it": (1116, 599),
    "laptop, beside the list of files": (864, 599),
    "large": (2560, 1440),
    "laptop at 200 %": (640, 360),
}
# What may be wider than its place says so, and is pushed sideways in it; on a narrow screen only.
STICKS_OUT = """lab => [...lab.querySelectorAll("*:not(legend, option, optgroup, svg *)")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1)
    .filter(e => !e.parentElement.closest("[data-more]"))
    .filter(e => e.getBoundingClientRect().right > lab.getBoundingClientRect().right + 1
        || e.getBoundingClientRect().left < lab.getBoundingClientRect().left - 1
        || !e.matches("input, select, textarea, [data-more], math *")
            && getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1
        || lab.clientWidth > 560 && e.matches("[data-more]"))
    .map(e => e.outerHTML.slice(0, 120))"""
PICTURE_TYPE = """lab => [...lab.querySelectorAll("svg text")]
    .filter(e => e.checkVisibility() && e.textContent.trim())
    .map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"""
HEIGHT_OF_ALL = """(lab, names) => {
    const boxes = [...lab.querySelectorAll(names)].map(e => e.getBoundingClientRect());
    return Math.max(...boxes.map(b => b.bottom)) - Math.min(...boxes.map(b => b.top));
}"""


def wait_for_pictures_that_fit(page):
    """The words around them have 14 px, their headings up to 22."""
    page.wait_for_function(
        f"({PICTURE_TYPE})(document.querySelector('#lab')).every(px => 11.9 <= px && px <= 22)"
    )


def is_at_home_on(page, name, screen):
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    LABS[name][2](page)
    wait_for_pictures_that_fit(page)
    lab = page.locator("#lab")
    assert lab.evaluate(STICKS_OUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert lab.evaluate(HEIGHT_OF_ALL, SEEN_TOGETHER[name]) <= height
    assert violations(lab) == []


def test_on_a_phone_nothing_sticks_out(opened):
    is_at_home_on(*opened, "phone, as wide as JupyterLab leaves it")


@pytest.mark.exhaustive
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", SCREENS)
def test_on_every_screen_nothing_sticks_out(opened, screen, dark):
    page, name = opened
    if dark:
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
        page.add_style_tag(content=DARK)
    is_at_home_on(page, name, screen)


@pytest.mark.parametrize("screen", ["laptop", "laptop, beside the list of files"])
def test_nothing_moves_when_a_message_a_prediction_or_a_selection_comes(opened, screen):
    page, name = opened
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    wait_for_pictures_that_fit(page)
    page.evaluate(UNTIL_NOTHING_MOVES)
    tops = page.evaluate_handle(TOPS)
    LABS[name][2](page)
    page.wait_for_timeout(100)
    assert page.evaluate(MOVED, tops) == []


# What is empty may come anywhere.
TOPS = """() => [...document.querySelectorAll("[data-picture], [data-html], fieldset, details, dl")]
    .filter(e => e.textContent.trim()).map(e => [e, e.getBoundingClientRect().top + scrollY])"""
# For so many frames one after the other: what a busy machine draws late, it counts slowly, too.
UNTIL_NOTHING_MOVES = f"""async () => {{
    const places = () => JSON.stringify(({TOPS})().map(([, top]) => top));
    for (let still = 0, before = ""; still < 20;) {{
        await new Promise(requestAnimationFrame);
        still = places() === before ? still + 1 : 0;
        before = places();
    }}
}}"""
MOVED = """tops => tops.filter(([e, top]) =>
    e.checkVisibility() && Math.abs(e.getBoundingClientRect().top + scrollY - top) > 1)
    .map(([e]) => e.outerHTML.slice(0, 80))"""
