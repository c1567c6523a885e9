"""Root's account on one host: keys, password, and the lock that failures bring."""

from __future__ import annotations

import base64
import contextlib
import hmac
import threading
import time
from collections.abc import Callable, Collection


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
