"""``vim-cmd vmsvc/message``: the question that holds a virtual machine up, and its answer."""

from __future__ import annotations

import re

from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.regex import regex

_HEAD = regex(r"Virtual machine message (\S+?):(?: ?(.*))?")
_CHOICE = regex(r"\s*\\?([0-9]+)\. (.+?)(?: \[default\])?\s*")
# On 4.x the words come twice; there, parentheses of their own split nothing.
_SUMMARY = regex(r"(?:(.+) \((?=\1\)$)|(.+?) \()(.*)\)")
_DEFAULT = regex(r"\[default\]\s*")
_INLINE = regex(r"(?<=[)\]]) +(?=[0-9]+\. )")
_NONE = "No message."
_MESSAGE_ID = regex(r"\s*(msg\.[\w.]+[\w])\s*:")


@frozen(slots=True)
class Question:
    """A pending question. ``choices`` are (key, label); ``default`` is a key or None.

    ``id`` is what the answer must name: a number on 4.x, ``_vmx1`` and the like from 5.0 on.
    """

    id: str
    text: str
    choices: tuple[tuple[str, str], ...]
    default: str | None = None

    @property
    def listed(self) -> str:
        """The choices on one line: ``0 (Cancel), 1 (Retry)``."""
        return ", ".join(f"{key} ({label})" for key, label in self.choices)

    @property
    def message_id(self) -> str | None:
        """What is asked, whichever VM it is (``msg.uuid.altered``); None where the host does not
        say."""
        found = _MESSAGE_ID.match(self.text)
        return found and found[1]


def build_message(vmid: int) -> Command:
    """Ask for the pending question. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/message", str(vmid)), repeatable=True)


def build_answer(vmid: int, question: str, choice: str) -> Command:
    """Answer it. Not safe to repeat: the next question may have come up meanwhile."""
    return Command(("vim-cmd", "vmsvc/message", str(vmid), question, choice))


def parse_message(text: str) -> Question | None:
    """The pending question, or None for ``No message.``; ``ParseError`` for anything else."""
    answer = lines(text)
    for number, line in enumerate(answer):
        if line.strip() == _NONE:
            return None
        if head := _HEAD.fullmatch(line.strip()):
            return _question(head, answer[number + 1 :], text, number + 1)
    raise unreadable("neither a question nor the word that there is none", text)


def _question(head: re.Match[str], rest: list[str], text: str, line: int) -> Question:
    split = [piece for row in rest for piece in _unfolded(row)]
    first, last = _choice_block(split)
    if first == last:
        raise unreadable("a question without choices", text, line)
    words = [head[2] or "", *split[:first]]
    rows = split[first:last]
    choices = tuple(_choice(row) for row in rows)
    default = next((key for row, (key, _) in zip(rows, choices, strict=True) if _marked(row)), None)
    return Question(head[1], "\n".join(word.rstrip() for word in words).strip(), choices, default)


def _unfolded(row: str) -> list[str]:
    """One choice a line, also where a copy has joined them."""
    return _INLINE.split(row) if _CHOICE.fullmatch(row) else [row]


def _choice_block(rows: list[str]) -> tuple[int, int]:
    """The last run of numbered lines: a numbered line earlier belongs to the text."""
    last = len(rows)
    while last and not _CHOICE.fullmatch(rows[last - 1]):
        last -= 1
    first = last
    while first and _CHOICE.fullmatch(rows[first - 1]):
        first -= 1
    return first, last


def _choice(row: str) -> tuple[str, str]:
    found = _CHOICE.fullmatch(row)
    assert found is not None  # noqa: S101 - only rows that match come here
    both = _SUMMARY.fullmatch(found[2])
    return found[1], in_words(both[1] or both[2], both[3]) if both else found[2]


def in_words(label: str, summary: str) -> str:
    """A choice as a person reads it. From 5.0 on its label can be the name of a resource, with
    the words in its summary (``button.uuid.movedTheVM``, *I Moved It*)."""
    return summary if label.startswith("button.") and summary.strip() else label


def _marked(row: str) -> bool:
    return _DEFAULT.search(row) is not None
