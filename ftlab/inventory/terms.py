"""How the text of a host pattern falls into terms.

The rules are those of Ansible's ``inventory/manager.py``: commas separate, and colons do where
there is no comma; ``!`` excludes and ``&`` intersects. Two rules are ours: a comma within brackets
does not separate, as in ``vesxi[01-03,05]``, and a bracket without its other half is refused.
"""

from __future__ import annotations

from ftlab.errors import InventoryError
from ftlab.inventory.host_ranges import split_port
from ftlab.regex import regex

_BETWEEN_COLONS = regex(r"(?:[^\s:\[\]]|\[[^\]]*\])+")
_BETWEEN_COMMAS = regex(r"\s*[!&]?~[^,]*|(?:\[[^\]]*\]|[^,])+")
_CLOSED = regex(r"\[[^\]]*\]")
_MODES = ("!", "&")


def split_pattern(text: str) -> list[str]:
    """The terms of a pattern. An IPv6 address or a lone ``name:port`` stays in one piece, and so
    does what is in brackets. Raises InventoryError for a bracket without its other half."""
    if "," in text:
        pieces = _BETWEEN_COMMAS.findall(text)
    else:
        refuse_open(text)
        pieces = [text] if split_port(text) else _BETWEEN_COLONS.findall(text)
    return [piece.strip() for piece in pieces if piece.strip()]


def refuse_open(text: str) -> None:
    """Raise InventoryError for a bracket without its other half: what it should mean is lost."""
    if text.rfind("[") > text.rfind("]"):
        raise pattern_error(f"{text!r}: a bracket is not closed")
    if "]" in _CLOSED.sub("", text):
        raise pattern_error(f"{text!r}: a bracket is closed that was not opened")


def split_mode(term: str) -> tuple[str, str]:
    """``!web`` → ``("!", "web")``. Raises InventoryError for a mark with nothing behind it."""
    if term[0] not in _MODES:
        return "", term
    if not term[1:]:
        raise pattern_error(f"{term!r} stands alone in a host pattern")
    return term[0], term[1:]


def pattern_error(message: str, hint: str = "") -> InventoryError:
    return InventoryError(message, hint=hint, kind="pattern")
