"""Words into commands: the grammar of the small shell."""

from __future__ import annotations

import re

from ftlab.sim.shell.ast import Command, Group, If, Pipeline, Redirect, Script, Simple, Text, Word
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
        match self.next:
            case str(operator):
                return operator
            case (Text(text, quoted=False),):
                return text
        return ""

    def _take(self, *names: str) -> str:
        """The next token if it is one of ``names``, else empty."""
        name = self.name()
        if name and name in names:
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

    def script(self) -> Script:
        found: list[Pipeline] = []
        while self._take("\n"):
            pass
        while self.next is not None and self.name() not in _ENDS:
            found.append(self._pipeline(";"))
            while operator := self._take("&&", "||"):
                found.append(self._pipeline(operator))
            if self.name() == "&":
                raise Refused(_REFUSED["&"])
            if not self._take(";", "\n"):
                break
            while self._take("\n"):
                pass
        return tuple(found)

    def _pipeline(self, after: str) -> Pipeline:
        commands: list[Command] = []
        while after != ";" and self._take("\n"):
            pass
        negated = bool(self._take("!"))
        commands.append(self._command())
        while self._take("|"):
            while self._take("\n"):
                pass
            commands.append(self._command())
        return Pipeline(tuple(commands), negated, after)

    def _command(self) -> Command:
        name = self.name()
        if name in _REFUSED or name in _ENDS or name in (";", ";;", "\n", "&&", "||", "|", ")"):
            raise self._unexpected()
        if self._take("{"):
            body = self._body()
            self._expect("}")
            return Group(body, self._redirects())
        return self._if() if self._take("if") else self._simple()

    def _body(self) -> Script:
        script = self.script()
        if not script:
            raise self._unexpected()
        return script

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        while not branches or self._take("elif"):
            condition = self._body()
            self._expect("then")
            branches.append((condition, self._body()))
        otherwise = self._body() if self._take("else") else ()
        self._expect("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while isinstance(token := self.next, Redirect):
            found.append(token)
            self._tokens.pop()
        return tuple(found)

    def _simple(self) -> Simple:
        """``NAME=value`` alone is an assignment; before a command it is refused."""
        words: list[Word] = []
        redirects = list(self._redirects())
        while isinstance(word := self.next, tuple):
            words.append(word)
            self._tokens.pop()
            redirects += self._redirects()
        if self.name() == "(" and words:
            raise Refused("a function")
        if not words and not redirects:
            raise self._unexpected()
        first = words[0][0] if words else None
        if isinstance(first, Text) and not first.quoted and (m := _ASSIGNMENT.match(first.text)):
            if len(words) > 1 or redirects or m[1] in _OWN_VARIABLES:
                raise Refused(
                    "an assignment before a command, or of a variable of the shell's own,"
                )
            return Simple((), (), (m[1], (Text(first.text[m.end() :]), *words[0][1:])))
        return Simple(tuple(words), tuple(redirects))
