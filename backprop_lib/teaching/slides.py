"""Slides: ``python -m backprop_lib slides`` makes a reveal.js deck of each lesson.

Which cell goes where is marked in the notebooks themselves (``slideshow`` in a cell's metadata), so
that ``jupyter nbconvert --to slides`` works too. ``slide_marks`` is the rule behind the marks:

================================  =========  ==================================================
cell                              mark       why
================================  =========  ==================================================
starts with # or ##               slide      a new thought; the arrow to the right leads there
starts with ### or more           subslide   a part of it; the arrow down leads there
imports, guess = "..."            skip       nobody reads them on a wall; questions are asked aloud
tagged "lab"                      subslide   it needs the room
does not fit under the rest       subslide   nothing runs off the wall
anything else                     fragment   it appears at a key press: first the question, then
                                             its answer
================================  =========  ==================================================
"""

import math
import os
import re
from copy import deepcopy
from pathlib import Path

from backprop_lib.core.whole_import import whole_import
from backprop_lib.teaching.fresh_copy import notebooks_folder
from backprop_lib.teaching.new_files import free_folder, write_new

with whole_import():
    import nbformat

WIDTH, HEIGHT = 1280, 720
ROOM = 640  # px of a slide's height that cells may fill
LINE, GAP = 30, 26  # px: a line of prose or code, and what stands around a cell
FRACTION = 75  # px: a row of a formula that has a fraction in it
PROSE_WIDTH, CODE_WIDTH = 105, 95  # characters to a line
PICTURE = 480  # px, with the words under it
TYPE_SIZES = (20, 18, 16, 14)  # px: code is shown in the largest in which it fits
TABLE_SIZES = (23, 20, 18, 16)
LINE_HEIGHT = 1.35
TABLE_ROW = 1.5  # times the size of its type
GOES_ON = "# goes on"  # the code above a further part of a long output
AROUND_CODE = 70  # px: what stands around a cell of code and its output

HEADING = re.compile(r"#{1,6} ")
FENCE = re.compile(r"(```|~~~)")


def slide_marks(notebook):
    """The slide type of every cell: slide, subslide, fragment or skip.

    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> cells = [new_markdown_cell("# A lesson"), new_code_cell("import sympy as sp"),
    ...          new_markdown_cell("## A question"), new_code_cell("print(6 * 7)")]
    >>> slide_marks(new_notebook(cells=cells))
    ['slide', 'skip', 'slide', 'fragment']
    """
    marks, used = [], ROOM
    for cell in notebook.cells:
        mark = _own_mark(cell)
        height = _height(cell)
        if mark is None:
            mark = "fragment" if used + height <= ROOM else "subslide"
        if mark in ("slide", "subslide"):
            used = height
        elif mark == "fragment":
            used += height
        marks.append(mark)
    return marks


def _own_mark(cell):
    """The mark that a cell has whatever stands around it, or None."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type != "code":
        heading = HEADING.match(cell.source)
        return None if not heading else "slide" if len(heading[0]) <= 3 else "subslide"
    if re.match(r"(import|from) \w|guess\b", cell.source):
        return "skip"
    return "subslide" if "lab" in tags else None


def _height(cell):
    """About how many px of a slide a cell takes."""
    if cell.cell_type != "code":
        heading = LINE if HEADING.match(cell.source) else 0  # its type is twice as large
        return GAP + heading + LINE * _lines(cell.source, PROSE_WIDTH)
    height = GAP + LINE * _lines(cell.source, CODE_WIDTH)
    for output in cell.outputs:
        data = output.get("data", {})
        if "<svg" in data.get("text/html", "") or "<img" in data.get("text/html", ""):
            height += PICTURE
        elif "text/latex" in data:
            rows = data["text/latex"].split(r"\\")
            height += GAP + sum(FRACTION if r"\frac" in row else LINE for row in rows)
        else:
            text = output.get("text") or data.get("text/plain", "")
            height += GAP + LINE * _lines(text, CODE_WIDTH)
    return height


def _lines(text, width):
    return sum(max(1, math.ceil(len(line) / width)) for line in text.splitlines())


def mark_slides(notebook):
    """Write the marks into a notebook, after splitting its prose where a heading begins.

    Changes the notebook. Doing it twice is doing it once.
    """
    split_at_headings(notebook)
    for cell, mark in zip(notebook.cells, slide_marks(notebook), strict=True):
        cell.metadata["slideshow"] = {"slide_type": mark}


def split_at_headings(notebook):
    """Give every heading a cell of its own with what follows it, since a slide begins with a cell.

    Changes the notebook. A new cell takes the id of the old one and a number.
    """
    cells = []
    for cell in notebook.cells:
        parts = _parts(cell.source) if cell.cell_type == "markdown" else [cell.source]
        for k, source in enumerate(parts):
            part = deepcopy(cell)
            part.source = source
            if k:
                part.id = f"{cell.id[:60]}-{k}"
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
.reveal .backprop-diagram svg, .reveal .jp-OutputArea-output svg {
  display: block; max-height: 430px; margin: 0 auto; }
.reveal details { font-size: 18px; }
"""
STYLE += "".join(
    f".reveal .celltag_type-{size} {what} {{ font-size: {size}px !important; }}\n"
    for what, sizes in ((".jp-Cell-outputWrapper table", TABLE_SIZES), ("pre", TYPE_SIZES))
    for size in sizes
)
NO_MERMAID = "data:text/javascript,export default {initialize() {}}"
ASSETS = {
    "jquery_url": "jquery/dist/jquery.min.js",
    "require_js_url": "requirejs/require.js",
    "mathjax_url": "mathjax/MathJax.js",
    "reveal_url_prefix": "reveal.js",
}
MATHJAX_OPTIONS = "?config=TeX-AMS_CHTML-full,Safe"
GET_ASSETS = "npm install --prefix assets reveal.js@4 mathjax@2 requirejs@2 jquery@3"


