"""One thing among a host's variables: under which of its names it is set, and whether its value
can be read at all."""

from __future__ import annotations

from typing import Any

from ftlab.inventory.source import PlacedValue, PlacedValues
from ftlab.inventory.values import parse_boolean
from ftlab.inventory.variables import known
from ftlab.inventory.yaml.document import DECRYPT, Vaulted
from ftlab.regex import regex

IGNORE_VAULT = ("ftlab_ignore_vault",)
PASSWORD_COMMAND = ("ftlab_password_command",)
ENCRYPTED_FILE = "an encrypted file"
"""No variable, but the mark that a file beside the inventory could not be read."""

_TEMPLATE = regex(r"\{[{%]")


def pick(settings: PlacedValues, keys: tuple[str, ...]) -> tuple[str, PlacedValue] | None:
    """The last of these names that has a value. Raises InventoryError for one that is encrypted
    or a template."""
    for key in reversed(keys):
        if key in settings and settings[key].value not in (None, ""):
            _refuse_unreadable(key, settings[key])
            return key, settings[key]
    return None


def _refuse_unreadable(key: str, setting: PlacedValue) -> None:
    if isinstance(setting.value, Vaulted):
        raise setting.place.error(f"{key} is encrypted with ansible-vault", hint=DECRYPT)
    if not _is_plain(setting.value):
        hint = "ftlab reads no templates: write the value itself"
        if key in known.PASSWORD:
            hint += ", or let ftlab_password_command give the password"
        raise setting.place.error(f"{key} holds a Jinja template", hint=hint)


def text(settings: PlacedValues, keys: tuple[str, ...]) -> str | None:
    """Its value as text. Raises InventoryError for a list or a mapping."""
    found = pick(settings, keys)
    if found is None:
        return None
    key, setting = found
    if isinstance(setting.value, (list, dict)):
        kind = "dict" if isinstance(setting.value, dict) else "list"
        raise setting.place.error(f"{key} is a {kind}, not text", hint="quote it twice: \"'…'\"")
    word = str(setting.value)
    if any("\udc80" <= letter <= "\udcff" for letter in word):
        raise setting.place.error(f"{key} is not UTF-8")
    return word


def flag(settings: PlacedValues, keys: tuple[str, ...]) -> bool:
    """Its value as a boolean, False where it is not set. Raises InventoryError."""
    found = pick(settings, keys)
    if found is None:
        return False
    key, setting = found
    try:
        return parse_boolean(setting.value)
    except ValueError as wrong:
        raise setting.place.error(f"{key} is {wrong}", hint="write true or false") from None


def without_encrypted(settings: PlacedValues) -> PlacedValues:
    """Raises InventoryError for an encrypted file, which might say anything about the host. One
    that its owner has ftlab ignore is passed over, and so are such values. A password may be
    out of reach where a command gives it."""
    if flag(settings, IGNORE_VAULT):
        return {key: s for key, s in settings.items() if not isinstance(s.value, Vaulted)}
    if hidden := settings.get(ENCRYPTED_FILE):
        raise hidden.place.error(
            "this file is encrypted with ansible-vault",
            hint=f"{DECRYPT}; then set ftlab_ignore_vault=true beside it",
        )
    if pick(settings, PASSWORD_COMMAND) is None:
        return settings
    return {k: s for k, s in settings.items() if k not in known.PASSWORD or _is_plain(s.value)}


def _is_plain(value: Any) -> bool:
    template = isinstance(value, str) and _TEMPLATE.search(value)
    return not template and not isinstance(value, Vaulted)
