"""``sim``: a lab to rehearse on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import invoke

from ftlab.cli.front_ends.own_task import HostlessTask

_HELP = {
    "hosts": "how many vESXi hosts (8)",
    "domain": "the domain of the hosts' names, e.g. lab.example: vesxi01.lab.example and so on",
    "inventory": "the inventory file to write for the real commands (lab.ini)",
    "versions": "ESXi versions to deal out, e.g. 5.0,6.0 (default: 4.1 to 9.0)",
    "pairs": "how many FT pairs (1; none on a single host)",
    "remedy": "the VMotionStreamDisable value that remedies the keepalive fault: 1, 0 or none",
    "password": "let the hosts take this password for root too; it shows in the process list",
    "latency": "answer as slowly as a small real host does",
    "legacy": "the old hosts speak only the algorithms of their age (ftlab_legacy_ssh)",
    "shell": "which shell the hosts have: small, busybox (a real one, in a jail), or auto",
    "failure": "how the secondaries of FT pairs fail (keepalive); a wrong name lists them",
    "like": "play the hosts that hosts.record recorded, or take names and groups of an inventory",
    "resume": "seconds after vCenter has disabled FT, for a start that failed, until somebody "
    "presses Resume Fault Tolerance there (8); never: nobody does",
    "host_starts_secondary": "hosts start secondaries at power.on, which no public document says",
    "faults": "a TOML file of faults: host, where, what, times, seconds, jitter",
    "force": "replace an inventory file that is there already; it is removed at the end, too",
}


@invoke.task(klass=HostlessTask, auto_shortflags=False, help=_HELP)
def serve(
    _context: Any,
    hosts: int = 8,
    inventory: str = "lab.ini",
    versions: str | None = None,
    pairs: str | None = None,
    remedy: str = "1",
    password: str | None = None,
    latency: bool = False,
    legacy: bool = False,
    shell: str = "auto",
    like: str | None = None,
    failure: str | None = None,
    faults: str | None = None,
    resume: str = "8",
    host_starts_secondary: bool = False,
    force: bool = False,
    domain: str = "",
) -> None:
    """Serve a simulated vESXi lab on loopback until Ctrl-C, for rehearsing the real commands.

    Example: ftlab sim.serve --hosts 8 --inventory lab.ini
    """
    from pathlib import Path

    from ftlab.cli.run_task import guarded

    wanted = {
        "hosts": hosts,
        "remedy": remedy,
        "password": password,
        "legacy": legacy,
        "force": force,
        "shells": shell,
        "failure": failure,
        "faults": Path(faults) if faults else None,
        "versions": versions.split(",") if versions else None,
    }
    started = resume, host_starts_secondary

    def work() -> int:
        more = {
            "vcenter": _vcenter(*started),
            **({"hosts": _names(hosts, domain)} if domain else {}),
        }
        return _serve(inventory, pairs, latency, {**wanted, **more}, like)

    guarded(work, task="sim.serve")


def _serve(
    inventory: str, pairs: str | None, latency: bool, wanted: Mapping[str, Any], like: str | None
) -> int:
    from functools import partial
    from pathlib import Path

    from ftlab.cli.like import read_like
    from ftlab.errors import UsageError
    from ftlab.sim.model.lab import REAL_LATENCY
    from ftlab.sim.serve.command import serve as serve_lab
    from ftlab.sim.serve.lab import UnwritableError

    say = partial(print, flush=True)
    try:
        serve_lab(
            inventory=Path(inventory),
            pairs=_pairs(pairs),
            ready=say,
            latency=REAL_LATENCY if latency else None,
            **{**wanted, **(read_like(like) if like else {})},
        )
    except FileExistsError as error:
        raise UsageError(f"{inventory} is there already", hint="--force overwrites it") from error
    except UnwritableError as error:
        raise UsageError(f"--inventory {inventory}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(str(error)) from error
    return 0


def _names(hosts: int, domain: str) -> list[str]:
    import re

    from ftlab.errors import UsageError

    labels = domain.strip(".").split(".")
    if not all(re.fullmatch("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", each) for each in labels):
        raise UsageError(f"--domain {domain}: no domain, such as lab.example")
    return [f"vesxi{number:02}.{'.'.join(labels)}" for number in range(1, hosts + 1)]


def _pairs(text: str | None) -> int | None:
    from ftlab.errors import UsageError
    from ftlab.whole_number import read_whole

    if text is None:
        return None
    number = read_whole(text, 6)
    if number is None:
        raise UsageError(f"--pairs {text}: takes a whole number, 0 or more")
    return number


def _vcenter(resume: str, host_starts: bool) -> Any:
    from ftlab.cli.values import seconds
    from ftlab.sim.serve.command import LabVCenter

    return LabVCenter(None if resume == "never" else seconds("--resume", resume), host_starts)
