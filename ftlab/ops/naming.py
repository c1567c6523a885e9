"""Errors that say which VM they are about: one run works on many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ftlab.errors import FtlabError, ParseError, Refused


def about(vm: str, error: FtlabError) -> FtlabError:
    """The same error with the VM's name in front."""
    return error.with_message(f"VM {vm}: {error.message}")


@contextmanager
def naming(vm: str) -> Iterator[None]:
    """What the VMX document cannot read or refuses to write, with the VM's name."""
    try:
        yield
    except (Refused, ParseError) as error:
        raise about(vm, error) from error
