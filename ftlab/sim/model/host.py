"""One simulated vESXi host: its VMs, its options, and its answers."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from ftlab.sim.model.answer import MOMENTS, Answer, Fault
from ftlab.sim.model.config import Nic, Socket, config_of, licence_of, standard_network
from ftlab.sim.model.machine import Machine, World
from ftlab.sim.model.options import OptionStore
from ftlab.sim.model.versions import Release
from ftlab.sim.vms.vm import Registry, Task

Program: TypeAlias = "Callable[[SimHost, Sequence[str]], Answer]"
"""A command of the host's own: its arguments, without its name, to what it says."""


class SimHost(Machine):
    """A host of the lab. Every public method is safe from any thread.

    ``commands`` lists every argv seen, in order. ``faults`` may be added to at any time.
    """

    def __init__(
        self, lab: World, name: str, release: Release, root: Path, programs: Mapping[str, Program]
    ) -> None:
        super().__init__(lab, name, release, root)
        self.tools = programs
        """The commands :meth:`answer` knows; those outside the path by all of it."""
        self.commands: list[tuple[str, ...]] = []
        self.faults: list[Fault] = []
        self.options = OptionStore(release, root / "etc/vmware/esx.conf")
        self.config = config_of(name, release, root / "etc")
        self.nics, self.uplinks = standard_network(name, release)
        self.port_groups = dict.fromkeys(
            [*(nic.portgroup for nic in reversed(self.nics)), "VM Network"], "vSwitch0"
        )
        """All port groups of standard switches, and their switches."""
        self.sockets: list[Socket] = []
        """What FT and vMotion have open just now."""
        self.licence = licence_of(release)
        self.ha_agent = release.number >= (5, 0, 0)
        """Whether the HA agent runs; 4.x has another one."""
        self.cpu_family: tuple[int, int, str] = (6, 45, "GenuineIntel")
        self.vms = Registry(self)
        self.tasks: dict[str, Task] = {}
        """The latest operations on VMs, by their keys."""
        self.boots = 1
        """Counts the host's starts: a connection from before the last one is dead."""
        self._back_at = -math.inf

    @property
    def in_maintenance(self) -> bool:
        """A host that is to enter maintenance mode does so once no VM runs."""
        return self.config.maintenance and all(vm.power != "poweredOn" for vm in self.vms)

    def nic(self, name: str) -> Nic | None:
        return next((nic for nic in self.nics if nic.name == name), None)

    def carries_vmotion(self, nic: Nic) -> bool:
        """Whether vMotion listens there: by its tag, and before there were tags by an option."""
        if self.release.number >= (5, 1, 0):
            return "VMotion" in nic.tags
        option = self.options.find("/Migrate/Vmknic")
        return option is not None and self.options.value(option) == nic.name

    @property
    def up(self) -> bool:
        """False while the host reboots: nothing listens."""
        return self.lab.clock() >= self._back_at

    def fault(self, moment: str) -> Fault | None:
        """The fault that strikes now, for a transport to honour; ``moment`` is one of
        :data:`~ftlab.sim.model.answer.MOMENTS`, or a command. Counts: ask once per event."""
        with self.lab.lock:
            if moment == "connect" and not (self.up and self.config.services["SSH"].running):
                return Fault("connect", what="cut")
            fault = next((each for each in self.faults if each.strikes(moment)), None)
            if fault is not None and fault.what == "reboot" and moment in MOMENTS:
                self.reboot(fault.seconds)
            return fault

    def answer(self, argv: Sequence[str]) -> Answer:
        """What the host says to one of its :attr:`tools`, none of which reads its standard input.
        Never waits: the time the command would take is in the answer."""
        words = tuple(argv)
        with self.lab.lock:
            if not self.up:
                return Answer(255, cut=True)
            self.commands.append(words)
            self.lab.tick()
            return self.struck(words, lambda: self._run(words))

    def struck(self, words: tuple[str, ...], run: Callable[[], Answer]) -> Answer:
        """What ``run`` answers, or what a fault makes of it. For applets, which the shell runs
        itself; :meth:`answer` asks for the tools."""
        fault = self.fault(" ".join(words))
        if fault is None:
            return run()
        told = run() if fault.what == "slow" or fault.runs else Answer()
        if fault.what == "reboot":
            self.reboot(fault.seconds)
        return fault.change(told)

    def _run(self, words: tuple[str, ...]) -> Answer:
        name = words[0] if words else ""
        tool = name if name in self.tools else posixpath.basename(name)
        if tool not in self.tools:
            return Answer(127, stderr=f"-sh: {tool}: not found\n".encode())
        told = self.tools[tool](self, words[1:])
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
            self.config.boot()
            self.log("vmkernel", "Boot: the kernel has started")
