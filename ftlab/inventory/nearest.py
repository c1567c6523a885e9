"""The known names nearest to one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint such as ``did you mean 'vesxi01'?``; empty when nothing is near."""
    from difflib import get_close_matches

    near = [name for name in get_close_matches(word, list(known), n=4) if name != word][:3]
    return f"did you mean {' or '.join(map(repr, near))}?" if near else ""
