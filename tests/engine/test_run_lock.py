"""The lock of one inventory: held by one process, freed by the kernel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ftlab.engine import run_lock as module
from ftlab.engine.run_lock import RunLock
from ftlab.errors import LockedError, StateError

HOLDER = """
import sys
from pathlib import Path
from ftlab.engine.run_lock import RunLock
with RunLock(Path(sys.argv[1]), Path(sys.argv[2])).acquire("run-1", "vft.enable"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "hosts.ini"
    path.write_text("vesxi01\n")
    return path


@contextmanager
def holder(state: Path, inventory: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(state), str(inventory)]
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_another_process_is_named(tmp_path: Path, inventory: Path) -> None:
    with holder(tmp_path, inventory) as process:
        with pytest.raises(LockedError) as caught:
            RunLock(tmp_path, inventory).acquire("run-2", "vft.disable")
        assert caught.value.exit_code == 7
        evidence = caught.value.evidence
        assert (evidence["run"], evidence["task"]) == ("run-1", "vft.enable")
        assert evidence["pid"] == process.pid
        since = datetime.fromisoformat(evidence["since"])
        assert 0 <= (datetime.now(UTC) - since).total_seconds() < 60
        for shown in ("run-1", "vft.enable", str(process.pid), evidence["user"], evidence["since"]):
            assert shown in caught.value.message
        assert "--wait-lock" in caught.value.hint


def test_a_killed_holder_leaves_it_free(tmp_path: Path, inventory: Path) -> None:
    with holder(tmp_path, inventory) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert list(tmp_path.glob("locks/*.json")), "the note outlives its writer"
        with RunLock(tmp_path, inventory).acquire("run-2", "t") as lock:
            assert lock.inventory == inventory
            assert json.loads(next(tmp_path.glob("locks/*.json")).read_text())["run"] == "run-2"


def test_waiting_gets_it_as_soon_as_it_is_free(tmp_path: Path, inventory: Path) -> None:
    with holder(tmp_path, inventory) as process:
        assert process.stdin is not None
        timer = threading.Timer(0.2, process.stdin.close)
        timer.start()
        with RunLock(tmp_path, inventory).acquire("run-2", "t", wait=30):
            assert process.wait() == 0
        timer.join()


def test_waiting_ends(tmp_path: Path, inventory: Path) -> None:
    with (
        RunLock(tmp_path, inventory).acquire("run-1", "t"),
        pytest.raises(LockedError, match="run-1"),
    ):
        RunLock(tmp_path, inventory).acquire("run-2", "t", wait=0.1)


def test_it_is_per_inventory_by_its_real_path(tmp_path: Path, inventory: Path) -> None:
    (tmp_path / "link.ini").symlink_to(inventory)
    with RunLock(tmp_path, inventory).acquire("run-1", "t"):
        with pytest.raises(LockedError):
            RunLock(tmp_path, tmp_path / "link.ini").acquire("run-2", "t")
        RunLock(tmp_path, tmp_path / "other.ini").acquire("run-3", "t").release()


def test_releasing_removes_the_note_and_is_safe_to_repeat(tmp_path: Path, inventory: Path) -> None:
    lock = RunLock(tmp_path / "new" / "state", inventory)
    for _ in range(2):
        with lock.acquire("run-1", "t"):
            notes = list(tmp_path.rglob("*.json"))
            assert [oct(note.stat().st_mode & 0o777) for note in notes] == ["0o600"]
        lock.release()
        assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    "note",
    [None, "", "[]", "{}", '{"controller": "HERE", "pid": "x"}', '{"controller": "HERE"',
     '{"controller": "HERE", "pid": 1}', '{"controller": "elsewhere", "message": "x"}',
     '{"run": "r", "task": "t", "user": "u", "since": "s", "controller": "HERE", "pid": 1%s}'
     % (40 * "0")],
)  # fmt: skip
def test_a_lock_whose_note_says_nothing_is_still_a_lock(
    tmp_path: Path, inventory: Path, note: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.001)
    with RunLock(tmp_path, inventory).acquire("run-1", "t"):
        path = next(tmp_path.glob("locks/*.json"))
        if note is None:
            path.unlink()
        else:
            path.write_text(note.replace("HERE", os.uname().nodename))
        with pytest.raises(LockedError, match="another run"):
            RunLock(tmp_path, inventory).acquire("run-2", "t")


def test_the_note_of_a_dead_process_is_not_believed(
    tmp_path: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.001)
    with subprocess.Popen(["true"]) as gone:
        pass
    with RunLock(tmp_path, inventory).acquire("run-1", "t"):
        path = next(tmp_path.glob("locks/*.json"))
        note = json.loads(path.read_text())
        path.write_text(json.dumps(note | {"pid": gone.pid}))
        with pytest.raises(LockedError, match="another run"):
            RunLock(tmp_path, inventory).acquire("run-2", "t")
        path.write_text(json.dumps(note | {"pid": gone.pid, "controller": "elsewhere"}))
        with pytest.raises(LockedError, match="run-1"):
            RunLock(tmp_path, inventory).acquire("run-2", "t")


def test_a_process_of_somebody_else_is_alive(
    tmp_path: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    with RunLock(tmp_path, inventory).acquire("run-1", "t"):
        monkeypatch.setattr(os, "kill", refuse)
        with pytest.raises(LockedError, match="run-1"):
            RunLock(tmp_path, inventory).acquire("run-2", "t")


def test_a_user_id_without_a_name(
    tmp_path: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    with RunLock(tmp_path, inventory).acquire("run-1", "t"):
        note = json.loads(next(tmp_path.glob("locks/*.json")).read_text())
    assert note["user"] == str(os.getuid())


def test_a_state_directory_that_cannot_be_used(tmp_path: Path, inventory: Path) -> None:
    with pytest.raises(StateError, match=str(inventory)) as caught:
        RunLock(inventory, inventory).acquire("run-1", "t")
    assert caught.value.hint


def test_a_note_that_cannot_be_written_gives_the_lock_back(
    tmp_path: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(StateError, match="No space left"):
            RunLock(tmp_path, inventory).acquire("run-1", "t")
    RunLock(tmp_path, inventory).acquire("run-2", "t").release()


def test_a_note_that_cannot_be_removed_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the report of a run would be lost with it."""

    def refuse(_path: Path, **_: object) -> None:
        raise OSError(30, "Read-only file system")

    inventory = tmp_path / "hosts.ini"
    with monkeypatch.context() as patch, RunLock(tmp_path, inventory).acquire("r1", "vm.list"):
        patch.setattr(Path, "unlink", refuse)
    RunLock(tmp_path, inventory).acquire("r2", "vm.list").release()
