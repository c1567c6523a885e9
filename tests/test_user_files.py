"""Files that a user names: regular, bounded, and nobody else's."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from locked_folder import locked

from ftlab import user_files
from ftlab.user_files import (
    append_text,
    check_target,
    expanded,
    is_file,
    is_there,
    make_private,
    others_may_read,
    others_may_write,
    read_bytes,
    read_text,
    why_hidden,
    write_text,
)

__all__ = ["locked"]


def test_a_file_is_read_whole_and_up_to_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_bytes(file, most=5) == b"12345"
    with pytest.raises(OSError, match="larger than"):
        read_bytes(file, most=4)


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "socketpair"])
def test_nothing_else_is_read_or_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "thing"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path(os.devnull)
    else:
        path = Path(f"/dev/fd/{os.pipe()[0]}")
    for attempt in (
        lambda: read_bytes(path),
        lambda: write_text(path, "x"),
        lambda: append_text(path, "x"),
        lambda: check_target(str(path)),
    ):
        with pytest.raises(OSError, match=r"(?i)not a regular file|directory|No such device"):
            attempt()


def test_a_fifo_with_a_reader_is_no_target_either(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="not a regular file"):
        append_text(path, "x")
    os.close(reader)


def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfword")))
    assert read_text("-") == "word"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"12345")))
    with pytest.raises(OSError, match="larger than"):
        read_text("-", most=4)


def test_a_user_who_is_not_there() -> None:
    with pytest.raises(OSError, match="no such user"):
        read_text("~nosuchuser/file")


def test_targets(tmp_path: Path) -> None:
    assert check_target(str(tmp_path / "new")) == tmp_path / "new"
    for name in ("", "-", str(tmp_path), str(tmp_path / "no" / "file"), "~nosuchuser/x"):
        with pytest.raises(OSError, match=r".") as caught:
            check_target(name)
        assert caught.value.strerror


def test_what_is_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_text(file, "long text\n")
    write_text(file, "short\n")
    append_text(file, "more \udce9\n")
    assert file.read_text() == "short\nmore \\udce9\n"


@pytest.mark.parametrize("name", ["x" * 255, "漢" * 85])
def test_a_name_may_be_as_long_as_names_may(tmp_path: Path, name: str) -> None:
    write_text(tmp_path / name, "all")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "all")]


@pytest.mark.parametrize(("mode", "told"), [
    (0o600, ""), (0o644, ""), (0o640, ""), (0o602, "everybody"), (0o666, "everybody"),
])  # fmt: skip
def test_who_may_write(tmp_path: Path, mode: int, told: str) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(mode)
    assert told in others_may_write(file)
    assert bool(others_may_write(file)) == bool(told)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The members of the file's group, beside those whose first group it is."""
    members: list[str] = []
    owner = type("Owner", (), {"pw_name": "ann"})()
    monkeypatch.setattr(user_files.pwd, "getpwuid", lambda _: owner)
    found = type("Group", (), {"gr_name": "ann", "gr_mem": members})()
    monkeypatch.setattr(user_files.grp, "getgrgid", lambda _: found)
    return members


def test_a_private_group_is_its_user_alone(tmp_path: Path, group: list[str]) -> None:
    """Many systems give every user a group of that name, and a umask of 002."""
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o660)
    assert others_may_write(file) == ""
    assert not others_may_read(file)
    group.append("bob")
    assert "group" in others_may_write(file)
    assert others_may_read(file)


def test_an_unknown_group_is_not_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(user_files.grp, "getgrgid", unknown)
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o620)
    assert "group" in others_may_write(file)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_a_private_folder_under_any_umask(tmp_path: Path, umask: int) -> None:
    """Every folder that is made on the way is private from the first moment."""
    folder = tmp_path / "state" / "ftlab" / "locks"
    code = (
        "import os, sys; from pathlib import Path\n"
        "from ftlab.user_files import make_private\n"
        f"os.umask({umask})\n"
        f"make_private(Path({str(folder)!r})); make_private(Path({str(folder)!r}))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    for made in (folder, folder.parent, folder.parent.parent):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_private_folder_that_others_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(0o755)
    make_private(folder)
    folder.chmod(0o777)
    with pytest.raises(OSError, match="everybody may write there"):
        make_private(folder)


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html"
    write_text(file, "old\n")

    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(user_files.os, "write", full)
    with pytest.raises(OSError, match="No space"):
        write_text(file, "new\n")
    assert file.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_reader_sees_the_old_text_or_the_new_one(tmp_path: Path) -> None:
    """It is another file by then, not the one that somebody reads."""
    file = tmp_path / "page.html"
    write_text(file, "old\n")
    with file.open() as reader:
        write_text(file, "new text\n")
        assert reader.read() == "old\n"
    assert file.read_text() == "new text\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_replaced_keeps_its_mode_and_its_place(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.touch(0o640)
    real.chmod(0o640)
    link.symlink_to(real)
    write_text(link, "text\n")
    assert link.is_symlink()
    assert real.read_text() == "text\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_is_as_the_umask_says(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_text(tmp_path / "new", "text\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == mode


def test_a_file_in_a_folder_that_takes_no_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may write the file, and nothing beside it, may still write the file."""
    file = tmp_path / "file"
    file.write_text("old and longer\n")
    real = os.open

    def no_new_ones(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_EXCL:
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode)

    monkeypatch.setattr(user_files.os, "open", no_new_ones)
    write_text(file, "new\n")
    assert file.read_text() == "new\n"


def test_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "broken").symlink_to("nothing")
    (tmp_path / "circle").symlink_to("circle")
    names = ("file", "link", ".", "broken", "circle", "no", "file/x", "x" * 300, "a\0b")
    found = [(is_file(tmp_path / name), is_there(tmp_path / name)) for name in names]
    assert found == [(True, True), (True, True), (False, True), *[(False, False)] * 6]
    assert not any(why_hidden(tmp_path / name) for name in names)
    with pytest.raises(OSError, match="NUL"):
        expanded("a\0b")


def test_what_is_in_a_folder_that_may_not_be_searched(locked: Path) -> None:
    for name in ("hosts.ini", "no"):
        assert not is_file(locked / name)
        assert not is_there(locked / name)
        assert why_hidden(locked / name) == "Permission denied"
    assert is_there(locked)


def test_a_link_into_a_folder_that_may_not_be_searched(locked: Path) -> None:
    user, outer = os.geteuid(), locked.parent
    os.seteuid(os.getuid())
    (outer / "link").symlink_to(locked / "hosts.ini")
    os.seteuid(user)
    assert is_there(outer / "link")
    assert not is_file(outer / "link")
