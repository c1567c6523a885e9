"""``fleet.fetch``: a file of every host on this machine, each in a folder of its host's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ftlab.engine.context import Context
from ftlab.engine.job import Found, JobAnswer
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.errors import CommandFailed, Refused, UsageError
from ftlab.esxi import files
from ftlab.facts.hosts import FileFacts
from ftlab.frozen import frozen
from ftlab.model import Failure, Outcome, internal_of
from ftlab.ops.files import remote
from ftlab.ops.files.host_path import host_path
from ftlab.user_files import expanded, write_bytes


@frozen
class FetchFile:
    """Read a file and compare it with the checksum that the host computes."""

    path: str
    changes = False

    def on(self, context: Context) -> JobAnswer:
        path = files.datastore_path(self.path)
        if context.check:
            context.notes.append(f"would fetch {path}")
            return {}
        data = _read(context, path)
        digest = remote.digest_of(data)
        if remote.digest_at(context, path) != digest:
            raise files.arrived_otherwise(path)
        facts: FileFacts = {"file": {"path": path, "size": len(data), "sha256": digest}}
        return Found(facts, data)


def _read(context: Context, path: str) -> bytes:
    """A link is followed. Raises ``Refused`` (``file.kind``) for a directory."""
    try:
        return context.session.read(path)
    except CommandFailed as error:
        if files.says_yes(context.session.run(files.build_is_directory(path))):
            message = f"{path} is a directory; ftlab fetches files only"
            raise Refused(message, kind="file.kind", path=path) from error
        raise


def fetch(lab: OpenLab, path: str, folder: str) -> Report:
    """``fleet.fetch PATH --to FOLDER``: written as ``FOLDER/HOST/PATH``. A file that is there is
    replaced at once. Raises ``UsageError`` for a path and a folder that are none."""
    job = FetchFile(host_path(path))
    try:
        target = expanded(folder)
        if target.exists() and not target.is_dir():
            raise UsageError(f"--to {folder}: is not a folder")
    except OSError as error:
        raise UsageError(f"--to {folder}: {error.strerror}") from error

    def written(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        return tuple(_written(outcome, target) for outcome in failed_if_unmatched(outcomes))

    return lab.run("fleet.fetch", job, conclude=written)


def _written(outcome: Outcome, folder: Path) -> Outcome:
    if not (data := internal_of(outcome, bytes)):
        return outcome
    facts = dict(outcome.facts)
    path = facts["file"]["path"]
    local = folder / outcome.host.replace("/", "_") / path.lstrip("/")
    facts["file"] = {**facts["file"], "local": str(local)}
    try:
        local.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(local, data[0])
    except OSError as error:
        failure = Failure("file.local", f"{local}: cannot be written: {error.strerror}", "")
        return replace(outcome, status="failed", facts=facts, error=failure)
    return replace(outcome, facts=facts)
