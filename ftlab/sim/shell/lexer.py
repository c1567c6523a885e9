"""Characters into words and operators: quoting, variables, comments, here-documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlab.sim.shell.ast import Redirect, Text, Variable, Word
from ftlab.sim.shell.errors import Refused, ShellSyntaxError

Token = str | Word | Redirect
"""An operator, a word, or a redirection whose target is the next word."""

_REDIRECT = re.compile(r"([0-9]?)(<<-?|>>|>&|<&|<>|>\||<|>)")
_OPERATOR = re.compile(r"&&|\|\||;;|[;|&()\n]")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*|\?)|\{([A-Za-z_]\w*|\?)\})")
_BLANKS = re.compile(r"[ \t]+|\\\n|#[^\n]*")
_PLAIN = re.compile(r"[^\s;&|()<>'\"\\$`*?\[\]#~]+|#|~|\]")
_SINGLE = re.compile(r"'([^']*)'")
_QUOTED = re.compile(r'[^"\\$`]+')
_REFUSED = (
    ("$((", "arithmetic, $((…)),"),
    ("$(", "command substitution, $(…),"),
    ("`", "command substitution, `…`,"),
    ("${", "${…} beyond a plain name"),
    ("$", "a variable of the shell's own ($@, $1, $$…)"),
)


def tokens(text: str) -> list[Token]:
    """The whole text. Raises ``ShellSyntaxError`` and ``Refused``."""
    return list(_Lexer(text).tokens())


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._awaited: list[tuple[Redirect, bool]] = []

    def tokens(self) -> Iterator[Token]:
        while self._skip_blanks():
            if found := self._take(_REDIRECT):
                yield from self._redirect(found)
            elif found := self._take(_OPERATOR):
                yield found[0]
                if found[0] == "\n":
                    self._read_here_documents()
            else:
                yield self._word()
        if self._awaited:
            raise ShellSyntaxError("here-document without its end", incomplete=True)

    def _skip_blanks(self) -> bool:
        while self._take(_BLANKS):
            pass
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found

    def _redirect(self, found: re.Match[str]) -> Iterator[Token]:
        digit, operator = found.groups()
        kind = operator.rstrip("-")
        if kind in ("<&", "<>", ">|") or digit not in ("", "0", "1", "2"):
            raise Refused(f"the redirection {found[0]}")
        fd = int(digit or (0 if kind.startswith("<") else 1))
        redirect = Redirect(fd, kind, ())  # type: ignore[arg-type]
        self._skip_blanks()
        redirect.target = self._word()
        if kind == "<<":
            self._awaited.append((redirect, operator == "<<-"))
        yield redirect

    def _read_here_documents(self) -> None:
        for redirect, tabs in self._awaited:
            end = "".join(part.text for part in redirect.target if isinstance(part, Text))
            raw = any(part.quoted for part in redirect.target)
            redirect.here = "".join(self._lines_before(end, tabs=tabs))
            if not raw and re.search(r"[$`\\]", redirect.here):
                raise Refused("an expansion in a here-document")
        self._awaited.clear()

    def _lines_before(self, end: str, *, tabs: bool) -> Iterator[str]:
        while self._at < len(self._text):
            line = self._text[self._at :].partition("\n")[0]
            self._at += len(line) + 1
            line = line.lstrip("\t") if tabs else line
            if line == end:
                return
            yield f"{line}\n"
        raise ShellSyntaxError("here-document without its end", incomplete=True)

    def _word(self) -> Word:
        parts: list[Text | Variable] = []
        while self._at < len(self._text) and (found := self._part(first=not parts)) is not None:
            parts += found
        if not parts:
            operator = _OPERATOR.match(self._text, self._at)
            raise unexpected(operator[0] if operator else "")
        return tuple(parts)

    def _part(self, *, first: bool) -> list[Text | Variable] | None:
        char = self._text[self._at]
        if char == "'":
            if found := self._take(_SINGLE):
                return [Text(found[1], quoted=True)]
            raise _unterminated()
        if char == '"':
            return self._double()
        if char == "\\":
            return self._escaped()
        if char in ("$", "`"):
            return [self._variable(quoted=False)]
        if char in "*?[" and not (char == "[" and first and self._alone()):
            raise Refused("a pattern for file names (*, ?, […])")
        if char == "~" and first:
            raise Refused("~")
        found = self._take(_PLAIN) or (self._take(re.compile(r"\[")) if char == "[" else None)
        return [Text(found[0])] if found else None

    def _alone(self) -> bool:
        """Whether a ``[`` is a command's name, and no pattern."""
        return self._text[self._at + 1 : self._at + 2] in ("", " ", "\t", "\n", ";")

    def _escaped(self, *, in_quotes: bool = False) -> list[Text | Variable]:
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        kept = "\\" if in_quotes and following not in ("$", "`", '"', "\\") else ""
        return [] if following == "\n" else [Text(kept + following or "\\", quoted=True)]

    def _double(self) -> list[Text | Variable]:
        self._at += 1
        parts: list[Text | Variable] = [Text("", quoted=True)]
        while (char := self._text[self._at : self._at + 1]) != '"':
            if found := self._take(_QUOTED):
                parts.append(Text(found[0], quoted=True))
            elif char == "\\":
                parts += self._escaped(in_quotes=True)
            elif char:
                parts.append(self._variable(quoted=True))
            else:
                raise _unterminated()
        self._at += 1
        return parts

    def _variable(self, *, quoted: bool) -> Text | Variable:
        if found := self._take(_VARIABLE):
            return Variable(found[1] or found[2], quoted)
        rest = self._text[self._at :]
        if re.match(r"\$(?![\w@*#?$!{(-])", rest):
            self._at += 1
            return Text("$", quoted)
        raise Refused(next(what for start, what in _REFUSED if rest.startswith(start)))


def _unterminated() -> ShellSyntaxError:
    return ShellSyntaxError("syntax error: unterminated quoted string", incomplete=True)


def unexpected(token: Token) -> ShellSyntaxError:
    """The error of a token where none of its kind may stand; ``""`` is the end of the text."""
    if not isinstance(token, str):
        return ShellSyntaxError("syntax error: unexpected word")
    what = {"": "end of file", "\n": "newline"}.get(token, f'"{token}"')
    return ShellSyntaxError(f"syntax error: unexpected {what}", incomplete=not token)
