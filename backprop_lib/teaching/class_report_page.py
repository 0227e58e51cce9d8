"""The pages of the report on a class: one for the teacher, and one for each student.

They load nothing and run nothing. Whatever comes from a student's folder is shown as text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from html import escape

from backprop_lib.exercises.check import MARKS
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.teaching.class_work import (
    NOT_BEGUN,
    STATES,
    Answer,
    ClassWork,
    Exercise,
    Lesson,
    Student,
)
from backprop_lib.teaching.print_page import page

MARK = {**MARKS, NOT_BEGUN: "–"}
IN_WORDS = {
    "right": "right",
    "rounded": "close, but not right yet",
    "wrong": "not right yet",
    "unreadable": "not readable",
    "unanswered": "not answered",
    NOT_BEGUN: "lesson not begun",
}
MOST_STUCK = 5  # exercises at the top of the page
COUNTED = (
    "Counted is what <code>check</code> last said in each notebook, as it was saved. Nothing was "
    "run again. Whoever edits a notebook by hand can write a verdict into it."
)
SEVERAL = "Where several mistakes give the number that was answered, each of them is listed."
STYLE = """
:root { color-scheme: light dark; }
body { background: Canvas; color: CanvasText; overflow-wrap: anywhere; }
h2 { border-color: currentColor; margin-top: 7mm; }
h3 { font-size: 10.5pt; margin: 4mm 0 0.5mm; }
ul, ol { margin: 0.5mm 0; padding-left: 6mm; }
li { margin: 0.8mm 0; }
small, .who { font-size: 9.5pt; font-weight: 400; }
section, article, tr, li { break-inside: avoid; }
section.part { break-inside: auto; }
.bar { display: flex; height: 3mm; max-width: 90mm; border: 0.3mm solid currentColor; }
.bar i { display: block; }
.bar .right { background: currentColor; }
.bar .stuck { border-right: 0.3mm solid currentColor; background: repeating-linear-gradient(
  135deg, currentColor 0 0.4mm, transparent 0.4mm 1.4mm); }
