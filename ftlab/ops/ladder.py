"""The remedy for broken vMotion streams, step by step, on both hosts of a pair.

Published is ``/Migrate/VMotionStreamDisable`` 0, yet 0 is the default on every build with known
figures, and 1 is what disables streams (advanced-option tables 6.0 U3 to 7.0 U1). So: the
published 0 where a host has something else, then 1, each only after the same failure was seen
again; and when nothing helped, the old values go back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ftlab.errors import NotApplicable
from ftlab.esxi.advopt import AdvancedOption, coerce
from ftlab.ops import advopt
from ftlab.ops.context import Context
from ftlab.ops.vft import STREAM_OPTION

STEPS = (0, 1)


@dataclass
class Ladder:
    """The steps not yet taken, for the hosts of one pair."""

    contexts: Sequence[Context]
    path: str = STREAM_OPTION
    steps: list[int] = field(default_factory=lambda: list(STEPS))
    tried: list[int] = field(default_factory=list)
    before: dict[str, AdvancedOption] = field(default_factory=dict)

    def climb(self) -> int | None:
        """Take the next step that changes something; the value set, or ``None`` at the end.

        Raises ``NotApplicable`` where a build does not know the option (7.0 U2 and later).
        """
        now = {c.host: advopt.read_option(c, self.path) for c in self.contexts}
        self.before = self.before or now
        while self.steps:
            value = self.steps.pop(0)
            if any(option.value != value for option in now.values()):
                self._set(now, dict.fromkeys(now, value))
                self.tried.append(value)
                return value
        return None

    def back(self) -> None:
        """Put the old values back. Does nothing where no step was taken."""
        if not self.tried:
            return
        now = {c.host: advopt.read_option(c, self.path) for c in self.contexts}
        self._set(now, {host: option.value for host, option in self.before.items()})

    def _set(self, now: dict[str, AdvancedOption], values: dict[str, int | str | None]) -> None:
        """On all hosts at the same time."""
        self.contexts[0].session.together(
            *(
                lambda c=context: self._set_one(c, now[c.host], values[c.host])
                for context in self.contexts
            )
        )

    @staticmethod
    def _set_one(context: Context, option: AdvancedOption, value: int | str | None) -> None:
        if value is None:
            raise NotApplicable(f"{option.path} has no value on {context.host}")
        advopt.write_option(context, option, coerce(option, value))
