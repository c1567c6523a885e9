"""The log lines a host wrote since a moment, and no others.

Logs of a busy host are large and rotate. A :class:`Mark` holds inode and size of each log at
the moment; later only what lies behind is read. vmware.log is rotated by every power-on: a new
inode is read from its start, and what its predecessor got after the mark is lost to nobody's
harm (it belongs to the VM's earlier life).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname

from ftlab.esxi import files
from ftlab.esxi.files import FileStat
from ftlab.esxi.vmlist import VmEntry
from ftlab.ops.context import Context

CAP = 262_144
"""Bytes read of one log at the most; the newest count."""

HOST_LOGS = ("/var/log/vmkernel.log", "/var/log/hostd.log", "/var/log/messages")
"""5.0 and later write the first two, ESXi 4.x the last. Those that are not there are left out."""


@dataclass(frozen=True)
class Mark:
    """Where each log ended at one moment: path → inode and size in bytes."""

    ends: Mapping[str, FileStat]


def log_paths(vm: VmEntry) -> tuple[str, ...]:
    """The VM's own log and the host's."""
    return (f"{dirname(files.datastore_path(vm.path))}/vmware.log", *HOST_LOGS)


def _stat(context: Context, paths: Sequence[str]) -> dict[str, FileStat]:
    """stat complains of missing files, but still tells of the others."""
    done = context.session.run(files.build_stat(*paths))
    return {stat.path: stat for stat in files.parse_stat(done.out)}


def mark(context: Context, vm: VmEntry) -> Mark:
    """Remember where the logs end now."""
    return Mark(_stat(context, log_paths(vm)))


def since(context: Context, vm: VmEntry, before: Mark) -> list[str]:
    """All lines written after ``before``, file by file."""
    now = _stat(context, log_paths(vm))
    tails = [
        files.build_tail(path, offset)
        for path, stat in now.items()
        if (offset := _offset(stat, before.ends.get(path))) < stat.size
    ]
    lines: list[str] = []
    for done in context.session.run_all(tails):
        lines += done.out.splitlines()
    return lines


def _offset(stat: FileStat, before: FileStat | None) -> int:
    """How many bytes to leave out: what was there before, and what exceeds the cap."""
    same = before is not None and before.inode == stat.inode and before.size <= stat.size
    start = before.size if before is not None and same else 0
    return max(start, stat.size - CAP)
