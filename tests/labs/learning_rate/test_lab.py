"""The learning-rate lab without a page: set what a hand would set, read what would be shown."""

import contextlib
import gc
import io
import itertools
import json
import re
import threading
import time
import tracemalloc
import weakref
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from ipywidgets.widgets.widget import _instances as open_widgets

from backprop_lib import Example, Network, UpdateRule, example, generated_loop, train
from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.labs.learning_rate import lab as module
from backprop_lib.labs.learning_rate import runs
from backprop_lib.labs.learning_rate.lab import SKIPPED, START, learning_rate_lab
from backprop_lib.labs.learning_rate.runs import Run, SweptRuns, run
from backprop_lib.labs.learning_rate.settings import TUTORIAL, Settings
from backprop_lib.labs.learning_rate.words import engine_text, error_text
from backprop_lib.labs.rate_slider import RATES
from backprop_lib.training.engines import NUMBA_IS_MISSING, prepare
from backprop_lib.training.sweep import sweep

SVG = "{http://www.w3.org/2000/svg}"
NO_NUMBER, NOT_ABOVE, TOO_LARGE = " is no number", " is not above zero", " is too large"
WRONG_RATES = {
    **dict.fromkeys(["ten", "", "nan", "<b>1</b>"], NO_NUMBER),
    **dict.fromkeys(["-1", "−1", "0", "-0.5"], NOT_ABOVE),
    **dict.fromkeys(["1e999", "inf", "9" * 400], TOO_LARGE),
}
WRONG_ROUNDS = ["many", "", "nan", "-1", "0", "1.5", "1e999", "100001"]


@pytest.fixture
def locked_lab():
    lab = learning_rate_lab(example)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def swept():
    """All rates of the slider, trained once for all tests."""
    with contextlib.redirect_stdout(io.StringIO()):
        prepare(example.network)
    swept = SweptRuns(example, 10_000, UpdateRule())
    swept.go_on(lambda: False)
    return swept


@pytest.fixture
def lab(locked_lab, swept):
    locked_lab._sweeps[10_000, UpdateRule()] = swept
    locked_lab.set(guess=SKIPPED)
    return locked_lab


def trained(rate, rounds=10_000, rule=UpdateRule()):  # noqa: B008 - it is frozen
    return train(example.network, example.inputs, example.targets, rate, rounds, rule)


def table(lab):
    """Rows of the table of numbers, each a list of texts."""
    rows = re.findall("<tr>(.*?)</tr>", lab.view["table"])
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


# The question ----------------------------------------------------------------------------------


def test_the_lab_begins_with_the_tutorial_and_is_locked(locked_lab):
    assert locked_lab.view["locked"]
    assert table(locked_lab)[1] == ["E_total", "0.0000351019", "0.0000351085"]


def test_the_sweep_is_not_given_away_before_the_guess(locked_lab):
    assert "<svg" not in locked_lab.view["pictures"]["sweep"]
    assert "sweep" not in locked_lab.view["facts"]
    assert locked_lab.view["answer"] == locked_lab.view["next"] == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("guess", "answer"),
    [("50", "You said 50, and so it is"), ("0.5", "it is 50"), ("400", "it is 50")],
)
def test_a_guess_unlocks_and_is_answered(locked_lab, guess, answer):
    locked_lab.set(guess=guess)
    assert not locked_lab.view["locked"]
    assert answer in locked_lab.view["answer"]
    for rate in (0.5, 50, 400):
        ends = f"{rate:g} ends at {error_text(trained(rate).errors[-1])}"
        assert ends in locked_lab.view["answer"]


def test_the_question_can_be_skipped(locked_lab):
    locked_lab.set(guess=SKIPPED)
    assert not locked_lab.view["locked"]
    assert locked_lab.view["answer"] == ""
    assert "<svg" not in locked_lab.view["pictures"]["sweep"]
    locked_lab.set(rounds="100")
    locked_lab.sweep_all()
    assert "<svg" in locked_lab.view["pictures"]["sweep"]


# What is shown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["0.01", "0.5", "0.37", "10", "200", "1000", "123456"])
def test_the_numbers_are_the_librarys(lab, rate):
    lab.set(rate=rate)
    training = trained(float(rate))
    assert f"the error is {error_text(training.errors[-1])}." in lab.view["read_out"]
    for name in ("o1", "o2"):
        answer = f"{name} answers {result_text(training.final[f'out_{name}'])} "
        assert answer in lab.view["read_out"]
    assert lab.view["messages"] == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("biases", ["frozen", "one per layer", "one per neuron"])
