"""``/etc/init.d/vmware-fdm status``: whether vSphere HA's agent runs (public runbooks)."""

from __future__ import annotations

from ftlab.esxi.text import lines, unreadable
from ftlab.model import Command
from ftlab.regex import regex

_STATE = regex(r"(?i)\b(?:vmware-fdm|fdm)\b.*?\bis (not )?running\b")


def build_status() -> Command:
    """Ask for the agent's state. Changes nothing. A script of this kind may end with a status of
    its own where the agent is stopped, so its words decide."""
    return Command(("/etc/init.d/vmware-fdm", "status"), repeatable=True, ok=(0, 1, 2, 3, 4))


def parse_status(text: str) -> bool:
    """Whether it runs. Raises ``ParseError`` for any other words."""
    for line in lines(text):
        if found := _STATE.search(line):
            return not found[1]
    raise unreadable("nothing about the HA agent in the answer", text)
