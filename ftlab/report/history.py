"""The journal's runs as documents and as text: ``lab.history`` and ``lab.history RUN``.

Runs come as mappings, so that this layer need not know the journal: ``run``, ``task``,
``started``, ``status`` and ``hosts`` in a list of runs; ``run``, ``task``, ``started``,
``seconds`` and ``exit`` for a single one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftlab.report.document import Report, document, heading, summary
from ftlab.report.plain import plain
from ftlab.report.shown import NOTHING, counted, lasted, shown
from ftlab.report.table import Cell, table
from ftlab.report.terminal import render
from ftlab.report.view import View

_PLAIN = View()
_RUNS = ("run", "task", "started", "status", "hosts")
_OF = ("run", "task", "started", "seconds", "exit")


def runs_document(report: Report, runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document of ``lab.history``: ``runs`` in place of ``hosts``."""
    listed = [plain({name: run[name] for name in _RUNS}) for run in runs]
    return {**heading(report), "runs": listed, "summary": summary(report)}


def run_document(
    report: Report, of: Mapping[str, Any], states: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The document of ``lab.history RUN``: that run's hosts, as ``report`` holds them, and
    ``states``: for each host, how far each of its changes came, in their order."""
    told = document(report)
    for name, entry in told["hosts"].items():
        for change, state in zip(entry["changes"], states.get(name, ()), strict=True):
            change["state"] = state
    return {**told, "of": plain({name: of[name] for name in _OF})}


def render_runs(runs: Sequence[Mapping[str, Any]], view: View = _PLAIN) -> str:
    """One line for each run, in the order given."""
    rows = [[Cell(text) for text in _run_texts(run)] for run in runs]
    if not rows:
        return "no runs yet\n"
    return "\n".join(table(rows, width=view.width, paint=view.paint, header=_RUNS)) + "\n"


def render_run(report: Report, of: Mapping[str, Any], view: View = _PLAIN) -> str:
    """A single run: a line about the run, then its hosts as their run's own report showed them."""
    seconds = of["seconds"]
    took = "without an end" if seconds is None else lasted(seconds)
    told = f"run {shown(of['run'])}  {shown(of['task'])}  {shown(of['started'])}  {took}"
    code = "" if of["exit"] is None else f"  exit {of['exit']}"
    return view.paint("bold", told + code) + "\n\n" + render(report, view)


def _run_texts(run: Mapping[str, Any]) -> list[str]:
    texts = [shown(run[name]) for name in _RUNS[:-1]]
    return [*texts, counted(len(run["hosts"]), "host") if run["hosts"] else NOTHING]
