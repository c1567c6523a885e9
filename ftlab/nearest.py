"""The known names nearest to one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 3
_LIKE = 0.6
SLIP = 0.9
"""How like a word is of which hardly more than a letter is wrong."""


def nearest(word: str, known: Iterable[str], like: float = _LIKE) -> list[str]:
    """At most three that are at least so much like it (0 to 1), the nearest first; capitals do
    not count. One that differs in nothing else, or by a domain, stands alone."""
    from difflib import get_close_matches

    folded: dict[str, str] = {}
    for name in known:
        if name != word:
            folded.setdefault(name.casefold(), name)
    sought = word.casefold()
    if sought in folded:
        return [folded[sought]]
    if same := [name for name in folded if sought and name.startswith(f"{sought}.")]:
        return [folded[name] for name in same[:_MOST]]
    near = get_close_matches(sought, list(folded), n=_MOST, cutoff=like)
    return [folded[name] for name in near]


def suggest(word: str, known: Iterable[str], like: float = _LIKE) -> str:
    """A hint such as ``did you mean 'vesxi01'?``; empty when nothing is near."""
    near = nearest(word, known, like)
    return f"did you mean {' or '.join(map(repr, near))}?" if near else ""
