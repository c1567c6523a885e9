"""What the configuration has set so far: the first value of a setting wins."""

from __future__ import annotations

from collections.abc import Callable

from ftlab.frozen import frozen
from ftlab.regex import regex
from ftlab.ssh.config.jump import Hop, ServicePort, parse_jump, parse_port
from ftlab.ssh.config.keywords import Keyword
from ftlab.ssh.config.lines import ConfigLine
from ftlab.ssh.config.words import BLANKS, lower

NONE = "none"
MOST_FILES = 100
DOMAIN = regex(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*")


@frozen(slots=True)
class ConfigValue:
    """A setting's words, and where they stand."""

    words: tuple[str, ...]
    line: ConfigLine
    hop: Hop | None = None

    @property
    def text(self) -> str:
        return self.words[0]

    @property
    def is_none(self) -> bool:
        return lower(self.text) == NONE


class ConfigValues:
    """The values of followed and refused settings, by their names in small letters."""

    def __init__(self, service: ServicePort) -> None:
        self._service = service
        self._values: dict[str, ConfigValue] = {}
        self._files: dict[str, dict[str, ConfigValue]] = {}

    def get(self, name: str) -> ConfigValue | None:
        return self._values.get(name)

    def text(self, name: str, default: str) -> str:
        value = self._values.get(name)
        return default if value is None else value.text

    def flag(self, name: str, *, default: bool) -> bool:
        return self.text(name, "yes" if default else "no").lower() in ("yes", "true")

    def number(self, name: str, default: int) -> int:
        return int(self.text(name, str(default)))

    def files(self, name: str) -> list[ConfigValue]:
        """All values of a setting that may be given several times, each once."""
        return list(self._files.get(name, {}).values())

    def take(self, keyword: Keyword, line: ConfigLine, *, active: bool) -> None:
        """Keep a line's value if it is ``active`` and the first; check it in any case.

        :raises UsageError: ssh does not read it either.
        """
        try:
            value = _READERS.get(keyword.form, _read_text)(self, keyword, line)
        except ValueError as wrong:
            raise line.error(f"{keyword.name}: {wrong}") from None
        name = keyword.name.lower()
        if active and keyword.form == "files":
            self._add_file(name, value)
        elif active and not self._has_other_way(name):
            self._values.setdefault(name, value)

    def set(self, name: str, value: ConfigValue) -> None:
        """In place of what was there."""
        self._values[name] = value

    def _has_other_way(self, name: str) -> bool:
        """Of ``ProxyCommand`` and ``ProxyJump`` the first counts; but ``ProxyJump none`` leaves a
        ``ProxyCommand`` its turn."""
        if name == "proxyjump":
            return "proxycommand" in self._values
        jump = self._values.get("proxyjump") if name == "proxycommand" else None
        return jump is not None and jump.hop is not None

    def _add_file(self, name: str, value: ConfigValue) -> None:
        found = self._files.setdefault(name, {})
        found.setdefault(value.text, value)
        if len(found) > MOST_FILES:
            raise value.line.error(f"more than {MOST_FILES} files")

    def _jump(self, line: ConfigLine) -> ConfigValue:
        text = line.rest.lstrip(BLANKS + "=")
        hop = parse_jump(text, self._service)
        return ConfigValue((text if hop else NONE,), line, hop)

    def _port(self, line: ConfigLine) -> ConfigValue:
        return ConfigValue((str(parse_port(_only(line), self._service)),), line)


def _only(line: ConfigLine) -> str:
    """The one word that a line may have."""
    if not (line.words and line.words[0]):
        raise ValueError("it has no value")
    if len(line.words) > 1:
        raise ValueError(f"nothing may follow after {line.words[0]!r}")
    return line.words[0]


def _read_text(_settings: ConfigValues, _keyword: Keyword, line: ConfigLine) -> ConfigValue:
    return ConfigValue((_only(line),), line)


def _read_choice(_settings: ConfigValues, keyword: Keyword, line: ConfigLine) -> ConfigValue:
    choices = keyword.choices or ("yes", "no", "true", "false")
    word = lower(_only(line))
    if word not in choices:
        raise ValueError(f"{word!r} is none of {', '.join(choices)}")
    return ConfigValue((word,), line)


def _read_number(_settings: ConfigValues, _keyword: Keyword, line: ConfigLine) -> ConfigValue:
    word = _only(line)
    if not word.isascii() or not word.removeprefix("-").isdigit():
        raise ValueError(f"{word!r} is no whole number")
    return ConfigValue((word,), line)


def _read_words(_settings: ConfigValues, _keyword: Keyword, line: ConfigLine) -> ConfigValue:
    if not line.words or not all(line.words):
        raise ValueError("a value is empty")
    if len(line.words) > 1 and any(lower(word) == NONE for word in line.words):
        raise ValueError("none must stand alone")
    return ConfigValue(line.words, line)


def _read_domains(settings: ConfigValues, keyword: Keyword, line: ConfigLine) -> ConfigValue:
    value = _read_words(settings, keyword, line)
    for word in value.words:
        if not DOMAIN.fullmatch(word):
            raise ValueError(f"{word!r} is no domain")
    return value


def _read_aliases(settings: ConfigValues, keyword: Keyword, line: ConfigLine) -> ConfigValue:
    value = _read_words(settings, keyword, line)
    for word in value.words:
        if lower(word) not in (NONE, "*") and not word.partition(":")[2]:
            raise ValueError(f"{word!r} is no FROM:TO")
    return value


def _read_command(_settings: ConfigValues, _keyword: Keyword, line: ConfigLine) -> ConfigValue:
    return ConfigValue((line.rest.lstrip(BLANKS + "="),), line)


_READERS: dict[str, Callable[[ConfigValues, Keyword, ConfigLine], ConfigValue]] = {
    "text": _read_text,
    "files": _read_text,
    "choice": _read_choice,
    "flag": _read_choice,
    "number": _read_number,
    "words": _read_words,
    "domains": _read_domains,
    "aliases": _read_aliases,
    "command": _read_command,
    "port": lambda settings, _, line: settings._port(line),
    "jump": lambda settings, _, line: settings._jump(line),
}
