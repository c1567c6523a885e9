"""``ansible_ssh_args`` and its siblings: a piece of ssh's command line → settings of ssh_config(5).

The words fall apart as Ansible splits them, the options as ssh's own ``getopt`` reads them. What
has a name in ssh_config(5) becomes that setting; whether it can be followed is known where the
connection is made. What makes ssh do something else than connect is refused here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from ftlab.inventory.variables.safe_names import (
    address_fault,
    hop_fault,
    name_fault,
    port_number,
    user_fault,
)
from ftlab.model import SshOption
from ftlab.regex import regex

_WITH_VALUE = {
    "b": "BindAddress", "B": "BindInterface", "c": "Ciphers", "D": "DynamicForward",
    "e": "EscapeChar", "i": "IdentityFile", "I": "PKCS11Provider", "J": "ProxyJump",
    "l": "User", "L": "LocalForward", "m": "MACs", "p": "Port", "P": "Tag",
    "R": "RemoteForward", "S": "ControlPath", "w": "TunnelDevice",
}  # fmt: skip
"""Options with a value, and the setting that each is another spelling of."""

_WITHOUT_VALUE = {
    "4": ("AddressFamily", "inet"), "6": ("AddressFamily", "inet6"),
    "a": ("ForwardAgent", "no"), "A": ("ForwardAgent", "yes"), "C": ("Compression", "yes"),
    "f": ("ForkAfterAuthentication", "yes"), "g": ("GatewayPorts", "yes"),
    "K": ("GSSAPIAuthentication", "yes"), "k": ("GSSAPIDelegateCredentials", "no"),
    "M": ("ControlMaster", "yes"), "n": ("StdinNull", "yes"), "N": ("SessionType", "none"),
    "q": ("LogLevel", "QUIET"), "s": ("SessionType", "subsystem"), "t": ("RequestTTY", "yes"),
    "T": ("RequestTTY", "no"), "v": ("LogLevel", "DEBUG"), "x": ("ForwardX11", "no"),
    "X": ("ForwardX11", "yes"), "Y": ("ForwardX11Trusted", "yes"),
}  # fmt: skip
_IDLE = {"2": False, "y": False, "E": True}
"""Options without effect here that no setting stands for, and whether they take a value."""

_ELSEWHERE = {
    "1": "asks for SSH-1",
    "G": "prints a configuration in place of connecting",
    "O": "talks to a master process in place of connecting",
    "Q": "prints lists in place of connecting",
    "V": "prints a version in place of connecting",
    "W": "hands the connection to something else",
}
_SETTING = regex(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(\S.*?)\s*", re.DOTALL)
_BLOCKS = frozenset({"host", "match", "include"})
_PLAIN = regex(r"[^\s\"'\\#]+")


class SshArgs(NamedTuple):
    """``options`` in the order of the command line; ``config`` is the file of ``-F``; ``idle``
    are options that change nothing here and have no other name."""

    options: tuple[SshOption, ...] = ()
    config: str | None = None
    idle: tuple[str, ...] = ()


def parse_ssh_args(text: str, origin: str) -> SshArgs:
    """Raises ValueError, naming the option, for what ssh would refuse and for what would make
    it do something else than connect."""
    options: list[SshOption] = []
    idle: list[str] = []
    config = None
    for letter, value in _split([word for word in map(str.strip, shlex.split(text)) if word]):
        where = f"{origin}: -{letter}"
        if letter == "F":
            config = value
        elif letter == "o":
            options.append(_setting(value, where))
        elif letter in _WITH_VALUE:
            options.append(_checked(SshOption(_WITH_VALUE[letter], _quoted(value), where), value))
        elif letter in _WITHOUT_VALUE:
            options.append(SshOption(*_WITHOUT_VALUE[letter], where))
        else:
            idle.append(where)
    return SshArgs(tuple(options), config, tuple(idle))


def _split(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option's letter and value: ``-qp 22`` is ``-q`` and ``-p`` with 22, as is ``-qp22``."""
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word in ("-", "--"):
            raise ValueError(f"{word!r} is no option of ssh; only options may stand here")
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in _ELSEWHERE:
                raise ValueError(f"-{letter} {_ELSEWHERE[letter]}")
            if not _takes_value(letter):
                yield letter, ""
                continue
            value = letters or next(rest, "")
            if not value:
                raise ValueError(f"-{letter} has no value")
            yield letter, value
            break


def _takes_value(letter: str) -> bool:
    if letter in _WITHOUT_VALUE or letter in _IDLE:
        return _IDLE.get(letter, False)
    if letter in _WITH_VALUE or letter in "Fo":
        return True
    raise ValueError(f"-{letter} is no option of ssh")


def _setting(text: str, where: str) -> SshOption:
    """``Key=Value``, ``Key Value`` or ``Key = Value``, as a line of ssh_config(5)."""
    found = _SETTING.fullmatch(text)
    if found is None:
        raise ValueError(f"-o {text.split('=', maxsplit=1)[0].strip()!r} is not KEYWORD=VALUE")
    keyword, value = found.groups()
    if keyword.lower() in _BLOCKS:
        raise ValueError(f"-o {keyword} cannot be followed here; -F names a file to read")
    return _checked(SshOption(keyword, value, f"{where} {keyword}"), value.strip('"'))


def _checked(option: SshOption, value: str) -> SshOption:
    """Names of hosts and users obey the rules for those of the inventory itself."""
    keyword = option.keyword.lower()
    fault = _FAULTS[keyword](value) if keyword in _FAULTS else ""
    if fault:
        raise ValueError(f"{option.keyword} {value!r}: {fault}")
    return option


def _port_fault(value: str) -> str:
    return "" if port_number(value) else "a port is a whole number from 1 to 65535"


def _host_fault(value: str) -> str:
    """A ``HostName`` may hold ``%h``, the name that was given, and ``%%``."""
    return address_fault(re.sub("%[%hn]", "h", value))


def _jump_fault(value: str) -> str:
    if value.lower() == "none":
        return ""
    return next(filter(None, map(hop_fault, value.split(","))), "")


def _domains_fault(value: str) -> str:
    return next(filter(None, map(address_fault, value.split())), "")


_FAULTS = {
    "canonicaldomains": _domains_fault, "hostkeyalias": name_fault, "hostname": _host_fault,
    "port": _port_fault, "proxyjump": _jump_fault, "user": user_fault,
}  # fmt: skip


def _quoted(value: str) -> str:
    """A word of the command line as a line of ssh_config(5) has it."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
