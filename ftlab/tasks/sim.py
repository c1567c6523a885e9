"""``sim``: a lab to rehearse on."""

from __future__ import annotations

from typing import Any

import invoke


@invoke.task(
    auto_shortflags=False,
    help={
        "hosts": "how many vESXi hosts (8)",
        "inventory": "the inventory file to write for the real commands",
        "versions": "ESXi versions to deal out, e.g. 5.0,6.0 (default: 4.1 to 8.0 in turn)",
        "remedy": "the VMotionStreamDisable value that cures the keepalive fault: 1, 0 or none",
        "password": "let the hosts take this password for root, next to the key",
        "force": "overwrite an inventory file that is there already",
    },
)
def serve(
    _context: Any,
    hosts: int = 8,
    inventory: str = "lab.ini",
    versions: str | None = None,
    remedy: str = "1",
    password: str | None = None,
    force: bool = False,
) -> None:
    """Serve a simulated vESXi lab on loopback until Ctrl-C, for rehearsing the real commands.

    Example: ftlab sim.serve --hosts 8 --inventory lab.ini
    """
    from ftlab.tasks.running import guarded

    guarded(lambda: _serve(hosts, inventory, versions, remedy, password, force))


def _serve(
    hosts: int,
    inventory: str,
    versions: str | None,
    remedy: str,
    password: str | None,
    force: bool,
) -> int:
    from pathlib import Path

    from ftlab.sim.serve import serve as serve_lab

    return serve_lab(
        hosts=hosts,
        inventory=Path(inventory),
        versions=versions.split(",") if versions else None,
        remedy=remedy,
        password=password,
        force=force,
    )
