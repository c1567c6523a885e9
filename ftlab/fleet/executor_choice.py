"""Where the hosts of a run are worked on, and the measured rule for when nobody says so."""

from __future__ import annotations

import os
import re
from typing import Literal

from ftlab.errors import UsageError
from ftlab.fleet.limits import DEFAULT_PARALLEL
from ftlab.frozen import frozen
from ftlab.regex import regex

#: With so many hosts at a time one interpreter has no time left between them (15 ms of CPU for
#: one that takes 2 to 3 s), …
PARALLEL_THAT_PAYS = 200
#: … and with so many hosts in all, what a second core saves is more than worker processes cost:
#: 0.5 s to start, and a third more CPU for each host (docs/scale.md has the measurements).
HOSTS_THAT_PAY = 300
#: Hosts at the same time, however many cores there are, unless somebody asks for more.
MOST_BY_ITSELF = 1024

_DASK = regex(r"dask(\+tls)?://(\[[\w:.%]+\]|[^\s/:@\[\]]+):([0-9]{1,5})/?", re.ASCII)


@frozen(slots=True)
class Placement:
    """``address`` is that of a Dask scheduler: ``tcp://HOST:PORT``, or ``tls://HOST:PORT`` where
    everything is encrypted on its way."""

    kind: Literal["threads", "processes", "dask"] = "threads"
    address: str = ""

    @property
    def encrypted(self) -> bool:
        return self.address.startswith("tls://")


def parse_executor(text: str) -> Placement:
    """``threads``, ``processes``, ``dask://HOST:PORT`` or ``dask+tls://HOST:PORT``.

    Raises :class:`UsageError` for anything else.
    """
    if text == "threads":
        return Placement("threads")
    if text == "processes":
        return Placement("processes")
    found = _DASK.fullmatch(text)
    if found is None or not 1 <= int(found[3]) <= 65535:
        raise UsageError(
            f"--executor {text}: takes threads, processes or dask://HOST:PORT",
            hint="dask+tls://HOST:PORT for an encrypted scheduler",
        )
    return Placement("dask", f"{'tls' if found[1] else 'tcp'}://{found[2]}:{found[3]}")


def chosen(hosts: int, parallel: int | None, cores: int) -> Placement:
    """The rule: processes where the fleet is big enough to keep several cores busy, and where
    nobody (``parallel`` is None) wants fewer hosts at a time than that takes."""
    wide = parallel is None or parallel >= PARALLEL_THAT_PAYS
    return Placement("processes" if cores > 1 and wide and hosts >= HOSTS_THAT_PAY else "threads")


def width(placement: Placement, cores: int) -> int:
    """Hosts at the same time where nobody says how many: what each core has time for."""
    busy = cores if placement.kind == "processes" else 1
    return max(DEFAULT_PARALLEL, min(busy * DEFAULT_PARALLEL, MOST_BY_ITSELF))


def cores() -> int:
    """CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
