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
    """The setting of this name: one of the user's ``own``, or one that comes with ftlab. With ``*``
    for what it is about (``vmknic.*.tags``) it is the one that stands for all of them.

    Raises ``UsageError`` with the nearest name.
    """
    for setting in known_settings(own):
        if found := setting.called(name):
            every = name.replace("*", f"{{{setting.place}}}") == setting.name
            return setting if every else found
    if name.startswith("/"):
        raise UsageError(
            f"{name} is no setting but an advanced option",
            hint="ftlab advopt.get, or advopt = { … } in a profile",
            kind="usage.setting",
        )
    known = [each.name for each in known_settings(own)]
    raise UsageError(
        f"no setting is called {name!r}",
        hint=f"{suggest(name, _likely(name, known))} ftlab setting.list shows all".strip(),
        kind="usage.setting",
    )


def single(setting: HostSetting) -> HostSetting:
    """The setting itself. Raises ``UsageError`` for one that stands for several."""
    if setting.place is None:
        return setting
    raise UsageError(
        f"{setting.name} stands for several settings",
        hint=f"name one, such as {setting.instance('NAME')}",
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
