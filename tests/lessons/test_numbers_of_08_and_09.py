"""What lessons 08 and 09 print, against mpmath, which knows no chain rule: it moves one number.

The networks are written down here once more, from the tutorial's numbers, and every derivative is
that of the whole error by one number, with 30 digits.
"""

import re

import mpmath as mp
import nbformat
import pytest

from backprop_lib import random_network
from tools.lessons import NOTEBOOKS

WEIGHTS = dict(zip(range(1, 9), (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55), strict=True))
INPUTS, TARGETS = (0.05, 0.10), (0.01, 0.99)
SQUASHED = {"logistic": lambda n: 1 / (1 + mp.exp(-n)), "tanh": mp.tanh}
SQUASHED["ReLU"] = lambda n: n if n > 0 else mp.mpf(0)


def printed(lesson):
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return "\n".join(output.get("text", "") for cell in cells for output in cell.outputs)


EIGHT, NINE = printed("08"), printed("09")


def exact(number):
    return mp.mpf(repr(number))


def worked(kind, w):
    """Quantities of the worked example by name, with this kind of neurons and error."""
    hidden = SQUASHED.get(kind, SQUASHED["logistic"])
    i1, i2 = map(exact, INPUTS)
    q = {"net_h1": w[1] * i1 + w[2] * i2 + exact(0.35), "net_h2": w[3] * i1 + w[4] * i2}
    q["net_h2"] += exact(0.35)
    q |= {f"out_h{k}": hidden(q[f"net_h{k}"]) for k in (1, 2)}
    q["net_o1"] = w[5] * q["out_h1"] + w[6] * q["out_h2"] + exact(0.60)
    q["net_o2"] = w[7] * q["out_h1"] + w[8] * q["out_h2"] + exact(0.60)
    together = mp.exp(q["net_o1"]) + mp.exp(q["net_o2"])
    for k, target in zip((1, 2), map(exact, TARGETS), strict=True):
        net = q[f"net_o{k}"]
        out = q[f"out_o{k}"] = mp.exp(net) / together if kind == "softmax" else hidden(net)
        q[f"E_o{k}"] = (target - out) ** 2 / 2
        if kind == "softmax":
            q[f"E_o{k}"] = -target * mp.log(out)
        if kind == "cross-entropy":
            q[f"E_o{k}"] = -target * mp.log(out) - (1 - target) * mp.log(1 - out)
    return q | {"E_total": q["E_o1"] + q["E_o2"]}


def value(kind, name):
    with mp.workdps(30):
        w = {k: exact(weight) for k, weight in WEIGHTS.items()}
        if not name.startswith("dE_dw"):
            return worked(kind, w)[name]
        k = int(name[-1])
        return mp.diff(lambda x: worked(kind, w | {k: x})["E_total"], w[k])


def right_to_the_last_digit(number, wanted):
    decimals = len(number.split(".")[1])
    # A half unit, and what is lost where a number ends in a five.
    return abs(mp.mpf(number) - wanted) <= mp.mpf("0.5001") * mp.mpf(10) ** -decimals


ROW = r"^(\w+) +logistic ([-+\d.]+) +(tanh|ReLU) ([-+\d.]+)"
OF_SOFTMAX = r"^(dE_dw\d) +([-+\d.]+) +by a hair ([-+\d.]+)$"
OF_THE_ERROR = r"^(dE_dw\d) +half squared ([-+\d.]+) +cross-entropy ([-+\d.]+)$"


def in_eight():
    for name, logistic, kind, number in re.findall(ROW, EIGHT, re.M):
        yield "logistic", name, logistic
        yield kind, name, number
    for name, number, by_a_hair in re.findall(OF_SOFTMAX, EIGHT, re.M):
        yield "softmax", name, number
        yield "softmax", name, by_a_hair
    for name, squared, entropy in re.findall(OF_THE_ERROR, EIGHT, re.M):
        yield "logistic", name, squared
        yield "cross-entropy", name, entropy
    forward = EIGHT[: EIGHT.index("\ntogether")].splitlines()[-7:]
    yield from (("softmax", *line.split()) for line in forward)


NUMBERS = list(in_eight())


def test_the_lesson_prints_what_is_looked_for():
    kinds = [kind for kind, _, _ in NUMBERS]
    assert kinds.count("tanh") == 9 + 8 and kinds.count("ReLU") == 8
    assert kinds.count("softmax") == 2 * 8 + 7 and kinds.count("cross-entropy") == 2


@pytest.mark.parametrize("kind, name, number", NUMBERS)
def test_a_number_of_08_is_that_of_mpmath(kind, name, number):
    assert right_to_the_last_digit(number, value(kind, name))


def test_a_wrong_digit_would_be_seen():
    assert not right_to_the_last_digit("0.003739768", value("tanh", "dE_dw1"))


def test_the_least_cross_entropy_is_that_of_mpmath():
    found = re.search(r"E_o1 ([\d.]+) +E_o2 ([\d.]+) +E_total ([\d.]+)\ndelta", EIGHT).groups()
    target = exact(0.01)
    least = -target * mp.log(target) - (1 - target) * mp.log(1 - target)
    for number, wanted in zip(found, (least, least, 2 * least), strict=True):
        assert right_to_the_last_digit(number, wanted)


def test_the_four_factors_of_09_are_those_of_mpmath():
    pattern = r"through w5 ([\d.]+) +what o2 leaves ([\d.]+)\nslope of h1 ([\d.]+) +i1 .* ([\d.]+)$"
    found = re.search(pattern, NINE, re.M).groups()
    with mp.workdps(30):
        w = {k: exact(weight) for k, weight in WEIGHTS.items()}
        q = worked("logistic", w)
        delta_o1 = value("logistic", "dE_dw5") / q["out_h1"]
        slope = mp.diff(SQUASHED["logistic"], q["net_h1"])
        arrived = value("logistic", "dE_dw1") / slope / exact(0.05)
        factors = w[5], arrived / (delta_o1 * w[5]), slope, exact(0.05) / q["out_h1"]
    for number, wanted in zip(found, factors, strict=True):
        assert right_to_the_last_digit(number, wanted)


def test_the_sizes_of_delta_of_09_are_those_of_mpmath():
    found = re.search(r"^(0\.\d{6}) (0\.\d{6}) (0\.\d{6}) (0\.\d{6})$", NINE, re.M).groups()
    network = random_network((2, 2, 2, 2, 2), seed=2)

    def error(layer, neuron, more):
        out = [exact(x) for x in INPUTS]
        for k, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
            nets = [
                sum(exact(float(w)) * x for w, x in zip(row, out, strict=True)) + exact(float(bias))
                for row, bias in zip(W, b, strict=True)
            ]
            nets[neuron] += more if k == layer else 0
            out = [SQUASHED["logistic"](net) for net in nets]
        return sum((exact(t) - o) ** 2 / 2 for t, o in zip(TARGETS, out, strict=True))

    with mp.workdps(30):
        for layer, number in enumerate(found):
            deltas = [abs(mp.diff(lambda x, at=(layer, n): error(*at, x), 0)) for n in (0, 1)]
            assert right_to_the_last_digit(number, sum(deltas) / 2)


def test_the_twins_of_09_have_the_same_digits():
    pairs = re.findall(r"^w\d ([-+][\d.]+) +w\d ([-+][\d.]+)$", NINE, re.M)
    assert len(pairs) == 4
    assert all(one == other for one, other in pairs)
