"""The connection that a configuration is read for, as far as it is known by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ftlab.frozen import mutable
from ftlab.ssh.config.jump import NONE
from ftlab.ssh.config.settings import ConfigValues
from ftlab.ssh.config.surroundings import Surroundings
from ftlab.ssh.config.tokens import connection_hash, fill_in

DEFAULT_PORT = 22
SessionType = Literal["exec", "none"]


@mutable
class Subject:
    """``alias`` is the name that was asked for, ``name`` what it has become: the alias itself
    until the files have been read once. ``login`` is the user where nothing names one.
    ``session`` is what is done there: commands, or on a jump host nothing but passing through.
    """

    alias: str
    settings: ConfigValues
    around: Surroundings
    login: str
    session: SessionType = "exec"
    name: str = ""
    final: bool = False

    def __post_init__(self) -> None:
        self.name = self.name or self.alias

    @property
    def host(self) -> str:
        """The host name that ``Match host`` judges.

        :raises ValueError: ``HostName`` has a token that it may not have.
        """
        hostname = self.settings.get("hostname")
        if self.final or hostname is None:
            return self.name
        return fill_in(hostname.text, {"h": self.name})

    @property
    def user(self) -> str:
        return self.settings.text("user", self.login)

    @property
    def port(self) -> int:
        return self.settings.number("port", DEFAULT_PORT)

    @property
    def key_alias(self) -> str | None:
        alias = self.settings.get("hostkeyalias")
        return None if alias is None else alias.text

    @property
    def jump(self) -> str:
        """The jump host's name, ``""`` without one."""
        value = self.settings.get("proxyjump")
        return value.hop.host if value and value.hop and value.hop.host != NONE else ""

    def tokens(self, host: str, key_alias: str) -> Mapping[str, str]:
        """What a client's tokens stand for."""
        around, port, user = self.around, self.port, self.user
        return {
            "C": connection_hash(around.hostname, host, port, user, self.jump),
            "L": around.hostname.partition(".")[0],
            "d": around.home,
            "h": host,
            "i": str(around.uid),
            "j": self.jump,
            "k": key_alias,
            "l": around.hostname,
            "n": self.alias,
            "p": str(port),
            "r": user,
            "u": around.user,
        }

    def tokens_now(self) -> Mapping[str, str]:
        """The same in the middle of reading.

        :raises ValueError: as :attr:`host`.
        """
        host = self.host
        return self.tokens(host, self.key_alias or host)
