"""How long from a key press to the changed picture, in JupyterLab in a real Chromium.

    python benchmarks/lab_latency.py            200 key presses with the compiler and 200 without

In the page: the clock starts with the keydown event and stops in the frame after the one in which
the changed picture stands. The kernel's own share is the time from the message to the answer in
the kernel: training, drawing, words. Writes lab_latency.md beside this file.
"""

import platform
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browser.jupyter_lab import CHROMIUM, find_browser, open_notebook, served  # noqa: E402

PRESSES = 200
LIMITS = {"with numba": (60, 10), "without numba": (60, 30)}
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
            lab = page.locator(".backprop-learning-rate")
            lab.get_by_role("button", name="Skip the question").click(timeout=60_000)
            lab.locator('[data-picture="sweep"] svg').wait_for(timeout=60_000)
            page.wait_for_timeout(1000)
            lab.get_by_role("slider").focus()
            times = [press(page, n) for n in range(PRESSES)]
            return times, lab.locator('[data-text="engine"]').inner_text(), browser.version


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
    met = screen <= LIMITS[name][0] and share <= LIMITS[name][1]
    return (
        f"| {name}: {engine} | {statistics.median(to_screen):.0f} | {screen:.0f} "
        f"| {LIMITS[name][0]} | {statistics.median(in_kernel):.1f} | {share:.1f} "
        f"| {LIMITS[name][1]} | {'yes' if met else 'no'} |"
    )


def main():
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright), args=CHROMIUM
        )
        for name, code in (("with numba", ""), ("without numba", WITHOUT_NUMBA)):
            times, engine, version = measure(browser, code)
            rows.append(row(name, times, engine))
            print(rows[-1], flush=True)
        browser.close()
    text = f"""# Learning-rate lab: from key press to changed picture

`python benchmarks/lab_latency.py`: {PRESSES} presses of an arrow key on the slider, 10,000 rounds
each. JupyterLab on loopback, Chromium {version} without a graphics card, Python
{platform.python_version()}. Milliseconds.

| | screen p50 | screen p95 | at most | kernel p50 | kernel p95 | at most | met |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}
"""
    (HERE / "lab_latency.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
