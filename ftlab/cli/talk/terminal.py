"""The terminal as a lab's ``Ui``: messages, progress, the commands of ``-v``, questions."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from dataclasses import replace

from ftlab.cli.output import OutputForm
from ftlab.cli.progress import Messages
from ftlab.cli.talk.question import confirmed
from ftlab.cli.talk.trace import CommandTrace
from ftlab.engine.report import Report
from ftlab.engine.ui import Ui
from ftlab.engine.wrappers.trace import Traced
from ftlab.model import Outcome
from ftlab.report.layout.view import View


class TerminalUi(Ui):
    """stderr is for all of it but the lines of ``--jsonl``, which ``form`` writes. ``view`` says
    how the plan that somebody is asked about is to look. ``yes_is_from``: the variable or file
    that answers the question beforehand, if it was no flag."""

    def __init__(
        self,
        messages: Messages,
        form: OutputForm,
        commands: CommandTrace,
        view: View,
        *,
        trace: int,
    ) -> None:
        self._messages, self._form, self._commands, self._view = messages, form, commands, view
        self.trace = trace
        self.watches = messages.watched
        self.declined, self._agreed = False, False
        self.yes_is_from = ""
        self.approves = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, line: str) -> None:
        self._messages(line)

    def warn(self, line: str) -> None:
        self._messages.warn(line)

    def begin(self, hosts: int) -> None:
        self._messages.begin(hosts)

    def unasked(self) -> None:
        """Somebody who sits here may have expected a question, unless they typed ``--yes``."""
        if self.approves and self.yes_is_from:
            self.say(f"not asked, since {self.yes_is_from} says yes")

    def asking(self) -> AbstractContextManager[None]:
        return self._messages.asking()

    def working(self, host: str, what: str) -> None:
        self._messages.working(host, what)

    def waiting(self, host: str, what: str, seconds: float) -> AbstractContextManager[None]:
        return self._messages.waiting(host, what, seconds)

    def tick(self) -> None:
        self._messages.draw()

    def outcome(self, outcome: Outcome) -> None:
        self._messages.count(outcome)

    def final(self, outcome: Outcome) -> None:
        self._form.note(outcome)

    def command(self, run: str, traced: Traced) -> None:
        self._commands(run, traced)

    def approve(self, plan: Report) -> bool:
        """Show the plan on stderr and ask there; stdout is for the result alone. A plan without a
        change needs no consent, and its result says the same."""
        from ftlab.report.terminal.render import render

        self._messages.pause()
        if not any(outcome.changes for outcome in plan.outcomes):
            return True
        shown = render(replace(plan, check=False), replace(self._view, quiet=False, typed=()))
        print(shown, file=sys.stderr, end="")
        try:
            self.declined = not confirmed("Go ahead?")
        except KeyboardInterrupt:
            self.declined = True
            print(file=sys.stderr)  # the terminal has shown ^C
            raise
        finally:
            if self.declined:
                more = " more" if self._agreed else ""  # of a task with two questions
                print(f"Nothing{more} was done.", file=sys.stderr)
        self._agreed |= not self.declined
        return not self.declined