@pytest.mark.parametrize("hidden_layers_use", ["original weights", "updated weights"])
def test_every_rule_and_any_number_of_rounds(lab, hidden_layers_use, biases):
    lab.set(rounds="100", hidden_layers_use=hidden_layers_use, biases=biases)
    lab.sweep_all()
    rule = UpdateRule(hidden_layers_use, biases)
    assert table(lab)[1][1] == error_text(trained(0.5, 100, rule).errors[-1])
    swept = sweep(
        example.network, example.inputs, example.targets, [0.01], 100, rule, progress=False
    )
    assert f"rate 0.01 ends at {error_text(swept.errors[0])}" in lab.view["facts"]["sweep"]


@pytest.mark.parametrize(
    ("rate", "story"),
    [
        ("0.01", "The steps are small"),
        ("0.5", "still falling"),
        ("50", "as near to the targets as the computer's digits go"),
        ("200", "o1 jumped past its target: there the logistic curve is flat"),
        ("400", "o1 and o2 jumped past their targets"),
        ("0.00001", "hardly moves"),
    ],
)
def test_the_read_out_tells_what_happened(lab, rate, story):
    lab.set(rate=rate)
    assert story in lab.view["read_out"]


@pytest.mark.parametrize("rate", RATES)
def test_the_error_never_rises_at_any_rate_of_the_slider(rate):
    assert not run(example, Settings(float(rate), 1000, UpdateRule())).rose


def test_the_slider_goes_from_a_hundredth_to_a_thousand_by_rates_that_can_be_spoken():
    assert (RATES[0], RATES[-1], len(RATES)) == ("0.01", "1000", 101)
    assert {"0.1", "0.5", "1", "10", "50", "200", "400"} <= set(RATES)
    steps = [float(b) / float(a) for a, b in itertools.pairwise(RATES)]
    assert min(steps) > 1.05 and max(steps) < 1.2


def test_what_the_tutorial_printed_stands_beside(lab):
    assert [row[-1] for row in table(lab)] == [
        "the tutorial printed",
        "0.0000351085",
        "0.015912196",
        "0.984065734",
    ]


def test_every_picture_has_a_name_and_a_twin_in_words(lab):
    assert set(lab.view["facts"]) == set(lab.view["pictures"]) == {"error", "outputs", "sweep"}
    for name, svg in lab.view["pictures"].items():
        assert re.match('<svg [^>]*role="img" aria-label="[^"]', svg)
        assert len(lab.view["facts"][name]) >= 4
    last = f"round 10,000: E_total = {error_text(trained(0.5).errors[-1])}"
    assert lab.view["facts"]["error"][-1] == last


def test_a_pinned_curve_stays_while_the_rate_moves_on(lab):
    lab.set(rate="50")
    lab.set(pinned=dict(lab.controls))
    lab.set(rate="200")
    assert table(lab)[0][1:3] == ["rate 200", "pinned: rate 50"]
    assert table(lab)[1][1:3] == ["0.0000499999", "3.5e-31"]
    assert lab.view["pictures"]["error"].count("<polyline") == 2
    assert ">pinned: 50</text>" in lab.view["pictures"]["sweep"]
    lab.set(pinned="")
    assert lab.view["pictures"]["error"].count("<polyline") == 1


def test_a_pin_keeps_its_own_rule_and_rounds(lab):
    lab.set(biases="one per layer", rounds="1000")
    lab.set(pinned=dict(lab.controls))
    lab.set(**TUTORIAL)
    assert table(lab)[0][2] == "pinned: rate 0.5, 1,000 rounds, biases one per layer"
    assert table(lab)[1][2] == error_text(
        trained(0.5, 1000, UpdateRule(biases="one per layer")).errors[-1]
    )


def test_large_type_is_larger(lab):
    lab.set(size="projector")
    assert 'font-size="19"' in lab.view["pictures"]["error"]


def test_the_engine_is_named_and_is_compiled_when_all_rates_are_trained(locked_lab):
    pytest.importorskip("numba", reason="the compiler is an extra: pip install '.[fast]'")
    locked_lab.sweep_all()
    assert locked_lab.view["engine"] == "the training loop, which numba has made machine code of"
    assert locked_lab.view["status"] == ""


# All rates, a piece at a time -------------------------------------------------------------------


@pytest.fixture
def one_stretch_a_piece(monkeypatch):
    monkeypatch.setattr(module, "SECONDS_A_PIECE", 0)


def by_python(monkeypatch):
    """No numba, whether it is here or not."""
    monkeypatch.setattr(module, "prepare", lambda *_: None)
    monkeypatch.setattr("backprop_lib.training.engines._numba_is_here", lambda: False)
    generated_loop(rule=ANOTHER).compiled = None


