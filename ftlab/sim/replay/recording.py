"""A recording of hosts: what each answered to which command, and its VMs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftlab.sim.model.answer import Answer, encode

MARK = "ftlab-recording"
_VERSION = re.compile(r"(VMware ESXi?) (\d+)\.(\d+)\.(\d+) build-(\d+)")


@dataclass(frozen=True, slots=True)
class RecordedVm:
    """``place`` is ``[datastore] folder/file.vmx``; ``power`` is ``on``, ``off`` or ``suspended``;
    ``role`` is 1 or 2 for half of an FT pair, and 0 for no such half."""

    vmid: int
    name: str
    place: str
    vmx: bytes
    power: str
    role: int
    state: str


@dataclass(frozen=True, slots=True)
class Recording:
    """One host. ``number`` and ``build`` are those of its version; ``banner`` may be empty."""

    name: str
    product: str
    number: tuple[int, int, int]
    build: int
    label: str
    banner: str
    answers: Mapping[str, Answer]
    vms: tuple[RecordedVm, ...]

    def answer(self, argv: Sequence[str]) -> Answer | None:
        """What the host said to this very command line, or None."""
        return self.answers.get(shlex.join(argv))

    def text(self, *argv: str) -> str:
        """Its standard output as text; empty where it was not asked."""
        found = self.answer(argv)
        return found.stdout.decode("utf-8", "surrogateescape") if found else ""


_WRONG = (LookupError, TypeError, AttributeError)
"""What is raised by entries of another shape."""


def is_recording(path: Path) -> bool:
    """Whether a file is a recording, by its beginning. Raises ``OSError``."""
    with path.open("rb") as file:
        return MARK.encode() in file.read(200)


def read_recording(path: Path) -> list[Recording]:
    """Raises ``ValueError`` that says what is wrong with the file."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document[MARK] != 1:
            raise ValueError(f"{path}: a recording of a later ftlab ({MARK} {document[MARK]})")
        return [_host(entry) for entry in document["hosts"]]
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, *_WRONG) as error:
        raise ValueError(f"{path}: is no recording of hosts.record: {error!r}") from error


def _host(entry: Mapping[str, Any]) -> Recording:
    answers = {each["command"]: _answer(each) for each in entry["answers"]}
    told = answers["vmware -v"].stdout.decode("utf-8", "replace")
    version = _VERSION.search(told)
    if version is None:
        raise ValueError(f"{entry['name']}: no version of an ESXi host: {told:.60}")
    long = answers.get("vmware -vl", Answer()).stdout.decode("utf-8", "replace").splitlines()[1:]
    label = long[0].split(maxsplit=3)[-1] if long and len(long[0].split()) > 3 else "GA"
    product, *number, build = version.groups()
    return Recording(
        entry["name"], product, (int(number[0]), int(number[1]), int(number[2])), int(build), label,
        entry.get("banner", ""), answers, tuple(_vm(each) for each in entry["vms"]),
    )  # fmt: skip


def _answer(each: Mapping[str, Any]) -> Answer:
    return Answer(each["exit"], encode(each["stdout"]), encode(each["stderr"]))


def _vm(each: Mapping[str, Any]) -> RecordedVm:
    return RecordedVm(
        each["vmid"], each["name"], each["path"], encode(each["vmx"]), each["power"],
        each.get("ft_role") or 0, each.get("ft_state") or "",
    )  # fmt: skip
