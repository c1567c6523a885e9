"""Text measured and broken by the cells it fills on a terminal (a CJK letter fills two)."""

from __future__ import annotations

import re

from ftlab.regex import regex

_WORD = regex(r"[^ ]* ?")
_LISTED = regex(r"[^,]*,?")
_HOST = regex(r"[\w-]+(\.[\w-]+){2,}")


def cell_width(text: str) -> int:
    """Terminal cells that ``text`` fills."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """``text`` with spaces up to ``width`` cells."""
    return text + " " * (width - cell_width(text))


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, with ``…`` for what is left out in the middle: names
    differ at their ends, but for those of hosts, which lose their domain."""
    if cell_width(text) <= width:
        return text
    if _HOST.fullmatch(text):
        return f"{_within(text, width - 1)}…"
    tail = _within(text[::-1], (width - 1) // 2)[::-1]
    return f"{_within(text, width - 1 - cell_width(tail))}…{tail}"


def _within(text: str, width: int) -> str:
    """As much of the beginning as fills no more than ``width`` cells."""
    end = min(len(text), max(0, width))
    while cell_width(text[:end]) > width:
        end -= 1
    return text[:end]


def longest_word(text: str, ends: str) -> int:
    """Cells of the longest part of ``text`` up to and with one of the characters ``ends``."""
    words = re.findall(f"[^{ends}]*[{ends}]?", text)
    return max(cell_width(word.rstrip(" ")) for word in words)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells (1 or more), broken after a space; within a
    word longer than that, after a comma (a folded list of hosts). Any other long word stands on a
    line of its own, as long as it is: run ids, fingerprints and paths are there to be copied.
    At least one line; nothing but spaces beside a break is lost."""
    if cell_width(text) <= width:
        return [text]
    lines, line = [], ""
    for piece in _pieces(text, width):
        if line and cell_width(line) + cell_width(piece.rstrip(" ")) > width:
            lines += [line.rstrip(" ")] if line.strip(" ") else []
            line = ""
        line += piece if line or not lines else piece.lstrip(" ")
    return [*lines, line.rstrip(" ")] if line or not lines else lines


def _pieces(text: str, width: int) -> list[str]:
    pieces: list[str] = []
    for word in _WORD.findall(text):
        whole = cell_width(word.rstrip(" ")) <= width
        pieces += [word] if whole else _LISTED.findall(word)
    return [piece for piece in pieces if piece]
