"""``--html FILE``: where a page goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ftlab.errors import FtlabError, UsageError
from ftlab.user_files import check_target, write_text


class PageFile:
    """A file for a page, or none (``name`` is ``None``).

    Raises ``UsageError`` for one that cannot be there, before any host is contacted.
    """

    def __init__(self, name: str | None) -> None:
        self._path = None if name is None else _checked(name)

    def write(self, page: Callable[[], str]) -> None:
        """Write what ``page`` makes, if a page is wanted. Raises ``FtlabError`` (kind ``html``)
        where that is not possible; what the file held before is there still."""
        if self._path is None:
            return
        try:
            write_text(self._path, page())
        except OSError as error:
            raise FtlabError(
                f"{self._path} cannot be written: {error.strerror}", kind="html"
            ) from error


def _checked(name: str) -> Path:
    try:
        return check_target(name)
    except OSError as error:
        raise UsageError(f"--html {name}: cannot be written: {error.strerror}") from None
