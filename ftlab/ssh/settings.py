"""What a run wants of SSH. A picklable value, so that a worker process can be given it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ftlab.frozen import frozen

HostKeyPolicy = Literal["strict", "accept-new"]


@frozen(slots=True)
class SshSettings:
    """Times are in seconds, sizes in bytes.

    ``connect_timeout`` covers one host's TCP connect, banner, key exchange and login, retries
    included. ``command_timeout`` is for a command that names none. The first of
    ``known_hosts`` is the lab's own: it is the only one ever written. ``ssh_config`` of
    ``None`` means that neither it nor the system's is read. ``logins_at_once`` is per server:
    OpenSSH's ``MaxStartups`` begins to drop connections at 10. ``channels_at_once`` is per
    connection: OpenSSH's ``MaxSessions`` allows 10. ``through_jump_at_once`` bounds the logins
    that are under way through one jump host. ``output_cap`` bounds each of stdout and stderr of one
    command. A silent peer is given up after ``keepalive * keepalive_count``.
    """

    connect_timeout: float = 15.0
    command_timeout: float = 60.0
    known_hosts: tuple[Path, ...] = (Path("~/.ssh/known_hosts"),)
    host_key: HostKeyPolicy = "strict"
    ssh_config: Path | None = Path("~/.ssh/config")
    system_ssh_config: Path | None = Path("/etc/ssh/ssh_config")
    logins_at_once: int = 10
    channels_at_once: int = 8
    through_jump_at_once: int = 32
    output_cap: int = 8 * 1024 * 1024
    keepalive: float = 15.0
    keepalive_count: int = 4
