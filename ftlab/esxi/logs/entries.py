"""Which entries of a host's own log are about one virtual machine.

A log entry can have several lines: hostd writes whole dumps, and the reason of a failed migration
stands in them. Only the first one has a time; how the others look depends on the release and on
the way to the file::

    2011-07-31T17:31:39.314Z [6FE81B90 info 'vm:…'] Failed: (vim.fault.X) {
    -->    msg = "…"
    2023-04-10T08:15:02.123Z In(166) Hostd[2099566]: -->    msg = "…"
    Jul 10 11:10:54 esx01 Hostd: -->    msg = "…"

and with no mark at all in the hostd.log of 4.x, where only first lines have a time.

A host-wide log is everybody's: an entry is evidence of a VM only if it names the VM or its
migration. An entry that names nobody may be shown, but decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.regex import regex

_STAMP = regex(
    r"\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:"
    r"|[0-9]+:[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ cpu"
)
_SYSLOG = regex(
    r"(?:[0-9T:.-]{19,29}Z [A-Z][a-z]\([0-9]+\)|[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}(?: [^ :]+)?)"
    r" [A-Za-z][\w.-]*(?:\[[0-9]+\])?: "
)
_BELOW = regex(r"[ \t]*-->")
_FOLDER = regex(r"\[.*\] ?(?:/vmfs/volumes/[^/]+/)?(.+)/[^/]+", re.DOTALL)
_BEFORE_NAME = r"(?<![\w.-])"
_AFTER_NAME = (
    r"(?=(?:[-_](?:[0-9]+|[0-9a-f]{8}|flat|delta|ctk|sesparse|rdmp?))*"
    r"\.(?:vmx|vmxf|vmdk|vmsd|vmsn|vmss|vswp|nvram|hlog|log|lck)\b"
    r"|(?![\w-]|\.\w))"
)
"""After a name comes its file's ending, or no further part of a word: ``db01-clone`` and
``db01.old`` are other VMs, ``db01-flat.vmdk`` and ``db01_1.vmdk`` are files of ``db01``."""

_MIGRATION_ID = regex(
    r"\[-?[0-9a-f]{1,16}:(?P<vob>[0-9]{10,20})\]"
    r"|\bmid(?: id)?[ =]+(?P<mid>[0-9]{10,20})\b"
    r"|(?i:\bmigration ?id\b)\W{1,6}(?P<dump>[0-9]{10,20})\b"
    r"|\b(?:VMotion|Migrate)\w*: (?:[0-9]+: )?(?P<kernel>[0-9]{10,20})\b"
    r"|\bts ?= ?(?P<ts>[0-9]{10,20})\b"
    r"|\bVMotion\w+(?: \(|\.)(?P<hostd>[0-9]{10,20})\b"
)
"""As logs published of 4.1 to 8.0 have it: ``vMotion migration [ac1e0050:1312133702562144]`` (the
address without leading zeros; in decimal where the words are for vCenter: ``[168099940:…]``,
``[-1407317759:…]``) and
``mid=…``/``mid id …`` in vmware.log, ``migrationId = …`` in dumps, ``VMotionRecv: 2618: … D:`` and
``Source ts = …`` in the vmkernel's, ``VMotionPrepare (…)`` and ``VMotionSrc.…`` in hostd's."""

_MIGRATION = regex(
    r"(?i)vmotion|migrat|\bFT|fault.?tolerance|replay|keepalive|checkpoint|secondary"
    r"|thumbprint|certificate|bad[0-9a-f]{4}\b"
)

Entry = tuple[str, ...]


def migration_ids(lines: Iterable[str]) -> set[str]:
    """The ids of the migrations that these lines speak of. In a VM's own log they are its own."""
    return {
        next(each for each in found.groups() if each)
        for line in lines
        for found in _MIGRATION_ID.finditer(line)
    }


