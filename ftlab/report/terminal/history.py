"""The journal's runs as documents and as text: ``lab.history`` and ``lab.history RUN``.

Runs come as mappings, so that this layer need not know the journal: ``run``, ``task``,
``started``, ``status`` and ``hosts`` in a list of runs (``undone``: whether all of its changes
were, ``None``: none; ``left``: by host, in words, what has to be finished there); ``run``,
``task``, ``started``, ``seconds`` and ``exit`` for a single one; ``args``, ``user`` and
``controller`` for both, ``changed`` (how many hosts) in a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ftlab.engine.report import Report, summary
from ftlab.model import Outcome
from ftlab.report.json.document import document, heading
from ftlab.report.json.plain import to_json
from ftlab.report.layout.across import Layout, Rules, across, lines_across
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import escape
from ftlab.report.layout.table import Cell
from ftlab.report.layout.values import NOTHING, format_duration, format_value
from ftlab.report.layout.view import View
from ftlab.report.terminal.changes import label
from ftlab.report.terminal.render import render

_PLAIN = View()
_RUNS = ("run", "task", "started", "status", "hosts", "args", "changed", "user", "controller")
_STARTED = "started (UTC)"
_TITLES = ("run", "task", "arguments", _STARTED, "status", "changed", "by")
_WHOLE_RULES = Rules((Layout(whole=True),), (_STARTED, "by"))
_RULES = Rules(
    (Layout(), Layout(cut=True), Layout(above=1, cut=True)),
    ("by", "changed"),
    {"arguments": 12},
)
_OF = ("run", "task", "started", "seconds", "exit", "args", "user", "controller")


def runs_document(report: Report, runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document of ``lab.history``: ``runs`` in place of ``hosts``."""
    listed = [to_json(_entry(run)) for run in runs]
    return {**heading(report), "runs": listed, "summary": summary(report)}


def _entry(run: Mapping[str, Any]) -> dict[str, Any]:
    entry = {name: run[name] for name in _RUNS}
    return {**entry, "left": run["left"]} if run.get("left") else entry


def run_document(
    report: Report, of: Mapping[str, Any], states: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The document of ``lab.history RUN``: that run's hosts, as ``report`` holds them, and
    ``states``: for each host, how far each of its changes came, in their order."""
    told = document(report)
    for name, entry in told["hosts"].items():
        for change, state in zip(entry["changes"], states.get(name, ()), strict=True):
            cast("dict[str, Any]", change)["state"] = state
    return {**told, "of": to_json({name: of[name] for name in _OF})}


def render_runs(runs: Sequence[Mapping[str, Any]], view: View = _PLAIN) -> str:
    """One line for each run, in the order given."""
    rows = [[Cell(text) for text in _run_texts(run)] for run in runs]
    if not rows:
        return "no runs yet\n"
    lines = _lines(rows, view)
    return "\n".join([*lines, *_left_lines(runs, view)]) + "\n"


def _lines(rows: Sequence[Sequence[Cell]], view: View) -> list[str]:
    """A line for each run, if there is room; then without the time, which its id has, too."""
    found = across(rows, _TITLES, _WHOLE_RULES, view)
    if found.blocks:
        return [line for block in found.blocks for line in block]
    kept = [place for place, title in enumerate(_TITLES) if title != _STARTED]
    rest = [[row[place] for place in kept] for row in rows]
    return lines_across(rest, [_TITLES[place] for place in kept], _RULES, view)


def _left_lines(runs: Sequence[Mapping[str, Any]], view: View) -> list[str]:
    """What has to be finished, by run and host."""
    said = [
        f"run {format_value(run['run'])} was cut short on {view.spell(hosts)}: {', '.join(words)}"
        for run in runs
        for words, hosts in _by_words(run.get("left") or {}).items()
    ]
    if not said:
        return []
    said.append("ftlab lab.recover finishes it, and so does the next run on these VMs")
    return ["", *(line for text in said for line in wrapped(escape(text), view.width))]


def _by_words(left: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], list[str]]:
    """The hosts of which the same is to be said."""
    found: dict[tuple[str, ...], list[str]] = {}
    for host, words in sorted(left.items()):
        found.setdefault(tuple(words), []).append(host)
    return found


def render_run(
    report: Report,
    of: Mapping[str, Any],
    states: Mapping[str, Sequence[str]],
    view: View = _PLAIN,
) -> str:
    """A single run: a line about the run, then its hosts as their run's own report showed them,
    with a note on what was undone since; ``states`` as in :func:`run_document`."""
    seconds = of["seconds"]
    took = "without an end" if seconds is None else format_duration(seconds)
    run, task, started = map(format_value, (of["run"], of["task"], of["started"]))
    told = f"run {run}  {task}  {started}  {took}"
    code = "" if of["exit"] is None else f"  exit {of['exit']}"
    given = arguments(of["args"])
    by = f"  by {_who(of)}" + (f": {given}" if given else "")
    title = [view.paint("bold", line) for line in wrapped(told + code, view.width)]
    title += wrapped(by.strip(), view.width)
    outcomes = tuple(_with_undone(each, states.get(each.host, ())) for each in report.outcomes)
    all_undone = {state for own in states.values() for state in own} == {"undone"}
    shown_run = replace(report, outcomes=outcomes, run="" if all_undone else report.run)
    return "\n".join(title) + "\n\n" + render(shown_run, view)


def _with_undone(outcome: Outcome, states: Sequence[str]) -> Outcome:
    """The host with a note on which of its changes were undone, if any were."""
    pairs = zip(outcome.changes, states, strict=False)
    undone = [change for change, state in pairs if state == "undone"]
    if not undone:
        return outcome
    whole = len(undone) == len(outcome.changes)
    note = "undone since" if whole else f"undone since: {', '.join(map(label, undone))}"
    notes = [note, *outcome.facts.get("notes", ())]
    return replace(outcome, facts={**outcome.facts, "notes": notes})


def _run_texts(run: Mapping[str, Any]) -> list[str]:
    run_id, task, status = (format_value(run[name]) for name in ("run", "task", "status"))
    if run.get("undone") is not None:
        status += ", undone" if run["undone"] else ", partly undone"
    minute = format_value(run["started"])[: len("2026-01-02T03:04")]  # its id has more
    started = minute.replace("T", " ")
    changed = f"{run['changed']} of {len(run['hosts'])}" if run["hosts"] else NOTHING
    return [run_id, task, arguments(run["args"]), started, status, changed, _who(run)]


def arguments(args: Any) -> str:
    """What a run was given: ``vm=db01, stream=1``; what was left out is not said."""
    if not isinstance(args, Mapping):
        return "" if args is None else format_value(args)
    given = {name: value for name, value in args.items() if value not in (None, [], False, "")}
    return format_value(given) if given else ""


def _who(run: Mapping[str, Any]) -> str:
    return escape(f"{run['user']}@{run['controller']}")
