"""``Match``: whether a block applies."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Sequence

from ftlab.frozen import frozen
from ftlab.ssh.config.lines import ConfigLine
from ftlab.ssh.config.patterns import matches_host, matches_list
from ftlab.ssh.config.subject import Subject
from ftlab.ssh.config.tokens import fill_in
from ftlab.ssh.config.words import lower

ALL = "all"
PASSES = ("canonical", "final")
MAY_BE_EMPTY = ("tagged", "command")


@frozen(slots=True)
class Criterion:
    """One of a line's conditions; ``value`` is ``""`` for those that take none."""

    name: str
    value: str = ""
    negated: bool = False


@frozen(slots=True)
class Condition:
    """A whole ``Match`` line."""

    line: ConfigLine
    criteria: tuple[Criterion, ...]

    @property
    def wants_final_pass(self) -> bool:
        return any(one.name == "final" for one in self.criteria)

    def holds(self, subject: Subject) -> bool:
        """Nothing is asked of the machine once a criterion has failed.

        :raises UsageError: a criterion cannot be judged.
        """
        try:
            return all(_judge(one, subject) != one.negated for one in self.criteria)
        except ValueError as wrong:
            raise self.line.error(f"Match: {wrong}") from None


def read_condition(line: ConfigLine) -> Condition:
    """:raises UsageError: ssh does not read the line either."""
    try:
        criteria = tuple(_criteria(list(line.words)))
    except ValueError as wrong:
        raise line.error(f"Match: {wrong}") from None
    return Condition(line, criteria)


def _criteria(words: list[str]) -> Iterator[Criterion]:
    if not words:
        raise ValueError("it needs a criterion")
    seen = 0
    while words:
        word = words.pop(0)
        negated, (name, glued, value) = word.startswith("!"), word.removeprefix("!").partition("=")
        name = lower(name)
        if name == ALL and not glued:
            if seen > 1 or words:
                raise ValueError("all cannot be combined with other criteria")
            yield Criterion(ALL, negated=negated)
            return
        seen += 1
        if name in PASSES and not glued:
            yield Criterion(name, negated=negated)
        elif name in _JUDGES:
            yield Criterion(name, _argument(name, glued, value, words), negated)
        else:
            raise ValueError(f"{word!r} is no criterion that ftlab knows")


def _argument(name: str, glued: str, value: str, words: list[str]) -> str:
    """The value in ``host=x``, ``host x``, ``host = x`` or ``host= x``."""
    if value:
        return value
    if words and not glued and words[0].startswith("="):
        glued, words[0] = "=", words[0][1:]
        if not words[0]:
            words.pop(0)
    if not words:
        if glued and name in MAY_BE_EMPTY:
            return ""
        raise ValueError(f"{name} needs a value")
    found = words.pop(0)
    if not found and name not in MAY_BE_EMPTY:
        raise ValueError(f"{name} needs a value")
    return found


def _judge(one: Criterion, subject: Subject) -> bool:
    if one.name == ALL:
        return True
    if one.name in PASSES:
        return subject.final
    return _JUDGES[one.name](one.value, subject)


def _exec(command: str, subject: Subject) -> bool:
    return subject.around.run(fill_in(command, subject.tokens_now())) == 0


def _tagged(patterns: str, subject: Subject) -> bool:
    tag = subject.settings.text("tag", "")
    return matches_list(tag, patterns) if tag else not patterns


def _local_network(networks: str, subject: Subject) -> bool:
    nets = [ipaddress.ip_network(one) for one in networks.split(",")]
    own: Sequence[ipaddress.IPv4Address | ipaddress.IPv6Address]
    own = [ipaddress.ip_address(text) for text in subject.around.addresses()]
    return any(address in net for net in nets for address in own)


def _session_type(patterns: str, subject: Subject) -> bool:
    told = lower(subject.settings.text("sessiontype", "default"))
    return matches_list(subject.session if told == "default" else told, patterns)


def _command(patterns: str, subject: Subject) -> bool:
    if subject.session == "none":
        return not patterns
    raise ValueError("ftlab runs many commands on a host: it cannot judge command")


def _version(_patterns: str, _subject: Subject) -> bool:
    raise ValueError("ftlab is no OpenSSH: it cannot judge version")


_JUDGES: dict[str, Callable[[str, Subject], bool]] = {
    "host": lambda patterns, subject: matches_host(subject.host, patterns),
    "originalhost": lambda patterns, subject: matches_host(subject.alias, patterns),
    "user": lambda patterns, subject: matches_list(subject.user, patterns),
    "localuser": lambda patterns, subject: matches_list(subject.around.user, patterns),
    "localnetwork": _local_network,
    "tagged": _tagged,
    "sessiontype": _session_type,
    "command": _command,
    "version": _version,
    "exec": _exec,
}
