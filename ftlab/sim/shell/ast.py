"""The syntax tree of the small shell: what the parser builds and the interpreter walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class Part(NamedTuple):
    """A piece of a word: text, or the name of a variable (``$NAME``, ``${NAME}`` or ``$?``)."""

    text: str
    quoted: bool = False
    variable: bool = False


Word: TypeAlias = tuple[Part, ...]


@dataclass(slots=True)
class Redirect:
    """``fd`` is redirected by ``operator`` (``< > >> >& << <<-``) to ``target``, or to the text
    ``here`` of a here-document, which stands further down."""

    fd: int
    operator: str
    target: Word
    here: str = ""


class Simple(NamedTuple):
    """Words to run, or the one word that a ``variable`` becomes."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()
    variable: str = ""


class Compound(NamedTuple):
    """``if``: conditions with what they lead to, and what follows if none holds. Without conditions
    it is ``{ … }``."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script
    redirects: tuple[Redirect, ...] = ()


Command: TypeAlias = Simple | Compound


class Pipeline(NamedTuple):
    """``after``: what stands before it: ``&&``, ``||`` or, also at the beginning, ``;``."""

    commands: tuple[Command, ...]
    negated: bool
    after: str


Script: TypeAlias = tuple[Pipeline, ...]
