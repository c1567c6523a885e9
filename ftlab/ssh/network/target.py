"""Where a host is, how it is entered and as whom: all that is known before a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from ftlab.frozen import frozen
from ftlab.model import Host
from ftlab.ssh.config.jump import Hop

METHODS = ("publickey", "password", "keyboard-interactive")


@frozen(slots=True)
class Identity:
    """The keys that may be offered. ``files`` are expanded; ``None``: the default files.
    ``exclusive``: these files and nothing else, as the inventory names its one. ``only``: of the
    agent's keys those of the files. ``agent`` is its socket; ``None``: ``SSH_AUTH_SOCK``'s,
    ``""``: no agent is asked. ``last`` are files that are tried after all others."""

    files: tuple[str, ...] | None = None
    exclusive: bool = False
    only: bool = False
    agent: str | None = None
    last: tuple[str, ...] = ()


@frozen(slots=True)
class Target:
    """A host with every blank filled in. ``known_as`` is the name its host key goes by.

    ``jump`` is the jump host next to it. ``proxy_command`` is as it is written, ``proxy_line``
    has its tokens filled in. ``methods`` are the ways to log in that may be used.
    ``known_hosts`` are read in place of the user's own (``None``: those), ``more_known_hosts``
    beside them. ``origins`` say for each of address, port, user, identity and via where it comes
    from.
    """

    host: Host
    alias: str
    address: str
    port: int
    user: str
    known_as: str
    identity: Identity = Identity()
    methods: tuple[str, ...] = METHODS
    jump: Hop | None = None
    proxy_command: str | None = None
    proxy_line: str | None = None
    proxy_passes_socket: bool = False
    family: str = "any"
    bind_address: str | None = None
    known_hosts: tuple[Path, ...] | None = None
    more_known_hosts: tuple[Path, ...] = ()
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def where(self) -> str:
        bare = f"[{self.address}]" if ":" in self.address else self.address
        return f"{bare}:{self.port}"

    @property
    def key_files(self) -> tuple[str, ...]:
        """The key files that will be tried, without the default ones."""
        host, identity = self.host, self.identity
        if not identity.exclusive and (host.has_password or "publickey" not in self.methods):
            return ()
        return identity.files or ()

    @property
    def via(self) -> str | None:
        """What stands between: jump hosts as ``ssh -G`` writes them, or the proxy command."""
        return self.proxy_command if self.jump is None else str(self.jump)
