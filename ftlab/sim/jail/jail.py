"""Jails for the shells of a lab: a mount namespace for each, without root where that is allowed.

The host's folder becomes the root directory; libraries of this machine are mounted into it,
``/bin`` holds BusyBox applets and a shim for each tool of the host, and ``/.ftlab`` what the shims
need. All mounts end with the namespace.
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import socket
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from ftlab.sim.data import text_of
from ftlab.sim.model.answer import settled
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.repl import prompt

_SPACES = ("--mount", "--pid", "--uts", "--fork", "--kill-child")
_USER = ("--user", "--map-root-user")
_ENVIRONMENT = ("PATH=/bin:/sbin", "HOME=/", "USER=root", "LOGNAME=root", "SHELL=/bin/sh")
_LEADER = 'exec <"$1" >"$1" 2>&1; shift; exec "$@"'
"""The leader of a session takes the first terminal that it opens for its own."""
_LOOK = 0.1
"""Seconds between two looks whether the controller is to end."""
_APPLETS = text_of("jail/data/applets.txt").split()
"""Those of a published list for a 5.x host, as far as Debian's BusyBox has them. No ``id``, ``tr``,
``base64``, ``flock``, ``nc``, ``tac``; ``hostname`` and ``uname`` are the host model's."""


def program(name: str) -> Path:
    """Where this machine has ``name``. Raises ``FileNotFoundError``."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise FileNotFoundError(2, "not installed", name)
    return Path(found).resolve()


@cache
def missing() -> str:
    """Why this machine cannot jail a shell; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "namespaces are there on Linux only"
    for name in ("busybox", "perl", "unshare", "mount"):
        try:
            program(name)
        except FileNotFoundError:
            return f"{name} is not installed"
    return "" if _unshare() else "this machine forbids user and mount namespaces"


