"""The journal's file: damage, newer versions, migration, and a kill at every statement."""

from __future__ import annotations

import os
import sqlite3
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ftlab.errors import StateError
from ftlab.journal import Journal, RunInfo, database
from ftlab.model import Change, Outcome

INFO = RunInfo("r1", "t", {}, "2026-11-21T00:00:00Z", "hosts.ini", "me", "box", "1", ("a", "b"))
OPTION = Change("advopt", 1, 0, path="/A/B")


def filled(path: Path) -> bytes:
    with Journal.open(path) as journal:
        journal.begin(INFO)
        for _ in range(200):
            journal.intend("r1", "a", OPTION, {"padding": "x" * 100})
    return path.read_bytes()


def refused(path: Path) -> StateError:
    """Opening fails, twice the same way, and the file stays as it is."""
    before = path.read_bytes()
    with pytest.raises(StateError):
        Journal.open(path)
    with pytest.raises(StateError) as caught:
        Journal.open(path)
    assert path.read_bytes() == before
    assert str(path) in caught.value.message
    assert caught.value.exit_code == 2
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: b"this is no database, but long enough to look at" * 50,
        lambda good: b"x",
        lambda good: good[:50],
        lambda good: good[:100],
        lambda good: good[: len(good) // 2],
        lambda good: good[:4096] + b"\xff" * 4096 + good[8192:],
        lambda good: b"\0" * len(good),
    ],
    ids=[
        "text",
        "one byte",
        "half a header",
        "header only",
        "cut off",
        "a page overwritten",
        "zeros",
    ],
)
def test_a_damaged_file_is_told_and_left(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(damage(filled(path)))  # type: ignore[operator]
    assert "damaged" in refused(path).message


def test_a_newer_file_is_told_and_left(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    error = refused(path)
    assert "newer" in error.message
    assert error.evidence["version"] == 99


@pytest.mark.parametrize("version", [0, 1])
def test_a_database_of_something_else_is_told_and_left(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title)")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    assert "something else" in refused(path).message


def test_damage_found_later_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    filled(path)
    with Journal.open(path) as journal:
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE changes")
        connection.close()
        with pytest.raises(StateError, match="no such table"):
            journal.changes("r1")


def test_a_place_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "journal.db", tmp_path / "folder"):
        with pytest.raises(StateError, match="cannot be used") as caught:
            Journal.open(path)
        assert caught.value.hint


def test_a_writer_that_does_not_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.db"
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with Journal.open(path) as journal:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="locked"):
            journal.begin(INFO)
        other.execute("ROLLBACK")
        other.close()
        journal.begin(INFO)


def test_an_interrupted_first_write_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"SQLi")
    # SQLite's rollback file, as it begins: before this write the database had no page.
    start = struct.pack(">8s5I", bytes.fromhex("d9d505f920a163d7"), 0, 0, 0, 512, 4096)
    path.with_name("journal.db-journal").write_bytes(start.ljust(512, b"\0"))
    with Journal.open(path) as journal:
        journal.begin(INFO)
        assert journal.run("last").run == "r1"


def test_an_empty_file_is_not_silently_a_new_journal(tmp_path: Path) -> None:
    """A new one is made whole, and then linked to its name: this one has lost what it held."""
    path = tmp_path / "journal.db"
    path.touch()
    assert "it is empty" in refused(path).message
    assert path.read_bytes() == b""


def test_many_may_make_the_journal_at_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with ThreadPoolExecutor(8) as pool:
        for made in [pool.submit(Journal.open, path) for _ in range(8)]:
            made.result().close()
    assert [file.name for file in tmp_path.iterdir()] == ["journal.db"]