ANOTHER = UpdateRule(biases="one per neuron")


def test_all_rates_are_trained_in_pieces_with_progress_and_a_way_to_stop(
    lab, one_stretch_a_piece, monkeypatch
):
    by_python(monkeypatch)
    said = []
    lab.observe(lambda change: said.append(change.new["progress"]), "view")
    lab.set(rounds="1000", biases=ANOTHER.biases)
    assert lab.view["sweeping"] == "on" and "<svg" not in lab.view["pictures"]["sweep"]
    lab._hear({"kind": "sweep"})
    assert said == ["", "Getting ready…", "Training all 101 rates: 100 of 1,000 rounds"]
    lab._hear({"kind": "stop"})
    assert lab.view["sweeping"] == "off" and lab.view["progress"].endswith("rounds, stopped")
    lab.set(rate="3")  # meanwhile a rate is trained by itself
    assert error_text(trained(3.0, 1000, ANOTHER).errors[-1]) in lab.view["read_out"]
    lab._hear({"kind": "go on"})
    assert lab.view["sweeping"] == "on"
    lab._hear({"kind": "sweep"})
    assert said[-1] == "Training all 101 rates: 200 of 1,000 rounds"
    lab.sweep_all()
    assert lab.view["sweeping"] == lab.view["progress"] == ""
    assert "<svg" in lab.view["pictures"]["sweep"]


def test_what_was_stopped_does_not_stop_what_comes_next(lab, one_stretch_a_piece):
    lab.set(rounds="500")
    lab._hear({"kind": "stop"})
    lab.set(rounds="400")
    assert lab.view["sweeping"] == "on"
    lab.set(rounds="10000")
    assert lab.view["sweeping"] == ""  # they are trained already


def test_a_move_of_the_slider_trains_nothing_and_a_typed_rate_one(lab, monkeypatch):
    alone = []
    monkeypatch.setattr(runs, "train", lambda *what: alone.append(what[3]) or train(*what))
    monkeypatch.setattr(SweptRuns, "go_on", None)
    for rate in RATES:
        lab.set(rate=rate)
    assert alone == []
    lab.set(rate="0.37")
    lab.set(rate="0.5")
    lab.set(rate="0.37")
    assert alone == [0.37]


# The seven where most happens: slow, the tutorial's, at the end of the digits, and saturated.
TOLD = ("0.01", "0.5", "10", "50", "79", "200", "1000")


@pytest.mark.parametrize("engine", ["compiled", "generated"])
def test_the_picture_says_the_same_to_the_last_digit_as_training_would(engine, monkeypatch):
    if engine == "compiled":
        pytest.importorskip("numba", reason="the compiler is an extra: pip install '.[fast]'")
    else:
        by_python(monkeypatch)
    rule = UpdateRule() if engine == "compiled" else ANOTHER
    lab = learning_rate_lab(example, name=engine)
    lab.set(guess=SKIPPED, rounds="2000", biases=rule.biases)
    lab.sweep_all()
    for rate in TOLD:
        lab.set(rate=rate)
        looked_up = lab.view
        alone = run(example, Settings(float(rate), 2000, rule))
        assert alone.engine == engine
        kept = lab._run(alone.settings)
        assert (kept.rounds, kept.outputs) == (alone.rounds, alone.outputs)
        assert kept.errors == pytest.approx(alone.errors, rel=4e-16, abs=0)
        lab._run = lambda _settings, alone=alone: alone
        lab._show()
        del lab._run
        for part in ("pictures", "facts", "read_out", "table", "next", "engine"):
            assert lab.view[part] == looked_up[part]
    lab.close()


def test_a_sweep_that_cannot_be_made_is_said_and_the_rest_works():
    network = Network(example.network.weights, example.network.biases, "identity")
    lab = learning_rate_lab(Example(network, [0.05, 0.1], [0.01, 0.99]), name="identity")
    lab.set(guess=SKIPPED, rounds="2000")
    lab.sweep_all()
    assert lab.view["progress"].startswith("Not every rate can be trained. learning_rates[")
    assert lab.view["status"] == "" and "<svg" in lab.view["pictures"]["error"]
    lab.close()


# What is sent ----------------------------------------------------------------------------------


def test_a_move_sends_what_has_changed_and_that_is_the_whole_view(lab, page_of):
    page, sent = page_of(lab), []
    for rate in RATES:
        lab.set(rate=rate)
        assert page.view == json.loads(json.dumps(lab.view))
        sent.append(page.bytes[-1])
    assert max(sent) <= 2000


