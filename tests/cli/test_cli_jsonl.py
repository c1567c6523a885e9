"""``--jsonl``: each host's line as soon as nothing can change it any more, then the run's."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from cli_place import Bench, Place
from cli_runner import VALIDATOR, Ran, schema_of
from test_cli_fleet import until

LINE = VALIDATOR.evolve(schema={"$ref": "#/$defs/line"})
RELOAD = "vim-cmd vmsvc/reload"


def lines(ran: Ran) -> list[dict[str, Any]]:
    """All lines of a call, each as the schema has it, the run's as the last one."""
    found = [json.loads(line) for line in ran.out.splitlines()]
    own = schema_of(found[-1]["task"])
    for line in found:
        LINE.validate(line)
        if own is not None:
            own.evolve(schema={"$ref": "#/$defs/line"}).validate(line)
    assert [("summary" in line) for line in found] == [False] * (len(found) - 1) + [True]
    return found


def without_seconds(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in {"seconds", "run", "started"}}


def test_the_lines_are_the_document_taken_apart(mixed: Place):
    *hosts, end = lines(mixed.cli("vm.list", "--jsonl").expect(0))
    document = mixed.cli.json("vm.list").expect(0).document
    assert sorted(line.pop("host") for line in hosts) == sorted(document["hosts"])
    assert without_seconds(end) == without_seconds(
        {k: v for k, v in document.items() if k != "hosts"}
    )
    wanted = sorted(json.dumps(without_seconds(host)) for host in document["hosts"].values())
    assert sorted(json.dumps(without_seconds(line)) for line in hosts) == wanted


def test_a_host_that_is_done_is_told_while_another_is_worked_on(bench: Bench):
    place = bench()
    released = place.hold(RELOAD, "vesxi01")
    argv = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "-y", "--jsonl")
    with place.cli.started(*argv) as run:
        assert run.stdout is not None
        first = json.loads(run.stdout.readline())
        assert (first["host"], first["status"]) == ("vesxi02", "changed")
        until(lambda: place.seen("vesxi01", *RELOAD.split()))
        assert run.poll() is None
        released.set()
        ran = place.cli.finish(run, *argv).expect(0)
    second, end = lines(ran)
    assert second["host"] == "vesxi01"
    assert end["summary"]["changed"] == 2


def test_a_vm_that_is_nowhere_is_told_once_all_hosts_have_said_so(bench: Bench):
    place = bench()
    *hosts, _end = lines(place.cli("vmx.get", "--vm", "nothing", "--jsonl").expect(5))
    assert [(line["host"], line["status"]) for line in hosts] == [
        ("vesxi01", "failed"), ("vesxi02", "failed"),
    ]  # fmt: skip


def test_what_takes_all_hosts_together_comes_at_the_end_in_inventory_order(mixed: Place):
    *hosts, _end = lines(mixed.cli("vft.status", "--vm", "db01", "--jsonl").expect(0))
    assert [line["host"] for line in hosts] == [f"vesxi0{n}" for n in range(1, 7)]
    assert hosts[1]["facts"]["pairs"]


def test_profiles_and_past_runs_are_lines_too(bench: Bench):
    place = bench()
    place.cli("advopt.set", "/Migrate/NetTimeout", "30", "-y", "--jsonl").expect(0)
    run, _end = lines(place.cli("lab.history", "--jsonl").expect(0))
    assert run["task"] == "advopt.set"
    *hosts, end = lines(place.cli("lab.history", run["run"], "--jsonl").expect(0))
    assert [line["host"] for line in hosts] == ["vesxi01", "vesxi02"]
    assert end["of"]["task"] == "advopt.set"
    assert len(lines(place.cli("lab.profiles", "--jsonl").expect(0))) > 1


def test_nothing_is_written_where_nothing_was_done(typed):
    assert typed("vmx.set", "--vm", "v", "--set", "a.b=1", "--jsonl").expect(2).out == ""
    assert "--jsonl" in typed("hosts.check", "--json", "--jsonl").expect(2).err


@pytest.mark.parametrize("wrong", [{"host": "h"}, {"schema": 1}, {}])
def test_the_schema_of_a_line_refuses_what_is_none(wrong):
    with pytest.raises(jsonschema.ValidationError):
        LINE.validate(wrong)
