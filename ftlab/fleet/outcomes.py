"""Outcomes for hosts whose work did not return one: errors, hosts cut short, hosts held back."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, Future
from typing import Any

from ftlab.errors import FtlabError, NotApplicable, NotTried, Unreachable
from ftlab.fleet.schedule import Stop, Unit
from ftlab.model import Failure, Outcome, Status

log = logging.getLogger(__name__)

_HELD_BACK: dict[Stop | None, str] = {
    "max_fail": "not started: too many hosts had failed (--max-fail)",
    "deadline": "not started: the deadline passed first (--deadline)",
    "interrupted": "not started: the run was interrupted",
}


def outcome_of_error(host: Unit, error: BaseException, seconds: float) -> Outcome:
    """What an error raised by a host's work means for that host.

    :class:`NotApplicable` is a skip with a note, :class:`NotTried` a skip, any other
    :class:`Unreachable` is its own status, any other error of ftlab's tree is a failure with its
    kind. What is not of that tree is an internal error: kind ``internal``, with type and message,
    and the traceback in the debug log.
    """
    if isinstance(error, NotApplicable):
        failure = Failure(error.kind, error.message, error.hint)
        notes = {"notes": [error.message]}
        return Outcome(host.name, "skipped", seconds, facts=notes, error=failure)
    if isinstance(error, FtlabError):
        return Outcome(host.name, _status(error), seconds, error=_failure(host, error))
    log.debug("%s: internal error", host.name, exc_info=error)
    message = f"{type(error).__name__}: {error}".removesuffix(": ")
    failure = Failure("internal", message, "an internal error of ftlab; -vv shows where")
    return Outcome(host.name, "failed", seconds, error=failure)


def _status(error: FtlabError) -> Status:
    if isinstance(error, NotTried):
        return "skipped"
    return "unreachable" if isinstance(error, Unreachable) else "failed"


def outcome_of(host: Unit, future: Future[Any], seconds: float) -> Outcome:
    """The outcome that a finished future holds, whatever it holds."""
    try:
        error = future.exception()
    except CancelledError as cancelled:
        error = cancelled
    if error is not None:
        return outcome_of_error(host, error, seconds)
    result = future.result()
    if isinstance(result, Outcome) and result.host == host.name:
        return result
    wrong = TypeError(f"the work returned {result!r:.200} in place of this host's outcome")
    return outcome_of_error(host, wrong, seconds)


def cut_short(host: Unit, stop: Stop | None, seconds: float, *, sent: bool) -> Outcome:
    """For a host still worked on when the run was cut; ``sent``: a command may have been sent."""
    kind = "deadline" if stop == "deadline" else "interrupted"
    what = "the deadline passed" if kind == "deadline" else "the run was interrupted"
    if sent:
        message = f"{what} while this host was worked on; a command may still be running there"
        hint = "look at the host before the next run: what was under way may or may not be done"
    else:
        message = f"{what} before the login to this host was done; no command was sent to it"
        hint = "give the run a longer --deadline" if kind == "deadline" else "run again"
    return Outcome(host.name, "failed", seconds, error=Failure(kind, message, hint))


def not_started(host: Unit, stop: Stop | None) -> Outcome:
    """For a host that the run never came to."""
    message = _HELD_BACK.get(stop, "not started")
    return Outcome(host.name, "skipped", error=Failure("not_started", message))


def _failure(host: Unit, error: FtlabError) -> Failure:
    """Without the host's own name in front, which the report shows anyway: so that equal errors
    of many hosts are seen to be equal."""
    return Failure(error.kind, error.message.removeprefix(f"{host.name}: "), error.hint)
