"""What a host says, made fit for one line of a message."""

from __future__ import annotations


def printable(text: str, most: int = 200) -> str:
    """One line without anything that a terminal would obey, of at most ``most`` characters."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(clean.split())[:most]
