"""Did a command fail? The text decides, not the exit status alone.

hostd's clients end with 0 or 1 for the same fault, print it on stdout up to 6.x and on stderr
from 7.0 on, and word a failed power step in three ways: a fault dump of its own lines (4.x, 5.x),
``Power on failed`` and no more (6.0, 6.5), and ``Power on failed: (vim.fault.X) {…`` (7.0+).
"""

from __future__ import annotations

import re
from posixpath import basename
from typing import Any

from ftlab.errors import CommandFailed, FtlabError, HostdDown, ParseError, VimFault
from ftlab.esxi.dumps.reader import find_object, parse_object
from ftlab.esxi.text import lines, unix
from ftlab.model import Completed
from ftlab.regex import regex

_CLIENTS = frozenset({"vim-cmd", "vmware-vim-cmd", "esxcli"})
_FAULT = regex(r"(?:vim|vmodl)\.(?:.*\.)?(?:fault\.(?:.*\.)?(\w+)|(\w+Fault))")
_STEP_FAILED = regex(
    r"((?:Power (?:on|off)|Suspend|Reset|Reboot|Shutdown|Reload|Revert) failed)(?:: *(.*)|)"
)
# Login failures as apache/vcl's VIM_SSH.pm records them, and a client that dies for want of
# memory; always at the start of a line.
_HOSTD_DOWN = regex(
    r"(?:Error: )?(?:Failed to (?:log ?in|connect)\b|Connect(?:ion)? to \S+ failed\b"
    r"|Connection (?:reset|refused|failure)\b|SSL Exception\b"
    r"|terminate called\b|what\(\)|Aborted\b|Killed\b|Segmentation fault\b)"
)
_SIGNALS = frozenset({134, 137, 139})  # abort, kill, segmentation fault, as a shell counts them
_TABLE = regex(r"^Vmid +Name +File ", re.MULTILINE)
_ASKING = ("vmsvc/get", "vmsvc/message")
_MOST_WORDS = 2000
"""Characters of an error's text that go into a message."""
_CAUSES = (
    ("lock", regex(r"[Ff]ailed to lock|FileLocked|[Dd]evice or resource busy")),
    ("space", regex(r"[Nn]o (?:more )?space|NoDiskSpace|[Nn]ot enough (?:disk )?space")),
)
_HINTS = {
    "NotFound": "the VM is not registered on this host (any more)",
    "InvalidPowerState": "read the power state: the VM may already be where it was wanted",
    "TaskInProgress": "hostd is still busy with this VM; the step may be tried again",
    "QuestionPending": "the VM waits for an answer: ftlab vm.answer shows the question",
    "InvalidOperationOnSecondaryVm": (
        "a secondary is its primary's business: it starts when the primary does, or by vCenter; "
        "ftlab vft.power-on-secondary sees that through"
    ),
    "lock": "another host or process holds a file of this VM",
    "space": "a datastore or a ramdisk of the host is full: df -h and vdf -h there show which",
}


def check(completed: Completed) -> Completed:
    """The answer itself; raises what :func:`find_fault` finds in it."""
    fault = find_fault(completed)
    if fault is not None:
        raise fault
    return completed


def find_fault(completed: Completed) -> FtlabError | None:
    """The error that a command answered with, or None where it did its work.

    ``HostdDown`` where the management agent does not answer; ``VimFault`` with kind
    ``fault.<Name>``; ``CommandFailed`` with kind ``power.failed``, ``command.lock``,
    ``command.space`` or ``command.failed`` for the rest. Evidence: ``words``, what the host
    said; ``cause``, ``lock`` or ``space`` where the words say so; ``argv``, ``exit``, ``stdout``
    and ``stderr``. A fault inside another object (a task's error) is data, not a failure.
    """
    found: FtlabError | None = None
    if basename(completed.command.argv[0]) in _CLIENTS:
        found = (
            _hostd_down(completed)
            or _named_fault(completed, completed.err)
            or _named_fault(completed, completed.out)
            or _failed_step(completed)
        )
    return found or (None if completed.ok else _failed(completed))


