"""The lines of an INI host file, read as Ansible's ``ini`` inventory plugin reads them."""

from __future__ import annotations

import shlex
from dataclasses import field

from ftlab.frozen import mutable
from ftlab.inventory.groups import UNGROUPED, Tree
from ftlab.inventory.host_ranges import parse_host_word
from ftlab.inventory.hostvars import check_name
from ftlab.inventory.source import IN_VARS, InventoryPlace, PlacedValue, told
from ftlab.inventory.values import parse_value
from ftlab.inventory.yaml.document import DECRYPT
from ftlab.nearest import suggest
from ftlab.regex import regex

_BY_NAME = "name it .yml, .yaml or .json, as Ansible wants it too"
_SIGNS = {
    "#!": ("a program", "ftlab runs none: `ansible-inventory -i PROGRAM --list --export --yaml "
           "--output hosts.yml` writes what it says as a file"),
    "$ANSIBLE_VAULT;": ("an encrypted vault", DECRYPT),
    "---": ("YAML", _BY_NAME),
    "%YAML": ("YAML", _BY_NAME),
    "{": ("JSON", _BY_NAME),
}  # fmt: skip


def refuse_foreign(text: str, file: str) -> None:
    """Raises InventoryError for a file that begins as no INI file does.

    Ansible's INI reader would take a vault's digits, or a brace, for the names of hosts.
    """
    body = text.lstrip()
    for sign, (what, hint) in _SIGNS.items():
        if body.startswith(sign):
            line = len(text[: len(text) - len(body)].splitlines()) + 1
            raise InventoryPlace(file, line).error(f"this is {what}, not INI", hint=hint)


_SECTION = regex(r"\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?")
_QUOTES = regex(r"[\"'\\]")
_BLANK = regex(r"[ \t]+")
_GROUP_NAME = regex(r"([^:\]\s]+)\s*(?:#.*)?")


@mutable(slots=True)
class _ForwardReference:
    """A group named before it is declared: the line, and the parents that wait for it."""

    place: InventoryPlace
    kind: str
    parents: dict[str, InventoryPlace] = field(default_factory=dict)


def read_tree(text: str, file: str) -> Tree:
    """Raises InventoryError with file and line for anything Ansible would reject."""
    refuse_foreign(text, file)
    return _Reader(file).read(text)


class _Reader:
    """One pass over a file. Lines before the first section are hosts of ``ungrouped``."""

    def __init__(self, file: str) -> None:
        self.tree = Tree()
        self._place = InventoryPlace(file, 0)
        self._group = UNGROUPED
        self._promises: dict[str, _ForwardReference] = {}
        self._kinds = {"hosts": self._host, "children": self._child, "vars": self._variable}
        self._kind = "hosts"

    def read(self, text: str) -> Tree:
        for number, raw in enumerate(text.splitlines(), start=1):
            self._place = InventoryPlace(self._place.file, number)
            line = raw.strip()
            if line and line[0] not in "#;":
                self._line(line)
        self._check_promises()
        return self.tree

    def _line(self, line: str) -> None:
        try:
            if section := _section_of(line):
                self._section(*section)
            else:
                self._kinds[self._kind](line)
        except ValueError as wrong:
            raise self._place.error(str(wrong)) from None

    def _section(self, name: str, kind: str | None) -> None:
        self._group, self._kind = name, kind or "hosts"
        if self._kind not in self._kinds:
            raise ValueError(f"[{name}:{kind}] is of no known kind: hosts, children or vars")
        if name not in self.tree.groups:
            self.tree.add_group(name)
            if self._kind == "vars":
                self._promises.setdefault(name, _ForwardReference(self._place, "vars"))
        if self._kind != "vars" and name in self._promises:
            for parent, place in self._promises.pop(name).parents.items():
                self.tree.link(parent, name, place)

    def _host(self, line: str) -> None:
        word, *pairs = _words(line)
        names, digits = parse_host_word(word)
        port = PlacedValue(digits, self._place) if digits else None
        settings = dict(self._pair(pair, number) for number, pair in enumerate(pairs, start=2))
        for name in names:
            self.tree.add_host(name, self._group, self._place, port)
            owner = self.tree.owner(name)
            for key, setting in settings.items():
                owner.set(key, setting)

    def _pair(self, pair: str, position: int) -> tuple[str, PlacedValue]:
        key, equals, text = pair.partition("=")
        if not equals:
            raise ValueError(f"word {position} is not KEY=VALUE; quote a value that holds spaces")
        return key, self._setting(key, text)

    def _variable(self, line: str) -> None:
        key, equals, text = line.partition("=")
        if not equals:
            raise ValueError(f"expected KEY = VALUE in [{self._group}:vars]")
        setting = self._setting(key.strip(), text.strip())
        self.tree.groups[self._group].set(key.strip(), setting)

    def _setting(self, key: str, text: str) -> PlacedValue:
        check_name(key, self._place)
        try:
            return PlacedValue(parse_value(text), self._place)
        except ValueError as wrong:
            raise ValueError(f"{key} has {wrong}") from None

    def _child(self, line: str) -> None:
        found = _GROUP_NAME.fullmatch(line)
        if found is None:
            raise ValueError(f"expected the name of a group in [{self._group}:children]")
        child = found[1]
        if child in self.tree.groups:
            self.tree.link(self._group, child, self._place)
        else:
            promise = self._promises.setdefault(child, _ForwardReference(self._place, "children"))
            promise.parents.setdefault(self._group, self._place)

    def _check_promises(self) -> None:
        """A group that was only ever named is an error at the line that named it first."""
        for name, promise in self._promises.items():
            where = "children" if promise.kind == "children" else f"[{name}:vars]"
            declare = IN_VARS if "=" in name else f"declare [{name}], even an empty one"
            hint = suggest(name, self.tree.groups) or declare
            raise promise.place.error(
                f"group {told(name)} ({where}) is declared nowhere", hint=hint
            )


def _section_of(line: str) -> tuple[str, str | None] | None:
    """A section's group and kind; None for a line that only begins with a bracket."""
    if found := _SECTION.fullmatch(line):
        return found[1], found[2]
    if line.startswith("[") and line.endswith("]"):
        raise ValueError("not a section: [GROUP], [GROUP:children] or [GROUP:vars]")
    return None


def _words(line: str) -> list[str]:
    """A host line's words. Without quotes it is split at once: shlex goes letter by letter."""
    if _QUOTES.search(line):
        return shlex.split(line, comments=True)
    return _BLANK.split(line.partition("#")[0].rstrip(" \t"))
