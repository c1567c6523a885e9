"""The small shell as a user meets it after ``ssh HOST``: prompt, line, answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlab.sim.data import page_of
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.call import (
    Exit,
    Incomplete,
    Interrupted,
    Refused,
    ShellSyntaxError,
    State,
    Stream,
)
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.run import WRONG, Shell

Ask = Callable[[str], str | None]
"""Shows a prompt and gives the line typed after it; None at the end."""
_CONTINUED = re.compile(r"(?<!\\)(?:\\\\)*\\\n\Z")


def greeting(host: SimHost, *, small: bool) -> str:
    """What a login shows first. A real host's text is longer, and its owner's to change."""
    return page_of("shell/data/greeting.txt", host=host, small=small)


def prompt(host: SimHost, directory: str) -> str:
    """``~ # `` up to 5.5, ``[root@host:~] `` later (seen on 9.0; taken to begin with 6.0)."""
    place = "~" if directory == "/" else directory
    if host.release.number < (6, 0, 0):
        return f"{place} # "
    return f"[root@{host.config.fqdn.partition('.')[0]}:{place}] "


def converse(
    host: SimHost, streams: dict[int, Stream], wait: Callable[[float], None], ask: Ask
) -> int:
    """Run what is typed until ``exit`` or the end of input; gives the last status.

    Raises :class:`~ftlab.sim.shell.call.Hangup` as :func:`ftlab.sim.shell.run.run` does.
    """
    shell = Shell(State(host, wait, name="-sh"), streams)
    text = ""  # a command may take several lines
    while True:
        try:
            line = ask("> " if text else prompt(host, shell.state.cwd))
            if line is None:
                return shell.state.status
            text += f"{line}\n"
            if not _CONTINUED.search(text):
                tree, text = parse(text), ""
                shell.script(tree)
        except Exit as end:
            return end.status
        except Interrupted:
            shell.state.status, text = 130, ""
        except Incomplete:
            continue
        except (ShellSyntaxError, Refused) as error:
            shell.complain(str(error), WRONG)
            text = ""
