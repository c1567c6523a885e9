"""Exit codes and the JSON document: the contract for scripts, held against its schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.engine.report import Report, exit_code
from ftlab.model import STATUSES, Change, Failure, Outcome
from ftlab.report.json.document import document
from ftlab.report.layout.view import View
from ftlab.report.terminal.history import render_run, render_runs, run_document, runs_document

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def report(*outcomes: Outcome, task: str = "vft.enable", **more: Any) -> Report:
    known = {"run": "r1", "check": False, "started": "2026-01-02T03:04:05Z", "seconds": 1.23456}
    return Report(task=task, outcomes=outcomes, **(known | more))


def of_status(status: str) -> Outcome:
    failed = status in ("failed", "unreachable")
    changed = status in ("changed", "would_change")
    return Outcome(
        f"host-{status}",
        status,  # type: ignore[arg-type]
        changes=(Change("advopt", 0, 1, path="/X/Y"),) if changed else (),
        error=Failure("lost", "gone") if failed else None,
    )


@pytest.mark.parametrize(
    ("statuses", "check", "stopped", "code"),
    [
        ((), False, None, 0),
        (("ok", "changed", "skipped"), False, None, 0),
        (("skipped",), True, None, 0),
        (("ok", "would_change"), True, None, 3),
        (("would_change",), False, None, 0),
        (("ok", "unreachable"), False, None, 4),
        (("would_change", "unreachable"), True, None, 4),
        (("unreachable", "failed"), False, None, 5),
        (("failed",), False, "max_fail", 6),
        (("failed",), False, "deadline", 8),
        (("failed", "unreachable"), False, "interrupted", 130),
        (("unreachable", "skipped"), False, None, 4),
    ],
)
def test_exit_codes(statuses: tuple[str, ...], check: bool, stopped: str | None, code: int) -> None:
    told = report(*map(of_status, statuses), check=check, stopped=stopped)
    assert exit_code(told) == code


def test_the_document_is_the_contract_to_the_letter() -> None:
    vmx = Change("vmx", None, "true", "[ds] a/a.vmx", "replay.supported", "a", 12, verified=True)
    advopt = Change("advopt", 1, 0, path="/Migrate/NetTimeout")
    told = report(
        Outcome("b", "changed", 2.00049, (vmx, advopt), {"vms": []}),
        Outcome("a", "unreachable", 0.5, error=Failure("auth.refused", "no", "try a key")),
    )
    assert document(told) == {
        "schema": 1,
        "task": "vft.enable",
        "run": "r1",
        "check": False,
        "started": "2026-01-02T03:04:05Z",
        "seconds": 1.235,
        "exit": 4,
        "hosts": {
            "b": {
                "status": "changed",
                "seconds": 2.0,
                "changes": [
                    {
                        "target": "vmx",
                        "vm": "a",
                        "vmid": 12,
                        "path": "[ds] a/a.vmx",
                        "key": "replay.supported",
                        "before": None,
                        "after": "true",
                        "verified": True,
                    },
                    {"target": "advopt", "path": "/Migrate/NetTimeout", "before": 1, "after": 0},
                ],
                "facts": {"vms": []},
                "error": None,
            },
            "a": {
                "status": "unreachable",
                "seconds": 0.5,
                "changes": [],
                "facts": {},
                "error": {"kind": "auth.refused", "message": "no", "hint": "try a key"},
            },
        },
        "summary": {
            "ok": 0,
            "changed": 1,
            "would_change": 0,
            "skipped": 0,
            "failed": 0,
            "unreachable": 1,
        },
    }


def test_hosts_keep_the_order_of_the_inventory() -> None:
    told = report(*(Outcome(name, "ok") for name in ("z", "a", "m")))
    assert list(document(told)["hosts"]) == ["z", "a", "m"]


texts = st.text(max_size=8)
values = st.none() | st.integers() | texts | st.booleans()
changes = st.builds(
    Change,
    target=texts.filter(bool),
    before=values,
    after=values,
    path=st.none() | texts,
    key=st.none() | texts,
    vm=st.none() | texts,
    vmid=st.none() | st.integers(0),
    verified=st.none() | st.booleans(),
)
failures = st.builds(Failure, texts.filter(bool), texts, texts)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    status = draw(st.sampled_from(STATUSES))
    least = int(status in ("changed", "would_change"))
    return Outcome(
        draw(texts),
        status,
        draw(st.floats(0, 1e6)),
        tuple(draw(st.lists(changes, min_size=least, max_size=3))),
        draw(st.dictionaries(texts, values, max_size=3)),
        draw(failures if status in ("failed", "unreachable") else st.none() | failures),
    )


@given(st.lists(outcomes(), max_size=4, unique_by=lambda outcome: outcome.host))
def test_every_document_fits_the_schema(told: list[Outcome]) -> None:
    made = document(report(*told, task="own.task"))
    VALIDATOR.validate(made)
    assert sum(made["summary"].values()) == len(told)


FACTS: dict[str, dict[str, Any]] = {
    "vm.list": {
        "vms": [
            {"vmid": 1, "name": "a", "path": "[d] a/a.vmx", "guest": "g", "version": "vmx-09"}
            | {"annotation": "", "power": None, "role": "primary"}
        ]
    },
    "advopt.get": {
        "options": [
            {"path": "/A/B", "type": "integer", "value": 1, "default": 0, "min": 0, "max": 1},
            {
                "path": "/A/C",
                "type": "string",
                "value": "",
                "default": "",
                "min": None,
                "max": None,
            },
        ]
    },
    "vmx.get": {"vmx": {"a": {"replay.supported": "true", "missing": None}}},
    "hosts.check": {"version": "5.5.0", "build": 1331820, "product": "VMware ESXi"},
    "hosts.list": {
        "address": "10.0.0.1",
        "port": 22,
        "user": "root",
        "identity": ["/k"],
        "via": None,
        "groups": ["vesxi"],
    },
    "vft.status": {
        "pairs": [],
        "vms": [{"name": "a", "vmid": 1, "role": "primary", "power": "on", "ft_state": "running"}],
    },
    "fleet.copy": {"file": {"path": "/etc/x", "size": 1, "sha256": "0" * 64}},
    "fleet.run": {"exit": 0, "stdout": "x\n", "stderr": ""},
}


@pytest.mark.parametrize("task", FACTS)
def test_the_facts_of_the_contract_fit_the_schema(task: str) -> None:
    VALIDATOR.validate(document(report(Outcome("h", "ok", facts=FACTS[task]), task=task)))


@pytest.mark.parametrize("task", FACTS)
def test_the_schema_knows_wrong_facts(task: str) -> None:
    name, value = next(iter(FACTS[task].items()))
    wrong = {**FACTS[task], name: 3.5 if not isinstance(value, list) else [{"x": 1}]}
    if task == "vft.status":
        wrong = {"vms": [{"name": "a"}]}
    made = document(report(Outcome("h", "ok", facts=wrong), task=task))
    assert list(VALIDATOR.iter_errors(made))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: made.pop("summary"),
        lambda made: made["summary"].pop("skipped"),
        lambda made: made.update(extra=1),
        lambda made: made.pop("hosts"),
        lambda made: made.update(runs=[]),
        lambda made: made.update(schema=2),
        lambda made: made.update(started="2026-01-02 03:04"),
        lambda made: made["hosts"]["host-failed"].update(status="fine"),
        lambda made: made["hosts"]["host-failed"].update(error=None),
        lambda made: made["hosts"]["host-changed"].update(changes=[]),
        lambda made: made["hosts"]["host-changed"]["changes"][0].pop("before"),
        lambda made: made["hosts"]["host-changed"]["changes"][0].update(vmid="12"),
        lambda made: made.update(of={"run": "r"}),
    ],
)
def test_the_schema_knows_a_spoilt_document(spoil: Any) -> None:
    made = document(report(of_status("failed"), of_status("changed")))
    VALIDATOR.validate(made)
    spoil(made)
    assert list(VALIDATOR.iter_errors(made))


BY = {"args": {"vm": ["db01"], "stream": None}, "user": "root", "controller": "box"}
RUN = {"run": "r1", "task": "vft.enable", "started": "2026-01-02T03:04:05Z", **BY}


def test_a_list_of_runs_stands_in_place_of_hosts() -> None:
    runs = [{**RUN, "status": "changed", "hosts": ("a", "b"), "changed": 1, "version": "no"}]
    made = runs_document(report(task="lab.history"), runs)
    VALIDATOR.validate(made)
    assert "hosts" not in made
    assert made["runs"] == [{**RUN, "status": "changed", "hosts": ["a", "b"], "changed": 1}]


def test_a_single_run_tells_how_far_each_change_came() -> None:
    of = {**RUN, "seconds": None, "exit": None}
    told = report(of_status("changed"), of_status("ok"), task="lab.history")
    made = run_document(told, of, {"host-changed": ["undone"]})
    VALIDATOR.validate(made)
    assert made["hosts"]["host-changed"]["changes"][0]["state"] == "undone"
    assert made["of"] == of


def test_history_as_text() -> None:
    runs = [{**RUN, "status": "ok", "hosts": ("a", "b"), "changed": 1}]
    heading, line = render_runs(runs, View(width=120)).splitlines()
    titles = ["RUN", "TASK", "ARGUMENTS", "STARTED (UTC)", "STATUS", "CHANGED", "BY"]
    assert re.split("  +", heading) == titles
    cells = ["r1", "vft.enable", "vm=db01", "2026-01-02 03:04", "ok", "1 of 2", "root@box"]
    assert re.split("  +", line) == cells
    assert render_runs([]) == "no runs yet\n"
    one = render_run(report(of_status("ok")), {**RUN, "seconds": 61.0, "exit": 0}, {})
    assert one.startswith("run r1  vft.enable  2026-01-02T03:04:05Z  1 min 1 s  exit 0\n")
