"""Several pieces of work at a time: independent ones on one host, and those that share hosts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypeVar

from ftlab.engine.context import Context
from ftlab.errors import FtlabError, NotApplicable

AT_ONCE = 4
"""A vESXi host has few cores, and each piece may itself ask three things at a time."""

T = TypeVar("T")


def few_at_a_time(context: Context, work: Sequence[Callable[[], T]]) -> list[T]:
    """The results, in order; the first error, in order, is raised and ends it."""
    done: list[T] = []
    for first in range(0, len(work), AT_ONCE):
        done += context.session.together(*work[first : first + AT_ONCE])
    return done


def do_each(context: Context, work: Sequence[Callable[[], object]]) -> None:
    """Do every piece, whatever becomes of the others; then raise what went wrong, as one."""
    ends = few_at_a_time(context, [partial(_caught, piece) for piece in work])
    errors = [error for error in ends if error is not None]
    if errors:
        raise joined(errors)


def _caught(piece: Callable[[], object]) -> FtlabError | None:
    try:
        piece()
    except FtlabError as error:
        return error
    return None


def joined(errors: Sequence[FtlabError]) -> FtlabError:
    """One error for several, at least one: all their words, and the kind and hint of the first
    that is more than a setting that does not apply."""
    gravest = next((e for e in errors if not isinstance(e, NotApplicable)), errors[0])
    return gravest.with_message("; ".join(e.message for e in errors)) if errors[1:] else gravest


class Exclusive:
    """A lock for each host. They are taken in one order by everybody, so nobody waits in a
    circle."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._locks = {host: threading.Lock() for host in sorted(set(hosts))}

    @contextmanager
    def on(self, *hosts: str) -> Iterator[None]:
        """Wait until these hosts are free, and hold them."""
        with ExitStack() as held:
            for host in sorted(set(hosts)):
                held.enter_context(self._locks[host])
            yield
