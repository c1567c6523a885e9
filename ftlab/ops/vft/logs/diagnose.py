"""Explaining logs without touching anything: the newest part of what a VM and its host wrote."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ftlab.engine import run_id
from ftlab.engine.context import Context
from ftlab.engine.lab import OpenLab
from ftlab.engine.options import NO_INVENTORY, find_inventory
from ftlab.engine.report import Report
from ftlab.errors import HostFailed
from ftlab.esxi import files
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.logs.entries import concerning, migration_ids, of_nobody
from ftlab.esxi.logs.signatures import SIGNATURES, Finding, Signature, around_trouble, findings
from ftlab.esxi.text import lines
from ftlab.esxi.vm import config
from ftlab.facts.vms import FindingFact, FindingsFacts
from ftlab.frozen import frozen
from ftlab.model import Outcome
from ftlab.ops.vft.logs.cpu_evidence import cpu_evidence
from ftlab.ops.vft.logs.log_file import read_log_file
from ftlab.ops.vft.logs.tail import CAP, HOST_LOGS, distinct, own_logs, stats_in
from ftlab.ops.vms.listing import find_vms
from ftlab.ops.vms.questions import held_up_by
from ftlab.regex import regex

_STAMP = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}(?=[0-9]*Z)")
"""The time of a line from 5.0 on, in UTC: it sorts as text."""

Log = tuple[str, Sequence[str]]
"""A log's path and lines."""


@frozen
class Explained:
    """What some logs say: each finding with its log, and, where nothing known was found, the
    lines around the words of failure."""

    found: tuple[tuple[str, Finding], ...] = ()
    unexplained: tuple[str, ...] = ()

    def facts(self) -> list[FindingFact]:
        return [
            {
                "signature": finding.signature.name,
                "kind": finding.signature.kind,
                "meaning": finding.signature.meaning,
                "advice": finding.signature.advice,
                "line": finding.line,
                "log": path,
                "source": finding.signature.source,
            }
            for path, finding in self.found
        ]


def explain(
    logs: Sequence[Log], signatures: Sequence[Signature], aside: Sequence[str] = ()
) -> Explained:
    """The signatures seen, by precedence, each with its newest line of the first log that has
    it. Where all of them are only symptoms, or none is there, the lines around the trouble are
    there as well, those ``aside`` (which decide nothing) among them. Pure."""
    found: dict[str, tuple[str, Finding]] = {}
    for path, text in logs:
        for finding in findings(text, signatures, newest=True):
            found.setdefault(finding.signature.name, (path, finding))
    ranked = tuple(found[s.name] for s in signatures if s.name in found)
    if any(finding.signature.kind != "generic" for _, finding in ranked):
        return Explained(ranked)
    shown = around_trouble([*aside, *(line for _, text in logs for line in text)])
    return Explained(ranked, tuple(shown))


@frozen
class VmLogs:
    """What a VM's log and its host's logs say of it, and ``aside`` what the host's say of
    migration or FT without naming a VM."""

    evidence: tuple[Log, ...] = ()
    aside: tuple[str, ...] = ()


def read_logs(context: Context, vm: VmEntry) -> VmLogs:
    """The last :data:`~ftlab.ops.vft.logs.tail.CAP` bytes of each log there is; of the host's own
    only the entries that name this VM or its migration, since its own log began."""
    directory, uuids = _from_config(context, vm)
    own = own_logs(vm, directory)
    done = context.session.run(files.build_stat_target(*own, *HOST_LOGS))
    stats = list(distinct(stats_in(done).values()))
    paths = [stat.path for stat in stats]
    tails = [files.build_tail(stat.path, max(0, stat.size - CAP)) for stat in stats]
    if not any(path in own for path in paths):
        context.notes.append(f"{vm.name}: there is no {own[0]}")
    texts = [lines(answer.out) for answer in context.session.run_all(tails)]
    logs = dict(zip(paths, texts, strict=True))
    mine = [line for path in own for line in logs.get(path, ())]
    began = next((found[0] for line in mine if (found := _STAMP.match(line))), "")
    late = {path: not_before(began, text) for path, text in logs.items() if path not in own}
    migrations = migration_ids(mine)
    return VmLogs(
        tuple(
            (path, text if path in own else concerning(late[path], vm, uuids, migrations))
            for path, text in logs.items()
        ),
        tuple(line for text in late.values() for line in of_nobody(text, vm)),
    )


