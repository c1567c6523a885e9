"""The syntax tree of the simulated shell: what the parser builds and the interpreter walks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


class ShellSyntaxError(Exception):
    """The text is not a script this shell understands; ``str()`` is ash's message for it.

    ``incomplete``: it only ends too early, so a user at a prompt may type on.
    """

    def __init__(self, message: str, *, incomplete: bool = False) -> None:
        super().__init__(message)
        self.incomplete = incomplete


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters. Quoted ones are neither split nor taken as a pattern."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$NAME``, ``${NAME}``, ``${#NAME}`` (operator ``#len``) or ``${NAME<operator>argument}``."""

    name: str
    operator: str = ""
    argument: Word = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(script)`` or its backquoted form."""

    script: Script
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``$((expression))``."""

    expression: Word
    quoted: bool = False


Part: TypeAlias = Text | Parameter | Substitution | Arithmetic
Word: TypeAlias = tuple[Part, ...]


@dataclass(slots=True)
class Redirect:
    """``operator`` is one of ``< > >> >| <> <& >& <<``; a here-document's ``target`` is its text,
    which the parser fills in when it reaches the lines below."""

    fd: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    assignments: tuple[tuple[str, Word], ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """``{ body; }``, or ``( body )`` with a copy of the shell's state."""

    body: Script
    subshell: bool = False


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script = ()


@dataclass(frozen=True, slots=True)
class While:
    condition: Script
    body: Script
    until: bool = False


@dataclass(frozen=True, slots=True)
class For:
    name: str
    words: tuple[Word, ...] | None
    body: Script


@dataclass(frozen=True, slots=True)
class Case:
    subject: Word
    branches: tuple[tuple[tuple[Word, ...], Script], ...]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    body: Command


Node: TypeAlias = Simple | Group | If | While | For | Case | Function


@dataclass(frozen=True, slots=True)
class Command:
    """One node with the redirections that stand around it."""

    node: Node
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    commands: tuple[Command, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AndOr:
    """``first && second || third``: ``rest`` holds (operator, pipeline) pairs."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...] = field(default=())


Script: TypeAlias = tuple[AndOr, ...]
