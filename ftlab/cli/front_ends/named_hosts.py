"""The hosts that somebody named to Fabric, on its command line or in a task of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ftlab.errors import UsageError

_NAMED = "ftlab_hosts"
"""The attribute of a task's context that holds them."""


def with_hosts(context: Any, names: Iterable[str]) -> Any:
    """The context, with these as the only hosts that are meant; each once."""
    clean = dict.fromkeys(filter(None, map(str.strip, names)))
    context._set(**{_NAMED: tuple(clean)})
    return context


def hosts_named(context: Any) -> tuple[str, ...] | None:
    """The only hosts that a task's context means; ``None``: it names none.

    A task of the user's own that Fabric calls for a host hands its connection on.
    """
    named: tuple[str, ...] | None = getattr(context, _NAMED, None)
    if named is None and getattr(context, "original_host", None):
        return (_spelled(context),)
    return named


def one_name(parameters: Mapping[str, Any]) -> str:
    """What the parameters of a Fabric connection call the host, with a user or a port of their
    own as far as they say so. Raises ``UsageError`` for any other parameter."""
    others = sorted(parameters.keys() - {"host", "user", "port"})
    if others:
        raise UsageError(
            f"{others[0]} in hosts= has no meaning for ftlab's tasks",
            hint="the inventory says how a host is reached",
        )
    user, port = parameters.get("user"), parameters.get("port")
    return (f"{user}@" if user else "") + str(parameters["host"]) + (f":{port}" if port else "")


def _spelled(connection: Any) -> str:
    """The host of a Fabric connection, with what is not Fabric's own idea of user and port."""
    ssh, config = connection.ssh_config, connection.config
    user = connection.user if connection.user != ssh.get("user", config.user) else None
    port = connection.port if connection.port != int(ssh.get("port", config.port)) else None
    return one_name({"host": connection.original_host, "user": user, "port": port})
