"""Live slides without Voilà: what is refused, and what it would be asked to serve."""

import os
import re
import socket

import pytest

from backprop_lib.teaching import live_slides
from backprop_lib.teaching.live_slides import (
    folders_served,
    free_port,
    options,
    present,
)


def decks_in(folder, *styles):
    folder.mkdir(parents=True)
    for number, style in enumerate(styles):
        text = f'<link rel="stylesheet" href="{style}/reveal.js/dist/reveal.css">'
        (folder / f"0{number}.slides.html").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.html"))


def test_a_folder_without_decks_is_refused_with_the_command_that_makes_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"decks holds no decks\. .* slides --to decks'"):
        present(tmp_path / "decks")


def test_without_voila_it_says_how_to_get_it_and_what_there_is(tmp_path, monkeypatch):
    decks_in(tmp_path / "decks", "https://x")
    monkeypatch.setattr(live_slides, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match=r"pip install .*live-slides.* a still then\."):
        present(tmp_path / "decks")


def test_scripts_beside_the_decks_are_served_too_and_nothing_else(tmp_path):
    folder = tmp_path / "a+b" / "decks"
    decks = decks_in(folder, "../../assets/node_modules", "https://unpkg.com")
    served = folders_served(folder, decks)
    assert served == [folder, tmp_path / "assets" / "node_modules"]
    allowed = [
        re.compile(word.partition("file_allowlist=")[2])
        for word in options(tmp_path, served, 1)
        if "file_allowlist" in word
    ]
    for way, expected in {
        "a+b/decks/00.slides.html": True,
        "assets/node_modules/reveal.js/dist/reveal.js": True,
        "aab/decks/00.slides.html": False,
        "a+b/secret.txt": False,
        "a+b/decksecret": False,
    }.items():
        way = way.replace("/", os.sep)
        assert any(pattern.fullmatch(way) for pattern in allowed) == expected, way


def test_decks_that_ask_the_network_are_served_alone(tmp_path):
    folder = tmp_path / "decks"
    decks = decks_in(folder, "https://unpkg.com")
    assert folders_served(folder, decks) == [folder]
    assert "--VoilaConfiguration.file_allowlist=.*" in options(folder, [folder], 1)


def test_only_this_machine_is_answered(tmp_path):
    assert "--Voila.ip=127.0.0.1" in options(tmp_path, [tmp_path], 1)


def test_a_port_that_is_taken_is_left_alone():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        live = live_slides.PORT
        live_slides.PORT = taken.getsockname()[1]
        try:
            assert free_port() not in (0, taken.getsockname()[1])
        finally:
            live_slides.PORT = live
