"""Profiles by name: where their text comes from, ``lab.profiles`` and ``lab.capture``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlab.cli.listing import Listing
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report, blank_report, exit_code
from ftlab.errors import FtlabError, UsageError
from ftlab.ops.profiles.capture import CaptureState
from ftlab.ops.profiles.captured_tables import captured, states
from ftlab.ops.profiles.sources import open_profile, read_profile
from ftlab.profile import BUILT_IN
from ftlab.profile.emit import profile_text
from ftlab.report.json.document import document
from ftlab.report.layout.values import plural
from ftlab.report.terminal.profiles import profiles_document, render_profile, render_profiles
from ftlab.report.terminal.render import render
from ftlab.user_files import check_target, write_text


def _entry(name: str) -> dict[str, Any]:
    profile = open_profile(name)
    return {
        "name": name,
        "description": profile.description,
        "warning": profile.warning,
        "sources": list(profile.sources),
        "text": read_profile(name),
    }


def profiles(name: str | None = None) -> Listing:
    """``lab.profiles``: all built-in ones, or the text of one (a file too, once it is right).
    Contacts nobody. Raises ``ProfileError``."""
    if name is not None and not name.strip():
        raise UsageError("--name needs the name of a profile")
    entries = [_entry(each) for each in ([name] if name else BUILT_IN)]
    return Listing(
        document=lambda: profiles_document(blank_report("lab.profiles"), entries),
        text=lambda view: (
            render_profile(entries[0], view) if name else render_profiles(entries, view)
        ),
    )


def capture_lab(lab: OpenLab, job: CaptureState, out: str | None) -> Listing:
    """``lab.capture``: the state of the lab as a profile, on stdout or in the file ``out``.

    Raises ``UsageError`` for a file that cannot be there, or that is there already and may not be
    replaced, before any host is contacted.
    """
    target = None if out is None else _free(lab, out)
    report = lab.run("lab.capture", job)
    text = _profile_of(lab, report)
    _tell(lab, report)
    saved = target is not None and text is not None and _saved(lab, report, target, text)
    without = replace(report, outcomes=tuple(replace(o, facts={}) for o in report.outcomes))
    return Listing(
        document=lambda: document(report),
        text=lambda view: (
            ((text or "# nothing was captured\n") if target is None else render(without, view))
            + (f"written to {target}\n" if saved and not view.quiet else "")
        ),
        exit_code=exit_code(report),
        report=report,
        more={"profile": text},
    )


def _free(lab: OpenLab, name: str) -> Path:
    try:
        path = check_target(name)
    except OSError as error:
        raise UsageError(f"--out {name}: cannot be written: {error.strerror}") from None
    if path.exists() and not lab.options.yes:
        raise UsageError(f"--out {name}: it is there already", hint="--yes replaces it")
    return path


def _profile_of(lab: OpenLab, report: Report) -> str | None:
    """The profile; ``None`` where no host told its state."""
    found = captured(report.outcomes)
    if not found:
        return None
    lost = [outcome.host for outcome in report.outcomes if outcome not in found]
    count = plural(len(found), "host")
    return profile_text(
        states(found, lab.spell),
        f"The state of {count} on {report.started}, by ftlab lab.capture",
        [f"not captured: {lab.spell(lost)}"] if lost else [],
    )


def _saved(lab: OpenLab, report: Report, path: Path, text: str) -> bool:
    """Whether it was written: not on a check, nor what is only a part because the run was cut."""
    if lab.options.check or report.stopped:
        why = "--check" if lab.options.check else "the run did not come to its end"
        lab.ui.warn(f"{why}: {path} is not written")
        return False
    try:
        write_text(path, text)
    except OSError as error:
        raise FtlabError(f"{path} cannot be written: {error.strerror}", kind="out") from error
    return True


def _tell(lab: OpenLab, report: Report) -> None:
    """Errors and notes, each once with its hosts: stdout is for the profile alone."""
    errors = {o.host: [f"{o.status}: {o.error.message}"] for o in report.outcomes if o.error}
    notes = {o.host: o.facts.get("notes", ()) for o in report.outcomes}
    for told, said in ((lab.ui.warn, errors), (lab.ui.say, notes)):
        for line, hosts in _folded(said).items():
            told(f"{lab.spell(hosts)}: {line}")


def _folded(said: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for host, lines in said.items():
        for line in lines:
            found.setdefault(line, []).append(host)
    return found
