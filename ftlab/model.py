"""The values that travel between the layers. Frozen, picklable, no behaviour beyond views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Literal, TypeVar

from ftlab.frozen import frozen

Status = Literal["ok", "changed", "would_change", "skipped", "failed", "unreachable"]
STATUSES: tuple[Status, ...] = (
    "ok", "changed", "would_change", "skipped", "failed", "unreachable",
)  # fmt: skip


class Secret:
    """A password or passphrase. Only :meth:`reveal` shows it: no repr, str or format does."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))


@frozen(slots=True)
class SshOption:
    """One setting of ssh_config(5) that the inventory gives a host, as ``ssh -o`` would:
    ``-J gate`` is ``ProxyJump`` with the value ``gate``. ``origin`` says where it stands:
    ``hosts.ini:12: ansible_ssh_common_args``."""

    keyword: str
    value: str
    origin: str


SSH = "ssh"
"""The connection of a host that ftlab can speak to."""


@frozen(slots=True)
class Host:
    """One vESXi host as the inventory describes it.

    ``address``, ``port`` and ``user`` are ``None`` where the inventory is silent, so that
    ``~/.ssh/config`` may speak; after that the defaults are the name, 22 and ``root``.
    ``connection`` is how Ansible reaches it: with anything but ``ssh`` it is never dialled.
    ``ssh_options`` come before ``~/.ssh/config``, in the order of a command line of ssh, and
    ``ssh_config`` takes its place (``-F``). ``origins`` has for each field that the inventory
    gives, by the field's name, the file and line. ``password_kept_back``: its password stayed
    with the parent of the worker that this value was given to.
    """

    name: str
    connection: str = SSH
    address: str | None = None
    port: int | None = None
    user: str | None = None
    password: Secret | None = None
    password_command: str | None = None
    key_file: str | None = None
    jump: str | None = None
    legacy_ssh: bool = False
    physical_host: str | None = None
    known_hosts: str | None = None
    ssh_options: tuple[SshOption, ...] = ()
    ssh_config: str | None = None
    groups: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    password_kept_back: bool = False

    @property
    def has_password(self) -> bool:
        """Whether the inventory has one, here or at the parent."""
        given = self.password is not None or bool(self.password_command)
        return given or self.password_kept_back


@frozen(slots=True)
class Command:
    """One remote command: a plain argv, quoted once when it is sent.

    ``timeout`` is in seconds (``None``: the session's own). ``repeatable`` marks a command
    that may safely be sent again when nobody knows whether it ran. ``ok`` lists the exit
    statuses that are not a failure for a chain of commands. ``typed`` marks a line that a user
    typed for the host's own shell: ``argv`` holds just that line, and it is sent as it is.
    """

    argv: tuple[str, ...]
    stdin: bytes = b""
    timeout: float | None = None
    repeatable: bool = False
    ok: tuple[int, ...] = (0,)
    typed: bool = False

    def __str__(self) -> str:
        import shlex

        return self.argv[0] if self.typed else shlex.join(self.argv)


@frozen(slots=True)
class Completed:
    """What a command answered. ``seconds`` is wall time; ``truncated``: a cap cut the output;
    ``left_open``: a process that it left behind holds its output open, and was not waited for."""

    command: Command
    exit: int
    stdout: bytes = b""
    stderr: bytes = b""
    seconds: float = 0.0
    truncated: bool = False
    left_open: bool = False

    @property
    def ok(self) -> bool:
        return self.exit in self.command.ok

    @property
    def out(self) -> str:
        """stdout as text. Bytes that are not UTF-8 survive a round trip (surrogateescape)."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def err(self) -> str:
        return self.stderr.decode("utf-8", "surrogateescape")


@frozen(slots=True)
class Change:
    """One setting on one host, before and after. ``None`` as a value means absent.

    ``target`` says what of: ``advopt`` (``path`` is the option), ``vmx`` (``path`` is
    ``[datastore] dir/file.vmx``, ``key`` the VMX key), ``power`` (values ``on``/``off``), or
    something else of a host, such as ``setting``, ``file`` or ``snapshot``.
    ``verified`` is True once the host itself said so, and None in a plan. ``possible`` marks a
    step of a plan that is only taken if it comes to that, such as a remedy. ``output`` has the
    first lines of what a command said (``command``: its line is ``after``).
    """

    target: str
    before: Any
    after: Any
    path: str | None = None
    key: str | None = None
    vm: str | None = None
    vmid: int | None = None
    verified: bool | None = None
    possible: bool = False
    output: str | None = None


@frozen(slots=True)
class Failure:
    """An error as a report shows it."""

    kind: str
    message: str
    hint: str = ""


@frozen(slots=True)
class HostStep:
    """What a host was busy with in a run, or waited for: ``at`` seconds after the run began, for
    ``seconds``."""

    at: float
    seconds: float
    what: str


@frozen(slots=True)
class Outcome:
    """Everything one host has to say about one run. ``seconds`` is wall time. ``internal`` are
    values for later steps of the run, each of a type of its own; no report has any."""

    host: str
    status: Status
    seconds: float = 0.0
    changes: tuple[Change, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: Failure | None = None
    internal: tuple[object, ...] = field(default=(), repr=False)


T = TypeVar("T")


def internal_of(outcome: Outcome, kind: type[T]) -> list[T]:
    """What an outcome has of this type for the next step of the run."""
    return [each for each in outcome.internal if isinstance(each, kind)]


def public(outcome: Outcome) -> Outcome:
    """The outcome as a report has it."""
    return replace(outcome, internal=()) if outcome.internal else outcome
