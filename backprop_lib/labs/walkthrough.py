"""The walkthrough of notebooks 01 to 04: one round of backpropagation, step by step.

    from backprop_lib import example, walkthrough_lab

    walkthrough_lab(example)

A step is shown in four views at once: the network diagram with what is in play lit, the formula,
the formula with numbers, and the line of Python that computes it; a derivative has the same number
asked for another way besides. The result is covered until it has been predicted or revealed.

The steps come from walkthrough_steps, and judging says what a prediction is worth. This module
shows them.
"""

import time
from collections.abc import Sequence
from html import escape
from itertools import groupby

from backprop_lib.core.example import BUILD_ONE, Example
from backprop_lib.core.validation import instance
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule, WeightUpdate, one_round
from backprop_lib.exercises.judging import judge
from backprop_lib.labs.arithmetic import worked_out
from backprop_lib.labs.backward_flow import flow_view, no_flow
from backprop_lib.labs.lab import Lab, open_lab, page_side
from backprop_lib.labs.typed_number import typed_number, typed_rate
from backprop_lib.pictures.diagram.network_diagram import fitting_diagram
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.theme import SIZES
from backprop_lib.symbolic.walkthrough_steps import Step, walkthrough

COVERED = "?"


# The learner's own numbers ----------------------------------------------------------------------


def given_numbers(example: Example) -> dict[str, str]:
    """Name and text of every number that a learner may change, in the order of the tutorial.

    >>> from backprop_lib import example
    >>> given_numbers(example)["w5"]
    '0.4'
    """
    names = example.names
    one_each = [f"b_{neuron}" for neuron in names.all_neurons]
    changeable = [
        *names.inputs,
        *(f"target_{output}" for output in names.outputs),
        *names.all_weights,
        *(names.biases if example.network.shares_biases else one_each),
        "eta",
    ]
    return {name: repr(float(example[name])) for name in changeable}


# What is shown ----------------------------------------------------------------------------------


def diagram_of(step: Step, update: WeightUpdate, covered: bool) -> Picture:
    """The network diagram at a step: what has been found so far, and what is in play.

    It stands beside the other views, where only the projector's size has type that is large enough.
    A network that is too large for it is drawn in the normal size.
    """
    known = step.known if covered else step.known | step.found
    changed = () if covered else _ringed(step)
    try:
        return fitting_diagram(update, step.lit, step.backward, changed=changed, known=known)
    except ValueError:
        raise ValueError(
            f"example: expected a network that fits a page, got {update.network!r}. "
            "Take fewer layers or neurons."
        ) from None


def _ringed(step):
    """What is new in the diagram: a quantity, or a weight; no derivative has a place of its own."""
    return () if step.backward else (step.name.removesuffix("_new"),)


def flow_of(step: Step, update: WeightUpdate, covered: bool) -> dict:
    """The backward flow to the weight or the quantity that a step is about, or why there is none.

    As long as the result is covered there is none, because the flow ends with it.
    """
    if not step.name.startswith("dE_d") and step.part != "update":
        return no_flow(
            "Nothing flows back to here. Go to a derivative of E_total, or to an update."
        )
    if covered:
        return no_flow("The flow ends with the result. Predict it or reveal it first.")
    return flow_view(update, step.name.removeprefix("dE_d").removesuffix("_new"), SIZES[::-1])


def views_of(step: Step, covered: bool) -> dict[str, str]:
    """The views beside the diagram, as HTML; none holds the result as long as it is covered."""
    result = _cover() if covered else _result(step.result)
    numbers = result if step.is_one_number else f"{escape(step.numbers)} = {result}"
    return {
        "formula": step.mathml,
        "numbers": numbers,
        "code": f"<code>{escape(step.code)}</code> <span>→ {result}</span>",
        "check": _check(step, covered),
    }


def headline_of(step: Step, covered: bool) -> str:
    """The result, or the place that is kept for it, as HTML for the largest type.

    >>> from backprop_lib import example
    >>> headline_of(walkthrough(example)[0], covered=True)
    'net_h1 = <span>?</span>'
    """
    return f"{step.name} = <span>{COVERED if covered else step.result}</span>"


