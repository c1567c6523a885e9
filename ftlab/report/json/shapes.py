"""The document that ``--json`` prints, and the lines of ``--jsonl``, as types; the facts of each
task are in :mod:`ftlab.facts`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from ftlab.facts.noted import FactValue, Narrowed
from ftlab.model import Status

Filled = Annotated[str, Narrowed(min_length=1)]
Count = Annotated[int, Narrowed(minimum=0)]
Seconds = Annotated[float, Narrowed(minimum=0), "Wall time."]
Moment = Annotated[
    str,
    Narrowed(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    "ISO 8601, UTC, to the second.",
]
Arguments = Annotated[Any, "What the task was given, by name; what it means is the task's own."]


class ErrorShape(TypedDict):
    """Why a host has not done what was asked."""

    kind: Annotated[Filled, "A stable word to match on, such as auth.refused."]
    message: str
    hint: Annotated[str, "What to do about it; may be empty."]


class ChangeShape(TypedDict):
    """One setting, before and after."""

    target: Annotated[Filled, "advopt, vmx, power or another kind of setting."]
    vm: NotRequired[str]
    vmid: NotRequired[int]
    path: NotRequired[Annotated[str, "The option, or the VMX as [datastore] dir/file.vmx."]]
    key: NotRequired[Annotated[str, "The VMX key."]]
    before: FactValue
    after: FactValue
    verified: NotRequired[
        Annotated[
            bool,
            "true: the host itself was asked and shows the new value. Not there in a plan.",
        ]
    ]
    possible: NotRequired[
        Annotated[
            Literal[True],
            "A step of a plan that is only taken if it comes to that, such as a remedy.",
        ]
    ]
    state: NotRequired[
        Annotated[
            Literal["intended", "applied", "verified", "failed", "undone"],
            "lab.history RUN only.",
        ]
    ]


class HostShape(TypedDict):
    """What one host has to say about one run."""

    status: Status
    seconds: Seconds
    changes: list[ChangeShape]
    facts: Annotated[
        Mapping[str, Any],
        "What the task asked for; empty where the host did not get that far.",
    ]
    error: ErrorShape | None


class HostLineShape(HostShape):
    """A host as a line of --jsonl, as soon as its outcome is final."""

    host: Annotated[Filled, "The host's name in the inventory."]


class SummaryShape(TypedDict):
    """How many hosts ended with each status."""

    ok: Count
    changed: Count
    would_change: Count
    skipped: Count
    failed: Count
    unreachable: Count


class HeadingShape(TypedDict):
    """What every document begins with."""

    schema: Annotated[Literal[1], "Rises when a script that relies on this document would break."]
    task: Annotated[Filled, "The task as typed, such as vft.enable."]
    run: Annotated[str, "The run's name, as lab.history and lab.undo know it."]
    check: Annotated[bool, "Whether this was a rehearsal (--check) that changed nothing."]
    started: Moment
    seconds: Seconds


class PastRunShape(TypedDict):
    """A run that the journal knows."""

    run: Filled
    task: Filled
    started: Moment
    status: Annotated[Filled, "How the run ended, or that it has no end."]
    hosts: Annotated[list[str], "The hosts it was meant for."]
    args: NotRequired[Arguments]
    changed: NotRequired[Annotated[Count, "How many hosts it changed."]]
    user: NotRequired[Annotated[str, "Who started it."]]
    controller: NotRequired[Annotated[str, "The machine that it was started on."]]
    left: NotRequired[
        Annotated[
            Mapping[str, list[str]],
            "Only if it was cut short: by host, in words, what has to be finished there; "
            "lab.recover does it.",
        ]
    ]


class OfShape(TypedDict):
    """The run that lab.history RUN tells about."""

    run: Filled
    task: Filled
    started: Moment
    seconds: Seconds | None
    exit: Annotated[int | None, "null: the run has no end."]
    args: NotRequired[Arguments]
    user: NotRequired[Annotated[str, "Who started it."]]
    controller: NotRequired[Annotated[str, "The machine that it was started on."]]


class ProfileShape(TypedDict):
    """A built-in profile."""

    name: Filled
    description: str
    warning: str
    sources: list[str]
    text: Annotated[str, "The TOML itself."]


class KnownSettingShape(TypedDict):
    """A setting of hosts that ftlab knows."""

    name: Annotated[Filled, "With a place, such as {vmknic}, for what it is about."]
    kind: Literal["text", "word", "integer", "boolean", "list", "set", "any"]
    what: str
    releases: list[str]
    needs: Annotated[str, "What a new value needs to count; empty: nothing."]
    source: str


class LastLineShape(HeadingShape):
    """The document without its hosts: the last line of --jsonl."""

    exit: NotRequired[
        Annotated[
            Literal[0, 3, 4, 5, 6, 8, 130],
            "The exit code of this call; with 1, 2 and 7 there is no document.",
        ]
    ]
    of: NotRequired[Annotated[OfShape, "The run that lab.history RUN tells about."]]
    profile: NotRequired[
        Annotated[
            str | None,
            "lab.capture: the TOML of the profile; null where no host told its state.",
        ]
    ]
    summary: SummaryShape


class DocumentShape(LastLineShape):
    """What every ftlab task prints with --json: one document, and nothing else, on stdout. With
    --jsonl it prints lines instead: $defs/line."""

    hosts: NotRequired[
        Annotated[Mapping[str, HostShape], "One entry per host of the run, in inventory order."]
    ]
    runs: NotRequired[
        Annotated[list[PastRunShape], "In place of hosts: the answer of lab.history."]
    ]
    profiles: NotRequired[
        Annotated[list[ProfileShape], "In place of hosts: the answer of lab.profiles."]
    ]
    settings: NotRequired[
        Annotated[list[KnownSettingShape], "In place of hosts: the answer of setting.list."]
    ]
