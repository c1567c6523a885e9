"""Where a host is and how it is entered: the inventory first, then ``~/.ssh/config``."""

from __future__ import annotations

import glob
import itertools
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import paramiko

from ftlab.errors import InventoryError, Unreachable, UsageError
from ftlab.inventory.host_ranges import split_hop
from ftlab.model import Host
from ftlab.ssh.hostkeys.hostkey import DEFAULT_PORT

DEFAULT_USER = "root"
INCLUDE_DEPTH = 16
MOST_JUMPS = 8
CRITERIA = {"all", "canonical", "exec", "final", "host", "localuser", "originalhost", "user"}
"""What paramiko knows a ``Match`` by."""


@dataclass(frozen=True, slots=True)
class Target:
    """A host with every blank filled in. ``known_as`` is the name its host key goes by."""

    host: Host
    alias: str
    address: str
    port: int
    user: str
    known_as: str
    key_files: tuple[str, ...] = ()
    jump: str | None = None
    proxy_command: str | None = None
    family: str = "any"

    @property
    def where(self) -> str:
        bare = f"[{self.address}]" if ":" in self.address else self.address
        return f"{bare}:{self.port}"


class Targets:
    """Resolves hosts. ``jump_hosts`` maps names that ``ftlab_jump`` may use to their hosts."""

    def __init__(self, config: Path | None, jump_hosts: Mapping[str, Host] | None = None) -> None:
        self.ssh_config = read_config(config)
        self._jump_hosts = dict(jump_hosts or {})

    def of(self, host: Host) -> Target:
        """:raises InventoryError: ``~/.ssh/config`` has a port that is no number."""
        alias = host.address or host.name
        said = self.ssh_config.lookup(alias)
        address = said.get("hostname", alias)
        port = host.port or _port(said.get("port", DEFAULT_PORT), alias)
        user = host.user or said.get("user", DEFAULT_USER)
        proxy = _proxy(host, said)
        tokens = {"%": "%", "h": address, "n": alias, "p": str(port), "r": user}
        return Target(
            host=host,
            alias=alias,
            address=address,
            port=port,
            user=user,
            known_as=said.get("hostkeyalias", address),
            key_files=(host.key_file,) if host.key_file else tuple(said.get("identityfile", ())),
            jump=_jump(proxy.get("proxyjump"), (host.name, alias, address)),
            proxy_command=_filled_in(proxy.get("proxycommand"), tokens),
            family=said.get("addressfamily", "any"),
        )

    def check_way(self, target: Target) -> None:
        """:raises Unreachable: ``unreachable.jump`` where the jump hosts lead in a circle."""
        hop = target
        for _ in range(MOST_JUMPS):
            if hop.jump is None:
                return
            hop = self.of(self.jump_host(hop.jump))
        raise Unreachable(
            f"{target.host.name}: more than {MOST_JUMPS} jump hosts in a row: a circle?",
            kind="unreachable.jump",
            hint="check ftlab_jump, and ProxyJump in ~/.ssh/config",
        )

    def jump_host(self, spec: str) -> Host:
        """The host behind one jump: an inventory name, or ``[user@]host[:port]``.

        Of ``first,second`` it is ``second``, itself reached through ``first``.
        """
        before, _, last = spec.rpartition(",")
        known = self._jump_hosts.get(last)
        if known is None:
            known = parse_jump(last)
        return replace(known, jump=before) if before else known


def parse_jump(text: str) -> Host:
    """``[user@]host[:port]``, with IPv6 as ``[::1]:22``.

    :raises InventoryError: the port is no number.
    """
    user, name, port = split_hop(text)
    return Host(name=name, user=user or None, port=_port(port, text) if port else None)


class UserConfig(paramiko.SSHConfig):
    """paramiko's, but a ``Match`` by something that it does not know (``tagged``,
    ``localnetwork``) applies to no host; paramiko lets it apply to all. Leaves a
    ``ProxyCommand`` as it is written: only the inventory knows the port and user that its tokens
    stand for."""

    def _does_match(self, match_list: list[dict[str, Any]], *state: Any) -> bool:
        known = all(one["type"] in CRITERIA for one in match_list)
        return known and bool(super()._does_match(match_list, *state))

    def _tokenize(self, config: object, target_hostname: str, key: str, value: str) -> str:
        if key == "proxycommand":
            return value
        return str(super()._tokenize(config, target_hostname, key, value))


class NoConfig(paramiko.SSHConfig):
    """A configuration without a line, and quick to say so."""

    def lookup(self, hostname: str) -> paramiko.SSHConfigDict:  # noqa: ARG002 - paramiko's
        return paramiko.SSHConfigDict()


def read_config(path: Path | None) -> paramiko.SSHConfig:
    """The user's ssh configuration, with ``Include`` followed; empty where there is none.

    :raises UsageError: it cannot be read or makes no sense.
    """
    if path is None or not path.expanduser().exists():
        return NoConfig()
    config = UserConfig()
    try:
        config.parse(iter(_with_includes(path.expanduser(), INCLUDE_DEPTH)))
    except (OSError, paramiko.SSHException) as error:
        raise UsageError(f"{path}: {error}", hint="see ssh_config(5)") from error
    return config


def _with_includes(path: Path, depth: int) -> list[str]:
    """paramiko knows no ``Include``. After the included lines the block they stood in goes on."""
    if depth == 0 or not path.is_file():
        return []
    lines: list[str] = []
    block = "Host *"
    for line in path.read_text("utf-8", "surrogateescape").splitlines():
        keyword, _, value = line.strip().replace("=", " ", 1).partition(" ")
        if keyword.lower() == "include":
            lines += [
                inner for file in _included(value) for inner in _with_includes(file, depth - 1)
            ]
            lines.append(block)
            continue
        if keyword.lower() in ("host", "match"):
            block = line
        lines.append(line)
    return lines


def _included(value: str) -> list[Path]:
    """The files an ``Include`` names; relative ones are under ``~/.ssh``, as ssh has it."""
    base = Path("~/.ssh").expanduser()
    found: list[Path] = []
    for pattern in shlex.split(value):
        whole = base / Path(pattern).expanduser()
        found += [Path(name) for name in sorted(glob.glob(str(whole)))]  # noqa: PTH207
    return found


def _proxy(host: Host, said: Mapping[str, str | None]) -> dict[str, str | None]:
    """The way in: the inventory's, or else that of ``ProxyJump`` and ``ProxyCommand`` which the
    configuration names first, ``none`` included, as in ssh."""
    if host.jump:
        return {"proxyjump": host.jump}
    ways = (name for name in said if name in ("proxyjump", "proxycommand"))
    return {name: said[name] for name in itertools.islice(ways, 1)}


def _jump(spec: str | None, own_names: tuple[str, ...]) -> str | None:
    """``Host *`` with ``ProxyJump`` also matches the jump host itself, which needs none."""
    if spec is None or spec.lower() == "none":
        return None
    last = spec.rpartition(",")[2]
    return None if last in own_names or parse_jump(last).name in own_names else spec


def _filled_in(command: str | None, tokens: Mapping[str, str]) -> str | None:
    """``%h``, ``%n``, ``%p``, ``%r`` and ``%%``, as in ssh_config(5)."""
    if command is None:
        return None
    return re.sub("%([%hnpr])", lambda token: tokens[token[1]], command)


def _port(text: object, where: str) -> int:
    try:
        return int(str(text))
    except ValueError:
        raise InventoryError(f"{where}: {text!r} is not a port number") from None