def _check(step, covered):
    if step.check is None:
        return ""
    question = f"<code>{escape(step.check.code)}</code>"
    if covered:
        return f"{question} <span>→ {_cover()}</span>"
    words = "the same" if step.check.agrees else "not the same: see the rule for the hidden layer"
    return f"{question} <span>→ {_result(step.check.text)}</span> <span>{words}</span>"


def _cover():
    return f'<span class="cover" role="img" aria-label="covered">{COVERED}</span>'


def _result(text):
    return f'<strong class="result">{escape(text)}</strong>'


def place_of(steps: Sequence[Step], at: int) -> str:
    """Where a step stands in the whole, in words.

    >>> from backprop_lib import example
    >>> place_of(walkthrough(example), 4)
    'Step 5 of 44 · forward pass, 5 of 11'
    """
    first, run = next((f, r) for f, r in _runs(steps) if f <= at < f + len(r))
    return f"Step {at + 1} of {len(steps)} · {steps[at].part}, {at - first + 1} of {len(run)}"


def strip_of(steps: Sequence[Step], at: int) -> str:
    """The same as a strip: a field for every part, filled as far as the walk has come."""
    fields = []
    for first, run in _runs(steps):
        filled = 100 * min(max(at + 1 - first, 0), len(run)) / len(run)
        here = " here" if first <= at < first + len(run) else ""
        fields.append(
            f'<span class="field{here}" style="flex:{len(run)} 1 0">'
            f'<span class="fill" style="width:{filled:.2f}%"></span>'
            f'<span class="part">{run[0].part}</span></span>'
        )
    return "".join(fields)


def _runs(steps):
    """Steps that follow each other in the same part, with the index of the first of them."""
    first = 0
    for _, run in groupby(steps, key=lambda step: step.part):
        run = list(run)
        yield first, run
        first += len(run)


def _words_of(verdict):
    if verdict is None:
        return ""
    if verdict.kind == "unanswered":
        return "That says nothing yet. Type a number such as 0.25."
    return verdict.words


# The widget -------------------------------------------------------------------------------------


def walkthrough_lab(
    example: Example,
    part: str | None = None,
    rule: UpdateRule = TUTORIAL_RULE,
    name: str = "walkthrough",
) -> "WalkthroughLab":
    """The lab for an example. Show it as the last line of a cell.

    example: any Example. part: one of walkthrough_steps.PARTS, or None for the whole round.
    rule: an UpdateRule. name: a lab closes the one before it of the same name.
    Returns a WalkthroughLab; raises TypeError or ValueError for what walkthrough cannot use, and
    for a part that this network does not have.

    >>> from backprop_lib import example
    >>> lab = walkthrough_lab(example, part="update", name="doctest")
    >>> lab.view["place"]
    'Step 1 of 8 · update, 1 of 8'
    >>> lab.close()
    """
    instance("example", example, Example, BUILD_ONE)
    steps = walkthrough(example, rule, part)
    if not steps:
        raise ValueError(
            f"part: expected a part that this network has, got {part!r} for a {example.network!r}. "
            "It has no hidden layer; choose another part."
        )
    return open_lab(WalkthroughLab, name, example, part, rule)


