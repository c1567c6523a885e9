"""What it takes to reach hosts, as a value that another process or machine can be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from ftlab.frozen import frozen
from ftlab.model import Host
from ftlab.session import Session
from ftlab.ssh.settings import SshSettings

if TYPE_CHECKING:
    from ftlab.ssh.connector import Connector
    from ftlab.ssh.login.canary import Canaries
    from ftlab.ssh.login.passwords import SecretSource
    from ftlab.ssh.network.targets import Targets


class Connecting(Protocol):
    """Opens sessions here, and says what it takes to open them elsewhere."""

    @property
    def reach(self) -> Reach: ...

    @property
    def secrets(self) -> SecretSource: ...

    def stop_asking(self) -> None: ...

    def connect(self, host: Host) -> Session:
        """Raises ``Unreachable``."""


@frozen
class Reach:
    """``hosts`` are the inventory's, by name, since ``ftlab_jump`` may name one."""

    ssh: SshSettings = field(default_factory=SshSettings)
    hosts: Mapping[str, Host] = field(default_factory=dict)

    def connector(
        self,
        secrets: SecretSource | None = None,
        canaries: Canaries | None = None,
        targets: Targets | None = None,
    ) -> Connector:
        """What opens sessions; paramiko is loaded here, and not before."""
        from ftlab.ssh.connector import Connector

        return Connector(
            self.ssh, secrets, jump_hosts=self.hosts, canaries=canaries, targets=targets
        )

    def targets(self) -> Targets:
        """What says where each host is, and as whom it is entered."""
        from ftlab.ssh.network.targets import Targets

        return Targets.of_settings(self.ssh, self.hosts)

    def part(self, among: int) -> Reach:
        """For one of ``among`` workers that share the login limits; without a password."""
        ssh = replace(
            self.ssh,
            logins_at_once=_share(self.ssh.logins_at_once, among),
            through_jump_at_once=_share(self.ssh.through_jump_at_once, among),
        )
        return Reach(ssh, {name: without_secrets(host) for name, host in self.hosts.items()})

    def on_the_way(self, hosts: Iterable[Host]) -> list[Host]:
        """The inventory's hosts that these are reached through, and through which those."""
        found: dict[str, Host] = {}
        waiting = list(hosts)
        while waiting:
            for name in (waiting.pop().jump or "").split(","):
                host = self.hosts.get(name)
                if host is not None and name not in found:
                    found[name] = host
                    waiting.append(host)
        return list(found.values())


def without_secrets(host: Host) -> Host:
    """The host as a worker elsewhere is given it: without passwords and foreign variables. That
    there is a password it knows, as that decides what counts of ssh's configuration."""
    return replace(
        host,
        password=None,
        password_command=None,
        password_kept_back=host.has_password,
        variables={},
    )


def _share(limit: int, among: int) -> int:
    return max(1, limit // among)
