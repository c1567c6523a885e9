"""A TCP relay in front of a real server that can stand still, hang up, or drop newcomers."""

from __future__ import annotations

import contextlib
import select
import socket
import threading

STEP = 0.05


class Relay:
    """Listens on 127.0.0.1:``port`` and passes bytes on to ``target``.

    ``hold_after`` stops the server's bytes after that many on each connection; ``drop`` closes
    that many connections at once. :meth:`freeze` stops both directions, :meth:`cut` hangs up.
    """

    def __init__(self, target: int, hold_after: int | None = None, drop: int = 0) -> None:
        self._target = target
        self._hold_after = hold_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.drop = drop
        self.accepted = 0
        self.passed = 0
        self._frozen = threading.Event()
        self._over = threading.Event()
        self._cut = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def freeze(self) -> None:
        self._frozen.set()

    def cut(self) -> None:
        self._cut.set()

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(STEP)
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                self.accepted += 1
                if self.accepted <= self.drop:
                    client.close()
                    continue
                thread = threading.Thread(target=self._pass_on, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            left = self._hold_after
            while not (self._over.is_set() or self._cut.is_set()):
                ends = [] if self._frozen.is_set() else [client, *([] if left == 0 else [server])]
                for end in select.select(ends, [], [], STEP)[0]:
                    data = end.recv(65536 if left is None or end is client else left)
                    if not data:
                        return
                    if end is server:
                        self.passed += len(data)
                        left = None if left is None else left - len(data)
                    (server if end is client else client).sendall(data)
