"""The syntax tree of the small shell: what the parser builds and the interpreter walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """``$NAME``, ``${NAME}`` or ``$?``."""

    name: str
    quoted: bool = False


Word: TypeAlias = tuple[Text | Variable, ...]


@dataclass(slots=True)
class Redirect:
    """``fd`` is redirected by ``operator`` to ``target``; a here-document's text is in ``here``."""

    fd: int
    operator: Literal["<", ">", ">>", ">&", "<<"]
    target: Word
    here: str = ""


@dataclass(frozen=True, slots=True)
class Simple:
    """Words to run, or one assignment alone."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()
    assignment: tuple[str, Word] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """``{ … }``."""

    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with what they lead to, and what follows if none holds."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script
    redirects: tuple[Redirect, ...] = ()


Command: TypeAlias = Simple | Group | If


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``after``: what stands before it: ``&&``, ``||`` or, also at the beginning, ``;``."""

    commands: tuple[Command, ...]
    negated: bool
    after: str


Script: TypeAlias = tuple[Pipeline, ...]
