"""The hosts themselves: where they are, what they are, their keys, and what they print."""

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict

from ftlab.facts.noted import Narrowed, NotedFacts


class PlaceFacts(NotedFacts):
    """``hosts.list``: where a connection will go."""

    address: str | None
    port: int | None
    user: str | None
    identity: Annotated[
        list[str],
        "The key files that will be tried, expanded; none where that are ftlab's default ones.",
    ]
    via: Annotated[str | None, "The jump hosts, as ssh -G writes ProxyJump, or the ProxyCommand."]
    groups: list[str]
    origins: NotRequired[
        Annotated[
            Mapping[str, str | None],
            "With -v: the file and line that each of the others comes from.",
        ]
    ]


class ServerFact(TypedDict, total=False):
    """What is known of an SSH server, also where it could not be entered."""

    address: str
    banner: str
    host_key: Annotated[str, "The host key algorithm agreed upon."]
    cipher: str
    login: Annotated[
        str, "What opened it: a key's file or comment, or the method that took the password."
    ]
    fingerprint: Annotated[str, "Of a host key that is not on record."]
    host_key_algorithms: list[str]
    kex: list[str]
    ciphers: list[str]
    macs: list[str]
    tried: list[str]
    accepted: list[str]
    login_methods: list[str]


class VersionFacts(NotedFacts, total=False):
    """``hosts.check``."""

    version: str
    build: Annotated[int | None, "null: the host did not say."]
    product: str
    clock_skew: Annotated[
        int | None,
        "Seconds the host's clock is ahead of this machine's; null: it did not tell.",
    ]
    ssh: ServerFact


class ShownKeyFact(TypedDict):
    """A host key that a server shows."""

    type: str
    fingerprint: str
    state: Annotated[str, "Whether it is on record."]
    jump: NotRequired[
        Annotated[str, "The jump host whose key it is; not there for the host's own."]
    ]


class KeysFacts(NotedFacts, total=False):
    """``hosts.trust``."""

    keys: list[ShownKeyFact]


class RecordedFacts(NotedFacts, total=False):
    """``hosts.record``."""

    answers: Annotated[int, "How many commands the host has answered."]
    vms: Annotated[int, "How many VMs the recording has."]
    file: Annotated[str, "Where it was written; not there with --check."]


class OutputFacts(NotedFacts, total=False):
    """``fleet.run``."""

    exit: Annotated[int | None, "null: it ran into its limit, or the connection died."]
    stdout: str
    stderr: str


class FileFact(TypedDict):
    """A file that was copied to or from a host."""

    path: Annotated[str, "On the host."]
    size: Annotated[int, Narrowed(minimum=0), "Bytes."]
    sha256: Annotated[str, Narrowed(pattern="^[0-9a-f]{64}$")]
    local: NotRequired[Annotated[str, "fleet.fetch: where it was written."]]


class FileFacts(NotedFacts, total=False):
    """``fleet.copy`` and ``fleet.fetch``."""

    file: FileFact
