"""What a known failure is: a signature, and a log line that showed it.

A signature's ``kind`` says what to do:

``remedy``      a known option helps; ``remedy`` names it (``ftlab.ops.vft.secondary.remedies``)
``transient``   the same step may work a moment later
``permanent``   no retry and no option helps; ``advice`` says what would
``question``    the VM waits for an answer
``generic``     a symptom whose cause is elsewhere: it is shown, and decides nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

from ftlab.frozen import frozen

FailureKind = Literal["remedy", "transient", "permanent", "question", "generic"]
KINDS: tuple[FailureKind, ...] = get_args(FailureKind)
STREAM_REMEDY = "stream"
"""The one remedy a signature can name: ``/Migrate/VMotionStreamDisable``, step by step."""


@frozen
class Signature:
    """One known failure: a log line shows it that ``pattern`` (a regular expression; empty:
    none) finds, or that has one of the vmkernel's status ``codes`` (without their base)."""

    name: str
    pattern: str
    kind: FailureKind
    meaning: str
    advice: str
    source: str
    remedy: str = ""
    codes: frozenset[int] = frozenset()

    def shows_in(self, line: str, codes: Iterable[int]) -> bool:
        """Whether this line, which has these status codes, shows it."""
        by_word = bool(self.pattern) and re.search(self.pattern, line) is not None
        return by_word or not self.codes.isdisjoint(codes)


@frozen
class Finding:
    """A signature and a log line that showed it."""

    signature: Signature
    line: str
