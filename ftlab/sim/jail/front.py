"""The simulated lab behind a real OpenSSH server, with BusyBox's real shell and real files.

Each host gets an ``sshd`` of its own whose ForceCommand runs the client's command line in
``busybox ash``, with the simulated host's folder as root directory; ``vim-cmd``, ``esxcli`` and
the other tools of the host are shims that ask the host model. Needs Linux, root (for mount
namespaces), ``sshd``, ``busybox`` and ``perl``. The model's faults of the connection itself
(connect, banner, auth, exec) have no effect here; those of commands have.
"""

from __future__ import annotations

import base64
import os
import struct
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol

from paramiko import PKey

from ftlab.sim.jail.controller import Controller
from ftlab.sim.jail.filesystem import (
    add_scripts,
    make_mount_points,
    make_programs,
    plain_root,
    program,
    remove_mount_points,
    remove_scripts,
    setup_script,
)
from ftlab.sim.jail.sshd import Sshd, age_directives, forced_command, free_port, sshd_config
from ftlab.sim.ssh.algorithms import age_of
from ftlab.sim.ssh.connection import WireHost
from ftlab.sim.ssh.keys import host_keys, rsa_host_key, write_private_key


class JailedHost(WireHost, Protocol):
    """A host model whose files have a folder of their own."""

    root: Path


class Lab(Protocol):
    """What a front needs of a lab."""

    @property
    def hosts(self) -> Mapping[str, JailedHost]:
        """Hosts by name."""


def missing() -> str:
    """Why this machine cannot run :class:`OpenSshFront`; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "mount namespaces are there on Linux only"
    if os.geteuid() != 0:
        return "mount namespaces need root"
    for name in ("sshd", "busybox", "perl", "unshare", "mount"):
        try:
            program(name)
        except FileNotFoundError:
            return f"{name} is not installed"
    tried = subprocess.run(
        [program("unshare"), "--mount", "--pid", "--fork", "true"], capture_output=True, check=False
    )
    return "" if tried.returncode == 0 else f"unshare: {tried.stderr.decode(errors='replace')}"


def authorized_line(blob: bytes) -> str:
    """A public key's blob as a line of ``authorized_keys``; its kind is its first string."""
    size = struct.unpack_from("!I", blob)[0]
    return f"{blob[4 : 4 + size].decode('ascii')} {base64.b64encode(blob).decode('ascii')}\n"


class OpenSshFront:
    """Serves ``lab`` with its working files below ``directory``; as :class:`SshFront` otherwise.

    The algorithms are those of each host's age; with ``legacy`` old releases speak only what
    they really did. ``options`` are directives of ``sshd_config`` that replace the front's own.
    """

    def __init__(
        self,
        lab: Lab,
        directory: Path,
        *,
        authorized: Collection[bytes] = (),
        legacy: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.hosts = dict(lab.hosts)
        self.ages = {name: age_of(host, legacy=legacy) for name, host in self.hosts.items()}
        self.ports: dict[str, int] = {}
        self.host_keys: dict[str, list[PKey]] = {}
        self._directory = directory.resolve()
        self._authorized = "".join(authorized_line(blob) for blob in authorized)
        self._options = dict(options or {})
        self._controller: Controller | None = None
        self._servers: list[Sshd] = []

    def start(self, ports: Mapping[str, int] | None = None) -> dict[str, int]:
        """Start every server and wait until all listen; gives the port of each host.

        Raises ``RuntimeError`` with the reason where the machine cannot do it.
        """
        if reason := missing():
            raise RuntimeError(reason)
        self._controller = Controller(self.hosts)
        shared = rsa_host_key()
        try:
            for name, host in self.hosts.items():
                self.host_keys[name] = host_keys(self.ages[name], shared)
                self.ports[name] = (ports or {}).get(name) or free_port()
                self._servers.append(self._serve(name, host, self._controller.sockets[name]))
            for server in self._servers:
                server.wait_ready()
        except BaseException:
            self.close()
            raise
        return dict(self.ports)

    def _serve(self, name: str, host: JailedHost, socket: Path) -> Sshd:
        folder, root = self._directory / name, host.root.resolve()
        make_programs(folder / "bin", host.tools)
        make_mount_points(root)
        add_scripts(root, host.tools)
        keys = [folder / f"host_key_{at}" for at, _ in enumerate(self.host_keys[name])]
        for key, path in zip(self.host_keys[name], keys, strict=True):
            write_private_key(key, path)
        (folder / "authorized_keys").write_text(self._authorized, encoding="ascii")
        forced = folder / "forced"
        forced.write_text(forced_command(root), encoding="utf-8")
        forced.chmod(0o755)
        options = {**age_directives(self.ages[name]), **self._options}
        config = sshd_config(folder, self.ports[name], keys, options)
        (folder / "sshd_config").write_text(config, encoding="utf-8")
        command = [str(program("sshd")), "-D", "-e", "-f", str(folder / "sshd_config")]
        passwd = plain_root(Path("/etc/passwd").read_text(encoding="utf-8"))
        (folder / "passwd").write_text(passwd, encoding="utf-8")
        script = setup_script(root, folder, socket, command)
        (folder / "setup").write_text(script, encoding="utf-8")
        return Sshd(folder, self.ports[name])

    def close(self) -> None:
        """End every server and session, and take the mount points away. Safe to repeat."""
        if self._controller is not None:
            self._controller.close()
        for server in self._servers:
            server.close()
        self._servers.clear()
        for host in self.hosts.values():
            remove_scripts(host.root, host.tools)
            remove_mount_points(host.root)

    def __enter__(self) -> OpenSshFront:
        if not self.ports:
            self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
