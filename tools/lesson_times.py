"""How long a lesson takes: one rule, from what stands in it.

    python tools/lesson_times.py      what the rule says of every lesson

Counted are the words of its prose, the cells that are run, the guesses, the exercises and the labs.
Alone everything is read and everything is done. In a class the teacher tells what a learner reads,
groups share the work, and a function is written at home. A lesson says both at its top, and
for_teachers.md repeats it; tests/lessons/test_times.py holds them to within TOLERANCE minutes.
"""

import re
from collections import Counter

import nbformat

from backprop_lib.teaching.lesson_copies import lessons

TOLERANCE = 10
# Minutes for one of each.
ALONE = {
    "word": 1 / 130,
    "run": 0.5,
    "guess": 0.5,
    "choice": 0.5,
    "number": 1.5,
    "function": 8,
    "lab": 8,
    "own words": 3,
}
IN_CLASS = {**ALONE, "word": 1 / 260, "guess": 1, "number": 1, "function": 0, "own words": 2}
TOP = re.compile(r"\*\*Time\.\*\* (\d+) minutes in class, (\d+) alone")


def counted(notebook: nbformat.NotebookNode) -> Counter:
    """How many words, cells to run, guesses, exercises of each kind and labs a lesson has."""
    found = Counter()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found["word"] += len(re.findall(r"\w+(?:['’.-]\w+)*", cell.source))
            found["own words"] += "### In your own words" in cell.source
        else:
            found[_kind(cell)] += 1
    return found


def _kind(cell):
    tags = cell.metadata.get("tags", [])
    if "lab" in tags:
        return "lab"
    if "exercise" in tags:
        if re.search(r"^def ", cell.source, re.M):
            return "function"
        asks_a_word = re.search(
            r'check\("(rule for|direction of|sign of|larger of|paths of) ', cell.source
        )
        return "choice" if asks_a_word else "number"
    return "guess" if re.match(r"guess = ", cell.source) else "run"


def minutes(notebook: nbformat.NotebookNode, rates: dict[str, float]) -> int:
    """The minutes of a lesson at such rates, in fives."""
    total = sum(rates[kind] * many for kind, many in counted(notebook).items())
    return max(5, 5 * round(total / 5))


if __name__ == "__main__":
    for name, lesson in lessons():
        times = f"{minutes(lesson, IN_CLASS)} minutes in class, {minutes(lesson, ALONE)} alone"
        print(f"{name:<32} {times:<36} {dict(counted(lesson))}")
