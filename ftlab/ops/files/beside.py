"""What stands beside a file that is being replaced: the old bytes and the new ones."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, HostError
from ftlab.esxi import faults, files
from ftlab.model import Completed


def backup_path(path: str, run: str) -> str:
    """Where the bytes before run ``run`` stay."""
    return f"{path}.ftlab-{run}"


def temporary_path(backup: str) -> str:
    """Where the new bytes are until they take the file's place."""
    return f"{backup}.tmp"


def beside(copy: str, *, had: bool = True) -> dict[str, str]:
    """What the journal keeps of it, to be removed one day: the bytes in the making and, where there
    ``had`` been a file, its copy."""
    return {"temporary": temporary_path(copy), **({"backup": copy} if had else {})}


def all_done(done: Sequence[Completed], steps: int, what: str) -> None:
    """Raise ``CommandFailed`` for the step that stopped a chain of so many."""
    last = done[-1]
    if len(done) == steps and last.ok:
        return
    words = (last.err or last.out).strip() or f"exit status {last.exit}"
    raise CommandFailed(f"{what}: {words}", argv=last.command.argv, exit=last.exit)


def clean_up(context: Context, *paths: str) -> None:
    """Remove what was put there; a failure to do so is noted, and no more."""
    try:
        faults.check(context.session.run(files.build_remove(*paths)))
    except HostError as error:
        context.notes.append(f"could not remove {', '.join(paths)}: {error}")
