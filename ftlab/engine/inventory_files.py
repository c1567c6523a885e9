"""From what ``-i`` names to an inventory: one file with ``group_vars`` and ``host_vars`` beside
it, or a list of hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ftlab.engine.options import HostList, InventorySource
from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory
from ftlab.inventory.parse import YAML_SUFFIXES, parse_host_list
from ftlab.inventory.variables.inheritance import Folder, InheritedFrom, VarsFile
from ftlab.user_files import others_may_read, others_may_write, read_bytes, why_unreadable

_BOM = "\ufeff"


def open_inventory(source: InventorySource) -> Inventory:
    """Read it. Raises ``InventoryError`` with file and line."""
    if isinstance(source, HostList):
        return parse_host_list(source.text, f"-i {source.text}")
    around = InheritedFrom(_VarsFolders(source.parent), cache(_exposed), cache(_disclosed))
    return parse_inventory(read_inventory_text(source), str(source), around)


def read_inventory_text(path: Path) -> str:
    """A file of hosts or variables. Bytes that are not UTF-8 stay apart from all letters, since
    Ansible takes them in a comment. Raises ``InventoryError``."""
    try:
        return read_bytes(path).decode("utf-8", "surrogateescape").removeprefix(_BOM)
    except OSError as error:
        raise InventoryError(f"{path}: cannot be read: {why_unreadable(error)}") from error


def _exposed(file: str) -> str:
    try:
        return others_may_write(Path(file))
    except OSError as error:
        return why_unreadable(error)


def _disclosed(file: str) -> bool:
    try:
        return others_may_read(Path(file))
    except OSError:
        return False


class _VarsFolders:
    """Finds files as Ansible's ``host_group_vars`` does: of a name alone, ``.yml``, ``.yaml`` and
    ``.json`` the first that is there; of a folder of that name all files in it, sorted.
    The files of group ``dc/rack1`` are ``dc/rack1.yml`` and so on."""

    def __init__(self, beside: Path) -> None:
        self._beside = beside
        self._listed: dict[str, frozenset[str]] = {}

    def __call__(self, folder: Folder, name: str) -> Sequence[VarsFile]:
        """Raises ``InventoryError`` for a file that cannot be read."""
        if name.startswith("/"):
            return ()
        within, _, last = f"{folder}/{name}".rpartition("/")
        listed = self._entries(within)
        for suffix in YAML_SUFFIXES:
            if last + suffix in listed:
                found = self._beside / within / (last + suffix)
                return [VarsFile(str(file), read_inventory_text(file)) for file in _files(found)]
        return ()

    def _entries(self, folder: str) -> frozenset[str]:
        """One look at the folder for all hosts."""
        if folder not in self._listed:
            self._listed[folder] = frozenset(_listing(self._beside / folder))
        return self._listed[folder]


def _listing(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise InventoryError(f"{folder}: cannot be read: {why_unreadable(error)}") from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise InventoryError(f"{path}: cannot be read: {why_unreadable(error)}") from error


def _files(found: Path) -> Iterator[Path]:
    """The file itself, or those in a folder; hidden files and backups (``~``) are left out."""
    if not _is_folder(found):
        yield found
        return
    for name in _listing(found):
        inside = found / name
        if name.startswith(".") or name.endswith("~"):
            continue
        if _is_folder(inside):
            yield from () if inside.suffix else _files(inside)
        elif inside.suffix in YAML_SUFFIXES:
            yield inside
