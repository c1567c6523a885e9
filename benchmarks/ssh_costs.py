"""What SSH costs the controller: paramiko and Fabric as they come, and ftlab, on one sshd.

    python benchmarks/ssh_costs.py

Starts an sshd of its own on loopback (needs OpenSSH), prints a table, leaves nothing behind.
CPU is this process's own, user and system; every figure is the median of ``ROUNDS``.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fabric
import paramiko

from ftlab.model import Command, Host
from ftlab.ssh.connector import Connector
from ftlab.ssh.hostkeys.known_hosts import KnownHosts
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.settings import SshSettings

ROUNDS = 5
TRUE = Command(("true",))
CONFIG = """
ListenAddress 127.0.0.1
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
PermitRootLogin yes
MaxStartups 1000
LogLevel ERROR
SetEnv SHLVL=5
"""


@dataclass(frozen=True)
class Place:
    """A running sshd and what opens it."""

    folder: Path
    port: int

    @property
    def key(self) -> Path:
        return self.folder / "user"

    def paramiko(self) -> paramiko.SSHClient:
        client = paramiko.SSHClient()
        client.load_host_keys(str(self.folder / "known_hosts"))
        client.connect(
            "127.0.0.1", self.port, "root", key_filename=str(self.key),
            allow_agent=False, look_for_keys=False,
        )  # fmt: skip
        return client

    def fabric(self) -> fabric.Connection:
        more = {"key_filename": str(self.key), "allow_agent": False, "look_for_keys": False}
        made = fabric.Connection("127.0.0.1", "root", self.port, connect_kwargs=more)
        made.open()
        return made

    def ftlab(self) -> tuple[Connector, Host]:
        settings = SshSettings(known_hosts=(self.folder / "known_hosts",), ssh_config=None)
        host = Host("box", "127.0.0.1", self.port, "root", key_file=str(self.key))
        return Connector(settings, SecretSource({}, None)), host


@contextmanager
def sshd(**options: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key in ("host", "user"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key]
            subprocess.run(command, check=True)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        more = "".join(f"{key} {value}\n" for key, value in options.items())
        own = f"Port {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\n"
        (folder / "sshd_config").write_text(own + CONFIG + more)
        kind, blob = (folder / "host.pub").read_text().split()[:2]
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {blob}\n")
        Path("/run/sshd").mkdir(exist_ok=True)
        server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "sshd_config"])
        try:
            _await(port)
            yield Place(folder, port)
        finally:
            server.terminate()
            server.wait()


def _await(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("sshd does not start")


def cost(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """Milliseconds of wall and of CPU for each of ``times`` calls; medians."""
    walls, cpus = [], []
    work()
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(times):
            work()
        walls.append((time.perf_counter() - wall) / times * 1000)
        cpus.append((time.process_time() - cpu) / times * 1000)
    return statistics.median(walls), statistics.median(cpus)


def row(what: str, before: tuple[float, float], now: tuple[float, float]) -> None:
    print(f"| {what} | {before[0]:.1f} / {before[1]:.2f} | {now[0]:.1f} / {now[1]:.2f} |")


def logins(place: Place) -> None:
    connector, host = place.ftlab()
    now = cost(lambda: connector.connect(host).close(), 20)
    row("a login (before: SSHClient)", cost(lambda: place.paramiko().close(), 20), now)
    row("a login (before: Fabric)", cost(lambda: place.fabric().close(), 20), now)


def first_commands(place: Place) -> None:
    connector, host = place.ftlab()

    def theirs() -> None:
        with closing(place.paramiko()) as client:
            _status(client)

    def ours() -> None:
        with closing(connector.connect(host)) as session:
            session.run(TRUE)

    row("a login and its first command", cost(theirs, 10), cost(ours, 10))


def _status(client: paramiko.SSHClient) -> int:
    return int(client.exec_command("true")[1].channel.recv_exit_status())


def commands(place: Place) -> None:
    connector, host = place.ftlab()
    with ExitStack() as stack:
        client = stack.enter_context(closing(place.paramiko()))
        wrapped = stack.enter_context(closing(place.fabric()))
        session = stack.enter_context(closing(connector.connect(host)))
        now = cost(lambda: session.run(TRUE), 40)
        bare = cost(lambda: _status(client), 40)
        row("a command (before: SSHClient)", bare, now)
        row("a command (before: Fabric)", cost(lambda: wrapped.run("true", hide=True), 40), now)
        eight = [TRUE] * 8
        one_by_one = cost(lambda: [session.run(TRUE) for _ in eight], 5)
        row("8 commands, at the same time", one_by_one, cost(lambda: session.run_all(eight), 5))
        row("8 commands, in one exec", one_by_one, cost(lambda: session.run_chain(eight), 5))


def key_exchange() -> None:
    figures = []
    for algorithm in ("diffie-hellman-group14-sha256", "curve25519-sha256"):
        with sshd(KexAlgorithms=algorithm) as place:
            connector, host = place.ftlab()
            figures.append(cost(lambda c=connector, h=host: c.connect(h).close(), 10))  # type: ignore[misc]
    row("a login with group14 → curve25519", *figures)


def ciphers() -> None:
    figures = []
    for options in ({"Ciphers": "aes128-ctr", "MACs": "hmac-sha2-256"}, {}):
        with sshd(**options) as place:
            connector, host = place.ftlab()
            with closing(connector.connect(host)) as session:
                figures.append(cost(lambda s=session: s.run(TRUE), 40))  # type: ignore[misc]
    row("a command, aes128-ctr + hmac-sha2-256 → aes128-gcm", *figures)


def known_hosts(folder: Path) -> None:
    blob = (folder / "host.pub").read_text().split()[1]
    file = folder / "many"
    plain = "".join(f"10.{n // 250}.{n % 250}.1 ssh-ed25519 {blob}\n" for n in range(2000))
    file.write_text(plain)
    before = cost(lambda: paramiko.HostKeys().load(str(file)), 1)
    row("known_hosts of 2,000 lines", before, cost(lambda: KnownHosts([file]), 1))
    known = KnownHosts([file])
    row("a look-up there", before, cost(lambda: known.lines("10.7.7.1", 22), 100))


def keys(folder: Path) -> None:
    rsa = folder / "rsa"
    command = ["ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-N", "word", "-f", rsa]
    subprocess.run(command, check=True)
    source = SecretSource({"FTLAB_PASSPHRASE": "word"}, None)
    connector = Connector(SshSettings(known_hosts=(), ssh_config=None), source)
    load = cost(lambda: paramiko.PKey.from_path(rsa, password=b"word"), 1)
    row("an RSA key with a passphrase", load, cost(lambda: connector._keys.file(str(rsa)), 100))


def idle(place: Place, many: int = 50, seconds: float = 5.0) -> None:
    connector, host = place.ftlab()
    figures = []
    for connect in (place.paramiko, lambda: connector.connect(host)):
        with ExitStack() as stack:
            for _ in range(many):
                stack.enter_context(closing(connect()))
            cpu = time.process_time()
            time.sleep(seconds)
            figures.append((0.0, (time.process_time() - cpu) / seconds * 1000))
    row(f"a second of {many} idle connections", *figures)


def main() -> None:
    print("| | before, ms of wall / CPU | ftlab, ms of wall / CPU |\n|---|---|---|")
    with sshd() as place:
        for measure in (logins, first_commands, commands, idle):
            measure(place)
        known_hosts(place.folder)
        keys(place.folder)
    key_exchange()
    ciphers()


if __name__ == "__main__":
    main()
