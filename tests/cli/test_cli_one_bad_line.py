"""One bad line, file or row costs itself, with an error of its own, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_place import Bench, Place
from lab_bench import near

DEEP = "x = " + "[" * 100_000 + "]" * 100_000 + "\n"
HUGE = "x = " + "9" * 5000 + "\n"
NOBODY = "~no-such-user-here/x"


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench())


def rows(place: Place, *statements: str) -> None:
    with sqlite3.connect(place.cli.state / "journal.db") as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def set_key(place: Place, value: str) -> str:
    flags = ("--vm", "app01", "-l", "vesxi01", "--set", f"a.b={value}", "-y")
    return place.cli.json("vmx.set", *flags).expect(0).run


DAMAGES = {
    "change": "UPDATE changes SET change = '{\"target\": ' WHERE run = '{run}'",
    "another shape": "UPDATE changes SET change = '[1]' WHERE run = '{run}'",
    "unknown word": "UPDATE changes SET change = '{{\"target\": 1, \"x\": 2}}' WHERE run = '{run}'",
    "extra": "UPDATE changes SET extra = '" + "[" * 50_000 + "' WHERE run = '{run}'",
    "info": "UPDATE runs SET info = 'null' WHERE run = '{run}'",
    "host": "UPDATE hosts SET error = '{{' WHERE run = '{run}'",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_row_costs_its_run_alone(place: Place, damage: str) -> None:
    first, second = set_key(place, "1"), set_key(place, "2")
    rows(place, damage.replace("{run}", first).replace("{{", "{").replace("}}", "}"))
    listed = place.cli.json("lab.history").expect(0)
    assert second in [run["run"] for run in listed.document["runs"]]
    ran = place.cli("lab.history", first).expect(2)
    assert "damaged" in ran.err
    assert first in ran.err
    place.cli.json("lab.undo", first, "-y").expect(2)
    place.cli.json("lab.history", second).expect(0)
    place.cli.json("lab.undo", second, "-y").expect(0)
    set_key(place, "3")
    if damage != DAMAGES["host"]:
        assert "passed over: the journal's row" in listed.err


def test_an_empty_journal_is_not_silently_a_new_one(place: Place) -> None:
    set_key(place, "1")
    for file in place.cli.state.glob("journal.db*"):
        file.unlink()
    (place.cli.state / "journal.db").touch()
    for task in (("lab.history",), ("vmx.set", "--vm", "app01", "--set", "a.b=2", "-y")):
        ran = place.cli(*task, "-l", "vesxi01").expect(2)
        assert "is empty" in ran.err
    assert (place.cli.state / "journal.db").stat().st_size == 0


@pytest.mark.parametrize("text", [DEEP, HUGE], ids=["deep", "huge"])
@pytest.mark.parametrize("what", ["signatures", "profile", "settings", "inventory.yml"])
def test_deep_nesting_and_huge_numbers(place: Place, tmp_path: Path, what: str, text: str) -> None:
    file = tmp_path / (what if "." in what else f"{what}.toml")
    file.write_text(text.replace("x = ", "all: ") if what == "inventory.yml" else text)
    if what == "settings":
        (place.cli.home / ".config/ftlab").mkdir(parents=True)
        file = place.cli.home / ".config/ftlab/ftlab.toml"
        file.write_text(text)
    words = {
        "signatures": ("vft.diagnose", "--vm", "app01", "--signatures", str(file)),
        "profile": ("lab.plan", "--profile", str(file)),
        "settings": ("vm.list",),
        "inventory.yml": ("vm.list", "-i", str(file)),
    }[what]
    ran = place.cli(*words).expect(2)
    assert str(file) in ran.err.replace("\n", "")
    assert len(ran.err) < 2000


PATHS: dict[str, tuple[str, ...]] = {
    "inventory": ("vm.list", "-i", NOBODY),
    "state": ("vm.list", "--state-dir", NOBODY),
    "profile": ("lab.plan", "--profile", NOBODY),
    "log": ("vft.diagnose", "--log", NOBODY),
    "signatures": ("vft.diagnose", "--vm", "x", "--signatures", NOBODY),
    "copy": ("fleet.copy", NOBODY, "/tmp/x", "-y"),  # noqa: S108 - a path on simulated hosts
    "fetch": ("fleet.fetch", "/etc/x", "--to", NOBODY),
    "html": ("lab.plan", "--profile", "vft", "--html", NOBODY),
    "run log": ("vm.list", "--run-log", NOBODY),
    "limit": ("vm.list", "-l", f"@{NOBODY}"),
    "moved": ("lab.history", "--moved-from", NOBODY),
}


@pytest.mark.parametrize("words", PATHS.values(), ids=PATHS)
def test_a_user_that_is_not_there_in_a_path(place: Place, words: tuple[str, ...]) -> None:
    ran = place.cli(*words).expect(2)
    assert "no-such-user-here" in ran.err


ON_A_HOST: dict[str, tuple[str, str]] = {
    "a long label": ("ansible_host=" + "é" * 90 + ".lab", "unreachable.dns"),
    "a long name": ("ansible_host=" + "a" * 300 + ".lab", "unreachable.dns"),
    "an empty label": ("ansible_host=é..lab", "unreachable.dns"),
}


@pytest.mark.parametrize(("variable", "kind"), ON_A_HOST.values(), ids=ON_A_HOST)
def test_a_host_that_cannot_be_reached_so_costs_itself(
    place: Place, tmp_path: Path, variable: str, kind: str
) -> None:
    inventory = with_odd(place, tmp_path, variable)
    ran = place.cli.json("hosts.check", "-i", inventory).expect(4)
    assert ran.error("odd")["kind"] == kind
    assert ran.statuses["vesxi01"] == "ok"


@pytest.mark.parametrize(
    "variable",
    [
        f"ansible_ssh_private_key_file={NOBODY}",
        f"ansible_ssh_common_args='-o UserKnownHostsFile={NOBODY}'",
    ],
)
def test_a_user_that_is_not_there_in_an_inventory_is_told_by_its_line(
    place: Place, tmp_path: Path, variable: str
) -> None:
    inventory = with_odd(place, tmp_path, variable)
    ran = place.cli("hosts.check", "-i", inventory).expect(2)
    assert "hosts.ini:2" in ran.err
    place.cli("hosts.check", "-i", inventory, "-l", "vesxi01").expect(0)


def with_odd(place: Place, tmp_path: Path, variable: str) -> str:
    """An inventory with one sound host and ``odd``."""
    text = place.lab.inventory.read_text().splitlines()
    sound = next(line for line in text if line.startswith("vesxi01"))
    rest = text[text.index("[all:vars]") :] if "[all:vars]" in text else []
    inventory = tmp_path / "hosts.ini"
    inventory.write_text("\n".join([sound, f"odd {variable}", *rest]) + "\n")
    inventory.chmod(0o600)
    return str(inventory)


KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIHVzZXIgaGVyZSBpcyBhIGtleSB3aXRoIDMyIGJ5dGVz"
LINES = [
    f"größe ssh-ed25519 {KEY}",
    f"a ssh-größe {KEY}",
    f"a ssh-ed25519 ü{KEY}",
    f"|1|ü|ü ssh-ed25519 {KEY}",
    f"|1|{KEY[:27]}=|ü ssh-ed25519 {KEY}",
    "@größe a b c",
    f"a\u2028b\x0c ssh-ed25519 {KEY} ü",
]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_word_in_known_hosts_that_is_not_ascii(place: Place, encoding: str) -> None:
    known = place.cli.state / "known_hosts"
    known.parent.mkdir(parents=True, mode=0o700)
    bad = b"".join(line.encode(encoding, "replace") + b"\n" for line in LINES)
    known.write_bytes(bad)
    place.cli.json("hosts.trust", "-y").expect(0)
    place.cli.json("vm.list").expect(0)
    place.cli.json("hosts.trust", "-y", "--replace").expect(0)
    assert known.read_bytes().startswith(bad)


@pytest.mark.parametrize("make", [lambda: ",".join(f"no{i}" for i in range(1900))], ids=["words"])
def test_a_pattern_of_many_unknown_words(place: Place, make: Callable[[], str]) -> None:
    """Each was compared with every name: 13 KB took 20 s on a large inventory."""
    pattern = make()
    ran = place.cli("vm.list", "-l", pattern).expect(2)
    assert len(ran.err) < 2000
    ran = place.cli("vm.list", "-l", f"vesxi01,{pattern}").expect(0)
    assert "other words of the pattern" in ran.err
