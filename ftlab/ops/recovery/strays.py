"""Files that a dead run has left beside those that it was to replace."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.esxi import files
from ftlab.ops.vmx.backups import remove


def remove_strays(context: Context, run: str, paths: Sequence[str]) -> None:
    """Remove those of these files that are there, and say so. Only files whose names are of
    ftlab's making are removed. Raises ``HostError``: then they are still left by that run."""
    there = existing(context, paths)
    if not there:
        return
    listed = ", ".join(path.rpartition("/")[2] for path in there)
    if context.check:
        context.notes.append(f"{listed}: left by run {run}, would be removed")
    elif remove(context, there):
        context.notes.append(f"{listed}: left by run {run}, removed")


def existing(context: Context, paths: Sequence[str]) -> list[str]:
    """Which of these files are there. Raises ``CommandFailed`` where the host cannot look. Their
    names are not asked for: BusyBox lists those beyond ASCII as it can, not as they are."""
    answers = context.session.run_chain([files.build_exists(path) for path in paths])
    return [path for path, done in zip(paths, answers, strict=True) if files.says_yes(done)]
