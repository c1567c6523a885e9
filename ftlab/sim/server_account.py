"""Root's account on one host: keys, password, and the lock that failures bring."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Collection


class Account:
    """Safe from any thread. ``lock_after`` 0 means that nothing locks it."""

    def __init__(
        self,
        keys: Collection[bytes],
        password: str | None,
        lock_after: int = 0,
        lock_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.keys = frozenset(keys)
        self._password = password
        self._lock_after, self._lock_seconds = lock_after, lock_seconds
        self._clock = clock
        self._guard = threading.Lock()
        self._failures = 0
        self._locked_until = 0.0
        self.attempts = 0
        """Passwords tried so far, right or wrong."""

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
