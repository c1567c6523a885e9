"""Every setting by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ftlab.errors import UsageError
from ftlab.esxi.settings.catalogue.shipped import SHIPPED
from ftlab.esxi.settings.setting import HostSetting
from ftlab.nearest import suggest

NO_OTHERS: Final[Mapping[str, HostSetting]] = MappingProxyType({})


def known_settings(own: Mapping[str, HostSetting] = NO_OTHERS) -> tuple[HostSetting, ...]:
    """The user's ``own``, and those that come with ftlab."""
    return (*own.values(), *SHIPPED)


def find_setting(name: str, own: Mapping[str, HostSetting] = NO_OTHERS) -> HostSetting:
    """The setting of this name: one of the user's ``own``, or one that comes with ftlab.

    Raises ``UsageError`` with the nearest name.
    """
    for setting in known_settings(own):
        if found := setting.called(name):
            return setting if found.name == setting.name else found
    known = [each.name for each in known_settings(own)]
    raise UsageError(
        f"no setting is called {name!r}",
        hint=f"{suggest(name, _likely(name, known))} ftlab setting.list shows all".strip(),
        kind="usage.setting",
    )


def refuse_taken(name: str) -> None:
    """Raises ``UsageError`` for the name of a setting that comes with ftlab."""
    if any(name == each.name or each.called(name) for each in SHIPPED):
        raise UsageError(
            f"{name} is the name of a setting that comes with ftlab",
            hint="take another name",
            kind="usage.setting",
        )


def _likely(name: str, known: Iterable[str]) -> list[str]:
    """The names, with what the user wrote where they have a place."""
    middle = ".".join(name.split(".")[1:-1]) or "NAME"
    return [each if "{" not in each else _placed(each, middle) for each in known]


def _placed(name: str, middle: str) -> str:
    head, _, rest = name.partition("{")
    return f"{head}{middle}{rest.partition('}')[2]}"
