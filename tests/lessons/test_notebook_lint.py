"""A lint of all notebooks: headings, words for every picture and equation, colours.

Each check returns a list of what is wrong, with the id of the cell. It is run over the saved
notebooks and a worksheet, and over made-up cells in which it must find something.
"""

import ast
import re
from collections import defaultdict
from copy import deepcopy
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import quote, unquote

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pictures.diagram.test_network_diagram import channels, contrast

from backprop_lib.pictures import theme
from backprop_lib.teaching.worksheet import worksheet_files
from tools.lessons import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SHEET = next(text for name, text in worksheet_files(1, 1) if name.endswith(".ipynb"))
ALL = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
ALL["worksheet"] = nbformat.reads(SHEET, as_version=4)
each_notebook = pytest.mark.parametrize("notebook", ALL.values(), ids=list(ALL))


def notebook_of(*cells):
    cells = [deepcopy(cell) for cell in (new_markdown_cell("# Title"), *cells)]
    for k, cell in enumerate(cells):
        cell.id = f"cell-{k}"
    return new_notebook(cells=cells)


def shows(html="", text="", latex=""):
    """A code cell with a saved output."""
    data = {"text/html": html, "text/plain": text, "text/latex": latex}
    data = {kind: content for kind, content in data.items() if content}
    return new_code_cell("x", outputs=[new_output("display_data", data=data)])


def without_code(source):
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", source, flags=re.M | re.S)


