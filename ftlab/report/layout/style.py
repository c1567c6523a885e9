"""Colour, and whether to use it. Words always say what a colour says."""

from __future__ import annotations

from collections.abc import Mapping

from ftlab.frozen import frozen

_CODES = {
    "ok": "32",
    "changed": "33",
    "would_change": "36",
    "skipped": "2",
    "failed": "1;31",
    "unreachable": "1;35",
    "dim": "2",
    "bold": "1",
    "odd": "1;33",
    "old": "31",
    "new": "32",
}


@frozen(slots=True)
class Paint:
    """Puts a style on text, or leaves it plain."""

    color: bool = False

    def __call__(self, style: str, text: str) -> str:
        code = _CODES.get(style, "")
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code and text else text


def wants_color(env: Mapping[str, str], isatty: bool) -> bool:
    """Whether to colour: NO_COLOR beats FORCE_COLOR, which beats TERM=dumb and no terminal.

    A variable that is set but empty counts as not set, as no-color.org has it.
    """
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR"):
        return env["FORCE_COLOR"] not in ("0", "false")
    return isatty and env.get("TERM") not in ("dumb", "unknown")
