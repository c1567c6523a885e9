"""Virtual machines: which there are, the keys of their VMX, what they ask."""

from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired, TypedDict

from ftlab.facts.noted import Narrowed, NotedFacts

Power = Literal["on", "off", "suspended"]
Role = Literal["primary", "secondary"]
FtVerdict = Literal["pass", "fail", "unknown"]


class VmFact(TypedDict):
    """A registered VM."""

    vmid: int
    name: str
    power: Annotated[Power | None, "null: the host did not say."]
    role: Annotated[Role | None, "In an FT pair; null: none, or not told."]
    path: Annotated[str, "[datastore] dir/file.vmx"]
    guest: str
    version: Annotated[str, "The hardware version, such as vmx-08."]
    annotation: str


class VmsFacts(NotedFacts, total=False):
    """``vm.list``."""

    vms: list[VmFact]


class VmxFacts(NotedFacts, total=False):
    """``vmx.get``."""

    vmx: Annotated[
        Mapping[str, Mapping[str, str | None]],
        "VM, then key, then value (null: the key is absent). Two VMs of one name: by path.",
    ]


class QuestionFact(TypedDict):
    """A question that holds a VM up."""

    vm: str
    vmid: int
    id: Annotated[str, "What --answer names."]
    text: str
    choices: Annotated[Mapping[str, str], "The number of each choice, and its words."]
    default: Annotated[str | None, "The number of the choice that the host would make."]


class QuestionsFacts(NotedFacts, total=False):
    """``vm.answer``."""

    questions: list[QuestionFact]


class FtVmFact(TypedDict):
    """The FT side of a VM."""

    name: str
    vmid: int
    role: Role | None
    power: Power | None
    ft_state: Annotated[str | None, "A faultToleranceState, such as running; null: not told."]


class PairFact(TypedDict):
    """A primary and its secondary, on whichever hosts were looked at."""

    name: str
    primary: Annotated[str | None, "Its host; null: on none of these."]
    secondary: Annotated[str | None, "Its host; null: on none of these."]
    state: Annotated[str | None, "The pair's faultToleranceState."]
    meaning: Annotated[str, "The same in words."]
    need_secondary_reason: str | None


class FtStatusFacts(NotedFacts, total=False):
    """``vft.status``."""

    vms: list[FtVmFact]
    pairs: Annotated[list[PairFact], "Those that this host has a half of."]


class StartFact(TypedDict):
    """One start of a secondary, and what came of it."""

    name: Annotated[str, "The VM."]
    attempt: Annotated[int, Narrowed(minimum=1)]
    trigger: Annotated[Literal["host", "primary", "vcenter"], "Who started the secondary."]
    result: str
    cause: Annotated[str | None, "A signature's name."]
    remedy: Annotated[str | None, "What was changed after it."]


class StartFacts(FtStatusFacts, total=False):
    """``vft.power-on-secondary``."""

    attempts: Annotated[list[StartFact], "Of the pairs whose secondary is on this host."]


class RequirementFact(TypedDict):
    """A requirement of FT, judged."""

    vm: Annotated[str | None, "null: a requirement of the host itself."]
    requirement: Annotated[str, Narrowed(min_length=1)]
    verdict: Annotated[
        FtVerdict,
        "unknown: not visible over SSH; found says where it is.",
    ]
    found: str
    wanted: str
    source: str


class RequirementsFacts(NotedFacts, total=False):
    """``vft.check``."""

    checks: list[RequirementFact]


class FindingFact(TypedDict):
    """A known failure, and the log line that shows it."""

    vm: NotRequired[Annotated[str, "Not there for a log in hand."]]
    signature: str
    kind: Annotated[
        Literal["remedy", "transient", "permanent", "question", "generic"],
        "generic: a symptom whose cause is elsewhere.",
    ]
    meaning: str
    advice: str
    line: str
    log: str
    source: Annotated[str, "Where the signature is known from."]


class FindingsFacts(NotedFacts, total=False):
    """``vft.diagnose``."""

    findings: list[FindingFact]
