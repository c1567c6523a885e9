"""Hosts that one piece of work at a time may have to itself."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager


class Exclusive:
    """A lock for each host. They are taken in one order by everybody, so nobody waits in a
    circle."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._locks = {host: threading.Lock() for host in sorted(set(hosts))}

    @contextmanager
    def on(self, *hosts: str) -> Iterator[None]:
        """Wait until these hosts are free, and hold them."""
        with ExitStack() as held:
            for host in sorted(set(hosts)):
                held.enter_context(self._locks[host])
            yield
