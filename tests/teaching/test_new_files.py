"""Nothing is overwritten, and after an error nothing is left behind."""

import errno
import os
from contextlib import contextmanager

import pytest

from backprop_lib.__main__ import main
from backprop_lib.teaching import new_files
from backprop_lib.teaching.new_files import free_folder, write_new, write_new_file


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


# A full disk, an interrupt, and what else comes in the middle.


@contextmanager
def room_for(size):
    """A disk that takes no more than so many bytes of a file: the system refuses the rest."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_nothing_stays_of_a_file(tmp_path):
    with room_for(10_000), pytest.raises(OSError, match=r"Nothing was kept\. Make room"):
        write_new_file(tmp_path / "new" / "in" / "a.html", "∂" * 10_000)
    assert list(tmp_path.iterdir()) == []
    assert write_new_file(tmp_path / "new" / "in" / "a.html", "∂" * 10_000).stat().st_size == 30_000


def test_on_a_full_disk_nothing_stays_of_a_folder(tmp_path):
    files = [("a.txt", "one"), ("in/b.txt", "two"), ("in/c.bin", bytes(20_000))]
    with room_for(10_000), pytest.raises(OSError, match=r"c\.bin"):
        write_new(tmp_path / "new", files, report=lambda line: None)
    assert list(tmp_path.iterdir()) == []
    assert len(write_new(tmp_path / "new", files, report=lambda line: None)) == 3


@pytest.mark.parametrize(
    "arguments",
    [["summary", "--to", "new/page.html"], ["worksheet", "--seed", "1", "--students", "2"]],
    ids=lambda arguments: arguments[0],
)
def test_a_command_on_a_full_disk_says_so_and_can_be_run_again(
    arguments, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with room_for(10_000):
        assert main(arguments) == 1
    error = capsys.readouterr().err
    assert "Nothing was kept. Make room, or name another place" in error
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
    assert main(arguments) == 0


class Half:
    """A file in the writing of which the interrupt comes, when half of it is there."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        raise KeyboardInterrupt


def test_an_interrupt_in_the_middle_of_a_file_leaves_nothing(tmp_path, monkeypatch):
    def half(path, mode):
        return Half(path.open(mode))

    monkeypatch.setattr(new_files, "open", half, raising=False)
    with pytest.raises(KeyboardInterrupt):
        write_new_file(tmp_path / "new" / "a.txt", "all of it")
    assert list(tmp_path.iterdir()) == []


def without_links(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


LINKS = {"links": os.link, "no links": without_links}


@pytest.fixture(params=LINKS.values(), ids=LINKS)
def link(request, monkeypatch):
    """A disk that has links between files, or that has none, as a memory stick."""
    monkeypatch.setattr(os, "link", request.param)
    return request.param


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path, link, monkeypatch):
    seen = []

    def put(beside, path, put_in_place=new_files._put_in_place):
        seen.append((path.exists(), beside.read_text(), beside.parent))
        put_in_place(beside, path)

    monkeypatch.setattr(new_files, "_put_in_place", put)
    path = write_new_file(tmp_path / "a.txt", "all of it")
    assert seen == [(False, "all of it", tmp_path)]
    assert path.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [path]


def test_what_appears_in_the_last_moment_is_not_overwritten(tmp_path, link, monkeypatch):
    def put(beside, path, put_in_place=new_files._put_in_place):
        path.write_text("mine")
        put_in_place(beside, path)

    monkeypatch.setattr(new_files, "_put_in_place", put)
    with pytest.raises(FileExistsError, match=r"a\.txt exists\. Nothing was written"):
        write_new_file(tmp_path / "new" / "a.txt", "yours")
    assert [path.read_text() for path in (tmp_path / "new").iterdir()] == ["mine"]


def test_an_interrupt_as_a_file_gets_its_name_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    for call in ("link", "replace"):
        monkeypatch.setattr(os, "link", without_links)
        monkeypatch.setattr(os, call, interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_new_file(tmp_path / "new" / "a.txt", "all of it")
        assert list(tmp_path.iterdir()) == []


def test_a_link_to_nothing_is_not_written_through(tmp_path, link):
    (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError, match=r"a\.txt exists"):
        write_new_file(tmp_path / "a.txt", "yours")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_folders_made_on_the_way_to_one_that_cannot_be_made_are_removed(tmp_path):
    with pytest.raises(OSError, match=r"x{300}"):
        write_new_file(tmp_path / "new" / ("x" * 300) / "a.txt", "one")
    assert list(tmp_path.iterdir()) == []


def test_after_an_error_what_somebody_else_put_there_stays(tmp_path):
    def files():
        yield "a.txt", "one"
        (tmp_path / "new" / "mine.txt").write_text("mine")
        (tmp_path / "new" / "a.txt").unlink()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_new(tmp_path / "new", files(), report=lambda line: None)
    assert [path.read_text() for path in (tmp_path / "new").iterdir()] == ["mine"]