def prose_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def saved_data(notebook):
    """Pairs of a cell's id and the data of one of its saved outputs."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield cell.id, output.data


# Elements of HTML, with what they take over from those around them.

VOID = {"img", "br", "hr", "input", "meta", "link"}
SHAPES = {"path", "line", "polyline", "polygon", "rect", "circle", "ellipse"}
TAKEN_OVER = ("fill", "stroke", "color", "fill-opacity", "stroke-opacity", "stroke-dasharray")


class Elements(HTMLParser):
    """All elements of a piece of HTML: ``found`` has a tag, attributes and looks for each.

    looks: fill, stroke and the like as they apply there, and the opacity of all around it.
    """

    def __init__(self, html):
        super().__init__()
        self.found, self.open = [], [("", {"opacity": 1.0})]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        said = attributes | declarations(attributes.get("style", ""))
        around = self.open[-1][1]
        looks = around | {name: said[name] for name in TAKEN_OVER if name in said}
        looks["opacity"] = around["opacity"] * float(said.get("opacity", 1))
        self.found.append((tag, attributes, looks))
        if tag not in VOID:
            self.open.append((tag, looks))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass


def declarations(style):
    return dict(re.findall(r"([\w-]+)\s*:\s*([^;}]+?)\s*(?=[;}]|$)", style))


# Headings.


def heading_problems(notebook):
    found = [
        (cell.id, len(marks))
        for cell in prose_cells(notebook)
        for marks in re.findall(r"^(#+) ", without_code(cell.source), re.M)
    ]
    levels = [level for _, level in found]
    problems = [f"{at}: level {b} after {a}" for (_, a), (at, b) in pairwise(found) if b > a + 1]
    if levels[:1] != [1] or levels.count(1) != 1:
        problems.append(f"{levels.count(1)} titles; the first heading is of level {levels[:1]}")
    html = [cell.id for cell in prose_cells(notebook) if re.search(r"<h\d", cell.source)]
    return problems + [f"{at}: a heading in HTML" for at in html]


@each_notebook
def test_one_title_and_headings_without_gaps(notebook):
    assert heading_problems(notebook) == []


@pytest.mark.parametrize(
    "cells",
    [
        [new_markdown_cell("### Too deep")],
        [new_markdown_cell("## A"), new_markdown_cell("words\n\n#### B")],
        [new_markdown_cell("# Another title")],
        [new_markdown_cell("<h2>In HTML</h2>")],
    ],
)
def test_a_fault_in_the_headings_is_seen(cells):
    assert heading_problems(notebook_of(*cells))
    assert heading_problems(new_notebook(cells=[new_markdown_cell("## No title")]))


def test_a_comment_in_code_is_no_heading():
    assert heading_problems(notebook_of(new_markdown_cell("```\n#### a comment\n```"))) == []


# Words for pictures.


def picture_problems(notebook):
    problems = []
    for cell in prose_cells(notebook):
        source = without_code(cell.source)
        problems += [f"{cell.id}: ![]()" for alt in re.findall(r"!\[(.*?)\]\(", source) if not alt]
        problems += [f"{cell.id}: {fault}" for fault in nameless(source)]
        problems += [f"{cell.id}: attached" for _ in cell.get("attachments", {})]
    for at, data in saved_data(notebook):
        html = data.get("text/html", "")
        problems += [f"{at}: {fault}" for fault in nameless(html)]
        problems += [f"{at}: {kind} without words" for kind in data if kind.startswith("image/")]
        if re.search(r'src="(?!data:image/svg\+xml,)', html):
            problems.append(f"{at}: an image that is no SVG, or is not in the notebook")
        if re.search(r"<(svg|img)\b", html):
            problems += [f"{at}: {fault}" for fault in twinless(html, data.get("text/plain", ""))]
    return problems


def nameless(html):
    for tag, has, _ in Elements(html).found:
        if tag == "img" and not has.get("alt", "").strip():
            yield "an <img> without alt"
        if tag == "svg" and not (has.get("role") == "img" and has.get("aria-label", "").strip()):
            yield "an <svg> without role=img and aria-label"


def twinless(html, text):
    """A picture has a twin in words: on the page to be opened, and as plain text."""
    opened = re.findall(r"<details>\s*<summary>.*?</summary>(.*?)</details>", html, re.S)
    if not any(re.search(r"\w", re.sub(r"<[^>]*>", "", words)) for words in opened):
        yield "no picture in words under it"
    if len(text.strip().splitlines()) < 2 or re.search(r"<.* at 0x", text):
        yield "no words in the plain text"


@each_notebook
def test_every_picture_has_a_name_and_its_words(notebook):
    assert picture_problems(notebook) == []


WORDS = "<details><summary>The picture in words</summary><ul><li>w5 = 0.4</li></ul></details>"
PLAIN = "The network.\nw5 = 0.4"
SVG = '<svg role="img" aria-label="The network.">{}</svg>'
NAMED = SVG.format("")


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("![](images/x.png)"),
        new_markdown_cell('<img src="x.png">'),
        shows(f'<img src="x.png">{WORDS}', PLAIN),
        shows(f'<img alt=" " src="x.png">{WORDS}', PLAIN),
        shows(f'<svg aria-label="The network."></svg>{WORDS}', PLAIN),
        shows(f'<svg role="img"></svg>{WORDS}', PLAIN),
        shows(NAMED, PLAIN),
        shows(f"{NAMED}<details><summary>The picture in words</summary></details>", PLAIN),
        shows(f'<img alt="The network." src="data:image/png;base64,aa">{WORDS}', PLAIN),
        shows(NAMED + WORDS, "The network."),
        shows(NAMED + WORDS, "<Figure at 0x7f>\nmore"),
        new_code_cell("x", outputs=[new_output("display_data", data={"image/png": "aa"})]),
    ],
)
def test_a_picture_without_words_is_seen(cell):
    assert picture_problems(notebook_of(cell))


def test_a_picture_with_words_passes():
    assert picture_problems(notebook_of(shows(NAMED + WORDS, PLAIN))) == []


# Words for equations. "In words: *...*" says what an equation says, "Read it aloud: *...*" what
# it means with its numbers. It stands under the equation, or right above it. One reading is for
# one equation.

READING = re.compile(r"(?:In words|Read [^*:\n]*aloud): \*[^*]+\*")
DISPLAYED = re.compile(r"\$\$|\\begin\{|\\\[")


def unread_equations(notebook):
    cells, problems = notebook.cells, []
    prose = [k for k, cell in enumerate(cells) if cell.cell_type == "markdown"]
    left = {k: len(READING.findall(cells[k].source)) for k in prose}
    for k, cell in enumerate(cells):
        if not shows_equation(cell):
            continue
        below = [p for p in prose if p > k or (cell.cell_type == "markdown" and p == k)][:1]
        above = [p for p in prose if p < k][-1:]
        near = next((p for p in below + above if left[p] > 0), None)
        if near is None:
            problems.append(f"{cell.id}: no reading in words beside it")
        else:
            left[near] -= 1
    return problems


def shows_equation(cell):
    if cell.cell_type == "markdown":
        return bool(DISPLAYED.search(without_code(cell.source)))
    return any("text/latex" in output.get("data", {}) for output in cell.get("outputs", []))


@each_notebook
def test_beside_every_equation_stands_how_to_read_it(notebook):
    assert unread_equations(notebook) == []


EQUATION = shows(latex="$a = b$", text="a = b")
READ = new_markdown_cell("In words: *a is b.*")


@pytest.mark.parametrize(
    "cells",
    [
        [EQUATION],
        [EQUATION, new_markdown_cell("So it is.")],
        [EQUATION, new_markdown_cell("In words: it is not marked.")],
        [EQUATION, READ, EQUATION],
        [READ, new_markdown_cell("More."), EQUATION],
        [new_markdown_cell("$$a = b$$")],
    ],
)
def test_an_equation_without_a_reading_is_seen(cells):
    assert unread_equations(notebook_of(*cells))


@pytest.mark.parametrize(
    "cells",
    [
        [EQUATION, READ],
        [READ, EQUATION],
        [EQUATION, READ, EQUATION, new_markdown_cell("Read it aloud: *b is a.*")],
        [new_markdown_cell("$$a = b$$\n\nIn words: *a is b.*")],
        [new_markdown_cell("`$$` in code")],
    ],
)
def test_an_equation_with_its_reading_passes(cells):
    assert unread_equations(notebook_of(*cells)) == []


# Contrast, in both themes: 4.5 to 1 for text, 3 to 1 for what is drawn (WCAG 1.4.3 and 1.4.11).

THEMES = [(theme.LIGHT_TEXT, theme.LIGHT_PAGE), (theme.DARK_TEXT, theme.DARK_PAGE)]
TEXT, DRAWN = 4.5, 3.0
SPELLED_OUT = {"black": "#000000", "white": "#ffffff"}


def contrast_problems(notebook):
    problems = []
    for at, data in saved_data(notebook):
        html = data.get("text/html", "")
        found = Elements(html).found
        for text, page in THEMES:
            for tag, has, looks in found:
                problems += [f"{at}: {fault}" for fault in faint(tag, has, looks, text, page)]
        for drawing in images(html):
            for tag, has, looks in Elements(drawing).found:
                on_paper = faint(tag, has, looks, theme.LIGHT_TEXT, theme.LIGHT_PAGE)
                problems += [f"{at}: in the image, {fault}" for fault in on_paper]
    return problems


def images(html):
    """The drawings that stand on a page as images, on white paper."""
    return map(unquote, re.findall(r'src="data:image/svg\+xml,([^"]+)"', html))


def faint(tag, has, looks, text, page):
    """What is hard to see about an element on a page."""

    def ratio(colour, opacity=1.0):
        mixed = [
            f * opacity + b * (1 - opacity)
            for f, b in zip(channels(rgb(colour, text, page)), channels(page), strict=True)
        ]
        return contrast(mixed, channels(page))

    def drawn(part):
        colour = looks.get(part, "currentColor" if part == "fill" else "none")
        opacity = looks["opacity"] * float(looks.get(f"{part}-opacity", 1))
        return None if colour in ("none", "transparent") else ratio(colour, opacity)

    if tag in ("text", "tspan") and drawn("fill") < TEXT:
        yield f"text in {looks.get('fill')} on {page}: {drawn('fill'):.2f}"
    if tag in SHAPES:
        # Contrast of 1 is what covers something with the colour of the page, or cannot be seen.
        parts = ["stroke"] if tag == "line" else ["fill", "stroke"]
        seen = [r for part in parts if (r := drawn(part)) and r > 1.001]
        if seen and max(seen) < DRAWN and not is_grid(tag, has, looks):
            yield f"{tag} in {looks.get('stroke')}, {looks.get('fill')} on {page}: {max(seen):.2f}"
    styled = declarations(has.get("style", ""))
    ground = styled.get("background-color") or styled.get("background")
    ground = rgb(ground, text, page) if ground not in (None, "none", "transparent") else page
    if "color" in styled or ground != page:
        colour = rgb(styled.get("color", looks.get("color", "currentColor")), text, page)
        if contrast(channels(colour), channels(ground)) < TEXT:
            yield f"{tag} with {has['style']} on {page}"


def is_grid(tag, has, looks):
    """Lines of the grid: faint, straight, of the text's colour. Their numbers stand beside them."""
    if tag == "path":  # all in one: it only ever goes across or down
        level = re.fullmatch(r"(M[\d. -]+[HVhv][\d.-]+)+", has.get("d", ""))
    else:
        level = has.get("x1") == has.get("x2") or has.get("y1") == has.get("y2")
    return tag in ("line", "path") and bool(level) and looks.get("stroke") == "currentColor"


