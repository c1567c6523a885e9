"""A question that is answered with yes or no, on the terminal."""

from __future__ import annotations

import select
import sys
import termios

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


def confirmed(question: str) -> bool:
    """Ask on stderr, again and again until the answer is a clear yes or no. The end of input is
    no.

    What was typed or pasted before a question is discarded: it was meant for something else. To
    be called only where stdin is a terminal.
    """
    while True:
        _discard_typed()
        print(f"{question} [y/N] ", file=sys.stderr, end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=sys.stderr)
            return False
        answer = _ANSWERS.get(line.strip().lower())
        if answer is not None:
            return answer
        print("Please answer y (yes) or n (no).", file=sys.stderr)


def _discard_typed() -> None:
    """Whole lines that nobody has read yet are told of: they may have been commands."""
    waiting = bool(select.select([sys.stdin], [], [], 0)[0])
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
    if waiting:
        print("What was typed before this question is ignored.", file=sys.stderr)
