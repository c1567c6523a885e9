"""Secrets in what is said to a host and in what it answers, replaced by an ellipsis: passwords
that are known, and whatever stands where a secret would."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ftlab.regex import regex

VEIL = "…"
_SHORT = 4
"""A secret of fewer characters is replaced only as a word: it is part of too many others."""

_NAME = (
    r"(?:(?:password|passwd|passphrase|secret|token|credential|community|private.?key"
    r"|vnc\.key|keysafe|datafilekey|api.?key)[\w./:-]{0,200}"
    r"|(?<![a-z])(?:pwd|pass)|(?-i:(?<=[a-z])(?:Pwd|Pass)))"
)
"""The end of a name; every repetition is bounded, since a host may answer anything."""
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,;&|)"']+)"""
_PLACES = tuple(
    regex(pattern, re.IGNORECASE)
    for pattern in (
        # password = "x", password: x, --password=x
        rf"({_NAME}[\"']?[ \t]{{0,80}}[=:][ \t]{{0,80}}){_VALUE}",
        # --password x
        rf"(--[\w-]{{0,80}}{_NAME}[ \t]{{1,80}}){_VALUE}",
        # -o /UserVars/Password -s x
        rf"((?:-o|--option)[ =][\w./]{{0,200}}{_NAME} {{1,80}}-{{1,2}}[\w-]{{1,80}}[ =]){_VALUE}",
        # key = "guestinfo.password", … value = "x" (a dump of hostd's)
        rf"(key = \"[\w./:-]{{0,200}}{_NAME}\",\s{{0,80}}value = (?:\([\w.]{{0,80}}\) )?){_VALUE}",
        # Path: /UserVars/Password … String Value: x (esxcli)
        rf"(Path: [\w./]{{0,200}}{_NAME}\n(?:[^\n]{{1,200}}\n){{0,8}}?\s{{0,80}}"
        r"(?:Default )?String Value: )[^\n]+",
        # scheme://user:x@host
        r"(://[^\s/:@]{1,200}:)[^\s/@]{1,200}(?=@)",
        # a hash of crypt(3), as /etc/shadow has it
        r"(\$(?:1|2[abxy]?|5|6|7|y|gy|sha1)\$)[./A-Za-z0-9$=,+-]{8,}",
        # a private key, to its end or that of the text
        r"(-----BEGIN [A-Z0-9 ]{0,80}PRIVATE KEY-----)[\s\S]*?(?=-----END|\Z)",
    )
)


def veiled(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` without these secrets, and without what follows a name such as *password*."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORT:
            text = text.replace(secret, VEIL)
        elif secret:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", VEIL, text)
    for place in _PLACES:
        text = place.sub(rf"\1{VEIL}", text)
    return text
