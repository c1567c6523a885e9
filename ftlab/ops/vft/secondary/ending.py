"""What is told of a secondary that did not come to run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ftlab.errors import FtlabError, HostFailed
from ftlab.ops.vft.secondary.remedies import Step
from ftlab.ops.vft.secondary.seen import Side
from ftlab.ops.vft.secondary.verdict import Failed, GiveUp


def press(name: str) -> str:
    """What somebody has to do in vCenter, in one sentence."""
    return (
        f"in vCenter press 'Resume Fault Tolerance' for {name} ('Enable Fault Tolerance' in "
        "vSphere 4 and 5)"
    )


def watch_command(name: str) -> str:
    """The command that shows whether it has helped."""
    return f"ftlab vft.status --vm {name} --watch"


@dataclass(frozen=True)
class Ending:
    """``attempts`` were made, ``most`` were allowed; ``tried`` are the remedies, and ``left`` says
    what became of them; ``waits``: the next start is vCenter's; ``watched``: so was the last one.
    ``stuck``: the secondary is on without running; ``over``: no time is left of ``wait``.
    ``cause`` is what the newest failure meant.
    """

    name: str
    attempts: int
    most: int
    wait: float
    tried: Sequence[Step]
    left: str
    waits: bool
    watched: bool
    stuck: bool
    over: bool
    cause: str

    def error(self, last: Failed) -> FtlabError:
        """What is raised after the last attempt: what was wrong, what was tried, what is left."""
        if isinstance(last, GiveUp) and last.as_is:
            return last.error
        more = not isinstance(last, GiveUp) and self.attempts < self.most
        late = more or (self.stuck and self.over)
        tried = ", ".join(map(str, self.tried))
        count = f"{self.attempts} attempt{'s' if self.attempts != 1 else ''}"
        return HostFailed(
            f"the secondary of {self.name} {'was not seen' if last.blind else 'is not'} running "
            f"after {count}: {self._why(last)}"
            + (f"; tried {tried} ({self.left})" if tried else "; no remedy was tried")
            + (f"; the wait of {self.wait:g} s is over" if late else "")
            + ("; it is left powered on" if self.stuck else ""),
            kind="vft.vcenter" if self.waits else last.error.kind,
            hint=self._hint(last),
        )

    def _why(self, last: Failed) -> str:
        known = self.cause and last.finding is None and self.waits
        return f"{self.cause}; {last.error.message}" if known else last.error.message

    def _hint(self, last: Failed) -> str:
        if self.waits:
            return f"{press(self.name)}; {watch_command(self.name)} shows whether it then runs"
        if self.watched and last.finding is not None:
            return f"{last.error.hint}; then {press(self.name)}"
        return last.error.hint


def stays_on(secondary: Side, *, ours: bool) -> str:
    """The note on a secondary that is left powered on without running."""
    _, half = secondary
    name = half.vm.name
    return (
        f"{name}: the secondary is left powered on{'' if ours else ', as it was before this run'}; "
        f"{watch_command(name)} shows whether it still comes up, ftlab vm.power-off "
        f"--vm vmid:{half.vm.vmid} --limit {half.host} turns it off for another try"
    )
