"""What a peer says in place of an SSH banner, and what that tells of it."""

from __future__ import annotations

import re

from ftlab.regex import regex
from ftlab.ssh.printable import printable

BUSY = regex(r"MaxStartups|Not allowed at this time", re.IGNORECASE)
"""What sshd says when it drops a connection because it has too many."""
OTHER = regex(rb"HTTP/[0-9]|220[ -]|RFB [0-9]|\x15\x03")
"""How other protocols begin: there is no need to wait for an SSH banner behind it."""
TLS = "\x15\x03"
PORT = "SSH is usually on port 22 (ansible_port)"
PEERS = (
    ("VMware Authentication Daemon", "that is port 902 of an ESXi host, for consoles and copies"),
    ("HTTP/", "that is a web server"),
    (TLS, "that is a server for TLS, such as a web server's port 443"),
    ("220", "that is a server for FTP or mail"),
    ("RFB ", "that is a VNC server"),
)


def is_foreign(said: str) -> bool:
    """Whether this is said by something else than an SSH server. A busy one is one, and so is
    one that stopped within its banner."""
    last = said.rpartition("\n")[2]
    in_banner = "SSH-" in (last[:4], said[:4]) or (bool(last) and "SSH-".startswith(last))
    return bool(said.strip()) and not in_banner and BUSY.search(said) is None


def quote(said: str) -> str:
    """The peer's own words, for a message."""
    return "it answers in TLS" if said.startswith(TLS) else f"it says {printable(said)!r}"


def hint(said: str) -> str:
    """What kind of server it is, and where SSH may be."""
    what = next((what for begin, what in PEERS if begin in said), "something else listens there")
    return f"{what}: {PORT}"