def rgb(colour, text, page):
    """A colour as #rrggbb. Raises ValueError for one that cannot be judged."""
    if colour in ("currentColor", "inherit"):
        return text
    if colour == theme.PAGE:
        return page
    colour = SPELLED_OUT.get(colour, colour)
    if re.fullmatch(r"#[0-9a-fA-F]{3}", colour):
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"a colour that cannot be judged: {colour}. Take one of the theme.")
    return colour


@pytest.mark.exhaustive
@each_notebook
def test_whatever_is_saved_stands_out_in_both_themes(notebook):
    assert contrast_problems(notebook) == []


def image(drawing):
    return f'<img alt="A picture." src="data:image/svg+xml,{quote(drawing)}">'


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "html",
    [
        SVG.format('<path d="" fill="none" stroke="#dddddd"/>'),
        SVG.format('<path d="" fill="none" stroke="#333333"/>'),  # only in the dark theme
        SVG.format('<g stroke="#2f7ed8" opacity="0.5"><line x1="0" x2="9" y1="0" y2="9"/></g>'),
        SVG.format('<circle fill="#ffee00" stroke="none"/>'),
        SVG.format('<text fill="#2f7ed8">0.4</text>'),  # enough for a line, not for text
        SVG.format('<text fill-opacity="0.4">0.4</text>'),
        '<td style="color: #999999">0.4</td>',
        '<td style="background: #ffffff">0.4</td>',  # in the dark theme
        image(SVG.format('<circle fill="#ffee00" stroke="none"/>')),
    ],
)
def test_what_is_hard_to_see_is_found(html):
    assert contrast_problems(notebook_of(shows(html)))


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "html",
    [
        SVG.format(f'<path d="" fill="none" stroke="{theme.POSITIVE}"/><text>0.4</text>'),
        SVG.format('<line x1="0" x2="9" y1="5" y2="5" stroke="currentColor" opacity="0.16"/>'),
        SVG.format(f'<rect fill="{theme.PAGE}"/><path d="" stroke="none" fill-opacity="0"/>'),
        '<td style="background: #ffffff; color: #212121">0.4</td>',
        image(SVG.format('<path d="" fill="none" stroke="#333333"/>')),
    ],
)
def test_what_can_be_seen_passes(html):
    assert contrast_problems(notebook_of(shows(html))) == []


