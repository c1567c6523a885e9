"""``ftlab __complete SHELL …``: what the scripts in ``shells/`` ask at each press of Tab."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ftlab.cli.completion import bash_line
from ftlab.cli.completion.candidates import FILES, Candidate, candidates
from ftlab.cli.completion.known import Known

_NO_SPACE = ("=", ":", ",", "/")
"""After these a word goes on."""


def answer(words: Sequence[str]) -> None:
    """Print what may stand at the end of the ``words``: the shell's name, and for bash the whole
    line, for the others the words after the program's name, the last of them still open.

    The first line is ``files`` where a file is meant, which the shell knows better, else
    ``words``; the others are one candidate each, for zsh and fish with a tab and a description.
    Whatever goes wrong, nothing is said: a prompt is no place for it.
    """
    try:
        lines = _lines(words)
    except Exception:  # what the user's files hold must not break a prompt
        lines = ["words"]
    text = "\n".join(lines) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


def _lines(words: Sequence[str]) -> list[str]:
    shell, *line = words
    if shell == "bash":
        return _for_bash("".join(line))
    typed = [*line[:-1], bash_line.value_of(line[-1])] if shell == "fish" else list(line)
    found = candidates(typed, Known(os.environ, typed))
    return ["files"] if found is FILES else ["words", *map(_described, found)]


def _described(candidate: Candidate) -> str:
    value, about = candidate
    return "\t".join(" ".join(each.split()) for each in (value, about))


def _for_bash(line: str) -> list[str]:
    words = bash_line.split(line)
    typed = [word.value for word in words[1:]]
    found = candidates(typed, Known(os.environ, typed))
    if found is FILES:
        return ["files"]
    last = words[-1]
    fits = [value for value, _ in found if value.startswith(last.value)]
    return ["words", *(last.completed(value, ends=not value.endswith(_NO_SPACE)) for value in fits)]
