"""One thing to do on one host, and what it has found there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ftlab.engine.context import Context
from ftlab.frozen import frozen


@frozen(slots=True)
class Found:
    """What a job has found on one host: the ``facts``, which the user sees, and one value of its
    own type for the next step of the run (see ``ftlab.model.internal_of``), which no report has.
    """

    facts: Mapping[str, Any]
    internal: object


JobAnswer = Mapping[str, Any] | Found


class Job(Protocol):
    """One thing to do on one host: a picklable value, so that it can run anywhere.

    ``changes`` says whether it may change the host at all. ``on`` returns the facts it found, with
    what a later step of the run needs as :class:`Found`.
    """

    @property
    def changes(self) -> bool: ...

    def on(self, context: Context) -> JobAnswer: ...
