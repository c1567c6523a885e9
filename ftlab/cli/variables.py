"""The environment variables that ftlab reads; one that it does not know is a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable

from ftlab.cli.flags import FLAGS
from ftlab.errors import UsageError
from ftlab.nearest import suggest

PREFIX = "FTLAB_"
SINGLE_TASKS = (
    "FTLAB_ANSWER", "FTLAB_ATTEMPTS", "FTLAB_KEEP_DAYS", "FTLAB_KEEP_RUNS", "FTLAB_NET_TIMEOUT",
    "FTLAB_PROFILE", "FTLAB_SIGNATURES",
)  # fmt: skip
"""Those for flags that not every task has."""
WITHOUT_FLAG = {
    "FTLAB_PASSWORD": "the SSH password of all hosts that have none in the inventory",
    "FTLAB_PASSWORD_FILE": "a file (mode 0600) whose first line is that password",
    "FTLAB_PASSPHRASE": "the passphrase of private key files",
    "FTLAB_TASKS": "a file with tasks of your own, instead of tasks.py in the working folder; "
    "empty: none",
}
"""Those that no flag stands for, and what they are."""
VARIABLES = (*(flag.variable for flag in FLAGS), *SINGLE_TASKS, *WITHOUT_FLAG)


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise ``UsageError`` for a name of ftlab's own that means nothing: what it was to do would
    not be done, without a word. Values are never shown: one may be a password."""
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in VARIABLES:
            raise UsageError(
                f"{name} is no variable of ftlab",
                hint=suggest(name, VARIABLES) or "docs/reference.md lists them all",
            )
