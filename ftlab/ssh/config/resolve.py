"""From a name to everything that ssh would know before it connects, as ``ssh -G`` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftlab.frozen import frozen
from ftlab.ssh.config.canonical import Canonicalization
from ftlab.ssh.config.jump import Hop
from ftlab.ssh.config.lines import ConfigLine
from ftlab.ssh.config.paths import expand_home
from ftlab.ssh.config.reader import File, Files, Pass
from ftlab.ssh.config.settings import ConfigValue, ConfigValues
from ftlab.ssh.config.subject import SessionType, Subject
from ftlab.ssh.config.tokens import fill_in, fill_in_all


@frozen(slots=True)
class Resolved:
    """The answer. ``identity_files`` are expanded; ``None`` where the configuration names none,
    and empty where it says ``none``. ``proxy_command`` is as it is written; :meth:`proxy_line`
    has its tokens filled in."""

    subject: Subject
    hostname: str
    identity_files: tuple[tuple[str, ConfigLine], ...] | None

    @property
    def settings(self) -> ConfigValues:
        return self.subject.settings

    @property
    def port(self) -> int:
        return self.subject.port

    @property
    def user(self) -> str:
        """:raises UsageError: it has a token that it may not have."""
        value = self.settings.get("user")
        if value is None:
            return self.subject.login
        tokens = {name: text for name, text in self._tokens.items() if name not in "rC"}
        return _checked(value, fill_in_all, value.text, tokens, self.subject.around.variable)

    @property
    def hop(self) -> Hop | None:
        """The jump host next to the target."""
        value = self.settings.get("proxyjump")
        return value.hop if value else None

    @property
    def proxy_command(self) -> str | None:
        value = self.settings.get("proxycommand")
        return None if value is None or value.is_none else value.text

    def proxy_line(self) -> str | None:
        """:raises UsageError: it has a token that it may not have."""
        value = self.settings.get("proxycommand")
        if value is None or value.is_none:
            return None
        alias = self.subject.key_alias or self.subject.alias
        tokens = {
            "h": self.hostname,
            "k": alias,
            "n": self.subject.alias,
            "p": str(self.port),
            "r": self.user,
        }
        return _checked(value, fill_in, value.text, tokens)

    def path(self, value: ConfigValue, text: str) -> str:
        """A file name that a setting gives, expanded.

        :raises UsageError: it has a token, a variable or a user that there is not.
        """
        around = self.subject.around
        whole = _checked(value, expand_home, text, around)
        return _checked(value, fill_in_all, whole, self._all_tokens, around.variable)

    @property
    def _tokens(self) -> dict[str, str]:
        alias = self.subject.key_alias or self.subject.alias
        return dict(self.subject.tokens(self.hostname, alias))

    @property
    def _all_tokens(self) -> dict[str, str]:
        return self._tokens | {"r": self.user}


@frozen(slots=True)
class Query:
    """What is asked: the name, the options that come before all files, who logs in where nothing
    says it, and what for."""

    alias: str
    login: str
    options: tuple[ConfigLine, ...] = ()
    session: SessionType = "exec"


def resolve(query: Query, files: Files, names: Sequence[File]) -> Resolved:
    """Read the files, in their order, for one connection.

    :raises UsageError: with file and line, where ssh would not connect either, and where the
        configuration asks for something that ftlab cannot judge.
    :raises Unreachable: ``unreachable.dns``: the name must be canonical, and nobody knows it.
    """
    around = files.around
    settings = ConfigValues(around.service)
    subject = Subject(query.alias, settings, around, query.login, query.session)
    first = _read(Pass(files, subject), query.options, names)
    hostname = _hostname(subject)
    if first.again or Canonicalization(settings, around).is_on:
        subject.name, subject.final = hostname, True
        _read(Pass(files, subject), (), names)
    return _answer(subject, hostname)


def _read(one: Pass, options: Sequence[ConfigLine], names: Sequence[File]) -> Pass:
    for line in options:
        one.option(line)
    for file in names:
        one.read(file)
    return one


def _hostname(subject: Subject) -> str:
    value = subject.settings.get("hostname")
    name = subject.name if value is None else _checked(value, lambda: subject.host)
    return Canonicalization(subject.settings, subject.around).apply(name)


def _answer(subject: Subject, hostname: str) -> Resolved:
    found = subject.settings.files("identityfile")
    bare = Resolved(subject, hostname, None)
    if not found:
        return bare
    named = [value for value in found if not value.is_none]
    files = tuple((bare.path(value, value.text), value.line) for value in named)
    return Resolved(subject, hostname, files)


def _checked(value: ConfigValue, function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ValueError as wrong:
        raise value.line.error(f"{value.line.keyword}: {wrong}") from None
