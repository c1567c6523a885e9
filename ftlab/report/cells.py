"""Text measured and broken by the cells it fills on a terminal (a CJK letter fills two)."""

from __future__ import annotations

import re

#: A piece ends where a reader does not mind a line break.
_PIECE = re.compile(r"[^ ,/]*[ ,/]?")


def cell_width(text: str) -> int:
    """Terminal cells that ``text`` fills."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """``text`` with spaces up to ``width`` cells."""
    return text + " " * (width - cell_width(text))


def longest_word(text: str, ends: str) -> int:
    """Cells of the longest part of ``text`` up to and with one of the characters ``ends``."""
    words = re.findall(f"[^{ends}]*[{ends}]?", text)
    return max(cell_width(word.rstrip(" ")) for word in words)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells (1 or more), broken after a space, comma or
    slash where possible. At least one line; nothing but spaces at line ends is lost."""
    if cell_width(text) <= width:
        return [text]
    lines, line = [], ""
    for piece in _pieces(text, width):
        if line and cell_width(line) + cell_width(piece.rstrip(" ")) > width:
            lines.append(line.rstrip(" "))
            line = ""
        line += piece
    return [*lines, line.rstrip(" ")]


def _pieces(text: str, width: int) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        pieces += _hard_split(piece, width)
    return [piece for piece in pieces if piece]


def _hard_split(piece: str, width: int) -> list[str]:
    parts: list[str] = []
    while cell_width(piece.rstrip(" ")) > width:
        cut = max(1, next(n for n in range(width, -1, -1) if cell_width(piece[:n]) <= width))
        parts.append(piece[:cut])
        piece = piece[cut:]
    return [*parts, piece]
