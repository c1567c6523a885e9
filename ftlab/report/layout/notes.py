"""The notes of a host."""

from __future__ import annotations

from ftlab.model import Outcome


def notes_of(outcome: Outcome) -> tuple[str, ...]:
    """Its notes, as texts."""
    notes = outcome.facts.get("notes") or ()
    return (notes,) if isinstance(notes, str) else tuple(map(str, notes))


def own_notes(outcome: Outcome) -> tuple[str, ...]:
    """Those that its error does not say already: the words of one kind of error differ, and are no
    difference between two hosts."""
    said = outcome.error.message if outcome.error else None
    return tuple(note for note in notes_of(outcome) if note != said)
