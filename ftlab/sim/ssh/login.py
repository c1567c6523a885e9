"""Root's account on a simulated host, and who gets in on one connection."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asyncssh import SSHKey, SSHServer, import_authorized_keys
from asyncssh.auth import KbdIntChallenge, KbdIntResponse

from ftlab.sim.ssh.algorithms import Age

_HERE = "127.0.0.1"
"""Where every client comes from, as ``from=`` in ``authorized_keys`` has it."""


@dataclass
class Account:
    """``lock_after`` 0 means that nothing locks it. ``keys`` (their blobs) always log in, those of
    ``key_file`` (the host's ``authorized_keys``) as long as they are there."""

    keys: Collection[bytes]
    password: str | None
    lock_after: int = 0
    lock_seconds: float = 0.0
    clock: Callable[[], float] = time.monotonic
    key_file: Callable[[], Path] = lambda: Path(os.devnull)
    attempts: int = field(default=0, init=False)
    """Passwords tried so far, right or wrong."""
    _failures: int = field(default=0, init=False)
    _locked_until: float = field(default=0.0, init=False)

    def knows(self, key: SSHKey) -> bool:
        """Whether this public key logs in. Lines of the file that are none are passed over."""
        if key.public_data in self.keys:
            return True
        with suppress(OSError):
            for line in self.key_file().read_text("utf-8", "replace").splitlines():
                with suppress(ValueError):
                    if import_authorized_keys(line).validate(key, _HERE, _HERE) is not None:
                        return True
        return False

    @property
    def locked(self) -> bool:
        return self.clock() < self._locked_until

    def opens(self, password: str) -> bool:
        """Whether ``password`` is right and the account is not locked; failures are counted."""
        self.attempts += 1
        if self.locked:
            return False
        known = self.password or ""
        right = bool(known) and hmac.compare_digest(known.encode(), password.encode())
        self._failures = 0 if right else self._failures + 1
        if self.lock_after and self._failures >= self.lock_after:
            self._locked_until, self._failures = self.clock() + self.lock_seconds, 0
        return right


class Login(SSHServer):
    """One connection's policy; which methods there are is among its options."""

    def __init__(
        self, account: Account, age: Age, open_session: Callable[[], Any], *, empty_round: bool
    ) -> None:
        self._account, self._age, self._empty_round = account, age, empty_round
        self.session_requested = open_session  # type: ignore[method-assign]

    def public_key_auth_supported(self) -> bool:
        return True

    password_auth_supported = kbdint_auth_supported = public_key_auth_supported

    def validate_public_key(self, username: str, key: SSHKey) -> bool:
        key.all_sig_algorithms = {name.encode() for name in self._age.user_keys}
        known = key.all_sig_algorithms.intersection(key.sig_algorithms)
        return username == "root" and bool(known) and self._account.knows(key)

    def validate_password(self, username: str, password: str) -> bool:
        return self._account.opens(password) and username == "root"

    def get_kbdint_challenge(self, username: str, *_asked: str) -> KbdIntChallenge:
        self._asked = not self._empty_round
        return _question(username) if self._asked else ("", "", "", [])

    def validate_kbdint_response(self, username: str, responses: KbdIntResponse) -> KbdIntChallenge:
        if not self._asked:
            self._asked = True
            return _question(username)
        return len(responses) == 1 and self.validate_password(username, responses[0])


def _question(username: str) -> KbdIntChallenge:
    return "", "", "", [(f"({username}@127.0.0.1) Password: ", False)]
