"""Words into commands: the grammar of the simulated shell (POSIX, without background jobs)."""

from __future__ import annotations

from collections.abc import Callable

from ftlab.sim.shell.ast import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Node,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Text,
    While,
    Word,
)
from ftlab.sim.shell.lexer import NAME, Scanner
from ftlab.sim.shell.redirects import assignment, redirects

_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


def parse(text: str) -> Script:
    """The tree of a whole script. Raises :class:`ShellSyntaxError`."""
    scanner = Scanner(text, _inside)
    return Parser(scanner).whole("")


def _inside(scanner: Scanner, closing: str) -> Script:
    return Parser(scanner).whole(closing)


class Parser:
    """Recursive descent over a scanner; each method reads what its name says."""

    def __init__(self, scanner: Scanner) -> None:
        self.scan = scanner
        self._compound: dict[str, Callable[[], Node]] = {
            "if": self._if,
            "while": lambda: self._while(until=False),
            "until": lambda: self._while(until=True),
            "for": self._for,
            "case": self._case,
            "{": self._braces,
        }

    def whole(self, closing: str) -> Script:
        script = self.script()
        if self.scan.peek_operator() != closing or (not closing and self.scan.char):
            self.scan.unexpected()
        if closing:
            self.scan.operator()
        return script

    def script(self) -> Script:
        """Lists of commands up to something that can only end them."""
        found: list[AndOr] = []
        while True:
            self._newlines()
            operator = self.scan.peek_operator()
            if operator in (")", ";;") or not self.scan.char or self._at_closer():
                return tuple(found)
            found.append(self._and_or())
            operator = self.scan.peek_operator()
            if operator == "&":
                self.scan.fail('"&": background jobs are not simulated')
            if operator in (";", "\n"):
                self.scan.operator()
            elif operator not in (")", ";;") and self.scan.char:
                self.scan.unexpected()

    def _at_closer(self) -> bool:
        return self.scan.peek_plain() in _CLOSERS

    def _newlines(self) -> None:
        while self.scan.peek_operator() == "\n":
            self.scan.operator()

    def _and_or(self) -> AndOr:
        first = self._pipeline()
        rest: list[tuple[str, Pipeline]] = []
        while self.scan.peek_operator() in ("&&", "||"):
            operator = self.scan.operator()
            self._newlines()
            rest.append((operator, self._pipeline()))
        return AndOr(first, tuple(rest))

    def _pipeline(self) -> Pipeline:
        negated = False
        while self.scan.peek_plain() == "!":
            self.scan.word()
            negated = not negated
        commands = [self._command()]
        while self.scan.peek_operator() == "|":
            self.scan.operator()
            self._newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        if self.scan.peek_operator() == "(":
            self.scan.operator()
            body = self.script()
            self._expect_operator(")")
            return Command(Group(body, subshell=True), redirects(self.scan))
        keyword = self.scan.peek_plain()
        if keyword in self._compound:
            self.scan.word()
            return Command(self._compound[keyword](), redirects(self.scan))
        if keyword in _CLOSERS:
            self.scan.unexpected()
        return self._simple()

    def _simple(self) -> Command:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        around: list[Redirect] = []
        while True:
            around += redirects(self.scan)
            word = self.scan.word()
            if not word:
                break
            found = None if words else assignment(word)
            if found:
                assignments.append(found)
            else:
                words.append(word)
            if len(words) == 1 and not assignments and self.scan.peek_operator() == "(":
                return self._function(word)
        if not (assignments or words or around):
            self.scan.unexpected()
        return Command(Simple(tuple(assignments), tuple(words)), tuple(around))

    def _function(self, word: Word) -> Command:
        name = word[0].text if len(word) == 1 and isinstance(word[0], Text) else ""
        self.scan.operator()
        if not NAME.fullmatch(name):
            self.scan.unexpected()
        self._expect_operator(")")
        self._newlines()
        return Command(Function(name, self._command()))

    def _expect_operator(self, operator: str) -> None:
        if self.scan.peek_operator() != operator:
            self.scan.unexpected()
        self.scan.operator()

    def _expect(self, keyword: str) -> None:
        if self.scan.peek_plain() != keyword:
            self.scan.unexpected()
        self.scan.word()

    def _braces(self) -> Node:
        body = self.script()
        self._expect("}")
        return Group(body)

    def _if(self) -> Node:
        branches: list[tuple[Script, Script]] = []
        keyword = "elif"
        while keyword == "elif":
            condition = self.script()
            self._expect("then")
            branches.append((condition, self.script()))
            keyword = self.scan.peek_plain()
            if keyword in ("elif", "else"):
                self.scan.word()
        otherwise = self.script() if keyword == "else" else ()
        self._expect("fi")
        return If(tuple(branches), otherwise)

    def _do(self) -> Script:
        self._expect("do")
        body = self.script()
        self._expect("done")
        return body

    def _while(self, *, until: bool) -> Node:
        condition = self.script()
        return While(condition, self._do(), until)

    def _for(self) -> Node:
        name = self.scan.peek_plain()
        if not NAME.fullmatch(name):
            self.scan.unexpected()
        self.scan.word()
        words: list[Word] | None = None
        if self.scan.peek_plain() == "in":
            self.scan.word()
            words = []
            while word := self.scan.word():
                words.append(word)
        if self.scan.peek_operator() == ";":
            self.scan.operator()
        self._newlines()
        return For(name, None if words is None else tuple(words), self._do())

    def _case(self) -> Node:
        subject = self.scan.word()
        self._newlines()
        self._expect("in")
        self._newlines()
        branches: list[tuple[tuple[Word, ...], Script]] = []
        while self.scan.peek_plain() != "esac":
            branches.append(self._case_branch())
        self._expect("esac")
        return Case(subject, tuple(branches))

    def _case_branch(self) -> tuple[tuple[Word, ...], Script]:
        if self.scan.peek_operator() == "(":
            self.scan.operator()
        patterns = [self.scan.word()]
        while self.scan.peek_operator() == "|":
            self.scan.operator()
            patterns.append(self.scan.word())
        self._expect_operator(")")
        body = self.script()
        if self.scan.peek_operator() == ";;":
            self.scan.operator()
        self._newlines()
        return tuple(patterns), body
