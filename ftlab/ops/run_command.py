"""``fleet.run``: any command, on every host."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ftlab.engine.context import Context
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.workers.told import refuse_readable_secrets
from ftlab.errors import CommandFailed, CommandTimeout, HostError, Lost, UsageError
from ftlab.facts.hosts import OutputFacts
from ftlab.frozen import frozen
from ftlab.inventory.substitution import with_variables
from ftlab.model import Change, Command, Completed, Host
from ftlab.ops.stream import streamed

TARGET = "command"
"""The target of a command in a plan and in the journal: ftlab cannot read back what it did."""
LEFT_OPEN = (
    "it has left a process behind, which still holds its output open: what that writes is not shown"
)
_KEPT = 5


@frozen
class RunCommand:
    """A command line for each host's own shell, by the host's name; ``ok`` are the statuses that
    count as fine.

    It may change anything, so it is planned, asked and journalled as a change, with the first
    lines of its output; not so a ``read_only`` one, which its user says changes nothing.
    ``stdin`` is passed on; with ``stream`` lines are told as they come.
    """

    lines: Mapping[str, str]
    ok: tuple[int, ...] = (0,)
    read_only: bool = False
    stdin: bytes = b""
    stream: bool = False

    @property
    def changes(self) -> bool:
        return not self.read_only

    def on(self, context: Context) -> OutputFacts:
        line = self.lines[context.host]
        done: list[Completed] = []

        def run() -> Change:
            done.append(self._run(context, line))
            return replace(change, output=_first_lines(done[0]))

        change = Change(TARGET, None, line)
        if self.read_only and context.check:
            context.notes.append(f"would run: {line}")
        elif self.read_only:
            run()
        else:
            context.carry_out_unread(change, run)
        return self._found(context, done[0]) if done else {}

    def _run(self, context: Context, line: str) -> Completed:
        """Raises as the session does; what the command has said until then is a fact."""
        command = Command((line,), stdin=self.stdin, typed=True)
        try:
            return streamed(context, command) if self.stream else context.session.run(command)
        except (CommandTimeout, Lost) as error:
            context.facts.update(_said(error))
            raise

    def _found(self, context: Context, done: Completed) -> OutputFacts:
        """Raises ``CommandFailed`` for a status that is not among those that are fine; the facts
        are there all the same."""
        facts: OutputFacts = {"exit": done.exit, "stdout": done.out, "stderr": done.err}
        context.facts.update(facts)
        if done.truncated:
            context.notes.append("the output was cut at the cap")
        if done.left_open:
            context.notes.append(LEFT_OPEN)
        if done.exit not in self.ok:
            raise CommandFailed(
                f"exit status {done.exit}: {done.command}",
                hint="--ok-exit 0,1 lets other statuses count as fine",
                exit=done.exit,
            )
        return facts


def _said(error: HostError) -> OutputFacts:
    """Without an exit status: nobody knows it."""
    streams = {name: error.evidence.get(name, b"") for name in ("stdout", "stderr")}
    texts = {name: data.decode("utf-8", "surrogateescape") for name, data in streams.items()}
    if not any(texts.values()):
        return {}
    return {"exit": None, "stdout": texts["stdout"], "stderr": texts["stderr"]}


def _first_lines(done: Completed) -> str:
    """What the journal keeps of the output."""
    said = [line.rstrip() for line in (*done.out.splitlines(), *done.err.splitlines())]
    return "\n".join(said[:_KEPT])[:1000]


def run_command(  # noqa: PLR0913 - what the job has, and where
    lab: OpenLab,
    line: str,
    ok: Sequence[int] = (0,),
    *,
    read_only: bool = False,
    stdin: bytes = b"",
    stream: bool = False,
) -> Report:
    """``fleet.run LINE`` on the selected hosts; ``{{ name }}`` in it is the host's inventory
    variable of that name, quoted for the shell where it needs to be.

    Raises ``UsageError`` for a variable that a host does not have, for an empty line, and for a
    secret that somebody could read on its way.
    """
    if not line.strip():
        raise UsageError("an empty command", hint="e.g. 'esxcli system version get'")
    lines = lines_of(line, lab.hosts)
    refuse_readable_secrets(lab.options.executor, [line])
    job = RunCommand(lines, tuple(ok), read_only, stdin, stream)
    return lab.run("fleet.run", job, {"command": line})


def lines_of(line: str, hosts: Sequence[Host]) -> dict[str, str]:
    """The line with each host's variables in it, as workers have none. Raises ``UsageError``."""
    import shlex

    return {host.name: with_variables(line, host, shlex.quote) for host in hosts}


def parse_statuses(text: str) -> tuple[int, ...]:
    """``0,1`` as exit statuses (0 to 255). Raises ``UsageError``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch("[0-9]{1,3}", part) and int(part) < 256 for part in parts):
        raise UsageError(f"--ok-exit {text:.60}: takes exit statuses from 0 to 255, such as 0,1")
    return tuple(int(part) for part in parts)