.wide { overflow-x: auto; margin: 2mm 0; }
table.grid { font-size: 9.5pt; }
.grid th, .grid td { border: 0.15mm solid; padding: 0.3mm 1.4mm; text-align: center; }
.grid th:first-child, .names th { text-align: left; font-weight: 400; max-width: 45mm; }
.names { width: 100%; }
.names td, .names th { border-bottom: 0.15mm solid; vertical-align: top; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.table-said { position: relative; }
details > summary { cursor: pointer; font-size: 9.5pt; }
@media print {
  :root { color-scheme: light; }
  body { background: #fff; color: #000; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  .wide { overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
"""


def student_pages(work: ClassWork) -> list[str]:
    """The path of each student's page: a number, and what of the name every system can write."""
    names = (re.sub(r"[^A-Za-z0-9]+", "_", student.name)[:40] for student in work.students)
    return [f"students/{number:03}_{name}.html" for number, name in enumerate(names, start=1)]


def report_page(work: ClassWork) -> str:
    """The page for the teacher."""
    many = len(work.students)
    body = (
        f"<main><h1>Class report</h1><p>{_number(many, 'student')}, "
        f"{_number(len(work.lessons), 'lesson')} begun. {COUNTED}</p>"
        + _most_stuck(work)
        + _every_mistake(work)
        + _every_student(work)
        + "".join(_lesson(lesson, work) for lesson in work.lessons)
        + _left_out(work)
        + "</main>"
    )
    return page("Class report", body, STYLE)


def student_page(student: Student, work: ClassWork) -> str:
    """The page to hand back to one student; nothing of anybody else is on it."""
    begun = [
        lesson
        for lesson in work.lessons
        if any(exercise in student.answers for exercise in lesson.exercises)
    ]
    asked = [exercise for lesson in begun for exercise in lesson.exercises]
    right = sum(student.answer(exercise).state == "right" for exercise in asked)
    further = next((one for one in asked if student.answer(one).state != "right"), None)
    body = (
        f"<main><h1>Backpropagation: {_bdi(student.name)}</h1>"
        f"<p>{right} of {_number(len(asked), 'exercise')} right"
        + (f". Go on with {_name(further)} in {escape(further.lesson)}" if further else "")
        + f".</p><p>{COUNTED}</p>"
        + "".join(_own_lesson(lesson, student) for lesson in begun)
        + _reasons("Not counted", student.left_out)
        + "</main>"
    )
    return page(f"Backpropagation: {student.name}", body, STYLE)


def _own_lesson(lesson, student):
    lines = (_own_line(exercise, student.answer(exercise)) for exercise in lesson.exercises)
    return _part(lesson.title, f"<ul>{''.join(lines)}</ul>")


def _own_line(exercise, answer):
    words = f"<b>{MARK[answer.state]} {_name(exercise)}: {IN_WORDS[answer.state]}.</b>"
    found = [_sentence(mistake) for mistake in answer.mistakes]
    found += [f"It may be this: {_sentence(mistake)}" for mistake in answer.possible]
    taken = f"Hint {answer.hint} of 3 taken." if answer.hint else ""
    return f"<li>{words} {_section(exercise)} {' '.join(found)} {taken}</li>"


def _most_stuck(work):
    stuck = {
        exercise: work.who(exercise, lambda answer: answer.stuck)
        for lesson in work.lessons
        for exercise in lesson.exercises
    }
    most = sorted((one for one in stuck if stuck[one]), key=lambda one: -len(stuck[one]))
    lines = (
        f'<li><a href="#{_anchor(one)}">{_name(one)}</a> in {escape(one.lesson)}: '
        f"{len(stuck[one])} not right yet. {_mostly(one, stuck[one])}</li>"
        for one in most[:MOST_STUCK]
    )
    words = f"<ol>{''.join(lines)}</ol>" if most else "<p>Nobody: no saved answer is wrong.</p>"
    return f"<section><h2>Where the class is stuck</h2>{words}</section>"


def _mostly(exercise, students):
    """The mistake that most of these students have made, if one has a name."""
    made = Counter(m for student in students for m in student.answer(exercise).mistakes)
    return "".join(f"{n} times: {_sentence(mistake)}" for mistake, n in made.most_common(1))


def _every_mistake(work):
    """Each mistake with those who make it, the most frequent first, and the sentence for them."""
    asked = [exercise for lesson in work.lessons for exercise in lesson.exercises]
    made, where = defaultdict(list), defaultdict(set)
    for student in work.students:
        for exercise in asked:
            for mistake in student.answer(exercise).mistakes:
                where[mistake].add(exercise)
                if student not in made[mistake]:
                    made[mistake].append(student)
    lines = (
        f"<li>{len(made[mistake])} × {_sentence(mistake)} {_who(made[mistake])} "
        f"At {', '.join(_name(one) for one in asked if one in where[mistake])}.</li>"
        for mistake in sorted(made, key=lambda mistake: -len(made[mistake]))
    )
    words = f"<p>{SEVERAL}</p><ul>{''.join(lines)}</ul>" if made else "<p>None with a name.</p>"
    return f"<section><h2>Which mistakes, and what would help</h2>{words}</section>"


def _every_student(work):
    asked = [exercise for lesson in work.lessons for exercise in lesson.exercises]
    rows = []
    for student, path in zip(work.students, student_pages(work), strict=True):
        right = sum(student.answer(exercise).state == "right" for exercise in asked)
        stuck = [exercise for exercise in asked if student.answer(exercise).stuck]
        words = f"stuck at {', '.join(map(_name, stuck))}" if stuck else "not stuck"
        rows.append(
            f'<tr><th scope="row"><a href="{escape(path)}">{_bdi(student.name)}</a></th>'
            f"<td>{right} of {len(asked)} right, {words}</td></tr>"
        )
    words = "<p>A name leads to the page to hand back.</p>"
    return _part("Who is where", f'{words}<table class="names">{"".join(rows)}</table>')


def _lesson(lesson, work):
    blocks = (_exercise(one, n, work) for n, one in enumerate(lesson.exercises, start=1))
    return _part(f"{lesson.name}: {lesson.title}", _grid(lesson, work) + "".join(blocks))


def _exercise(exercise: Exercise, number: int, work: ClassWork) -> str:
    by_state = {
        state: work.who(exercise, lambda answer, state=state: answer.state == state)
        for state in STATES
    }
    counts = ", ".join(
        f"{MARK[state]} {len(who)} {IN_WORDS[state]}" for state, who in by_state.items() if who
    )
    stuck = work.who(exercise, lambda answer: answer.stuck)
    lines = [*_mistakes(exercise, stuck, work), *_hints(exercise, work)]
    if by_state["unanswered"]:
        lines.append(f"Not answered: {_who(by_state['unanswered'])}")
    parts = [(len(by_state["right"]), "right"), (len(stuck), "stuck")]
    bar = "".join(
        f'<i class="{name}" style="width: {round(100 * part / len(work.students))}%"></i>'
        for part, name in parts
        if part
    )
    return (
        f'<article><h3 id="{_anchor(exercise)}">{number}. {_name(exercise)} '
        f"{_section(exercise)}</h3>"
        f'<div class="bar" aria-hidden="true">{bar}</div><p>{counts}.</p>'
        f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul></article>"
    )


def _mistakes(exercise, stuck, work):
    """A line for each mistake that explains an answer, and for those that may."""
    found = defaultdict(list)
    for student in stuck:
        answer = student.answer(exercise)
        for mistake in answer.mistakes:
            found["", mistake].append(student)
        for mistake in answer.possible:
            found["perhaps: ", mistake].append(student)
        if not (answer.mistakes or answer.possible):
            found["", None].append(student)
    for (sure, mistake), who in sorted(found.items(), key=lambda item: -len(item[1])):
        words = _sentence(mistake) if mistake else "No mistake that has a name."
        yield f"{len(who)} × {sure}{words} {_who(who)}"


def _hints(exercise, work):
    for strength in (1, 2, 3):
        who = work.who(exercise, lambda answer, wanted=strength: answer.hint == wanted)
        if who:
            yield f"Hint {strength}: {len(who)}. {_who(who)}"


def _grid(lesson: Lesson, work: ClassWork) -> str:
    """Every student and exercise of a lesson as a table of marks."""
    heads = "".join(
        f'<th scope="col">{n}<span class="said"> {escape(one.name)}</span></th>'
        for n, one in enumerate(lesson.exercises, start=1)
    )
    rows = "".join(
        f'<tr><th scope="row">{_bdi(student.name)}</th>'
        + "".join(_mark(student.answer(one)) for one in lesson.exercises)
        + "</tr>"
        for student in work.students
    )
    legend = ", ".join(f"{MARK[state]} {IN_WORDS[state]}" for state in STATES)
    return (
        f"<p><small>{legend}; a small number is the strongest hint taken.</small></p>"
        '<div class="wide table-said" tabindex="0" role="region" '
        f'aria-label="Marks of {escape(lesson.name)}">'
        f'<table class="grid"><tr><th scope="col">student</th>{heads}</tr>{rows}</table></div>'
    )


def _mark(answer: Answer) -> str:
    hint = f"<sup>{answer.hint}</sup>" if answer.hint else ""
    taken = f", hint {answer.hint}" if answer.hint else ""
    return (
        f'<td><span aria-hidden="true">{MARK[answer.state]}{hint}</span>'
        f'<span class="said">{IN_WORDS[answer.state]}{taken}</span></td>'
    )


def _left_out(work):
    of_students = (
        (f"{student.name}: {name}", why)
        for student in work.students
        for name, why in student.left_out
    )
    return _reasons("Not counted", [*work.left_out, *of_students])


def _reasons(title, left_out):
    if not left_out:
        return ""
    lines = (f"<li>{_bdi(name)}: {escape(why)}.</li>" for name, why in left_out)
    return _part(title, f"<ul>{''.join(lines)}</ul>")


def _part(heading, html):
    return f'<section class="part"><h2>{escape(heading)}</h2>{html}</section>'


def _who(students: Iterable[Student]) -> str:
    names = ", ".join(_bdi(student.name) for student in students)
    return f'<span class="who">({names})</span>'


def _bdi(name):
    """A name as text that turns nothing around it, whichever way it is written."""
    return f"<bdi>{escape(name)}</bdi>"


def _sentence(mistake: Mistake) -> str:
    return f"<b>{escape(mistake.words)}</b> {escape(mistake.look)}"


def _name(exercise):
    return f"<code>{escape(exercise.name)}</code>"


def _section(exercise):
    return f"<small>({escape(exercise.section)})</small>" if exercise.section else ""


def _anchor(exercise):
    return f"{exercise.lesson}-{exercise.cell}"


def _number(many, what):
    return f"{many} {what}{'' if many == 1 else 's'}"
