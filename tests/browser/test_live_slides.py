"""Slides with a kernel behind them: each lab is live, in large type, without a network."""

import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from backprop_lib import example, forward_pass
from backprop_lib.teaching.slides import ASSETS

NO_VOILA = "live slides need Voilà: pip install -e '.[live-slides]'"

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(not find_spec("voila"), reason=NO_VOILA),
]


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """The addresses that ``present`` prints for the decks of lessons 01 and 05.

    Their scripts are empty files: without reveal.js the slides of a deck stand below each other.
    """
    folder = tmp_path_factory.mktemp("a room")
    for name in ASSETS.values():
        path = folder / "assets" / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    command = [sys.executable, "-u", "-m", "backprop_lib"]
    made = [*command, "slides", "01", "05", "--local", "assets", "--to", "my decks"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    shows = subprocess.Popen(
        [*command, "present", "my decks"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        yield [shows.stdout.readline().strip() for _ in range(2)]
    finally:
        shows.terminate()
        shows.communicate()


@pytest.fixture
def page(chromium):
    """A page that fails on what it would fetch from elsewhere."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert len(asked) > 10
    assert [
        url for url in asked if not re.match(r"(http|ws)://127\.0\.0\.1:|data:|blob:", url)
    ] == []


def opened(page, address, number=0):
    """The frame of a lab of a deck, once the lab is there."""
    page.goto(address)
    frame = page.locator("iframe.live-lab").nth(number)
    frame.scroll_into_view_if_needed()
    frame.content_frame.locator(".backprop-lab").wait_for(timeout=180_000)
    return frame.content_frame


def test_the_walkthrough_is_live_in_its_deck(page, addresses):
    lab = opened(page, addresses[0])
    net_h1 = forward_pass(example).net_h1
    lab.get_by_role("textbox").first.fill(str(net_h1))
    lab.get_by_role("button", name="Judge it").click()
    lab.get_by_text(f"{net_h1:.9f}").locator("visible=true").first.wait_for(timeout=60_000)
    # The still and the line that says where the lab is live have gone.
    assert not page.get_by_text("The lab is live in the notebook.").is_visible()
    assert page.locator("iframe.live-lab").count() == 1


def test_a_lab_takes_large_type_and_fits_its_slide(page, addresses):
    for number, name in enumerate(("Landscape lab", "Learning-rate lab")):
        lab = opened(page, addresses[1], number)
        assert lab.get_by_role("group", name=name, exact=False).count() >= 1
        lab.get_by_role("checkbox", name="Large type", checked=True).wait_for(timeout=60_000)
        width = lab.locator("body").evaluate("b => b.scrollWidth - b.clientWidth")
        assert width <= 0


def test_escape_gives_the_keys_back_to_the_slides(page, addresses):
    lab = opened(page, addresses[1])
    lab.get_by_role("textbox").first.click()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.tagName !== 'IFRAME'")
    pressed = page.evaluate_handle(
        "() => { const seen = []; onkeydown = (press) => seen.push(press.key); return seen; }"
    )
    page.keyboard.press("PageDown")
    assert pressed.json_value() == ["PageDown"]


def test_a_deck_that_is_a_file_shows_the_still(chromium, tmp_path):
    made = [sys.executable, "-m", "backprop_lib", "slides", "01", "--to", "decks"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "decks" / "01_forward_pass.slides.html").as_uri())
    assert page.locator("iframe.live-lab").count() == 1
    assert not page.locator("iframe.live-lab").is_visible()
    assert page.locator("iframe.live-lab").get_attribute("src") is None
    assert page.get_by_text("The lab is live in the notebook.").is_visible()
    context.close()
