"""The settings that come with ftlab as the tables of ``docs/settings.md``. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.esxi.settings.command_line import CommandLine
from ftlab.esxi.settings.readers import WHERE
from ftlab.esxi.settings.setting import HostSetting, SettingWay

_KINDS = {
    "text": "a text",
    "word": "a text, compared without case",
    "integer": "an integer",
    "boolean": "true or false",
    "list": "a list, in this order",
    "set": "a list, in any order",
    "any": "a text, an integer, or true or false, as the host has it",
}


def settings_tables(settings: Sequence[HostSetting]) -> str:
    """A section a setting: what it is and takes, and for each way its releases and commands."""
    return "\n".join(line for setting in settings for line in _section(setting))


def readers_table() -> str:
    """What ``value`` may be in a setting of one's own, and what ``where`` means to each."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in WHERE.items()]
    return "\n".join(["| `value` | `where` |", "|---|---|", *rows])


def _section(setting: HostSetting) -> Iterator[str]:
    yield f"### `{setting.name}`\n"
    takes = " or ".join(f"`{value}`" for value in setting.takes) or _KINDS[setting.kind]
    needs = f" A new value {setting.needs}." if setting.needs else ""
    yield f"{_sentence(setting.what)} Takes {takes}.{needs}\n"
    yield "| releases | shown by | set by |"
    yield "|---|---|---|"
    for way in setting.ways:
        read, sets = f"`{way.read}`: {_place(way)}", "<br>".join(_sets(way))
        yield f"| {way.releases} | {read} | {sets} |"
    yield f"\nSource: {setting.source}.\n"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _place(way: SettingWay) -> str:
    places = {
        "text": "all of it",
        "field": f"the field `{way.where}`",
        "column": f"the column `{way.where}`",
        "match": f"what `{way.where.replace('|', chr(92) + '|')}` matches",
        "object": f"the field `{way.where}`",
        "member": f"whether `{way.where}`",
        "snapshots": "whether one of this name is listed",
        "vms": f"whether `{way.where}` is in it",
        "overrides": "the fields `Override Vswitch …`",
    }
    return places.get(way.reader, way.reader)


def _sets(way: SettingWay) -> Iterator[str]:
    for value, steps in way.by_value.items():
        yield f"{value or 'none'}: {_code(steps)}"
    if way.set:
        yield _code(way.set)
    if way.add and way.remove:
        yield _code([way.add])
        yield _code([way.remove])
    if way.edit:
        yield f"writing `{way.file}`, a line `{way.edit}` for each"
    if way.after:
        yield f"then {_code(way.after)}"


def _code(steps: Sequence[CommandLine]) -> str:
    return ", ".join(f"`{step}`" for step in steps)
