"""How many channels one connection may have at a time."""

from __future__ import annotations

import threading


class Slots:
    """Counts the channels of one connection, at most ``most`` of them. Shared by the threads
    that use it.

    A host may allow fewer (``MaxSessions``), which shows when it refuses one more. sshd also does
    so where it reads a channel's close and the next one's opening together: it clears up after
    the closed one only then, so that the same request is granted when it comes again.
    """

    def __init__(self, most: int) -> None:
        self._changed = threading.Condition()
        self._most = most
        self._used = 0
        self._just_freed = False

    @property
    def most(self) -> int:
        """How many there are, as far as is known."""
        return self._most

    def acquire(self, timeout: float) -> bool:
        """Take a slot, False if there is none within ``timeout`` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._used < self._most, timeout):
                return False
            self._used += 1
            return True

    def release(self) -> None:
        with self._changed:
            self._give_back()
            self._just_freed = True

    def refused(self) -> bool:
        """Give back a slot for which the host gave no channel, and count on fewer from now on.
        Whether it is worth trying again: not where the host refuses the only one."""
        with self._changed:
            self._give_back()
            if self._just_freed:
                self._just_freed = False
                return True
            before, self._most = self._most, max(1, min(self._used, self._most - 1))
            return self._used > 0 or self._most < before

    def _give_back(self) -> None:
        self._used -= 1
        self._changed.notify()
