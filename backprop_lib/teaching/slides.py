"""Slides: ``python -m backprop_lib slides`` makes a reveal.js deck of each lesson.

``slide_marks`` says which cell goes where:

================================  =========  ==================================================
cell                              mark       why
================================  =========  ==================================================
starts with # or ##               slide      a new thought; the arrow to the right leads there
starts with ### or more           subslide   a part of it; the arrow down leads there
imports, guess = "..."            skip       nobody reads them on a wall; questions are asked aloud
tagged "lab"                      subslide   it needs the room
prose after something was shown   subslide   what is asked next stands on a page of its own
anything else                     fragment   it appears at a key press: first the question, then
                                             its answer
================================  =========  ==================================================

What is longer than a slide is scrolled. A lab is a still in a deck that is a file, and live in one
that is served with a kernel behind it: live_slides.py.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from backprop_lib.core.whole_import import whole_import
from backprop_lib.teaching.lesson_copies import asked, lessons
from backprop_lib.teaching.new_files import free_folder, write_new

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDTH, HEIGHT = 1280, 720

HEADING = re.compile(r"#{1,6} ")
IMPORTS = re.compile(r"(import|from) \w")
FENCE = re.compile(r"(```|~~~)")


def slide_marks(notebook: NotebookNode) -> list[str]:
    """The slide type of every cell: slide, subslide, fragment or skip.

    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> cells = [new_markdown_cell("# A lesson"), new_code_cell("import sympy as sp"),
    ...          new_markdown_cell("## A question"), new_code_cell("print(6 * 7)")]
    >>> slide_marks(new_notebook(cells=cells))
    ['slide', 'skip', 'slide', 'fragment']
    """
    marks, shown = [], False
    for cell in notebook.cells:
        mark = _own_mark(cell)
        if mark is None:
            mark = "subslide" if shown and cell.cell_type != "code" else "fragment"
        if mark in ("slide", "subslide"):
            shown = False
        shown |= mark != "skip" and bool(cell.get("outputs"))
        marks.append(mark)
    return marks


def _own_mark(cell):
    """The mark that a cell has whatever stands around it, or None."""
    if _is_lab(cell):
        return "subslide"
    if cell.cell_type != "code":
        heading = HEADING.match(cell.source)
        return None if not heading else "slide" if len(heading[0]) <= 3 else "subslide"
    if IMPORTS.match(cell.source) or re.match(r"guess\b", cell.source):
        return "skip"
    return None


def _is_lab(cell):
    return "lab" in cell.metadata.get("tags", [])


def mark_slides(notebook: NotebookNode) -> None:
    """Write the marks into a notebook, after splitting its prose where a heading begins.

    Changes the notebook. Doing it twice is doing it once.
    """
    split_at_headings(notebook)
    for cell, mark in zip(notebook.cells, slide_marks(notebook), strict=True):
        cell.metadata["slideshow"] = {"slide_type": mark}


def split_at_headings(notebook: NotebookNode) -> None:
    """Give every heading a cell of its own with what follows it, since a slide begins with a cell.

    Changes the notebook. A new cell takes the id of the old one and its part.
    """
    cells = []
    for cell in notebook.cells:
        parts = _parts(cell.source) if cell.cell_type == "markdown" else [cell.source]
        for k, source in enumerate(parts):
            part = deepcopy(cell)
            part.source = source
            if k:
                part.id = f"{cell.id[:56]}-part{k}"
            cells.append(part)
    notebook.cells = cells


def _parts(source):
    parts, fenced = [[]], False
    for line in source.splitlines():
        fenced ^= bool(FENCE.match(line))
        if HEADING.match(line) and not fenced and any(parts[-1]):
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(lines).strip("\n") for lines in parts]


# The decks

STYLE = """
.reveal .slides { text-align: left; }
.reveal .slides > section, .reveal .slides > section > section { padding: 8px 0; }
.reveal .slides section { max-height: 704px; overflow-y: auto; overflow-x: hidden; }
.reveal h1 { font-size: 44px; } .reveal h2 { font-size: 36px; } .reveal h3 { font-size: 28px; }
.reveal h1, .reveal h2, .reveal h3 { text-transform: none; margin: 0 0 14px; line-height: 1.2; }
:root { --jp-content-font-size1: 23px; --jp-ui-font-size1: 23px; --jp-code-font-size: 20px; }
.reveal .jp-RenderedHTMLCommon { font-size: 23px; line-height: 1.35; }
.reveal .jp-RenderedText pre, .reveal .highlight pre {
  font-size: 20px; line-height: 1.35; white-space: pre-wrap; }
