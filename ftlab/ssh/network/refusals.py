"""Settings that decide where or as whom one connects, and that ftlab does not follow."""

from __future__ import annotations

from ftlab.errors import UsageError
from ftlab.model import Host
from ftlab.ssh.config.keywords import KEYWORDS
from ftlab.ssh.config.resolve import Resolved
from ftlab.ssh.config.settings import ConfigValue

KEYS = ("certificatefile", "pkcs11provider")


def refuse_unfollowed(host: Host, found: Resolved, *, direct: bool) -> None:
    """``direct``: the host is dialled, without anything in between.

    :raises UsageError: with file and line.
    """
    settings = found.settings
    if (value := settings.get("refuseconnection")) is not None:
        raise value.line.error(f"RefuseConnection for {host.name}: {value.text}")
    names = ["revokedhostkeys"]
    names += ["bindinterface"] if direct else []
    names += [] if host.key_file or host.has_password else KEYS
    for name in names:
        for value in [*settings.files(name), settings.get(name)]:
            if value is not None and not value.is_none:
                raise _unfollowed(name, host, value)
    command = settings.get("proxycommand")
    if command is not None and command.text == "-":
        raise command.line.error(
            f"ProxyCommand - for {host.name}: ftlab has no connection on stdin"
        )


def _unfollowed(name: str, host: Host, value: ConfigValue) -> UsageError:
    keyword = KEYWORDS[name]
    return value.line.error(
        f"{keyword.name} for {host.name}: ftlab cannot follow it", hint=keyword.note
    )