class WalkthroughLab(Lab):
    """A live lab. ``controls`` is what its controls hold, ``view`` what it shows.

    >>> from backprop_lib import example
    >>> lab = WalkthroughLab(example, None, TUTORIAL_RULE)
    >>> lab.set(answer="0.5")
    >>> lab.view["covered"]
    True
    >>> lab.set(answer="0.3775")
    >>> print(lab.view["covered"], lab.view["headline"])
    False net_h1 = <span>0.377500000</span>
    >>> lab.go(1)
    >>> lab.view["headline"]
    'out_h1 = <span>?</span>'
    >>> lab.close()
    """

    _esm, _css = page_side("walkthrough")

    def __init__(self, example, part, rule):
        self._rule = instance("rule", rule, UpdateRule, "For example UpdateRule().")
        self._part = part
        self._given = given_numbers(example)
        self._original = example
        self._use(example)
        self._revealed, self._judged = set(), {}
        # The step and the answer that were shown last.
        self._last = 0, ""
        controls = {"step": "0", "answer": "", "cover": "on", "size": "normal"}
        super().__init__(
            fixed={
                "given": self._given,
                "jump": [
                    [run[0].part, [[str(first + k), step.name] for k, step in enumerate(run)]]
                    for first, run in _runs(self._steps)
                ],
            },
            controls=controls | self._given,
        )

    def go(self, at: int) -> None:
        """Go to a step, counted from 0, as a hand would."""
        self.set(step=str(at), answer="")

    def reveal(self) -> None:
        """Uncover the result of the step that is shown."""
        self._hear({"kind": "reveal"})

    def cover(self) -> None:
        """Cover it again, and forget what was predicted."""
        self._hear({"kind": "cover"})

    def _hear(self, message):
        if message["kind"] == "reveal":
            self._revealed.add(self._at)
        if message["kind"] == "cover":
            self._revealed.discard(self._at)
            self._judged.pop(self._at, None)
            self.set(answer="")
        self._show()

    def _use(self, example):
        """Take an example's numbers."""
        self._steps = walkthrough(example, self._rule, self._part)
        self._update = one_round(example, self._rule)
        self._example = example

    def _forget(self):
        """Cover every result again; what stands in the field has been said before."""
        self._revealed = set()
        self._judged = {self._at: (self.controls["answer"].strip(), None)}

    @property
    def _at(self):
        return min(max(int(self.controls["step"]), 0), len(self._steps) - 1)

    def _show(self):
        started = time.perf_counter()
        messages = self._take_numbers()
        if self.controls["cover"] == "off":
            self._forget()  # switched on again, the covers lie on everything, for the next class
        self._judge()
        shown = self._everything_shown()
        milliseconds = round(1000 * (time.perf_counter() - started), 2)
        self.view = shown | {"messages": messages, "milliseconds": milliseconds}

    def _take_numbers(self):
        """Use what the fields hold; a message for each field that cannot be used."""
        read, messages = {}, {}
        for name in self._given:
            try:
                meant = typed_rate if name == "eta" else typed_number
                read[name] = meant(self.controls[name])
            except ValueError as problem:
                messages[name] = str(problem)
        changed = {n: v for n, v in read.items() if v != self._example[n]}
        if changed and not messages:
            try:
                self._use(self._example.replace(**changed))
                self._forget()
            except ValueError as problem:
                # Each number is one, but the network cannot be worked out with them.
                messages = dict.fromkeys(changed, f"Not with this number. {problem}")
        return messages

    def _judge(self):
        """Judge the prediction, if there is one; a right one uncovers the result."""
        answer, at = self.controls["answer"].strip(), self._at
        judged, verdict = self._judged.get(at, ("", None))
        taken_back = self._last == (at, judged) and not (verdict and verdict.accepted)
        self._last = at, answer
        if not answer and (verdict is None or taken_back):
            self._judged.pop(at, None)
        elif answer and answer != judged:
            came_to = worked_out(answer)
            given = answer if came_to is None else came_to
            verdict = judge(self._steps[at].name, given, self._example, self._rule)
            self._judged[at] = answer, verdict
            if verdict.accepted:
                self._revealed.add(at)

    def _everything_shown(self):
        at = self._at
        step = self._steps[at]
        covered = self.controls["cover"] == "on" and at not in self._revealed
        _, verdict = self._judged.get(at, ("", None))
        diagram = diagram_of(step, self._update, covered)
        return views_of(step, covered) | {
            "at": at,
            "name": step.name,
            "place": place_of(self._steps, at),
            "strip": strip_of(self._steps, at),
            "question": step.question,
            "headline": headline_of(step, covered),
            "covered": covered,
            "predicting": self.controls["cover"] == "on",
            "verdict": _words_of(verdict),
            "verdict_kind": verdict.kind if verdict else "",
            "pictures": {"diagram": diagram.svg},
            "flow": flow_of(step, self._update, covered),
            "facts": {"diagram": diagram.text.splitlines()},
            "own": "" if self._is_original() else "These are your own numbers.",
            "status": "",
        }

    def _is_original(self):
        return given_numbers(self._example) == self._given

    def __repr__(self):
        return (
            "Walkthrough: one round of backpropagation step by step, with the network diagram, the "
            "formula, the numbers and the code of each step. Run this cell to open it."
        )
