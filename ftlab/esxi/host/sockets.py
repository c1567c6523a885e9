"""``esxcli network ip connection list``: what waits in a host's sockets.

CPU starvation of the physical host shows as a receive queue on port 8000 of the receiving host (a
nested 9.1 report of 2026), not as words in a log.
"""

from __future__ import annotations

from ftlab.esxi.host.tables import parse_columns
from ftlab.esxi.text import unreadable
from ftlab.model import Command

VMOTION_PORT = 8000
_QUEUE, _LOCAL = "Recv Q", "Local Address"


def build_connections() -> Command:
    """Every socket (5.0 and later). Changes nothing."""
    return Command(("esxcli", "network", "ip", "connection", "list"), repeatable=True)


def parse_waiting(text: str, port: int = VMOTION_PORT) -> int:
    """Bytes that wait to be received on this local port, in all its connections together.

    Raises ``ParseError`` for an answer without these columns.
    """
    rows = parse_columns(text)
    if any(_LOCAL not in row or not row.get(_QUEUE, "").isdecimal() for row in rows):
        raise unreadable("no receive queue and local address in the answer", text)
    return sum(int(row[_QUEUE]) for row in rows if row[_LOCAL].endswith(f":{port}"))
