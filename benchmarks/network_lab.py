"""How smoothly the lab that watches a network learn plays, and how soon an edit is seen.

    python benchmarks/network_lab.py     each speed for five seconds, then 100 edits of w5

In JupyterLab, in a real Chromium. A picture counts when the diagram on the page is a new one in a
frame that the browser draws; two that come within one frame count as one. An edit is a press of
"+ 0.1" or "− 0.1": the clock starts with the press and stops in the frame after the one in which
the changed diagram stands. Writes network_lab.md beside this file.
"""

import platform
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browser.jupyter_lab import CHROMIUM, find_browser, jupyter_lab, open_notebook  # noqa: E402

SECONDS = 5
EDITS = 100
AT_LEAST = 30  # pictures a second
OPEN_THE_LAB = """
from backprop_lib.labs.watch_it_learn import watch_it_learn
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
)
# A new picture: whatever changes in the diagram.
ANYTHING = "{childList: true, subtree: true, attributes: true, characterData: true}"
COUNT = """(lab, milliseconds) => new Promise(done => {
    const diagram = lab.querySelector('[data-picture="diagram"]');
    let changed = false, frames = [], running = true;
    const observer = new MutationObserver(() => { changed = true; });
    observer.observe(diagram, ANYTHING);
    const frame = now => {
        if (changed) frames.push(now);
        changed = false;
        if (running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    setTimeout(() => { running = false; observer.disconnect(); done(frames); }, milliseconds);
})""".replace("ANYTHING", ANYTHING)
PRESS = """(lab, words) => new Promise(done => {
    const diagram = lab.querySelector('[data-picture="diagram"]');
    let pressed;
    new MutationObserver((_, observer) => {
        observer.disconnect();
        // This frame is painted with the new picture when the next one begins.
        requestAnimationFrame(() => requestAnimationFrame(() => {
            done([performance.now() - pressed, Number(lab.dataset.milliseconds)]);
        }));
    }).observe(diagram, ANYTHING);
    const button = [...lab.querySelectorAll("button")].find(b => b.textContent.trim() === words);
    pressed = performance.now();
    button.click();
})""".replace("ANYTHING", ANYTHING)


def notebook(folder):
    """A notebook that opens the lab."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    folder.mkdir()
    cells = [nbformat.v4.new_code_cell(OPEN_THE_LAB)]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(made, folder / "lab.ipynb")


def choose(lab, data, hidden, show, selected):
    """Open this training, its weights being those of seed 0 unless it is the tutorial's."""
    choices = {"Data": data, "Hidden neurons": hidden, "Show": show, "Selected": selected}
    for label, value in choices.items():
        control = lab.get_by_label(label, exact=True)
        if control.input_value() != value:
            control.select_option(value)
            lab.page.wait_for_timeout(500)


def played(lab, speed):
    """Pictures a second, and the longest time between two, while it plays at a speed."""
    lab.get_by_label("Speed").select_option(speed)
    button = lab.locator('[data-part="play"]')
    button.click()
    lab.page.wait_for_timeout(1000)
    frames = lab.evaluate(COUNT, 1000 * SECONDS)
    button.click()
    lab.page.wait_for_timeout(500)
    gaps = [b - a for a, b in pairwise(frames)]
    return len(frames) / SECONDS, statistics.quantiles(gaps, n=100)[94], max(gaps)


def edited(lab):
    """Milliseconds from a press to the picture, and of these those in Python, for every edit."""
    lab.get_by_label("Selected").select_option("w5")
    lab.page.wait_for_timeout(500)
    times = []
    for n in range(EDITS):
        times.append(lab.evaluate(PRESS, "− 0.1" if n % 20 < 10 else "+ 0.1"))
        lab.page.wait_for_timeout(60)
    return [percentiles(values) for values in zip(*times, strict=True)]


def percentiles(values):
    return statistics.median(values), statistics.quantiles(values, n=100)[94]


def yardstick():
    """Seconds that this machine takes just now for ten million additions in Python."""
    started, total = time.perf_counter(), 0
    for k in range(10_000_000):
        total += k
    return time.perf_counter() - started


def main():
    rows, seconds = [], yardstick()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright), args=CHROMIUM
        )
        version, folder = browser.version, Path(name)
        notebook(folder / "notebooks")
        with jupyter_lab(folder, folder / "notebooks") as address:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            open_notebook(page, address, "lab.ipynb")
            lab = page.locator(".backprop-watch-it-learn")
            lab.locator('[data-picture="diagram"] svg').wait_for(timeout=60_000)
            page.wait_for_timeout(1000)
            lab.evaluate("lab => lab.scrollIntoView({block: 'start'})")
            for what in PLAYED:
                choose(lab, *what)
                for speed in SPEEDS:
                    rate, usual, longest = played(lab, speed)
                    rows.append(row(what, speed, rate, usual, longest))
                    print(rows[-1], flush=True)
            choose(lab, *PLAYED[0])
            (screen, screen_95), (python, python_95) = edited(lab)
        browser.close()
    edits = f"| {screen:.0f} | {screen_95:.0f} | {python:.1f} | {python_95:.1f} |"
    print(edits)
    text = f"""# Watch it learn: pictures a second, and from an edit to its picture

`python benchmarks/network_lab.py`: JupyterLab on loopback, Chromium {version} without a graphics
card, Python {platform.python_version()}, the loop run by Python (no compiler is used). A picture
is the diagram, drawn anew by Python; the plots beside it are drawn for every other picture. At least
{AT_LEAST} a second are asked for. The same machine runs at twice this speed on some days and not on
others: just before, it took {seconds:.2f} s for ten million additions in Python.

| played | speed | pictures a second | 95 % of gaps at most, ms | longest gap, ms | met |
|---|---|---|---|---|---|
{chr(10).join(rows)}

{EDITS} presses of "+ 0.1" and "− 0.1" on w5, the tutorial's example. Milliseconds.

| press to screen p50 | p95 | of it in Python p50 | p95 |
|---|---|---|---|
{edits}
"""
    (HERE / "network_lab.md").write_text(text, "utf-8")


def row(what, speed, rate, usual, longest):
    data, hidden, show, selected = what
    words = f"{data}, {hidden} hidden neurons, {show}" + (f", {selected} selected" * bool(selected))
    met = "yes" if rate >= AT_LEAST else "no"
    return f"| {words} | {speed} | {rate:.0f} | {usual:.0f} | {longest:.0f} | {met} |"


if __name__ == "__main__":
    main()
