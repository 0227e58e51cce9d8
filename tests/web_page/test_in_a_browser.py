"""The whole suite in a web page, in Chromium, from a server that only hands out files."""

import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from backprop_lib import example, forward_pass, train
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.labs.rate_slider import RATES
from backprop_lib.symbolic.walkthrough_steps import PARTS, walkthrough
from backprop_lib.training.descent import descent
from tests.browser.axe import violations
from tests.browser.test_landscape_lab import sentence
from tests.browser.test_learning_rate_lab import expected

pytestmark = pytest.mark.exhaustive

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
PATIENCE = 180_000
THE_NOTEBOOK = "jupyterapp.shell.currentWidget.content.model"
# The number of a cell comes with its last word.
ALL_RAN = f"""() => [...{THE_NOTEBOOK}.cells].every(
  (cell) => cell.type !== "code" || !cell.sharedModel.getSource().trim() || cell.executionCount)"""
OUTPUTS = f"""() => [...{THE_NOTEBOOK}.cells].filter((cell) => cell.type === "code")
  .map((cell) => cell.sharedModel.outputs)"""


class Ran(NamedTuple):
    """A lesson after Run All, and the addresses outside the site that anything asked for."""

    page: Page
    name: str
    outside: list


def wait_for_the_lesson(page):
    """Wait until its text is there, wherever it is scrolled to."""
    page.wait_for_function(
        "() => globalThis.jupyterapp?.shell?.currentWidget?.content?.model?.cells?.length > 3"
    )


def open_lesson(context, address, name):
    """A page with a lesson, its kernel ready; and the list of requests that left the server."""
    outside = []
    ours = (address, "data:", "blob:")
    context.on(
        "request", lambda asked: None if asked.url.startswith(ours) else outside.append(asked.url)
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}lab/index.html?path={name}.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-RenderedMarkdown h1")
    page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle$/")
    return page, outside


def run_all(page):
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('[data-command="runmenu:run-all"]')
    page.wait_for_function(ALL_RAN)


@pytest.fixture(scope="module", params=LESSONS)
def ran(request, chromium, address):
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page, outside = open_lesson(context, address, request.param)
    page.keyboard.press("Control+b")
    run_all(page)
    yield Ran(page, request.param, outside)
    context.close()


def text_of(outputs):
    """What a cell printed and showed, as text; of saved outputs and of the page's alike."""
    printed, shown = "", []
    for output in outputs:
        if output["output_type"] == "stream":
            printed += "".join(output["text"])
        elif "data" in output:
            shown.append("".join(output["data"].get("text/plain", "")))
    return printed, shown


def test_every_cell_runs_and_says_what_is_saved_to_the_last_digit(ran):
    saved = json.loads((NOTEBOOKS / f"{ran.name}.ipynb").read_text("utf-8"))
    cells = [cell for cell in saved["cells"] if cell["cell_type"] == "code"]
    outputs = ran.page.evaluate(OUTPUTS)
    assert len(outputs) == len(cells) > 0
    for cell, came in zip(cells, outputs, strict=True):
        kinds = [output.get("name", output["output_type"]) for output in came]
        assert not {"error", "stderr"} & set(kinds), came
        if "nbval-ignore-output" not in cell["metadata"].get("tags", []):
            assert text_of(came) == text_of(cell["outputs"]), "".join(cell["source"])
    assert ran.outside == []


# The labs, by keyboard -------------------------------------------------------------------------


def of(*names):
    return pytest.mark.parametrize("ran", names, indirect=True)


def cell_with(page, words):
    """The first code cell whose source has these words, scrolled to: those far away are not drawn.

    Returns its place on the page and its source.
    """
    at, source = page.evaluate(
        f"""(words) => {{
          const sources = [...{THE_NOTEBOOK}.cells].map(
            (cell) => cell.type === "code" ? cell.sharedModel.getSource() : "");
          const at = sources.findIndex((source) => source.includes(words));
          return [at, sources[at]];
        }}""",
        words,
    )
    page.evaluate("at => jupyterapp.shell.currentWidget.content.scrollToItem(at, 'start')", at)
    cell = page.locator(f'.jp-CodeCell[data-windowed-list-index="{at}"]')
    cell.scroll_into_view_if_needed()
    return cell, source


def find_lab(page, name):
    """The lab that a lesson opens with a function of this name."""
    cell, _ = cell_with(page, f"{name}(")
    return cell.locator(".backprop-lab")


