"""The hosts: OpenSSH's sshd on loopback addresses, BusyBox's ash as the login shell."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import processes
from hostfiles import HostFiles
from namespace import VMFS, search_path
from specimen import take

LATENCIES = {"none": {}, "real": {"esxcli": 0.5, "vim-cmd": 0.3}}
"""Seconds that a command takes before it answers."""

_SOURCES = Path(__file__).parent / "host"
_BIN = VMFS / "bin"
SSH = VMFS / "ssh"
_ADDRESSES_PERSSHD = 16  # OpenSSH's own limit (MAX_LISTEN_SOCKS)
_PATIENCE = 20.0
_CONFIG = """\
HostKey {ssh}/host_key
AuthorizedKeysFile {ssh}/authorized_keys
PidFile none
PermitRootLogin prohibit-password
AuthenticationMethods publickey
KbdInteractiveAuthentication no
PasswordAuthentication no
StrictModes no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
LogLevel ERROR
Ciphers aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr
HostKeyAlgorithms ecdsa-sha2-nistp256
KexAlgorithms ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,{groups}
MACs hmac-sha2-256,hmac-sha2-512
MaxStartups 1000:30:2000
MaxSessions 10
SetEnv PATH={bin}
"""
"""The algorithms are those of ESXi 8.0.2's sshd_config; OpenSSH's newest own key exchange costs
its client 80 ms of CPU, which no ESXi host asks for."""
_CLIENT = "UpdateHostKeys no\n"
"""Else OpenSSH's client checks the key of every line of known_hosts at each login, 0.1 ms each:
30 ms a host at 300 hosts. Whoever works on fleets this way turns it off."""
_GROUPS = "diffie-hellman-group16-sha512,diffie-hellman-group14-sha256"


class Fleet:
    """``size`` hosts, listening while the ``with`` lasts. ``home`` is the user's who works on
    them, ``shell`` the program that runs their commands."""

    kind = "openssh"

    def __init__(self, size: int, home: Path, shell: Path = _BIN / "ash") -> None:
        specimen = take()
        self.hosts = [HostFiles(number, specimen) for number in range(1, size + 1)]
        self.home, self._shell = home, shell
        self._sshds: list[subprocess.Popen[bytes]] = []

    @property
    def addresses(self) -> list[str]:
        return [host.address for host in self.hosts]

    def __enter__(self) -> Fleet:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        """Make every file, start every server. Raises ``RuntimeError`` if one does not start."""
        _make_programs()
        for host in self.hosts:
            host.create()
        move_in(self.home, self.addresses, self._shell)
        for chunk in _chunks(self.addresses, _ADDRESSES_PERSSHD):
            self._serve(chunk)
        self._wait_until_all_listen()

    def _serve(self, addresses: Sequence[str]) -> None:
        config = SSH / f"sshd_config_{addresses[0]}"
        listen = "".join(f"ListenAddress {address}:22\n" for address in addresses)
        config.write_text(_CONFIG.format(ssh=SSH, bin=_BIN, groups=_GROUPS) + listen, "ascii")
        Path("/run/sshd").mkdir(exist_ok=True)  # where Debian's sshd wants to change root to
        sshd = str(shutil.which("sshd", path=search_path()))
        with (self.home / "sshd.log").open("ab") as log:
            self._sshds.append(subprocess.Popen([sshd, "-D", "-e", "-f", config], stderr=log))

    def _wait_until_all_listen(self) -> None:
        end = time.monotonic() + _PATIENCE
        for address in self.addresses:
            while not processes.listens(address, 22):
                if time.monotonic() > end or any(one.poll() is not None for one in self._sshds):
                    raise RuntimeError(f"no sshd listens on {address}")
                time.sleep(0.01)

    def set_latency(self, name: str) -> None:
        """How long the hosts' own commands take; a key of ``LATENCIES``."""
        for program in _programs():
            seconds = LATENCIES[name].get(program.name)
            text = (_SOURCES / program.name).read_text("utf-8")
            wait = ":" if seconds is None else f"sleep {seconds:g}"
            program.write_text(text.replace(": LATENCY", wait), "utf-8")

    def reset(self, _name: str = "", _work: str = "") -> None:
        """Every host as before any run, every connection ended."""
        self.settle()
        for host in self.hosts:
            host.reset()

    def settle(self) -> None:
        """Wait until nobody is logged in. Raises ``RuntimeError`` if somebody stays."""
        end = time.monotonic() + _PATIENCE
        while processes.children([sshd.pid for sshd in self._sshds]):
            if time.monotonic() > end:
                raise RuntimeError("connections stay open after the run")
            time.sleep(0.02)

    def wrong(self, work: str) -> str:
        """What ``work`` left undone, of the first host concerned; empty where all is done."""
        problems = {host.address: host.wrong(work) for host in self.hosts}
        bad = {address: what for address, what in problems.items() if what}
        return "".join(f"{len(bad)} hosts, {a}: {what}" for a, what in list(bad.items())[:1])

    def cpu(self) -> float:
        """CPU seconds of all sessions that have ended so far: the hosts' side of the work."""
        return sum(processes.cpu_of_ended_children(sshd.pid) for sshd in self._sshds)

    @property
    def pids(self) -> set[int]:
        """The processes that are the fleet's own."""
        return {sshd.pid for sshd in self._sshds}

    def close(self) -> None:
        """End every server. Safe to repeat."""
        for sshd in self._sshds:
            sshd.kill()
            sshd.wait()
        if self._sshds:
            move_out()
        self._sshds.clear()


def move_in(home: Path, addresses: Sequence[str], shell: Path) -> None:
    """The hosts' key, the user's key, and each as the other side knows it. Root's home is the
    benchmark's and root's shell the hosts': here, and only here."""
    ssh = home / ".ssh"
    for folder in (SSH, ssh):
        folder.mkdir(mode=0o700)
    for file in (SSH / "host_key", ssh / "id_ecdsa"):
        command = ["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-C", "bench", "-f", file]
        subprocess.run(command, check=True)
    key = (SSH / "host_key.pub").read_text("ascii")
    (ssh / "known_hosts").write_text("".join(f"{one} {key}" for one in addresses), "ascii")
    shutil.copy(ssh / "id_ecdsa.pub", SSH / "authorized_keys")
    (ssh / "config").write_text(_CLIENT, "ascii")
    root = f"root:x:0:0:root:{home}:{shell}\n"
    others = Path("/etc/passwd").read_text("utf-8").splitlines(keepends=True)
    passwd = SSH / "passwd"
    passwd.write_text(root + "".join(x for x in others if not x.startswith("root:")), "utf-8")
    subprocess.run(["mount", "--bind", passwd, "/etc/passwd"], check=True)


def move_out() -> None:
    """Root is who it was."""
    subprocess.run(["umount", "/etc/passwd"], check=True)


def _programs() -> Iterator[Path]:
    for source in _SOURCES.iterdir():
        if not source.suffix:
            yield _BIN / source.name


def _make_programs() -> None:
    """BusyBox's applets and the commands of the host, in the one directory of its ``PATH``."""
    _BIN.mkdir()
    subprocess.run(["busybox", "--install", "-s", _BIN], check=True)
    for source in _SOURCES.iterdir():
        shutil.copy(source, _BIN)


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
