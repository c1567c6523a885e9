"""One host tries a password before any other does.

A wrong password sent to a whole fleet locks root on every host of it. So the first host to
use a password goes alone; when it is refused, no other host is tried with the same one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ftlab.errors import NotTried, Unreachable
from ftlab.model import Secret

TRYING = ("trying",)
ACCEPTED = ("accepted",)
PasswordLogin = tuple[str, Secret]  # a user name and a password
CanaryVerdict = tuple[str, ...]  # or ("refused", the host's name)
REFUSALS = ("auth.refused", "auth.locked")


class Canaries:
    """What is known about each user's password. Safe to share between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._state: dict[PasswordLogin, CanaryVerdict] = {}

    @contextmanager
    def turn(
        self, host: str, user: str, password: Secret | None, until: float | None
    ) -> Iterator[None]:
        """Around one login. Waits while another host tries the same password.

        ``until`` is a monotonic time, ``None`` for no limit of one's own.

        :raises NotTried: another host refused this password.
        :raises Unreachable: ``unreachable.timeout``: ``until`` passed first.
        """
        key = (user, password) if password is not None else None
        if key is None or not self.first(host, key, until):
            yield
            return
        verdict: CanaryVerdict | None = None
        try:
            yield
            verdict = ACCEPTED
        except Unreachable as error:
            if error.kind in REFUSALS:
                verdict = ("refused", host)
            raise
        finally:
            self.settle(key, verdict)

    def first(self, host: str, key: PasswordLogin, until: float | None) -> bool:
        """Whether this host is the canary, who must :meth:`settle`; False once the password is
        known to work. Raises as :meth:`turn`."""
        with self._changed:
            while self._state.get(key) == TRYING:
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    raise _too_late(host)
                self._changed.wait(left)
            verdict = self._state.get(key)
            if verdict is None:
                self._state[key] = TRYING
                return True
        if verdict == ACCEPTED:
            return False
        raise _not_tried(host, key[0], verdict[1])

    def settle(self, key: PasswordLogin, verdict: CanaryVerdict | None) -> None:
        """What came of it; ``None``: nothing is known, and the next host is the canary."""
        with self._changed:
            if verdict is not None:
                self._state[key] = verdict
            else:
                self._state.pop(key, None)
            self._changed.notify_all()


def _not_tried(host: str, user: str, refused_by: str) -> NotTried:
    return NotTried(
        f"{host}: not tried: {refused_by} rejected this password for {user}",
        hint=f"fix the login on {refused_by} first; no other host was tried, so none is locked",
        refused_by=refused_by,
    )


def _too_late(host: str) -> Unreachable:
    return Unreachable(
        f"{host} was not tried: the deadline passed while another host tried the password",
        kind="unreachable.timeout",
        hint="give the run a longer --deadline",
    )
