"""The network diagram: picture and words say the same, nothing overlaps, nothing is lost."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import numpy as np
import pytest

from backprop_lib import UpdateRule, backward_pass, example, forward_pass, weight_update
from backprop_lib.core.network import Network
from backprop_lib.pictures import theme
from backprop_lib.pictures.diagram.network_diagram import fitting_diagram, network_diagram
from backprop_lib.pictures.svg import arrow

FORWARD = forward_pass(example.network, example.inputs, example.targets)
BACKWARD = backward_pass(FORWARD)
UPDATE = weight_update(FORWARD, learning_rate=0.5)
STATES = [(2, 2, 2), example.network, example, FORWARD, BACKWARD, UPDATE]
SIZES = [(2, 1), (1, 1, 1), (2, 2, 2), (3, 5, 2), (3, 3, 3), (4, 4, 4, 4), (1, 8, 1), (10,) * 6]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(diagram):
    return ET.fromstring(diagram.svg)


def texts(diagram):
    """Every text element, and nothing of the description."""
    return [element.text for element in parsed(diagram).iter(f"{SVG}text")]


def line(diagram, start):
    return next(line for line in diagram.text.splitlines() if line.startswith(start))


def lit(diagram):
    return set(line(diagram, "Lit: ").removeprefix("Lit: ").split(", "))


def random_record(sizes, seed=0):
    random = np.random.default_rng(seed)
    weights = [random.normal(size=(b, a)) for a, b in pairwise(sizes)]
    network = Network(weights, [np.full(b, -0.1) for b in sizes[1:]])
    return backward_pass(
        forward_pass(network, random.normal(size=sizes[0]), random.random(sizes[-1]))
    )


# Everything is there ---------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_every_name_is_in_picture_and_words(state, size):
    diagram = network_diagram(state, size=size)
    pictured = " ".join(texts(diagram))
    for name in ["i1", "i2", "h1", "h2", "o1", "o2", "b1", "b2", "E_o1", "E_o2", "E_total"]:
        assert name in texts(diagram), name
        assert re.search(rf"\b{name}\b", diagram.text), name
    for k in range(1, 9):
        assert re.search(rf"\bw{k}\b", pictured)
        assert re.search(rf"\bw{k}\b", diagram.text)


def test_every_value_is_in_the_picture():
    shown = texts(network_diagram(FORWARD))
    for words in ["0.05", "0.10", "w1 +0.15", "w8 +0.55", "+0.35", "+0.60", "net 0.3775"]:
        assert words in shown
    for words in ["out 0.5933", "net 1.1059", "out 0.7514", "0.2748", "0.0236", "0.2984"]:
        assert words in shown
    assert "target 0.01" in shown and "target 0.99" in shown
    assert "eta 0.50" in texts(network_diagram(example))


@pytest.mark.exhaustive
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_the_words_hold_every_value_of_any_network(sizes, size):
    if size == "projector" and sizes == (10,) * 6:
        pytest.skip("does not fit, see below")
    record = random_record(sizes)
    diagram = network_diagram(record, backward=True, size=size)
    parsed(diagram)
    for name in record.names.plain():
        if name.endswith("_new") or name == "eta" or name.startswith("b_"):
            continue
        sign = "+" if name[0] in "wb" and record[name] > 0 else ""
        said = re.escape(sign + exact(record[name]))
        assert re.search(rf"\b{name} = {said}\b", diagram.text), name
    for rows in record.names.weights:
        for weight in rows[0]:
            assert f"dE_d{weight} = " in diagram.text


def exact(value):
    if value == round(value, 4):
        return f"{value:g}"
    return f"{value:.9f}" if abs(value) >= 1e-4 else f"{value:.8e}"


def test_given_numbers_are_said_as_they_were_given_and_computed_ones_with_nine_decimals():
    text = network_diagram(UPDATE).text
    for said in ["i1 = 0.05,", "w1 = +0.15 ->", "b1_new = +0.35 into", "eta = 0.5\n", "o2 = 0.99,",
                 "net_h1 = 0.377500000,", "w5_new = +0.358916480 "]:  # fmt: skip
        assert said in text
    for value, said in ((1.0, "+1"), (-2.5, "-2.5"), (1e-5, "+1e-05"), (1 / 3, "+0.333333333")):
        assert f"w5 = {said} from" in network_diagram(example.network.replace(w5=value)).text


def test_a_record_that_holds_less_shows_less():
    names_only = network_diagram((2, 2, 2))
    assert not re.search(r"\d\.\d", names_only.text + "".join(texts(names_only)))
    without_targets = network_diagram(forward_pass(example.network, example.inputs))
    assert "out_o1 = 0.751365070" in without_targets.text
    assert "E_total = " not in without_targets.text and "E_total" in texts(without_targets)


def test_an_update_shows_old_and_new_weights():
    diagram = network_diagram(UPDATE, lit=["w5"], changed=["w5"])
    assert "w5 = +0.4 -> w5_new = +0.358916480 from h1" in diagram.text
    assert "→ +0.3589" in texts(diagram)


def test_biases_of_their_own_are_all_shown():
    own = weight_update(FORWARD, 0.5, UpdateRule(biases="one per neuron"))
    after = forward_pass(own.network, example.inputs, example.targets)
    diagram = network_diagram(after)
    for neuron in ("h1", "h2", "o1", "o2"):
        assert f"b_{neuron} = {after[f'b_{neuron}']:+.9f}" in diagram.text
        assert any(words.startswith(f"b_{neuron} ") for words in texts(diagram))
    assert "b_h1_new" in network_diagram(own).text


def own_biases(sizes, seed=0):
    """A network whose neurons have biases of their own, with the update of its first round."""
    random = np.random.default_rng(seed)
    weights = [random.normal(size=(b, a)) for a, b in pairwise(sizes)]
    network = Network(weights, [random.normal(size=b).round(2) for b in sizes[1:]])
    forward = forward_pass(network, random.normal(size=sizes[0]), random.random(sizes[-1]))
    return weight_update(forward, 0.5)


SMALL = [(2, 3, 1), (3, 3, 2), (3, 4, 3), (2, 8, 1), (2, 2, 2, 1), (2, 2, 2, 2)]


@pytest.mark.parametrize("sizes", SMALL, ids=str)
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_every_net_and_out_and_bias_has_its_number_in_any_small_network(sizes, size):
    record = own_biases(sizes)
    shown = texts(network_diagram(record.backward, size=size))
    neurons = record.names.all_neurons
    assert sum(words.startswith("net ") for words in shown) == len(neurons)
    assert sum(words.startswith("out ") for words in shown) == len(neurons)
    for layer in record.names.neurons:
        for neuron in layer if len(layer) > 1 else []:
            assert any(words.startswith(f"b_{neuron} ") for words in shown), neuron


def tells(shown, weight):
    """Whether the label of a weight holds its number: beside its name, or in the line below."""
    at = next(k for k, words in enumerate(shown) if re.match(rf"{weight}\b", words))
    return bool(re.search(r" [+−]\d", shown[at]) or re.match(r"[+−]\d", shown[at + 1]))


@pytest.mark.exhaustive
@pytest.mark.parametrize("sizes", SMALL, ids=str)
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_every_weight_into_a_lit_neuron_has_its_number(sizes, size):
    record = own_biases(sizes).backward.forward
    for layer, neurons in enumerate(record.names.neurons):
        for row, neuron in enumerate(neurons):
            weights, sources = record.names.weights[layer][row], record.names.layer_inputs(layer)
            lit = [*weights, *sources, f"b_{neuron}", f"net_{neuron}"]
            shown = texts(network_diagram(record, lit=lit, size=size))
            for weight in weights:
                assert tells(shown, weight), (neuron, weight)


@pytest.mark.parametrize("hidden", range(1, 6))
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_with_nothing_lit_every_weight_of_a_network_for_xor_has_its_number(hidden, size):
    record = random_record((2, hidden, 1)).forward
    shown = texts(network_diagram(record, size=size))
    for weight in record.names.all_weights:
        assert tells(shown, weight), weight


@pytest.mark.parametrize("hidden", [6, 10])
def test_of_many_weights_a_lit_one_has_a_label_and_the_others_tell_a_pointer(hidden):
    record = random_record((2, hidden, 1)).forward
    diagram = network_diagram(record, lit=["w3"], clickable=True)
    labels = {words.split()[0] for words in texts(diagram) if re.match(r"w\d", words)}
    tips = [tip.text for tip in parsed(diagram).iter(f"{SVG}title")]
    others = [weight for weight in record.names.all_weights if weight != "w3"]
    assert labels == {"w3"}
    assert [tip.split()[0] for tip in tips] == others
    for weight in record.names.all_weights:
        assert f"{weight} = {exact(record[weight])}" in diagram.text.replace("+", "")


@pytest.mark.parametrize("sizes", [(2, 2, 2), (2, 3, 1), (3, 3, 2), (2, 2, 2, 2)], ids=str)
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_a_label_stands_where_it_stands_whatever_is_lit(sizes, size):
    record = random_record(sizes)
    update = weight_update(record.forward, 0.5)
    places = {}
    for lit in ([], *([f"dE_d{weight}"] for weight in record.names.all_weights)):
        for state, backward in ((record, True), (update, False), (record.forward, False)):
            given = [name.replace("dE_d", "") + "_new" for name in lit]
            names = lit if backward else given if state is update else []
            diagram = network_diagram(state, names, backward, size=size)
            for element in parsed(diagram).iter(f"{SVG}text"):
                if match := re.match(r"(dE/d)?w\d+\b", element.text):
                    at = (element.get("x"), element.get("y"), element.get("text-anchor"))
                    assert places.setdefault(match[0], at) == at, match[0]


@pytest.mark.parametrize("size", ["normal", "projector"])
def test_a_new_weight_in_play_stands_beside_the_old_one_and_its_derivative(size):
    for weight, old, step, new in (("w5", "0.40", "0.082", "0.35"), ("w6", "0.45", "0.08", "0.40")):
        shown = " ".join(texts(network_diagram(UPDATE, lit=[f"{weight}_new", "eta"], size=size)))
        assert re.search(rf"{weight} \+{old} dE/d{weight} \+{step}\d* → ?\+{new}", shown)
    covered = network_diagram(UPDATE, lit=["w5_new"], size=size, known={"w5", "dE_dw5"})
    assert "dE_dw5 = +0.082167041" in covered.text
    assert "→" not in " ".join(texts(covered))


@pytest.mark.parametrize("size", ["normal", "projector"])
def test_how_out_changes_with_net_stands_at_the_neuron_until_the_net_hands_on(size):
    known = {"dE_dout_o1", "dout_o1_dnet_o1", "w5", "out_h1"}
    arguments = {"lit": ["dE_dw5", "out_h1"], "backward": True, "size": size}
    diagram = network_diagram(BACKWARD, known=known, **arguments)
    shown = " ".join(texts(diagram))
    assert "dE/dout +0.741" in shown and "dout/dnet +0.18" in shown and "dE/dnet" not in shown
    assert "dout_o1_dnet_o1 = +0.186815602" in diagram.text
    shown = " ".join(texts(network_diagram(BACKWARD, **arguments)))
    assert "dE/dnet +0.138" in shown and "dout/dnet" not in shown


def test_no_line_shows_between_the_lines_of_a_label():
    diagram = network_diagram(BACKWARD, lit=["dE_dw6"], backward=True, size="projector")
    grounds = [r for r in parsed(diagram).iter(f"{SVG}rect") if "stroke:none" in r.get("style", "")]
    (top, *_), (bottom, *_) = sorted(
        [float(r.get("y")), float(r.get("y")) + float(r.get("height"))] for r in grounds
    )[:2]
    assert len(grounds) >= 2 and bottom - top <= float(grounds[0].get("height")) + 2


@pytest.mark.exhaustive
def test_what_is_too_large_for_large_type_is_drawn_in_ordinary_type():
    assert fitting_diagram(FORWARD).svg == network_diagram(FORWARD, size="projector").svg
    large = (10,) * 6
    assert fitting_diagram(large).svg == network_diagram(large).svg
    assert fitting_diagram(FORWARD, ["w5"], sizes=("normal",), changed=["w5"]).svg == (
        network_diagram(FORWARD, ["w5"], changed=["w5"]).svg
    )
    with pytest.raises(ValueError, match="does not fit"):
        fitting_diagram(large, sizes=("projector",))


# What is lit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ("w5", {"w5"}),
        ("w5_new", {"w5"}),
        ("net_h1", {"net_h1"}),
        ("h1", {"net_h1", "out_h1"}),
        ("i2", {"i2"}),
        ("b1", {"b1", "b_h1", "b_h2"}),
        ("b_h1", {"b_h1"}),
        ("E_total", {"E_total"}),
        ("dE_dw5", {"w5", "net_o1", "out_o1", "E_o1", "E_total"}),
        ("delta_o2", {"net_o2", "out_o2", "E_o2", "E_total"}),
        ("dE_o1_dout_h1", {"out_h1", "w5", "net_o1", "out_o1", "E_o1"}),
        ("dnet_o1_dw5", {"w5", "net_o1"}),
        (
            "dE_dw1",
            {"w1", "net_h1", "out_h1", "w5", "w7", "net_o1", "net_o2", "out_o1", "out_o2"}
            | {"E_o1", "E_o2", "E_total"},
        ),
        ("dE_db2", {"b2", "b_o1", "b_o2", "net_o1", "net_o2", "out_o1", "out_o2"}
            | {"E_o1", "E_o2", "E_total"}),
    ],
)  # fmt: skip
def test_a_name_lights_its_paths(given, parts):
    diagram = network_diagram(BACKWARD, lit=[given])
    assert lit(diagram) == parts
    assert given in diagram.label


def test_names_add_up_and_any_iterable_will_do():
    for given in (["w5", "o1"], ("w5", "o1"), {"w5": 1, "o1": 2}, (n for n in ("w5", "o1"))):
        assert lit(network_diagram((2, 2, 2), lit=given)) == {"w5", "net_o1", "out_o1"}
    assert lit(network_diagram((2, 2, 2), lit="w5")) == {"w5"}


def test_lit_is_bold_and_the_rest_faint():
    elements = {e.text: e for e in parsed(network_diagram(FORWARD, lit=["w5"])).iter(f"{SVG}text")}
    assert elements["w5 +0.40"].get("font-weight") == "700"
    assert elements["w5 +0.40"].get("fill-opacity") is None
    assert elements["w6 +0.45"].get("font-weight") is None
    assert elements["w6 +0.45"].get("fill-opacity") == str(theme.FAINT_TEXT_OPACITY)
    assert "fill-opacity" not in "".join(
        str(e.attrib) for e in parsed(network_diagram(FORWARD)).iter(f"{SVG}text")
    )


def test_a_target_lights_the_box_of_its_error():
    diagram = network_diagram(FORWARD, lit=["target_o1"])
    faint = {e.text for e in parsed(diagram).iter(f"{SVG}text") if e.get("fill-opacity")}
    assert {"E_o2", "target 0.99"} <= faint
    assert faint.isdisjoint({"E_o1", "target 0.01"})


@pytest.mark.exhaustive
def test_what_changed_has_a_ring():
    for name in ("w5", "net_h1", "b1", "b_h1", "i1", "E_total", "E_o1", "eta", "w1_new"):
        diagram = network_diagram(UPDATE, changed=[name])
        assert diagram.svg.count(theme.CHANGED) == 1, name
        assert line(diagram, "Just changed: ") == f"Just changed: {name}"
    assert theme.CHANGED not in network_diagram(UPDATE).svg
    assert network_diagram((10, 10, 10), changed=["w1"]).svg.count(theme.CHANGED) == 1


# Backward --------------------------------------------------------------------------------------


def test_backward_carries_the_derivatives():
    diagram = network_diagram(BACKWARD, lit=["dE_dw5"], backward=True)
    shown = texts(diagram)
    for words in ["dE/dw5 +0.0822", "dE/dout +0.7414", "dE/dnet +0.1385", "← backward"]:
        assert words in shown
    assert "dE_dw5 = +0.082167041" in diagram.text
    assert "dE_dw5 = +0.082167041" in diagram.label
    assert line(diagram, "Direction: ") == "Direction: backward, right to left"
    assert "dE/dw6" not in " ".join(shown)


def test_a_weight_that_is_passed_hands_on_its_share_of_the_error():
    diagram = network_diagram(UPDATE, lit=["dE_dw1"], backward=True)
    assert "dE_o1_dout_h1 = +0.055399425" in diagram.text
    assert "dE_o2_dout_h1 = -0.019049118" in diagram.text
    assert {"← +0.0554", "← −0.0190", "dE/dw1 +0.00044"} <= set(texts(diagram))


def test_shares_in_a_deep_network_add_up():
    record = random_record((2, 2, 2, 2))
    text = network_diagram(record, lit=["dE_dout_h1"], backward=True).text
    shares = [float(x) for x in re.findall(r"dE_dnet_h\d \* w\d = ([^,\n]+)", text)]
    assert len(shares) == 2
    assert sum(shares) == pytest.approx(record["dE_dout_h1"], abs=2e-9)


@pytest.mark.parametrize("name", ["dout_o1_dw5", "dnet_o1_dw5", "dout_o1_dnet_o1"])
def test_the_derivative_of_a_quantity_by_itself_is_left_out(name):
    of = name[1:].split("_d")[0]
    diagram = network_diagram(BACKWARD, lit=[name], backward=True)
    assert of in lit(diagram)
    assert f"d{of}_d{of}" not in diagram.text
    assert f"{name} = " in diagram.text and "+1.00" not in " ".join(texts(diagram))
    # Where another derivative passes as well, it takes the free place.
    both = network_diagram(BACKWARD, lit=[name, "dE_dw6"], backward=True)
    assert f"dE_d{of} = " in both.text


def paths(diagram):
    return [p.attrib for p in parsed(diagram).iter(f"{SVG}path")]


def test_sign_and_direction_differ_in_dashes_and_colour():
    # The error falls as w7 grows, and rises with w5; all weights are positive.
    for name, colour, dots in (("dE_dw5", theme.POSITIVE, False), ("dE_dw7", theme.NEGATIVE, True)):
        drawn = paths(network_diagram(BACKWARD, lit=[name], backward=True))
        dashes = [p["stroke-dasharray"] for p in drawn if p["stroke"] == colour and
                  p.get("stroke-dasharray")]  # fmt: skip
        assert dashes and all(dash.startswith("13 ") for dash in dashes)
        assert all((" 0 " in dash) == dots for dash in dashes)
    negative = forward_pass(example.network.replace(w5=-0.4), example.inputs)
    dotted = [p for p in paths(network_diagram(negative)) if p.get("stroke-dasharray")]
    assert [p["stroke"] for p in dotted] == [theme.NEGATIVE]
    assert dotted[0]["stroke-dasharray"].startswith("0 ")


def test_backward_arrows_point_left_and_forward_arrows_right():
    def tips(diagram):
        # The first corner is the tip, the other two are the base.
        for polygon in parsed(diagram).iter(f"{SVG}polygon"):
            if polygon.get("fill") == theme.POSITIVE:
                (tip, _), (base, _), _ = (
                    map(float, corner.split(",")) for corner in polygon.get("points").split()
                )
                yield tip - base

    forward = list(tips(network_diagram(BACKWARD, lit=["w5"])))
    # Along w5, and from the error back to o1.
    backward = list(tips(network_diagram(BACKWARD, lit=["dE_dw5"], backward=True)))
    assert forward and all(step > 0 for step in forward)
    assert len(backward) == 2 and all(step < 0 for step in backward)


def test_size_is_thickness():
    def thickness(value):
        drawn = paths(network_diagram(example.network.replace(w5=value), lit=["w5"]))
        return max(float(p["stroke-width"]) for p in drawn)

    assert thickness(0.5) < thickness(-1.5) < thickness(5.0) <= theme.THICKEST_LINE + 1


def test_an_arrowhead_may_take_all_of_the_way_behind_the_last_corner():
    drawn = arrow([(0, 0), (0, 50), (15, 50)], 0.7333, "plain", backward=False, pen=1)
    assert 'stroke-width="4.00"' in drawn  # so that the head takes 14, and the shaft's round end 1
    assert 'd="M0.0 0.0L0.0 41.0Q0.0 50.0 0.0 50.0L0.0 50.0"' in drawn


def test_a_slope_of_minus_zero_is_zero():
    still = example.replace(i1=0.0, target_o1=1.0)
    record = backward_pass(forward_pass(still.network, still.inputs, still.targets))
    assert str(record.dE_dw1) == "-0.0"
    diagram = network_diagram(record, lit=["dE_dw1"], backward=True)
    assert "dE/dw1 0.00" in diagram.svg and "dE_dw1 = 0.000000000" in diagram.text


# Nothing overlaps ------------------------------------------------------------------------------

# Rather wide for most fonts: what fits here fits everywhere.
WIDTH = {".": 0.35, "/": 0.4, " ": 0.35, "t": 0.45, "r": 0.45, "_": 0.5, "i": 0.35, "1": 0.65}


def text_boxes(diagram):
    for element in parsed(diagram).iter(f"{SVG}text"):
        px, words = float(element.get("font-size")), element.text
        wide = px * sum(WIDTH.get(c, 0.66) for c in words)
        before = {"start": 0, "end": wide}.get(element.get("text-anchor"), wide / 2)
        left = float(element.get("x")) - before
        base = float(element.get("y"))
        yield words, (left, base - 0.75 * px, left + wide, base)


def rectangles(diagram):
    for r in parsed(diagram).iter(f"{SVG}rect"):
        x, y, w, h = (float(r.get(key)) for key in ("x", "y", "width", "height"))
        yield x, y, x + w, y + h


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def inside(a, b):
    return b[0] <= a[0] and a[2] <= b[2] and b[1] <= a[1] and a[3] <= b[3]


PICTURES = [
    *({"state": state} for state in STATES),
    {"state": FORWARD, "lit": ["i1", "i2", "w1", "w2", "b_h1", "net_h1"]},
    {"state": BACKWARD, "lit": ["dE_dw5"], "backward": True},
    {"state": BACKWARD, "lit": ["dE_dw1"], "backward": True},
    {"state": BACKWARD, "lit": ["dE_dw2", "dE_dw7"], "backward": True},
    {"state": BACKWARD, "backward": True},
    {"state": UPDATE, "lit": ["w5", "w6", "w7", "w8"]},
    *({"state": random_record(sizes)} for sizes in SIZES[:-1]),
    *({"state": weight_update(random_record((n, 2, 1)).forward, 0.5)} for n in (3, 8)),
    {"state": random_record((3, 5, 2)), "lit": ["dE_dw3"], "backward": True},
    {"state": UPDATE, "lit": ["w5_new", "eta"]},
    {"state": UPDATE, "lit": ["w6_new", "eta"]},
    {"state": BACKWARD, "lit": ["dE_o1_dout_h1"], "backward": True},
    *({"state": own_biases(sizes)} for sizes in SMALL),
    *({"state": own_biases(sizes).backward, "backward": True} for sizes in SMALL),
    *(
        {"state": own_biases(sizes).backward, "lit": ["dE_dw1"], "backward": True}
        for sizes in SMALL
    ),
    *({"state": own_biases(sizes), "lit": ["w1_new", "eta"]} for sizes in SMALL),
]


@pytest.mark.exhaustive
@pytest.mark.parametrize("arguments", PICTURES, ids=range(len(PICTURES)))
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_labels_overlap_neither_each_other_nor_a_box(arguments, size):
    diagram = network_diagram(**arguments, size=size)
    boxes = list(text_boxes(diagram))
    for (one, a), (other, b) in combinations(boxes, 2):
        assert not overlap(a, b), (one, other)
    for words, a in boxes:
        for b in rectangles(diagram):
            assert inside(a, b) or not overlap(a, b), (words, b)


@pytest.mark.parametrize("arguments", PICTURES, ids=range(len(PICTURES)))
@pytest.mark.parametrize("size", ["normal", "projector"])
def test_nothing_is_clipped_and_boxes_stand_apart(arguments, size):
    diagram = network_diagram(**arguments, size=size)
    page = tuple(map(float, parsed(diagram).get("viewBox").split()))
    for what, box in [*text_boxes(diagram), *(("box", r) for r in rectangles(diagram))]:
        assert inside(box, page), what
    for a, b in combinations(rectangles(diagram), 2):
        assert not overlap(a, b)


def test_long_numbers_stay_in_their_boxes():
    far = example.replace(i1=-1234.5678, i2=0.123456, w1=99999.5, target_o1=-0.001234)
    diagram = network_diagram(forward_pass(far.network, far.inputs, far.targets))
    for words, a in text_boxes(diagram):
        assert all(inside(a, b) or not overlap(a, b) for b in rectangles(diagram)), words


@pytest.mark.parametrize("sizes", SIZES[:-1], ids=str)
def test_type_is_never_too_small(sizes):
    smallest_on_screen = {}
    for size in ("normal", "projector"):
        svg = parsed(network_diagram(random_record(sizes), backward=True, size=size))
        type_sizes = [float(text.get("font-size")) for text in svg.iter(f"{SVG}text")]
        narrowest = float(re.search(r"min-width:([\d.]+)px", svg.get("style"))[1])
        width = float(svg.get("viewBox").split()[2])
        assert min(type_sizes) * narrowest / width >= theme.SMALLEST_TYPE - 0.01
        # A page of 1280 x 720 leaves 870 x 600, or 1150 x 600 without the list of files.
        height = float(svg.get("viewBox").split()[3])
        room = min(870 / width, 1) if size == "normal" else min(1150 / width, 605 / height)
        smallest_on_screen[size] = min(type_sizes) * room
    assert smallest_on_screen["normal"] >= 12
    assert smallest_on_screen["projector"] > 1.15 * smallest_on_screen["normal"]


def test_the_worked_example_can_be_read_from_the_back_row():
    for size, least in (("normal", 19), ("projector", 31)):
        svg = parsed(network_diagram(FORWARD, size=size))
        width, height = map(float, svg.get("viewBox").split()[2:])
        room = 870 / width if size == "normal" else min(1150 / width, 605 / height)
        net = next(t for t in svg.iter(f"{SVG}text") if t.text.startswith("net"))
        assert float(net.get("font-size")) * room >= least


# Colours ---------------------------------------------------------------------------------------


def channels(colour):
    return [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(front, back, opacity):
    return [
        f * opacity + b * (1 - opacity)
        for f, b in zip(channels(front), channels(back), strict=True)
    ]


THEMES = [(theme.LIGHT_TEXT, theme.LIGHT_PAGE), (theme.DARK_TEXT, theme.DARK_PAGE)]


@pytest.mark.parametrize(("text", "page"), THEMES)
def test_contrast_in_both_themes(text, page):
    for colour in (theme.POSITIVE, theme.NEGATIVE, theme.CHANGED):
        assert contrast(channels(colour), channels(page)) >= 3
    assert contrast(mixed(text, page, theme.FAINT_TEXT_OPACITY), channels(page)) >= 4.5
    assert contrast(mixed(text, page, theme.FAINT_LINE_OPACITY), channels(page)) >= 3
    lit_fill = mixed(text, page, theme.LIT_FILL_OPACITY)
    assert contrast(channels(text), lit_fill) >= 7


def test_the_picture_takes_its_colours_from_the_theme():
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", network_diagram(UPDATE, changed=["w5"]).svg))
    assert colours <= {theme.POSITIVE, theme.NEGATIVE, theme.CHANGED}


# On the page -----------------------------------------------------------------------------------


def test_the_picture_is_named_for_those_who_do_not_see_it():
    diagram = network_diagram(FORWARD, lit=["net_h1"])
    svg = parsed(diagram)
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == diagram.label
    assert svg.find(f"{SVG}desc").text == diagram.text
    assert "net_h1 = 0.377500000" in diagram.label and "\n" not in diagram.label


def test_the_words_need_no_colour():
    text = network_diagram(UPDATE, lit=["w5"], changed=["w6"], backward=True).text
    assert not re.search(r"blue|orange|pink|colou?r", text)


def test_text_is_escaped():
    title = "<script>alert('1 & 2')</script> \"quoted\""
    diagram = network_diagram(FORWARD, title=title)
    html = diagram._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    assert title in texts(diagram)
    assert parsed(diagram).get("aria-label").startswith(title)
    assert diagram.text.startswith(title)


def test_the_same_network_gives_the_same_picture():
    for state in STATES:
        assert network_diagram(state).svg == network_diagram(state).svg
    again = backward_pass(forward_pass(example.network, example.inputs, example.targets))
    first = network_diagram(BACKWARD, ["dE_dw1", "h2"], backward=True)
    assert network_diagram(again, ["dE_dw1", "h2"], backward=True).svg == first.svg
    # Without ids, many pictures live on one page.
    assert " id=" not in first._repr_mimebundle_()["text/html"]


def test_numbers_of_any_size_are_drawn():
    for value in (0.0, -0.0, 1e-300, -1e300, 123456.789, 99999.99, 0.00012345):
        diagram = network_diagram(example.network.replace(w5=value))
        parsed(diagram)
        assert max(len(words) for words in texts(diagram) if words.startswith("w5")) <= 12


# What cannot be drawn --------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(2, 11, 2), (2,) * 7, (2,), (), (2, 0, 2), [11, 2]])
def test_sizes_that_do_not_fit_are_refused_with_the_limits(sizes):
    with pytest.raises(ValueError, match=r"state: expected 2 to 6 layers of 1 to 10 .* smaller"):
        network_diagram(sizes)


def test_a_network_too_large_for_the_projector_says_what_to_do():
    with pytest.raises(ValueError, match=r"10-10-10-10-10-10 does not fit.*size='normal'"):
        network_diagram((10,) * 6, size="projector")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"state": 3}, TypeError, "state: expected layer sizes such as"),
        ({"state": "222"}, TypeError, "state: expected layer sizes such as"),
        ({"state": (2, 2.5, 2)}, TypeError, "whole numbers, got 2.5"),
        ({"state": (2, True)}, TypeError, "whole numbers, got True"),
        ({"lit": ["w9"]}, ValueError, "lit: unknown name 'w9'.*w1 to w8"),
        ({"lit": ["dE_dw9"]}, ValueError, "lit: unknown name 'w9' in 'dE_dw9'"),
        ({"changed": ["nonsense"]}, ValueError, "changed: unknown name 'nonsense'"),
        ({"lit": [5]}, TypeError, "lit: expected text such as 'w5'"),
        ({"lit": 5}, TypeError, "lit: expected a list of names"),
        ({"lit": ["dE_o1_dw7"]}, ValueError, "paths from w7 to E_o1, but there is none"),
        ({"size": "huge"}, ValueError, "size: expected one of 'normal', 'projector'"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        network_diagram(**{"state": (2, 2, 2), **arguments})


def test_complex_numbers_have_no_place_in_a_picture():
    network = example.network.replace(w5=0.4 + 1e-20j)
    with pytest.raises(TypeError, match="state: expected real numbers"):
        network_diagram(network)


# A pointer finds what it points at -------------------------------------------------------------


def touched(state, size="normal"):
    svg = parsed(network_diagram(state, size=size, clickable=True))
    return [element for element in svg.iter() if "data-name" in element.attrib]


@pytest.mark.parametrize("size", ["normal", "projector"])
@pytest.mark.parametrize("state", [example, FORWARD, UPDATE, random_record((3, 5, 2))])
def test_everything_given_can_be_clicked_by_its_name(state, size):
    names = state.names
    wanted = {*names.inputs, *names.biases, *(f"target_{o}" for o in names.outputs), "E_total"}
    wanted |= {weight for layer in names.weights for row in layer for weight in row}
    wanted |= {neuron for layer in names.neurons for neuron in layer}
    found = {element.get("data-name") for element in touched(state, size)}
    assert wanted <= found
    assert ("eta" in found) == (state is example or state is UPDATE)


def test_what_can_be_clicked_is_not_seen_and_covers_no_label_of_another():
    shapes = touched(UPDATE)
    assert all("transparent" in (e.get("fill"), e.get("stroke")) for e in shapes)
    plain, clickable = (network_diagram(UPDATE, clickable=c).svg for c in (False, True))
    assert "data-name" not in plain
    assert re.sub(r"<(rect|path)[^>]*data-name[^>]*/>", "", clickable) == plain


def test_the_label_of_a_weight_belongs_to_the_weight():
    """A line may pass under a label; what a person points at is the label."""
    shapes = touched(UPDATE)
    labels = [e for e in shapes if e.tag == f"{SVG}rect" and e.get("data-name")[0] == "w"]
    assert len(labels) == 8
    lines = [e for e in shapes if e.tag == f"{SVG}path" and e.get("data-name")[0] == "w"]
    assert max(map(shapes.index, lines)) < min(map(shapes.index, labels))  # drawn later, on top
    for text_element in parsed(network_diagram(UPDATE)).iter(f"{SVG}text"):
        if match := re.match(r"(w\d) ", text_element.text):
            label = next(e for e in labels if e.get("data-name") == match[1])
            x, y = float(text_element.get("x")), float(text_element.get("y"))
            left, top = float(label.get("x")), float(label.get("y"))
            assert left <= x < left + float(label.get("width"))
            assert top < y < top + float(label.get("height"))
