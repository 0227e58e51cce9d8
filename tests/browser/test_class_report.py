"""The report on a class, in a browser: on a telephone, in both themes, and on paper."""

import pytest

from backprop_lib import check
from backprop_lib.exercises.check import Said
from backprop_lib.teaching.class_report_page import report_page, student_page
from backprop_lib.teaching.class_work import Answer, ClassWork, Student, known_lessons

from .axe import violations

PHONE = {"width": 390, "height": 844}
RUNS_OUT = """() => [...document.body.querySelectorAll("*")].filter(
    e => !e.closest(".wide") && e.getBoundingClientRect().right > innerWidth + 1
).map(e => e.outerHTML.slice(0, 80))"""


def made_up_class(many=30):
    """Students with all kinds of answers, and with names that are hard to set."""
    lesson = next(one for one in known_lessons() if one.name == "02_output_layer_derivatives")
    said = [check("dE_dw7", answer) for answer in (-0.022602540, 0.0226, 0.082667628, "xyz", ...)]
    students = []
    for number in range(many):
        name = "Maximiliane-Wilhelmine_von_und_zu" * 3 if number == 7 else f"student{number:02}"
        answers = {
            exercise: Answer(*kind_of(said[(number * 7 + n) % len(said)]), hint=(number + n) % 4)
            for n, exercise in enumerate(lesson.exercises)
        }
        students.append(Student(name, answers, [("<b>x.ipynb", "it is a link")] * (number == 3)))
    return ClassWork(tuple(students), (("linked", "it is not a student's folder"),))


def kind_of(said: Said):
    return said.kind, said.mistakes, said.possible


WORK = made_up_class()
PAGES = {"class": report_page(WORK), "student": student_page(WORK.students[7], WORK)}


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens one of the pages without a network; it asks for nothing but itself."""
    context = chromium.new_context(offline=True, viewport=PHONE)

    def open_it(name, **media):
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        path = tmp_path / f"{name}.html"
        path.write_text(PAGES[name], encoding="utf-8")
        page.emulate_media(**media)
        page.goto(path.as_uri())
        assert asked == [path.as_uri()]
        return page

    yield open_it
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_out_of_a_telephone(opened, name):
    assert opened(name).evaluate(RUNS_OUT) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(opened, name, theme):
    page = opened(name, color_scheme=theme)
    assert violations(page.locator("html")) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", PAGES)
def test_it_is_printed_black_on_white_and_nothing_is_cut(opened, name):
    page = opened(name, media="print", color_scheme="dark")
    page.set_viewport_size({"width": 718, "height": 1000})  # 190 mm, inside the margins of A4
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    wide = "e => e.querySelector('.wide')?.scrollWidth ?? 0"
    assert page.locator("body").evaluate(wide) <= 718
    assert page.evaluate(RUNS_OUT) == []
