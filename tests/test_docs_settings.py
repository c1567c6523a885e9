"""``docs/settings.md``: its tables are made from the data, and its examples are done as they stand.

``python tests/test_docs_settings.py`` writes the tables anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ftlab.esxi.settings.catalogue.shipped import SHIPPED
from ftlab.esxi.settings.command_line import CommandLine
from ftlab.esxi.settings.readers import READERS
from ftlab.esxi.settings.setting import HostSetting, SettingWay

PAGE = Path(__file__).parents[1] / "docs/settings.md"
_WHERE = {
    "text": "nothing: the value is all that the command prints",
    "field": "the name before the colon, as `Host Name`",
    "column": "a column's name, and the row if there are several: `Configured of Name=vga`",
    "match": "a regular expression whose group is the value; for a list every match is a member",
    "contains": "a text; the value is whether the answer has it",
    "member": "a list in a field, and a member: `Tags=VMotion`; the value is whether it is there",
    "object": "a field of an object that vim-cmd prints, and which one: `running of key=TSM-SSH`",
    "overrides": "nothing: a port group's own security policies",
    "changed": "nothing: the kernel's settings that are not at their default",
    "snapshots": "a name; the value is whether `vim-cmd vmsvc/snapshot.get` lists it",
    "vms": "a VM's path; the value is whether `vim-cmd vmsvc/getallvms` lists it",
}
_KINDS = {
    "text": "a text",
    "word": "a text, compared without case",
    "integer": "an integer",
    "boolean": "true or false",
    "list": "a list, in this order",
    "set": "a list, in any order",
    "any": "a text, an integer, or true or false, as the host has it",
}


def made(text: str) -> str:
    """The page with its tables made anew."""
    for name, table in (("readers", readers_table()), ("settings", settings_tables(SHIPPED))):
        part = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = part.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)
    return text


def settings_tables(settings: Sequence[HostSetting]) -> str:
    """A section a setting: what it is and takes, and for each way its releases and commands."""
    return "\n".join(line for setting in settings for line in _section(setting))


def readers_table() -> str:
    """What ``value`` may be in a setting of one's own, and what ``where`` means to each."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in _WHERE.items()]
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


def test_the_tables_are_those_of_the_data() -> None:
    text = PAGE.read_text("utf-8")
    assert text == made(text), "python tests/test_docs_settings.py writes it anew"


def test_every_reader_is_in_its_table() -> None:
    assert set(_WHERE) == set(READERS)


def test_every_setting_has_its_source_and_says_what_it_is() -> None:
    text = PAGE.read_text("utf-8")
    for each in SHIPPED:
        assert each.source
        assert each.what
        assert f"### `{each.name}`" in text


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text("utf-8")), "utf-8")
