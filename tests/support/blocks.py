"""The shell blocks and the commands that the documentation shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(page for folder in ("docs", "docs/errors") for page in sorted((ROOT / folder).glob("*.md"))),
)

ASKS = {
    "advopt.set", "advopt.reset", "vmx.set", "vmx.unset", "vm.power-on", "vm.power-off",
    "vm.reload", "vft.enable", "vft.disable", "vft.stream", "vft.power-on-secondary",
    "lab.apply", "lab.reset", "lab.undo", "lab.recover", "hosts.trust", "fleet.run",
    "fleet.copy", "motd",
}  # fmt: skip
"""Tasks that ask before they change anything."""
_DOES_NOT_ASK = {"--yes", "-y", "--check", "-n", "--read-only"}


def blocks(text: str) -> list[str]:
    """A page's fenced blocks of shell, without their indentation."""
    fences = r"^( *)```(?:sh|bash|shell|console)\n(.*?)^ *```"
    found = re.findall(fences, text, re.DOTALL | re.MULTILINE)
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def asks(line: str) -> bool:
    """Whether a line of shell is a command of ours that asks."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return False
    return bool(ASKS & set(words)) and not _DOES_NOT_ASK & set(words)


@dataclass(frozen=True)
class Shown:
    """A line of shell that runs ftlab, and the page that shows it."""

    page: str
    line: str


def inline(text: str) -> Iterator[str]:
    """Code within a paragraph, which may be broken over two lines."""
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from (code.replace("\n", " ") for code in re.findall(r"`([^`]+)`", prose))


def shown_lines(page: Path) -> list[Shown]:
    """Every line of a page that begins with ``ftlab``, in blocks and within the text, each once
    and without its comment."""
    text = page.read_text("utf-8")
    lines = [line for block in blocks(text) for line in block.splitlines()]
    lines += inline(text)
    ours = (re.sub(r"\s+#[^'\"]*$", "", line.strip()) for line in lines)
    return [Shown(page.name, line) for line in dict.fromkeys(ours) if line.startswith("ftlab ")]
