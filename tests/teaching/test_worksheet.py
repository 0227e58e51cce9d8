"""Worksheets: the same bytes for the same seed, right numbers everywhere, checks that work."""

import csv
import io
import re
from functools import cache
from html.parser import HTMLParser

import nbformat
import pytest
from nbclient import NotebookClient

from backprop_lib import random_network
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.exercises.check import MARKS
from backprop_lib.pictures import theme
from backprop_lib.teaching.answer_key import answers
from backprop_lib.teaching.pleasant_numbers import DECIMALS, pleasant_examples
from backprop_lib.teaching.steps_by_hand import given, steps_by_hand
from backprop_lib.teaching.worksheet import worksheet_files, write_worksheets

SEED, STUDENTS = 11, 7


# Made when a test first asks: every worker of pytest imports this module.
@cache
def examples():
    return pleasant_examples(SEED, STUDENTS)


@cache
def files():
    return dict(worksheet_files(SEED, STUDENTS))


def paper():
    return files()["sheets_to_print.html"]


def key():
    return files()["answer_key.html"]


@cache
def names():
    return [step.name for step in steps_by_hand()]


class Tags(HTMLParser):
    """Every tag that is opened and not closed, or closed and not opened."""

    def __init__(self, html):
        super().__init__()
        self.open, self.faults = [], []
        self.feed(html)
        self.faults += self.open

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


def test_there_is_a_notebook_for_each_student_the_sheets_and_the_key():
    sheets = [f"sheet_{k:03}.ipynb" for k in range(1, STUDENTS + 1)]
    assert list(files()) == [*sheets, "sheets_to_print.html", "answer_key.html", "answer_key.csv"]


def test_the_same_seed_gives_the_same_bytes():
    assert dict(worksheet_files(SEED, STUDENTS)) == files()


def test_a_student_gets_the_same_sheet_in_any_class():
    fewer = dict(worksheet_files(SEED, 3))
    assert all(fewer[name] == files()[name] for name in fewer if name.startswith("sheet_"))
    sections = re.findall(r"<section.*?</section>", paper(), re.S)
    assert re.findall(r"<section.*?</section>", fewer["sheets_to_print.html"], re.S) == sections[:6]


def test_files_are_written_and_never_overwritten(tmp_path):
    paths = write_worksheets(tmp_path / "new", SEED, STUDENTS, report=lambda line: None)
    assert {path.name: path.read_bytes().decode() for path in paths} == files()
    with pytest.raises(FileExistsError):
        write_worksheets(tmp_path / "new", SEED, STUDENTS)


def test_the_key_as_data_holds_every_quantity_of_every_sheet():
    rows = list(csv.DictReader(io.StringIO(files()["answer_key.csv"])))
    assert len(rows) == STUDENTS
    for number, (row, example) in enumerate(zip(rows, examples(), strict=True), start=1):
        assert row["sheet"] == str(number)
        assert {name: float(row[name]) for name in given(example)} == given(example)
        for name in names():
            if name.startswith("dE_"):
                assert abs(float(row[name]) - complex_step(name, example)) < 1e-9
            assert float(row[name]) == pytest.approx(answers(example)[name], abs=5.1e-10)


def test_the_printed_key_holds_every_quantity_of_every_sheet():
    for name in (*given(examples()[0]), *names()):
        rows = re.findall(rf"<code>{name}</code></th>(.*?)</tr>", key())
        shown = [float(t.replace("−", "-")) for row in rows for t in re.findall(r">([^<]+)<", row)]
        wanted = [{**given(example), **answers(example)}[name] for example in examples()]
        assert shown == pytest.approx(wanted, abs=5.1e-7), name


def test_a_sheet_of_paper_asks_for_every_quantity_and_gives_none_away():
    sections = re.findall(r"<section.*?</section>", paper(), re.S)
    assert len(sections) == 2 * STUDENTS
    for k, example in enumerate(examples()):
        sheet = sections[2 * k] + sections[2 * k + 1]
        formulas = re.findall(r'<div class="step"><code>(\w+) = ', sheet)
        assert sorted(formulas) == sorted(names())
        boxes = re.findall(r'"number-of">(\d+)</span><span class="answer">', sheet)
        assert sorted(map(int, boxes)) == list(range(1, len(names()) + 1))
        for name, value in answers(example).items():
            if not name.startswith("net_h"):  # two decimals, which another number may have too
                assert f"{abs(value):.{DECIMALS}f}" not in sheet, name
        cells = re.search(r'<table class="given">.*?</table>', sheet, re.S)[0]
        shown = [float(t.replace("−", "-")) for t in re.findall(r"<td>([^<]+)</td>", cells)]
        assert shown == list(given(example).values())
        assert "<svg" in sheet


