"""``fleet.copy`` and ``fleet.fetch``: files on hosts, checked, kept and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_place import Bench, Place

MOTD = "/etc/motd"


@pytest.fixture
def place(bench: Bench) -> Place:
    made = bench()
    for name in ("vesxi01", "vesxi02"):
        made[name].path(MOTD).write_bytes(b"welcome\n")
    return made


@pytest.fixture
def source(place: Place) -> str:
    file = place.cli.home / "motd.txt"
    file.write_bytes(b"labs only \xff\n")
    return str(file)


def on_hosts(place: Place, path: str = MOTD) -> list[bytes]:
    return [place[name].path(path).read_bytes() for name in ("vesxi01", "vesxi02")]


def beside(place: Place, path: str = MOTD) -> set[str]:
    """What there is beside the file, of ours."""
    folder = place["vesxi01"].path(path).parent
    return {file.name for file in folder.iterdir() if ".ftlab-" in file.name}


def test_a_file_is_copied_kept_and_taken_back(place: Place, source: str) -> None:
    place.cli("fleet.copy", source, MOTD).expect(2)
    plan = place.cli.json("fleet.copy", source, MOTD, "-n").expect(3)
    assert set(plan.statuses.values()) == {"would_change"}
    assert on_hosts(place) == [b"welcome\n"] * 2
    ran = place.cli.json("fleet.copy", source, MOTD, "-y").expect(0)
    assert on_hosts(place) == [b"labs only \xff\n"] * 2
    (change,) = ran.hosts["vesxi01"]["changes"]
    assert (change["target"], change["path"], change["verified"]) == ("file", MOTD, True)
    assert ran.hosts["vesxi01"]["facts"]["file"]["size"] == 12
    assert beside(place) == {f"motd.ftlab-{ran.run}"}
    again = place.cli.json("fleet.copy", source, MOTD, "-y").expect(0)
    assert set(again.statuses.values()) == {"ok"}
    place.cli("lab.undo", ran.run, "-y").expect(0)
    assert on_hosts(place) == [b"welcome\n"] * 2


def test_a_file_that_was_not_there_goes_with_the_undo(place: Place, source: str) -> None:
    Path(source).chmod(0o755)
    ran = place.cli.json("fleet.copy", source, "/etc/", "-y").expect(0)
    new = place["vesxi01"].path("/etc/motd.txt")
    assert new.stat().st_mode & 0o777 == 0o755
    assert beside(place) == set()
    place.cli("lab.undo", ran.run, "-y").expect(0)
    assert not new.exists()


def test_what_somebody_changed_since_is_kept(place: Place, source: str) -> None:
    ran = place.cli.json("fleet.copy", source, MOTD, "-y").expect(0)
    place["vesxi02"].path(MOTD).write_bytes(b"somebody else's\n")
    undone = place.cli.json("lab.undo", ran.run, "-y").expect(5)
    assert undone.statuses == {"vesxi01": "changed", "vesxi02": "failed"}
    assert on_hosts(place) == [b"welcome\n", b"somebody else's\n"]


def test_only_files_are_replaced(place: Place, source: str) -> None:
    for target, words in (("/etc", "a directory"), ("/link", "a symbolic link")):
        place["vesxi01"].path("/link").unlink(missing_ok=True)
        place["vesxi01"].path("/link").symlink_to("etc/motd")
        ran = place.cli.json("fleet.copy", source, target, "-y", "-l", "vesxi01").expect(5)
        assert ran.error("vesxi01")["kind"] == "file.kind"
        assert words in ran.error("vesxi01")["message"]


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [("nothing", "/x", "is not a regular file"), (".", "/x", "is not a regular file"),
     ("motd.txt", "x", "is no path on a host"), ("motd.txt", "", "is no path on a host"),
     ("motd.txt", "[datastore1]", "is no path on a host"), ("motd.txt", "/a/../x", "is no path"),
     ("motd.txt", "/etc/a\nb", "is no path on a host")],
)  # fmt: skip
def test_what_cannot_be_copied_contacts_nobody(
    place: Place, source: str, target: str, words: str
) -> None:
    (place.cli.home / "motd.txt").write_text("x")
    ran = place.cli("fleet.copy", source, target, "-y").expect(2)
    assert words in ran.err
    assert place["vesxi01"].commands == []


@pytest.mark.parametrize("path", ["x", "", "[datastore1]", "/a/../x", "/etc/a\nb"])
def test_what_cannot_be_fetched_contacts_nobody(place: Place, path: str) -> None:
    ran = place.cli("fleet.fetch", path).expect(2)
    assert "is no path on a host" in ran.err
    assert place["vesxi01"].commands == []


def test_a_folder_that_is_not_there_is_told_before_anything_is_done(
    place: Place, source: str
) -> None:
    """A check says what the copy would."""
    for flag in ("-n", "-y"):
        ran = place.cli.json("fleet.copy", source, "/no/such/x", flag, "-l", "vesxi01").expect(5)
        assert ran.error("vesxi01")["kind"] == "refused"
        assert "/no/such is no directory" in ran.error("vesxi01")["message"]
        assert ran.hosts["vesxi01"]["changes"] == []


def test_a_directory_is_not_fetched(place: Place) -> None:
    ran = place.cli.json("fleet.fetch", "/etc", "-l", "vesxi01").expect(5)
    assert ran.error("vesxi01")["kind"] == "file.kind"
    assert "is a directory" in ran.error("vesxi01")["message"]


def test_a_file_of_every_host_is_fetched(place: Place) -> None:
    place["vesxi02"].path(MOTD).write_bytes(b"two \xff\n")
    ran = place.cli.json("fleet.fetch", MOTD, "--to", "got").expect(0)
    folder = place.cli.home / "got"
    assert (folder / "vesxi01/etc/motd").read_bytes() == b"welcome\n"
    assert (folder / "vesxi02/etc/motd").read_bytes() == b"two \xff\n"
    assert ran.hosts["vesxi01"]["facts"]["file"]["local"] == "got/vesxi01/etc/motd"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["motd", "motd"]
    place.cli("fleet.fetch", MOTD, "--to", "got/vesxi01/etc/motd").expect(2)


def test_a_fetched_file_has_the_mode_of_any_other_new_file(place: Place) -> None:
    place.cli("fleet.fetch", MOTD, "--to", "got").expect(0)
    fetched, other = (place.cli.home / "got/vesxi01/etc" / name for name in ("motd", "other"))
    other.touch()
    assert oct(fetched.stat().st_mode) == oct(other.stat().st_mode)
    fetched.chmod(0o640)
    place.cli("fleet.fetch", MOTD, "--to", "got").expect(0)
    assert oct(fetched.stat().st_mode) == "0o100640"


def test_a_file_that_is_not_there_fails_its_host_only(place: Place) -> None:
    place["vesxi02"].path(MOTD).unlink()
    ran = place.cli.json("fleet.fetch", MOTD).expect(5)
    assert ran.statuses == {"vesxi01": "ok", "vesxi02": "failed"}
