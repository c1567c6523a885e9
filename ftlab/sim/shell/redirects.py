"""What stands around a command's words: redirections before and after, assignments before."""

from __future__ import annotations

from ftlab.sim.shell.ast import Redirect, Text, Word
from ftlab.sim.shell.lexer import NAME, Scanner

_REDIRECTIONS = frozenset({"<", ">", ">>", ">|", "<>", "<&", ">&", "<<", "<<-"})


def redirects(scan: Scanner) -> tuple[Redirect, ...]:
    """Every redirection that stands here, in order."""
    found: list[Redirect] = []
    while (one := _redirect(scan)) is not None:
        found.append(one)
    return tuple(found)


def _redirect(scan: Scanner) -> Redirect | None:
    start = scan.at
    digits = scan.peek_plain()
    digits = digits if digits.isdigit() else ""
    scan.at += len(digits)
    operator = scan.peek_operator() if not digits or scan.char in ("<", ">") else ""
    if operator not in _REDIRECTIONS:
        scan.at = start
        return None
    scan.operator()
    target = scan.word()
    if not target:
        scan.unexpected()
    default = 0 if operator.startswith("<") else 1
    found = Redirect(int(digits) if digits else default, operator[:2], target)
    if operator.startswith("<<"):
        scan.here_document(found, target, strip_tabs=operator == "<<-")
    return found


def assignment(word: Word) -> tuple[str, Word] | None:
    """``NAME=value`` taken apart, or None for any other word."""
    first = word[0]
    if not isinstance(first, Text) or first.quoted:
        return None
    found = NAME.match(first.text)
    if not found or first.text[found.end() : found.end() + 1] != "=":
        return None
    rest = first.text[found.end() + 1 :]
    return found.group(), ((Text(rest),) if rest else ()) + word[1:]
