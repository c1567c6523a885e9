"""``esxcli network ip interface``: the kernel's network interfaces and the services they carry.

Tags exist from 5.1 on; before, the options ``/Migrate/Vmknic`` and ``/FT/Vmknic`` name the
interface of each service (captures: ``grep FT /etc/vmware/esx.conf``).
"""

from __future__ import annotations

from ftlab.esxi.host.tables import parse_blocks
from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.regex import regex

VMOTION = "vmotion"
FT_LOGGING = "faulttolerancelogging"
VMOTION_OPTION = "/Migrate/Vmknic"
FT_LOGGING_OPTION = "/FT/Vmknic"

_INTERFACE = ("esxcli", "network", "ip", "interface")
_TAGS = regex(r"\s*Tags: ?(.*?)\s*")


@frozen(slots=True)
class Vmknic:
    """``stack`` is its TCP/IP stack; one called ``vmotion`` carries vMotion without a tag.
    ``switch`` is the one it is on."""

    name: str
    stack: str | None = None
    switch: str | None = None


def build_interfaces() -> Command:
    """Every interface (5.0 and later). Changes nothing."""
    return Command((*_INTERFACE, "list"), repeatable=True)


def build_tags(name: str) -> Command:
    """The tags of one interface (5.1 and later). Changes nothing."""
    return Command((*_INTERFACE, "tag", "get", "-i", name), repeatable=True)


def parse_interfaces(text: str) -> list[Vmknic]:
    """Every interface. Raises ``ParseError`` for an answer that names none."""
    found = parse_blocks(text)
    if not found:
        raise unreadable("no network interface in the answer", text)
    return [Vmknic(one["Name"], one.get("Netstack Instance"), one.get("Portset")) for one in found]


def parse_tags(text: str) -> frozenset[str]:
    """The tags, in small letters: hosts write ``VMotion`` and ``vmotion``.

    Raises ``ParseError``.
    """
    for line in lines(text):
        if found := _TAGS.fullmatch(line):
            return frozenset(tag.strip().lower() for tag in found[1].split(",") if tag.strip())
    raise unreadable("no tags in the answer", text)