def test_pictures_and_all_words_are_drawn_in_few_milliseconds_of_the_processor(lab):
    lab.set(rate="7")
    before = time.process_time()
    for rate in RATES:
        lab.set(rate=rate)
    # Measured 2 to 6; the aim is 8, and a busy machine's caches are cold.
    assert (time.process_time() - before) / len(RATES) < 0.024


# The pin and the fields ------------------------------------------------------------------------


def test_rounds_may_be_typed_as_a_power_of_ten(lab):
    lab.set(rounds="1e3")
    assert "after 1,000 rounds" in lab.view["read_out"] and lab.view["messages"] == {}


def test_reset_to_the_tutorial_takes_the_pin_off(lab):
    assert lab.fixed["tutorial"] == TUTORIAL | {"pinned": ""}


def test_a_mark_of_other_rounds_or_of_a_rate_beyond_the_slider_is_not_on_the_axis(lab):
    lab.set(pinned=dict(lab.controls), rounds="1", rate="100000")
    lab.sweep_all()
    svg = ElementTree.fromstring(lab.view["pictures"]["sweep"])
    lines = [[float(line.get(end)) for end in ("x2", "y2")] for line in svg.iter(f"{SVG}line")]
    right, bottom = map(max, zip(*lines, strict=True))
    *_, square = svg.iter(f"{SVG}rect")
    *_, dot = svg.iter(f"{SVG}circle")
    assert float(square.get("y")) + 12 < bottom
    assert float(dot.get("cx")) < right


# Wrong input -----------------------------------------------------------------------------------


@pytest.mark.exhaustive
@pytest.mark.parametrize(("text", "what_is_wrong"), WRONG_RATES.items())
def test_a_wrong_rate_brings_a_message_and_keeps_the_picture(lab, text, what_is_wrong):
    lab.set(rate="50")
    before = lab.view
    lab.set(rate=text)
    assert set(lab.view["messages"]) == {"rate"}
    assert what_is_wrong in lab.view["messages"]["rate"]
    assert len(lab.view["messages"]["rate"]) < 90
    for part in ("pictures", "facts", "read_out", "table"):
        assert lab.view[part] == before[part]
    lab.set(rate="0.5")
    assert lab.view["messages"] == {}


@pytest.mark.parametrize("text", WRONG_ROUNDS)
def test_wrong_rounds_bring_a_message_and_keep_the_picture(lab, text):
    before = lab.view
    lab.set(rounds=text)
    assert lab.view["messages"].keys() == {"rounds"}
    assert lab.view["pictures"] == before["pictures"]


def test_two_wrong_fields_have_a_message_each_and_the_rest_still_works(lab):
    lab.set(rate="x", rounds="y")
    assert lab.view["messages"].keys() == {"rate", "rounds"}
    lab.set(size="projector")
    assert 'font-size="19"' in lab.view["pictures"]["error"]


def test_a_rate_that_cannot_be_trained_with_brings_a_message(lab, monkeypatch):
    def refuse(*_):
        raise ValueError("learning_rate: expected a rate that keeps every weight finite.")

    before = lab.view
    monkeypatch.setattr(runs, "train", refuse)
    lab.set(rate="7")
    assert lab.view["messages"] == {"rate": "expected a rate that keeps every weight finite."}
    assert lab.view["pictures"] == before["pictures"]


def test_a_fault_that_nobody_foresaw_is_shown_and_not_raised(lab, monkeypatch):
    def fail(*_):
        raise RuntimeError("out of ink")

    monkeypatch.setattr(module, "error_picture", fail)
    seen = []
    lab.observe(lambda change: seen.append(change.new["status"]), "view")
    lab.set(rate="7")
    lab.set(rate="8")
    assert seen == ["That did not work. out of ink"] * 2  # or the page would wait in vain


def test_only_an_example_has_a_lab():
    with pytest.raises(TypeError, match=r"example: expected an Example, got 0\.5"):
        learning_rate_lab(0.5)


# Nothing is left behind ------------------------------------------------------------------------


def observers(lab):
    """How many observers each trait of a lab has."""
    return {name: sum(map(len, by_type.values())) for name, by_type in lab._trait_notifiers.items()}


def runs_in_memory():
    gc.collect()
    return sum(type(thing) is Run for thing in gc.get_objects())  # no proxy is asked what it is