@of("05_learning_rate")
def test_the_learning_rate_lab_is_moved_and_pinned_by_keyboard(ran):
    lab, page = find_lab(ran.page, "learning_rate_lab"), ran.page
    lab.get_by_role("button", name="Skip the question").press("Enter")
    said, slider = lab.locator('[aria-live="polite"]'), lab.get_by_role("slider")
    expect(slider).to_be_enabled(timeout=PATIENCE)
    expect(said).to_have_text(re.compile(f"^{re.escape(expected(0.5))}"), timeout=PATIENCE)
    slider.press("ArrowRight")
    rate = float(RATES[RATES.index("0.5") + 1])
    expect(said).to_have_text(re.compile(f"^{re.escape(expected(rate))}"), timeout=PATIENCE)
    lab.get_by_role("button", name="Pin this curve").press("Enter")
    expect(lab.locator("table")).to_contain_text(f"pinned: rate {rate:g}", timeout=PATIENCE)
    for _ in range(3):
        slider.press("ArrowRight")
    rate = float(RATES[RATES.index("0.5") + 4])
    expect(said).to_have_text(re.compile(f"^{re.escape(expected(rate))}"), timeout=PATIENCE)
    lab.get_by_role("button", name="Unpin").press("Enter")
    expect(lab.locator("table")).not_to_contain_text("pinned", timeout=PATIENCE)
    lab.get_by_role("button", name="Reset to the tutorial").press("Enter")
    expect(said).to_have_text(re.compile(f"^{re.escape(expected(0.5))}"), timeout=PATIENCE)
    expect(lab.locator('[data-text="status"]')).to_be_empty()
    page.keyboard.press("Tab")


@of("05_learning_rate")
def test_the_landscape_lab_is_walked_and_descended_by_keyboard(ran):
    lab = find_lab(ran.page, "landscape_lab")
    said, went = lab.locator('[data-text="read_out"]'), lab.locator('[data-text="went"]')
    expect(said).to_have_text(sentence(w5=0.4, w7=0.5), timeout=PATIENCE)
    lab.get_by_role("application").press("ArrowLeft")
    expect(said).to_have_text(sentence(w5=0.2, w7=0.5), timeout=PATIENCE)
    lab.get_by_role("button", name="Descend").press("Enter")
    start = example.replace(w5=0.2)
    end = descent(start, ("w5", "w7"), 100)[-1, 2]
    errors = f"{result_text(forward_pass(start).E_total)} to {result_text(end)}."
    expect(went).to_contain_text(f"The error goes from {errors}", timeout=PATIENCE)
    lab.get_by_role("button", name="Back to the start").press("Enter")
    expect(went).to_be_empty(timeout=PATIENCE)
    expect(lab.locator('[data-text="status"]')).to_be_empty()


@of("06_watch_it_learn")
def test_the_live_lab_plays_and_counts_by_keyboard(ran):
    lab = find_lab(ran.page, "watch_it_learn")
    errors = train(example.network, example.inputs, example.targets, 0.5, 11).errors
    error, rounds = lab.locator('[data-text="error"]'), lab.locator('[data-text="round"]')

    def press(name):
        lab.get_by_role("button", name=name, exact=True).press("Enter")

    for name, k in (("One round", 1), ("Ten rounds", 11), ("Back", 10), ("Reset", 0)):
        press(name)
        expect(rounds).to_have_text(str(k), timeout=PATIENCE)
        expect(error).to_have_text(result_text(errors[k]))
    press("Play")
    ran.page.wait_for_function(
        "lab => Number(lab.querySelector('[data-text=round]').textContent) > 20",
        arg=lab.element_handle(),
        timeout=PATIENCE,
    )
    press("Pause")
    expect(lab.get_by_role("status")).to_contain_text("Paused. Round ", timeout=PATIENCE)
    k = int(rounds.inner_text().replace(",", ""))
    more = train(example.network, example.inputs, example.targets, 0.5, k).errors
    expect(error).to_have_text(result_text(more[k]))


@of("01_forward_pass", "02_output_layer_derivatives", "03_hidden_layer_derivatives")
def test_a_walkthrough_is_walked_by_keyboard(ran):
    lab = find_lab(ran.page, "walkthrough_lab")
    part = PARTS[LESSONS.index(ran.name) - 1]
    steps = [step for step in walkthrough(example) if step.part == part]
    headline = lab.locator(".headline")
    lab.get_by_label("Cover the results").uncheck()
    lab.locator('[data-part="stage"]').focus()
    ran.page.keyboard.press("Home")
    for step in steps[:3]:
        expect(headline).to_contain_text(f"{step.name} = {step.value:.9f}", timeout=PATIENCE)
        ran.page.keyboard.press("ArrowRight")


# A learner's work ------------------------------------------------------------------------------

LESSON = LESSONS[0]
ASKS = "check("  # in every cell with an exercise, and the import names it without the bracket
STATE = f'[data-state="{LESSON}.ipynb"]'


