"""Every error that ftlab raises: the tree, then its classes, with exit codes and evidence.

    FtlabError                      exit 1: an internal error
    ├── UsageError                  exit 2: nothing was contacted
    │   ├── InventoryError          a host file or pattern (file:line)
    │   ├── ProfileError            a profile (file, table)
    │   └── StateError              a damaged or newer journal
    ├── LockedError                 exit 7: another run holds the lock
    └── HostError                   one host's error; the others go on
        ├── Unreachable             exit 4: never got a working session
        │   └── NotTried            left alone on purpose: skipped
        └── HostFailed              exit 5
            ├── Lost                the connection died under a command
            ├── CommandTimeout      a command outlived its time limit
            ├── CommandFailed       a command answered with a failure
            │   └── VimFault        … and the host named a vSphere fault
            ├── HostdDown           the management agent does not answer
            ├── ParseError          an answer that cannot be read
            ├── Refused             ftlab will not do it (names why)
            │   ├── NotApplicable   the build does not know it: skipped
            │   └── QuestionPending   it goes on once somebody answers
            └── NotProven           applied, but the host says otherwise

``kind`` is the stable word a script can match on, ``hint`` says what to do.
All of them survive pickling, so a worker process can hand them on.
"""

from __future__ import annotations

from typing import Any, Self

LOOK_FIRST = "look at the host before you run it again: it may have done its work"
"""The hint where nobody knows whether a command did its work."""
RUN_AGAIN = (
    "run the same command again: it looks at the host first, and finishes what was begun "
    "(so does ftlab lab.recover)"
)
"""The same of a step that the journal keeps."""


class FtlabError(Exception):
    """Root of the tree. ``message`` says what is wrong and where."""

    exit_code = 1
    kind = "internal"

    def __init__(self, message: str, *, hint: str = "", kind: str = "", **evidence: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.kind = kind or type(self).kind
        self.evidence = evidence

    def with_message(self, message: str) -> Self:
        """The same error in other words: kind, hint and evidence stay."""
        return type(self)(message, hint=self.hint, kind=self.kind, **self.evidence)

    def leaving_in_doubt(self) -> Self:
        """The same error, marked: what was under way may have been done all the same."""
        self.evidence["in_doubt"] = True
        return self

    def point_to_rerun(self) -> None:
        """The step is one that the journal keeps: the hint says that the next run finishes it."""
        if self.hint == LOOK_FIRST:
            self.hint = RUN_AGAIN

    @property
    def leaves_in_doubt(self) -> bool:
        return bool(self.evidence.get("in_doubt"))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.hint, self.kind, self.evidence)


def _rebuild(
    cls: type[FtlabError], message: str, hint: str, kind: str, evidence: dict[str, Any]
) -> FtlabError:
    return cls(message, hint=hint, kind=kind, **evidence)


class UsageError(FtlabError):
    """The request itself is wrong; no host was contacted."""

    exit_code = 2
    kind = "usage"


class InventoryError(UsageError):
    """A host file or a host pattern is wrong. Evidence: ``file``, ``line`` (1-based)."""

    kind = "inventory"


class ProfileError(UsageError):
    """A profile is wrong. Evidence: ``file`` and the table or key."""

    kind = "profile"


class StateError(UsageError):
    """The journal database is damaged, or written by a newer ftlab."""

    kind = "state"


class LockedError(FtlabError):
    """Another run works on the same inventory."""

    exit_code = 7
    kind = "locked"


class HostError(FtlabError):
    """One host's error."""

    exit_code = 5
    kind = "host"


class Unreachable(HostError):
    """No session came about: ``unreachable.refused|timeout|dns|banner|login|protocol``,
    ``hostkey.unknown|changed|revoked``, ``algorithms``, ``auth.refused|locked``."""

    exit_code = 4
    kind = "unreachable"


class NotTried(Unreachable):
    """Nothing was sent, on purpose. Another host has refused the same password, and a wrong
    password must not lock one host after the other (evidence: ``refused_by``, that host); or
    the inventory reaches this host by something else than SSH (``not_ssh``)."""

    kind = "auth.refused"


class HostFailed(HostError):
    """The host was reached, and something there failed."""

    kind = "failed"


class Lost(HostFailed):
    """The connection died. Evidence: ``in_flight``, the commands that may have run."""

    kind = "lost"


class CommandTimeout(HostFailed):
    """A command outlived its limit; it may still be running on the host."""

    kind = "command.timeout"


class CommandFailed(HostFailed):
    """A command failed. Evidence: ``argv``, ``exit``, ``stdout``, ``stderr``."""

    kind = "command.failed"


class VimFault(CommandFailed):
    """The host named a vSphere fault; ``kind`` is ``fault.<Name>``, e.g. ``fault.NotFound``."""

    kind = "fault"


class HostdDown(HostFailed):
    """hostd, the agent behind vim-cmd, is down or out of memory."""

    kind = "hostd.down"


class ParseError(HostFailed):
    """An answer is not in any known format. Evidence: ``line``, ``column``, ``text``."""

    kind = "parse"


class Refused(HostFailed):
    """ftlab refuses: ``vm.notfound|ambiguous|powered_on``, ``value.range|type``,
    ``vmx.duplicate|encoding|changed|link|invalid``, ``undo.changed``…"""

    kind = "refused"


class NotApplicable(Refused):
    """This build does not have what was asked for; the host is skipped, not failed."""

    kind = "not_applicable"


class QuestionPending(Refused):
    """A VM waits for an answer that ftlab was not given. The step that it holds up was sent, and
    goes on once somebody answers. Evidence: ``question``, its text."""

    kind = "vm.question"


class NotProven(HostFailed):
    """A change was sent without error, but reading it back shows something else."""

    kind = "not_proven"
