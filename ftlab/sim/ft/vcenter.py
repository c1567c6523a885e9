"""vCenter, as far as a pair knows it: it starts the secondary, gives up, and is told to resume.

The vSphere API says that a secondary "is started when the primary is powered on" or when it is
enabled; the Availability guide, that vCenter disables Fault Tolerance after a failed start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ftlab.sim.ft.spec import PairSpec
from ftlab.sim.model.machine import World
from ftlab.sim.vms.faults import VimFault

_GLANCE = 0.2
"""Seconds between two looks of somebody who waits to press a button."""


class Managed(Protocol):
    """What vCenter needs of a pair: :class:`~ftlab.sim.ft.pair.FtPair`."""

    spec: PairSpec

    @property
    def lab(self) -> World: ...
    @property
    def needs_secondary(self) -> bool: ...
    def bring_up(self) -> None: ...
    def set_enabled(self, enabled: bool) -> None: ...


class VCenter:
    """One pair's vCenter; it does nothing while hosts start secondaries themselves."""

    def __init__(self, pair: Managed) -> None:
        self._pair = pair
        self.starts = 0
        """How often it has tried to start the secondary."""
        self._failures = 0

    @property
    def _rules(self) -> bool:
        return not self._pair.spec.host_starts_secondary

    def primary_is_on(self) -> None:
        """The primary was powered on: start its secondary in a moment."""
        self._failures = 0
        self._start_soon()

    def _start_soon(self) -> None:
        if self._rules:
            self._pair.lab.schedule(self._pair.spec.vcenter_seconds, self.start)

    def start(self) -> None:
        """Start the secondary, if the pair is still in need of one."""
        if not self._pair.needs_secondary:
            return
        self.starts += 1
        try:
            self._pair.bring_up()
        except VimFault:
            self.failed()

    def failed(self) -> None:
        """A secondary that it had started did not get to run."""
        limit = self._pair.spec.gives_up_after
        if not self._rules or limit is None:
            return
        self._failures += 1
        if self._failures < limit:
            self._start_soon()
        else:
            self._give_up()

    def _give_up(self) -> None:
        self._pair.set_enabled(False)
        seconds = self._pair.spec.resume_seconds
        if seconds is not None:
            self._pair.lab.schedule(seconds, self.resume)

    def resume(self) -> None:
        """Somebody presses *Resume Fault Tolerance* (*Enable*): it starts the secondary anew."""
        self._failures = 0
        self._pair.set_enabled(True)
        self._start_soon()

    def resume_once(self, ready: Callable[[], bool]) -> None:
        """Somebody looks now and then, and resumes as soon as it is ``ready``."""
        if ready():
            self.resume()
        else:
            self._pair.lab.schedule(_GLANCE, lambda: self.resume_once(ready))
