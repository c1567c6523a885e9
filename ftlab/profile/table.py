"""One ``[[state]]`` table, read strictly: what is not known, or not of its type, is an error."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ftlab.frozen import frozen
from ftlab.nearest import suggest
from ftlab.profile.source import ProfileLines, ProfilePlace
from ftlab.profile.state import DEFAULT, State
from ftlab.regex import regex

_KEYS = (
    "hosts", "advopt", "advopt_default", "setting", "vm", "vmx", "vmx_absent", "power", "snapshot",
    "since", "gone",
)  # fmt: skip
_OF_A_VM = ("vmx", "vmx_absent", "power", "snapshot")
_POWER = ("on", "off")
_VERSION = regex(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")


def refuse_unknown(
    table: Mapping[str, Any], known: Collection[str], place: Callable[[str], ProfilePlace]
) -> None:
    """Raises ``ProfileError`` for the first key that is not known, with the nearest one."""
    for key in table:
        if key not in known:
            hint = suggest(key, known) or f"known are {', '.join(known)}"
            raise place(key).error(f"unknown key {key!r}", hint)


def read_state(table: Mapping[str, Any], number: int, of: int, lines: ProfileLines) -> State:
    """Table ``number`` of ``of``. Raises ``ProfileError`` with its file, and line or table."""
    reader = _Reader(table, lambda key: lines.table(number, of, key))
    refuse_unknown(table, _KEYS, reader.place)
    state = State(
        place=lines.table(number, of),
        hosts=reader.text("hosts"),
        options=_options(reader),
        vm=reader.text("vm"),
        keys=_vmx_keys(reader),
        power=reader.one_of("power", _POWER),
        snapshot=reader.text("snapshot"),
        settings=_settings(reader),
        since=_release(reader, "since"),
        gone=_release(reader, "gone"),
    )
    if state.settings and (state.since or state.gone):
        raise reader.place("setting").error(
            "a table with since or gone has no settings", "each setting knows its own releases"
        )
    needs_vm = [key for key in _OF_A_VM if key in table]
    if needs_vm and state.vm is None:
        raise reader.place(needs_vm[0]).error(
            f"{needs_vm[0]} needs a vm", 'name the VMs beside it, e.g. vm = "db*"'
        )
    return state


def _options(reader: _Reader) -> dict[str, int | str | None]:
    wanted: dict[str, int | str | None] = {}
    for path, value in reader.mapping("advopt").items():
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise reader.place("advopt").error(
                f"{path!r} has {_typed(value)}", "an option takes an integer or a text"
            )
        _refuse_second(path, wanted, reader.place("advopt"))
        wanted[path] = value
    for path in reader.texts("advopt_default"):
        _refuse_second(path, wanted, reader.place("advopt_default"))
        wanted[path] = DEFAULT
    return wanted


def _release(reader: _Reader, key: str) -> str | None:
    text = reader.text(key)
    if text is not None and not _VERSION.fullmatch(text):
        raise reader.place(key).error(f"{key} is {text!r}", 'it is a version, such as "6.5"')
    return text


def _settings(reader: _Reader) -> dict[str, Any]:
    """Names with dots may be written as tables within tables."""
    wanted: dict[str, Any] = {}
    for name, value in _flat(reader.mapping("setting")):
        place = reader.place("setting")
        if name in wanted:
            raise place.error(f"{name} is in this table twice")
        if isinstance(value, list) and not all(isinstance(each, str) for each in value):
            raise place.error(f"{name!r} has a list of other things", "a list is of texts")
        if not isinstance(value, str | int | list):
            raise place.error(
                f"{name!r} has {_typed(value)}",
                "a setting takes a text, an integer, true or false, or a list of texts",
            )
        wanted[name] = value
    return wanted


def _flat(table: Mapping[str, Any], head: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{head}{key}.")
        else:
            yield f"{head}{key}", value


def _refuse_second(path: str, wanted: Mapping[str, Any], place: ProfilePlace) -> None:
    if path.casefold() in {known.casefold() for known in wanted}:
        raise place.error(
            f"{path} is in this table twice",
            "give it a value or its default, not both; hosts compare paths without case",
        )


def _vmx_keys(reader: _Reader) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {}
    for key, value in reader.mapping("vmx").items():
        _refuse_twice(key, wanted, reader.place("vmx"))
        if not isinstance(value, str):
            raise reader.place("vmx").error(f"{key!r} has {_typed(value)}", _vmx_hint(key, value))
        wanted[key] = value
    for key in reader.texts("vmx_absent"):
        _refuse_twice(key, wanted, reader.place("vmx_absent"))
        wanted[key] = None
    return wanted


def _refuse_twice(key: str, wanted: Mapping[str, Any], place: ProfilePlace) -> None:
    """VMX keys are the same in any case."""
    if key.lower() in {name.lower() for name in wanted}:
        raise place.error(f"{key!r} is in this table twice", "VMX keys compare without case")


def _vmx_hint(key: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f'a key with dots goes into quotes: "{key}.{next(iter(value), "…")}" = "…"'
    return 'values of a VMX are text: write "true", not true'


@frozen(slots=True)
class _Reader:
    """The keys of one table by their types; ``place`` gives the place of a key."""

    table: Mapping[str, Any]
    place: Callable[[str], ProfilePlace]

    def text(self, key: str) -> str | None:
        if key not in self.table:
            return None
        return self._filled(key, self.table[key])

    def one_of(self, key: str, words: Sequence[str]) -> str | None:
        value = self.text(key)
        if value is not None and value not in words:
            raise self.place(key).error(f"{key} is {value!r}", f"it is one of {', '.join(words)}")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.place(key).error(f"{key} is {_typed(value)}", "it takes a list of texts")
        return [self._filled(key, each) for each in value]

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            raise self.place(key).error(
                f"{key} is {_typed(value)}", "it takes a table: { name = value }"
            )
        return value

    def _filled(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.place(key).error(f"{key} has {_typed(value)}", "it takes text, in quotes")
        if not value.strip():
            raise self.place(key).error(f"{key} is empty")
        return value


def _typed(value: object) -> str:
    """The value's type in TOML's words."""
    words: dict[type, str] = {
        bool: "a boolean",
        int: "an integer",
        float: "a float",
        str: "a text",
        list: "an array",
        dict: "a table",
    }
    return words.get(type(value), "a date or time")


def texts_at(
    top: Mapping[str, Any], key: str, place: Callable[[str], ProfilePlace]
) -> tuple[str, ...]:
    """A list of texts at the top of a file; none where it is left out. Raises ``ProfileError``."""
    return tuple(_Reader(top, place).texts(key))


def text_at(top: Mapping[str, Any], key: str, place: Callable[[str], ProfilePlace]) -> str:
    """A text at the top of a file; "" where it is left out. Raises ``ProfileError``."""
    return _Reader(top, place).text(key) or ""


def variables_at(top: Mapping[str, Any], place: Callable[[str], ProfilePlace]) -> dict[str, str]:
    """The variables at the top of a file. Raises ``ProfileError``."""
    found = _Reader(top, place).mapping("variables")
    for name, value in found.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise place("variables").error(f"{name} has {_typed(value)}", "it takes a text")
    return {name: str(value) for name, value in found.items()}
