"""One run at a time on one inventory: a kernel lock, and a note that says who holds it."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from ftlab.engine.options import NO_INVENTORY, Options
from ftlab.errors import LockedError, StateError
from ftlab.user_files import make_private

_POLL_SECONDS: Final = 0.05
_NOTE_ATTEMPTS: Final = 20
_NOTED: Final = ("run", "task", "pid", "user", "since", "controller")


class RunLock:
    """The lock of one inventory, by its real path or its list of hosts, for one state directory.

    It is the kernel's (``flock``): when the holder dies, however that happens, it is free. The
    note beside it is for people and decides nothing.
    """

    def __init__(self, state_dir: Path, inventory: Path | str) -> None:
        self.inventory = inventory.resolve() if isinstance(inventory, Path) else inventory
        name = hashlib.sha256(os.fsencode(self.inventory)).hexdigest()[:16]
        self._directory = state_dir / "locks"
        self._note = self._directory / f"{name}.json"
        self._file = self._directory / f"{name}.lock"
        self._held: int | None = None

    @classmethod
    def of(cls, options: Options) -> RunLock:
        """That of a run with these options."""
        return cls(options.state_dir, options.real_inventory or NO_INVENTORY)

    def acquire(
        self,
        run: str,
        task: str,
        wait: float = 0,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> RunLock:
        """Take the lock, waiting up to ``wait`` seconds: ``with lock.acquire(run, task):``. While
        it waits, ``meanwhile`` is called again and again.

        Raises ``LockedError`` (evidence: ``run``, ``task``, ``pid``, ``user``, ``since`` of its
        holder) and ``StateError`` where the state directory cannot be used.
        """
        try:
            make_private(self._directory.parent)
            make_private(self._directory)
            self._take(time.monotonic() + wait, meanwhile)
            self._write_note(run, task)
        except OSError as error:
            self.release()
            raise StateError(
                f"no lock can be kept in {self._directory}: {error.strerror or error}",
                hint="see that you may write there, or name another --state-dir",
            ) from error
        return self

    def release(self) -> None:
        """Give the lock back. Safe to repeat."""
        if self._held is not None:
            with suppress(OSError):  # a note that stays is that of a process that has ended
                self._note.unlink()
            fcntl.flock(self._held, fcntl.LOCK_UN)  # a forked child may hold the file open too
            os.close(self._held)
            self._held = None

    def holder(self) -> str | None:
        """The id of the run that holds it now, as far as its note tells."""
        return self._read_note().get("run")

    def __enter__(self) -> RunLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _take(self, deadline: float, meanwhile: Callable[[], None]) -> None:
        """A holder who has just taken the lock, or is about to leave, has no note (or that of
        someone who died): such a moment is waited out."""
        moments = _NOTE_ATTEMPTS
        while not self._taken():
            if time.monotonic() >= deadline:
                holder, moments = self._read_note(), moments - 1
                if holder or not moments:
                    raise self._locked(holder)
            meanwhile()
            time.sleep(_POLL_SECONDS)

    def _taken(self) -> bool:
        """Try once. The file stays when the lock is given back: a name that came and went could
        be locked by two at a time."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self._held = descriptor
        return True

    def _write_note(self, run: str, task: str) -> None:
        note = {
            "run": run,
            "task": task,
            "pid": os.getpid(),
            "user": user(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "controller": os.uname().nodename,
        }
        draft = self._note.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(self._note)

    def _read_note(self) -> dict[str, Any]:
        """What the note says; nothing where it is not whole, or of a process that has ended."""
        try:
            found = json.loads(self._note.read_text(encoding="utf-8"))
            note = {name: found[name] for name in _NOTED}
            here = note["controller"] == os.uname().nodename
            return note if not here or _alive(note["pid"]) else {}
        except (OSError, ValueError, LookupError, TypeError, OverflowError, RecursionError):
            return {}

    def _locked(self, holder: dict[str, Any]) -> LockedError:
        who = "another run"
        if holder:
            who = "{task} of {user} (run {run}, process {pid}) since {since}".format_map(holder)
        return LockedError(
            f"{self.inventory} is locked by {who}",
            hint="let it end, or wait for it with --wait-lock SECONDS",
            **holder,
        )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # alive, and another user's
    except ProcessLookupError:
        return False
    return True


def user() -> str:
    """Who runs this, also where no environment says so (cron)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return str(os.getuid())
