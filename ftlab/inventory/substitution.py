"""``{{ name }}`` in a text is a host's inventory variable: plain substitution, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ftlab.errors import UsageError
from ftlab.model import Host
from ftlab.nearest import suggest
from ftlab.regex import regex

NO_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType({})
_VARIABLE = regex(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")


def with_variables(
    text: str,
    host: Host,
    written: Callable[[str], str] = str,
    otherwise: Mapping[str, str] = NO_DEFAULTS,
) -> str:
    """The text with the host's variables in it, each ``written`` as the text needs it;
    ``otherwise`` has the values of those that the inventory does not set.

    Raises ``UsageError`` for one that the host does not have.
    """
    known = {**otherwise, **_variables(host)}

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise UsageError(
                f"{host.name} has no variable {found[1]!r} for {{{{ {found[1]} }}}}",
                hint=suggest(found[1], known) or "hosts.list -v shows where variables are set",
            )
        return written(str(known[found[1]]))

    return _VARIABLE.sub(value, text)


def variables_in(text: str) -> list[str]:
    """The names that the text has in braces."""
    found: list[str] = _VARIABLE.findall(text)
    return found


def _variables(host: Host) -> Mapping[str, Any]:
    """The inventory's, and the names of the host itself as Ansible calls them."""
    names = {
        "inventory_hostname": host.name,
        "inventory_hostname_short": host.name.partition(".")[0],
        "ansible_host": host.address or host.name,
    }
    return {**names, **host.variables}