def about(
    vm: VmEntry, uuids: Iterable[str] = (), migrations: Iterable[str] = ()
) -> re.Pattern[str]:
    """What a line says that names this VM: its name, its VMX path, its folder on any volume
    (hostd writes the volume's UUID), a task of its number, one of its ``uuids``, its world, or
    one of its ``migrations``. A name within a longer one is another VM's (``db1``, ``db10``,
    ``db1-old``)."""
    found = [re.escape(vm.path), rf"\bhaTask-{vm.vmid}-"]
    if vm.name:
        found.append(rf"{_BEFORE_NAME}{re.escape(vm.name)}{_AFTER_NAME}")
    if folder := _FOLDER.fullmatch(vm.path):
        found.append(rf"/vmfs/volumes/[^/]+/{re.escape(folder[1])}/")
    found += [re.escape(uuid) for uuid in uuids if uuid]
    found += [rf"(?<![0-9]){re.escape(each)}(?![0-9])" for each in sorted(migrations)]
    return re.compile("|".join(found))


def concerning(
    lines: Iterable[str], vm: VmEntry, uuids: Iterable[str] = (), migrations: Iterable[str] = ()
) -> list[str]:
    """The evidence: the lines of the entries that name this VM or a migration of its, whole.

    ``migrations``: those that the VM's own log speaks of; those of entries that name the VM count
    as well, and so do the worlds that such entries give to it.
    """
    found = list(entries(lines))
    ids = set(migrations)
    names = about(vm, uuids)
    for entry in found:
        if _names(names, entry):
            ids |= migration_ids(entry)
    names = about(vm, uuids, ids)
    worlds = _worlds(entry for entry in found if _names(names, entry))
    return [
        line
        for entry in found
        if _names(names, entry) or (worlds and worlds.search(entry[0]))
        for line in entry
    ]


def of_nobody(lines: Iterable[str], vm: VmEntry) -> list[str]:
    """Lines about migration or FT in entries that name no VM at all: worth showing where nothing
    else is known, and never evidence."""
    names = about(vm)
    return [
        line
        for entry in entries(lines)
        if not _names(names, entry) and not any(_names_somebody(line) for line in entry)
        for line in entry
        if _MIGRATION.search(line)
    ]


_SOMEBODY = regex(r"/vmfs/volumes/|\.vmx\b|\bhaTask-[0-9]+-")
_WORLD = regex(r"\b(?:World|Migrate): vm ([0-9]{4,}): [0-9]+: |\bvmmLeaderID = ([0-9]{4,})\b")
"""``Migrate: vm 2758492: 3284: Setting VMOTION info``, and how 8.x writes it."""


def _names_somebody(line: str) -> bool:
    """Whether a line is about some VM, or some VM's migration."""
    return bool(_SOMEBODY.search(line) or _MIGRATION_ID.search(line))


def _worlds(named: Iterable[Entry]) -> re.Pattern[str] | None:
    """The worlds of a VM, as a kernel line begins with one: ``cpu3:33445)``, and from 6.0 on
    ``cpu3:33445 opID=d5991c6f)`` where a task is behind it."""
    ids = {
        each
        for entry in named
        for line in entry
        for found in _WORLD.findall(line)
        for each in found
        if each
    }
    if not ids:
        return None
    return re.compile(rf"\bcpu[0-9]+:(?:{'|'.join(sorted(ids))})(?: opID=[^ )]*)?\)")


def _names(names: re.Pattern[str], entry: Sequence[str]) -> bool:
    return any(names.search(line) for line in entry)


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The lines of a log in entries: each first line with those that continue it."""
    entry: list[str] = []
    for line, first in _with_firsts(lines):
        if first and entry:
            yield tuple(entry)
            entry = []
        entry.append(line)
    if entry:
        yield tuple(entry)


def _with_firsts(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether an entry begins there. In a log without times every line that is
    not marked is an entry of its own."""
    stamped = False
    for line in lines:
        syslog = _SYSLOG.match(line)
        has_time = _STAMP.match(line) is not None
        below = _BELOW.match(line, syslog.end() if syslog else 0) is not None
        yield line, not below and (has_time or not stamped)
        stamped = stamped or has_time
