"""paramiko as the ``ftlab`` program imports it: without what it hardly ever needs.

It has its own version looked up, for which Python brings a parser of mails, and it brings
libsodium for Ed25519 keys alone: together a quarter of its import. Here the version is in the name
of a folder, and libsodium comes with the first such key.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

_PARAMIKO = "paramiko"
_METADATA = "importlib.metadata"
_SODIUM = "nacl.signing"


def lean_paramiko() -> None:
    """From here on paramiko is imported so, whoever asks for it first."""
    if _PARAMIKO not in sys.modules:
        sys.meta_path.insert(0, _Finder)


class _Finder:
    """Finds paramiko where it is, and is gone."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _PARAMIKO:
            return None
        sys.meta_path.remove(_Finder)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Lean(spec.loader)  # type: ignore[assignment]  # see there
        return spec


class _Lean:
    """Loads it, while there are stand-ins for those two. No ``importlib.abc.Loader``, whose module
    would cost what one of them saves."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        stand_ins = _StandIns(Path(str(module.__file__)).parents[1])
        sys.meta_path.insert(0, stand_ins)
        try:
            self._loader.exec_module(module)
        finally:
            sys.meta_path.remove(stand_ins)
            stand_ins.leave()
            module.__loader__ = self._loader
            if module.__spec__ is not None:
                module.__spec__.loader = self._loader


class _StandIns:
    """Gives a module that asks for one of the two a stand-in, once, that has what is needed while
    paramiko is imported, and all else from the real one. What is loaded already is not asked for.
    """

    def __init__(self, packages: Path) -> None:
        self._packages = packages
        self._members: dict[str, dict[str, Any]] = {
            _METADATA: {"version": self._version},
            _SODIUM: {"VerifyKey": _Key, "SigningKey": _Key},  # in annotations
        }
        self._made: dict[str, ModuleType] = {}

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - what a finder is asked
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        asked = name in self._members and name not in self._made
        return ModuleSpec(name, self) if asked else None  # type: ignore[arg-type]  # the same

    def create_module(self, spec: ModuleSpec) -> None:
        """A module like any other."""

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        self._made[name] = module
        vars(module).update(self._members[name])
        vars(module)["__getattr__"] = lambda member: getattr(self._real(name), member)

    def _real(self, name: str) -> ModuleType:
        self._drop(name)
        return import_module(name)

    def _drop(self, name: str) -> None:
        package, _, member = name.partition(".")
        if sys.modules.get(name) is self._made[name]:
            del sys.modules[name]
        if vars(sys.modules[package]).get(member) is self._made[name]:
            delattr(sys.modules[package], member)

    def leave(self) -> None:
        """From now on everybody gets the real ones."""
        for name in self._made:
            self._drop(name)
        if _SODIUM in self._made:
            vars(sys.modules["nacl"]).setdefault("__getattr__", _part_of_nacl)

    def _version(self, name: str) -> str:
        start, end = f"{name}-", ".dist-info"
        names = [each.name for each in self._packages.glob(f"{start}*{end}")]
        told = names[0][len(start) : -len(end)] if len(names) == 1 else ""
        found = told if re.fullmatch(r"[0-9]+(\.[0-9]+)*", told) else None
        return found or self._real(_METADATA).version(name)


class _Key:
    pass


def _part_of_nacl(name: str) -> ModuleType:
    """paramiko says ``nacl.signing``, and has it imported then."""
    try:
        return import_module(f"nacl.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(f"module 'nacl' has no attribute {name!r}") from error