def test_a_colour_that_cannot_be_judged_is_refused():
    with pytest.raises(ValueError, match="cannot be judged"):
        contrast_problems(notebook_of(shows(SVG.format('<path stroke="rebeccapurple"/>'))))


# Nothing by colour alone. It can be judged of lines: two colours that mean something must differ
# in their dashes or in their kind of shape as well.


def colour_problems(notebook):
    problems = []
    for at, data in saved_data(notebook):
        for drawing in re.findall(r"<svg\b.*?</svg>", data.get("text/html", ""), re.S):
            colours = defaultdict(set)
            for tag, _, looks in Elements(drawing).found:
                colour = looks.get("stroke", "none")
                if tag in SHAPES and colour.startswith("#"):
                    colours[tag, dashes(looks.get("stroke-dasharray", ""))].add(colour)
            problems += [
                f"{at}: only the colour tells {', '.join(sorted(same))} apart, of {tag} {kind}"
                for (tag, kind), same in colours.items()
                if len(same) > 1
            ]
    return problems


def dashes(pattern):
    """The lengths of the dashes alone: gaps grow with the line."""
    return tuple(re.split(r"[ ,]+", pattern.strip())[::2]) if pattern not in ("", "none") else ()


@each_notebook
def test_no_two_lines_differ_in_colour_alone(notebook):
    assert colour_problems(notebook) == []


def test_lines_that_differ_in_colour_alone_are_seen():
    line = '<path d="" stroke="{}" stroke-dasharray="{}"/>'.format
    alone = line(theme.POSITIVE, "") + line(theme.NEGATIVE, "")
    assert colour_problems(notebook_of(shows(SVG.format(alone))))
    besides = line(theme.POSITIVE, "") + line(theme.NEGATIVE, "0 5")
    assert colour_problems(notebook_of(shows(SVG.format(besides)))) == []


# What check offers can be done.


def offers_without_means(notebook):
    """Whether a notebook asks something, and has not fetched the hint that check offers."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return "check(" in code and not re.search(r"^from \S+ import .*\bhint\b", code, re.M)


@each_notebook
def test_the_hint_that_check_offers_is_at_hand(notebook):
    found = offers_without_means(notebook)
    assert not found


def test_a_hint_that_is_not_at_hand_is_seen():
    asks = new_code_cell('from backprop_lib import check\ncheck("dE_dw5", ...)')
    assert offers_without_means(notebook_of(asks))
    asks.source = asks.source.replace("import check", "import check, hint")
    assert not offers_without_means(notebook_of(asks))


def unused_imports(notebook):
    """Names that are imported and never used; hint is there for the learner."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    nodes = list(ast.walk(ast.parse(code)))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    return imported - {node.id for node in nodes if isinstance(node, ast.Name)} - {"hint"}


@each_notebook
def test_everything_that_is_imported_is_used(notebook):
    assert not unused_imports(notebook)


def test_an_unused_import_is_seen():
    cells = [new_code_cell("from backprop_lib import check, hint, nudge"), new_code_cell("check")]
    assert unused_imports(notebook_of(*cells)) == {"nudge"}
