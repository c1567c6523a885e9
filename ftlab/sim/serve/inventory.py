"""The Ansible inventory of a simulated lab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HEAD = "# A simulated vESXi lab, written by ftlab; removed when the lab ends.\n"


def group_of(version: str) -> str:
    """The inventory group of a release: ``5.5`` → ``v55``, ``7.0 U1`` → ``v70u1``."""
    return "v" + "".join(char for char in version.lower() if char.isalnum())


@dataclass(frozen=True, slots=True)
class ModelInventory:
    """Somebody's own inventory as far as a simulated lab takes it: hosts by group, with those of
    groups within it, and each host's variables but those that say how it is reached."""

    groups: Mapping[str, Sequence[str]]
    variables: Mapping[str, Mapping[str, object]]


def inventory_text(
    ports: Mapping[str, int],
    versions: Mapping[str, str],
    variables: Mapping[str, str],
    legacy: frozenset[str] = frozenset(),
    model: ModelInventory | None = None,
) -> str:
    """An INI inventory: ``[all:vars]``, and the groups of ``model``, or ``vesxi`` and one for each
    release."""
    lines = [HEAD] if model else [HEAD, "[vesxi]\n"]
    groups: dict[str, list[str]] = {}
    for name, port in ports.items():
        own = model.variables.get(name, {}) if model else {}
        line = [name, *(f"{key}={_value(str(value))}" for key, value in own.items())]
        line += [f"ansible_host=127.0.0.1 ansible_port={port}"]
        line += ["ftlab_legacy_ssh=true"] if name in legacy else []
        lines.append(" ".join(line) + "\n")
        groups.setdefault(group_of(versions[name]), []).append(name)
    for group, names in (model.groups if model else groups).items():
        lines += [f"\n[{group}]\n", *(f"{name}\n" for name in names)]
    lines.append("\n[all:vars]\n")
    lines += [f"{key}={_value(value)}\n" for key, value in variables.items()]
    return "".join(lines)


def _value(text: str) -> str:
    """Quoted where Ansible would read it otherwise than as this string."""
    return repr(text) if any(char in text for char in " #'\"\\") or text.isdigit() else text


class UnwritableError(OSError):
    """The inventory file cannot be read or written there."""


@contextmanager
def _no_place() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableError(error.errno, error.strerror, error.filename) from error


class InventoryFile:
    """An inventory on disk that is removed only while it is still what was written here.

    Raises ``FileExistsError`` where the file is there and somebody else wrote it, unless
    ``force``, and ``UnwritableError`` where no file can be.
    """

    def __init__(self, path: Path, *, force: bool = False) -> None:
        self.path = path.absolute()
        self._written: bytes | None = None
        with _no_place():
            foreign = not force and self.path.exists() and not self._is_ours()
        if foreign:
            raise FileExistsError(17, "it exists and no simulated lab wrote it", str(self.path))

    def write(self, text: str) -> None:
        """Write it, whatever was there. Raises ``UnwritableError``."""
        with _no_place():
            self.path.write_text(text, encoding="utf-8")
        self._written = text.encode("utf-8")

    def _is_ours(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(len(HEAD)) == HEAD.encode()

    def remove(self) -> None:
        """Remove the file if nobody has changed it; safe to repeat."""
        if self._written is not None and self.path.is_file():
            if self.path.read_bytes() == self._written:
                self.path.unlink()
            self._written = None