def write_slides(folder, assets=None, report=print):
    """Write a deck of every lesson into a new folder and return the paths.

    assets: the folder in which the decks find their scripts without a network; GET_ASSETS makes
    it. The decks refer to it by the way from one folder to the other, so move the two together.
    report: called with a line for each deck. Raises FileExistsError if the folder is not free,
    FileNotFoundError if an asset or the notebooks are missing.
    """
    folder = free_folder(folder)
    urls = local_urls(assets, folder) if assets else {}
    return write_new(folder, _decks(notebooks_folder(), urls), report)


def local_urls(assets, folder):
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


def _decks(notebooks, urls):
    for path in sorted(notebooks.glob("*.ipynb")):
        yield f"{path.stem}.slides.html", deck(nbformat.read(path, as_version=4), path.stem, urls)
    for path in sorted((notebooks / "images").glob("*")):
        yield f"images/{path.name}", path.read_bytes()


def deck(notebook, name, urls=()):
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
    # Formulas are set after a slide has been put in the middle, and would push its end off.
    return html.replace("Reveal.initialize({", "Reveal.initialize({\n            center: false,", 1)


def _for_the_wall(notebook, name):
    """A copy in which each lab is a line that says where it runs, and long texts are in parts."""
    notebook = deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if "lab" in cell.metadata.get("tags", []):
            cell.cell_type = "markdown"
            cell.source = f"**The lab is live in the notebook.** Open `{name}.ipynb` and run it."
            for key in ("outputs", "execution_count"):
                cell.pop(key, None)
    notebook.cells = [part for cell in notebook.cells for part in _parts_that_fit(cell)]
    return notebook


def _parts_that_fit(cell):
    """The cell, or the cells into which its text has to be cut to fit on slides."""
    if rows := sum("".join(html).count("<tr") for html in _shown(cell, "text/html")):
        return [_typed(cell, table_type_size(cell.source, rows))]
    text = "".join(_shown(cell, "text/plain"))
    if _shown(cell, "text/html") or _shown(cell, "text/latex") or not text:
        return [cell]
    if type_size(cell.source, text) == TYPE_SIZES[0]:
        return [cell]
    cells = []
    for k, (source, part) in enumerate(pages(cell.source, text)):
        page = _typed(cell, type_size(source, part) or TYPE_SIZES[-1])
        page.source, page.outputs = source, [nbformat.v4.new_output("stream", text=part)]
        if k:
            page.id = f"{cell.id[:50]}-page-{k + 1}"
            page.metadata["slideshow"] = {"slide_type": "subslide"}
        cells.append(page)
    return cells


def _shown(cell, kind):
    """What a cell shows of a kind; what was printed counts as plain text."""
    outputs = cell.get("outputs", [])
    printed = [o["text"] for o in outputs if "text" in o and kind == "text/plain"]
    return printed + [o["data"][kind] for o in outputs if kind in o.get("data", {})]


def _typed(cell, size):
    """A copy of a cell that the STYLE sets in a size of type."""
    cell = deepcopy(cell)
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), f"type-{size}"]
    return cell


def type_size(source, text):
    """The size of type in which code and its output fit on a slide; None if there is none.

    >>> type_size("print(x)", "a line\\n" * 10), type_size("print(x)", "a line\\n" * 26)
    (20, 16)
    """
    return next((size for size in TYPE_SIZES if _text_height(source, text, size) <= HEIGHT), None)


def _text_height(source, text, size):
    width = CODE_WIDTH * TYPE_SIZES[0] // size
    lines = _lines(source, width) + _lines(text, width)
    return AROUND_CODE + size * LINE_HEIGHT * lines


def table_type_size(source, rows):
    """The size of type of a table of so many rows below its code, with two lines of words."""
    room = HEIGHT - _text_height(source, "", TYPE_SIZES[0])
    fits = (size for size in TABLE_SIZES if TABLE_ROW * size * (rows + 2) <= room)
    return next(fits, TABLE_SIZES[-1])


def pages(source, text):
    """Pairs of code and a part of its output, as few as fit on a slide each."""
    lines = text.splitlines()
    for count in range(1, len(lines) + 1):
        for most in range(math.ceil(len(lines) / count), len(lines) + 1):
            parts = ["\n".join(part).strip("\n") for part in _cut(lines, most)]
            cut = [(GOES_ON if k else source, part) for k, part in enumerate(parts)]
            if len(cut) <= count and all(type_size(*page) for page in cut):
                return cut
    return [(source, text)]


def _cut(lines, most):
    """Parts of at most so many lines; they end at a gap or before a headline if one is near."""
    while len(lines) > most:
        near = range(most, most * 3 // 4, -1)
        begins = (k for k in near if not lines[k].strip() or lines[k].startswith("-- "))
        end = next(begins, most)
        yield lines[:end]
        lines = lines[end:]
    yield lines
