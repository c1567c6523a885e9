"""A machine for the reader of ssh's configuration, without files, resolver and shell."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class FakeMachine:
    """Implements ``ftlab.ssh.config.surroundings.Surroundings``. ``names`` are those that the
    resolver knows, with what it calls canonical; ``asked`` and ``ran`` is what was asked of it
    and run by it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    networks: Sequence[str] = ()
    true: Sequence[str] = ()
    home: str = "/home/me"
    user: str = "me"
    uid: int = 1000
    hostname: str = "desk.example"
    asked: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def variable(self, name: str) -> str | None:
        return self.environment.get(name)

    def home_of(self, user: str) -> str | None:
        return {"me": self.home, "ops": "/home/ops"}.get(user)

    def read(self, file: str, *, private: bool) -> str | None:
        return self.texts.get(file)

    def files(self, pattern: str) -> Sequence[str]:
        return sorted(fnmatch.filter(self.texts, pattern))

    def run(self, command: str) -> int:
        self.ran.append(command)
        return 0 if command in self.true else 1

    def service(self, name: str) -> int | None:
        return {"ssh": 22, "https": 443}.get(name)

    def numeric(self, name: str, family: str) -> str | None:
        return name if ":" in name or not name.strip("0123456789.") else None

    def canonical_name(self, name: str, family: str) -> str | None:
        self.asked.append(name)
        return self.names.get(name)

    def addresses(self) -> Sequence[str]:
        return self.networks
