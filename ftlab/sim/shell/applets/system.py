"""``date``, ``sleep`` and what saves files."""

from __future__ import annotations

import re
import time

from ftlab.sim.shell.applets.options import Applet, Flags, Usage
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused


def _sleep(call: Call, _flags: Flags, words: list[str]) -> int:
    if not words:
        raise Usage("usage: sleep [N]...")
    call.state.wait(sum(float(word) for word in words))
    return 0


def _check_sleep(words: list[str]) -> None:
    for word in words:
        if not re.fullmatch(r"\d+(\.\d+)?", word):
            raise Refused(f"sleep {word}")


def _date(call: Call, _flags: Flags, words: list[str]) -> int:
    """In UTC, as on hosts."""
    form = words[0][1:] if words else "%a %b %e %H:%M:%S UTC %Y"
    now = time.time()
    text = form.replace("%s", str(int(now)))
    call.out(time.strftime(text, time.gmtime(now)) + "\n")
    return 0


def _check_date(words: list[str]) -> None:
    rest = [word for word in words if word != "-u"]
    if len(rest) > 1 or (rest and not re.fullmatch(r"\+([^%]|%[sYmdHMSFT])*", rest[0])):
        raise Refused(f"date {' '.join(rest)}")


SYSTEM = (
    Applet("sleep", _sleep, None, _check_sleep),
    Applet("date", _date, "u", _check_date),
    Applet("sync", lambda *_: 0),
    Applet("auto-backup.sh", lambda *_: 0),  # saves /etc to the boot disk, which is not simulated
)
