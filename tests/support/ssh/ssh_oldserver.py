"""A paramiko server that can be as old, or as talkative at the login, as a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import paramiko
from cryptography.hazmat.primitives import hashes
from paramiko import AUTH_FAILED, AUTH_SUCCESSFUL, InteractiveQuery


class Sha1Key(paramiko.RSAKey):
    HASHES = {"ssh-rsa": hashes.SHA1}  # noqa: RUF012


class OldTransport(paramiko.Transport):
    """Knows RSA with SHA-1 only and sends no ``server-sig-algs``, as OpenSSH before 7.2."""

    _preferred_keys = ("ssh-rsa",)
    _preferred_pubkeys = ("ssh-rsa",)
    _preferred_ciphers = ("aes128-ctr", "3des-cbc")
    _preferred_macs = ("hmac-sha1",)
    _key_info = {"ssh-rsa": Sha1Key}  # noqa: RUF012
    _CLIENT_ID = "OpenSSH_5.6"


class Login(paramiko.ServerInterface):
    """Accepts ``password`` by the given methods; counts every attempt.

    ``rounds`` is what keyboard-interactive asks, one list of prompts for each round.
    """

    def __init__(
        self,
        methods: Sequence[str],
        password: str,
        key: paramiko.PKey | None,
        rounds: Sequence[Sequence[str]],
        words: str,
    ) -> None:
        self.methods = methods
        self.password = password
        self.key = key
        self.rounds = list(rounds)
        self.words = words
        self.attempts: list[str] = []
        self.answers: list[list[str]] = []

    def get_allowed_auths(self, username: str) -> str:
        return ",".join(self.methods)

    def check_auth_none(self, username: str) -> int:
        return AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.attempts.append("publickey")
        same = self.key is not None and key.asbytes() == self.key.asbytes()
        return AUTH_SUCCESSFUL if same else AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        if "password" not in self.methods:
            return AUTH_FAILED
        self.attempts.append("password")
        return AUTH_SUCCESSFUL if password == self.password else AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> Any:
        self.attempts.append("keyboard-interactive")
        return self._next_round()

    def check_auth_interactive_response(self, responses: list[str]) -> Any:
        self.answers.append(responses)
        if self.rounds:
            return self._next_round()
        given = [answer for answers in self.answers for answer in answers]
        return AUTH_SUCCESSFUL if given == [self.password] else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        if command == b"refuse":
            return False
        threading.Thread(target=self._answer, args=(channel, command), daemon=True).start()
        return True

    def _next_round(self) -> InteractiveQuery:
        return InteractiveQuery("", self.words, *[(text, False) for text in self.rounds.pop(0)])

    @staticmethod
    def _answer(channel: paramiko.Channel, command: bytes) -> None:
        with suppress(OSError, EOFError):  # the client may be gone by then
            channel.sendall(command + b"\n")
            if command != b"no-status":
                channel.send_exit_status(0)
            channel.close()


class OldServer:
    """Serves connections on loopback until closed."""

    def __init__(self, host_key: Path, kind: type[paramiko.Transport], **login: Any) -> None:
        self._key = Sha1Key(filename=str(host_key)) if kind is OldTransport else None
        self._key = self._key or paramiko.PKey.from_path(host_key)
        self._kind = kind
        self.login = Login(
            login.get("methods", ["publickey"]),
            login.get("password", ""),
            login.get("key"),
            login.get("rounds", []),
            login.get("words", ""),
        )
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.known_line = (
            f"[127.0.0.1]:{self.port} {self._key.get_name()} {self._key.get_base64()}\n"
        )
        self.transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        return len(self.transports)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listener.close()
        for transport in self.transports:
            transport.close()
            transport.join(5)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            transport = self._kind(sock, server_sig_algs=self._kind is not OldTransport)
            transport.add_server_key(self._key)
            self.transports.append(transport)
            transport.start_server(event=threading.Event(), server=self.login)
