"""The log lines that a host wrote since a moment, and no others.

Logs of a busy host are large and rotate. A :class:`Tail` remembers inode and size of each log;
every later look reads only what lies behind. A log that was rotated meanwhile (a power-on
rotates ``vmware.log``) is read from its new start, after the rest of its old file, which its
inode finds again under its new name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, splitext

from ftlab.errors import ParseError
from ftlab.esxi import files
from ftlab.esxi.answer import lines
from ftlab.esxi.files import FileStat
from ftlab.esxi.signatures import concerns
from ftlab.esxi.vmlist import VmEntry
from ftlab.ops.context import Context

CAP = 262_144
"""Bytes read of one log at the most; the newest count."""

HOST_LOGS = (
    "/var/log/vmkernel.log",
    "/var/log/hostd.log",
    "/var/log/vmkernel",
    "/var/log/messages",
    "/var/log/vmware/hostd.log",
)
"""5.0 and later write the first two, ESX 4.x the third, ESXi 4.x the fourth, 4.x the last.
Those that are not there are left out; two names of one file count once."""

_COMPRESSED = re.compile(r"\.(gz|bz2|xz|zip)$")


def own_log(vm: VmEntry) -> str:
    """Where the VM's own log is: beside its VMX."""
    return f"{dirname(files.datastore_path(vm.path))}/vmware.log"


def _stat(context: Context, paths: Iterable[str]) -> dict[str, FileStat]:
    """stat complains of missing files, but still tells of the others."""
    wanted = list(paths)
    if not wanted:
        return {}
    done = context.session.run(files.build_stat_target(*wanted))
    try:
        return {stat.path: stat for stat in files.parse_stat(done.out)}
    except ParseError:
        return {}


@dataclass
class Tail:
    """What one VM's log and its host's logs got since :meth:`begin`.

    ``read`` fetches what is new and may be called often: no byte is read twice.
    """

    context: Context
    vm: VmEntry
    _ends: dict[str, FileStat] = field(default_factory=dict)
    _texts: dict[str, bytes] = field(default_factory=dict)

    def begin(self) -> Tail:
        """Remember where the logs end now."""
        self._ends = _stat(self.context, self._paths)
        return self

    @property
    def _paths(self) -> tuple[str, ...]:
        return (own_log(self.vm), *HOST_LOGS)

    def read(self) -> None:
        """Fetch what was written since the last look."""
        now = _stat(self.context, self._paths)
        pieces = [piece for stat in _once(now.values()) for piece in self._pieces(stat)]
        tails = [files.build_tail(file, offset) for file, offset, _ in pieces]
        for (_, offset, stat), done in zip(
            pieces, self.context.session.run_all(tails), strict=True
        ):
            self._texts[stat.path] = (self._texts.get(stat.path, b"") + done.stdout)[-CAP:]
            end = offset + len(done.stdout)
            self._ends[stat.path] = FileStat(stat.path, stat.inode, end, stat.mode)

    def _pieces(self, stat: FileStat) -> list[tuple[str, int, FileStat]]:
        """What to read for one log: file and offset, and the log it belongs to."""
        before = self._ends.get(stat.path)
        start = before.size if before and before.inode == stat.inode else 0
        if start > stat.size:  # emptied in place
            start = 0
        own = [(stat.path, max(start, stat.size - CAP), stat)] if start < stat.size else []
        if before is None or before.inode == stat.inode:
            return own
        return self._rest_of(before) + own

    def _rest_of(self, before: FileStat) -> list[tuple[str, int, FileStat]]:
        """The end of a log that has another name by now: it still has its inode."""
        directory, stem = dirname(before.path), splitext(basename(before.path))[0]
        listed = lines(self.context.session.run(files.build_list(directory)).out)
        names = [
            join(directory, name)
            for name in listed
            if name.startswith(stem) and not _COMPRESSED.search(name)
        ]
        for old in _stat(self.context, names).values():
            if old.inode == before.inode and old.path != before.path and old.size > before.size:
                return [(old.path, max(before.size, old.size - CAP), before)]
        return []

    @property
    def lines(self) -> list[str]:
        """All lines so far: the VM's own log first, then what of the host's may concern it."""
        return self.own_lines + self.host_lines

    @property
    def own_lines(self) -> list[str]:
        return self._lines(own_log(self.vm))

    @property
    def host_lines(self) -> list[str]:
        names = (self.vm.name, self.vm.path, dirname(files.datastore_path(self.vm.path)))
        found = [line for path in HOST_LOGS for line in self._lines(path)]
        return [line for line in found if concerns(line, names)]

    def _lines(self, path: str) -> list[str]:
        return lines(self._texts.get(path, b"").decode("utf-8", "surrogateescape"))


def _once(stats: Iterable[FileStat]) -> Sequence[FileStat]:
    """Each file once, under the first of its names."""
    found: dict[tuple[int, int], FileStat] = {}
    for stat in stats:
        found.setdefault((stat.inode, stat.size), stat)
    return list(found.values())
