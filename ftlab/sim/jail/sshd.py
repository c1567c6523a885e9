"""One OpenSSH server for one simulated host, in namespaces of its own."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from ftlab.sim.jail.filesystem import program
from ftlab.sim.ssh.algorithms import Age

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


def sshd_config(folder: Path, port: int, keys: list[Path], options: Mapping[str, str]) -> str:
    """The server's whole configuration; ``options`` replace what stands here."""
    chosen = {
        **_DIRECTIVES,
        "Port": str(port),
        "AuthorizedKeysFile": str(folder / "authorized_keys"),
        "ForceCommand": str(folder / "forced"),
        **options,
    }
    lines = [f"HostKey {key}" for key in keys]
    return "\n".join([*lines, *(f"{name} {value}" for name, value in chosen.items()), ""])


def forced_command(root: Path) -> str:
    """The script every login runs: the client's command line, by BusyBox's shell, in the jail."""
    busybox = shlex.quote(str(program("busybox")))
    variables = "PATH=/bin HOME=/ USER=root LOGNAME=root SHELL=/bin/sh FTLAB_SSHD=$PPID"
    chroot = f"{busybox} chroot {shlex.quote(str(root))} sh"
    return (
        "#!/bin/sh\n"
        f"set -- {busybox} env -i {variables} {chroot}\n"
        '[ -z "${SSH_ORIGINAL_COMMAND+x}" ] || set -- "$@" -c "$SSH_ORIGINAL_COMMAND"\n'
        'exec "$@"\n'
    )


def free_port() -> int:
    """A loopback port that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sshd:
    """A running server; its end is the end of everything it started."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        unshare = [str(program("unshare")), "--mount", "--pid", "--fork", "--kill-child"]
        with (folder / "sshd.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*unshare, "sh", str(folder / "setup")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self) -> None:
        """Return once it listens. Raises ``RuntimeError`` with its log if it ends before."""
        deadline = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        log = (self.folder / "sshd.log").read_text(errors="replace")
        self.close()
        raise RuntimeError(f"sshd did not start: {log.strip() or 'it says nothing'}")

    def close(self) -> None:
        """Kill it with every session. Safe to repeat."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
