"""Words into commands: the grammar of the small shell."""

from __future__ import annotations

import re

from ftlab.sim.shell.ast import (
    Chain,
    Command,
    Group,
    If,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Text,
    Word,
)
from ftlab.sim.shell.errors import Refused
from ftlab.sim.shell.lexer import Token, tokens, unexpected

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_REFUSED = {
    **dict.fromkeys(("for", "while", "until"), "a loop"),
    "case": "case",
    "function": "a function",
    "(": "a subshell",
    "&": "a background job",
}
_ENDS = frozenset({"then", "elif", "else", "fi", "}", "do", "done", "esac", "in"})
_OWN_VARIABLES = frozenset({"IFS", "PATH", "ENV", "PS1", "PS2"})


def parse(text: str) -> Script:
    """The whole text. Raises ``ShellSyntaxError`` for what is no command and ``Refused`` for what
    this shell does not do."""
    parser = _Parser(tokens(text))
    script = parser.script()
    if parser.next is not None:
        raise unexpected(parser.name() or parser.next)
    return script


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found[::-1]

    @property
    def next(self) -> Token | None:
        return self._tokens[-1] if self._tokens else None

    def name(self) -> str:
        """The next token as an operator or a reserved word; empty for any other."""
        token = self.next
        if isinstance(token, str):
            return token
        if isinstance(token, tuple) and len(token) == 1 and isinstance(token[0], Text):
            return "" if token[0].quoted else token[0].text
        return ""

    def _take(self, *names: str) -> str:
        """The next token if it is one of ``names``, else empty."""
        name = self.name()
        if name in names and name:
            self._tokens.pop()
            return name
        return ""

    def _expect(self, name: str) -> None:
        if not self._take(name):
            raise self._unexpected()

    def _unexpected(self) -> Exception:
        if (what := _REFUSED.get(self.name())) is not None:
            return Refused(what)
        return unexpected(self.name() or ("" if self.next is None else self.next))

    def _skip_lines(self) -> None:
        while self._take("\n"):
            pass

    def script(self) -> Script:
        chains: list[Chain] = []
        self._skip_lines()
        while self.next is not None and self.name() not in _ENDS:
            chains.append(self._chain())
            if self.name() == "&":
                raise Refused(_REFUSED["&"])
            if not self._take(";", "\n"):
                break
            self._skip_lines()
        return tuple(chains)

    def _chain(self) -> Chain:
        first, rest = self._pipeline(), []
        while operator := self._take("&&", "||"):
            self._skip_lines()
            rest.append((operator, self._pipeline()))
        return Chain(first, tuple(rest))

    def _pipeline(self) -> Pipeline:
        negated = bool(self._take("!"))
        commands = [self._command()]
        while self._take("|"):
            self._skip_lines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        name = self.name()
        if name in _REFUSED or name in _ENDS or name in (";", ";;", "\n", "&&", "||", "|", ")"):
            raise self._unexpected()
        if self._take("{"):
            body = self._body()
            self._expect("}")
            return Group(body, self._redirects())
        if self._take("if"):
            return self._if()
        return self._simple()

    def _body(self) -> Script:
        script = self.script()
        if not script:
            raise self._unexpected()
        return script

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        while True:
            condition = self._body()
            self._expect("then")
            branches.append((condition, self._body()))
            if not self._take("elif"):
                break
        otherwise = self._body() if self._take("else") else ()
        self._expect("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while isinstance(self.next, Redirect):
            found.append(self.next)
            self._tokens.pop()
        return tuple(found)

    def _simple(self) -> Simple:
        words: list[Word] = []
        redirects: list[Redirect] = []
        while isinstance(self.next, tuple | Redirect):
            token = self._tokens.pop()
            if isinstance(token, Redirect):
                redirects.append(token)
            elif isinstance(token, tuple):
                words.append(token)
        if self.name() == "(" and words:
            raise Refused("a function")
        if not words and not redirects:
            raise self._unexpected()
        return _assigned(words, tuple(redirects))


def _assigned(words: list[Word], redirects: tuple[Redirect, ...]) -> Simple:
    """``NAME=value`` alone is an assignment; before a command it is refused."""
    first = words[0][0] if words else None
    found = _ASSIGNMENT.match(first.text) if isinstance(first, Text) and not first.quoted else None
    if found is None:
        return Simple(tuple(words), redirects)
    if len(words) > 1 or redirects or found[1] in _OWN_VARIABLES:
        raise Refused("an assignment before a command, or of a variable of the shell's own,")
    assert isinstance(first, Text)  # noqa: S101 - it matched
    rest = first.text[found.end() :]
    value = ((Text(rest),) if rest else ()) + words[0][1:]
    return Simple((), (), (found[1], value))
