"""A host that Ansible reaches by something else than SSH: left alone."""

from __future__ import annotations

from ftlab.errors import NotTried
from ftlab.model import Host


def not_ssh(host: Host) -> NotTried:
    """Why nothing is sent to it."""
    return NotTried(
        f"{host.name}: not a host for SSH (ansible_connection={host.connection})",
        kind="not_ssh",
        hint="leave it out with -x, or set ansible_connection=ssh if it does have SSH",
    )
