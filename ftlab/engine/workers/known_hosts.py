"""known_hosts files that a run's workers elsewhere are given, since theirs may be others."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ftlab.model import Host
from ftlab.ssh.settings import SshSettings


def packed(ssh: SshSettings, hosts: Iterable[Host]) -> dict[str, str]:
    """The texts of the files that say which host keys are trusted, by name, those of single
    hosts too; one that cannot be read here is left for the worker to complain about."""
    own = [host.known_hosts for host in hosts if host.known_hosts]
    names = dict.fromkeys([*own, *map(str, ssh.known_hosts)])
    return {name: text for name in names if (text := _text(Path(name))) is not None}


def _text(file: Path) -> str | None:
    try:
        return file.expanduser().read_text("utf-8", "surrogateescape")
    except OSError:
        return None


class KnownHostsCopies:
    """Such texts as files again, in a private folder of this worker; none where there are no
    texts."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ftlab-") if texts else None
        self._names: dict[str, str] = {}
        for number, (name, text) in enumerate(texts.items()):
            file = Path(self._folder.name if self._folder else "", f"known_hosts-{number}")
            file.write_text(text, "utf-8", "surrogateescape")
            self._names[name] = str(file)

    def local(self, name: str | None) -> str | None:
        """Where a file is here; a name that was not carried stays as it is."""
        return None if name is None else self._names.get(name, name)

    def instead(self, ssh: SshSettings) -> SshSettings:
        """The settings with the files as they are here."""
        files = tuple(Path(self._names.get(str(file), str(file))) for file in ssh.known_hosts)
        return replace(ssh, known_hosts=files)

    def close(self) -> None:
        """Remove them. Safe to repeat."""
        if self._folder is not None:
            self._folder.cleanup()
