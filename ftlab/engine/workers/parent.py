"""The parent's side of a run with workers: it does for them what only one process may do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ftlab.engine.recorder import Settled
from ftlab.engine.sessions import Sessions
from ftlab.engine.workers.worker import WorkerSetup
from ftlab.engine.wrappers.trace import Traced
from ftlab.errors import Lost
from ftlab.model import Change, Host, Outcome, Secret
from ftlab.ssh.login.canary import Canaries, CanaryVerdict, PasswordLogin
from ftlab.ssh.login.passwords import SecretSource


class ParentService:
    """Answers ``(place, verb, *words)``; several threads may ask at the same time.

    Once a host has an outcome, late workers may not start another change on it.
    """

    def __init__(
        self,
        setup: WorkerSetup,
        sessions: Sessions,
        hosts: Mapping[str, Host],
        secrets: SecretSource,
    ) -> None:
        self._setup, self._sessions, self._hosts, self._secrets = setup, sessions, hosts, secrets
        self._canaries = Canaries()
        self._trying: dict[PasswordLogin, str] = {}
        self._closed: set[str] = set()
        self._gone: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, place: str, verb: str, *words: Any) -> Any:
        if verb not in _VERBS:
            raise ValueError(f"no worker may ask for {verb}")
        return _VERBS[verb](self, place, *words)

    def close(self, outcome: Outcome) -> None:
        """The host has its outcome."""
        self._closed.add(outcome.host)

    def _give_setup(self, _place: str) -> WorkerSetup:
        return self._setup

    def _intend(
        self, _place: str, host: str, changes: Sequence[Change], extra: Mapping[str, Any]
    ) -> list[int]:
        if host in self._closed:
            raise Lost(f"{host}: the run does not wait for this host any more", kind="lost.parent")
        return self._sessions.recorder(host).intend(changes, extra)

    def _settle(self, _place: str, host: str, entries: Sequence[Settled]) -> None:
        self._sessions.recorder(host).settle(entries)

    def _resolve(self, _place: str, host: str, idents: Sequence[int]) -> None:
        self._sessions.recorder(host).resolve(idents)

    def _speak(self, _place: str, line: str) -> None:
        self._sessions.say(line)

    def _traced(self, _place: str, traced: Traced) -> None:
        self._sessions.trace.hand_on(traced)

    def _given(self, _place: str, host: Host, user: str) -> Secret | None:
        self._check_sealed()
        return self._secrets.given(self._hosts.get(host.name, host), user)

    def _asked(self, _place: str, host: str, user: str) -> Secret | None:
        self._check_sealed()
        return self._secrets.asked(host, user)

    def _passphrase(self, _place: str, file: str) -> Secret | None:
        self._check_sealed()
        return self._secrets.passphrase(file)

    def _check_sealed(self) -> None:
        if not self._setup.sealed:
            raise ValueError("no secret is told where it could be read on the way")

    def _first(self, place: str, host: str, key: PasswordLogin, nap: float) -> bool:
        if not self._canaries.first(host, key, time.monotonic() + nap):
            return False
        with self._lock:
            gone = place in self._gone
            if not gone:
                self._trying[key] = place
        if gone:
            self._canaries.settle(key, None)
        return not gone

    def _verdict(self, _place: str, key: PasswordLogin, verdict: CanaryVerdict | None) -> None:
        with self._lock:
            self._trying.pop(key, None)
        self._canaries.settle(key, verdict)

    def _lost(self, place: str) -> None:
        """Whoever waits for that worker's canary waits no longer."""
        with self._lock:
            self._gone.add(place)
            keys = [key for key, who in self._trying.items() if who == place]
        for key in keys:
            self._verdict(place, key, None)


_VERBS: Mapping[str, Callable[..., Any]] = {
    "setup": ParentService._give_setup,
    "intend": ParentService._intend,
    "settle": ParentService._settle,
    "resolve": ParentService._resolve,
    "say": ParentService._speak,
    "traced": ParentService._traced,
    "given": ParentService._given,
    "asked": ParentService._asked,
    "passphrase": ParentService._passphrase,
    "first_password": ParentService._first,
    "settle_password": ParentService._verdict,
    "lost": ParentService._lost,
}
