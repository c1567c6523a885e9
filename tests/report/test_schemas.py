"""The schema of each task: made of the types, and strict."""

import copy
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import jsonschema
import pytest
from cli_runner import SCHEMAS, VALIDATOR

from ftlab.facts.noted import Narrowed
from ftlab.model import STATUSES
from ftlab.report.json.schema.of_type import Definitions
from ftlab.report.json.schema.whole import TASKS, task_schema, whole_schema
from ftlab.tasks.namespace import NAMES

WITHOUT_JSON = {"sim.serve", "demo", "explain", "completion", "schema", "hosts.example"}
HEAD = {
    "schema": 1,
    "run": "r",
    "check": False,
    "started": "2026-01-02T03:04:05Z",
    "seconds": 0.1,
    "exit": 0,
    "summary": dict.fromkeys(STATUSES, 0),
}
WITH_HOSTS = [task for task in TASKS if task not in {"lab.profiles", "setting.list", "hosts.list"}]


def valid(task: str) -> dict[str, Any]:
    """A document of a task in which one host has said nothing."""
    host = {"status": "ok", "seconds": 0, "changes": [], "facts": {}, "error": None}
    more = {"profile": None} if task == "lab.capture" else {}
    return {**HEAD, "task": task, "hosts": {"h": host}, **more}


def test_every_task_with_json_has_a_schema():
    assert set(TASKS) == set(NAMES) - WITHOUT_JSON
    files = {file.name.removesuffix(".schema.json") for file in SCHEMAS.iterdir()}
    assert files == {*TASKS, "report"}


@pytest.mark.parametrize("schema", [whole_schema(), *map(task_schema, TASKS)])
def test_a_schema_is_one_and_leaves_no_object_open(schema: dict[str, Any]):
    jsonschema.Draft202012Validator.check_schema(schema)
    for each in [schema, *schema["$defs"].values()]:
        assert "properties" not in each or each["additionalProperties"] is False


@pytest.mark.parametrize("task", WITH_HOSTS)
def test_the_schema_of_a_task_is_strict(task: str):
    validator = jsonschema.Draft202012Validator(task_schema(task))
    validator.validate(valid(task))
    VALIDATOR.validate(valid(task))
    spoilt = [copy.deepcopy(valid(task)) for _ in range(4)]
    spoilt[0]["hosts"]["h"]["facts"]["surprise"] = 1
    spoilt[1]["surprise"] = 1
    spoilt[2]["task"] = "vm.other"
    del spoilt[3]["exit"]
    for each in spoilt:
        assert list(validator.iter_errors(each)), each
    assert list(VALIDATOR.iter_errors(spoilt[0]))


def test_facts_of_tasks_of_the_users_own_are_their_own():
    document = valid("clock")
    document["hosts"]["h"]["facts"] = {"clock": "12:00"}
    VALIDATOR.validate(document)


class InnerThing(TypedDict, total=False):
    """Of ``mine``."""

    inner: "InnerThing"


class OuterThing(InnerThing):
    word: Annotated[Literal["a", "b"] | None, "which"]
    number: NotRequired[Annotated[int, Narrowed(minimum=1)]]
    names: Mapping[str, list[str] | None]
    anything: Any


def test_a_type_becomes_its_schema():
    definitions = Definitions()
    told = definitions.object(OuterThing)
    assert told["required"] == ["word", "names", "anything"]
    assert told["properties"] == {
        "inner": {"$ref": "#/$defs/InnerThing"},
        "word": {"enum": ["a", "b", None], "description": "which"},
        "number": {"type": "integer", "minimum": 1},
        "names": {
            "type": "object",
            "additionalProperties": {"type": ["array", "null"], "items": {"type": "string"}},
        },
        "anything": {},
    }
    assert definitions.found["InnerThing"]["description"] == "Of mine."
    with pytest.raises(TypeError, match="bytes"):
        definitions.of(bytes)


def test_a_schema_is_plain_json():
    assert json.loads(json.dumps(whole_schema())) == whole_schema()
