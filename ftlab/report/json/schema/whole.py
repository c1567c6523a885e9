"""``report.schema.json``, for any document, and the stricter schema of each task's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftlab.facts.tasks import FACTS
from ftlab.report.json.schema.of_type import Definitions, Schema
from ftlab.report.json.shapes import (
    DocumentShape,
    HostLineShape,
    KnownSettingShape,
    LastLineShape,
    PastRunShape,
    ProfileShape,
)

_DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
_MANY: dict[str, Any] = {
    "hosts": HostLineShape,
    "runs": PastRunShape,
    "profiles": ProfileShape,
    "settings": KnownSettingShape,
}
"""What a document has many of: one of these. With ``--jsonl`` each is a line of this type."""
_ONE = ("of", "profile")
"""What only some tasks have beside it."""
_HAVE = {
    "lab.history": ("hosts", "runs", "of"),
    "lab.profiles": ("profiles",),
    "setting.list": ("settings",),
    "lab.capture": ("hosts", "profile"),
}
"""Which of these a task's documents have, where that is not hosts alone."""

TASKS = (*FACTS, "lab.profiles", "setting.list")
"""The tasks that have documents."""


def whole_schema() -> Schema:
    """Of any document: also of tasks of the user's own, whose facts may be anything."""
    definitions = Definitions()
    document = definitions.object(DocumentShape)
    facts = {task: definitions.of(kind) for task, kind in FACTS.items()}
    rules = [*_whose(), _if_there("of", "hosts"), *map(_facts_rule, _by_facts(facts))]
    lines = [definitions.of(kind) for kind in (*_MANY.values(), LastLineShape)]
    return {
        **_DIALECT,
        "title": "ftlab report",
        **document,
        "oneOf": [{"required": [name]} for name in _MANY],
        "allOf": [*rules, _if_task(["lab.capture"], {"required": ["profile"]})],
        "$defs": _defined(definitions, lines),
    }


def task_schema(task: str) -> Schema:
    """Of the documents of one task; nothing is left open in it. ``KeyError`` for a task that has
    none."""
    definitions = Definitions()
    have = _HAVE.get(task) or (("hosts",) if task in FACTS else ())
    document = _cut(definitions.object(DocumentShape), have)
    document["properties"]["task"] = {"const": task}
    document["required"] += ["exit", *(() if task == "lab.history" else have)]
    either = [{"required": [name]} for name in have if name in _MANY]
    last = _cut(definitions.object(LastLineShape), have)
    last["properties"]["task"] = {"const": task}
    definitions.found["LastLine"] = last
    lines = [definitions.of(kind) for name, kind in _MANY.items() if name in have]
    defined = _defined(definitions, [*lines, {"$ref": "#/$defs/LastLine"}])
    if "hosts" in have:
        kind = definitions.of(FACTS[task])
        for each in ("Host", "HostLine"):
            defined[each]["properties"]["facts"] = kind
    return {
        **_DIALECT,
        "title": f"ftlab {task}",
        **document,
        **({"oneOf": either} if len(either) > 1 else {}),
        "$defs": _reached(document, {**definitions.found, **defined}),
    }


def _cut(kind: Schema, have: Iterable[str]) -> Schema:
    """Without what the documents of the task do not have."""
    gone = {*_MANY, *_ONE} - {*have}
    properties = {name: s for name, s in kind["properties"].items() if name not in gone}
    return {**kind, "properties": properties}


def _reached(document: Schema, defined: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions that a document or a line leads to."""
    waiting, found = [document, defined["line"]], {"line": defined["line"]}
    while waiting:
        for name in _referred(waiting.pop()):
            if name not in found:
                found[name] = defined[name]
                waiting.append(defined[name])
    return found


def _referred(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
        return own + [name for each in schema.values() for name in _referred(each)]
    return [name for each in schema for name in _referred(each)] if isinstance(schema, list) else []


def _defined(definitions: Definitions, lines: list[Schema]) -> dict[str, Schema]:
    """All that was met on the way, and what a line may be."""
    ruled = {"allOf": [_failed_has_error(), _changed_has_changes()]}
    found = definitions.found
    names = [name for name in found if name in {"Host", "HostLine"}]
    hosts = {name: {**found[name], **ruled} for name in names}
    about = (
        "One line of --jsonl: a host as soon as its outcome is final (or, from lab.history, a run; "
        "from lab.profiles, a profile; from setting.list, a setting), and, last, the run."
    )
    return {"line": {"description": about, "oneOf": lines}, **found, **hosts}


# -- rules ---------------------------------------------------------------------------------------


def _failed_has_error() -> Schema:
    return {
        "if": {"properties": {"status": {"enum": ["failed", "unreachable"]}}},
        "then": {"properties": {"error": {"type": "object"}}},
    }


def _changed_has_changes() -> Schema:
    return {
        "if": {"properties": {"status": {"enum": ["changed", "would_change"]}}},
        "then": {"properties": {"changes": {"minItems": 1}}},
    }


def _whose() -> list[Schema]:
    """What only the documents of one task have."""
    return [
        {"if": {"required": [name]}, "then": {"properties": {"task": {"const": task}}}}
        for task, names in _HAVE.items()
        for name in names
        if name != "hosts"
    ]


def _if_there(one: str, other: str) -> Schema:
    return {"if": {"required": [one]}, "then": {"required": [other]}}


def _if_task(tasks: list[str], then: Schema) -> Schema:
    which = {"const": tasks[0]} if len(tasks) == 1 else {"enum": tasks}
    return {"if": {"properties": {"task": which}}, "then": then}


def _by_facts(facts: dict[str, Schema]) -> list[tuple[Schema, list[str]]]:
    """The tasks that have the same facts, together."""
    found: dict[str, tuple[Schema, list[str]]] = {}
    for task, kind in facts.items():
        found.setdefault(kind["$ref"], (kind, []))[1].append(task)
    return list(found.values())


def _facts_rule(told: tuple[Schema, list[str]]) -> Schema:
    kind, tasks = told
    host = {"properties": {"facts": kind}}
    return _if_task(tasks, {"properties": {"hosts": {"additionalProperties": host}}})
