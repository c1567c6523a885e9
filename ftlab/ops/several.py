"""Several independent pieces of work on one host, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from ftlab.errors import FtlabError
from ftlab.ops.context import Context

AT_ONCE = 4
"""A vESXi host has few cores, and each piece may itself ask three things at a time."""

T = TypeVar("T")


def few_at_a_time(context: Context, work: Sequence[Callable[[], T]]) -> list[T]:
    """The results, in order; the first error, in order, is raised and ends it."""
    done: list[T] = []
    for first in range(0, len(work), AT_ONCE):
        done += context.session.together(*work[first : first + AT_ONCE])
    return done


def each(context: Context, work: Sequence[Callable[[], object]]) -> None:
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
    """One error for several: the first one's kind and hint, everyone's words."""
    first = errors[0]
    if len(errors) == 1:
        return first
    message = "; ".join(error.message for error in errors)
    return type(first)(message, kind=first.kind, hint=first.hint, **first.evidence)
