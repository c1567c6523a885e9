"""A run's name is its own."""

from __future__ import annotations

from datetime import UTC, datetime

from ftlab.engine.run_id import new_run


def test_no_name_is_given_twice_in_a_second() -> None:
    """The whole crash matrix met the same name twice: the journal then takes no second run."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    names = [new_run(now) for _ in range(3000)]
    assert len(set(names)) == len(names)
