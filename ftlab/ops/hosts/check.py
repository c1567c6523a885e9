"""``hosts.check``: what a host is that can be logged in to."""

from __future__ import annotations

import time
from typing import cast

from ftlab.engine.context import Context
from ftlab.errors import FtlabError, NotTried, ParseError, Unreachable
from ftlab.esxi.host import clock, features, version
from ftlab.facts.hosts import ServerFact, VersionFacts
from ftlab.frozen import frozen

#: Seconds that cannot be told from none: the host's answer has no fractions, and takes a while.
BLUR = 2
#: Seconds from which a wrong clock is worth a word: log lines of two hosts no longer match.
WORTH_A_WORD = 60

#: What an error's evidence may tell of the server, and what it is called in the facts.
EVIDENCE = (
    "address", "banner", "host_key_algorithms", "kex", "ciphers", "macs", "new",
    "tried", "accepted", "accepts",
)  # fmt: skip
NAMES = {"new": "fingerprint", "accepts": "login_methods"}


@frozen
class CheckHost:
    """Ask for version and clock; the notes say what of FT the build has, and what is odd.

    ``clock_skew``: seconds that the host is ahead of this machine; None where it did not tell.
    ``ssh``: what the session knows of the server, where it knows anything.
    """

    changes = False

    def on(self, context: Context) -> VersionFacts:
        began = time.time()
        answer, told = context.session.run_all([version.build_version(), clock.build_clock()])
        middle = (began + time.time()) / 2
        found = version.read_version(answer)
        if not features.exists("record-replay", found):
            why = features.why_no_record_replay(found)
            context.notes.append(f"no record/replay FT on this build ({why})")
        skew = _skew(told.out if told.ok else "", middle)
        if skew is not None and abs(skew) >= WORTH_A_WORD:
            context.notes.append(_odd_clock(skew))
        facts: VersionFacts = {
            "version": found.version,
            "build": found.build,
            "product": found.product,
            "clock_skew": skew,
        }
        if ssh := context.session.server:
            facts["ssh"] = cast("ServerFact", dict(ssh))
        return facts

    def unreached(self, error: FtlabError) -> VersionFacts:
        """Server details known before the login failed."""
        known = {name: error.evidence.get(name) for name in EVIDENCE}
        ssh = cast(ServerFact, {NAMES.get(n, n): value for n, value in known.items() if value})
        tried = isinstance(error, Unreachable) and not isinstance(error, NotTried)
        return {"ssh": ssh} if tried else {}


def _skew(answer: str, now: float) -> int | None:
    """The host's clock less ``now``, both in seconds since 1970; None for no such answer."""
    try:
        skew = round(clock.parse_clock(answer) + 0.5 - now)
    except ParseError:
        return None
    return 0 if abs(skew) <= BLUR else skew


def _odd_clock(skew: int) -> str:
    way = "ahead of" if skew > 0 else "behind"
    return f"its clock is {abs(skew)} s {way} this machine's: set NTP on the host"
