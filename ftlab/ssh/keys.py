"""Private keys: each file and the agent are read once per run.

Reading an RSA key, or one with a passphrase, costs over 100 ms, which is why it is shared.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

from ftlab.errors import Unreachable
from ftlab.ssh.passwords import SecretSource

DEFAULT_FILES = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


@dataclass(frozen=True, slots=True)
class Key:
    """A private key and where it comes from, for messages."""

    name: str
    signer: Any


class SharedAgent(paramiko.Agent):
    """The ssh agent's one connection, used by one signer at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        super().__init__()

    def _send_message(self, msg: Any) -> Any:
        with self._turn:
            return super()._send_message(msg)


class KeyRing:
    """The run's keys. Safe to share between threads."""

    def __init__(self, secrets: SecretSource) -> None:
        self._secrets = secrets
        self._lock = threading.Lock()
        self._files: dict[str, Key | Unreachable] = {}
        self._agent: SharedAgent | None = None
        self._agent_keys: list[Key] | None = None

    def file(self, name: str) -> Key:
        """The key in a file.

        :raises Unreachable: ``auth.key`` where it cannot be read; the same error each time.
        """
        with self._lock:
            if name not in self._files:
                self._files[name] = self._load(name)
            found = self._files[name]
        if isinstance(found, Unreachable):
            raise found
        return found

    def files(self, names: tuple[str, ...]) -> list[Key]:
        """Those of the files that exist; one that is locked or broken is passed over."""
        found = []
        for name in names:
            if Path(name).expanduser().is_file():
                try:
                    found.append(self.file(name))
                except Unreachable:
                    continue
        return found

    def agent(self) -> list[Key]:
        """The agent's keys; none where no agent answers."""
        with self._lock:
            if self._agent_keys is None:
                self._agent_keys = self._ask_agent()
            return self._agent_keys

    def close(self) -> None:
        """Hang up on the agent."""
        with self._lock:
            if self._agent is not None:
                self._agent.close()
            self._agent, self._agent_keys = None, None

    def _ask_agent(self) -> list[Key]:
        try:
            self._agent = SharedAgent()
        except (paramiko.SSHException, OSError):
            return []
        return [Key(f"agent key {key.comment}", key) for key in self._agent.get_keys()]

    def _load(self, name: str) -> Key | Unreachable:
        path = Path(name).expanduser()
        try:
            return Key(name, load_key(path, None))
        except paramiko.PasswordRequiredException:
            return self._unlock(name, path)
        except (OSError, ValueError, paramiko.SSHException) as error:
            return _unusable(name, str(error) or type(error).__name__)

    def _unlock(self, name: str, path: Path) -> Key | Unreachable:
        passphrase = self._secrets.passphrase(name)
        if passphrase is None:
            return _unusable(name, "it is locked with a passphrase, and none was given")
        try:
            return Key(name, load_key(path, passphrase.reveal().encode()))
        except (OSError, ValueError, paramiko.SSHException):
            return _unusable(name, "the passphrase does not unlock it")


def load_key(path: Path, passphrase: bytes | None) -> Any:
    """A private key of any kind paramiko knows, with its certificate where there is one.

    :raises paramiko.PasswordRequiredException: it is locked and no passphrase was given.
    """
    try:
        return paramiko.PKey.from_path(path, password=passphrase)
    except TypeError as error:  # how ``cryptography`` says that a passphrase is missing
        raise paramiko.PasswordRequiredException(str(error)) from None


def _unusable(name: str, why: str) -> Unreachable:
    return Unreachable(
        f"key file {name}: {why}",
        kind="auth.key",
        hint="name a readable private key (ansible_ssh_private_key_file); a passphrase comes "
        "from FTLAB_PASSPHRASE or a terminal, or load the key into an ssh agent",
        file=name,
    )
