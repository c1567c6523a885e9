"""The grammar of the small shell: text into a syntax tree, in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlab.sim.shell.ast import Command, Compound, Part, Pipeline, Redirect, Script, Simple, Word
from ftlab.sim.shell.call import REFUSED, Incomplete, Refused, ShellSyntaxError

_BLANKS = re.compile(r"(?:[ \t]|\\\n|#[^\n]*)*")
_REDIRECT = re.compile(r"([0-9]*)(<<-?|>>|>&|<&|<>|>\||<|>)")
_NAME = re.compile(
    r"&&|\|\||;;|[;|&()\n]|(?:[{}!]|if|then|elif|else|fi|for|while|until|do|done|case|esac|function)"
    r"(?=[ \t\n;&|()<>]|\Z)"
)
"""An operator, or a word that is one where a command may begin."""
_EXPANSION = r"""
    \$(?P<name>[A-Za-z_]\w*|\?) | \$\{(?P<braced>[A-Za-z_]\w*|\?)\} | \\(?P<escaped>.?)
"""
_PART = re.compile(
    rf"""(?P<text>(?: [^ \t\n;&|()<>'"\\$`*?\[~]+
           | (?<=[^ \t\n;&|<>=:])~  # no home directory
           | (?<![^ \t\n;&|])\[(?![^ \t\n;])  # a command, and no pattern
           | \$(?![\w@*\#?$!{{(-]) )+)
      | '(?P<single>[^']*)' | "(?P<double>(?:[^"\\]|\\.)*)" | {_EXPANSION}
      | (?P<refused>\$\(\(|\$\(|`|\$\{{|\$|[*?\[~]) | (?P<open>['"])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_QUOTED_PART = re.compile(
    rf"""(?P<text>(?: [^"\\$`]+ | \\(?![$`"\\\n]) | \$(?![\w@*\#?$!{{(-]) )+)
      | {_EXPANSION} | (?P<refused>\$\(\(|\$\(|`|\$\{{|\$)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)
_ENDS = frozenset({"then", "elif", "else", "fi", "}", "do", "done", "esac"})
_OWN_VARIABLES = frozenset({"IFS", "PATH", "ENV", "PS1", "PS2"})


def parse(text: str) -> Script:
    """The whole text. Raises ``ShellSyntaxError`` for what is no command and ``Refused`` for what
    this shell does not do."""
    parser = _Parser(text)
    script = parser.script()
    parser.check_end()
    return script


class _Parser:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._awaited: list[Redirect] = []
        """Here-documents whose text begins in the next line."""

    def script(self) -> Script:
        found: list[Pipeline] = []
        after = ";"
        self._skip_lines()
        while after != ";" or (self._at < len(self._text) and self._name() not in _ENDS):
            found.append(self._pipeline(after))
            if not (end := self._take(";", "\n", "&&", "||")):
                break
            after = end if end in ("&&", "||") else ";"
            self._skip_lines()
        return tuple(found)

    def check_end(self) -> None:
        """Raises where something follows the script, or is still awaited."""
        if self._at < len(self._text):
            raise self._unexpected()
        self._read_here_documents()

    def _pipeline(self, after: str) -> Pipeline:
        negated = bool(self._take("!"))
        commands = [self._command()]
        while self._take("|"):
            self._skip_lines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated, after)

    def _command(self) -> Command:
        if self._take("{"):
            return Compound((), self._body("}"), self._redirects())
        return self._if() if self._take("if") else self._simple()

    def _body(self, *end: str) -> Script:
        """One command or more, and with ``end`` the word after them."""
        script = self.script()
        if not script or (end and not self._take(*end)):
            raise self._unexpected()
        return script

    def _if(self) -> Compound:
        branches: list[tuple[Script, Script]] = []
        while not branches or self._take("elif"):
            branches.append((self._body("then"), self._body()))
        otherwise = self._body() if self._take("else") else ()
        if not self._take("fi"):
            raise self._unexpected()
        return Compound(tuple(branches), otherwise, self._redirects())

    def _simple(self) -> Simple:
        """``NAME=value`` alone is an assignment; before a command it is refused."""
        if self._name() or self._at == len(self._text):
            raise self._unexpected()
        redirects = self._redirects()
        words: list[Word] = []
        while word := self._word():
            words.append(word)
            redirects += self._redirects()
        first = words[0][0] if words else Part("")
        if first.quoted or first.variable or not (found := _ASSIGNMENT.match(first.text)):
            return Simple(tuple(words), redirects)
        if len(words) > 1 or redirects or found[1] in _OWN_VARIABLES:
            raise Refused("an assignment before a command, or of a variable of the shell's own,")
        value = (Part(first.text[found.end() :]), *words[0][1:])
        return Simple((value,), variable=found[1])

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found

    def _name(self) -> str:
        """The operator or reserved word that follows; empty for any other word."""
        self._match(_BLANKS)
        found = _NAME.match(self._text, self._at)
        return found[0] if found else ""

    def _take(self, *names: str) -> str:
        """What follows if it is one of ``names``, else empty."""
        name = self._name()
        if name not in names:
            return ""
        self._at += len(name)
        if name == "\n":
            self._read_here_documents()
        return name

    def _skip_lines(self) -> None:
        while self._take("\n"):
            pass

    def _unexpected(self) -> Exception:
        """Why what follows may not stand here."""
        name = self._name()
        if name in REFUSED["words"]:
            return Refused(REFUSED["words"][name])
        if self._at == len(self._text):
            return Incomplete("syntax error: unexpected end of file")
        what = {"": "word", "\n": "newline"}.get(name, f'"{name}"')
        return ShellSyntaxError(f"syntax error: unexpected {what}")

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self._match(_BLANKS) and (operator := self._match(_REDIRECT)):
            found.append(self._redirect(*operator.groups()))
        return tuple(found)

    def _redirect(self, digits: str, operator: str) -> Redirect:
        if operator in ("<&", "<>", ">|") or digits not in ("", "0", "1", "2"):
            raise Refused(f"the redirection {digits}{operator}")
        self._match(_BLANKS)
        fd = int(digits) if digits else int(operator.startswith(">"))
        redirect = Redirect(fd, operator, self._word())
        if not redirect.target:
            raise self._unexpected()
        if operator.startswith("<<"):
            self._awaited.append(redirect)
        return redirect

    def _read_here_documents(self) -> None:
        for redirect in self._awaited:
            tabs = r"\t*" if redirect.operator == "<<-" else ""
            end = re.escape("".join(part.text for part in redirect.target))
            found = self._match(re.compile(rf"((?:.*\n)*?){tabs}{end}(?:\n|\Z)"))
            if found is None:
                raise Incomplete("here-document without its end")
            redirect.here = re.sub(f"^{tabs}", "", found[1], flags=re.MULTILINE)
            if re.search(r"[$`\\]", redirect.here) and not any(p.quoted for p in redirect.target):
                raise Refused("an expansion in a here-document")
        self._awaited.clear()

    def _word(self) -> Word:
        """The word that stands here; empty before an operator and at the end."""
        parts: list[Part] = []
        while found := self._match(_PART):
            parts += _parts(found)
        return tuple(parts)


def _parts(found: re.Match[str]) -> Iterator[Part]:
    kind = found.lastgroup or ""
    text = found[kind]
    match kind:
        case "double":
            yield Part("", quoted=True)
            for inner in _QUOTED_PART.finditer(text):
                yield from (part._replace(quoted=True) for part in _parts(inner))
        case "name" | "braced":
            yield Part(text, variable=True)
        case "escaped" if text == "\n":
            return
        case "refused":
            raise Refused(REFUSED["parts"][text])
        case "open":
            raise Incomplete("syntax error: unterminated quoted string")
        case _:
            yield Part(text or ("\\" if kind == "escaped" else ""), quoted=kind != "text")
