"""``hosts.check``: reach every host, and say what to fix where that fails."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ftlab.errors import Unreachable
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.lab.front import Lab
from ftlab.lab.runner import Runner
from ftlab.model import Host, Outcome
from ftlab.ops.hosts import CheckHost
from ftlab.report.document import Report

#: What an error's evidence may tell of the server.
TOLD = (
    "address", "banner", "host_key_algorithms", "kex", "ciphers", "macs", "new",
    "tried", "accepted", "accepts",
)  # fmt: skip
NAMES = {"new": "fingerprint", "accepts": "login_methods"}


def check_hosts(lab: Lab) -> Report:
    """Log in to every host and ask what it is. One that cannot be entered says why, and what its
    server told until then. Changes nothing, safe to repeat."""

    def once(*, check: bool) -> Report:
        with lab.runner("hosts.check", changes=False, check=check) as run:
            result = run.over(lab.hosts, lambda host: _check(run, host), run.hear)
            return run.report(result.outcomes, result.stopped)

    return lab.approved(once, changes=False)


def _check(run: Runner, host: Host) -> Outcome:
    began = time.monotonic()
    try:
        run.crew.context(host)
    except Unreachable as error:
        failed = outcome_of_error(host, error, time.monotonic() - began)
        return replace(failed, facts={"ssh": _told(error)})
    return run.crew.do(CheckHost(), host)


def _told(error: Unreachable) -> dict[str, Any]:
    known = {name: error.evidence.get(name) for name in TOLD}
    return {NAMES.get(name, name): value for name, value in known.items() if value}
