"""The player of the live lab in a plain page, whose clock the test holds: no JupyterLab here."""

from itertools import pairwise

import pytest

from backprop_lib.labs.lab import HERE

MODULE = (HERE / "watch_it_learn" / "player.js").read_text("utf-8")
# Three pictures in an answer, six asked for ahead. Python is an array of what it was asked.
OPEN = """() => {
    Object.assign(window, { asked: [], told: [], drawn: [], playing: [], speed: [10, 0] });
    window.player = openPlayer({
        pictures: 3, ahead: 6, speed: () => speed,
        ask: (message) => asked.push(message),
        tell: (message) => { if (window.gone) throw new Error("gone"); told.push(message); },
        onPlaying: (is) => playing.push(is),
    });
    window.draw = (view) => drawn.push(view.number);
    // What Python answers to the first question that is still open.
    window.answer = () => {
        const { kind, number, pictures } = asked.shift();
        if (kind !== "play") return player.arrive({ number: 99 }, draw);
        const numbers = Array.from({ length: pictures }, (_, n) => ({ number: number + n }));
        player.arrive({ ...numbers.pop(), film: numbers }, draw);
    };
}"""


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    page.clock.install()
    page.set_content("<p></p>")
    page.add_script_tag(type="module", content=f"{MODULE}\nwindow.openPlayer = openPlayer;")
    page.wait_for_function("'openPlayer' in window")
    page.evaluate(OPEN)
    page.clock.pause_at(page.evaluate("Date.now() + 10_000"))
    yield page
    page.close()


def asked(page):
    return [message["number"] for message in page.evaluate("asked")]


def test_it_asks_ahead_and_for_no_more_than_that(page):
    page.evaluate("player.toggle()")
    assert asked(page) == [1, 4]
    assert page.evaluate("asked[0]") == {"kind": "play", "rounds": 10, "number": 1, "pictures": 3}
    page.clock.run_for(5000)
    assert asked(page) == [1, 4]


def test_every_picture_is_seen_once_and_in_its_order(page):
    page.evaluate("player.toggle()")
    for _ in range(4):
        page.evaluate("answer()")
        page.clock.run_for(500)
    assert page.evaluate("drawn") == list(range(1, 13))
    assert asked(page) == [13, 16]


def test_pictures_are_apart_by_a_frame_and_by_more_when_few_are_left(page):
    page.evaluate("window.times = []; draw = (view) => times.push(performance.now()); null")
    page.evaluate("player.toggle(); answer(); answer()")
    page.clock.run_for(1000)
    times = page.evaluate("times")
    apart = [after - before for before, after in pairwise(times)]
    assert len(times) == 6
    assert min(apart) >= 14 and apart[-1] >= 24 and max(apart) < 60


def test_a_pause_says_what_was_seen_last_and_what_still_comes_is_not_shown(page):
    page.evaluate("player.toggle(); answer()")
    page.clock.run_for(500)
    page.evaluate("player.toggle()")
    pause = page.evaluate("asked.pop()")
    assert pause == {"kind": "pause", "seen": 3}
    while page.evaluate("asked.length"):
        page.evaluate("answer()")
    page.clock.run_for(500)
    assert page.evaluate("drawn") == [1, 2, 3]
    assert page.evaluate("playing") == [False, True, False]


def test_what_a_hand_does_is_seen_at_once_in_place_of_the_film_and_it_plays_on(page):
    page.evaluate("player.toggle(); answer()")
    page.evaluate("player.act({ kind: 'edit' })")
    assert page.evaluate("asked.pop()") == {"kind": "edit", "seen": 0}
    page.evaluate("answer()")  # late: it was asked before the edit
    page.clock.run_for(500)
    assert page.evaluate("drawn") == []
    page.evaluate("player.arrive({ number: 6 }, draw)")
    assert page.evaluate("drawn") == [6]
    assert asked(page)[0] == 7
    assert page.evaluate("player.playing")


def test_a_slow_speed_asks_for_one_picture_at_a_time(page):
    page.evaluate("speed = [1, 1000]; player.toggle()")
    assert asked(page) == [1]
    page.evaluate("answer()")
    page.clock.run_for(900)
    assert page.evaluate("drawn") == [1] and asked(page) == []
    page.clock.run_for(200)
    assert asked(page) == [2]


def test_a_view_that_stops_asks_for_nothing(page):
    page.evaluate("player.toggle()")
    page.evaluate("asked.length = 0; player.arrive({ number: 6, stopped: true }, draw)")
    assert page.evaluate("drawn") == [6] and asked(page) == []


def test_without_python_it_stops_and_takes_back_what_was_asked(page):
    page.evaluate("player.toggle(); player.giveUp()")
    assert page.evaluate("told") == [{"kind": "pause", "seen": 0}]
    page.evaluate("answer()")
    page.clock.run_for(500)
    assert page.evaluate("drawn") == [] and not page.evaluate("player.playing")
    page.evaluate("gone = true; player.toggle(); player.giveUp()")
    assert not page.evaluate("player.playing")
    page.evaluate("told.length = 0; gone = false; player.giveUp()")
    assert page.evaluate("told") == []
