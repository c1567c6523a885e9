"""The pages of ``docs/errors``, one a kind of error. A wheel has them beside this module."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ftlab.errors import UsageError
from ftlab.nearest import suggest

FAMILIES = {"fault.": "fault.NAME", "vft.": "vft.SIGNATURE"}
"""Kinds that end with a name of the host's or of the logs', and the page for all of them."""


def kinds() -> list[str]:
    """All that have a page, by name."""
    return sorted(page.stem for page in _folder().glob("*.md"))


def page_of(kind: str) -> str:
    """The page of a kind, as Markdown. Raises ``UsageError`` for what is none."""
    name = page_name(kind, kinds())
    if name is None:
        hint = suggest(kind, kinds()) or "ftlab explain lists all kinds"
        raise UsageError(f"explain {kind}: no error is of this kind", hint=hint)
    return (_folder() / f"{name}.md").read_text("utf-8")


def page_name(kind: str, known: Iterable[str]) -> str | None:
    """The page that a kind has, alone or with its family; capitals do not count."""
    spelled = {name.casefold(): name for name in known}
    families = (page for start, page in FAMILIES.items() if kind.casefold().startswith(start))
    return spelled.get(kind.casefold()) or next(families, None)


def _folder() -> Path:
    """In a wheel beside this module; in a checkout where forge and site have them from."""
    installed = Path(__file__).parent / "pages"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "docs/errors"
