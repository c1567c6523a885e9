"""What to type next after a run, with its own hosts, VMs and files: undo, do it, again, why."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ftlab.engine.report import Report, summary
from ftlab.model import Change, Outcome
from ftlab.report.layout.values import format_value
from ftlab.report.layout.view import View
from ftlab.report.terminal.changes import COMMAND, HOST_KEY

if TYPE_CHECKING:
    from ftlab.journal import Setting

_STAYS = {HOST_KEY, COMMAND, "question", "reload", "snapshot"}
"""Changes that lab.undo leaves: not the lab's, said and done, nothing to undo, disks gone."""
_WHERE = ("-i", "--inventory", "--state-dir")
"""Flags that say which lab is meant: each command needs them."""
_HOSTS = ("-l", "--limit", "-x", "--exclude", "--retry-failed")
_CHECK = ("-n", "--check")
_END = "--"
"""No flag of ftlab's comes after it."""
_SAYS_NOTHING_MORE = {"command.failed", "failed", "host", "refused", "unreachable"}
"""Kinds for all that has no kind of its own: the message is all there is to say."""
_PAGES = 3
_SECONDARY = "vft.power-on-secondary"
"""It is about pairs: one host alone is none."""
_NOT_STARTED = "not_started"
_PLAN, _APPLY = "lab.plan", "lab.apply"


def next_steps(report: Report, view: View) -> Iterator[str]:
    """Sentences that end with a command."""
    typed = view.typed
    if _undoable(report):
        yield f"to undo it: {_line('lab.undo', format_value(report.run), *_kept(typed, _WHERE))}"
    if report.check and summary(report)["would_change"]:
        yield from _for_real(typed)
    bad = [each for each in report.outcomes if each.status in {"failed", "unreachable"}]
    if typed:
        yield from _after_failures(report.task, bad, view)
        yield from _the_rest(report.task, [*bad, *_held_back(report)], view)


def _for_real(typed: Sequence[str]) -> Iterator[str]:
    """What a check or a plan shows, done."""
    words = _without(typed, ("--html",), _CHECK)
    if typed[:1] == (_PLAN,):
        yield f"to do it: {_line(_APPLY, *words[1:])}"
    elif set(_CHECK) & set(typed):
        yield f"to do it: {_line(*words)}"


def _after_failures(task: str, bad: Sequence[Outcome], view: View) -> Iterator[str]:
    typed, where = view.typed, _kept(view.typed, _WHERE)
    lost = [each.host for each in bad if each.status == "unreachable"]
    if lost and task != "hosts.check":
        limit = ("-l", view.spell(lost))
        yield f"to see what keeps ftlab out: {_line('hosts.check', *limit, *where)}"
    if task == _SECONDARY and any(each.status == "failed" for each in bad):
        chosen = _kept(typed, ("--vm", "-l", "--limit", "-x", "--exclude"))
        yield f"to see why: {_line('vft.diagnose', *_alone(typed), *chosen, *where)}"
    yield from (f"to read more: {page_of(kind)}" for kind in _explained(bad))


def _explained(bad: Sequence[Outcome]) -> list[str]:
    """The kinds whose page helps, those of the most hosts first; a few."""
    kinds = Counter(each.error.kind for each in bad if each.error)
    return [kind for kind, _ in kinds.most_common() if page_of(kind)][:_PAGES]


def page_of(kind: str) -> str:
    """The command that shows the page of a kind of error, where that says more than the error."""
    return "" if kind in _SAYS_NOTHING_MORE else _line("explain", kind)


def _the_rest(task: str, left: Sequence[Outcome], view: View) -> Iterator[str]:
    """The same again, where it may end otherwise than before or has not begun."""
    again = [each.host for each in left if each.error is None or _may_pass(each.error.kind)]
    if again and task == _SECONDARY:
        yield f"to try again: {_line(*_without(view.typed, ('--retry-failed',), ()))}"
    elif again:
        words = _without(view.typed, _HOSTS, ())
        yield f"to try again there: {_line(*_with_limit(words, view.spell(again)))}"


def _held_back(report: Report) -> list[Outcome]:
    """Hosts that a run which was stopped did not get to."""
    return [each for each in report.outcomes if each.error and each.error.kind == _NOT_STARTED]


def _alone(typed: Sequence[str]) -> list[str]:
    """The VM that stands right after its task."""
    return [word for word in typed[1:2] if not word.startswith("-")]


def _may_pass(kind: str) -> bool:
    """Whether the same command may end otherwise next time."""
    return not kind.startswith(("value.", "vft.requirements")) and not kind.endswith(
        ("notfound", "ambiguous")
    )


def _line(*words: str) -> str:
    return " ".join(["ftlab", *map(_quoted, words)])


def _quoted(word: str) -> str:
    """A word for a shell. What a terminal would obey or cannot show is written out as bash and zsh
    read it."""
    if word.replace("\n", "").isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_written_out, word))}'"


def _written_out(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    if char.isprintable():
        return char
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def _kept(words: Sequence[str], flags: Sequence[str]) -> list[str]:
    """These flags with their values."""
    return [word for flag, pair in _pairs(words, flags) if flag in flags for word in pair]


def _without(words: Sequence[str], flags: Sequence[str], switches: Sequence[str]) -> list[str]:
    return [
        word
        for flag, pair in _pairs(words, flags)
        if flag not in flags and flag not in switches
        for word in pair
    ]


def _with_limit(words: Sequence[str], hosts: str) -> list[str]:
    at = words.index(_END) if _END in words else len(words)
    return [*words[:at], "-l", hosts, *words[at:]]


def _pairs(words: Sequence[str], flags: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each word, one of the ``flags`` together with its value. What follows ``--`` is a command's
    own."""
    left = list(words)
    while left:
        word = left.pop(0)
        if word == _END:
            yield "", [word, *left]
            return
        name, equals, _ = word.partition("=")
        value = [left.pop(0)] if name in flags and not equals and left else []
        yield name if word.startswith("-") else "", [word, *value]


def _undoable(report: Report) -> bool:
    """Whether lab.undo can undo anything of what this run changed, also on hosts that failed."""
    if report.check or not report.run:
        return False
    return any(not _stays(change) for outcome in report.outcomes for change in _holding(outcome))


def _holding(outcome: Outcome) -> Sequence[Change]:
    """The changes that the host has now. One that failed may have put some back by itself."""
    if outcome.status == "changed":
        return outcome.changes
    proven = [each for each in outcome.changes if each.verified]
    if not proven:
        return ()
    from ftlab.journal import setting_of  # sqlite3, which a run that changed something has loaded

    first: dict[Setting, Change] = {}
    last: dict[Setting, Change] = {}
    for change in proven:
        first.setdefault(setting_of(change), change)
        last[setting_of(change)] = change
    return [change for of, change in last.items() if change.after != first[of].before]


def _stays(change: Change) -> bool:
    """What a suspended VM had in memory does not come back either."""
    return change.target in _STAYS or (change.target, change.before) == ("power", "suspended")
