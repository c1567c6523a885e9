"""Where a dump ends. A string in it, say an annotation, may hold a line that looks like its end."""

from __future__ import annotations

import re
from functools import lru_cache

_OPENER = (
    r"(?![ \t]*[A-Za-z_][A-Za-z0-9_]*[ \t]*= ){}.*\([A-Za-z_]\w*\.[\w.\[\]]*\) [{{\[][ \t\r]*$"
)
_CLOSER = r"^{}{}[ \t\r]*(?:,[ \t\r]*)?$"
_FIELD = r"^[ \t]{{{},}}[A-Za-z_][A-Za-z0-9_]*[ \t]*= "


def root_end(text: str, start: int, margin: int, closer: str, *, alone: bool = False) -> int:
    """Where the line begins that closes the dump at ``start``: of the lines with nothing but its
    closer, at its own margin, the last before another dump begins (``alone``: none does, what looks
    like one stands in a string). -1 where there is none."""
    last = -1
    for found in _ends(margin, closer).finditer(text, text.find("\n", start) + 1 or len(text)):
        if not found["opener"]:
            last = found.start()
        elif not alone:
            break
    return last


def goes_on(text: str, end: int, margin: int | None, closer: str, *, alone: bool = False) -> bool:
    """Whether a dump has more after ``end``, which was taken for its last character: a field, or
    the line that closes it. ``margin`` None: at any indent. ``alone`` as above."""
    rest = _rest(margin, closer).finditer(text, end)
    found = next((each for each in rest if not (alone and each["opener"])), None)
    return found is not None and not found["opener"]


def _opener(margin: int | None) -> str:
    """A line that begins another dump: not deeper than this one, and no field of it."""
    deeper = "" if margin is None else rf"(?![ \t]{{{margin + 1}}})"
    return f"(?P<opener>^{_OPENER.format(deeper)})"


@lru_cache(maxsize=16)
def _ends(margin: int, closer: str) -> re.Pattern[str]:
    blanks = rf"[ \t]{{{margin}}}"
    return re.compile(f"{_opener(margin)}|{_CLOSER.format(blanks, re.escape(closer))}", re.M)


@lru_cache(maxsize=16)
def _rest(margin: int | None, closer: str) -> re.Pattern[str]:
    blanks = r"[ \t]*" if margin is None else rf"[ \t]{{{margin}}}"
    closing = _CLOSER.format(blanks, re.escape(closer))
    field = _FIELD.format(0 if margin is None else margin + 1)
    return re.compile(f"{_opener(margin)}|{closing}|{field}", re.M)
