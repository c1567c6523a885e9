"""Which lines of a host's own log may be about one virtual machine.

A log entry can have several lines: hostd writes whole dumps. Only the first one names the VM;
how the others look depends on the release and on the way to the file::

    2011-07-31T17:31:39.314Z [6FE81B90 info 'vm:…'] Failed: (vim.fault.X) {
    -->    msg = "…"
    2023-04-10T08:15:02.123Z In(166) Hostd[2099566]: -->    msg = "…"
    Jul 10 11:10:54 esx01 Hostd: -->    msg = "…"

and with no mark at all in the hostd.log of 4.x, where only first lines have a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ftlab.esxi.getallvms.entry import VmEntry

_STAMP = re.compile(
    r"\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:"
    r"|[0-9]+:[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ cpu"
)
_SYSLOG = re.compile(
    r"(?:[0-9T:.-]{19,29}Z [A-Z][a-z]\([0-9]+\)|[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}(?: [^ :]+)?)"
    r" [A-Za-z][\w.-]*(?:\[[0-9]+\])?: "
)
_BELOW = re.compile(r"[ \t]*-->")
_MIGRATION = re.compile(
    r"(?i)vmotion|migrat|\bFT|fault.?tolerance|replay|keepalive|checkpoint|secondary"
    r"|thumbprint|certificate"
)
_FOLDER = re.compile(r"\[.*\] ?(?:/vmfs/volumes/[^/]+/)?(.+)/[^/]+", re.DOTALL)
_ALNUM = r"[^\W_]"


def about(vm: VmEntry) -> re.Pattern[str]:
    """What a line says that names this VM: its name, its VMX path, its folder on any volume
    (hostd writes the volume's UUID), or a task of its number. A name within a longer word is
    another VM's (``db1``, ``db10``)."""
    found = [re.escape(vm.path), rf"\bhaTask-{vm.vmid}-"]
    if vm.name:
        found.append(rf"(?<!{_ALNUM}){re.escape(vm.name)}(?!{_ALNUM})")
    if folder := _FOLDER.fullmatch(vm.path):
        found.append(rf"/vmfs/volumes/[^/]+/{re.escape(folder[1])}/")
    return re.compile("|".join(found))


def concerning(lines: Iterable[str], vm: VmEntry) -> list[str]:
    """The lines that may be about this VM: the entries whose first line names it, whole, and
    every line that names it or is about migration or FT at all. Another VM's lock is not among
    them."""
    names = about(vm)
    kept: list[str] = []
    named = False
    for line, first in _with_firsts(lines):
        here = names.search(line) is not None
        named = here if first else named
        if named or here or _MIGRATION.search(line):
            kept.append(line)
    return kept


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
