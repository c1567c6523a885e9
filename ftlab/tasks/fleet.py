"""``fleet``: anything else, on all hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab


@fleet_task(
    example="ftlab fleet.run 'esxcli system version get' -l vesxi --read-only",
    help={
        "command": "the command line for the hosts' own shell; {{ name }} is a host's variable",
        "ok_exit": "exit statuses that count as fine, e.g. 0,1 (default 0)",
        "read_only": "it changes nothing: do not ask, and do not record it",
        "stream": "show each line on stderr as it comes, too",
        "stdin": "wait for standard input, however long it takes to begin",
    },
)
def run(
    lab: Lab,
    command: str,
    ok_exit: str = "0",
    read_only: bool = False,
    stdin: bool = False,
    stream: bool = False,
) -> Report:
    """Run a command on every host, which asks first; equal answers are shown once.

    With --diff the answers of fewer hosts are shown as what differs from that of the most.
    """
    from ftlab.cli.talk.standard_input import piped
    from ftlab.ops.run_command import parse_statuses

    return lab.run_command(
        command,
        ok_exit=parse_statuses(ok_exit),
        read_only=read_only,
        stdin=piped(wait=stdin),
        stream=stream,
    )


@fleet_task(
    example="ftlab fleet.copy motd.txt /etc/motd -l vesxi",
    help={
        "source": "a file of this machine, up to 64 MiB",
        "target": "where it goes: a path, a folder with / at its end, or '[datastore] dir/file'",
    },
)
def copy(lab: Lab, source: str, target: str) -> Report:
    """Put a file on every host, with a checksum, a backup of what was there, and an undo."""
    return lab.copy_file(source, target)


@fleet_task(
    example="ftlab fleet.fetch /var/log/vmkernel.log --to logs -l vesxi",
    help={
        "path": "the file on the hosts: a path, or '[datastore] dir/file'",
        "to": "the folder it goes to, as FOLDER/HOST/PATH (default: this one)",
    },
)
def fetch(lab: Lab, path: str, to: str = ".") -> Report:
    """Get a file from every host, with a checksum, each into a folder of its host's name."""
    return lab.fetch_file(path, to)
