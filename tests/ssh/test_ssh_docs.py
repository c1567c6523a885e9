"""docs/ssh.md says what the code does: the matrix of tested servers."""

from __future__ import annotations

from pathlib import Path

from test_ssh_matrix import LOGINS, SERVERS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "ssh.md").read_text("utf-8")


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose header begins with ``first``."""
    lines = TEXT.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    table = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_the_matrix_is_the_one_that_is_tested() -> None:
    header, _, *body = rows("server")
    assert tuple(header[2:]) == LOGINS
    assert tuple(row[0] for row in body) == SERVERS
