"""What the inventory says of a host's connection, as settings that come before ssh's own files."""

from __future__ import annotations

from collections.abc import Iterator

from ftlab.inventory.host_ranges import split_hop
from ftlab.model import Host
from ftlab.ssh.config.jump import NONE, Hop
from ftlab.ssh.config.lines import ConfigLine, read_line

INVENTORY = "the inventory"


def option_lines(host: Host) -> tuple[ConfigLine, ...]:
    """In the order in which they win.

    :raises UsageError: one of them has no value that ssh reads.
    """
    return tuple(
        line
        for keyword, value, origin in _options(host)
        if (line := read_line(f"{keyword} {value}", origin)) is not None
    )


def last_jump(jump: str) -> str:
    """The jump host next to the target."""
    return jump.rpartition(",")[2].strip()


def _options(host: Host) -> Iterator[tuple[str, str, str]]:
    for field, keyword, value in (
        ("user", "User", quoted(host.user or "")),
        ("port", "Port", str(host.port)),
        ("key_file", "IdentityFile", quoted(host.key_file or "")),
        ("jump", "ProxyJump", _jump(host.jump or "")),
    ):
        if getattr(host, field):
            yield keyword, value, host.origins.get(field, INVENTORY)
    for option in host.ssh_options:
        yield option.keyword, option.value, option.origin


def quoted(value: str) -> str:
    """A word as a line of ssh_config(5) has it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _jump(text: str) -> str:
    """``ftlab_jump`` is a little freer than ``ProxyJump``: an IPv6 address needs no brackets."""
    if text.lower() == NONE:
        return NONE
    hops = [split_hop(each) for each in text.split(",")]
    return ",".join(
        str(Hop(name, user or None, int(port) if port.isdecimal() else None))
        for user, name, port in hops
    )
