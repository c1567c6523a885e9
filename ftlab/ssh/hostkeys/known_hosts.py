"""known_hosts files, read once per run into a dictionary.

The format is in sshd(8), SSH_KNOWN_HOSTS FILE FORMAT: markers, lists of names with ``*``,
``?`` and ``!``, hashed names (``|1|salt|HMAC-SHA1``), bracketed names with a port. A name is
hash-matched only when no plain line has it: hashing thousands of lines for each of hundreds of
hosts is what makes naive clients slow. ``@revoked`` lines are always matched in full, and
``@cert-authority`` lines are passed over, since host certificates are not asked for.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import hmac
import threading
from collections.abc import Iterable
from pathlib import Path

from ftlab.frozen import frozen
from ftlab.ssh.hostkeys.hostkey import DEFAULT_PORT, HostKey, known_as
from ftlab.user_files import expanded


@frozen(slots=True)
class KnownHostsLine:
    """One line that names a key. ``number`` counts from 1."""

    names: tuple[str, ...]
    key: HostKey
    file: Path
    number: int
    revoked: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}:{self.number}"

    @property
    def hashed(self) -> bool:
        return self.names[0].startswith("|1|")

    @property
    def pattern(self) -> bool:
        return any(set(name) & set("*?!") for name in self.names)

    def covers(self, name: str) -> bool:
        """Whether this line speaks of ``name``; a ``!name`` that matches excludes it."""
        if self.hashed:
            return _hash_matches(self.names[0], name)
        if any(_glob(name, one[1:]) for one in self.names if one.startswith("!")):
            return False
        return any(_glob(name, one) for one in self.names if not one.startswith("!"))


class KnownHosts:
    """The lines of several files, in order. Safe to share between threads."""

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self._lock = threading.Lock()
        self._plain: dict[str, list[KnownHostsLine]] = {}
        self._slow: list[KnownHostsLine] = []
        self._hashed: list[KnownHostsLine] = []
        self._revoked: list[KnownHostsLine] = []
        for file in files:
            self.load(file)

    def load(self, file: Path) -> None:
        """Add a file's lines; a file that is not there has none.

        :raises OSError: the file is there but cannot be read.
        """
        path = expanded(str(file))
        if not path.exists():
            return
        text = path.read_text("utf-8", "surrogateescape")
        for line in parse(text, path):
            self.add(line)

    def add(self, line: KnownHostsLine) -> None:
        with self._lock:
            if line.revoked:
                self._revoked.append(line)
            elif line.hashed:
                self._hashed.append(line)
            elif line.pattern:
                self._slow.append(line)
            else:
                for name in line.names:
                    self._plain.setdefault(name, []).append(line)

    def lines(self, address: str, port: int) -> list[KnownHostsLine]:
        """The lines about this server, in file order of their kind.

        As in OpenSSH, a server on another port is first looked for under its bracketed name;
        :meth:`trusts_elsewhere` then tries the bare name.
        """
        return self._find(known_as(address, port))

    def trusts(self, address: str, port: int, key: HostKey) -> bool:
        """Whether a line about this server has this key. Hashed ones count also where
        :meth:`lines` leaves them out: another file may have the server's new key."""
        if any(line.key == key for line in self.lines(address, port)):
            return True
        name = known_as(address, port)
        return any(line.key == key and line.covers(name) for line in self._hashed)

    def trusts_elsewhere(self, address: str, port: int, key: HostKey) -> bool:
        """Whether exactly this key is known for the same name on the default port."""
        if port == DEFAULT_PORT:
            return False
        return any(line.key == key for line in self._find(known_as(address, DEFAULT_PORT)))

    def revocation(self, address: str, port: int, key: HostKey) -> KnownHostsLine | None:
        """The ``@revoked`` line that forbids this key for this server."""
        names = {known_as(address, port), known_as(address, DEFAULT_PORT)}
        for line in self._revoked:
            if line.key == key and any(line.covers(name) for name in names):
                return line
        return None

    def _find(self, name: str) -> list[KnownHostsLine]:
        with self._lock:
            found = list(self._plain.get(name, ()))
            found += [line for line in self._slow if line.covers(name)]
            hashed = () if found else tuple(self._hashed)
        return found or [line for line in hashed if line.covers(name)]


def parse(text: str, file: Path, name: str = "") -> list[KnownHostsLine]:
    """The lines of a known_hosts text; what cannot be read is passed over, as ssh does. With
    ``name``, all that cover it, and perhaps others."""
    raws = enumerate(text.split("\n"), 1)
    lines = (_line(raw, file, number) for number, raw in raws if _may_cover(raw, name))
    return [line for line in lines if line is not None]


def _may_cover(raw: str, name: str) -> bool:
    """A quick look: taking a line apart costs far more, and a fleet's file has thousands."""
    return name in raw.lower() or any(sign in raw for sign in "|*?!")


def _line(raw: str, file: Path, number: int) -> KnownHostsLine | None:
    words = raw.split()
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#") or marker not in ("", "@revoked"):
        return None
    names, kind, encoded = words[:3]
    blob = _blob(encoded)
    if blob is None or not _is_key(blob, kind):
        return None
    named = tuple((names if names.startswith("|") else names.lower()).split(","))
    return KnownHostsLine(named, HostKey(kind, blob), file, number, revoked=bool(marker))


def _blob(encoded: str) -> bytes | None:
    """Only base64 as it is written: Python would take a key with more padding behind it, which
    ssh passes over."""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    return blob if base64.b64encode(blob).decode("ascii") == encoded else None


def _is_key(blob: bytes, kind: str) -> bool:
    """Whether these are whole fields, of which the first is the key's type."""
    fields, at = [], 0
    while at + 4 <= len(blob):
        size = int.from_bytes(blob[at : at + 4], "big")
        fields.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return at == len(blob) and len(fields) > 1 and fields[0] == kind.encode("utf-8", "replace")


def _glob(name: str, pattern: str) -> bool:
    """ssh knows ``*`` and ``?`` only; brackets are part of a name with a port."""
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))


def _hash_matches(hashed: str, name: str) -> bool:
    try:
        _, _, salt, digest = hashed.split("|")
        key, want = base64.b64decode(salt), base64.b64decode(digest)
    except ValueError:
        return False
    said = name.encode("utf-8", "surrogateescape")
    return hmac.compare_digest(hmac.new(key, said, hashlib.sha1).digest(), want)
