"""The whole backward pass on one page for the printer: ``python -m backprop_lib summary``.

Names, formulas and numbers of one round, with the picture forward and backward. Nothing on it is
typed: the formulas are those of round_steps as MathML, the numbers those of the worked example.
"""

from html import escape
from pathlib import Path

from backprop_lib.core.example import Example
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.pictures.diagram.network_diagram import network_diagram
from backprop_lib.symbolic.activation_formulas import written_out
from backprop_lib.symbolic.mathml import mathml
from backprop_lib.symbolic.round_steps import PARTS
from backprop_lib.teaching.new_files import write_new_file
from backprop_lib.teaching.print_page import in_black, page
from backprop_lib.teaching.steps_by_hand import in_columns, steps_by_hand, worked_by_hand

TITLE = "One round of backpropagation"
SOURCE = "After the worked example of Matt Mazur's tutorial (2015)."
LINES = {
    PARTS[0]: "Add up what flows in, squash it, and compare what comes out with what was wanted.",
    PARTS[1]: "How much too high, times the slope, times what comes in along the weight.",
    PARTS[2]: "What each output sends back along its weight, added up; then as above.",
    PARTS[3]: "Each weight takes a step against its derivative. The biases stay as they are.",
}
STYLE = """
body { font-size: 9pt; line-height: 1.2; }
h1 { font-size: 14pt; }
h2 { font-size: 10.5pt; margin-top: 1.6mm; }
h2 small { font-weight: 400; font-size: 9pt; margin-left: 3mm; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; column-gap: 4mm; }
table { width: 100%; font-size: 8pt; }
th, td { padding: 0.1mm 0.6mm 0.3mm; vertical-align: middle; border-bottom: 0.15mm solid #bbb; }
th { font-weight: 400; }
mfrac > :first-child { padding-bottom: 0.05em; }
mfrac > :last-child { padding-top: 0.12em; }
math { display: inline math; math-style: normal; font-size: 8pt; }
"""


def write_summary(path: str | Path, example: Example = worked_example) -> Path:
    """Write the page into a new file and return its path.

    Raises FileExistsError if the file is there already.
    """
    return write_new_file(path, summary_page(example))


def summary_page(example: Example = worked_example) -> str:
    """The page as HTML. example: an Example; worked_by_hand says what it raises.

    >>> "0.082167041" in summary_page()
    True
    """
    update = worked_by_hand(example)
    pictures = (
        network_diagram(update.backward.forward, title="Forward", size="projector"),
        network_diagram(
            update.backward,
            lit=["dE_dw1"],
            backward=True,
            title="Backward, to w1",
            size="projector",
        ),
    )
    body = (
        f"<h1>{TITLE}</h1><p>{SOURCE} Learning rate: eta = {float(example.eta):g}.</p>"
        f'<div class="pictures">{"".join(f"<div>{in_black(p)}</div>" for p in pictures)}</div>'
        + "".join(_part(part, steps_by_hand(example), update) for part in PARTS)
    )
    return page(TITLE, body, STYLE)


def _part(part, every_step, update):
    steps = [step for step in every_step if step.part == part]
    left, right, neither = in_columns(steps)
    columns = (left + neither, right)
    tables = "".join(f"<table>{_rows(column, update)}</table>" for column in columns)
    heading = f"<h2>{part.capitalize()} <small>{escape(LINES[part])}</small></h2>"
    return f'{heading}<div class="columns">{tables}</div>'


def _rows(steps, update):
    return "".join(
        f'<tr><th scope="row"><code>{step.name}</code></th>'
        f"<td>{mathml(step.left, written_out(step.sides[-1]))}</td>"
        f'<td class="number">{float(update[step.name]):.9f}</td></tr>'.replace(">-", ">−")
        for step in steps
    )
