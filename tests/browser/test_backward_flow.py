"""The backward pass as a flow, over a picture in a plain page, whose clock the test holds."""

import pytest
from playwright.sync_api import expect

from backprop_lib import example, watch_it_learn
from backprop_lib.core.weight_update import one_round
from backprop_lib.labs.backward_flow import flow_view
from backprop_lib.labs.lab import HERE
from backprop_lib.labs.walkthrough import diagram_of
from backprop_lib.symbolic.walkthrough_steps import walkthrough

from .plain_page import show

pytestmark = pytest.mark.exhaustive

MODULE = (HERE / "backward_flow.js").read_text("utf-8").replace("export ", "")
UPDATE = one_round(example)
STEP = next(step for step in walkthrough(example) if step.name == "dE_dw1")
VIEW = {"flow": flow_view(UPDATE, "w1", ("projector", "normal"))}
HOPS = VIEW["flow"]["hops"]
SVG = diagram_of(STEP, UPDATE, covered=False).svg
OPEN = """([svg, view]) => {
    document.body.innerHTML = `<div id="picture" style="overflow-x:auto">${svg}</div>
        ${flowControls("t")}${flowWords}`;
    const part = name => document.querySelector(`[data-part="${name}"]`);
    window.flow = openFlow({ part, place: document.querySelector("#picture") });
    flow.show(view);
    window.before = document.querySelector("#picture").innerHTML;
}"""
UNCHANGED = "document.querySelector('#picture').innerHTML === before"
DOT = """(({ cx, cy }) => [cx.baseVal.value, cy.baseVal.value])(
    document.querySelector('#picture circle'))"""


@pytest.fixture
def open_page(chromium):
    def opened(motion="no-preference", width=1280):
        page = chromium.new_page(viewport={"width": width, "height": 720}, reduced_motion=motion)
        pages.append(page)
        page.clock.install()
        page.set_content("<p></p>")
        page.add_script_tag(
            type="module",
            content=f"{MODULE}\nObject.assign(window, {{ openFlow, flowControls, flowWords }});",
        )
        page.wait_for_function("'openFlow' in window")
        page.evaluate(OPEN, [SVG, VIEW])
        page.clock.pause_at(page.evaluate("Date.now() + 10_000"))
        return page

    pages = []
    yield opened
    for page in pages:
        page.close()


def button(page):
    return page.get_by_role("button", name="the backward pass flow").or_(
        page.get_by_role("button", name="End the flow")
    )


def line(page):
    return page.get_by_role("status").inner_text()


def product(page):
    return page.locator("#picture .flowing text").text_content()


def test_nothing_moves_unless_asked(open_page):
    page = open_page()
    page.clock.run_for(30_000)
    assert page.evaluate(UNCHANGED) and line(page) == ""


def test_hop_by_hop_in_order_with_the_running_product_on_it(open_page):
    page = open_page()
    button(page).click()
    for number, hop in enumerate(HOPS):
        assert line(page) == hop["words"]
        assert page.locator("#picture polyline").count() == number + 1
        page.clock.run_for(100)
        assert product(page) == hop["moving"]
        page.clock.run_for(1300)
        assert product(page) == hop["arrived"]
        x, y = map(float, hop["points"].split()[-1].split(","))
        assert page.evaluate(DOT) == pytest.approx([x, y], abs=0.2)
        page.clock.run_for(10_000 if number == len(HOPS) - 1 else 0)
        for _ in range(20):
            if number < len(HOPS) - 1 and line(page) == hop["words"]:
                page.clock.run_for(20)
    # At the end it stands still, until it is ended.
    assert product(page) == "+0.000438568"
    button(page).click()
    assert page.evaluate(UNCHANGED) and line(page) == ""


def test_a_dot_moves_along_its_way(open_page):
    page = open_page()
    button(page).click()
    seen = []
    for _ in range(5):
        seen.append(tuple(page.evaluate(DOT)))
        page.clock.run_for(150)
    assert len(set(seen)) == 5
    # From E_total up, round the error of o1, and to the left.
    assert seen[0][1] > seen[1][1] and seen[-1][0] < seen[0][0]


