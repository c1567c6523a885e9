"""The newest runs, straight from the journal's file: loading the journal takes too long here."""

from __future__ import annotations

import json
import os

_MOST = 40


def newest_runs(journal: str, inventory: str | None) -> list[tuple[str, str]]:
    """Each run on the inventory (``None``: on any), newest first, with its task, its hosts, its
    end and its beginning. Empty where there is no journal to be read."""
    if not os.path.isfile(journal):
        return []
    import sqlite3

    here = os.path.realpath(inventory) if inventory else None
    connection = sqlite3.connect(f"file:{_quoted(journal)}?mode=ro", uri=True, timeout=0.02)
    try:
        rows = connection.execute(
            "SELECT run, task, info, status, (SELECT count(*) FROM hosts WHERE run = runs.run)"
            " FROM runs ORDER BY seq DESC LIMIT ?",
            (_MOST,),
        ).fetchall()
    finally:
        connection.close()
    found = [(run, _about(task, json.loads(info), status, hosts)) for run, task, info, status, hosts
             in rows if here in {None, json.loads(info)["inventory"]}]  # fmt: skip
    return [("last", "the last run that changed something"), *found] if found else []


def _about(task: str, info: dict[str, str], status: str | None, hosts: int) -> str:
    when = info["started"].replace("T", " ").removesuffix(":00Z").removesuffix("Z")
    return f"{task}, {hosts} host{'s' * (hosts != 1)}, {status or 'unfinished'}, {when}"


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
