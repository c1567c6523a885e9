"""Hosts, commands and files, as methods of ``Lab``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ftlab.engine.report import Report
from ftlab.lab.opened import OnOpenLab


class HostMethods(OnOpenLab):
    """Each returns a report with one outcome for each selected host."""

    def list_hosts(self) -> Report:
        """Where a connection to each host really goes. Contacts nobody."""
        from ftlab.ops.hosts.listing import list_hosts

        return list_hosts(self._lab)

    def check_hosts(self) -> Report:
        """Reach every host, log in, and ask for its version."""
        from ftlab.ops.hosts.check import CheckHost

        return self._lab.run("hosts.check", CheckHost())

    def trust_hosts(self, *, replace: bool = False) -> Report:
        """Record the hosts' unknown keys; with ``replace`` also those that have changed."""
        from ftlab.ops.hosts.trust import trust_hosts

        return trust_hosts(self._lab, replace_changed=replace)

    def record_hosts(self, out: str | Path) -> Report:
        """Write what the hosts answer, private words replaced, to a file that the simulator can
        play. Reads only."""
        from ftlab.ops.hosts.record import record_hosts

        return record_hosts(self._lab, str(out))

    def run_command(
        self,
        command: str,
        *,
        ok_exit: Sequence[int] = (0,),
        read_only: bool = False,
        stdin: bytes = b"",
        stream: bool = False,
    ) -> Report:
        """Run a line of the hosts' own shell; an exit status that is not among ``ok_exit`` is a
        failed host. Unless ``read_only``, it is approved and journalled as a change. With
        ``stream``, ``say`` gets each line as it comes.

        Raises ``UsageError`` for a ``{{ name }}`` that a host has no variable for.
        """
        from ftlab.ops.run_command import run_command

        return run_command(
            self._lab, command, ok_exit, read_only=read_only, stdin=stdin, stream=stream
        )

    def copy_file(self, source: str | Path, target: str) -> Report:
        """Put a file on every host, with a checksum and a backup of what was there. Raises
        ``UsageError`` for a source that cannot be read."""
        from ftlab.ops.files.copy import copy_job

        args = {"source": str(source), "target": target}
        return self._lab.run("fleet.copy", copy_job(str(source), target), args)

    def fetch_file(self, path: str, to: str | Path = ".") -> Report:
        """Get a file from every host, as ``TO/HOST/PATH``."""
        from ftlab.ops.files.fetch import fetch

        return fetch(self._lab, path, str(to))
