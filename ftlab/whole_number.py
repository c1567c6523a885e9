"""Whole numbers in text: what Python also takes for one (``1_000``, ``+1``, ``٣``) is none."""

from __future__ import annotations


def read_whole(text: str, digits: int = 18) -> int | None:
    """A number of at most so many digits, and nothing else; ``None`` where it is none."""
    is_one = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_one else None
