"""The simulated host's shell as a user meets it after ``ssh HOST``: prompt, line, answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlab.sim.shell.ast import Script, ShellSyntaxError
from ftlab.sim.shell.errors import Exit, Expired, Interrupted, Leave, ShellError
from ftlab.sim.shell.interpreter import Shell
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.state import ShellHost, State
from ftlab.sim.shell.streams import Descriptors, Stream

Ask = Callable[[str], str | None]
"""Shows a prompt and gives the line typed after it; None at the end."""


def greeting(host: ShellHost) -> str:
    """What a login shows first. A real host's text is longer, and its owner's to change."""
    return (
        f"{host.name} is an ESXi {host.version} host, simulated by ftlab: it has a small sh and the"
        "\ncommands that ftlab uses. exit or Ctrl-D ends the session.\n"
    )


def prompt(host: ShellHost, directory: str) -> str:
    """``~ # `` up to 5.5, ``[root@host:~] `` later (seen on 9.0; taken to begin with 6.0)."""
    place = "~" if directory == "/" else directory
    old = int(re.match(r"\d+", host.version)[0]) < 6  # type: ignore[index]
    return f"{place} # " if old else f"[root@{host.name}:{place}] "


def converse(
    host: ShellHost, streams: dict[int, Stream], wait: Callable[[float], None], ask: Ask
) -> int:
    """Run what is typed until ``exit`` or the end of input; gives the last status.

    Raises :class:`~ftlab.sim.shell.errors.Hangup` as :func:`ftlab.sim.shell.run.run` does.
    """
    shell = Shell(State(host, wait, name="-sh"), Descriptors(streams))
    try:
        while (tree := _typed(shell, ask)) is not None:
            _run(shell, tree)
    except Exit as end:
        shell.state.status = end.status
    status = shell.state.status
    shell.main("")  # the EXIT trap, and the end of its files
    return status


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
            except ShellSyntaxError as error:
                if not error.incomplete:
                    shell.complain(str(error))
                    shell.state.status = 2
                    return parse("")
    except Interrupted:
        shell.state.status = 130
        return parse("")
    return None


def _run(shell: Shell, tree: Script) -> None:
    try:
        if tree:
            shell.script(tree)
    except (Expired, Interrupted):
        shell.state.status = 130
    except Leave:
        return
    except (ShellError, RecursionError) as error:
        shell.complain(str(error) or "Maximum function recursion depth reached")
        shell.state.status = 2