def _hostd_down(completed: Completed) -> HostdDown | None:
    """Names and annotations may hold any words, so of a good answer only line one counts."""
    out = _first_spoken(completed.out) if completed.ok else _spoken(completed.out)
    said = _spoken(completed.err) + out
    words = next((line for line in said if _HOSTD_DOWN.match(line)), None)
    if words is None and completed.exit in _SIGNALS:
        words = f"its client died with exit status {completed.exit}"
    if words is None:
        return None
    hint = "restart hostd on the host, or free memory there, and try again"
    return HostdDown(
        f"hostd does not answer: {words}", hint=hint, words=words, **_evidence(completed)
    )


def _named_fault(completed: Completed, stream: str) -> VimFault | None:
    """A fault that is the answer itself: the first dump, with no table of VMs before it."""
    text = unix(stream)
    found = find_object(text)
    if found is None:
        return None
    start, type_ = found
    name = _FAULT.fullmatch(type_)
    if name is None or _TABLE.search(text, 0, start):
        return None
    return _vim_fault(completed, name[1] or name[2], text[start:])


def _vim_fault(completed: Completed, name: str, source: str) -> VimFault:
    words = _words(source) or name
    cause = _cause(source)
    return VimFault(
        f"{name}: {words}",
        hint=_HINTS.get(name, _HINTS.get(cause or "", "")),
        kind=f"fault.{name}",
        words=words,
        cause=cause,
        **_evidence(completed),
    )


def _words(source: str) -> str | None:
    """hostd's own words: ``msg``, else the last message, else the reason; else all it said."""
    try:
        dump = parse_object(source)
    except ParseError:
        return source.strip()
    messages = [one.text("message") for one in dump.nodes("faultMessage")]
    said = (dump.text("msg"), *reversed(messages), dump.text("reason"))
    return next((words.strip() for words in said if words and words.strip()), None)


def _failed_step(completed: Completed) -> CommandFailed | None:
    """``Power on failed`` alone on its line, or with words after it: 6.0 and later. What a
    question or an inventory prints may hold the same words."""
    step = not any(word.startswith(_ASKING) for word in completed.command.argv[1:2])
    said = _spoken(completed.err) + (_spoken(completed.out) if step else [])
    words = next((line for line in said if _STEP_FAILED.fullmatch(line)), None)
    if words is None:
        return None
    cause = _cause(words)
    return CommandFailed(
        words,
        hint=_HINTS.get(cause or "", "read the power state, then the VM's vmware.log"),
        kind="power.failed",
        words=words,
        cause=cause,
        **_evidence(completed),
    )


def _failed(completed: Completed) -> CommandFailed:
    words = _shortened("; ".join(_spoken(completed.err) or _spoken(completed.out)))
    cause = _cause(completed.err) or _cause(completed.out)
    return CommandFailed(
        f"{completed.command} ended with {completed.exit}: {words or 'it said nothing'}",
        hint=_HINTS.get(cause or "", ""),
        kind=f"command.{cause or 'failed'}",
        words=words,
        cause=cause,
        **_evidence(completed),
    )


def _shortened(words: str) -> str:
    """What was said, whole: the reason may stand in the last of several lines. Of a flood, both
    ends."""
    if len(words) <= _MOST_WORDS:
        return words
    half = _MOST_WORDS // 2
    return f"{words[:half]} … {words[-half:]}"


def _spoken(stream: str) -> list[str]:
    return [line.strip() for line in lines(stream) if line.strip()]


def _first_spoken(stream: str) -> list[str]:
    """The first of these lines, without a look at the others: good answers are long."""
    return _spoken(stream.lstrip().partition("\n")[0])


def _cause(text: str) -> str | None:
    return next((name for name, pattern in _CAUSES if pattern.search(text)), None)


def _evidence(completed: Completed) -> dict[str, Any]:
    return {
        "argv": completed.command.argv,
        "exit": completed.exit,
        "stdout": completed.out,
        "stderr": completed.err,
    }
