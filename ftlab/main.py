"""The console script: a shell that asks for completions, and a user who asks for the help alone,
are answered before anything is loaded."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line that the process was given."""
    if sys.argv[1:2] == ["__complete"]:
        from ftlab.cli.completion.answer import answer

        answer(sys.argv[2:])
    elif not _helped():
        gc.disable()  # importing leaves nothing to collect; the program enables it
        from ftlab.program import main as run

        run()


def _helped() -> bool:
    """Print the help, if that is all that is asked for."""
    if sys.argv[1:] not in (["--help"], ["-h"]) or sys.stdout is None:
        return False
    import os
    import shutil

    from ftlab.cli.completion.quick_help import quick_help

    text = quick_help(sys.argv[1:], os.environ, shutil.get_terminal_size().columns)
    if text is None:
        return False
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:  # ``ftlab --help | head``: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True
