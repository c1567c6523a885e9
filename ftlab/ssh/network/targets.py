"""From the inventory's hosts to targets: the inventory first, then the user's ssh configuration."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ftlab.errors import Unreachable, UsageError
from ftlab.model import SSH, Host, SshOption
from ftlab.ssh.config.jump import NONE, Hop
from ftlab.ssh.config.paths import expand_home
from ftlab.ssh.config.reader import File, Files
from ftlab.ssh.config.resolve import Query, resolve
from ftlab.ssh.config.subject import SessionType
from ftlab.ssh.config.surroundings import Surroundings
from ftlab.ssh.network.build_target import build_target
from ftlab.ssh.network.option_lines import last_jump, option_lines
from ftlab.ssh.network.target import Target
from ftlab.ssh.network.this_machine import ThisMachine
from ftlab.ssh.settings import SshSettings

DEFAULT_USER = "root"
MOST_JUMPS = 8


class Targets:
    """Resolves hosts, each once. ``config`` and ``system_config`` are ssh's own files.
    ``jump_hosts`` maps names that ``ftlab_jump`` may use to their hosts. Thread-safe."""

    def __init__(
        self,
        config: Path | None,
        jump_hosts: Mapping[str, Host] | None = None,
        *,
        system_config: Path | None = None,
        around: Surroundings | None = None,
    ) -> None:
        self._around = around or ThisMachine()
        self._files = Files(self._around)
        self._usual = _usual_files(config, system_config)
        self._jump_hosts = dict(jump_hosts or {})
        self._known: dict[tuple[object, ...], Target] = {}
        self._turn = threading.RLock()

    @classmethod
    def of_settings(cls, settings: SshSettings, jump_hosts: Mapping[str, Host] | None) -> Targets:
        """With the configuration files that a run reads."""
        own = settings.ssh_config
        system = None if own is None else settings.system_ssh_config
        return cls(own, jump_hosts, system_config=system)

    def of(self, host: Host) -> Target:
        """:raises UsageError: ssh's configuration, or an option of it in the inventory, cannot be
            read or asks for something that ftlab does not do.
        :raises Unreachable: ``unreachable.dns``: a name that must be canonical is not known.
        """
        return self._of(host, DEFAULT_USER, "exec")

    def jump_of(self, target: Target) -> Target:
        """The jump host next to a target that has one."""
        if target.jump is None:
            raise ValueError(f"{target.host.name} has no jump host")
        host, login = self._jump_host(target.host, target.jump)
        hop = self._of(host, login, "none")
        key = target.identity.files if target.identity.exclusive else None
        if key and target.host.jump and host.name not in self._jump_hosts:
            return replace(hop, identity=replace(hop.identity, last=key))
        return hop

    def explained(self, error: Unreachable, target: Target) -> Unreachable:
        """The error of a target's jump host, with a better hint where it is of the inventory, and
        named where only ssh's own names count."""
        name = target.jump.host if target.jump is not None else ""
        if error.kind != "unreachable.dns" or target.host.jump or name not in self._jump_hosts:
            return error
        hint = f"ProxyJump knows no names of the inventory: write ftlab_jump={name} there, or add "
        hint += f"a Host {name} to ~/.ssh/config"
        return Unreachable(error.message, hint=hint, kind=error.kind, **error.evidence)

    def check(self, hosts: Iterable[Host]) -> None:
        """Look at the way to each of the hosts, before any is contacted. What only one of them
        suffers from is left for then.

        :raises UsageError: as :meth:`of`.
        """
        for host in hosts:
            if host.connection == SSH:
                try:
                    self.check_way(self.of(host))
                except Unreachable:
                    continue

    def check_way(self, target: Target) -> None:
        """:raises Unreachable: ``unreachable.jump`` where the jump hosts lead in a circle."""
        hop = target
        for _ in range(MOST_JUMPS):
            if hop.jump is None:
                return
            hop = self.jump_of(hop)
        raise Unreachable(
            f"{target.host.name}: more than {MOST_JUMPS} jump hosts in a row: a circle?",
            kind="unreachable.jump",
            hint="check ftlab_jump, and ProxyJump in ~/.ssh/config",
        )

    def _jump_host(self, host: Host, hop: Hop) -> tuple[Host, str]:
        """With the user to log in as where nothing names one. ``ftlab_jump`` may name a host of
        the inventory; ssh's own settings name ssh's."""
        me = self._around.user
        bare = Host(hop.host, user=hop.user, port=hop.port)
        if host.jump:
            known = self._jump_hosts.get(last_jump(host.jump))
            found, login = (known, DEFAULT_USER) if known else (bare, me)
            return (replace(found, jump=hop.before) if hop.before else found), login
        before = (SshOption("ProxyJump", hop.before, f"ProxyJump {hop}"),) if hop.before else ()
        return replace(bare, ssh_options=before, ssh_config=host.ssh_config), me

    def _of(self, host: Host, login: str, session: SessionType) -> Target:
        place = (host.name, host.address, host.port, host.user, host.key_file)
        key = (login, session, *place, host.jump, host.ssh_options, host.ssh_config)
        with self._turn:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = self._resolve(host, login, session)
            return found

    def _resolve(self, host: Host, login: str, session: SessionType) -> Target:
        query = Query(host.address or host.name, login, option_lines(host), session)
        return build_target(host, resolve(query, self._files, self._names(host)))

    def _names(self, host: Host) -> Sequence[File]:
        if host.ssh_config is None:
            return self._usual
        if host.ssh_config.lower() == NONE:
            return ()
        try:
            name = expand_home(host.ssh_config, self._around)
        except ValueError as wrong:
            raise UsageError(f"{host.name}: -F: {wrong}") from None
        return (File(name, private=False, needed=True),)


def _usual_files(config: Path | None, system: Path | None) -> tuple[File, ...]:
    """The user's, then the system's."""
    own = () if config is None else (File(str(config.expanduser())),)
    return own if system is None else (*own, File(str(system), own=False, private=False))
