"""What every task really prints, as a document and as lines, is what its own schema says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import jsonschema
import pytest
from cli_place import Place, a_place
from cli_runner import Cli, schema_of

from ftlab.report.json.schema.whole import TASKS
from ftlab.sim import PairSpec

PROFILE = (
    '[[state]]\nadvopt = { "/Migrate/NetTimeout" = 55 }\n[[state]]\nvm = "app01"\npower = "off"\n'
)
READS = {
    "hosts.list": ["-v"],
    "hosts.check": [],
    "hosts.trust": [],
    "hosts.record": ["--out", "lab.json"],
    "advopt.get": ["/Migrate/NetTimeout"],
    "advopt.diff": [],
    "setting.list": ["ntp"],
    "setting.get": ["hostname"],
    "vmx.get": ["--vm", "app01"],
    "vm.list": [],
    "vm.answer": ["--vm", "app01"],
    "vft.check": ["--vm", "db01"],
    "vft.status": [],
    "vft.diagnose": ["--vm", "db01"],
    "lab.plan": ["--profile", "other.toml"],
    "lab.capture": ["--vm", "*"],
    "lab.profiles": [],
    "fleet.run": ["uname", "--read-only"],
    "fleet.fetch": ["/etc/vmware/esx.conf", "--to", "files"],
}
CHANGES = {
    "advopt.set": ["/Migrate/NetTimeout", "33"],
    "advopt.reset": ["/Migrate/NetTimeout"],
    "setting.set": ["hostname", "{{ inventory_hostname }}"],
    "vmx.set": ["--vm", "app01", "--set", "a.b=1"],
    "vmx.unset": ["--vm", "app01", "--key", "a.b"],
    "vm.reload": ["--vm", "app01"],
    "vm.power-on": ["--vm", "app01"],
    "vm.power-off": ["--vm", "app01"],
    "vft.stream": ["--value", "1"],
    "vft.enable": ["--vm", "db01"],
    "vft.power-on-secondary": ["--vm", "db01", "--start-primary"],
    "lab.undo": ["last"],
    "vft.disable": ["--vm", "db01"],
    "fleet.copy": ["lab.toml", "/etc/lab.toml"],
    "lab.apply": ["--profile", "lab.toml"],
    "lab.reset": ["--profile", "lab.toml"],
    "lab.recover": [],
    "lab.history": [],
}
"""In this order, one after the other."""
EXITS = {"vft.check": 5, "lab.plan": 3}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        pair = PairSpec("db01", "vesxi01", "vesxi02", host_starts_secondary=True)
        made = a_place(tmp_path_factory.mktemp("lab"), stack, pairs=[pair])
        (made.cli.home / "lab.toml").write_text(PROFILE)
        (made.cli.home / "other.toml").write_text(PROFILE.replace("55", "56"))  # never applied
        yield made


def test_all_tasks_are_here():
    assert {*READS, *CHANGES} == set(TASKS)


def as_printed(cli: Cli, task: str, *words: str) -> dict[str, Any]:
    """The document, put together of its lines; each line is one that the schema knows."""
    own = schema_of(task)
    assert own is not None
    ran = cli(task, *words, "--yes", "--jsonl").expect(EXITS.get(task, 0))
    *many, last = map(json.loads, ran.out.splitlines())
    line = own.evolve(schema={"$ref": "#/$defs/line"})
    for each in (*many, last):
        line.validate(each)
    kind = {"lab.history": "runs", "lab.profiles": "profiles", "setting.list": "settings"}
    if task in kind:
        return {**last, kind[task]: many}
    return {**last, "hosts": {each.pop("host"): each for each in many}}


@pytest.mark.parametrize("task", READS)
def test_of_a_task_that_reads(place: Place, task: str):
    document = as_printed(place.cli, task, *READS[task])
    own = schema_of(task)
    assert own is not None
    own.validate(document)
    said = [host["facts"] for host in document.get("hosts", {}).values()]
    assert said == [] or any(set(facts) - {"notes"} for facts in said), document


def test_of_the_tasks_that_change(place: Place):
    for task, words in CHANGES.items():
        own = schema_of(task)
        assert own is not None
        own.validate(as_printed(place.cli, task, *words))
    place.cli.json("lab.history", "last").expect(0)


def test_a_schema_is_printed_for_a_validator(place: Place):
    printed = json.loads(place.cli("schema", "vm.list").expect(0).out)
    own = jsonschema.Draft202012Validator(printed)
    own.validate(place.cli.json("vm.list").expect(0).document)
    whole = json.loads(place.cli("schema", "report").expect(0).out)
    assert whole["title"] == "ftlab report"
    assert "did you mean 'vm.list'" in place.cli("schema", "vm.lst").expect(2).err
    assert "ftlab schema report" in place.cli("schema", "demo").expect(2).err
