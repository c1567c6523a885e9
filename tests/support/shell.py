"""An interactive bash on a terminal, for a reader who copies blocks out of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from screen import Screen, on_screen, plain

BASH = ("bash", "--norc", "--noprofile", "-i")
_PROMPT = re.compile(r"@(\d+)@ ")
_PS1 = {"PS1": "@$?@ ", "INPUTRC": "/dev/null", "HISTFILE": "/dev/null"}
_QUESTION = " [y/N] "


@dataclass(frozen=True)
class Pasted:
    """What came of a block: the exit code of each line, and all that was on the screen.
    ``questions``: how often yes was said."""

    block: str
    codes: tuple[int, ...]
    raw: str
    questions: int

    @property
    def text(self) -> str:
        return plain(self.raw)


class Shell:
    """Knows from its prompt when a line is done, and says yes to every question."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._seen = 0
        self._prompts(1)

    def paste(self, block: str) -> Pasted:
        """The whole block at once, as from a clipboard, to its end."""
        lines = block.strip("\n").split("\n")
        self._seen = len(self.screen.raw)
        self.screen.type("\n".join(lines) + "\n")
        codes, questions = self._prompts(len(lines))
        return Pasted(block, tuple(codes), self.screen.raw[self._seen :], questions)

    def start(self, line: str, until: str) -> None:
        """A line that stays, such as a server; until it says so."""
        self._seen = len(self.screen.raw)
        self.screen.type(line + "\n")
        self.screen.wait_until(lambda: until in self._text)

    def interrupt(self) -> int:
        """Ctrl-C. Returns the exit code of what was running."""
        self._seen = len(self.screen.raw)
        self.screen.type("\x03")
        return self._prompts(1)[0][0]

    @property
    def _text(self) -> str:
        return plain(self.screen.raw[self._seen :])

    def _prompts(self, wanted: int) -> tuple[list[int], int]:
        """Wait for so many prompts. Returns their exit codes, and how many questions came."""
        answered = 0

        def there() -> bool:
            nonlocal answered
            text = self._text
            if text.endswith(_QUESTION) and text.count(_QUESTION) > answered:
                answered += 1
                self.screen.type("y\n")
            return len(_PROMPT.findall(text)) >= wanted and bool(_PROMPT.search(text[-8:]))

        self.screen.wait_until(there)
        return [int(code) for code in _PROMPT.findall(self._text)], answered


@contextmanager
def on_shell(*, columns: int, env: Mapping[str, str], cwd: Path) -> Iterator[Shell]:
    with on_screen(BASH, columns=columns, env={**_PS1, **env}, cwd=cwd) as screen:
        yield Shell(screen)
