"""The log lines that a host wrote since a moment, and no others.

Logs of a busy host are large and rotate. A :class:`Tail` remembers inode and size of each log;
every later look reads only what lies behind. A log that was rotated meanwhile (a power-on
rotates ``vmware.log``) is read from its new start, after the rest of its old file, which its
inode finds again under its new name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname, join, splitext

from ftlab.errors import ParseError
from ftlab.esxi import files
from ftlab.esxi.answer import lines
from ftlab.esxi.files import FileStat
from ftlab.esxi.signatures import concerning
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


@dataclass(frozen=True)
class _Piece:
    """A file to read from an offset on, and the log that it belongs to."""

    file: str
    offset: int
    log: FileStat


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
        pieces = [piece for stat in self._logs() for piece in self._pieces(stat)]
        tails = [files.build_tail(piece.file, piece.offset) for piece in pieces]
        for piece, done in zip(pieces, self.context.session.run_all(tails), strict=True):
            log, text = piece.log, self._texts.get(piece.log.path, b"")
            self._texts[log.path] = (text + done.stdout)[-CAP:]
            if piece.file == log.path:
                self._ends[log.path] = replace(log, size=piece.offset + len(done.stdout))

    def _logs(self) -> Iterable[FileStat]:
        """Each log once, under the first of its names."""
        found: dict[tuple[int, int], FileStat] = {}
        for stat in _stat(self.context, self._paths).values():
            found.setdefault((stat.inode, stat.size), stat)
        return found.values()

    def _pieces(self, log: FileStat) -> list[_Piece]:
        """What there is to read of one log now."""
        before = self._ends.get(log.path)
        same = before is not None and before.inode == log.inode
        start = before.size if before and same else 0
        if start > log.size:  # emptied in place
            start = 0
        self._ends[log.path] = replace(log, size=start)
        own = [_Piece(log.path, max(start, log.size - CAP), log)] if start < log.size else []
        return own if same or before is None else [*self._rest_of(before), *own]

    def _rest_of(self, before: FileStat) -> list[_Piece]:
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
                return [_Piece(old.path, max(before.size, old.size - CAP), before)]
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
        return [line for path in HOST_LOGS for line in concerning(self._lines(path), names)]

    def _lines(self, path: str) -> list[str]:
        return lines(self._texts.get(path, b"").decode("utf-8", "surrogateescape"))
