"""The scripts that teach a shell to complete ``ftlab``."""

from __future__ import annotations

from ftlab.errors import UsageError
from ftlab.nearest import suggest

SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    """The script for a shell. Raises ``UsageError`` for one that there is none for."""
    if shell not in SHELLS:
        hint = suggest(shell, SHELLS) or "ftlab completion bash"
        raise UsageError(f"completion {shell}: takes {', '.join(SHELLS)}", hint=hint)
    from importlib.resources import files

    return (files("ftlab.cli.completion") / "shells" / f"ftlab.{shell}").read_text("utf-8")
