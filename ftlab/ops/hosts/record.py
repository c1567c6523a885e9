"""``hosts.record``: what hosts answer, private words replaced, as a file that can be played."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlab.engine.context import Context
from ftlab.engine.job import Found
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.terms.approval import CHECK, Round
from ftlab.errors import FtlabError, HostError, UsageError
from ftlab.esxi.files import datastore_path
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.listing import parse_list
from ftlab.esxi.host.tables import parse_columns
from ftlab.esxi.recording import questions
from ftlab.esxi.recording.anonymous import add_private_words, anonymous
from ftlab.esxi.recording.private_words import PrivateWords, counted
from ftlab.esxi.vm.config import parse_config
from ftlab.esxi.vm.runtime import parse_runtime
from ftlab.facts.hosts import RecordedFacts
from ftlab.frozen import frozen
from ftlab.model import Change, Command, Completed, Outcome, internal_of
from ftlab.regex import regex
from ftlab.user_files import check_target, write_text
from ftlab.vmx.charset import Charset

MARK = "ftlab-recording"
MOST_VMS = 50
"""VMs of one host that are asked about; a note says how many were left out."""
_NIC = regex(r"^ {3}Name: (.+?) *$", re.MULTILINE)


@frozen
class RawRecording:
    """The answers of one host, private words and all."""

    answers: Mapping[str, Any]


@frozen
class RecordHost:
    """Ask one host all questions of a recording; nothing is changed."""

    changes = False

    def on(self, context: Context) -> Found:
        asked = questions.of_host()
        done = context.session.run_all(asked)
        told = dict(zip(map(str, asked), done, strict=True))
        nics = _NIC.findall(told["esxcli network ip interface list"].out)
        done += context.session.run_all(questions.of_interfaces(iter(nics)))
        switches = _NIC.findall(told["esxcli network vswitch standard list"].out)
        groups = _groups(told["esxcli network vswitch standard portgroup list"].out)
        done += context.session.run_all(questions.of_networks(switches, groups))
        listed = told["vim-cmd vmsvc/getallvms"]
        with suppress(FtlabError):
            found = parse_list(listed.out, listed.err).vms
            if len(found) > MOST_VMS:
                context.notes.append(f"{len(found) - MOST_VMS} VMs are not in the recording")
            return _raw(context, done, [self._vm(context, vm, done) for vm in found[:MOST_VMS]])
        context.notes.append("its list of VMs cannot be read: it is recorded without VMs")
        return _raw(context, done, [])

    def _vm(self, context: Context, vm: VmEntry, done: list[Completed]) -> dict[str, Any]:
        asked = questions.of_vm(vm.vmid)
        answers = context.session.run_all(asked)
        done += answers
        told = {str(each): one.out for each, one in zip(asked, answers, strict=True)}
        facts: dict[str, Any] = {"power": "off", "ft_role": None, "ft_state": None, "vmx": ""}
        with suppress(HostError):
            runtime = parse_runtime(told[f"vim-cmd vmsvc/get.runtime {vm.vmid}"])
            facts |= {"power": runtime.power or "off", "ft_state": runtime.ft_state}
        with suppress(HostError):
            config = parse_config(told[f"vim-cmd vmsvc/get.config {vm.vmid}"])
            facts["ft_role"] = config.ft.role if config.ft else None
        with suppress(HostError):
            read = context.session.run(Command(("cat", datastore_path(vm.path)), repeatable=True))
            facts["vmx"] = read.out
        return {"vmid": vm.vmid, "name": vm.name, "path": vm.path, "annotation": vm.annotation,
                **facts}  # fmt: skip


def _groups(text: str) -> list[str]:
    """Names of port groups; none where the table cannot be read."""
    with suppress(FtlabError):
        return [row["Name"] for row in parse_columns(text)]
    return []


def _raw(context: Context, done: Iterable[Completed], vms: list[dict[str, Any]]) -> Found:
    answers = [
        {"command": str(one.command), "exit": one.exit, "stdout": one.out, "stderr": one.err}
        for one in done
    ]
    banner = context.session.server.get("banner", "")
    raw = {"name": context.host, "banner": banner, "answers": answers, "vms": vms}
    facts: RecordedFacts = {"answers": len(answers), "vms": len(vms)}
    return Found(facts, RawRecording(raw))


def record_hosts(lab: OpenLab, out: str) -> Report:
    """Ask the hosts, show what was replaced, and write the file once that is approved; not where
    the run was cut, since the file may hold a whole recording. Raises ``UsageError`` for a file
    that cannot be."""
    try:
        path = check_target(out)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}") from error
    made: list[Report] = []
    texts: list[str] = []

    def once(round: Round) -> Report:
        if not made:
            with lab.runner("hosts.record", changes=False, round=CHECK) as run:
                result = run.fan_out(RecordHost())
                made.append(run.report(result.outcomes, result.stopped))
            if result.stopped:
                lab.ui.warn(f"the run did not come to its end: {path} is not written")
            else:
                raws = [r.answers for o in result.outcomes for r in internal_of(o, RawRecording)]
                texts.append(_anonymous(lab, raws))
        if made[0].stopped:
            return replace(made[0], check=round.check)
        outcomes = [_shown(outcome, path, written=not round.check) for outcome in made[0].outcomes]
        if not round.check and any(map(_is_recorded, made[0].outcomes)):
            _write(path, texts[0])
        return replace(made[0], check=round.check, outcomes=tuple(outcomes))

    return lab.approved(once, changes=True)


def _shown(outcome: Outcome, path: Path, *, written: bool) -> Outcome:
    """The host is as it was: what changes is a file here, which a plan shows."""
    if not _is_recorded(outcome):
        return outcome
    facts = dict(outcome.facts)
    if written:
        return replace(outcome, facts=facts | {"file": str(path)})
    what = f"{facts['answers']} answers, {facts['vms']} VMs"
    change = Change("recording", None, what, path=str(path))
    return replace(outcome, status="would_change", changes=(change,), facts=facts)


def _is_recorded(outcome: Outcome) -> bool:
    return "answers" in outcome.facts


def _write(path: Path, text: str) -> None:
    try:
        write_text(path, text)
    except OSError as error:
        raise UsageError(f"--out {path}: cannot be written: {error.strerror}") from error


def _anonymous(lab: OpenLab, raws: Sequence[Mapping[str, Any]]) -> str:
    """The recording's text; what was replaced is said."""
    words = PrivateWords(secrets.token_hex(), Charset("utf-8").escape)
    add_private_words(words, raws, [host.address for host in lab.hosts])
    hosts = [anonymous(raw, words, number) for number, raw in enumerate(raws, 1)]
    for kind, count in counted(words).items():
        lab.ui.say(f"replaced: {count} {kind}")
    if lab.options.verbose:
        for old, new in words.words.items():
            lab.ui.say(f"  {old.splitlines()[0]} -> {new.splitlines()[0]}")
    if words.left:
        names = ", ".join(sorted(words.left))
        lab.ui.say(f"left as they are, being short or ordinary words: {names}")
    document = {MARK: 1, "hosts": hosts, "replaced": dict(counted(words))}
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"
