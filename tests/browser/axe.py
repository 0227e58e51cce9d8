"""axe-core, run on one part of a page."""

from axe_playwright_python.base import AXE_SCRIPT

# What concerns a whole page is JupyterLab's affair; these rules look at every element.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(part):
    """Names of the rules of axe-core that a part of the page breaks."""
    page = part.page
    if not page.evaluate("'axe' in window"):
        # A module loader on the page would keep axe for itself instead of setting window.axe.
        page.evaluate(f"(() => {{ const define = undefined, module = undefined; {AXE_SCRIPT} }})()")
    run = "(part, options) => axe.run(part, options)"
    answer = part.evaluate(run, OPTIONS)
    return [found["id"] for found in answer["violations"]]
