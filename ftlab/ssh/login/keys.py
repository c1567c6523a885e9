"""Private keys: each file and the agent are read once per run.

Reading an RSA key, or one with a passphrase, costs over 100 ms, which is why it is shared.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm

from ftlab.errors import Unreachable
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.login.public_half import public_half

UNREADABLE = (
    OSError,
    ValueError,
    UnsupportedAlgorithm,  # a key that only works with its security device
    paramiko.pkey.UnknownKeyType,
    paramiko.SSHException,
)
"""What loading a key raises."""
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
        self._lock = threading.RLock()
        self._unlocking = threading.Lock()
        self._files: dict[str, Key | Unreachable | None] = {}
        self._agent: SharedAgent | None = None
        self._agent_keys: list[Key] | None = None

    def file(self, name: str) -> Key:
        """The key in a file; of a locked one whose public half the agent has, the agent's.

        :raises Unreachable: ``auth.key`` where it cannot be read; the same error each time.
        """
        found = self._at_hand(name)
        if found is None:
            with self._unlocking:
                found = self._at_hand(name) or self._unlock(name)
                self._files[name] = found
        if isinstance(found, Unreachable):
            raise found
        return found

    def offers(self, named: tuple[str, ...], most: int) -> Iterator[Key]:
        """At most ``most`` keys to log in with, each once: the ``named`` files', the agent's,
        those of the default files. Locked files come last, in the same order, each read only if
        all before it were refused, since reading it asks for a passphrase; the named ones among
        them have their place among the ``most``."""
        locked = [name for name in _existing(named) if self._at_hand(name) is None]
        ready = chain(self._ready(named), self.agent(), self._ready(DEFAULT_FILES))
        late = (name for name in _existing(DEFAULT_FILES) if self._at_hand(name) is None)
        first = islice(_each_once(ready), max(0, most - len(locked)))
        return islice(_each_once(chain(first, self._unlocked(chain(locked, late)))), most)

    def _ready(self, names: tuple[str, ...]) -> Iterator[Key]:
        """The keys of those files that exist and are neither locked nor broken."""
        for name in _existing(names):
            found = self._at_hand(name)
            if isinstance(found, Key):
                yield found

    def _unlocked(self, names: Iterable[str]) -> Iterator[Key]:
        """One for which there is no right passphrase is passed over."""
        for name in names:
            try:
                yield self.file(name)
            except Unreachable:
                continue

    def passed_over(self, named: tuple[str, ...]) -> list[str]:
        """Why those files of :meth:`offers` that could not be used could not."""
        found = map(self._files.get, _existing((*named, *DEFAULT_FILES)))
        return [error.message for error in found if isinstance(error, Unreachable)]

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

    def _at_hand(self, name: str) -> Key | Unreachable | None:
        """What a file holds as far as is known without a passphrase; ``None``: it is locked."""
        with self._lock:
            if name not in self._files:
                self._files[name] = self._load(name)
            return self._files[name]

    def _load(self, name: str) -> Key | Unreachable | None:
        path = Path(name).expanduser()
        try:
            return Key(name, load_key(path, None))
        except paramiko.PasswordRequiredException:
            return self._agents(name, path)
        except UNREADABLE as error:
            return self._agents(name, path) or _unusable(name, str(error) or type(error).__name__)

    def _agents(self, name: str, path: Path) -> Key | None:
        """The agent's, where it has the key whose public half is here."""
        half = public_half(path)
        same = (key.signer for key in self.agent() if key.signer.asbytes() == half)
        return next((Key(name, signer) for signer in same), None)

    def _unlock(self, name: str) -> Key | Unreachable:
        passphrase = self._secrets.passphrase(name)
        if passphrase is None:
            return _unusable(name, "it is locked with a passphrase, and none was given")
        try:
            return Key(name, load_key(Path(name).expanduser(), passphrase.reveal().encode()))
        except ValueError:
            return _unusable(name, "the passphrase does not unlock it")
        except UNREADABLE as error:
            return _unusable(name, str(error) or type(error).__name__)


def _existing(names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if Path(name).expanduser().is_file())


def _each_once(keys: Iterable[Key]) -> Iterator[Key]:
    seen: set[bytes] = set()
    for key in keys:
        blob = key.signer.asbytes()
        if blob not in seen:
            seen.add(blob)
            yield key


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
        hint="name a readable private key (ansible_ssh_private_key_file; `ssh-keygen -p -f FILE` "
        "writes one in OpenSSH's format); a passphrase comes from FTLAB_PASSPHRASE or a "
        "terminal, or load the key into an ssh agent",
        file=name,
    )
