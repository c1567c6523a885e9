"""Characters into words: quoting, ``$``-expansions, operators, comments, here-documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from ftlab.sim.shell.ast import (
    Arithmetic,
    Parameter,
    Part,
    Redirect,
    Script,
    ShellSyntaxError,
    Substitution,
    Text,
    Word,
)

OPERATORS = re.compile(r"&&|\|\||;;|<<-|<<|<&|<>|>>|>&|>\||[;&|()<>\n]")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = re.compile(r"[0-9@*#?$!-]")
_BRACED = re.compile(r"(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])")
_PARAMETER_OPERATOR = re.compile(r":?[-=?+]|##?|%%?")
_ENDS_WORD = frozenset(" \t\n;&|()<>")


class Scanner:
    """Reads one script from ``text``; ``script`` is called for the inside of ``$( )``."""

    def __init__(self, text: str, script: Callable[[Scanner, str], Script]) -> None:
        self.text = text
        self.at = 0
        self.pending: list[tuple[Redirect, str, bool, bool]] = []
        self._script = script

    def fail(self, what: str) -> NoReturn:
        raise ShellSyntaxError(f"syntax error: {what}", incomplete=not self.char)

    def unexpected(self) -> NoReturn:
        operator = self.peek_operator()
        if operator:
            what = "newline" if operator == "\n" else f'"{operator}"'
        else:
            plain = self.peek_plain()
            what = f'"{plain}"' if plain else "end of file" if not self.char else "word"
        self.fail(f"unexpected {what}")

    @property
    def char(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip_blanks(self) -> None:
        while self.char in (" ", "\t") or self.text.startswith("\\\n", self.at):
            self.at += 2 if self.char == "\\" else 1
        if self.char == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def peek_operator(self) -> str:
        self.skip_blanks()
        found = OPERATORS.match(self.text, self.at)
        return found.group() if found else ""

    def operator(self) -> str:
        found = self.peek_operator()
        self.at += len(found)
        if found == "\n" and self.pending:
            self._here_documents()
        return found

    def peek_plain(self) -> str:
        """The bare text of the next word, for reserved words; empty when it is quoted."""
        self.skip_blanks()
        end = self.at
        while end < len(self.text) and self.text[end] not in _ENDS_WORD:
            if self.text[end] in "\\'\"$`":
                return ""
            end += 1
        return self.text[self.at : end]

    def word(self) -> Word:
        """The next word, or ``()`` where none begins here."""
        self.skip_blanks()
        parts: list[Part] = []
        while self.char and self.char not in _ENDS_WORD:
            parts += self._piece(in_braces=False)
        return tuple(parts)

    def _piece(self, *, in_braces: bool) -> list[Part]:
        char = self.char
        if char == "'":
            return [Text(self._single_quoted(), quoted=True)]
        if char == '"':
            self.at += 1
            return self._double_quoted('"')
        if char == "\\":
            return self._escaped()
        if char in ("$", "`"):
            return [self._dollar(quoted=False)]
        return [Text(self._plain("}" if in_braces else ""))]

    def _plain(self, stop: str) -> str:
        start = self.at
        ends = "\\'\"$`" + stop
        while self.char and self.char not in ends and (stop or self.char not in _ENDS_WORD):
            self.at += 1
        return self.text[start : self.at]

    def _single_quoted(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self.fail("unterminated quoted string")
        text = self.text[self.at + 1 : end]
        self.at = end + 1
        return text

    def _escaped(self) -> list[Part]:
        char = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if char == "\n":
            return []
        return [Text(char or "\\", quoted=True)]

    def _double_quoted(self, closing: str) -> list[Part]:
        """Up to ``closing`` (a double quote, or nothing for a here-document's body)."""
        parts: list[Part] = []
        while self.char != closing:
            if not self.char:
                self.fail("unterminated quoted string")
            if self.char in ("$", "`"):
                parts.append(self._dollar(quoted=True))
            else:
                parts.append(Text(self._quoted_char(closing), quoted=True))
        self.at += 1
        return parts or [Text("", quoted=True)]

    def _quoted_char(self, closing: str) -> str:
        char, following = self.char, self.text[self.at + 1 : self.at + 2]
        if char == "\\" and following == "\n":
            self.at += 2
            return ""
        if char == "\\" and following and following in closing + "$`\\":
            self.at += 2
            return following
        self.at += 1
        return char

    def _dollar(self, *, quoted: bool) -> Part:
        if self.char == "`":
            return Substitution(self._backquoted(), quoted)
        self.at += 1
        if self.text.startswith("((", self.at):
            return self._arithmetic(quoted)
        if self.char == "(":
            self.at += 1
            return Substitution(self._script(self, ")"), quoted)
        if self.char == "{":
            self.at += 1
            return self._braced(quoted)
        found = NAME.match(self.text, self.at) or _SPECIAL.match(self.text, self.at)
        if not found:
            return Text("$", quoted=True)
        self.at = found.end()
        return Parameter(found.group(), quoted=quoted)

    def _backquoted(self) -> Script:
        self.at += 1
        inner = ""
        while self.char != "`":
            if not self.char:
                self.fail("EOF in backquote substitution")
            if self.char == "\\" and self.text[self.at + 1 : self.at + 2] in ("$", "`", "\\"):
                self.at += 1
            inner += self.char
            self.at += 1
        self.at += 1
        return self._script(Scanner(inner, self._script), "")

    def _arithmetic(self, quoted: bool) -> Part:
        self.at += 2
        parts: list[Part] = []
        depth = 0
        while depth or not self.text.startswith("))", self.at):
            if not self.char:
                self.fail("missing '))'")
            if self.char in ("$", "`"):
                parts.append(self._dollar(quoted=True))
                continue
            depth += {"(": 1, ")": -1}.get(self.char, 0)
            parts.append(Text(self.char, quoted=True))
            self.at += 1
        self.at += 2
        return Arithmetic(tuple(parts), quoted)

    def _braced(self, quoted: bool) -> Part:
        found = _BRACED.match(self.text, self.at)
        if not found:
            self.fail("bad substitution")
        length, name = found.groups()
        self.at = found.end()
        operator = _PARAMETER_OPERATOR.match(self.text, self.at)
        self.at = operator.end() if operator else self.at
        argument: list[Part] = []
        while self.char != "}":
            if not self.char or not operator:
                self.fail("bad substitution")
            argument += self._piece(in_braces=True)
        self.at += 1
        chosen = "#len" if length else operator.group() if operator else ""
        return Parameter(name, chosen, tuple(argument), quoted)

    def here_document(self, redirect: Redirect, delimiter: Word, *, strip_tabs: bool) -> None:
        """Remember that ``redirect`` takes the lines after this one, up to ``delimiter``."""
        literal = any(isinstance(part, Text) and part.quoted for part in delimiter)
        end = "".join(part.text for part in delimiter if isinstance(part, Text))
        self.pending.append((redirect, end, literal, strip_tabs))

    def _here_documents(self) -> None:
        waiting, self.pending = self.pending, []
        for redirect, end, literal, strip_tabs in waiting:
            body = self._body(end, strip_tabs)
            redirect.target = (Text(body, quoted=True),) if literal else self._expanding(body)

    def _body(self, end: str, strip_tabs: bool) -> str:
        lines: list[str] = []
        while self.at < len(self.text):
            newline = self.text.find("\n", self.at)
            stop = len(self.text) if newline < 0 else newline + 1
            line, self.at = self.text[self.at : stop], stop
            line = line.lstrip("\t") if strip_tabs else line
            if line.rstrip("\n") == end:
                break
            lines.append(line)
        return "".join(lines)

    def _expanding(self, body: str) -> Word:
        inner = Scanner(body + "\0", self._script)
        return tuple(inner._double_quoted("\0"))