def test_a_box_has_the_same_number_on_every_sheet_and_in_the_key():
    box = r'<div class="step"><code>(\w+) = .*?"number-of">(\d+)</span>'
    in_key = re.findall(r"(\d+) <code>(\w+)</code></th>", key())
    boxes = re.findall(box, paper())
    assert len(boxes) == len(names()) * STUDENTS
    assert all((number, name) in in_key for name, number in boxes)


def test_a_photo_shows_which_side_of_which_sheet_it_is():
    for number in range(1, STUDENTS + 1):
        for side in ("front", "back"):
            (sheet,) = re.findall(
                rf'aria-label="Sheet {number}, {side}">(.*?)</section>', paper(), re.S
            )
            assert sheet.count('class="corner"') == 4
            assert f"Worksheet {SEED}, sheet {number}, {side}." in sheet


@pytest.mark.parametrize("html", [paper, key])
def test_a_page_stands_alone_and_is_well_formed(html):
    html = html()
    assert Tags(html).faults == []
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|https?://(?!www\.w3\.org)", html)
    assert '<html lang="en">' in html and html.count("<title>") == 1


def test_paper_is_black_and_white():
    for colour in (theme.POSITIVE, theme.NEGATIVE, theme.CHANGED):
        assert colour not in paper()
    for r, g, b in re.findall(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", paper()):
        assert r == g == b


def test_a_fault_in_a_page_is_seen():
    assert Tags("<p><b>x</p>").faults
    assert not Tags('<p><b>x</b><path d=""/></p>').faults


OTHERS = [
    random_network((2, 2, 2), activations=("ReLU", "softmax"), error="cross-entropy"),
    random_network((3, 2, 1), activations="tanh", error="squared"),
    random_network((2, 1)),
]


@pytest.mark.parametrize("network", OTHERS, ids=str)
def test_the_sheets_of_another_network(network):
    made_files = dict(worksheet_files(SEED, 2, network.architecture))
    sheets = pleasant_examples(SEED, 2, network.architecture)
    rows = list(csv.DictReader(io.StringIO(made_files["answer_key.csv"])))
    for number, (row, example) in enumerate(zip(rows, sheets, strict=True), start=1):
        cells = nbformat.reads(made_files[f"sheet_{number:03}.ipynb"], as_version=4).cells
        made = {}
        exec("\n".join(c.source for c in cells if re.match("from|mine", c.source)), made)
        assert given(made["mine"]) == given(example)
        assert made["mine"].architecture == network.architecture
        asked = [step.name for step in steps_by_hand(example)]
        checks = [re.match(r'check\("(\w+)"', cell.source) for cell in cells]
        assert [found[1] for found in checks if found] == asked
        for name in asked:
            if name.startswith("dE_"):
                assert abs(float(row[name]) - complex_step(name, example)) < 1e-9
    for name in asked:
        assert made_files["sheets_to_print.html"].count(f"<code>{name} = ") == 2


def test_what_does_not_fit_on_a_sheet_is_refused():
    with pytest.raises(ValueError, match=r"which takes 8 and 27\. Take fewer neurons"):
        next(worksheet_files(1, 1, random_network((2, 3, 2)).architecture))


def run(notebook, folder):
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    checks = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    return [cell.outputs[-1]["data"]["text/plain"] for cell in checks]


@pytest.mark.exhaustive
def test_an_unanswered_notebook_runs_to_its_end_and_says_so(tmp_path):
    notebook = nbformat.reads(files()["sheet_001.ipynb"], as_version=4)
    nbformat.validate(notebook)
    said = run(notebook, tmp_path)
    assert len(said) == len(names())
    assert {text[0] for text in said} == {MARKS["unanswered"]}


@pytest.mark.exhaustive
def test_the_right_answers_with_four_decimals_are_accepted_and_anothers_are_not(tmp_path):
    notebook = nbformat.reads(files()["sheet_003.ipynb"], as_version=4)
    copied = "net_h1", "out_o2", "dE_dw5", "w8_new"  # from the neighbour
    for cell in notebook.cells:
        if asked := re.match(r'check\("(\w+)", \.\.\.', cell.source):
            whose = examples()[1] if asked[1] in copied else examples()[2]
            answer = f"{answers(whose)[asked[1]]:.{DECIMALS}f}"
            cell.source = cell.source.replace("...", answer)
    said = dict(zip(names(), run(notebook, tmp_path), strict=True))
    for name, text in said.items():
        assert text.startswith(MARKS["right"]) != (name in copied), f"{name}: {text}"
