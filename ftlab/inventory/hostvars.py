"""Variables of a host → :class:`ftlab.model.Host`: what ftlab needs, checked; the rest kept.

Where Ansible's ssh plugin knows several names for one thing, the last of them that is set wins,
whichever group or host set it; the tables below list them in the plugin's order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ftlab.inventory.host_ranges import split_hop
from ftlab.inventory.nearest import suggest
from ftlab.inventory.source import Place, Setting
from ftlab.inventory.values import parse_boolean
from ftlab.model import Host, Secret

Settings = Mapping[str, Setting]

_TEXTS = {
    "address": ("ansible_host", "ansible_ssh_host"),
    "user": ("ansible_user", "ansible_ssh_user"),
    "key_file": ("ansible_private_key_file", "ansible_ssh_private_key_file"),
    "jump": ("ftlab_jump",),
    "physical_host": ("ftlab_physical_host",),
    "password_command": ("ftlab_password_command",),
    "known_hosts": ("ftlab_known_hosts",),
}
_PASSWORD = ("ansible_password", "ansible_ssh_pass", "ansible_ssh_password")
_PORT = ("ansible_port", "ansible_ssh_port")
_LEGACY_SSH = ("ftlab_legacy_ssh",)

KNOWN = frozenset(
    {*_PASSWORD, *_PORT, *_LEGACY_SSH, *(key for keys in _TEXTS.values() for key in keys)}
)
"""Every variable that ftlab itself reads."""

_OURS = "ftlab_"
_CONFIDENTIAL = re.compile(
    r"(?:pass|passwd|password|passphrase|private_key|secret|token)$", re.IGNORECASE
)
_TEMPLATE = re.compile(r"\{[{%]")
_BRACKETS = re.compile(r"\[([0-9A-Fa-f:.]*:[^\[\]]*)\]")
_PORT_DIGITS = re.compile(r"\s*0*([0-9]{1,5})\s*")


def check_name(key: str, place: Place) -> None:
    """Raises InventoryError for a name that begins with ``ftlab_`` and is not one of ours."""
    if key.startswith(_OURS) and key not in KNOWN:
        ours = sorted(name for name in KNOWN if name.startswith(_OURS))
        hint = suggest(key, ours) or f"ftlab knows {', '.join(ours)}"
        raise place.error(f"unknown variable {key!r}", hint=hint)


def build_host(name: str, groups: Iterable[str], settings: Settings) -> Host:
    """A host from its variables, after precedence. Raises InventoryError where one was set."""
    password = _text(settings, _PASSWORD)
    texts = {field: _text(settings, keys) for field, keys in _TEXTS.items()}
    texts["address"] = _bare(texts["address"])
    _check_jump(settings)
    return Host(
        name=name,
        **texts,
        port=_port(settings),
        password=None if password is None else Secret(password),
        legacy_ssh=_legacy_ssh(settings),
        groups=tuple(groups),
        ssh_options=(),
        origins=_origins(settings),
        variables={key: _veil(key, s.value) for key, s in settings.items() if key not in KNOWN},
    )


def _origins(settings: Settings) -> dict[str, str]:
    """Where each field that has a value was set."""
    found = {field: _pick(settings, keys) for field, keys in {**_TEXTS, "port": _PORT}.items()}
    return {field: str(pick[1].place) for field, pick in found.items() if pick}


def _check_jump(settings: Settings) -> None:
    """Raises InventoryError for an empty name or an impossible port among ``ftlab_jump``'s."""
    found = _pick(settings, ("ftlab_jump",))
    if found is None:
        return
    for hop in str(found[1].value).split(","):
        _, name, port = split_hop(hop)
        if not name or (port and _port_number(port) is None):
            raise found[1].place.error(
                f"ftlab_jump: {hop!r} is no jump host",
                hint="write [user@]host[:port], several separated by commas; IPv6 as [::1]:22",
            )


def _bare(address: str | None) -> str | None:
    """``[2001:db8::1]`` without its brackets: ssh and the resolver know none."""
    found = _BRACKETS.fullmatch(address or "")
    return found[1] if found else address


def _veil(key: str, value: Any) -> Any:
    """Other passwords of an Ansible inventory (``ansible_become_password``…) stay hidden too."""
    return Secret(str(value)) if _CONFIDENTIAL.search(key) else value


def _pick(settings: Settings, keys: tuple[str, ...]) -> tuple[str, Setting] | None:
    """The last of these names that has a value, checked for templates."""
    for key in reversed(keys):
        if key in settings and settings[key].value not in (None, ""):
            _refuse_template(key, settings[key])
            return key, settings[key]
    return None


def _refuse_template(key: str, setting: Setting) -> None:
    if isinstance(setting.value, str) and _TEMPLATE.search(setting.value):
        hint = "ftlab reads no templates: write the value itself"
        raise setting.place.error(f"{key} holds a Jinja template", hint=hint)


def _text(settings: Settings, keys: tuple[str, ...]) -> str | None:
    found = _pick(settings, keys)
    if found is None:
        return None
    key, setting = found
    if isinstance(setting.value, (list, dict)):
        kind = type(setting.value).__name__
        raise setting.place.error(f"{key} is a {kind}, not text", hint="quote it twice: \"'…'\"")
    return str(setting.value)


def _port(settings: Settings) -> int | None:
    found = _pick(settings, _PORT)
    if found is None:
        return None
    key, setting = found
    number = _port_number(str(setting.value))
    if number is None:
        raise setting.place.error(f"{key} must be a whole number from 1 to 65535")
    return number


def _port_number(text: str) -> int | None:
    digits = _PORT_DIGITS.fullmatch(text)
    return int(digits[1]) if digits and 1 <= int(digits[1]) <= 65535 else None


def _legacy_ssh(settings: Settings) -> bool:
    found = _pick(settings, _LEGACY_SSH)
    if found is None:
        return False
    key, setting = found
    try:
        return parse_boolean(setting.value)
    except ValueError as wrong:
        raise setting.place.error(f"{key} is {wrong}", hint="write true or false") from None
