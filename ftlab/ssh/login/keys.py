"""Private keys: each file and the agent are read once per run.

Reading an RSA key, or one with a passphrase, costs over 100 ms, which is why it is shared.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm

from ftlab.errors import Unreachable
from ftlab.frozen import frozen
from ftlab.ssh.login.agent import Agents
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.login.public_half import public_half
from ftlab.ssh.network.target import Identity
from ftlab.user_files import expanded, is_file, why_hidden

UNREADABLE = (
    OSError,
    ValueError,
    UnsupportedAlgorithm,  # a key that only works with its security device
    paramiko.pkey.UnknownKeyType,
    paramiko.SSHException,
)
"""What loading a key raises."""
DEFAULT_FILES = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


@frozen(slots=True)
class Key:
    """A private key and where it comes from, for messages."""

    name: str
    signer: Any


class KeyRing:
    """The run's keys. Safe to share between threads. An ``agent`` is one's socket, as in
    :class:`~ftlab.ssh.network.target.Identity`."""

    def __init__(self, secrets: SecretSource) -> None:
        self._secrets = secrets
        self._lock = threading.RLock()
        self._unlocking = threading.Lock()
        self._files: dict[tuple[str, str | None], Key | Unreachable | None] = {}
        self._agents = Agents()

    def file(self, name: str, agent: str | None = None) -> Key:
        """The key in a file; of a locked one whose public half the agent has, the agent's.

        :raises Unreachable: ``auth.key`` where it cannot be read; the same error each time.
        """
        found = self._at_hand(name, agent)
        if found is None:
            with self._unlocking:
                found = self._at_hand(name, agent) or self._unlock(name)
                self._files[name, agent] = found
        if isinstance(found, Unreachable):
            raise found
        return found

    def offers(self, identity: Identity, most: int) -> Iterator[Key]:
        """At most ``most`` keys to log in with, each once: the named files', the agent's, and
        where no files are named those of the default ones. Locked files come last, in the same
        order, each read only if all before it were refused, since reading it asks for a
        passphrase; the named ones among them have their place among the ``most``."""
        named, default = _names(identity)
        agent = identity.agent
        locked = [name for name in _existing(named) if self._at_hand(name, agent) is None]
        agents = [] if identity.only else self.agent(agent)
        ready = chain(self._ready(named, agent), agents, self._ready(default, agent))
        late = (name for name in _existing(default) if self._at_hand(name, agent) is None)
        first = islice(_each_once(ready), max(0, most - len(locked)))
        unlocked = self._unlocked(chain(locked, late), agent)
        return islice(_each_once(chain(first, unlocked)), most)

    def _ready(self, names: tuple[str, ...], agent: str | None) -> Iterator[Key]:
        """The keys of those files that exist and are neither locked nor broken."""
        for name in _existing(names):
            found = self._at_hand(name, agent)
            if isinstance(found, Key):
                yield found

    def _unlocked(self, names: Iterable[str], agent: str | None) -> Iterator[Key]:
        """One for which there is no right passphrase is passed over."""
        for name in names:
            try:
                yield self.file(name, agent)
            except Unreachable:
                continue

    def passed_over(self, identity: Identity) -> list[str]:
        """Why those files of :meth:`offers` that could not be used could not; also named ones in
        a folder that may not be searched, of which nobody knows whether they are there."""
        named, default = _names(identity)
        there = list(_existing((*named, *default)))
        hidden = (_hidden(name) for name in named if name not in there)
        found = (self._files.get((name, identity.agent)) for name in there)
        errors = (each for each in (*hidden, *found) if isinstance(each, Unreachable))
        return [error.message for error in errors]

    def agent(self, place: str | None = None) -> list[Key]:
        """The agent's keys; none where no agent answers."""
        return [Key(f"agent key {key.comment}", key) for key in self._agents.keys(place)]

    def close(self) -> None:
        """Hang up on the agents."""
        self._agents.close()

    def _at_hand(self, name: str, agent: str | None) -> Key | Unreachable | None:
        """What a file holds as far as is known without a passphrase; ``None``: it is locked."""
        with self._lock:
            if (name, agent) not in self._files:
                self._files[name, agent] = self._load(name, agent)
            return self._files[name, agent]

    def _load(self, name: str, agent: str | None) -> Key | Unreachable | None:
        try:
            path = expanded(name)
        except OSError as error:
            return _unusable(name, error.strerror or str(error))
        try:
            signer = load_key(path, None)
            refuse_disclosed(path)
        except paramiko.PasswordRequiredException:
            return self._held_by(agent, name, path)
        except UNREADABLE as error:
            held = self._held_by(agent, name, path)
            return held or _unusable(name, str(error) or type(error).__name__)
        return Key(name, signer)

    def _held_by(self, agent: str | None, name: str, path: Path) -> Key | None:
        """The agent's, where it has the key whose public half is here."""
        half = public_half(path)
        same = (key for key in self._agents.keys(agent) if key.asbytes() == half)
        return next((Key(name, signer) for signer in same), None)

    def _unlock(self, name: str) -> Key | Unreachable:
        try:
            refuse_disclosed(expanded(name))
        except OSError as error:
            return _unusable(name, str(error))
        passphrase = self._secrets.passphrase(name)
        if passphrase is None:
            return _unusable(name, "it is locked with a passphrase, and none was given")
        said = passphrase.reveal().encode("utf-8", "surrogateescape")
        try:
            return Key(name, load_key(expanded(name), said))
        except ValueError:
            return _unusable(name, "the passphrase does not unlock it")
        except UNREADABLE as error:
            return _unusable(name, str(error) or type(error).__name__)


def _names(identity: Identity) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The named files; the default ones where none are named, and the last resort."""
    default = DEFAULT_FILES if identity.files is None else ()
    return identity.files or (), (*default, *identity.last)


def _existing(names: Iterable[str]) -> Iterator[str]:
    """Those that are there, or whose public half is: the agent may have the other one."""
    for name in names:
        try:
            path = expanded(name)
        except OSError:
            continue
        if is_file(path) or is_file(Path(f"{path}.pub")):
            yield name


def _hidden(name: str) -> Unreachable | None:
    """The error of a file that this user may not look for."""
    try:
        why = why_hidden(expanded(name))
    except OSError:
        return None
    return _unusable(name, why) if why else None


def _each_once(keys: Iterable[Key]) -> Iterator[Key]:
    seen: set[bytes] = set()
    for key in keys:
        blob = key.signer.asbytes()
        if blob not in seen:
            seen.add(blob)
            yield key


def refuse_disclosed(path: Path) -> None:
    """:raises OSError: a private key of the user's own that others may read: as for ssh, it is
    none that can be used."""
    found = path.stat()
    if found.st_uid == os.geteuid() and found.st_mode & 0o077:
        mode = f"{found.st_mode & 0o777:04o}"
        raise OSError(f"others may read this private key (mode {mode}): chmod 600 {path}")


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
