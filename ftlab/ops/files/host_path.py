"""A path on the hosts, as a user writes it."""

from __future__ import annotations

from ftlab.errors import Refused, UsageError
from ftlab.esxi import files


def host_path(text: str) -> str:
    """The path that ``text`` means: ``/etc/x``, or ``[datastore1] dir/x``.

    Raises ``UsageError`` for what is none on any host, and for a line feed: the hosts' checksums
    do not tell where such a name ends."""
    try:
        path = files.datastore_path(text)
    except Refused as error:
        raise _none(text) from error
    if "\n" in path:
        raise _none(text)
    return path


def _none(text: str) -> UsageError:
    return UsageError(
        f"{text!r} is no path on a host",
        hint="/etc/x, or '[datastore1] dir/x' on a datastore; without .. and line feeds",
    )