.reveal pre { box-shadow: none; width: auto; margin: 0; }
.reveal table { margin: 8px 0; }
.reveal .backprop-picture svg, .reveal .jp-OutputArea-output svg {
  display: block; max-height: 430px; margin: 0 auto; }
.reveal details { font-size: 18px; }
.reveal [hidden] { display: none !important; }
.reveal iframe.live-lab {
  display: block; width: 100%; height: 690px; max-width: none; max-height: none;
  margin: 0; border: 0; }
"""
NO_MERMAID = "data:text/javascript,export default {initialize() {}}"
ASSETS = {
    "jquery_url": "jquery/dist/jquery.min.js",
    "require_js_url": "requirejs/require.js",
    "mathjax_url": "mathjax/MathJax.js",
    "reveal_url_prefix": "reveal.js",
}
MATHJAX_OPTIONS = "?config=TeX-AMS_CHTML-full,Safe"
# In a deck that Voilà serves each lab takes the place of its still. In a file there is none to ask.
LIVE_LABS = """
const served = location.pathname.match(/^(.*\\/voila\\/)files\\/(.*\\/)?/);
if (served) for (const lab of document.querySelectorAll("iframe.live-lab")) {
  for (const part of lab.parentElement.parentElement.children) part.hidden = true;
  lab.parentElement.hidden = false;
  lab.src = `${served[1]}render/${served[2] ?? ""}${lab.dataset.notebook}`;
  // Escape leaves the lab: the keys are the slides' again.
  lab.onload = () => lab.contentWindow.addEventListener("keydown", (press) => {
    if (press.key === "Escape") { lab.blur(); window.focus(); }
  });
}
"""
GET_ASSETS = "npm install --prefix assets reveal.js@4 mathjax@2 requirejs@2 jquery@3"


def write_slides(
    folder: str | Path,
    assets: str | Path | None = None,
    report: Callable[[str], object] = print,
    numbers: Iterable[str] = (),
) -> list[Path]:
    """Write a deck of every lesson, or of those with these numbers, into a new folder.

    Returns the paths. assets: the folder in which the decks find their scripts without a network;
    GET_ASSETS makes it. The decks refer to it by the way from one folder to the other, so move the
    two together. report: called with a line for each deck. numbers: as the names begin, "03".
    Raises FileExistsError if the folder is not free, FileNotFoundError if an asset is missing or no
    lesson has a number. Without the saved notebooks, as from a wheel, it runs the lessons first.
    """
    folder = free_folder(folder)
    urls = local_urls(assets, folder) if assets else {}
    wanted = _named(numbers)
    return write_new(folder, _decks(notebooks_folder(), wanted, urls, report), report)


def _named(numbers):
    """The names of the lessons with these numbers; of all, without any."""
    names = {name[:2]: name for name, _ in lessons()}
    if unknown := [number for number in numbers if number not in names]:
        raise FileNotFoundError(f"There is no lesson {unknown[0]!r}. There are {', '.join(names)}.")
    return {names[number] for number in numbers or names}


def local_urls(assets: str | Path, folder: Path) -> dict[str, str]:
    """The settings of nbconvert that make decks in ``folder`` load everything from ``assets``."""
    modules = Path(assets) / "node_modules"
    modules = modules if modules.is_dir() else Path(assets)
    missing = [name for name in ASSETS.values() if not (modules / name).exists()]
    if missing:
        raise FileNotFoundError(
            f"{modules} lacks {', '.join(missing)}. Where there is a network, run "
            f"'{GET_ASSETS}' and name its folder: --local assets."
        )
    way = Path(os.path.relpath(modules.resolve(), folder.resolve())).as_posix()
    urls = {setting: f"{way}/{name}" for setting, name in ASSETS.items()}
    return {**urls, "mathjax_url": urls["mathjax_url"] + MATHJAX_OPTIONS}


def run_lessons(names: Collection[str]) -> Iterator[tuple[str, NotebookNode]]:
    """Run each of these lessons in a kernel of its own; yield its name and the notebook as run."""
    with whole_import():
        from nbconvert.preprocessors import ExecutePreprocessor

    for name, lesson in lessons():
        if name not in names:
            continue
        notebook = asked(lesson)
        ExecutePreprocessor(timeout=300, kernel_name="python3").preprocess(notebook, {})
        yield name, notebook


def notebooks_folder() -> Path:
    """The folder of the saved notebooks, which stands beside the library in a checkout."""
    return NOTEBOOKS


def _decks(notebooks, names, urls, report):
    paths = [path for path in sorted(notebooks.glob("*.ipynb")) if path.stem in names]
    if not paths:
        report(
            "No saved results are here, so each lesson is run first: that takes a minute or two."
        )
    saved = ((path.stem, nbformat.read(path, as_version=4)) for path in paths)
    for name, notebook in saved if paths else run_lessons(names):
        yield f"{name}.slides.html", deck(notebook, name, urls)
        for path, lab in lab_notebooks(notebook, name):
            yield path, nbformat.writes(lab) + "\n"
    for path in sorted((notebooks / "images").glob("*")):
        yield f"images/{path.name}", path.read_bytes()


def deck(notebook: NotebookNode, name: str, urls: Mapping[str, str] | tuple[()] = ()) -> str:
    """One deck as HTML. name: of the notebook, without .ipynb. urls: settings for nbconvert."""
    with whole_import():  # slow to import, and not for every command
        from nbconvert.exporters import SlidesExporter

    exporter = SlidesExporter(
        reveal_theme="white",
        reveal_transition="none",
        reveal_number="c/t",
        reveal_width=str(WIDTH),
        reveal_height=str(HEIGHT),
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        **dict(urls),
    )
    # No lesson draws with Mermaid, and without a network the page would wait for it.
    exporter.mermaid_js_url = NO_MERMAID
    html, _ = exporter.from_notebook_node(
        _for_the_wall(notebook, name), resources={"metadata": {"name": name}}
    )
    html = html.replace("</head>", f"<style>{STYLE}</style>\n</head>", 1)
    html = html.replace("</body>", f"<script>{LIVE_LABS}</script>\n</body>", 1)
    # Formulas are set after a slide has been put in the middle, and would push its end off.
    return html.replace("Reveal.initialize({", "Reveal.initialize({\n            center: false,", 1)


def lab_notebooks(notebook: NotebookNode, name: str) -> list[tuple[str, NotebookNode]]:
    """Each lab of a lesson in a notebook of its own, for a live deck, with its path."""
    imports = [cell.source for cell in notebook.cells if IMPORTS.match(cell.source)]
    labs = [cell.source for cell in notebook.cells if _is_lab(cell)]
    metadata = {"kernelspec": notebook.metadata.get("kernelspec", {"name": "python3"})}
    return [
        (
            lab_path(name, number),
            new_notebook(cells=list(map(new_code_cell, (*imports, lab))), metadata=metadata),
        )
        for number, lab in enumerate(labs, 1)
    ]


def lab_path(name: str, number: int) -> str:
    """Where the notebook of a lab stands beside the decks. number: in its lesson, from 1."""
    return f"labs/{name}_{number}.ipynb"


def _pictures_of(still):
    """The pictures of a lab's still without its words, which speak of a cell to be run."""
    return re.sub("^<p>.*?</p>", "", still)


def _for_the_wall(notebook, name):
    """A copy with its marks; for each lab a line that says where it runs, a frame, and a still."""
    notebook = deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    for number, cell in enumerate(filter(_is_lab, notebook.cells), 1):
        cell.cell_type = "markdown"
        cell.source = (
            f"**The lab is live in the notebook.** Open `{name}.ipynb` and run it.\n\n"
            f'<div hidden><iframe class="live-lab" title="Lab {number}" '
            f'data-notebook="{lab_path(name, number)}" loading="lazy"></iframe></div>'
        )
        shown = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
        cell.source += "".join(f"\n\n{_pictures_of(html)}" for html in shown)
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
    mark_slides(notebook)
    return notebook
