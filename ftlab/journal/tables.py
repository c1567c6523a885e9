"""The journal's tables, and how they have become what they are."""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """CREATE TABLE runs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, task TEXT NOT NULL,
            info TEXT NOT NULL, seconds REAL, status TEXT, exit INTEGER)""",
        """CREATE TABLE hosts (
            seq INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (run) ON DELETE CASCADE,
            host TEXT NOT NULL, status TEXT, error TEXT, seconds REAL, UNIQUE (run, host))""",
        """CREATE TABLE changes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run TEXT NOT NULL REFERENCES runs (run) ON DELETE CASCADE,
            host TEXT NOT NULL, change TEXT NOT NULL, state TEXT NOT NULL, extra TEXT NOT NULL)""",
        "CREATE INDEX changes_of_run ON changes (run, id)",
        "CREATE INDEX changes_of_host ON changes (host, id)",
    ),
    ("ALTER TABLE hosts ADD COLUMN steps TEXT",),
)
"""``MIGRATIONS[n]`` leads from version n to n + 1; what has been released is never edited. Texts
from hosts are kept as JSON, because SQLite refuses strings that hold undecodable bytes."""
