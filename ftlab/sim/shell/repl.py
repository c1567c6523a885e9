"""The small shell as a user meets it after ``ssh HOST``: prompt, line, answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.ast import Script
from ftlab.sim.shell.call import State
from ftlab.sim.shell.errors import Exit, Interrupted, Refused, ShellSyntaxError
from ftlab.sim.shell.interpreter import WRONG, Shell
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.streams import Stream

Ask = Callable[[str], str | None]
"""Shows a prompt and gives the line typed after it; None at the end."""


def greeting(host: SimHost, more: str) -> str:
    """What a login shows first. A real host's text is longer, and its owner's to change."""
    return f"{host.name} is an ESXi {host.version} host, simulated by ftlab: it has {more}.\n"


SMALL = (
    "a small shell that does what ftlab sends.\n"
    "Loops, $( ), patterns, awk, vi and the like it refuses. exit or Ctrl-D ends the session"
)


def prompt(host: SimHost, directory: str) -> str:
    """``~ # `` up to 5.5, ``[root@host:~] `` later (seen on 9.0; taken to begin with 6.0)."""
    place = "~" if directory == "/" else directory
    old = int(re.match(r"\d+", host.version)[0]) < 6  # type: ignore[index]
    return f"{place} # " if old else f"[root@{host.fqdn.partition('.')[0]}:{place}] "


def converse(
    host: SimHost, streams: dict[int, Stream], wait: Callable[[float], None], ask: Ask
) -> int:
    """Run what is typed until ``exit`` or the end of input; gives the last status.

    Raises :class:`~ftlab.sim.shell.errors.Hangup` as :func:`ftlab.sim.shell.run.run` does.
    """
    shell = Shell(State(host, wait, name="-sh"), streams)
    try:
        while (tree := _typed(shell, ask)) is not None:
            _run(shell, tree)
    except Exit as end:
        return end.status
    return shell.state.status


def _typed(shell: Shell, ask: Ask) -> Script | None:
    """The next whole command, over as many lines as it takes; empty after Ctrl-C or an error."""
    text, shown = "", prompt(shell.state.host, shell.state.cwd)
    try:
        while (line := ask(shown)) is not None:
            text, shown = f"{text}{line}\n", "> "
            if re.search(r"(?<!\\)(?:\\\\)*\\\n\Z", text):
                continue
            try:
                return parse(text)
            except (ShellSyntaxError, Refused) as error:
                if not getattr(error, "incomplete", False):
                    shell.complain(str(error), WRONG)
                    return ()
    except Interrupted:
        shell.state.status = 130
        return ()
    return None


def _run(shell: Shell, tree: Script) -> None:
    try:
        shell.script(tree)
    except Interrupted:
        shell.state.status = 130
    except Refused as error:
        shell.complain(str(error), WRONG)
