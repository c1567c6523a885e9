"""Root's account on a simulated host, and what a client that logged in may ask for."""
# ruff: noqa: ARG002 - the signatures are paramiko's

from __future__ import annotations

import base64
import contextlib
import hmac
import threading
import time
from collections.abc import Callable, Collection

from paramiko import AUTH_FAILED, AUTH_SUCCESSFUL, Channel, InteractiveQuery, PKey, ServerInterface
from paramiko.common import OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED, OPEN_SUCCEEDED

from ftlab.sim.ssh.algorithms import Age
from ftlab.sim.ssh.shells import TerminalRequest


def listed_keys(text: bytes) -> frozenset[bytes]:
    """The public keys of an ``authorized_keys`` file; lines that are none are passed over."""
    found: set[bytes] = set()
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and not line.startswith(b"#"):
            with contextlib.suppress(ValueError):
                found.add(base64.b64decode(words[1], validate=True))
    return frozenset(found)


class Account:
    """Safe from any thread. ``lock_after`` 0 means that nothing locks it. ``keys`` always log
    in, those of ``key_file`` (the host's ``authorized_keys``) as long as they are there."""

    def __init__(  # noqa: PLR0913 - what tells one account from another, each with its default
        self,
        keys: Collection[bytes],
        password: str | None,
        lock_after: int = 0,
        lock_seconds: float = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        key_file: Callable[[], bytes] = bytes,
    ) -> None:
        self.keys = frozenset(keys)
        self._key_file = key_file
        self._password = password
        self._lock_after, self._lock_seconds = lock_after, lock_seconds
        self._clock = clock
        self._guard = threading.Lock()
        self._failures = 0
        self._locked_until = 0.0
        self.attempts = 0
        """Passwords tried so far, right or wrong."""

    def knows(self, key: bytes) -> bool:
        """Whether this public key logs in."""
        return key in self.keys or key in listed_keys(self._key_file())

    @property
    def locked(self) -> bool:
        return self._clock() < self._locked_until

    def opens(self, password: str) -> bool:
        """Whether ``password`` is right and the account is not locked; failures are counted."""
        with self._guard:
            self.attempts += 1
            if self.locked:
                return False
            known = self._password or ""
            right = bool(known) and hmac.compare_digest(known.encode(), password.encode())
            self._count(right)
            return right

    def _count(self, right: bool) -> None:
        self._failures = 0 if right else self._failures + 1
        if self._lock_after and self._failures >= self._lock_after:
            self._locked_until = self._clock() + self._lock_seconds
            self._failures = 0


MAX_SESSIONS = 10
"""Sessions that OpenSSH allows at once on one connection unless told otherwise."""


class Login(ServerInterface):
    """One connection's policy. ``execute`` is called with each accepted exec request and its
    terminal, if any, with None in place of the command for a request of a shell."""

    def __init__(self, account: Account, age: Age, *, empty_round: bool = False) -> None:
        self._account = account
        self.age = age
        self._empty_round = empty_round
        self._asked = False
        self.sessions: Callable[[], int] = lambda: 0
        self.execute: Callable[[Channel, bytes | None, TerminalRequest | None], bool]
        self.execute = lambda *_: False
        self.resize: Callable[[Channel, tuple[int, int]], None] = lambda *_: None
        self._terminals: dict[int, TerminalRequest] = {}

    def get_allowed_auths(self, username: str) -> str:
        return ",".join(self.age.methods)

    def check_auth_none(self, username: str) -> int:
        return AUTH_FAILED

    def check_auth_publickey(self, username: str, key: PKey) -> int:
        known = username == "root" and self._account.knows(key.asbytes())
        return AUTH_SUCCESSFUL if known else AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        if "password" not in self.age.methods:
            return AUTH_FAILED
        return self._judge(username, password)

    def _judge(self, username: str, password: str) -> int:
        right = self._account.opens(password) and username == "root"
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> int | InteractiveQuery:
        self._username = username
        self._asked = not self._empty_round
        return self._question() if self._asked else InteractiveQuery()

    def _question(self) -> InteractiveQuery:
        return InteractiveQuery("", "", (f"({self._username}@127.0.0.1) Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int | InteractiveQuery:
        if not self._asked:
            self._asked = True
            return self._question()
        if len(responses) != 1:
            return AUTH_FAILED
        return self._judge(self._username, responses[0])

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind != "session" or self.sessions() >= MAX_SESSIONS:
            return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        return OPEN_SUCCEEDED

    def check_channel_pty_request(
        self, channel: Channel, term: bytes, width: int, height: int, *more: object
    ) -> bool:
        self._terminals[channel.get_id()] = TerminalRequest(term, (width, height))
        return True

    def check_channel_env_request(self, channel: Channel, name: bytes, value: bytes) -> bool:
        return False

    def check_channel_window_change_request(
        self, channel: Channel, width: int, height: int, *more: object
    ) -> bool:
        self.resize(channel, (width, height))
        return True

    def check_channel_exec_request(self, channel: Channel, command: bytes) -> bool:
        return self.execute(channel, command, self._terminals.get(channel.get_id()))

    def check_channel_shell_request(self, channel: Channel) -> bool:
        return self.execute(channel, None, self._terminals.get(channel.get_id()))
