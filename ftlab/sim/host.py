"""One simulated vESXi host: its file tree, its VMs, its options, and its answers."""

from __future__ import annotations

import math
import os
import posixpath
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.sim import advcfg, esxcli, identity, logs, vimcmd
from ftlab.sim.answer import Answer
from ftlab.sim.faults import Fault, first_strike
from ftlab.sim.network import Nic, standard_nics
from ftlab.sim.options import OptionStore
from ftlab.sim.registry import Registry
from ftlab.sim.versions import Release, SshAge

if TYPE_CHECKING:
    from ftlab.sim.lab import SimLab

__all__ = ["Answer", "SimHost"]

_TOOLS: dict[str, Callable[[SimHost, Sequence[str]], Answer]] = {
    "vim-cmd": vimcmd.run,
    "vmware-vim-cmd": vimcmd.run,
    "esxcli": esxcli.run,
    "esxcfg-advcfg": advcfg.run,
    "vmware": identity.vmware,
    "uname": identity.uname,
}


class SimHost:
    """A host of the lab. Every public method is safe from any thread.

    ``commands`` lists every argv seen, in order. ``faults`` may be added to at any time.
    """

    def __init__(self, lab: SimLab, name: str, release: Release, root: Path) -> None:
        self.lab, self.name, self.release, self.root = lab, name, release, root
        self.commands: list[tuple[str, ...]] = []
        self.faults: list[Fault] = []
        self.datastores: dict[str, str] = {}
        """Datastore names to their identifiers under ``/vmfs/volumes``."""
        for directory in ("vmfs/volumes", "var/log/vmware", "etc/vmware", "tmp"):
            (root / directory).mkdir(parents=True, exist_ok=True)
        if release.number >= (5, 0, 0):  # where 4.x keeps root's keys is not published
            (root / "etc/ssh/keys-root").mkdir(parents=True, exist_ok=True)
        self.options = OptionStore(release, root / "etc/vmware/esx.conf")
        self.nics: list[Nic] = standard_nics(name)
        self.cpu_family: tuple[int, int, str] = (6, 45, "GenuineIntel")
        self.vms = Registry(self)
        self.boots = 1
        """Counts the host's starts: a connection from before the last one is dead."""
        self._back_at = -math.inf

    @property
    def version(self) -> str:
        """The release as the lab names it, e.g. ``"7.0 U1"``."""
        return self.release.name

    @property
    def tools(self) -> frozenset[str]:
        """The commands :meth:`answer` knows; only 4.x still has ``vmware-vim-cmd``."""
        old = self.release.number < (5, 0, 0)
        return frozenset(_TOOLS if old else _TOOLS.keys() - {"vmware-vim-cmd"})

    @property
    def banner(self) -> str:
        return self.release.banner

    @property
    def ssh_age(self) -> SshAge:
        return self.release.ssh_age

    @property
    def up(self) -> bool:
        """False while the host reboots: nothing listens."""
        return self.lab.clock() >= self._back_at

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

    def fault(self, moment: str) -> Fault | None:
        """The fault that strikes now, for a transport to honour; ``moment`` is one of
        :data:`~ftlab.sim.faults.MOMENTS`. Counts: ask once per event."""
        with self.lab.lock:
            if moment == "connect" and not self.up:
                return Fault("connect", what="cut")
            fault = first_strike(self.faults, moment)
            if fault is not None and fault.what == "reboot":
                self.reboot(fault.seconds)
            return fault

    def answer(self, argv: Sequence[str], stdin: bytes = b"") -> Answer:  # noqa: ARG002
        """What the host says to one of its :attr:`tools`, none of which reads ``stdin``. Never
        waits: the time the command would take is in the answer."""
        words = tuple(argv)
        with self.lab.lock:
            if not self.up:
                return Answer(255, cut=True)
            self.commands.append(words)
            self.lab.tick()
            fault = first_strike(self.faults, " ".join(words))
            if fault is None:
                return self._run(words)
            told = self._run(words) if fault.carries_out else Answer()
            if fault.what == "reboot":
                self.reboot(fault.seconds)
            return fault.change(told)

    def _run(self, words: tuple[str, ...]) -> Answer:
        tool = posixpath.basename(words[0]) if words else ""
        if tool not in self.tools:
            return Answer(127, stderr=f"-sh: {tool}: not found\n".encode())
        told = _TOOLS[tool](self, words[1:])
        if not self.up:
            return Answer(255, cut=True)
        return replace(told, seconds=told.seconds + self.lab.latency.get(tool, 0.0))

    def reboot(self, seconds: float) -> None:
        """Go down now, with every VM, and be back after ``seconds``."""
        with self.lab.lock:
            self.lab.tick()
            self._back_at = self.lab.clock() + seconds
            self.boots += 1
            self.vms.crash()
            self.log("vmkernel", "Boot: the kernel has started")

    def log(self, kind: str, text: str) -> None:
        """Write a line to one of the host's own logs (``vmkernel`` or ``hostd``)."""
        line = {"vmkernel": logs.vmkernel_line, "hostd": logs.hostd_line}[kind]
        place = self.root / logs.log_paths(self.release)[kind].lstrip("/")
        logs.append(place, line(self.release, self.lab.now(), text))
