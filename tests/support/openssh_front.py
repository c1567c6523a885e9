"""A simulated lab behind a real OpenSSH server, with BusyBox's real shell in the lab's jail.

Each host gets an ``sshd`` of its own whose ForceCommand is the jailed shell. Needs Linux, root,
``sshd`` and what the jail needs. The model's faults of the connection itself (connect, banner,
auth, exec) have no effect here; those of commands have.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shlex
import socket
import struct
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from asyncssh import SSHKey
from ports import free_port

from ftlab.sim import SimLab, running_lab
from ftlab.sim.jail import jail
from ftlab.sim.jail.jail import program
from ftlab.sim.ssh.algorithms import Age, age_of, host_keys, rsa_key, write_private_key

_DIRECTIVES: Mapping[str, str] = {
    "ListenAddress": "127.0.0.1",
    "AuthenticationMethods": "publickey",
    "KbdInteractiveAuthentication": "no",
    "LogLevel": "ERROR",
    "MaxStartups": "10:30:100",
    "PasswordAuthentication": "no",
    "PermitRootLogin": "yes",
    "PidFile": "none",
    "PrintMotd": "no",
    "StrictModes": "no",
    "Subsystem": "sftp /.ftlab/none",
    "UseDNS": "no",
    "UsePAM": "no",
}
"""``MaxStartups`` is that of a real 8.0 host. The SFTP subsystem leads nowhere."""
_PATIENCE = 20.0


def missing() -> str:
    """Why this machine cannot run the front; empty where it can."""
    if os.geteuid() != 0:
        return "a real sshd that logs root in needs root"
    try:
        program("sshd")
    except FileNotFoundError:
        return "sshd is not installed"
    return jail.missing()


def age_directives(age: Age) -> dict[str, str]:
    """The algorithms of a release, as far as they have a directive.

    SHA-2 signatures of user keys stay on: today's server announces them whatever it accepts.
    """
    sha2 = ("rsa-sha2-512", "rsa-sha2-256")
    return {
        "KexAlgorithms": ",".join(age.kex),
        "HostKeyAlgorithms": ",".join(age.host_keys),
        "Ciphers": ",".join(age.ciphers),
        "MACs": ",".join(age.macs),
        "PubkeyAcceptedAlgorithms": ",".join(dict.fromkeys((*age.user_keys, *sha2))),
    }


def plain_root(passwd: str) -> str:
    """``/etc/passwd`` with ``/bin/sh`` for root: a login shell such as bash would first run the
    real root's own start-up files."""
    entries = [line.split(":") for line in passwd.splitlines()]
    entries = [[*entry[:5], "/", "/bin/sh"] if entry[0] == "root" else entry for entry in entries]
    return "".join(":".join(entry) + "\n" for entry in entries)


def authorized_line(blob: bytes) -> str:
    """A public key's blob as a line of ``authorized_keys``; its kind is its first string."""
    size = struct.unpack_from("!I", blob)[0]
    return f"{blob[4 : 4 + size].decode('ascii')} {base64.b64encode(blob).decode('ascii')}\n"


class OpenSshFront:
    """As the simulator's own front; ``options`` are directives that replace those above."""

    def __init__(
        self,
        lab: SimLab,
        folder: Path,
        *,
        authorized: Collection[bytes] = (),
        legacy: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.hosts = dict(lab.hosts)
        self.ages = {name: age_of(host, legacy=legacy) for name, host in self.hosts.items()}
        self.ports: dict[str, int] = {}
        self.host_keys: dict[str, list[SSHKey]] = {}
        self._folder = folder.resolve()
        self._jail = jail.Jail(lab.hosts, self._folder)
        self._authorized = "".join(authorized_line(blob) for blob in authorized)
        self._options = dict(options or {})
        self._servers: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start every server and wait until all listen. Raises ``RuntimeError`` with a log."""
        shared = rsa_key()
        for name in self.hosts:
            self.host_keys[name] = host_keys(self.ages[name], shared)
            self.ports[name] = free_port()
            self._servers.append(self._serve(name))
        for name, server in zip(self.hosts, self._servers, strict=True):
            self._wait_ready(name, server)

    def _serve(self, name: str) -> subprocess.Popen[bytes]:
        setup, folder = self._jail.setup(name), self._folder / name
        keys = [folder / f"host_key_{at}" for at, _ in enumerate(self.host_keys[name])]
        for key, path in zip(self.host_keys[name], keys, strict=True):
            write_private_key(key, path)
        (folder / "authorized_keys").write_text(self._authorized, encoding="ascii")
        (folder / "passwd").write_text(plain_root(Path("/etc/passwd").read_text()))
        forced = folder / "forced"
        shell = shlex.join(self._jail.shell(name, "TERM=dumb"))
        shell = shell.replace("TERM=dumb", "TERM=dumb FTLAB_SSHD=$PPID")
        forced.write_text(
            f"#!/bin/sh\nset -- {shell}\n"
            '[ -z "${SSH_ORIGINAL_COMMAND+x}" ] || set -- "$@" -c "$SSH_ORIGINAL_COMMAND"\n'
            'exec "$@"\n'
        )
        forced.chmod(0o755)
        (folder / "sshd_config").write_text(self._config(name, keys))
        before = f"mount -o bind {shlex.quote(str(folder / 'passwd'))} /etc/passwd; "
        before += "[ -d /run/sshd ] || { mount -t tmpfs -o mode=755 tmpfs /run; mkdir /run/sshd; }"
        sshd = f"{program('sshd')} -D -e -f {shlex.quote(str(folder / 'sshd_config'))}"
        with (folder / "sshd.log").open("ab") as log:
            return subprocess.Popen(
                [program("unshare"), "--mount", "--pid", "--uts", "--fork", "--kill-child",
                 "sh", str(setup), "sh", "-c", f"{before}; exec {sshd}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _config(self, name: str, keys: list[Path]) -> str:
        folder = self._folder / name
        chosen = {
            **_DIRECTIVES,
            "Port": str(self.ports[name]),
            "AuthorizedKeysFile": str(folder / "authorized_keys"),
            "ForceCommand": str(folder / "forced"),
            **age_directives(self.ages[name]),
            **self._options,
        }
        lines = [f"HostKey {key}" for key in keys]
        return "\n".join([*lines, *(f"{each} {value}" for each, value in chosen.items()), ""])

    def _wait_ready(self, name: str, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while server.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.ports[name]), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        log = (self._folder / name / "sshd.log").read_text(errors="replace")
        raise RuntimeError(f"sshd did not start: {log.strip() or 'it says nothing'}")

    def close(self) -> None:
        """End every server and session. Safe to repeat."""
        self._jail.close()
        for server in self._servers:
            server.kill()
            server.wait()


@contextlib.contextmanager
def behind_openssh(lab: SimLab, folder: Path, options: Mapping[str, Any]) -> Iterator[OpenSshFront]:
    """What ``running_lab(serve=…)`` takes."""
    front = OpenSshFront(lab, folder, **options)
    try:
        front.start()
        yield front
    finally:
        front.close()


openssh_lab = partial(running_lab, serve=behind_openssh)
"""As ``running_lab``, behind a real OpenSSH."""
