"""How long from a key press to the changed picture, in JupyterLab in a real Chromium.

    python benchmarks/lab_latency.py            200 key presses with the compiler and 200 without
    python benchmarks/lab_latency.py --site SITE    and 200 in the web page, which tools/build_site.py
                                                    has made in the folder SITE; and how it starts

In the page: the clock starts with the keydown event and stops in the frame after the one in which
the changed picture stands. The kernel's own share is the time from the message to the answer in
the kernel: looking up or training, drawing, words. Writes lab_latency.md beside this file.
"""

import argparse
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browser.jupyter_lab import CHROMIUM, find_browser, open_notebook, served  # noqa: E402
from web_page.handed_out import handed_out  # noqa: E402

PRESSES = 200
IN_A_PAGE = "in the web page"
# Milliseconds: to the screen, and of it in the kernel.
LIMITS = {"with numba": (45, 8), "without numba": (45, 8), IN_A_PAGE: (70, None)}
# Seconds from opening a lesson of the web page: till it can be read, and to its first result.
STARTS = {"00_start_here": (3, 10), "05_learning_rate": (3, 14)}
WITHOUT_NUMBA = "import sys; sys.modules['numba'] = None"
OPEN_THE_LAB = """
from backprop_lib import example
from backprop_lib import learning_rate_lab
learning_rate_lab(example)
"""
# Presses nothing itself: it waits for the next key press, and for the picture to change.
MEASURE = """() => new Promise(done => {
    const lab = document.querySelector(".backprop-learning-rate");
    const picture = lab.querySelector('[data-picture="error"]');
    let pressed;
    const press = event => { pressed = event.timeStamp };
    addEventListener("keydown", press, {capture: true, once: true});
    new MutationObserver((_, observer) => {
        observer.disconnect();
        // This frame is painted with the new picture when the next one begins.
        requestAnimationFrame(() => requestAnimationFrame(() => {
            done([performance.now() - pressed, Number(lab.dataset.milliseconds)]);
        }));
    }).observe(picture, {childList: true, subtree: true, attributes: true, characterData: true});
})"""


def measure(browser, code):
    """Key presses to pictures, and the kernel's shares, in milliseconds; and the engine."""
    with tempfile.TemporaryDirectory() as name:
        with served(Path(name), f"{code}\n{OPEN_THE_LAB}") as address:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            open_notebook(page, address)
            return presses(page)


def presses(page):
    """The same, of a page with an open lab."""
    lab = page.locator(".backprop-learning-rate")
    lab.get_by_role("button", name="Skip the question").click(timeout=120_000)
    lab.locator('[data-picture="sweep"] svg').wait_for(timeout=120_000)
    page.wait_for_timeout(1000)
    lab.get_by_role("slider").focus()
    times = [press(page, n) for n in range(PRESSES)]
    return times, lab.locator('[data-text="engine"]').inner_text()


def measure_page(browser, address, lesson):
    """A page with a lesson that runs; and the seconds till it could be read, and till it had a
    result: it is asked to run as soon as its kernel is ready."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.set_default_timeout(180_000)
    began = time.perf_counter()
    page.goto(f"{address}lab/index.html?path={lesson}.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-RenderedMarkdown h1")
    readable = time.perf_counter() - began
    page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle$/")
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('[data-command="runmenu:run-all"]')
    page.wait_for_function(f"() => {CELLS}.some(cell => cell.executionCount)")
    return page, readable, time.perf_counter() - began


def press(page, n):
    """One press of an arrow key; it goes up the whole slider and down again."""
    page.evaluate(f"void (window.measured = ({MEASURE})())")
    page.keyboard.press("ArrowRight" if n % 100 < 50 else "ArrowLeft")
    measured = page.evaluate("window.measured")
    page.wait_for_timeout(60)
    return measured


def percentile(values, percent):
    return statistics.quantiles(values, n=100)[percent - 1]


def row(name, times, engine):
    to_screen, in_kernel = zip(*times, strict=True)
    screen, share = percentile(to_screen, 95), percentile(in_kernel, 95)
    most, most_share = LIMITS[name]
    met = screen <= most and (most_share is None or share <= most_share)
    return (
        f"| {name}: {engine} | {statistics.median(to_screen):.0f} | {screen:.0f} | {most} "
        f"| {statistics.median(in_kernel):.1f} | {share:.1f} | {most_share or ''} "
        f"| {'yes' if met else 'no'} |"
    )


def rows_of_the_page(browser, site):
    """A row for the lab, and one for each start."""
    starts, page = [], None
    with handed_out(site) as address:
        for lesson, (most_to_read, most) in STARTS.items():
            if page:
                page.context.close()  # its lesson runs on, and takes from the next one's time
            page, readable, first = measure_page(browser, address, lesson)
            met = readable <= most_to_read and first <= most
            starts.append(
                f"| {lesson} | {readable:.1f} | {most_to_read} | {first:.1f} | {most} "
                f"| {'yes' if met else 'no'} |"
            )
            print(starts[-1], flush=True)
        at = page.evaluate(WHERE_THE_LAB_IS)
        page.evaluate("at => jupyterapp.shell.currentWidget.content.scrollToItem(at, 'start')", at)
        return row(IN_A_PAGE, *presses(page)), starts


CELLS = "[...jupyterapp.shell.currentWidget.content.model.cells]"
WHERE_THE_LAB_IS = f"""() => {CELLS}.findIndex(
  cell => cell.sharedModel.getSource().includes("learning_rate_lab("))"""
HEAD = """# Learning-rate lab: from key press to changed picture

`python benchmarks/lab_latency.py --site SITE`: {presses} presses of an arrow key on the slider,
10,000 rounds each. JupyterLab on loopback, Chromium {version} without a graphics card, Python
{python}. Milliseconds.

| | screen p50 | screen p95 | at most | kernel p50 | kernel p95 | at most | met |
|---|---|---|---|---|---|---|---|
"""
HEAD_OF_STARTS = """
# The web page: from opening a lesson to its first result

A new browser each time, a server on the same machine. Seconds.

| | readable | at most | first result | at most | met |
|---|---|---|---|---|---|
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--site")
    site = parser.parse_args().site
    rows, starts = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright), args=CHROMIUM
        )
        for name, code in (("with numba", ""), ("without numba", WITHOUT_NUMBA)):
            rows.append(row(name, *measure(browser, code)))
            print(rows[-1], flush=True)
        if site:
            last, starts = rows_of_the_page(browser, site)
            rows.append(last)
            print(last, flush=True)
        version = browser.version
        browser.close()
    head = HEAD.format(presses=PRESSES, version=version, python=platform.python_version())
    text = head + "\n".join([*rows, ""])
    if starts:
        text += HEAD_OF_STARTS + "\n".join([*starts, ""])
    (HERE / "lab_latency.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