def test_the_pace_is_chosen_also_while_it_flows(open_page):
    page, hops = open_page(), {}
    for pace in ("slow", "medium", "quick"):
        page.get_by_label("Pace").select_option(pace)
        button(page).click()
        page.clock.run_for(3100)  # away from the end of any hop
        hops[pace] = page.locator("#picture polyline").count()
        button(page).click()
    assert hops == {"slow": 2, "medium": 2, "quick": 5}
    button(page).click()
    page.get_by_label("Pace").select_option("slow")
    page.clock.run_for(2000)
    assert page.locator("#picture polyline").count() == 1


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_at_each_press_hops_stand_still_one_after_another(open_page, motion):
    page = open_page(motion)
    paces = page.get_by_label("Pace")
    if motion == "no-preference":
        paces.select_option("at each press")
    else:  # it is the only one that there is
        expect(paces).to_have_value("at each press")
        assert paces.locator("option:not(:disabled)").all_inner_texts() == ["at each press"]
    button(page).focus()
    page.keyboard.press("Enter")
    for number, hop in enumerate(HOPS):
        assert line(page) == hop["words"]
        drawn = page.locator("#picture").inner_html()
        page.clock.run_for(10_000)
        assert page.locator("#picture").inner_html() == drawn
        assert product(page) == hop["arrived"]
        assert page.locator("#picture polyline").count() == number + 1
        if number < len(HOPS) - 1:
            page.get_by_role("button", name="Next hop").focus()
            page.keyboard.press("Space")
    # There is no next hop; the focus is not lost with its button.
    expect(page.get_by_role("button", name="Next hop")).to_be_hidden()
    expect(button(page)).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate(UNCHANGED)


def test_whoever_asks_for_less_motion_meanwhile_gets_it_at_once(open_page):
    page = open_page()
    button(page).click()
    page.clock.run_for(500)
    page.emulate_media(reduced_motion="reduce")
    page.clock.run_for(200)
    drawn = page.locator("#picture").inner_html()
    page.clock.run_for(10_000)
    assert page.locator("#picture").inner_html() == drawn
    expect(page.get_by_role("button", name="Next hop")).to_be_visible()


def test_another_view_ends_it_and_its_words_stand_in_a_list(open_page):
    page = open_page()
    page.get_by_text("The backward flow in words").click()
    assert page.locator("ol li").all_inner_texts() == [hop["words"] for hop in HOPS]
    button(page).click()
    page.clock.run_for(1000)
    page.evaluate("flow.show({ flow: { hops: [], why: 'Not here.' } })")
    assert page.evaluate(UNCHANGED) and line(page) == ""
    page.clock.run_for(5000)
    assert page.evaluate(UNCHANGED)
    expect(button(page)).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text("The backward flow in words")).to_be_hidden()
    button(page).press("Enter")
    assert page.evaluate(UNCHANGED) and line(page) == "Not here."


def test_on_a_narrow_page_the_dot_is_kept_in_sight_and_the_place_comes_back(open_page):
    page = open_page(width=390)
    page.evaluate("document.querySelector('#picture').scrollLeft = 7")
    button(page).click()
    for _ in HOPS:
        page.clock.run_for(800)
        dot, place = page.locator("#picture circle").bounding_box(), page.locator("#picture")
        assert dot["x"] >= 0 and dot["x"] + dot["width"] <= place.bounding_box()["width"] + 10
        page.clock.run_for(800)
    button(page).click()
    assert page.evaluate("document.querySelector('#picture').scrollLeft") == 7


def test_the_label_stays_inside_the_picture(open_page):
    page = open_page()
    page.get_by_label("Pace").select_option("at each press")
    button(page).click()
    for number in range(len(HOPS)):
        plate = page.locator("#picture .flowing rect").bounding_box()
        svg = page.locator("#picture > svg").bounding_box()
        assert plate["x"] >= svg["x"] - 2 and plate["y"] >= svg["y"] - 2
        assert plate["x"] + plate["width"] <= svg["x"] + svg["width"] + 2
        if number < len(HOPS) - 1:
            page.get_by_role("button", name="Next hop").click()


# In the labs ------------------------------------------------------------------------------------


SAME = (
    "svg => { const p = document.querySelector('[data-picture=diagram]'); "
    "return p.isEqualNode(Object.assign(p.cloneNode(), { innerHTML: svg })); }"
)


def test_in_the_live_lab_it_flows_while_paused_and_ends_with_the_next_round(plain):
    lab = watch_it_learn(name="flow")
    show(plain, lab)
    button(plain).click()
    expect(plain.locator("[data-part=flowing]")).to_contain_text("E_total to out_o1: 1 times")
    assert not plain.evaluate(SAME, lab.view["pictures"]["diagram"])
    plain.get_by_role("button", name="One round").click()
    expect(plain.locator("[data-text=round]")).to_have_text("1")
    expect(plain.locator("[data-part=flowing]")).to_be_empty()
    assert plain.evaluate(SAME, lab.view["pictures"]["diagram"])
    plain.get_by_role("button", name="Play").click()
    expect(button(plain)).to_have_attribute("aria-disabled", "true")
    button(plain).press("Enter")
    expect(plain.locator(".flowing")).to_have_count(0)
    plain.get_by_role("button", name="Pause").click()
    expect(button(plain)).to_have_attribute("aria-disabled", "false")
    lab.close()
