"""``ftlab sim.serve``: a simulated lab to rehearse on, until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, get_args

from ftlab.sim.data import page_of
from ftlab.sim.model.versions import USUAL_VERSIONS
from ftlab.sim.serve.fault_file import read_faults
from ftlab.sim.serve.lab import RunningLab, running_lab
from ftlab.sim.ssh.shells import ShellChoice

Remedy = int | str | None


@dataclass(frozen=True)
class LabVCenter:
    """What the lab's vCenter does about FT pairs. ``resume_seconds`` after it has disabled FT, as
    it does after a start that failed, somebody presses *Resume Fault Tolerance* there (``None``:
    nobody). ``host_starts``: hosts start secondaries at ``power.on``, and it keeps out."""

    resume_seconds: float | None = 8.0
    host_starts: bool = False

    def take_over(self, lab: RunningLab) -> None:
        """Be that lab's."""
        seconds, starts = self.resume_seconds, self.host_starts
        for pair in lab.sim.pairs:
            pair.spec = replace(pair.spec, resume_seconds=seconds, host_starts_secondary=starts)


def serve(  # noqa: PLR0913 - the switches of the command, all by name
    hosts: int | Sequence[str],
    inventory: Path,
    *,
    remedy: Remedy = 1,
    shells: str = "auto",
    versions: Sequence[str] | None = None,
    failure: str | None = None,
    vcenter: LabVCenter = LabVCenter(),
    faults: Path | None = None,
    ready: Callable[[str], None] = print,
    stop: threading.Event | None = None,
    **options: Any,
) -> None:
    """Serve a lab until Ctrl-C, SIGTERM, SIGHUP or ``stop``; then remove everything it wrote.

    ``ready`` is called once with a text: its first line says that the lab is ready, the others
    what is in it and what to try. Further ``options`` are those of :func:`running_lab`. Raises
    ``FileExistsError`` where ``inventory`` is somebody else's file (not with ``force``),
    ``UnwritableError`` where it cannot be, ``ValueError`` for an unknown version, remedy or number.
    """
    if (hosts if isinstance(hosts, int) else len(hosts)) < 1:
        raise ValueError("a lab has at least one host")
    if shells not in get_args(ShellChoice):
        raise ValueError(f"--shell is auto, small or busybox, not {shells!r}")
    options |= {"cure": cure_of(remedy), "shells": shells, "long_names": True}
    options |= {"versions": versions or USUAL_VERSIONS, "failure": failure or "keepalive"}
    _raise_file_limit()
    with (
        _stopped_by_signals(stop or threading.Event()) as ended,
        running_lab(
            hosts, inventory, faults=read_faults(faults) if faults else (), **options
        ) as lab,
    ):
        vcenter.take_over(lab)
        ready(welcome(lab, vcenter))
        ended.wait()


def cure_of(remedy: Remedy) -> int | None:
    """``0``, ``1`` or ``none`` as a number or None. Raises ``ValueError``."""
    known: dict[Remedy, int | None] = {0: 0, 1: 1, "0": 0, "1": 1, "none": None, None: None}
    if remedy not in known:
        raise ValueError(f"remedy is 0, 1 or none, not {remedy!r}")
    return known[remedy]


def welcome(lab: RunningLab, vcenter: LabVCenter = LabVCenter()) -> str:
    """What the lab holds and what to try on it."""
    return page_of(
        "serve/data/welcome.txt", lab=lab, vcenter=vcenter, hosts=list(lab.sim.hosts.values()),
        vms=lambda host: ", ".join(sorted(vm.name for vm in host.vms if vm.config is not None)),
        pairs=lab.sim.pairs, failures={pair.failure for pair in lab.sim.pairs if pair.failure},
    ).rstrip("\n")  # fmt: skip


_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a request to end, and a terminal that was closed."""


@contextmanager
def _stopped_by_signals(ended: threading.Event) -> Iterator[threading.Event]:
    """``ended`` is set by each of ``_ENDINGS`` while this lasts (in the main thread only)."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's interface
        # The main thread, which runs this, holds the event's own lock for moments of its wait.
        threading.Thread(target=ended.set, daemon=True).start()

    if threading.current_thread() is not threading.main_thread():
        yield ended
        return
    before = {number: signal.signal(number, stop) for number in _ENDINGS}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise_file_limit() -> None:
    """Every host listens on a socket and every client needs one more: use what is allowed."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else hard
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
