"""The log lines that a host wrote since a moment, and no others.

Logs of a busy host are large and rotate. A :class:`Tail` remembers inode and size of each log;
every later look reads only what lies behind. A log that was rotated meanwhile (a power-on
rotates ``vmware.log``) is read from its new start, after the rest of its old file, which its
inode finds again under its new name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname, join, splitext

from ftlab.engine.context import Context
from ftlab.errors import ParseError, Refused
from ftlab.esxi import files
from ftlab.esxi.files import FileStat
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.logs.entries import concerning, migration_ids
from ftlab.esxi.text import lines
from ftlab.frozen import frozen
from ftlab.model import Command, Completed
from ftlab.regex import regex

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

_COMPRESSED = regex(r"\.(gz|bz2|xz|zip)$")


def own_logs(vm: VmEntry, directory: str | None = None) -> tuple[str, ...]:
    """Where the VM's own log may be: in the ``directory`` that its configuration names
    (``files.logDirectory``, as ``[datastore] dir``), or beside its VMX."""
    beside = f"{dirname(files.datastore_path(vm.path))}/vmware.log"
    if directory is None:
        return (beside,)
    try:
        named = files.datastore_path(f"{directory.rstrip('/')}/vmware.log")
    except Refused:
        return (beside,)
    return tuple(dict.fromkeys((named, beside)))


def _stat(context: Context, paths: Iterable[str]) -> dict[str, FileStat]:
    wanted = list(paths)
    return stats_in(context.session.run(files.build_stat_target(*wanted))) if wanted else {}


def stats_in(done: Completed) -> dict[str, FileStat]:
    """What ``stat`` says of each path: it complains of missing files, but shows the others."""
    try:
        return {stat.path: stat for stat in files.parse_stat(done.out)}
    except ParseError:
        return {}


def distinct(logs: Iterable[FileStat]) -> Iterable[FileStat]:
    """Each log once, under the first of its names."""
    found: dict[tuple[int, int], FileStat] = {}
    for stat in logs:
        found.setdefault((stat.inode, stat.size), stat)
    return found.values()


@frozen
class _Piece:
    """A file to read from an offset on, and the log that it belongs to; of its new bytes, so
    many ``skipped``."""

    file: str
    offset: int
    log: FileStat
    skipped: int = 0


def _newest(file: FileStat, start: int, log: FileStat) -> _Piece:
    """What a file has from ``start`` on, but no more than :data:`CAP` bytes of it."""
    offset = max(start, file.size - CAP)
    return _Piece(file.path, offset, log, offset - start)


@dataclass
class Tail:
    """What one VM's log and its host's logs got since :meth:`begin`; ``directory`` as for
    :func:`own_logs`, ``uuids`` are the VM's own.

    ``read`` fetches what is new and may be called often: no byte is read twice. Both take a
    question to the host ``along``, asked first and in the same exec, and return its answer.
    """

    context: Context
    vm: VmEntry
    directory: str | None = None
    uuids: tuple[str, ...] = ()
    _ends: dict[str, FileStat] = field(default_factory=dict)
    _texts: dict[str, bytes] = field(default_factory=dict)
    _grown: dict[str, int] = field(default_factory=dict)
    _older: set[int] = field(default_factory=set)

    def begin(self, *along: Command) -> list[Completed]:
        """Remember where the logs end now, and of one that is not there its older files."""
        answers, self._ends = self._looked(along)
        for path in self._own:
            if path not in self._ends:
                self._older |= {old.inode for old in self._other_names(path)}
        return answers

    def _looked(self, along: Sequence[Command]) -> tuple[list[Completed], dict[str, FileStat]]:
        """The logs as they are now, and the answers; nothing of the logs where the host does
        not answer as it should."""
        stat = files.build_stat_target(*self._paths)
        done = self.context.session.run_chain([*along, stat])
        return done[: len(along)], stats_in(done[-1]) if len(done) > len(along) else {}

    @property
    def _own(self) -> tuple[str, ...]:
        return own_logs(self.vm, self.directory)

    @property
    def _paths(self) -> tuple[str, ...]:
        return (*self._own, *HOST_LOGS)

    @property
    def gaps(self) -> list[str]:
        """What could not be read, in words: a log that is not there, or that grew too much."""
        host = self.context.host
        found = [f"no {path} on {host}" for path in self._own[:1] if not self._has(self._own)]
        found += [f"none of {host}'s own logs"] if not self._has(HOST_LOGS) else []
        return found + [
            f"{path} on {host} grew by {grown // 1024} KiB, only the last {CAP // 1024} were read"
            for path, grown in self._grown.items()
            if grown > CAP
        ]

    def _has(self, paths: Iterable[str]) -> bool:
        return any(path in self._ends for path in paths)

    def read(self, *along: Command) -> list[Completed]:
        """Fetch what was written since the last look."""
        answers, stats = self._looked(along)
        pieces = [piece for log in distinct(stats.values()) for piece in self._pieces(log)]
        tails = [files.build_tail(piece.file, piece.offset) for piece in pieces]
        for piece, done in zip(pieces, self.context.session.run_all(tails), strict=True):
            log, text = piece.log, self._texts.get(piece.log.path, b"")
            self._texts[log.path] = (text + done.stdout)[-CAP:]
            self._grown[log.path] = self._grown.get(log.path, 0) + piece.skipped + len(done.stdout)
            if piece.file == log.path:
                self._ends[log.path] = replace(log, size=piece.offset + len(done.stdout))
        return answers

    def forget(self) -> None:
        """Leave out what was read so far: :meth:`read` goes on from here."""
        self._texts.clear()
        self._grown.clear()

    def _pieces(self, log: FileStat) -> list[_Piece]:
        """What there is to read of one log now."""
        before = self._ends.get(log.path)
        same = before is not None and before.inode == log.inode
        start = before.size if before and same else 0
        if start > log.size:  # emptied in place
            start = 0
        self._ends[log.path] = replace(log, size=start)
        own = [_newest(log, start, log)] if start < log.size else []
        if same:
            return own
        earlier = self._rest_of(before) if before else self._missed(log)
        return [*earlier, *own]

    def _rest_of(self, before: FileStat) -> list[_Piece]:
        """The end of a log that has another name by now: it still has its inode."""
        for old in self._other_names(before.path):
            if old.inode == before.inode and old.size > before.size:
                return [_newest(old, before.size, before)]
        return []

    def _missed(self, log: FileStat) -> list[_Piece]:
        """The VM's log was not there before: files that it has left under other names since."""
        if log.path not in self._own:
            return []
        return [
            _newest(old, 0, log)
            for old in self._other_names(log.path)
            if old.inode not in self._older and old.size > 0
        ]

    def _other_names(self, path: str) -> list[FileStat]:
        """The files that a log was rotated to, but for compressed ones."""
        directory, stem = dirname(path), splitext(basename(path))[0]
        listed = lines(self.context.session.run(files.build_list(directory)).out)
        names = [
            join(directory, name)
            for name in listed
            if name.startswith(stem) and not _COMPRESSED.search(name)
        ]
        return [old for old in _stat(self.context, names).values() if old.path != path]

    @property
    def own_lines(self) -> list[str]:
        return [line for path in self._own for line in self._lines(path)]

    @property
    def host_lines(self) -> list[str]:
        """The entries of the host's own logs that name this VM or a migration of its."""
        migrations = migration_ids(self.own_lines)
        return [
            line
            for path in HOST_LOGS
            for line in concerning(self._lines(path), self.vm, self.uuids, migrations)
        ]

    def _lines(self, path: str) -> list[str]:
        return lines(self._texts.get(path, b"").decode("utf-8", "surrogateescape"))