@pytest.mark.exhaustive
def test_a_hundred_quick_movements_show_the_last_and_leave_nothing_behind(lab):
    lab.set(rate="7")
    before, threads = observers(lab), threading.active_count()
    gc.collect()
    tracemalloc.start()
    try:
        start = tracemalloc.get_traced_memory()[0]
        for rate in RATES:
            lab.set(rate=rate)
        lab.set(rate="1")
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - start
    finally:
        tracemalloc.stop()
    assert lab.view["read_out"].startswith("Learning rate 1:")
    assert observers(lab) == before
    assert threading.active_count() == threads
    # A few runs are kept, about 30 kB each; a hundred would be 3 MB.
    assert grown < 500_000


def test_a_closed_lab_leaves_nothing_behind():
    before, runs = set(open_widgets), runs_in_memory()
    lab = learning_rate_lab(example, name="closed in a test")
    lab.set(guess="50")
    assert set(open_widgets) != before
    assert observers(lab)["controls"] >= 1
    lab.close()
    gone = weakref.ref(lab)
    assert set(open_widgets) == before
    assert observers(lab).get("controls", 0) == 0
    # The notebook's Out keeps the closed lab itself.
    assert runs_in_memory() == runs
    del lab
    gc.collect()
    assert gone() is None


def test_a_lab_on_a_page_says_that_it_is_closed_and_ends_with_the_page():
    before = set(open_widgets)
    lab = learning_rate_lab(example, name="closed on a page")
    for kind in ("shown", "shown", "gone"):
        lab._receive(lab, {"kind": kind}, [])
    lab.close()
    lab.close()
    assert lab.view["closed"] == "This lab is closed. Run its cell to open it again."
    assert lab.comm is not None
    lab._count_pages(lab, {"kind": "gone"}, [])
    assert lab.comm is not None  # the next lab is opened before this one ends
    learning_rate_lab(example, name="another").close()
    assert lab.comm is None and set(open_widgets) == before


def test_running_the_cell_again_closes_the_lab_before():
    before = set(open_widgets)
    labs = [learning_rate_lab(example, name="run in a test") for _ in range(3)]
    assert [lab.comm is None for lab in labs] == [True, True, False]
    labs[-1].close()
    labs[-1].close()
    assert set(open_widgets) == before


def test_labs_of_different_names_stand_side_by_side():
    labs = [learning_rate_lab(example, name=name) for name in ("left", "right")]
    assert [lab.comm is None for lab in labs] == [False, False]
    for lab in labs:
        lab.close()


# The saved notebook ----------------------------------------------------------------------------


def test_the_text_of_the_lab_is_the_same_every_time(lab):
    bundle, _ = lab._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[0] == repr(lab)
    assert repr(lab).startswith("Learning-rate lab: ") and "0x" not in repr(lab)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_field_that_means_nothing_is_never_pinned(lab):
    lab.set(rate="oops")
    assert lab.view["drawn"]["rate"] == "0.5"
    lab.set(pinned=lab.view["drawn"])
    assert "pinned: rate 0.5" in lab.view["table"]
    lab.set(pinned=START | {"rate": "oops"})
    lab.set(rate="50")
    assert lab.view["status"] == "" and "Learning rate 50:" in lab.view["read_out"]


def test_an_output_at_the_wrong_end_is_not_said_to_have_jumped_past_its_target(lab):
    lab.set(rate="200", biases="one per layer")
    training = trained(200, 10_000, UpdateRule(biases="one per layer"))
    assert training.outputs[-1, 1] < 1e-6
    assert "o1 jumped past its target, and o2 was thrown to the wrong end" in lab.view["read_out"]
    assert f"it rose from {error_text(training.errors[0])} to" in lab.view["read_out"]
    assert "never rose" not in lab.view["read_out"]


def test_round_0_is_drawn_and_said(lab):
    first = lab.view["facts"]["error"][0]
    assert first == f"round 0: E_total = {error_text(trained(0.5, 1).errors[0])}"
    lab.set(rounds="1")
    assert len(lab.view["facts"]["error"]) == 2
    assert "still" in lab.view["read_out"] and "hardly" not in lab.view["read_out"]


@pytest.mark.parametrize(
    ("engine", "reason", "words"),
    [
        ("compiled", "", "the training loop, which numba has made machine code of"),
        ("generated", "prepare would compile it", "the training loop in plain Python"),
        ("generated", f"not compiled: {NUMBA_IS_MISSING}", "With the package numba it would be"),
        ("numpy", "it has 420 weights", "NumPy, layer by layer (it has 420 weights)"),
    ],
)
def test_the_engine_says_in_a_learners_words_what_would_be_quicker(engine, reason, words):
    now = run(example, Settings(0.5, 10, UpdateRule()))
    text = engine_text(replace(now, engine=engine, engine_reason=reason))
    assert words in text and "pip" not in text
