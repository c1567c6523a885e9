"""Words into arguments: parameters, substitutions, field splitting, patterns on file names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.arithmetic import evaluate
from ftlab.sim.shell.ast import Arithmetic, Parameter, Part, Script, Substitution, Text, Word
from ftlab.sim.shell.errors import ShellError
from ftlab.sim.shell.glob import matches
from ftlab.sim.shell.state import State

_BLANKS = re.compile(r"[ \t\n]+")
_PATTERN_CHARACTERS = re.compile(r"([*?\[])")


@dataclass
class _Field:
    """One argument in the making: its text, and the same with quoted characters made literal."""

    text: str = ""
    pattern: str = ""
    certain: bool = False
    plain: list[str] = field(default_factory=list)

    def add(self, text: str, *, quoted: bool) -> None:
        self.text += text
        self.pattern += literal(text) if quoted else text
        self.certain = self.certain or quoted
        if not quoted:
            self.plain.append(text)

    @property
    def is_pattern(self) -> bool:
        return any(_PATTERN_CHARACTERS.search(text) for text in self.plain)


def literal(text: str) -> str:
    """A pattern that matches exactly ``text``."""
    return _PATTERN_CHARACTERS.sub(r"[\1]", text)


class Expander:
    """Expands words in ``state``; ``substitute`` runs a script and gives what it printed."""

    def __init__(self, state: State, substitute: Callable[[Script], bytes]) -> None:
        self.state = state
        self._substitute = substitute

    def arguments(self, words: tuple[Word, ...]) -> list[str]:
        """Full expansion: one word may give any number of arguments."""
        found: list[str] = []
        for word in words:
            for one in self._fields(word):
                names = matches(self.state, one.pattern) if one.is_pattern else []
                found += names or [one.text]
        return found

    def text(self, word: Word) -> str:
        """Expansion without splitting or patterns: assignments, redirections, ``case``."""
        return "".join(" ".join(self._values(part)) for part in self._with_home(word))

    def pattern(self, word: Word) -> str:
        """As :meth:`text`, with quoted characters made literal, to match against."""
        made = ""
        for part in word:
            text = " ".join(self._values(part))
            made += literal(text) if part.quoted else text
        return made

    def _with_home(self, word: Word) -> Word:
        first = word[0] if word else None
        if isinstance(first, Text) and not first.quoted and re.match(r"~(/|$)", first.text):
            home = Text(self.state.variables.get("HOME", "/").rstrip("/"), quoted=True)
            return (home, Text(first.text[1:] or ("/" if not home.text else "")), *word[1:])
        return word

    def _fields(self, word: Word) -> list[_Field]:
        fields = [_Field()]
        self._spread(fields, self._with_home(word))
        return [one for one in fields if one.text or one.certain]

    def _spread(self, fields: list[_Field], parts: Word) -> None:
        for part in parts:
            if isinstance(part, Text):
                fields[-1].add(part.text, quoted=part.quoted)
            elif part.quoted:
                self._add_quoted(fields, part)
            elif isinstance(part, Parameter) and self._takes_argument(part):
                self._spread(fields, part.argument)
            else:
                for value in self._values(part):
                    _add_split(fields, value)

    def _takes_argument(self, part: Parameter) -> bool:
        """Whether ``${v-word}`` or ``${v+word}`` stands for its word, quotes and all."""
        if part.operator.lstrip(":") not in ("-", "+"):
            return False
        value = self.lookup(part.name)
        missing = value is None or (part.operator.startswith(":") and not value)
        return missing == part.operator.endswith("-")

    def _add_quoted(self, fields: list[_Field], part: Part) -> None:
        every = isinstance(part, Parameter) and part.name == "@" and not part.operator
        values = self._values(part)
        if not every:
            fields[-1].add(" ".join(values), quoted=True)
            return
        for index, value in enumerate(values):
            if index:
                fields.append(_Field())
            fields[-1].add(value, quoted=True)

    def _values(self, part: Part) -> list[str]:
        """What one part stands for; several values only for ``$@`` and ``$*``."""
        if isinstance(part, Text):
            return [part.text]
        if isinstance(part, Substitution):
            printed = self._substitute(part.script).rstrip(b"\n").replace(b"\0", b"")
            return [printed.decode("utf-8", "surrogateescape")]
        if isinstance(part, Arithmetic):
            return [str(evaluate(self.text(part.expression), self._variable))]
        if part.name in ("@", "*") and not part.operator:
            return list(self.state.positional)
        return [self._parameter(part)]

    def _variable(self, name: str) -> str:
        return self.lookup(name) or ""

    def lookup(self, name: str) -> str | None:
        """A parameter's value; None where it is unset."""
        state = self.state
        special = {"?": state.status, "$": state.pid, "#": len(state.positional), "0": state.name}
        if name in special:
            return str(special[name])
        if name in ("@", "*"):
            return " ".join(state.positional) if state.positional else None
        if name.isdigit():
            index = int(name) - 1
            return state.positional[index] if index < len(state.positional) else None
        return state.variables.get(name, "" if name in ("-", "!") else None)

    def _parameter(self, part: Parameter) -> str:
        value = self.lookup(part.name)
        operator = part.operator
        if operator == "#len":
            return str(len(encode(value or "")))
        if operator.lstrip(":") in ("-", "=", "?", "+"):
            return self._conditional(part, value)
        if value is None and self.state.nounset:
            raise ShellError(f"{part.name}: parameter not set")
        if operator:
            return _trim(value or "", operator, self.pattern(part.argument))
        return value or ""

    def _conditional(self, part: Parameter, value: str | None) -> str:
        missing = value is None or (part.operator.startswith(":") and not value)
        operator = part.operator[-1]
        if operator == "+":
            return "" if missing else self.text(part.argument)
        if not missing:
            return value or ""
        chosen = self.text(part.argument)
        if operator == "=":
            self.state.variables[part.name] = chosen
        if operator == "?":
            raise ShellError(f"{part.name}: {chosen or 'parameter not set'}")
        return chosen


def _add_split(fields: list[_Field], value: str) -> None:
    """Append an unquoted expansion: blanks end the current field and begin the next."""
    for index, piece in enumerate(_BLANKS.split(value)):
        if index:
            fields.append(_Field())
        if piece:
            fields[-1].add(piece, quoted=False)


def _trim(value: str, operator: str, pattern: str) -> str:
    """``${v#p}``, ``${v##p}``, ``${v%p}``, ``${v%%p}``."""
    for cut in _cuts(len(value), operator):
        head, tail = value[:cut], value[cut:]
        if fnmatchcase(head if operator[0] == "#" else tail, pattern):
            return tail if operator[0] == "#" else head
    return value


def _cuts(length: int, operator: str) -> Iterator[int]:
    forward = operator in ("#", "%%")
    return iter(range(length + 1) if forward else range(length, -1, -1))
