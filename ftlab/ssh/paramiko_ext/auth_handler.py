"""One attempt at a login, as paramiko's ``AuthHandler``."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import paramiko
from paramiko.auth_handler import AuthHandler

from ftlab.ssh.printable import printable

USERAUTH = "ssh-userauth"
MOST_ROUNDS = 20
MOST_PROMPTS = 32


class MoreAsked(paramiko.SSHException):
    """The host asks for more than one password."""

    def __init__(self, prompt: str) -> None:
        super().__init__(f"the host asks for more than the password: {printable(prompt)}")


class LoginHandler(AuthHandler):
    """Asks for the authentication service once a connection, not once an attempt: some servers
    (asyncssh) hang up at the second time. Waits for the answer without polling.

    ``accepts`` are the methods that the server named when it refused this attempt.
    """

    accepts: Sequence[str] = ()
    _rounds = 0

    def _request_auth(self) -> None:
        if not self.transport.may_log_in:
            super()._request_auth()
            return
        granted = paramiko.Message()
        granted.add_string(USERAUTH)
        granted.rewind()
        self._parse_service_accept(granted)

    def _parse_service_accept(self, m: Any) -> None:
        self.transport.may_log_in = True
        super()._parse_service_accept(m)

    def _parse_userauth_failure(self, m: Any) -> None:
        """Keep what the server accepts: paramiko tells it for some failures only, and asking for
        it costs one of the few that sshd allows (``MaxAuthTries``)."""
        self.accepts = m.get_list()
        m.rewind()
        super()._parse_userauth_failure(m)

    def _parse_userauth_info_request(self, m: Any) -> None:
        """As the answer to a password, it is the wish for a new one (RFC 4252, 8)."""
        if self.auth_method == "password":
            raise MoreAsked("a new password")
        self._rounds += 1
        count = _prompts_in(m)
        if self._rounds > MOST_ROUNDS or count > MOST_PROMPTS:
            raise MoreAsked(f"{count} questions in round {self._rounds}")
        super()._parse_userauth_info_request(m)

    def wait_for_response(self, event: threading.Event) -> Any:
        """The methods that are still wanted, none once logged in.

        :raises paramiko.AuthenticationException: refused, or no answer by the deadline.
        """
        if not event.wait(self.transport.deadline.left):
            raise paramiko.AuthenticationException("no answer to the login")
        return super().wait_for_response(event)


def _prompts_in(m: Any) -> int:
    """How many questions a round announces: up to 2**32, which paramiko would all read."""
    for _ in ("title", "instructions", "language"):
        m.get_binary()
    count = int(m.get_int())
    m.rewind()
    return count
