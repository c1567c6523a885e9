"""Real servers on loopback for the SSH tests: OpenSSH and dropbear."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from ports import free_port

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
DROPBEAR = shutil.which("dropbear", path="/usr/sbin:" + os.environ.get("PATH", ""))
PASSWORD = "correct horse"  # noqa: S105
PASSPHRASE = "open sesame"  # noqa: S105
UP_WITHIN = 10.0
CAME = re.compile(r"^Connection from 127\.0\.0\.1", re.MULTILINE)
WENT = re.compile(r"^(?:Connection (?:closed|reset) by|Disconnected from)", re.MULTILINE)


def keygen(file: Path, kind: str = "ed25519", passphrase: str = "", bits: int = 2048) -> Path:
    size = ["-b", str(bits)] if kind == "rsa" else []
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "ftlab-test", "-f", file],
        check=True,
    )
    return file


def can_have_passwords() -> bool:
    """Whether root's password can be another one inside a mount namespace of our own."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return (
        subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


@dataclass
class Server:
    """A server process that listens on 127.0.0.1, and the key files that open it."""

    process: subprocess.Popen[bytes]
    port: int
    host_keys: list[Path]
    log: Path
    pids: set[int] = field(default_factory=set)

    def known_hosts_line(self, index: int = 0) -> str:
        kind, blob = self.host_keys[index].with_suffix(".pub").read_text().split()[:2]
        return f"[127.0.0.1]:{self.port} {kind} {blob}\n"

    def log_at_rest(self) -> str:
        """OpenSSH's log once every connection that it speaks of has ended there too."""
        until = time.monotonic() + UP_WITHIN
        while time.monotonic() < until:
            text = self.log.read_text()
            if len(CAME.findall(text)) == len(WENT.findall(text)):
                return text
            time.sleep(0.02)
        raise AssertionError(f"a connection does not end: {text}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_openssh(
    folder: Path, host_keys: list[Path], authorized: Path, options: dict[str, str], shadow: str = ""
) -> Server:
    """sshd in the foreground. ``shadow`` is root's line in a /etc/shadow seen by it alone."""
    assert SSHD is not None
    port = free_port()
    settings = {
        "Port": str(port),
        "ListenAddress": "127.0.0.1",
        "PidFile": "none",
        "AuthorizedKeysFile": str(authorized),
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "PermitRootLogin": "yes",
        "LogLevel": "VERBOSE",
        "UseDNS": "no",
        "SetEnv": "SHLVL=5",  # keeps bash from reading root's .bashrc for every command
        **options,
    }
    config = folder / f"sshd_config.{port}"
    lines = [f"{name} {value}" for name, value in settings.items()]
    lines += [f"HostKey {key}" for key in host_keys]
    config.write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return _start([SSHD, "-D", "-e", "-f", str(config)], folder, port, host_keys, shadow)


def start_dropbear(folder: Path, host_keys: list[Path], home: Path, shadow: str = "") -> Server:
    """dropbear, which reads ``~/.ssh/authorized_keys`` of root: a folder of ours is put there."""
    assert DROPBEAR is not None
    port = free_port()
    command = [DROPBEAR, "-F", "-E", "-p", f"127.0.0.1:{port}", "-P", str(folder / "db.pid")]
    for key in host_keys:
        command += ["-r", str(key)]
    return _start(command, folder, port, host_keys, shadow, home)


def _start(
    command: list[str],
    folder: Path,
    port: int,
    host_keys: list[Path],
    shadow: str,
    home: Path | None = None,
) -> Server:
    mounts = []
    if shadow:
        file = folder / f"shadow.{port}"
        file.write_text(shadow)
        file.chmod(0o600)
        mounts.append(f"mount --bind {file} /etc/shadow")
    if home is not None:
        mounts.append(f"mount --bind {home} /root")
    if mounts:
        script = " && ".join([*mounts, 'exec "$@"'])
        command = ["unshare", "-m", "sh", "-c", script, "sh", *command]
    log = folder / f"server.{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    _await(process, port, log)
    return Server(process, port, host_keys, log)


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the port answers with a banner."""
    until = time.monotonic() + UP_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as sock:
                if sock.recv(4):
                    return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(log.read_text())
