"""Files on a host: the commands, run by the real BusyBox, and what they answer."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError, Refused
from ftlab.esxi import files
from ftlab.esxi.files import FileStat, datastore_path, parse_checksums, parse_stat
from ftlab.model import Command, Completed

ErrorOf = Callable[..., ParseError | None]


def run(command: Command) -> Completed:
    if shutil.which("busybox") is None:
        pytest.skip("busybox is not installed here")
    argv = ["busybox", *command.argv]
    done = subprocess.run(argv, input=command.stdin, capture_output=True, timeout=30, check=False)
    return Completed(command, done.returncode, done.stdout, done.stderr)


NAMES = ["x.vmx", "-rf", "a b'c\"d", "ümläut", "cut\nname"]


@pytest.fixture(params=range(len(NAMES)), ids=[name.replace("\n", "_") for name in NAMES])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / NAMES[request.param])


def test_a_file_is_written_read_and_compared(path: str) -> None:
    data = bytes(range(256)) * 9
    Path(path).write_bytes(b"old and longer" * 900)
    Path(path).chmod(0o640)
    assert run(files.build_dd(path, data)).ok
    assert Path(path).stat().st_mode & 0o777 == 0o640
    assert run(files.build_cat(path)).stdout == data
    assert run(files.build_tail(path, 0)).stdout == data
    assert run(files.build_tail(path, 300)).stdout == data[300:]
    assert run(files.build_copy(path, path + ".copy")).ok
    assert Path(path + ".copy").stat().st_mode & 0o777 == 0o640
    same = run(files.build_same(path, path + ".copy"))
    assert (same.exit, same.ok) == (0, True)
    assert run(files.build_dd(path, b"")).ok
    different = run(files.build_same(path, path + ".copy"))
    assert (different.exit, different.ok) == (1, False)
    assert not run(files.build_same(path, path + ".missing")).ok
    assert run(files.build_rename(path + ".copy", path)).ok
    assert Path(path).read_bytes() == data
    assert run(files.build_remove(path, path + ".missing")).ok
    assert not Path(path).exists()


def test_checksums_and_stats_of_real_files(path: str, tmp_path: Path) -> None:
    other = str(tmp_path / "other")
    for name in (path, other):
        Path(name).write_bytes(name.encode())
    Path(path).chmod(0o600)
    if "\n" not in path:
        for build, algorithm in ((files.build_sha256, "sha256"), (files.build_md5, "md5")):
            expected = {
                name: hashlib.new(algorithm, name.encode()).hexdigest() for name in (path, other)
            }
            assert parse_checksums(run(build(path, other)).out) == expected
        stats = parse_stat(run(files.build_stat_target(path, other)).out)
        real = Path(path).stat()
        assert stats[0] == FileStat(path, real.st_ino, real.st_size, 0o600)
        assert [stat.path for stat in stats] == [path, other]


@pytest.mark.parametrize(("build", "algorithm"), [("sha256sum", "sha256"), ("md5sum", "md5")])
def test_files_are_compared_with_a_list_over_there(
    build: str, algorithm: str, tmp_path: Path
) -> None:
    def digest(name: str) -> str:
        return hashlib.new(algorithm, name.encode()).hexdigest()

    good, bad, gone = (str(tmp_path / name) for name in ("a b: OK.vmx", "bad.vmx", "gone.vmx"))
    for name in (good, bad):
        Path(name).write_bytes(name.encode())
    twin = good + " too"
    Path(twin).write_bytes(good.encode())
    fits = files.build_verify(build, {good: digest(good), twin: digest(good)})
    assert fits is not None
    assert fits.repeatable
    assert run(fits).ok
    wrong = files.build_verify(build, {good: digest(good), bad: digest(good), gone: digest(gone)})
    assert wrong is not None
    done = run(wrong)
    assert not done.ok
    verdicts = files.parse_verified(done.out)  # some BusyBoxes tell a missing file on stderr only
    assert {**verdicts, gone: False} == {good: True, bad: False, gone: False}


@pytest.mark.parametrize("path", ["/ümläut", "/back\\slash", "/cut\nname", "relative", "/tab\t"])
def test_a_path_that_a_list_cannot_hold(path: str) -> None:
    assert files.build_verify("sha256sum", {"/ok": "00", path: "00"}) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("/a: OK\n/b: FAILED\n", {"/a": True, "/b": False}),
        ("/a: FAILED open or read\r\n", {"/a": False}),
        ("/a: OK: OK\n", {"/a: OK": True}),
        ("/a: OKAY\n/b: FAILEDLY\na: OK\nsha256sum: invalid option -- 'c'\n", {}),
    ],
)
def test_verdicts(text: str, found: dict[str, bool]) -> None:
    assert files.parse_verified(text) == found


def test_the_file_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("real")
    link = str(tmp_path / "link")
    [target] = parse_stat(run(files.build_stat_target(link)).out)
    real = (tmp_path / "real").stat()
    assert (target.path, target.inode, target.size) == (link, real.st_ino, 5)


def test_a_directory_is_listed(tmp_path: Path) -> None:
    for name in (".hidden", "x.vmx"):
        (tmp_path / name).touch()
    listed = run(files.build_list(str(tmp_path))).out.split("\n")
    assert {".hidden", "x.vmx"} < set(listed)


@pytest.mark.parametrize(
    "build",
    [
        files.build_cat, files.build_is_link, files.build_stat_target,
        files.build_sha256, files.build_md5, files.build_list, files.build_remove,
        lambda path: files.build_copy("/a", path),
        lambda path: files.build_copy(path, "/a"), lambda path: files.build_dd(path, b""),
        lambda path: files.build_same("/a", path), lambda path: files.build_same(path, "/a"),
        lambda path: files.build_rename("/a", path), lambda path: files.build_rename(path, "/a"),
        lambda path: files.build_tail(path, 0), lambda path: files.build_stat_target("/a", path),
        lambda path: files.build_sha256("/a", path), lambda path: files.build_remove("/a", path),
    ],
)  # fmt: skip
def test_no_path_is_read_as_an_option(build: Callable[[str], Command]) -> None:
    for path in ("-rf", "a/b", "", "[ds] a/a.vmx"):
        with pytest.raises(Refused) as caught:
            build(path)
        assert str(caught.value) == f"not an absolute path: {path!r}"
        assert caught.value.kind == "path"
        assert caught.value.evidence["path"] == path
    assert any("/x y" in word for word in build("/x y").argv)


def test_what_is_safe_to_repeat() -> None:
    assert files.build_rename("/a", "/b").repeatable is False
    for command in (
        files.build_cat("/a"), files.build_stat_target("/a"), files.build_sha256("/a"),
        files.build_md5("/a"), files.build_copy("/a", "/b"), files.build_dd("/a", b""),
        files.build_same("/a", "/b"), files.build_remove("/a"), files.build_tail("/a", 1),
        files.build_list("/a"), files.build_stat_target("/a"), files.build_is_link("/a"),
    ):  # fmt: skip
        assert command.repeatable is True


def test_what_a_shell_is_told() -> None:
    for command, words in (
        (files.build_list("/a"), "ls -1 -a /a"),
        (files.build_tail("/a", 0), "tail -c +1 /a"),
        (files.build_remove("/a", "/b"), "rm -f /a /b"),
        (files.build_copy("/a", "/b"), "cp -p /a /b"),
        (files.build_rename("/a", "/b"), "mv -f /a /b"),
        (files.build_same("/a", "/b"), "diff -q /a /b"),
        (files.build_dd("/a", b"x"), "dd of=/a"),
        (files.build_is_link("/a"), "test -L /a"),
        (files.build_stat_target("/a"), "stat -L -c '%i %s %a %n' /a"),
    ):
        assert str(command) == words


def test_an_offset_is_not_negative() -> None:
    with pytest.raises(ValueError, match=r"^an offset is 0 or more$"):
        files.build_tail("/a", -1)


SHA = "ab" * 32
MD5 = "0f" * 16


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        (f"{SHA}  /a b\n{SHA} */c  d\n", {"/a b": SHA, "/c  d": SHA}),
        (f"{MD5}  /a\r\n", {"/a": MD5}),
        (f"\\{SHA}  /a\\nb\\\\n\\rc\n", {"/a\nb\\n\rc": SHA}),
        (f"{SHA}  /a\\nb\n", {"/a\\nb": SHA}),
    ],
)
def test_checksums(text: str, found: dict[str, str]) -> None:
    assert parse_checksums(text) == found


@pytest.mark.parametrize(
    "bad",
    [
        f"{SHA} /a",
        f"{SHA[1:]}  /a",
        f"{SHA.upper()}  /a",
        f"{SHA}  a",
        "sha256sum: /a: No such file",
    ],
)
def test_no_checksum_is_an_error(bad: str) -> None:
    with pytest.raises(ParseError, match=r"^not a checksum and a path \(line") as caught:
        parse_checksums(f"{MD5}  /ok\n{bad}\n")
    assert caught.value.evidence["line"] == 2


def test_stats() -> None:
    assert parse_stat("7 20 644 /a b\r\n8 0 4755 /c\n") == [
        FileStat("/a b", 7, 20, 0o644), FileStat("/c", 8, 0, 0o4755),
    ]  # fmt: skip
    for bad in ("7 20 648 /a", "7 20 644 a", "7 644 /a", "x 20 644 /a", "stat: can't stat '/a'"):
        with pytest.raises(ParseError, match=r"^not a line of stat \(line") as caught:
            parse_stat("7 20 644 /a\n" + bad)
        assert caught.value.evidence["line"] == 2


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("[ds] dir/x.vmx", "/vmfs/volumes/ds/dir/x.vmx"),
        ("[datastore1 (4)] a b/[x] y.vmx", "/vmfs/volumes/datastore1 (4)/a b/[x] y.vmx"),
        ("[a:b] x..y/z...vmx", "/vmfs/volumes/a:b/x..y/z...vmx"),
        ("[] /vmfs/volumes/u-1/x.vmx", "/vmfs/volumes/u-1/x.vmx"),
        ("/vmfs/volumes/u-1/x.vmx", "/vmfs/volumes/u-1/x.vmx"),
        ("[ds] /x.vmx", "/vmfs/volumes/ds//x.vmx"),
    ],
)
def test_a_datastore_path(written: str, path: str) -> None:
    assert datastore_path(written) == path


CLIMBING = ("[ds] ../x", "[ds] a/../../x", "[..] x", "[.] x", "[] ../x", "/a/../b")


@pytest.mark.parametrize(
    "written",
    ["", "x.vmx", "[ds]x.vmx", "[ds] ../x", "[ds] a/../../x", "[..] x", "[.] x", "[] a/x",
     "[] ../x",
     "/a/../b", "[a/b] x", "[ds] ", "-x"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(written: str) -> None:
    with pytest.raises(Refused) as caught:
        datastore_path(written)
    assert (caught.value.kind, caught.value.evidence["path"]) == ("path", written)
    what = (
        "a path that climbs out of its datastore"
        if written in CLIMBING
        else "not a path on a datastore"
    )
    assert str(caught.value) == f"{what}: {written!r}"


@given(st.text())
def test_any_text_is_read_or_refused(error_of: ErrorOf, text: str) -> None:
    for parse in (parse_stat, parse_checksums):
        error = error_of(parse, text)
        assert error is None or error.evidence["line"] >= 1
    with suppress(Refused):
        assert datastore_path(text).startswith("/")
