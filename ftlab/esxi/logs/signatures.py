"""What the logs of a failed FT power-on mean: the known failures found in their lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlab.esxi.logs.registry import SIGNATURES, STARVATION
from ftlab.esxi.logs.signature import KINDS, STREAM_REMEDY, Finding, Signature
from ftlab.esxi.logs.status_codes import codes_in
from ftlab.regex import regex

__all__ = [
    "KINDS",
    "SIGNATURES",
    "STARVATION",
    "STREAM_REMEDY",
    "Finding",
    "Signature",
    "around_trouble",
    "findings",
]

_TROUBLE = regex(
    r"(?i)\b(fail\w*|error\w*|refused|denied|unable|cannot|could not|not (?:allowed|supported)"
    r"|abort\w*|time[d ]?-?out|lost|locked|panic|invalid|insufficient|mismatch)\b"
)


def findings(
    lines: Iterable[str],
    signatures: Sequence[Signature] = SIGNATURES,
    *,
    newest: bool = False,
) -> list[Finding]:
    """The signatures seen in ``lines``, each once with its first line (``newest``: its last),
    by precedence."""
    seen: dict[str, str] = {}
    for line in lines:
        codes = codes_in(line)
        for signature in signatures:
            if (newest or signature.name not in seen) and signature.shows_in(line, codes):
                seen[signature.name] = line.strip()
    return [Finding(s, seen[s.name]) for s in signatures if s.name in seen]


def around_trouble(lines: Sequence[str], most: int = 20) -> list[str]:
    """The last ``most`` lines with words of failure and the line before and after each; the
    last lines where no such word is there."""
    near = {
        at + step
        for at, line in enumerate(lines)
        if _TROUBLE.search(line)
        for step in (-1, 0, 1)
        if 0 <= at + step < len(lines)
    }
    shown = [lines[at].strip() for at in sorted(near)] or [line.strip() for line in lines]
    return [line for line in shown if line][-most:]
