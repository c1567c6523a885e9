"""``sed -i 's/OLD/NEW/' FILE``, with ``^``, ``$``, ``.`` and ``.*`` in OLD: what ftlab sends."""

from __future__ import annotations

import re

from ftlab.sim.shell.applets.options import Applet, Flags
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused

_SCRIPT = re.compile(r"s([/#|,])([^\\&[\n]+?)\1([^\\&\n]*?)\1", re.DOTALL)


def _check(words: list[str]) -> None:
    script = _SCRIPT.fullmatch(words[1]) if len(words) == 3 and words[0] == "-i" else None
    if script is None or words[1].count(script[1]) > 3 or "*" in script[2].replace(".*", ""):
        raise Refused("sed but for: sed -i 's/OLD/NEW/' FILE, plain but for ^ $ . .*")


def _sed(call: Call, _flags: Flags, words: list[str]) -> int:
    script = _SCRIPT.fullmatch(words[1])
    assert script is not None, "checked before"  # noqa: S101
    old = re.escape(script[2]).replace(r"\.\*", ".*").replace(r"\.", ".")
    old = re.sub(r"^\\\^", "^", re.sub(r"\\\$$", "$", old))
    try:
        text = call.path(words[2]).read_text("utf-8", "surrogateescape")
    except OSError as error:
        return call.complain(f"{words[2]}: {error.strerror}")
    end = "\n" if text.endswith("\n") else ""
    lines = text.removesuffix("\n").split("\n")
    changed = (re.sub(old, lambda _: script[3], line, count=1) for line in lines)
    call.path(words[2]).write_text("\n".join(changed) + end, "utf-8", "surrogateescape")
    return 0


SED = Applet("sed", _sed, None, _check)
