"""How smoothly the lab that watches a network learn plays, and how soon an edit is seen.

    python benchmarks/network_lab.py     each speed for five seconds, then 100 edits of w5
    python benchmarks/network_lab.py --site SITE    the same, and then in the web page, which
                                                    tools/build_site.py has made in the folder SITE

In JupyterLab, in a real Chromium. A picture counts when the diagram on the page is a new one in a
frame that the browser draws; two that come within one frame count as one. An edit is a press of
"+ 0.1" or "− 0.1": the clock starts with the press and stops in the frame after the one in which
the changed diagram stands. The page measures itself. What drives the browser stays connected to
it, and gets every message of JupyterLab too, which takes up to a fifth of the machine. Writes
network_lab.md beside this file.
"""

import argparse
import platform
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browser.jupyter_lab import CHROMIUM, find_browser, open_notebook, served  # noqa: E402
from web_page.handed_out import handed_out  # noqa: E402

SECONDS = 5
EDITS = 100
IN_LAB, IN_A_PAGE = "JupyterLab", "the web page"
# Pictures a second that are asked for: of the tutorial's network, and of ten hidden neurons.
AT_LEAST = {IN_LAB: (60, 45), IN_A_PAGE: (50, None)}
OPEN_THE_LAB = """
from backprop_lib.labs.watch_it_learn.lab import watch_it_learn
watch_it_learn()
"""
SPEEDS = (
    "1 round a picture",
    "10 rounds a picture",
    "100 rounds a picture",
    "up to 1,000 a picture",
)
# What is played: data, hidden neurons, what the diagram shows, and the weight that is selected.
PLAYED = (
    ("the tutorial's example", "2", "values", ""),
    ("the tutorial's example", "2", "gradients", "w1"),
    ("XOR", "2", "values", ""),
    ("XOR", "2", "gradients", "w3"),
    ("XOR", "10", "values", ""),
    ("XOR", "10", "gradients", "w3"),
)
# In the page. A new picture is whatever changes in the diagram.
MEASURES = """
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const anything = {childList: true, subtree: true, attributes: true, characterData: true};
const pictures = (lab, milliseconds) => new Promise(done => {
    let changed = false, frames = [], running = true;
    const observer = new MutationObserver(() => { changed = true; });
    observer.observe(lab.querySelector('[data-picture="diagram"]'), anything);
    const frame = now => {
        if (changed) frames.push(now);
        changed = false;
        if (running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    setTimeout(() => { running = false; observer.disconnect(); done(frames); }, milliseconds);
});
const pressed = (lab, words) => new Promise(done => {
    const button = [...lab.querySelectorAll("button")].find(b => b.textContent.trim() === words);
    let start;
    new MutationObserver((_, observer) => {
        observer.disconnect();
        // This frame is painted with the new picture when the next one begins.
        requestAnimationFrame(() => requestAnimationFrame(() => {
            done([performance.now() - start, Number(lab.dataset.milliseconds)]);
        }));
    }).observe(lab.querySelector('[data-picture="diagram"]'), anything);
    start = performance.now();
    button.click();
});
const played = async (lab, milliseconds) => {
    const button = lab.querySelector('[data-part="play"]');
    button.click();
    await pause(1000);
    const frames = await pictures(lab, milliseconds);
    button.click();
    return frames;
};
const edited = async (lab, times) => {
    const measured = [];
    for (let n = 0; n < times; n++) {
        measured.push(await pressed(lab, n % 20 < 10 ? "− 0.1" : "+ 0.1"));
        await pause(60);
    }
    return measured;
};
"""


def choose(lab, data, hidden, show, selected):
    """Open this training, its weights being those of seed 0 unless it is the tutorial's."""
    choices = {"Data": data, "Hidden neurons": hidden, "Show": show, "Selected": selected}
    for label, value in choices.items():
        control = lab.get_by_label(label, exact=True)
        if control.input_value() != value:
            control.select_option(value)
            lab.page.wait_for_timeout(500)


def played(lab, speed):
    """Pictures a second, and the usual and the longest time between two, at a speed."""
    lab.get_by_label("Speed").select_option(speed)
    lab.page.wait_for_timeout(500)
    frames = in_the_page(lab, f"played(lab, {1000 * SECONDS})")
    gaps = [b - a for a, b in pairwise(frames)]
    return len(frames) / SECONDS, statistics.quantiles(gaps, n=100)[94], max(gaps)


def edited(lab):
    """Milliseconds from a press to the picture, and of these those in Python, for every edit."""
    lab.get_by_label("Selected").select_option("w5")
    lab.page.wait_for_timeout(500)
    times = in_the_page(lab, f"edited(lab, {EDITS})")
    return [percentiles(values) for values in zip(*times, strict=True)]


