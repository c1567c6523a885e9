"""A page as a terminal shows it. The pages keep to a few forms: headings, paragraphs, lists, and
blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import normpath

from ftlab.regex import regex
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.style import Paint

_BLOCK = regex(r"^```\w*\n((?s:.*?))^```$|^#+ (.+)$|((?:^(?! *$|```|#).*\n)+)", re.MULTILINE)
_ITEM = regex(r"^(?=(?:- |\d+\. ))", re.MULTILINE)
_LINK = regex(r"\[([^]]+)\]\(([^)#]*)[^)]*\)")
_EMPHASIS = regex(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])")
_FOLDER = "docs/errors"


def on_terminal(page: str, width: int, paint: Paint) -> str:
    """Lines of at most ``width`` cells; those of a block of code are as long as they are."""
    blocks = (_block(found, width, paint) for found in _BLOCK.finditer(page))
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _block(found: re.Match[str], width: int, paint: Paint) -> list[str]:
    code, heading, text = found.groups()
    if code is not None:
        return [f"    {line}".rstrip() for line in code.splitlines()]
    if heading is not None:
        return [paint("bold", heading)]
    return [line for item in _ITEM.split(text) if item for line in _item(item, width)]


def _item(text: str, width: int) -> Iterator[str]:
    """A paragraph, or an entry of a list with what follows its mark set in."""
    mark = re.match(r"(?:- |\d+\. )?", text)
    lead = mark[0] if mark else ""
    words = plain(" ".join(text.removeprefix(lead).split()))
    first, *more = wrapped(words, max(20, width - len(lead)))
    yield lead + first
    yield from (" " * len(lead) + line for line in more)


def plain(text: str) -> str:
    """Without the marks of Markdown; a link says where it leads."""
    text = _LINK.sub(lambda found: _link(found[1], found[2]), text)
    return _EMPHASIS.sub(r"\1", text).replace("`", "")


def _link(words: str, target: str) -> str:
    """Another kind's page needs no more than its name."""
    path = normpath(f"{_FOLDER}/{target}")
    return words if path.startswith(f"{_FOLDER}/") else f"{words} ({path})"
