"""The front page, and what it and the lessons' pages share: written from the lessons themselves."""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.worked_example import example
from backprop_lib.pictures.diagram.network_diagram import network_diagram

from .contents import SOLUTIONS, TEACHERS_PAGE, Lesson
from .lite import STORE

FRONT = Path(__file__).parent / "front"
SHARED = "site"  # the folder of the scripts and the style sheet
SERVICE_WORKER = "service-worker.js"
KEEP_FILES = FRONT / "keep_files.js"
BAR = f'<script type="module" src="../{SHARED}/lesson_bar.js"></script>'


def front_page_files(lessons: list[Lesson]) -> Iterator[tuple[str, str]]:
    """The relative path of each file of the front page, and its text."""
    yield "index.html", front_page(lessons)
    for path in (*FRONT.glob("*.js"), *FRONT.glob("*.css")):
        if path != KEEP_FILES:
            yield f"{SHARED}/{path.name}", path.read_text("utf-8").replace("@STORE@", STORE)
    known = {f"{lesson.name}.ipynb": {"edition": lesson.edition} for lesson in lessons}
    yield f"{SHARED}/lessons.json", json.dumps(known, indent=1)


def front_page(lessons: list[Lesson]) -> str:
    """The front page as HTML."""
    first = f"{lessons[0].name}.ipynb"
    parts = {
        "@FIRST@": _address(first),
        "@FIRST_NAME@": first,
        "@PICTURE@": _picture(),
        "@LESSONS@": "\n".join(map(_item, lessons)),
        "@SOLUTIONS@": f"lab/index.html?path={SOLUTIONS}/{lessons[0].name}_solutions.ipynb",
        "@TEACHERS@": _address(TEACHERS_PAGE.name),
    }
    page = (FRONT / "index.html").read_text("utf-8")
    return re.sub("|".join(parts), lambda found: parts[found[0]], page)


def _address(path):
    return f"lab/index.html?path={path}"


def _picture():
    update = backward_pass(forward_pass(example.network, example.inputs, example.targets))
    title = "How the error comes back to w1"
    return network_diagram(update, lit=["dE_dw1"], backward=True, title=title).svg


def _item(lesson):
    title, question, time = opening(lesson.opening)
    file = f"{lesson.name}.ipynb"
    return (
        f'    <li><h3><span class="number">{lesson.name[:2]}</span>'
        f'<a href="{_address(file)}" data-lesson="{file}">{_html(title)}</a></h3>\n'
        f'      <p>{_html(question)}</p>\n      <p class="small">{_html(time)}</p>\n'
        f'      <p class="state" data-state="{file}"></p></li>'
    )


def opening(text: str) -> tuple[str, str, str]:
    """The title, the question and the time of a lesson, from the cell that it opens with.

    >>> opening("# One\\n\\n**The question.** Why?\\n\\n**Time.** 10 minutes. Enjoy.")
    ('One', 'Why?', '10 minutes')
    """
    title = re.search(r"^# (.+)", text)[1]
    question = re.search(r"^\*\*The question\.\*\* (.+)", text, re.M)[1]
    return title, question, re.search(r"^\*\*Time\.\*\* (\d+ minutes)", text, re.M)[1]


def _html(text):
    return re.sub(r"`(.+?)`", r"<code>\1</code>", escape(text))


def add_to_the_pages(site: Path) -> None:
    """Put the way back to the front page into JupyterLab's pages, and ours before its worker."""
    for app in ("lab", "notebooks"):
        page = site / app / "index.html"
        html = page.read_text("utf-8")
        page.write_text(html.replace("</body>", f"{BAR}\n</body>"), "utf-8")
    worker = site / SERVICE_WORKER
    theirs = worker.read_text("utf-8")
    worker.write_text(f"{KEEP_FILES.read_text('utf-8')}\n{theirs}", "utf-8")