def in_the_page(lab, measure):
    """What a measure in the page finds."""
    return lab.evaluate(f"lab => {{ {MEASURES} return {measure}; }}")


def percentiles(values):
    return statistics.median(values), statistics.quantiles(values, n=100)[94]


def yardstick():
    """Seconds that this machine takes just now for ten million additions in Python."""
    started, total = time.perf_counter(), 0
    for k in range(10_000_000):
        total += k
    return time.perf_counter() - started


@contextmanager
def in_jupyter_lab(page):
    """Open the lab in the JupyterLab that this serves."""
    with tempfile.TemporaryDirectory() as name, served(Path(name), OPEN_THE_LAB) as jupyter:
        open_notebook(page, jupyter)
        yield


def in_the_page_of(site):
    """What opens the lab of lesson 06 in the web page of a folder."""

    @contextmanager
    def opened(page):
        with handed_out(site) as address:
            page.goto(f"{address}lab/index.html?path=06_watch_it_learn.ipynb")
            page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle$/", timeout=180_000)
            page.evaluate(RUN_UP_TO_THE_LAB)
            yield

    return opened


RUN_UP_TO_THE_LAB = """() => {
  const notebook = jupyterapp.shell.currentWidget.content;
  const lab = [...notebook.model.cells].findIndex(
    cell => cell.sharedModel.getSource().includes("watch_it_learn("));
  notebook.activeCellIndex = lab + 1;
  jupyterapp.commands.execute("notebook:run-all-above");
  return notebook.scrollToItem(lab, "start");
}"""


def measured(playwright, where, opened, speeds):
    """Rows of pictures a second, a row of edits, and the browser's version."""
    rows = []
    browser = playwright.chromium.launch(executable_path=find_browser(playwright), args=CHROMIUM)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    with opened(page):
        lab = page.locator(".backprop-watch-it-learn")
        lab.locator('[data-picture="diagram"] svg').wait_for(timeout=180_000)
        page.wait_for_timeout(1000)
        lab.evaluate("lab => lab.scrollIntoView({block: 'start'})")
        for what in PLAYED:
            choose(lab, *what)
            for speed in speeds:
                rows.append(row(where, what, speed, *played(lab, speed)))
                print(rows[-1], flush=True)
        choose(lab, *PLAYED[0])
        (screen, screen_95), (python, python_95) = edited(lab)
    version = browser.version
    browser.close()
    edits = f"| {where} | {screen:.0f} | {screen_95:.0f} | {python:.1f} | {python_95:.1f} |"
    print(edits, flush=True)
    return rows, edits, version


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--site")
    site, seconds = parser.parse_args().site, yardstick()
    places = [(IN_LAB, in_jupyter_lab, SPEEDS)]
    if site:
        places.append((IN_A_PAGE, in_the_page_of(site), SPEEDS[:1]))
    with sync_playwright() as playwright:
        found = [measured(playwright, *place) for place in places]
    rows, edits = [row for rows, _, _ in found for row in rows], [edits for _, edits, _ in found]
    text = f"""# Watch it learn: pictures a second, and from an edit to its picture

`python benchmarks/network_lab.py --site SITE`: JupyterLab on loopback and the page without a
server, Chromium {found[0][2]} without a graphics card, Python {platform.python_version()}, the loop
run by Python (no compiler is used). A picture is the diagram and the plots beside it, all drawn anew
by Python. What drives the browser stays connected, which takes up to a fifth. The same machine runs at twice
this speed on some days and not on others: just before, it took {seconds:.2f} s for ten million additions
in Python.

| where | played | speed | pictures a second | at least | 95 % of gaps at most, ms | longest gap, ms |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}

{EDITS} presses of "+ 0.1" and "− 0.1" on w5, the tutorial's example. Milliseconds.

| where | press to screen p50 | p95 | of it in Python p50 | p95 |
|---|---|---|---|---|
{chr(10).join(edits)}
"""
    (HERE / "network_lab.md").write_text(text, "utf-8")


def row(where, what, speed, rate, usual, longest):
    data, hidden, show, selected = what
    words = f"{data}, {hidden} hidden neurons, {show}" + (f", {selected} selected" * bool(selected))
    tutorials, ten = AT_LEAST[where]
    asked = tutorials if data != "XOR" else ten if hidden == "10" else None
    return f"| {where} | {words} | {speed} | {rate:.0f} | {asked or ''} | {usual:.0f} | {longest:.0f} |"


if __name__ == "__main__":
    main()
