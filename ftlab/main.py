"""The console script: a shell that asks for completions is answered before anything is loaded."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line that the process was given."""
    if sys.argv[1:2] == ["__complete"]:
        from ftlab.cli.completion.answer import answer

        answer(sys.argv[2:])
    else:
        from ftlab.program import main as run

        run()
