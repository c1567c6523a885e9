"""The vmkernel's status codes (``0xbad….``): the stable words of a failure.

The same number means the same from 5.0 on, and is printed in hexadecimal
(``0xbad003f``, ``bad0006``) or in decimal (``195887167`` is ``0xbad003f``). 4.1 numbers some of the
last ones otherwise: there, 0x0109 is "Maximum switchover time for migration exceeded" (Broadcom KB
307365). A log says in words what it means right before a number, and the words decide.

Source of the numbers and their meanings: the table in Seagate's opensea-transport
(``src/vm_nvme_lib`` for ESXi); 003f and 0006 agree with logs published elsewhere. ``kind`` is this
project's reading of what follows: see :mod:`ftlab.esxi.logs.signatures`.
"""

from __future__ import annotations

import re

from ftlab.esxi.logs.signature import FailureKind
from ftlab.frozen import frozen
from ftlab.regex import regex

BASE = 0xBAD0000
_HEX = regex(r"(?<![0-9a-zA-Z])(?:0x)?bad([0-9a-f]{4})(?![0-9a-zA-Z])", re.IGNORECASE)
_DECIMAL = regex(r"(?<![\w.])(1958[89][0-9]{4}|1959[0-5][0-9]{4})(?!\w)")


@frozen
class StatusCode:
    """One code: the name of its signature, what it means, and what may be done about it.
    ``pattern`` finds its published words where they stand without the number."""

    code: int
    name: str
    kind: FailureKind
    meaning: str
    advice: str
    pattern: str = ""


NO_VMOTION_NETWORK = "(?i:(?:failed|not able) to connect over the vmotion network)"
"""0x010b in words."""

_NETWORK = (
    "check the vMotion network of both hosts: ftlab vft.check shows the vmknics; "
    "TCP port 8000 must pass both ways"
)
_LOGGING = (
    "check the FT logging network of both hosts: ftlab vft.check shows the vmknics; "
    "TCP port 8100 and UDP port 8200 must pass both ways"
)
_MEMORY = "free memory on the secondary's host, or give the vESXi VM more"

SHORTAGES: tuple[StatusCode, ...] = (
    StatusCode(
        0x0014, "out-of-memory", "transient",
        "a host ran out of memory for the VM or its migration", _MEMORY,
    ),
    StatusCode(
        0x0081, "memory-admission", "transient",
        "the secondary's host did not admit the VM: it has not enough memory for it", _MEMORY,
        r"Admission check failed for memory resource|msg\.vmk\.status\.VMK_MEM_ADMIT_FAILED\b",
    ),
    StatusCode(
        0x0082, "no-swap-file", "transient",
        "the secondary's host has no swap file for the VM",
        "look at the free space of the datastore with the VM's swap file",
    ),
    StatusCode(
        0x00A4, "not-enough-resources", "transient",
        "a host has not enough CPU or memory to start the migration",
        "free CPU and memory on both hosts, or give the vESXi VMs more",
    ),
)  # fmt: skip
"""A lack that also breaks the stream: it outranks the remedy for the stream."""

REFUSALS: tuple[StatusCode, ...] = (
    StatusCode(
        0x0126, "ft-not-enabled", "permanent",
        "FT is not enabled on the VM",
        "in vCenter: turn Fault Tolerance on for this VM, or resume it",
    ),
)  # fmt: skip
"""No retry helps: somebody has to do something first."""

CONNECTION_CLOSED = 0x003F
"""Connection closed by the remote host, possibly due to a time-out: the article's own line ends
in it."""