def test_an_error_that_already_rolled_back_is_the_one_that_is_told(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        store = journal._database

        def lose() -> None:
            with store.transaction():
                store.write("ROLLBACK")
                store.write("DELETE FROM nowhere")

        with pytest.raises(StateError, match="nowhere"):
            lose()
        journal.begin(INFO)


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        settings = [
            journal._database.rows(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


def test_an_older_file_is_migrated_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.db"
    filled(path)
    step = ("ALTER TABLE runs ADD COLUMN note TEXT", "UPDATE runs SET note = 'new'")
    with monkeypatch.context() as newer:
        newer.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, step))
        for _ in range(2):
            with Journal.open(path) as journal:
                assert journal._database.rows("SELECT note FROM runs") == [("new",)]
                assert len(journal.changes("r1")) == 200
    assert "newer" in refused(path).message


def test_a_migration_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.db"
    filled(path)
    step = ("ALTER TABLE runs ADD COLUMN note TEXT", "UPDATE nowhere SET note = 'new'")
    with monkeypatch.context() as newer:
        newer.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, step))
        with pytest.raises(StateError, match="nowhere"):
            Journal.open(path)
    with Journal.open(path) as journal:
        assert len(journal.changes("r1")) == 200
        columns = [row[1] for row in journal._database.rows("PRAGMA table_info(runs)")]
    assert "note" not in columns


STEPS = (
    lambda journal: journal.begin(INFO),
    lambda journal: journal.intend("r1", "a", OPTION),
    lambda journal: journal.settle(1, "applied"),
    lambda journal: journal.settle(1, "verified", replace(OPTION, after=2)),
    lambda journal: journal.intend("r1", "b", OPTION),
    lambda journal: journal.host_done("r1", Outcome("a", "changed")),
    lambda journal: journal.finish("r1", "ok", 0, 1.0),
    lambda journal: journal.begin(RunInfo("r2", "t", {}, "2026-11-22", "i", "me", "box", "1")),
    lambda journal: journal.forget(["r1"]),
)


def told(journal: Journal) -> list[object]:
    return [(run, journal.changes(run.run), journal.outcomes(run.run)) for run in journal.runs()]


# Forks once per statement that SQLite runs; the child dies as the n-th begins, after noting each
# step that had returned. Ends when a child lives to the end.
KILLER = """
import os, signal, sqlite3, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_journal_file import STEPS
from ftlab.journal import Journal

class Connection(sqlite3.Connection):
    left = 0
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.set_trace_callback(self.count)
    def count(self, statement):
        Connection.left -= 1
        if Connection.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

connect = sqlite3.connect
def counting(path, **options):
    ours = Path(path).name == "journal.db"
    return connect(path, factory=Connection if ours else sqlite3.Connection, **options)
sqlite3.connect = counting
for number in range(1000):
    folder = Path(sys.argv[1]) / f"{number:04}"
    folder.mkdir()
    child = os.fork()
    if child == 0:
        Connection.left = number
        with Journal.open(folder / "journal.db") as journal:
            for step in STEPS:
                step(journal)
                with (folder / "done").open("ab") as done:
                    done.write(b".")
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


def test_a_kill_at_any_statement_leaves_a_journal_that_tells_the_truth(tmp_path: Path) -> None:
    here = Path(__file__).parent
    work = tmp_path / "killed"
    work.mkdir()
    subprocess.run(
        [sys.executable, "-c", KILLER, str(work), str(here)],
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parents[1]), *sys.path])},
    )
    with Journal.open(tmp_path / "journal.db") as journal:
        truth = [told(journal)]
        for step in STEPS:
            step(journal)
            truth.append(told(journal))
    folders = sorted(work.iterdir())
    seen = set()
    for folder in folders:
        done = len((folder / "done").read_bytes()) if (folder / "done").exists() else 0
        with Journal.open(folder / "journal.db") as journal:
            # What returned is on disk; the step that was cut off is there as a whole or not.
            assert told(journal) in truth[done : done + 2], (folder.name, done)
            journal.begin(RunInfo("later", "t", {}, "2026-11-23", "i", "me", "box", "1"))
            assert journal.run("later").run == "later"
        seen.add(done)
    assert seen == set(range(len(STEPS) + 1))
    assert len(folders) > 3 * len(STEPS)
