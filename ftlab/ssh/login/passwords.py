"""Where a password comes from, in this order; the first that has one is used.

1. ``ansible_password`` of the host
2. ``ftlab_password_command`` of the host: started without a shell, first line of its stdout
3. ``FTLAB_PASSWORD``
4. ``FTLAB_PASSWORD_FILE``: first line of a file that only its owner may read
5. the keyring (``[keyring]`` extra), service ``ftlab``, user ``USER@HOST``
6. a question, where there is a terminal; asked once per user name and run
"""

from __future__ import annotations

import functools
import importlib
import os
import shlex
import stat
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ftlab.errors import Unreachable
from ftlab.model import Host, Secret
from ftlab.ssh.login.prompt import terminal_prompt
from ftlab.ssh.printable import printable
from ftlab.user_files import expanded, read_bytes

SERVICE = "ftlab"


class SecretSource:
    """Finds secrets; asks at most once for each. Safe to share between threads.

    ``ask`` puts a question to the user and returns the answer without echo; it is ``None``
    where nobody can be asked.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        ask: Callable[[str], str] | None = None,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._ask = ask if ask is not None else terminal_prompt()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._asked: dict[tuple[str, str], Secret | None] = {}
        self._commands: dict[str, Secret | Unreachable] = {}
        self._kept: dict[str, Secret | None] = {}
        self.told: set[str] = set()
        """Every secret that was found, so that a log can be kept free of them."""

    def given(self, host: Host, user: str) -> Secret | None:
        """The password that is on record for this login, without asking anybody.

        :raises Unreachable: ``auth.secret`` where a source is named and does not work.
        """
        return self._noted(self._given(host, user))

    def _given(self, host: Host, user: str) -> Secret | None:
        if host.password is not None:
            return host.password
        if host.password_command:
            return self._from_command(host.password_command)
        if word := self._environment.get("FTLAB_PASSWORD"):
            return Secret(word)
        if name := self._environment.get("FTLAB_PASSWORD_FILE"):
            return _from_file(Path(name))
        return self._from_keyring(f"{user}@{host.name}")

    def asked(self, host: str, user: str) -> Secret | None:
        """The password a person types for ``user``; the same for every host of the run.

        :raises Unreachable: ``auth.secret`` if the run was stopped before the answer.
        """
        whose = f"{printable(user)} ({printable(host)} and all other hosts without one)"
        return self._noted(self._question(("password", user), f"Password for {whose}: "))

    def passphrase(self, file: str) -> Secret | None:
        """What unlocks a key file: ``FTLAB_PASSPHRASE``, else a question. Raises as
        :meth:`asked`."""
        if word := self._environment.get("FTLAB_PASSPHRASE"):
            return self._noted(Secret(word))
        question = f"Passphrase for {printable(file)}: "
        return self._noted(self._question(("passphrase", file), question))

    def _noted(self, secret: Secret | None) -> Secret | None:
        if secret is not None:
            with self._lock:  # a new set: other threads may be reading the old one
                self.told = self.told | {secret.reveal()}
        return secret

    def _question(self, key: tuple[str, str], text: str) -> Secret | None:
        """Under a lock of its own: nobody else's secret waits for the answer."""
        if self._ask is None:
            return None
        with self._asking:
            if key not in self._asked:
                answer = self._ask(text)
                self._asked[key] = Secret(answer) if answer else None
            return self._asked[key]

    def _from_command(self, line: str) -> Secret:
        """Each command line is run once, also one that fails."""
        with self._lock:
            if line not in self._commands:
                self._commands[line] = _tried(line)
            found = self._commands[line]
        if isinstance(found, Unreachable):
            raise found
        return found

    def _from_keyring(self, account: str) -> Secret | None:
        with self._lock:
            if account not in self._kept:
                self._kept[account] = _kept_for(account)
            return self._kept[account]


def _tried(line: str) -> Secret | Unreachable:
    try:
        return _run(line)
    except Unreachable as error:
        return error


def _run(line: str) -> Secret:
    from ftlab.ssh.login.password_command import CommandError, first_line  # few hosts have one

    try:
        word = first_line(line)
    except CommandError as error:
        raise _broken("ftlab_password_command", printable(str(error))) from None
    otherwise = f"{printable(shlex.split(line)[0])}: the first line of its output is empty"
    return _first_line("ftlab_password_command", word, otherwise)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _from_file(path: Path) -> Secret:
    try:
        mode = expanded(str(path)).stat().st_mode
        text = read_bytes(expanded(str(path))).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise _broken("FTLAB_PASSWORD_FILE", f"{path}: {_why(error)}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise _broken("FTLAB_PASSWORD_FILE", f"others may read {path}: chmod 600 it")
    return _first_line("FTLAB_PASSWORD_FILE", text, f"the first line of {path} is empty")


def _first_line(source: str, text: str, otherwise: str) -> Secret:
    line = text.split("\n", 1)[0].rstrip("\r")
    if not line:
        raise _broken(source, otherwise)
    return Secret(line)


@functools.cache
def _keyring() -> Any:
    """The keyring package, an extra; ``None`` where it is not installed, or does not work."""
    try:
        return importlib.import_module("keyring")
    except Exception:  # it looks for its backends while it is imported
        return None


def _kept_for(account: str) -> Secret | None:
    """A keyring that is locked, or is none, has nothing."""
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        found = keyring.get_password(SERVICE, account)
    except Exception:  # every backend raises errors of its own
        return None
    return Secret(found) if found else None


def _broken(source: str, why: str) -> Unreachable:
    return Unreachable(
        f"{source}: {why}",
        kind="auth.secret",
        hint=f"nothing was sent to the host; fix {source}, then run again",
    )
