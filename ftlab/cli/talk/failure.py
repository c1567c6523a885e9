"""An error as its user reads it: what is wrong, and what to do."""

from __future__ import annotations

import sys

from ftlab.cli.help_text import see
from ftlab.cli.settings.tell import tell_settings
from ftlab.errors import FtlabError, UsageError
from ftlab.report.layout.escape import escape

_SAID_AT_ONCE = ("usage", "internal", "out", "html")
"""Kinds, by how they begin, of which message and hint say everything."""


def tell_error(error: FtlabError, task: str = "") -> int:
    """Say on stderr what is wrong and what to do; returns the exit code."""
    print(f"ftlab: {escape(error.message)}", file=sys.stderr)
    hint = error.hint or (see(task) if task and isinstance(error, UsageError) else "")
    if hint:
        print(f"       {escape(hint)}", file=sys.stderr)
    if not error.kind.startswith(_SAID_AT_ONCE):
        print(f"       to read more: ftlab explain {error.kind}", file=sys.stderr)
    if isinstance(error, UsageError):
        tell_settings()
    return error.exit_code
