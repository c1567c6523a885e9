"""The logs of a simulated host and its VMs, each line in the form of its release."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from ftlab.sim.model.answer import encode
from ftlab.sim.model.versions import Release

KEPT = 6
"""How many rotated ``vmware-N.log`` a VM keeps."""


def vmware_line(release: Release, when: datetime, text: str) -> str:
    """A line of ``vmware.log``: local time on 4.x, ISO time from 5.0, a level from 5.1, and the
    syslog-like form of 8.0."""
    iso = _iso(when)
    if release.number < (5, 0, 0):
        return f"{when:%b %d %H:%M:%S}.{when.microsecond // 1000:03}: vmx| {text}"
    if release.number < (5, 1, 0):
        return f"{iso}| vmx| {text}"
    if release.number < (6, 0, 0):
        return f"{iso}| vmx| I120: {text}"
    if release.number < (7, 0, 0):
        return f"{iso}| vmx| I125: {text}"
    if release.number < (8, 0, 0):
        return f"{iso}| vmx| | I005: {text}"
    return f"{iso} In(05) vmx - {text}"


def vmkernel_line(release: Release, when: datetime, text: str) -> str:
    """A line of the kernel's log; 4.x writes it through syslog, with the uptime."""
    if release.number < (5, 0, 0):
        stamp = f"{when:%b %d %H:%M:%S} vmkernel: 0:04:{when:%M:%S}"
        return f"{stamp}.{when.microsecond // 1000:03} cpu1:4637){text}"
    if release.number < (8, 0, 0):
        return f"{_iso(when)} cpu1:34637){text}"
    return f"{_iso(when)} In(182) vmkernel: cpu1:1049123){text}"


def hostd_line(release: Release, when: datetime, text: str) -> str:
    """An entry of ``hostd.log``; its lines after the first are marked as its own."""
    text = text.replace("\n", "\n--> ")
    if release.number < (5, 0, 0):
        return f"[{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03} 2E3E4B90 info 'vm'] {text}"
    if release.number < (6, 0, 0):
        return f"{_iso(when)} [2E3E4B90 info 'Vmsvc'] {text}"
    if release.number < (8, 0, 0):
        return f"{_iso(when)} info hostd[2E3E4B70] [Originator@6876 sub=Vmsvc] {text}"
    return f"{_iso(when)} In(166) Hostd[1051203]: [Originator@6876 sub=Vmsvc] {text}"


def _iso(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"


def log_paths(release: Release) -> dict[str, str]:
    """Where the release keeps its logs: kind of log to absolute path on the host."""
    if release.product == "VMware ESX":
        return {"vmkernel": "/var/log/vmkernel", "hostd": "/var/log/vmware/hostd.log"}
    if release.number < (5, 0, 0):
        return {"vmkernel": "/var/log/messages", "hostd": "/var/log/vmware/hostd.log"}
    return {"vmkernel": "/var/log/vmkernel.log", "hostd": "/var/log/hostd.log"}


def append(log: Path, line: str) -> None:
    """Add one line; the directory must exist."""
    with log.open("ab") as stream:
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
