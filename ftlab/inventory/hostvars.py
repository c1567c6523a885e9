"""Variables of a host → :class:`ftlab.model.Host`: what ftlab needs, checked; the rest kept.

Where Ansible's ssh plugin knows several names for one thing, the last of them that is set wins,
whichever group or host set it; the tables list them in the plugin's order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import Any

from ftlab.frozen import frozen
from ftlab.inventory.source import InventoryPlace, PlacedValues
from ftlab.inventory.variables import known, way
from ftlab.inventory.variables.lookup import (
    ENCRYPTED_FILE,
    IGNORE_VAULT,
    PASSWORD_COMMAND,
    flag,
    pick,
    text,
    without_encrypted,
)
from ftlab.inventory.variables.safe_names import port_number
from ftlab.inventory.variables.ssh_args import SshArgs, parse_ssh_args
from ftlab.model import SSH, Host, Secret, SshOption
from ftlab.nearest import suggest
from ftlab.regex import regex

_TEXTS = {
    "user": known.USER,
    "key_file": known.KEY_FILE,
    "jump": way.JUMP,
    "physical_host": ("ftlab_physical_host",),
    "password_command": PASSWORD_COMMAND,
    "known_hosts": ("ftlab_known_hosts",),
}
_LEGACY_SSH = ("ftlab_legacy_ssh",)

KNOWN = frozenset(
    {*known.FOLLOWED, *_LEGACY_SSH, *IGNORE_VAULT, *chain.from_iterable(_TEXTS.values())}
)
"""Every variable that ftlab itself reads."""

_OURS = "ftlab_"
_CONFIDENTIAL = regex(
    r"(?:pass|passwd|password|passphrase|private_key|secret|token)$", re.IGNORECASE
)


def check_name(key: str, place: InventoryPlace) -> None:
    """Raises InventoryError for a name that begins with ``ftlab_`` and is not one of ours."""
    if key.startswith(_OURS) and key not in KNOWN:
        ours = sorted(name for name in KNOWN if name.startswith(_OURS))
        hint = suggest(key, ours) or f"ftlab knows {', '.join(ours)}"
        raise place.error(f"unknown variable {key!r}", hint=hint)


@frozen
class Described:
    """A host as the inventory describes it; ``notes`` are sentences on what has no effect."""

    host: Host
    notes: tuple[str, ...] = ()


def describe_host(
    name: str, place: InventoryPlace, groups: Iterable[str], settings: PlacedValues
) -> Described:
    """A host from its variables, after precedence; ``place`` is where it is listed first. Raises
    InventoryError where a variable was set that cannot be used."""
    connection = text(settings, known.CONNECTION) or SSH
    rest: dict[str, Any] = {
        "groups": tuple(groups),
        "variables": {key: _veil(key, s.value) for key, s in settings.items() if _is_foreign(key)},
    }
    if connection not in known.SSH_CONNECTIONS:
        return Described(Host(name, connection=connection, **rest))
    readable = without_encrypted(settings)
    known.refuse_unfollowed(readable)
    first = _ssh_args(readable, known.ARGS_FIRST)
    others = [_ssh_args(readable, keys) for keys in (known.ARGS_COMMON, known.ARGS_LAST)]
    host = Host(name, **_connection(name, place, readable), **rest)
    host = _with_args(host, first, others)
    return Described(host, (*known.notes_on(readable), *_idle(first, *others)))


def _connection(name: str, place: InventoryPlace, settings: PlacedValues) -> dict[str, Any]:
    """The fields that say where and as whom."""
    way.check_jump(settings)
    password = text(settings, known.PASSWORD)
    return {
        **{field: text(settings, keys) for field, keys in _TEXTS.items()},
        "address": way.address(name, place, settings),
        "user": way.user(settings),
        "port": way.port(settings),
        "password": None if password is None else Secret(password),
        "legacy_ssh": flag(settings, _LEGACY_SSH),
        "origins": {"name": str(place), **_origins(settings)},
    }


def _is_foreign(key: str) -> bool:
    return key not in KNOWN and key != ENCRYPTED_FILE


def _origins(settings: PlacedValues) -> dict[str, str]:
    """Where each field that has a value was set."""
    fields = {**_TEXTS, "address": known.ADDRESS, "port": known.PORT}
    found = {field: pick(settings, keys) for field, keys in fields.items()}
    return {field: str(pick[1].place) for field, pick in found.items() if pick}


def _with_args(host: Host, first: SshArgs, others: list[SshArgs]) -> Host:
    """ssh takes the first value that it meets, and Ansible puts ``ansible_ssh_args`` before what
    it makes of ``ansible_port`` and ``ansible_user``, the other arguments behind them."""
    said = {option.keyword.lower(): option for option in reversed(first.options)}
    port, user = said.get("port"), said.get("user")
    configs = [args.config for args in (first, *others) if args.config is not None]
    return replace(
        host,
        port=port_number(port.value.strip('"')) if port else host.port,
        user=user.value.strip('"') if user else host.user,
        ssh_options=tuple(option for args in (first, *others) for option in args.options),
        ssh_config=configs[-1] if configs else None,
        origins={**host.origins, **_origin_of("port", port), **_origin_of("user", user)},
    )


def _origin_of(field: str, option: SshOption | None) -> dict[str, str]:
    return {field: option.origin} if option else {}


def _ssh_args(settings: PlacedValues, keys: tuple[str, ...]) -> SshArgs:
    words, found = text(settings, keys), pick(settings, keys)
    if words is None or found is None:
        return SshArgs()
    key, setting = found
    try:
        return parse_ssh_args(words, f"{setting.place}: {key}")
    except ValueError as wrong:
        raise setting.place.error(f"{key}: {wrong}") from None


def _idle(*all_args: SshArgs) -> list[str]:
    return [f"{where} has no effect" for args in all_args for where in args.idle]


def _veil(key: str, value: Any) -> Any:
    """Other passwords of an Ansible inventory (``ansible_become_password``…) stay hidden too."""
    return Secret(str(value)) if _CONFIDENTIAL.search(key) else value