@cache
def _unshare() -> tuple[str, ...]:
    """How to get into namespaces here; empty where they are forbidden."""
    ways = ((), _USER) if os.geteuid() == 0 else (_USER,)
    for way in ways:
        command = (str(program("unshare")), *way, *_SPACES)
        tried = subprocess.run(
            [*command, "sh", "-c", "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            return command
    return ()


class Jail:
    """Starts jailed shells on the hosts of a lab, with working files below ``folder``."""

    def __init__(self, hosts: Mapping[str, SimHost], folder: Path) -> None:
        self._hosts, self._folder = hosts, folder.resolve()
        self._controller: Controller | None = None
        self._setups: dict[str, Path] = {}
        self._numbers = itertools.count(1)
        self._sessions: dict[str, subprocess.Popen[bytes]] = {}
        self._guard = threading.Lock()

    def start(
        self, name: str, script: bytes | None, terminal: int = -1, term: bytes = b"dumb"
    ) -> subprocess.Popen[bytes]:
        """``ash`` on a host, in a session of its own: with ``script``, or what is typed at
        ``terminal`` (an open file)."""
        session = str(next(self._numbers))
        command: list[str | bytes] = [*_unshare(), "sh", str(self.setup(name))]
        command += self.shell(name, f"TERM={os.fsdecode(term)}", f"FTLAB_SESSION={session}")
        command += [] if script is None else [b"-c", script]
        streams = subprocess.PIPE
        if terminal >= 0:
            command = ["sh", "-c", _LEADER, "sh", os.ttyname(terminal), *command]
            streams = terminal
        process = subprocess.Popen(
            command, stdin=streams, stdout=streams, stderr=streams, start_new_session=True
        )
        self._sessions[session] = process
        return process

    def _cut(self, session: str) -> None:
        if session in self._sessions:
            self._sessions.pop(session).kill()

    def shell(self, name: str, *more: str) -> list[str]:
        """What the jail's setup script is to become: the host's ``sh``."""
        host, busybox = self._hosts[name], str(program("busybox"))
        sign = prompt(host, "/").replace("~", "\\w", 1)
        variables = [*_ENVIRONMENT, f"PS1={sign}", *more]
        named = f'hostname "$1" 2>/dev/null; shift; exec {busybox} "$@"'
        inside = ["env", "-i", *variables, busybox, "chroot", str(host.root.resolve()), "sh"]
        return ["sh", "-c", named, "sh", host.config.fqdn, *inside]

    def setup(self, name: str) -> Path:
        """The script that makes a host's jail in a new namespace; made at the first use."""
        with self._guard:
            if name not in self._setups:
                self._controller = self._controller or Controller(self._hosts, self._cut)
                host, folder = self._hosts[name], self._folder / name
                _make_programs(host, folder / "bin")
                text = _setup_script(host.root.resolve(), folder / "bin", self._controller.path)
                (folder / "setup").write_text(text, encoding="utf-8")
                self._setups[name] = folder / "setup"
            return self._setups[name]

    def close(self) -> None:
        """Answer no more. Safe to repeat."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.close()


def _make_programs(host: SimHost, folder: Path) -> None:
    """Fill ``folder``, the jail's ``/bin``; tools outside the path go to their own places."""
    folder.mkdir(parents=True)
    root, shim = host.root.resolve(), text_of("jail/data/shim.pl").replace("HOST", host.name)
    for applet in _APPLETS:
        (folder / applet).symlink_to("/.ftlab/busybox")
    for tool in ("/sbin/auto-backup.sh", *host.tools):
        file = root / tool[1:] if tool.startswith("/") else folder / tool
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(shim if tool in host.tools else "#!/bin/sh\n", encoding="utf-8")
        file.chmod(0o755)
        link = root / "sbin" / tool
        if not tool.startswith("/") and not link.is_symlink():
            link.symlink_to(f"/bin/{tool}")


def _setup_script(root: Path, programs: Path, socket: Path) -> str:
    """A shell script, for a new mount namespace, that makes the jail and then is its arguments."""
    given: dict[str, object] = {"root": root, "programs": programs, "socket": socket}
    given |= {"busybox": program("busybox"), "perl": program("perl"), "user": os.geteuid()}
    lines = [f"{name}={shlex.quote(str(value))}" for name, value in given.items()]
    lines += [text_of("jail/data/jail.sh")]
    lines += [shlex.join(("bind", *map(str, each))) for each in _outside_links(root)]
    return "\n".join([*lines, 'exec "$@"', ""])


def _outside_links(root: Path) -> Iterator[tuple[Path, Path]]:
    """Folders outside ``root`` that datastores link to, with the places that the links name."""
    for link in (root / "vmfs/volumes").iterdir():
        real = link.resolve()
        if link.is_symlink() and not real.is_relative_to(root):
            place = root / os.path.normpath(Path("/vmfs/volumes") / link.readlink()).lstrip("/")
            if not place.is_symlink():
                yield real, place


class Controller(socketserver.ThreadingUnixStreamServer):
    """Where the shims of jailed shells ask the host models: a Unix socket at :attr:`path`, until
    :meth:`close`. ``on_cut`` is told which session's connection dies, once its shim has printed
    what it may.

    A request is the names of the host and the session and the argv, joined by NUL, after their
    length; the answer is the exit status, whether the connection is to die, the lengths of standard
    output and error, and these. Numbers are big-endian, 32 bits (status and flag: 8 bits).
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, hosts: Mapping[str, SimHost], on_cut: Callable[[str], None]) -> None:
        self.hosts, self.on_cut, self.closing = hosts, on_cut, threading.Event()
        self.path = Path(tempfile.mkdtemp(prefix="ftlab-")) / "socket"
        super().__init__(str(self.path), _Shim)
        work = self.serve_forever
        self._thread = threading.Thread(target=work, args=(_LOOK,), name="sim-jail", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        if self.closing.wait(seconds):
            raise ConnectionAbortedError

    def close(self) -> None:
        """Stop answering; commands that wait are dropped."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.path.unlink()
        self.path.parent.rmdir()


class _Shim(socketserver.StreamRequestHandler):
    server: Controller

    def handle(self) -> None:
        try:
            (size,) = struct.unpack("!I", self.rfile.read(4))
            (words,) = struct.unpack(f"{size}s", self.rfile.read(size))
            host, session, *argv = map(os.fsdecode, words.split(b"\0"))
            answer = self.server.hosts[host].answer(argv)
            self.server.wait(min(answer.seconds, threading.TIMEOUT_MAX))
            answer = settled(answer, self.server.wait)
            out = answer.stdout[: len(answer.stdout) // 2] if answer.cut else answer.stdout
            lengths = len(out), len(answer.stderr)
            head = struct.pack("!BBII", answer.exit & 0xFF, answer.cut, *lengths)
            self.request.sendall(head + out + answer.stderr)
            if answer.cut:
                self.request.shutdown(socket.SHUT_WR)
                self.request.recv(1)
                self.server.on_cut(session)
        except (OSError, LookupError, struct.error):  # the shim went away, or is none
            return
