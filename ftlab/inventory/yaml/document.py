"""YAML and JSON text → Python values, as Ansible's loader makes them; mappings know their lines.

PyYAML does the reading, since Ansible's own loader is built on it: what ``yes``, ``022`` or
``1:30`` mean is then never a question. It is loaded on first use.
"""

from __future__ import annotations

import json
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

from ftlab.errors import InventoryError
from ftlab.inventory.source import InventoryPlace

if TYPE_CHECKING:
    import yaml

DECRYPT = (
    "ftlab decrypts nothing: keep in plain text what ftlab needs, and let a password come from "
    "ftlab_password_command, FTLAB_PASSWORD_FILE or a question"
)
VAULT = "$ANSIBLE_VAULT"
_ENCRYPTED, _UNSAFE = "__ansible_vault", "__ansible_unsafe"
_ODD_SCALARS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What PyYAML raises for a scalar that its tag does not fit, such as ``!!bool maybe``."""


class Vaulted:
    """A value, or a whole file, that ansible-vault has encrypted: nothing here can read it."""

    def __repr__(self) -> str:
        return "Vaulted()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vaulted)

    def __hash__(self) -> int:
        return hash(Vaulted)


class Lined(dict[Any, Any]):
    """A mapping with the line of each of its keys, counted from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Any, int] = {}


def read_document(text: str, file: str) -> Any:
    """The one document of a file; ``None`` for an empty one, :class:`Vaulted` for an encrypted one.

    JSON is tried first, as Ansible does. Raises ``InventoryError`` with file and line for what
    is neither; the error never quotes a value, which might be a password.
    """
    if text.startswith(VAULT):
        return Vaulted()
    try:
        return _with_lines(json.loads(text), text, file)
    except RecursionError:
        raise InventoryPlace(file, 1).error("nested too deeply") from None
    except ValueError:
        return _read_yaml(text, file)


def _read_yaml(text: str, file: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader's subclass
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark else 1
        raise InventoryPlace(file, line).error(wrong.problem or "not YAML") from None
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        raise InventoryPlace(file, line).error("a character that YAML does not allow") from None
    except UnicodeEncodeError as wrong:
        line = text.count("\n", 0, wrong.start) + 1
        raise InventoryPlace(file, line).error("not UTF-8") from None
    except RecursionError:
        raise InventoryPlace(file, 1).error("nested too deeply") from None
    except _ODD_SCALARS as wrong:
        raise InventoryPlace(file, 1).error(
            f"a value that its tag does not fit ({_kind(wrong)})"
        ) from None


def _kind(wrong: Exception) -> str:
    return type(wrong).__name__


@cache
def _loader() -> type[yaml.SafeLoader]:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Ansible's tags, and lines."""

        def lined(self, node: yaml.MappingNode) -> Any:
            data = Lined()
            yield data
            data.update(self.construct_mapping(node))
            for key, _ in node.value:
                data.lines[self.construct_object(key)] = key.start_mark.line + 1

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            """The same entry, merged in many ways, is one: a short file could hold any number."""
            super().flatten_mapping(node)
            node.value = list({id(key): (key, value) for key, value in node.value}.values())

        def unsafe(self, node: yaml.Node) -> Any:
            """A value that is no template, whatever braces it holds."""
            plain = copy(node)  # the same node would seem to contain itself
            plain.tag = self.resolve(type(node), node.value, (True, False))
            return self.construct_object(plain, deep=True)

    Loader.add_constructor("tag:yaml.org,2002:map", Loader.lined)
    Loader.add_constructor("!unsafe", Loader.unsafe)
    for tag in ("!vault", "!vault-encrypted"):
        Loader.add_constructor(tag, lambda _loader, _node: Vaulted())
    return Loader


def _with_lines(value: Any, text: str, file: str) -> Any:
    """JSON's values, with the lines that YAML, of which JSON is nearly a part, finds for them."""
    try:
        return _lined(value, _read_yaml(text, file))
    except InventoryError:
        return _lined(value, None)


def _lined(value: Any, twin: Any) -> Any:
    if isinstance(value, list):
        twins = twin if isinstance(twin, list) else []
        return [_lined(item, twins[i] if i < len(twins) else None) for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if _ENCRYPTED in value:
        return Vaulted()
    if _UNSAFE in value:
        return value[_UNSAFE]
    lined, lines = Lined(), twin.lines if isinstance(twin, Lined) else {}
    for key, item in value.items():
        lined[key] = _lined(item, twin.get(key) if isinstance(twin, Lined) else None)
        lined.lines[key] = lines.get(key, 1)
    return lined