def _from_config(context: Context, vm: VmEntry) -> tuple[str | None, tuple[str, ...]]:
    """Where hostd says that the VM's log is, and the VM's UUIDs; nothing where it does not say."""
    try:
        found = config.parse_config(context.ask(config.build_config(vm.vmid)).out)
    except HostFailed:
        return None, ()
    return found.log_directory, found.uuids


def not_before(began: str, text: Sequence[str]) -> list[str]:
    """The lines stamped ``began`` or later, each with the unstamped ones after it; all of them
    before 5.0, whose lines carry no such stamp. What a host wrote before the VM's own log began
    belongs to another story."""
    kept: list[str] = []
    late = True
    for line in text:
        if stamp := _STAMP.match(line):
            late = stamp[0] >= began
        if late:
            kept.append(line)
    return kept


@frozen
class Diagnose:
    """``vft.diagnose --vm``: the logs of the wanted VMs' last failure, and a pending question."""

    vm: tuple[str, ...]
    signatures: tuple[Signature, ...] = SIGNATURES
    changes = False

    def on(self, context: Context) -> FindingsFacts:
        facts: list[FindingFact] = []
        for vm in find_vms(context, self.vm):
            facts += [_of_vm(vm.name, fact) for fact in self._one(context, vm)]
        return {"findings": facts}

    def _one(self, context: Context, vm: VmEntry) -> list[FindingFact]:
        logs = read_logs(context, vm)
        explained = explain(logs.evidence, self.signatures, logs.aside)
        if shown := cpu_evidence(context, (finding for _, finding in explained.found)):
            own = ("esxcli hardware cpu global get", shown)
            explained = explain((*logs.evidence, own), self.signatures, logs.aside)
        context.notes.extend(notes_of(vm.name, explained))
        question = held_up_by(context, vm.vmid)
        if question is not None:
            context.notes.append(
                f"{vm.name} waits for an answer: {question.text} Choices: {question.listed}. "
                f"ftlab vm.answer --vm vmid:{vm.vmid} --limit {context.host} --choice N"
            )
        return explained.facts()


def _of_vm(name: str, fact: FindingFact) -> FindingFact:
    """``vm`` stands first, as the table's first column."""
    return {"vm": name, **fact}


def notes_of(name: str, explained: Explained) -> list[str]:
    """What to show of logs in which nothing known was found, or nothing but symptoms."""
    shown = explained.unexplained
    if explained.found:
        return [f"{name}: only symptoms; the lines around them:", *shown] if shown else []
    if not shown:
        return [f"{name}: no log lines"]
    return [f"{name}: no known failure; the last lines of note:", *shown]


TASK = "vft.diagnose"


def diagnose_vms(lab: OpenLab, vm: tuple[str, ...], signatures: Sequence[Signature]) -> Report:
    """Read the ends of the logs of both halves. Touches nothing."""
    if lab.options.inventory == NO_INVENTORY:
        find_inventory(None, os.environ)  # says where it looked
    return lab.run(TASK, Diagnose(vm, tuple(signatures)))


def diagnose_file(file: str, signatures: Sequence[Signature]) -> Report:
    """Explain a log in hand (``-``: standard input; gzip is unpacked). Contacts nobody; in the
    report the file stands where a host would. Raises ``UsageError`` where it cannot be read."""
    now, began = datetime.now(UTC), time.monotonic()
    name = "standard input" if file == "-" else file
    log, short = read_log_file(file), Path(name).name
    explained = explain([(name, lines(log.text))], signatures)
    facts: FindingsFacts = {"findings": explained.facts()}
    cut = [f"{short}: {log.note}"] if log.note else []
    if notes := [*cut, *notes_of(short, explained)]:
        facts["notes"] = notes
    outcome = Outcome(name, "ok", facts=facts)
    seconds = time.monotonic() - began
    run, started = run_id.new_run(now), run_id.started(now)
    return Report(TASK, run, check=False, started=started, seconds=seconds, outcomes=(outcome,))
