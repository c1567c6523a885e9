"""The clock of a lab, and a host without its VMs and answers: its files, its datastores, its logs,
each line in the form of its release."""

from __future__ import annotations

import itertools
import os
import posixpath
import re
import sched
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ftlab.sim.data import table_of
from ftlab.sim.model.answer import encode
from ftlab.sim.model.versions import Release

KEPT = 6
"""How many rotated ``vmware-N.log`` a VM keeps."""
_LOGS = table_of("model/data/logs.toml")


@dataclass(eq=False)
class World:
    """What the hosts of a lab have in common: a clock, what is due, numbers, and a lock.

    ``clock`` (seconds, monotonic) drives every change over time, which happens when somebody
    looks: :meth:`tick` is called on every answer and file access. ``latency``: seconds by tool.
    """

    directory: Path
    seed: int
    latency: Mapping[str, float]
    clock: Callable[[], float]
    shutdown_seconds: float

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._began, self._epoch = self.clock(), datetime.now(UTC)
        self._due: float | None = None
        self._events = sched.scheduler(self.clock)
        self._serials = itertools.count(1)

    def now(self) -> datetime:
        """The lab's wall clock: it moves with :attr:`clock`."""
        return self._epoch + timedelta(seconds=self._moment - self._began)

    @property
    def _moment(self) -> float:
        """What happens late, as nobody looked before, happens at its own time all the same."""
        return self.clock() if self._due is None else self._due

    def serial(self) -> int:
        """A number nobody else in the lab has."""
        return next(self._serials)

    def schedule(self, seconds: float, action: Callable[[], None]) -> None:
        """Do ``action`` at the first look at the lab after ``seconds``."""
        with self.lock:
            when = self._moment + seconds
            self._events.enterabs(when, self.serial(), self._happen, (when, action))

    def _happen(self, when: float, action: Callable[[], None]) -> None:
        self._due = when
        try:
            action()
        finally:
            self._due = None

    def tick(self) -> None:
        """Let everything happen that is due by now. Safe to repeat."""
        with self.lock:
            self._events.run(blocking=False)


class Machine:
    """``root`` is the folder that holds the host's files."""

    def __init__(self, lab: World, name: str, release: Release, root: Path) -> None:
        self.lab, self.name, self.release, self.root = lab, name, release, root
        self.datastores: dict[str, str] = {}
        """Datastore names to their identifiers under ``/vmfs/volumes``."""
        for directory in ("vmfs/volumes", "var/log/vmware", "etc/vmware", "tmp"):
            (root / directory).mkdir(parents=True, exist_ok=True)
        (root / "etc/passwd").write_text("root:x:0:0:Administrator:/:/bin/sh\n", "ascii")
        (root / "etc/group").write_text("root:x:0:root\n", "ascii")
        if release.number >= (5, 0, 0):  # where 4.x keeps root's keys is not published
            (root / "etc/ssh/keys-root").mkdir(parents=True, exist_ok=True)

    def path(self, remote: str) -> Path:
        """Where the host's file ``remote`` (absolute) lies on this disk.

        Raises ``PermissionError`` for a path that leads out of the lab's directory.
        """
        self.lab.tick()
        inside = posixpath.normpath("/" + remote).lstrip("/")
        found = self.root / inside
        lab = os.path.realpath(self.lab.directory)
        if os.path.commonpath([lab, os.path.realpath(found)]) != lab:
            raise PermissionError(f"{remote} leads out of the simulated lab")
        return found

    def share_datastore(self, name: str, uuid: str, folder: str) -> None:
        """A datastore in a ``folder`` of the lab, with its name as a link to its identifier."""
        (self.lab.directory / folder).mkdir(parents=True, exist_ok=True)
        volumes = self.root / "vmfs/volumes"
        (volumes / uuid).symlink_to(Path("../../..") / folder)
        (volumes / name).symlink_to(uuid)
        self.datastores[name] = uuid

    def log(self, kind: str, text: str, file: Path | None = None) -> None:
        """Write a line to one of the host's own logs (``vmkernel`` or ``hostd``), or one of the
        kind ``vmware`` to a VM's ``file``."""
        release = self.release
        form = next(each for each in _LOGS[kind] if tuple(each["since"]) <= release.number
                    and each.get("product", release.product) == release.product)  # fmt: skip
        when, text = self.lab.now(), text.replace("\n", "\n" + form.get("more", ""))
        ms = when.microsecond // 1000
        iso = f"{when:%Y-%m-%dT%H:%M:%S}.{ms:03}Z"
        line = form["line"].format(iso=iso, when=when, ms=ms, text=text)
        with (file or self.root / form["path"]).open("ab") as stream:
            stream.write(encode(line) + b"\n")


def rotate(directory: Path) -> None:
    """Put ``vmware.log`` aside as the next ``vmware-N.log``, as every power-on does, and forget
    the oldest beyond :data:`KEPT`."""
    current = directory / "vmware.log"
    if not current.exists():
        return
    numbers = sorted(int(m[1]) for p in directory.iterdir()
                     if (m := re.fullmatch(r"vmware-(\d+)\.log", p.name)))  # fmt: skip
    current.rename(directory / f"vmware-{numbers[-1] + 1 if numbers else 1}.log")
    for number in numbers[: max(0, len(numbers) + 1 - KEPT)]:
        (directory / f"vmware-{number}.log").unlink()
