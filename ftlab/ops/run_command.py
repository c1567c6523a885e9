"""``fleet.run``: any command, on every host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, UsageError
from ftlab.model import Command


@dataclass(frozen=True)
class RunCommand:
    """One command line for the host's own shell; ``ok`` are the statuses that count as fine.

    ftlab cannot know whether it changes anything, so nothing is asked or journalled: its answer
    is the fact. ``--check`` shows where it would run.
    """

    line: str
    ok: tuple[int, ...] = (0,)
    changes = False

    def on(self, context: Context) -> Mapping[str, Any]:
        if context.check:
            context.notes.append(f"would run: {self.line}")
            return {}
        done = context.session.run(Command((self.line,), typed=True))
        facts = {"exit": done.exit, "stdout": done.out, "stderr": done.err}
        context.facts.update(facts)
        if done.truncated:
            context.notes.append("the output was cut at the cap")
        if done.exit not in self.ok:
            raise CommandFailed(
                f"exit status {done.exit}: {self.line}",
                hint="--ok-exit 0,1 lets other statuses count as fine",
                exit=done.exit,
            )
        return facts


def parse_statuses(text: str) -> tuple[int, ...]:
    """``0,1`` as exit statuses (0 to 255). Raises ``UsageError``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch("[0-9]{1,3}", part) and int(part) < 256 for part in parts):
        raise UsageError(f"--ok-exit {text:.60}: takes exit statuses from 0 to 255, such as 0,1")
    return tuple(int(part) for part in parts)