FAILURES: tuple[StatusCode, ...] = (
    StatusCode(0x0021, "timeout", "transient", "the other host did not answer in time", _NETWORK,
               r"msg\.vmk\.status\.VMK_TIMEOUT\b"),
    StatusCode(0x0047, "network-down", "transient", "the network is down on a host", _NETWORK),
    StatusCode(0x0048, "network-unreachable", "transient",
               "a host has no way to the other one's network", _NETWORK),
    StatusCode(0x004B, "connection-reset", "transient", "the other host cut the connection",
               _NETWORK),
    StatusCode(0x004F, "connection-refused", "transient", "the other host refused the connection",
               _NETWORK),
    StatusCode(0x0050, "host-down", "transient", "the other host does not answer at all", _NETWORK),
    StatusCode(0x0051, "no-route", "transient", "a host has no route to the other one", _NETWORK),
    StatusCode(0x010B, "vmotion-network", "transient",
               "the hosts could not reach each other over the vMotion network", _NETWORK,
               rf"{NO_VMOTION_NETWORK}|msg\.vmotion\.connect\.failure\b"),
    StatusCode(0x00F1, "log-channel-write", "transient",
               "the log channel between primary and secondary failed while writing", _LOGGING),
    StatusCode(0x00F2, "log-channel-read", "transient",
               "the log channel between primary and secondary failed while reading", _LOGGING),
    StatusCode(0x00F4, "divergence", "transient",
               "primary and secondary ran apart during the replay",
               "the host starts a new secondary; if it comes again, compare both hosts' CPUs and "
               "builds (ftlab vft.check)"),
    StatusCode(0x00F5, "other-side-silent", "transient",
               "the other side of the FT pair does not answer",
               "look at the logs of the other half: ftlab vft.diagnose reads both"),
    StatusCode(0x0107, "switchover-time", "transient",
               "the last step of the migration took longer than it may",
               "a slow disk or network between the hosts, or a physical host short of CPU",
               "(?i:maximum switchover time for migration exceeded)"),
    StatusCode(0x0109, "no-precopy-progress", "transient",
               "the VM changes its memory faster than it can be copied",
               "give the vMotion network more bandwidth, or try while the VM is less busy"),
)  # fmt: skip
"""Another attempt may go better. They rank below the remedy, since a broken stream shows as one
of them on the other side."""

SYMPTOMS: tuple[StatusCode, ...] = (
    StatusCode(0x0006, "limit-exceeded", "generic", "a limit of the migration was exceeded",
               "the lines before it name the limit"),
    StatusCode(0x002E, "already-disconnected", "generic", "the connection was gone already",
               "the side that gave up first says why: look at the other half's logs"),
    StatusCode(0x0044, "not-resumed", "generic", "the VM could not be resumed",
               "look for the reason in the other half's vmware.log"),
    StatusCode(0x0053, "broken-pipe", "generic", "the other side had closed the connection",
               "the side that gave up first says why: look at the other half's logs"),
    StatusCode(0x0092, "failed-by-vmx", "generic", "the VM's process gave the migration up",
               "the lines before it, and the VM's vmware.log, say why"),
    StatusCode(0x00E0, "stream-aborted", "generic", "the migration's stream was aborted",
               "the side that gave up first says why: look at the other half's logs"),
    StatusCode(0x00F3, "log-type-mismatch", "generic",
               "the log between primary and secondary was not what was expected",
               "compare both hosts' builds (ftlab vft.check)"),
)  # fmt: skip
"""The cause is elsewhere."""


_SAID_BEFORE = tuple(
    (row.code, regex(rf"(?:{row.pattern}) ?\(?\Z"))
    for row in (*REFUSALS, *SHORTAGES, *FAILURES, *SYMPTOMS)
    if row.pattern
)


def codes_in(line: str) -> set[int]:
    """The status codes in a line, without their base, whichever way they are printed; where known
    words stand right before one, the code of these words."""
    if "bad" not in line.lower() and "195" not in line:
        return set()
    found = {_meant(line[: each.start()], int(each[1], 16)) for each in _HEX.finditer(line)}
    decimal = (int(each) - BASE for each in _DECIMAL.findall(line))
    return found | {code for code in decimal if 0 <= code <= 0xFFFF}


def _meant(before: str, code: int) -> int:
    return next((said for said, words in _SAID_BEFORE if words.search(before)), code)
