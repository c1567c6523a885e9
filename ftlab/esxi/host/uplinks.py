"""How fast the uplinks of a host's switches are: ``esxcli network nic`` and ``vswitch``.

The table of ``nic list`` is that of 5.5 to 8.0; the field ``Speed`` is in Mbit/s (capture:
``esxcli --formatter=keyvalue network nic list`` of 8.0).
"""

from __future__ import annotations

from ftlab.esxi.host.tables import parse_blocks, parse_columns
from ftlab.esxi.text import unreadable
from ftlab.model import Command


def build_nics() -> Command:
    """Every physical network card. Changes nothing."""
    return Command(("esxcli", "network", "nic", "list"), repeatable=True)


def build_switches() -> Command:
    """Every standard switch with its uplinks. Changes nothing."""
    return Command(("esxcli", "network", "vswitch", "standard", "list"), repeatable=True)


def parse_speeds(text: str) -> dict[str, int]:
    """Each card's speed in Mbit/s, 0 where its link is down. Raises ``ParseError``."""
    rows = parse_columns(text)
    if not all(row.get("Name") and row.get("Speed", "").isdecimal() for row in rows):
        raise unreadable("no name and speed of each network card in the answer", text)
    return {row["Name"]: int(row["Speed"]) for row in rows}


def parse_uplinks(text: str) -> dict[str, tuple[str, ...]]:
    """The uplinks of each standard switch. Raises ``ParseError`` where no switch is told."""
    switches = parse_blocks(text)
    if not switches:
        raise unreadable("no switch in the answer", text)
    return {
        row["Name"]: tuple(name.strip() for name in row.get("Uplinks", "").split(",") if name)
        for row in switches
    }
