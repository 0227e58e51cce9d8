"""Nothing is overwritten, and after an error nothing is left behind."""

import os

import pytest

from backprop_lib import new_files
from backprop_lib.new_files import free_folder, write_new, write_new_file


def test_files_are_written_and_reported(tmp_path):
    said = []
    paths = write_new(tmp_path / "new", [("a.txt", "ä\n"), ("in/b.bin", b"\x00")], said.append)
    assert [path.read_bytes() for path in paths] == ["ä\n".encode(), b"\x00"]
    assert said == [f"wrote {path}" for path in paths]


@pytest.mark.parametrize("name", ["a.txt", ".hidden"])
def test_a_folder_with_anything_in_it_is_left_as_it_is(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileExistsError, match=rf"not empty: {name} is in it\. Nothing was written"):
        write_new(tmp_path, [("a.txt", "yours")])
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_nothing_is_made_for_a_folder_that_is_not_free(tmp_path):
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        write_new(tmp_path, (pytest.fail("made") for _ in range(1)))


def test_an_empty_folder_is_free_and_a_file_is_not(tmp_path):
    assert free_folder(tmp_path) == tmp_path
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError, match="is a file, not a folder"):
        free_folder(tmp_path / "file")


def test_a_link_to_nothing_is_not_free(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(FileExistsError, match="a link to nothing"):
        free_folder(tmp_path / "link")


def test_after_an_error_all_is_as_before(tmp_path):
    def files():
        yield "a.txt", "one"
        yield "deep/er/b.txt", "two"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "new" / "folder", files(), report=lambda line: None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_appears_on_the_way_is_not_overwritten(tmp_path):
    def files():
        yield "a.txt", "one"
        (tmp_path / "b.txt").write_text("mine")
        yield "b.txt", "two"

    with pytest.raises(FileExistsError):
        write_new(tmp_path, files(), report=lambda line: None)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"b.txt": "mine"}


def test_one_file_is_written_once(tmp_path):
    path = write_new_file(tmp_path / "new" / "a.html", "∂\n")
    assert path.read_bytes() == "∂\n".encode()
    with pytest.raises(FileExistsError, match=r"a\.html exists\. Nothing was written"):
        write_new_file(path, "other")
    assert path.read_bytes() == "∂\n".encode()


def test_a_file_is_seen_whole_or_not_at_all(tmp_path, monkeypatch):
    def interrupted(beside, path):
        assert beside.read_text("utf-8") == "all of it" and not path.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(new_files, "_put_in_place", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_new_file(tmp_path / "new" / "a.html", "all of it")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path, monkeypatch, links):
    """link is the last moment: whoever comes before it keeps the place."""
    path, link = tmp_path / "a.html", os.link

    def late(beside, place):
        path.write_text("mine")
        if not links:
            raise OSError("no links on this disk")
        link(beside, place)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(FileExistsError, match=r"a\.html exists\. Nothing was written"):
        write_new_file(path, "yours")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["mine"]


def test_where_there_are_no_links_a_file_is_written_all_the_same(tmp_path, monkeypatch):
    def no_links(beside, place):
        raise OSError("no links on this disk")

    monkeypatch.setattr(os, "link", no_links)
    assert write_new_file(tmp_path / "a.html", "whole").read_text() == "whole"
    assert len(list(tmp_path.iterdir())) == 1
