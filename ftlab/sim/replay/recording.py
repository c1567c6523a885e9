"""A recording of hosts: what each answered to which command, and its VMs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ftlab.sim.model.answer import Answer, encode
from ftlab.sim.model.versions import RELEASES, Release

MARK = "ftlab-recording"
_VERSION = re.compile(r"(VMware ESXi?) (\d+)\.(\d+)\.(\d+) build-(\d+)")
_LABEL = re.compile(r"\A.*\n(?:\S+\s+){3}(\S.*)")
_FIELD = re.compile(r"^ {3}([^:\n]+): ?(.*?) *$", re.MULTILINE)


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
    """One host: its release, and what it said to which command line."""

    name: str
    release: Release
    answers: Mapping[str, Answer]
    vms: tuple[RecordedVm, ...]

    def text(self, line: str, *last: str) -> str:
        """What it said to the words of a command and its last argument; empty where it was not
        asked, or failed."""
        found = self.answers.get(shlex.join((*line.split(), *last)))
        return _text(found) if found is not None and found.exit == 0 else ""

    def fields(self, line: str, *last: str) -> dict[str, str]:
        """``Name: value``, a line each."""
        return dict(_FIELD.findall(self.text(line, *last)))

    def blocks(self, line: str, title: str = "Name") -> Iterator[dict[str, str]]:
        """Records of such lines that have one with that title."""
        records = (dict(_FIELD.findall(block)) for block in self.text(line).split("\n\n"))
        return (record for record in records if title in record)

    def rows(self, line: str) -> Iterator[dict[str, str]]:
        """The rows of a table, by the places of its dashes."""
        lines = self.text(line).splitlines()
        if len(lines) < 2 or set(lines[1]) - {"-", " "}:
            return
        starts = [found.start() for found in re.finditer(r"-+", lines[1])]
        spans = [slice(*ends) for ends in zip(starts, (*starts[1:], None), strict=True)]
        for row in lines[2:]:
            yield {lines[0][span].strip(): row[span].strip() for span in spans}


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
    answers = {
        each["command"]: Answer(each["exit"], encode(each["stdout"]), encode(each["stderr"]))
        for each in entry["answers"]
    }
    told = _text(answers["vmware -v"])
    version = _VERSION.search(told)
    if version is None:
        raise ValueError(f"{entry['name']}: no version of an ESXi host: {told:.60}")
    long = _LABEL.search(_text(answers.get("vmware -vl", Answer())))
    label = long[1] if long else "GA"
    release = _release_like(version, label, entry.get("banner", ""))
    return Recording(entry["name"], release, answers, tuple(_vm(each) for each in entry["vms"]))


def _release_like(version: re.Match[str], label: str, banner: str) -> Release:
    """The simulated release nearest to a recorded one, with the recorded one's figures."""
    product, *numbers, build = version.groups()
    major, minor, patch = map(int, numbers)
    number = (major, minor, patch)
    near = [each for each in RELEASES if each.number <= number or each is RELEASES[0]][-1]
    return replace(
        near, name=near.name if near.number == number else f"{major}.{minor} ({build})",
        number=number, build=int(build), label=label, banner=banner or near.banner, product=product,
    )  # fmt: skip


def _text(answer: Answer) -> str:
    return answer.stdout.decode("utf-8", "surrogateescape")


def _vm(each: Mapping[str, Any]) -> RecordedVm:
    return RecordedVm(
        each["vmid"], each["name"], each["path"], encode(each["vmx"]), each["power"],
        each.get("ft_role") or 0, each.get("ft_state") or "",
    )  # fmt: skip
