"""Logging in: what is tried, in which order, and never twice.

ESXi 6.5 and later lock root for 900 s after 5 failed logins (6.0: 10 failures, 120 s), so a
refusal is final: each key is offered once, the password is sent once, and nothing is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import paramiko

from ftlab.errors import Unreachable
from ftlab.model import Secret
from ftlab.regex import regex
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.login.canary import Canaries
from ftlab.ssh.login.keys import Key, KeyRing
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.network.target import Target
from ftlab.ssh.paramiko_ext.auth_handler import MoreAsked
from ftlab.ssh.paramiko_ext.transport import LabTransport
from ftlab.ssh.printable import printable

# sshd hangs up after MaxAuthTries (6) failures; the password's one attempt must still fit.
MOST_KEYS = 5
LOCKED = regex(r"lock(ed|out)|too many (failed )?(login|attempt)", re.IGNORECASE)


class Login:
    """One login to one host, as paramiko's ``auth_strategy`` is called.

    ``allowed`` are the methods the host accepts, known once :meth:`authenticate` has begun.
    ``guard`` is asked before a password goes out, unless the caller already has.
    """

    def __init__(
        self, target: Target, keys: KeyRing, secrets: SecretSource, guard: Canaries | None = None
    ) -> None:
        self._guard = guard
        self._target = target
        self._host = target.host
        self._user = target.user
        self._keys = keys
        self._secrets = secrets
        self.allowed: list[str] = []
        self.tried: list[str] = []
        self.accepted: list[str] = []
        self.tried_rsa = False
        self.said: list[str] = []

    def authenticate(self, transport: LabTransport) -> None:
        """Log in, or say why not.

        :raises Unreachable: ``auth.refused``, ``auth.locked``, ``auth.key``, ``auth.secret``.
        :raises paramiko.SSHException: the connection failed meanwhile.
        """
        self._enter(transport)
        transport.entered_with = " + ".join(self.accepted)

    def _enter(self, transport: LabTransport) -> None:
        for key in self._offers(transport.deadline):
            if self._step(transport, self._offer(transport, key), key.name):
                return
            if "publickey" not in (self.allowed or ["publickey"]):
                break
        # Asking without credentials is how a client learns the methods (RFC 4252, 5.2).
        nothing = partial(transport.auth_none, self._user)
        if not self.allowed and self._step(transport, nothing, "nothing"):
            return
        if not self._send_password(transport):
            raise self.refusal(transport)

    def _offers(self, deadline: Deadline) -> Iterator[Key]:
        """The keys worth offering: the inventory's own, or else whatever the user has. Each is
        found when the one before was refused; a passphrase takes none of the login's time."""
        keys: Iterator[Key] = iter(())
        identity = self._target.identity
        if identity.exclusive:
            keys = (self._keys.file(name, identity.agent) for name in identity.files or ())
        elif "publickey" in self._target.methods and not self._has_password():
            keys = self._keys.offers(identity, MOST_KEYS)
        while True:
            with deadline.suspended():
                key = next(keys, None)
            if key is None:
                return
            yield key

    def _has_password(self) -> bool:
        return self._secrets.given(self._host, self._user) is not None

    def _offer(self, transport: LabTransport, key: Key) -> Callable[[], Any]:
        self.tried.append(key.name)
        self.tried_rsa |= key.signer.get_name() == "ssh-rsa"
        return partial(transport.auth_publickey, self._user, key.signer)

    def _send_password(self, transport: LabTransport) -> bool:
        """Send the password by the first method that takes one, once."""
        for method, send in (("password", self._plainly), ("keyboard-interactive", self._by_talk)):
            if method in self.allowed and method in self._target.methods:
                with transport.deadline.suspended():
                    password = self._password()
                if password is None:
                    return False
                self.tried.append("password")
                with self._guarded(transport, password):
                    if not self._step(transport, partial(send, transport, password), method):
                        raise self.refusal(transport)
                return True
        return False

    def _guarded(self, transport: LabTransport, password: Secret) -> AbstractContextManager[None]:
        if self._guard is None:
            return nullcontext()
        return self._guard.turn(self._host.name, self._user, password, transport.deadline.at)

    def _password(self) -> Secret | None:
        given = self._secrets.given(self._host, self._user)
        return given if given is not None else self._secrets.asked(self._host.name, self._user)

    def _plainly(self, transport: LabTransport, password: Secret) -> Any:
        return transport.auth_password(self._user, password.reveal())

    def _by_talk(self, transport: LabTransport, password: Secret) -> Any:
        return transport.auth_interactive(self._user, self._answers(password))

    def _answers(self, password: Secret) -> Callable[[str, str, list[tuple[str, bool]]], list[str]]:
        """Answer one question, once; rounds without a question are only read."""
        unused = [password.reveal()]

        def answer(title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
            self.said += [text for text in (title, instructions) if text.strip()]
            if not prompts:
                return []
            if len(prompts) > 1 or not unused:
                raise MoreAsked(prompts[-1][0])
            return [unused.pop()]

        return answer

    def _step(self, transport: LabTransport, attempt: Callable[[], Any], what: str) -> bool:
        """Make one attempt; True once logged in. Keeps what the host says it accepts."""
        try:
            remaining = attempt()
        except paramiko.BadAuthenticationType as error:
            self.allowed = list(error.allowed_types)
            return False
        except paramiko.AuthenticationException:
            if not transport.is_active() or transport.deadline.passed:
                raise
            self.allowed = list(transport.auth_handler.accepts)
            return False
        self.allowed = list(remaining or ())
        self.accepted.append(what)
        return bool(transport.is_authenticated())

    def refusal(self, transport: LabTransport) -> Unreachable:
        """Why the login did not work, as far as the host lets one know."""
        words = " ".join([*self.said, transport.farewell, _banner(transport)])
        locked = LOCKED.search(words) is not None
        tried = ", ".join(self.tried) or "nothing: no key and no password is at hand"
        takes = ", ".join(self.allowed) or "nothing more"
        identity = self._target.identity
        over = [] if identity.exclusive else self._keys.passed_over(identity)
        return Unreachable(
            f"the host refuses the login of {self._user}; tried {tried}; "
            f"it accepts {takes}"
            + "".join(f"; {why}" for why in over)
            + (f"; it says: {printable(words)}" if words.strip() else ""),
            kind="auth.locked" if locked else "auth.refused",
            hint=LOCKED_HINT if locked else REFUSED_HINT + self._age_hint(transport),
            tried=list(self.tried),
            accepts=list(self.allowed),
            accepted=list(self.accepted),
        )

    def _age_hint(self, transport: LabTransport) -> str:
        """An RSA key may be fine, and only its signature too new for the server."""
        known = transport.server_extensions.get("server-sig-algs", b"")
        modern = b"rsa-sha2-" in known or self._host.legacy_ssh
        return "" if modern or not self.tried_rsa else AGE_HINT


LOCKED_HINT = (
    "wait: ESXi unlocks root after 900 s (6.0: 120 s) without any attempt; each attempt "
    "starts that anew"
)
REFUSED_HINT = (
    "check the user and the key or password; ESXi locks root after 5 failures, so nothing "
    "was tried twice"
)
AGE_HINT = "; an old server that knows RSA with SHA-1 only needs ftlab_legacy_ssh=true"


def _banner(transport: LabTransport) -> str:
    banner = getattr(transport.auth_handler, "banner", None) or b""
    return banner.decode("utf-8", "replace") if isinstance(banner, bytes) else str(banner)