@pytest.fixture(scope="module")
def learner(chromium, address):
    """A browser of one learner, the lesson 00 open in it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    page, _ = open_lesson(context, address, LESSON)
    # "Leave the page?", where something was not saved yet.
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()


def solution_of(asked):
    source = NOTEBOOKS.parent / "backprop_lib" / "lessons" / f"{LESSON}.ipynb"
    cells = json.loads(source.read_text("utf-8"))["cells"]
    (solution,) = [
        cell["metadata"]["solution"] for cell in cells if "".join(cell["source"]) == asked
    ]
    return "".join(solution)


def write(page, cell, source):
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(source)
    page.keyboard.press("Control+Enter")


def test_an_exercise_is_judged_kept_and_begun_anew(learner, address, tmp_path):
    page = learner
    run_all(page)
    cell, asked = cell_with(page, ASKS)
    says = cell.locator('.jp-OutputArea-output [role="status"]')
    write(page, cell, asked.replace("...", "123"))
    expect(says).to_contain_text("Not right yet", timeout=PATIENCE)
    solution = solution_of(asked)
    write(page, cell, solution)
    expect(says).to_contain_text("✓", timeout=PATIENCE)
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")

    page.reload()
    wait_for_the_lesson(page)
    assert cell_with(page, ASKS)[1] == solution

    page.goto(address)
    expect(page.locator(STATE)).to_have_text("You have begun this lesson.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my work").click()
    download.value.save_as(tmp_path / "work.zip")
    with zipfile.ZipFile(tmp_path / "work.zip") as work:
        assert work.testzip() is None
        cells = json.loads(work.read(f"{LESSON}.ipynb"))["cells"]
        assert solution in ["".join(cell["source"]) for cell in cells]

    page.get_by_role("button", name="Begin anew").click()
    page.get_by_role("button", name="Keep my work").click()
    expect(page.locator(STATE)).to_have_text("You have begun this lesson.")
    page.get_by_role("button", name="Begin anew").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(STATE)).to_be_empty()
    page.goto(f"{address}lab/index.html?path={LESSON}.ipynb")
    wait_for_the_lesson(page)
    assert cell_with(page, ASKS)[1] == asked


def test_an_older_copy_is_named_kept_and_moved_beside_the_new_one(learner, address):
    page = learner
    page.goto(f"{address}lab/index.html?path={LESSON}.ipynb")
    wait_for_the_lesson(page)
    page.evaluate(
        """async () => {
          const { context } = jupyterapp.shell.currentWidget;
          context.model.sharedModel.setMetadata("backprop_lib", { edition: "an older one" });
          context.model.cells.get(0).sharedModel.setSource("# Mine, of long ago");
          await context.save();
        }"""
    )
    page.reload()
    expect(page.locator("#lesson-bar")).to_contain_text("Lesson 00 has changed since you began")
    page.goto(address)
    expect(page.locator("#news")).to_contain_text("1 lesson changed since you began: 00.")
    page.get_by_role("button", name="Take the new one, keep mine beside it").click()
    expect(page.locator("#news")).to_contain_text(f"Yours is {LESSON}_my_copy_1.ipynb")
    expect(page.locator(STATE)).to_be_empty()
    page.goto(f"{address}lab/index.html?path={LESSON}.ipynb")
    heading = page.locator(".jp-Notebook .jp-RenderedMarkdown h1").first
    expect(heading).to_contain_text("Start here", timeout=PATIENCE)
    page.goto(f"{address}lab/index.html?path={LESSON}_my_copy_1.ipynb")
    expect(heading).to_contain_text("Mine, of long ago", timeout=PATIENCE)


def test_without_a_network_the_page_is_there_all_the_same(chromium, address):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready")
    page.close()
    page, _ = open_lesson(context, address, LESSON)
    run_all(page)
    page.close()
    context.set_offline(True)
    page, _ = open_lesson(context, address, LESSON)
    run_all(page)
    kinds = {output["output_type"] for outputs in page.evaluate(OUTPUTS) for output in outputs}
    assert kinds and "error" not in kinds
    context.close()


# The front page --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (768, 1024), (390, 844)])
def test_the_front_page_fits_every_screen_and_axe_finds_nothing(chromium, address, size, scheme):
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#have")).to_have_text("There is nothing of yours in this browser yet.")
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    start = page.get_by_role("link", name="Start with lesson 00")
    box = start.bounding_box()
    assert box["y"] + box["height"] < size[1] and box["height"] >= 44
    assert violations(page.locator("body")) == []
    context.close()


def test_to_look_at_a_lesson_makes_no_copy_of_it(chromium, address):
    """Else its text would stay as it was when the site is updated."""
    context = chromium.new_context()
    page, _ = open_lesson(context, address, LESSON)
    page.wait_for_timeout(1000)
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
    context.close()


def test_the_site_is_small_enough(site):
    total = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert total <= 70e6
    assert (site / "index.html").stat().st_size < 30_000
