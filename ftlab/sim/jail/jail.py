"""Jails for the shells of a lab: a mount namespace for each, without root where that is allowed."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ftlab.sim.jail.controller import Controller
from ftlab.sim.jail.filesystem import make_mount_points, make_programs, program, setup_script
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.repl import prompt

_SPACES = ("--mount", "--pid", "--uts", "--fork", "--kill-child")
_USER = ("--user", "--map-root-user")
_ENVIRONMENT = ("PATH=/bin:/sbin", "HOME=/", "USER=root", "LOGNAME=root", "SHELL=/bin/sh")
_LEADER = 'exec <"$1" >"$1" 2>&1; shift; exec "$@"'
"""The leader of a session takes the first terminal that it opens for its own."""


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
        self._controllers: dict[str, Controller] = {}
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
        return ["sh", "-c", named, "sh", host.fqdn, *inside]

    def setup(self, name: str) -> Path:
        """The script that makes a host's jail in a new namespace; made at the first use."""
        with self._guard:
            script = self._folder / name / "setup"
            if name not in self._controllers:
                self._prepare(name, script)
            return script

    def _prepare(self, name: str, script: Path) -> None:
        host = self._hosts[name]
        root = host.root.resolve()
        make_programs(script.parent / "bin", root, host.tools)
        make_mount_points(root)
        controller = Controller(host, self._cut)
        text = setup_script(root, script.parent / "bin", controller.path)
        script.write_text(text, encoding="utf-8")
        self._controllers[name] = controller

    def close(self) -> None:
        """Answer no more. Safe to repeat."""
        while self._controllers:
            self._controllers.popitem()[1].close()
