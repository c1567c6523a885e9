"""What a worker has only through its parent: passwords, and the turn to try one."""

from __future__ import annotations

import time

from ftlab.errors import NotTried, Unreachable
from ftlab.fleet.workers.rpc import Link
from ftlab.model import Host, Secret
from ftlab.ssh.login.canary import ACCEPTED, Canaries, CanaryVerdict, PasswordLogin
from ftlab.ssh.login.passwords import SecretSource

#: Seconds of one wait for another worker's canary, so that no answer is out for long.
NAP = 20.0
#: Seconds more that a secret may take: a program runs for it, or a person types.
TYPING = 300.0


def secrets_of(link: Link, *, sealed: bool) -> SecretSource:
    """The parent's secrets; where they would be readable on the way, this worker's own."""
    return ParentsSecrets(link) if sealed else SecretSource(ask=_nobody)


def _nobody(_question: str) -> str:
    """A worker has nobody to ask, even where it was started from a terminal."""
    return ""


class ParentsSecrets(SecretSource):
    """Every secret comes from the parent, who also runs password commands and asks the user."""

    def __init__(self, link: Link) -> None:
        super().__init__({}, _nobody)
        self._link = link

    def given(self, host: Host, user: str) -> Secret | None:
        return self._noted(self._link.ask("given", host, user, longer=TYPING))

    def asked(self, host: str, user: str) -> Secret | None:
        return self._noted(self._link.ask("asked", host, user, longer=TYPING))

    def passphrase(self, file: str) -> Secret | None:
        return self._noted(self._link.ask("passphrase", file, longer=TYPING))


class FleetCanaries(Canaries):
    """Of this worker's hosts the first to use a password is the canary here, and then waits to be
    the whole fleet's. Unsealed, the password itself is not told: all of one user's count as one,
    which is stricter than needed and never less."""

    def __init__(self, link: Link, *, sealed: bool) -> None:
        super().__init__()
        self._link, self._sealed = link, sealed

    def first(self, host: str, key: PasswordLogin, until: float | None) -> bool:
        if not super().first(host, key, until):
            return False
        verdict: CanaryVerdict | None = None
        first = False
        try:
            first = self._first_of_all(host, key, until)
            verdict = ACCEPTED
        except NotTried as error:
            verdict = ("refused", error.evidence["refused_by"])
            raise
        finally:
            if not first:
                super().settle(key, verdict)
        return first

    def settle(self, key: PasswordLogin, verdict: CanaryVerdict | None) -> None:
        super().settle(key, verdict)
        self._link.ask("settle_password", self._told(key), verdict)

    def _first_of_all(self, host: str, key: PasswordLogin, until: float | None) -> bool:
        while True:
            nap = NAP if until is None else min(NAP, max(0.0, until - time.monotonic()))
            try:
                return bool(self._link.ask("first_password", host, self._told(key), nap))
            except Unreachable as error:
                late = until is not None and until <= time.monotonic()
                if error.kind != "unreachable.timeout" or late:
                    raise

    def _told(self, key: PasswordLogin) -> PasswordLogin:
        return key if self._sealed else (key[0], Secret(""))
