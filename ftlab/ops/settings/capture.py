"""The settings of a host as a profile can state them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlab.engine.context import Context
from ftlab.errors import HostFailed, NotApplicable, ParseError, Refused
from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue
from ftlab.facts.settings import SettingFact
from ftlab.ops.settings.engine import FoundSetting, read_settings
from ftlab.profile.emit import can_be_written


def read_instances(context: Context, setting: HostSetting) -> list[SettingFact]:
    """Every instance that the host lists, with its value. Raises the first error."""
    found = read_settings(context, list(_instances(context, setting)))
    if errors := [each for each in found if isinstance(each, HostFailed)]:
        raise errors[0]
    return [{"path": f.name, "value": f.value} for f in found if isinstance(f, FoundSetting)]


def capture_settings(
    context: Context, settings: Sequence[HostSetting], *, named: bool
) -> list[SettingFact]:
    """Each with its value; of one with a place in its name every instance that the host lists.

    What the host does not have, or a profile cannot hold, is left out, with a note if it was
    ``named``. Raises ``NotApplicable`` where it has none of those that were.
    """
    single = [each for setting in settings for each in _instances(context, setting)]
    found = read_settings(context, single)
    missing = [each for each in found if isinstance(each, NotApplicable)]
    if named and missing and len(missing) == len(found):
        raise missing[0]
    for each in found:
        if isinstance(each, HostFailed) and (named or not isinstance(each, NotApplicable)):
            context.notes.append(f"{each}: left out")
    there = zip(single, found, strict=True)
    return [
        {"path": each.name, "value": each.value}
        for setting, each in there
        if isinstance(each, FoundSetting) and _is_statable(context, setting, each.value)
    ]


def _instances(context: Context, setting: HostSetting) -> Iterable[HostSetting]:
    if setting.place is None:
        return [setting]
    if setting.listing is None or not setting.listing.has(context.version):
        return []
    listing = HostSetting(setting.name, "list", "", "", (setting.listing,))
    [things] = read_settings(context, [listing])
    if isinstance(things, ParseError):  # an empty table, on hosts that print none
        return []
    if isinstance(things, HostFailed):
        context.notes.append(f"{things}: left out")
        return []
    names = things.value if isinstance(things.value, tuple) else ()
    found = (setting.called(setting.instance(name)) for name in names)
    return [each for each in found if each is not None]


def _is_statable(context: Context, setting: HostSetting, value: SettingValue) -> bool:
    try:
        setting.refuse_other(value)
    except Refused as error:
        context.notes.append(f"{error}: left out")
        return False
    if not _is_text(value) or "{{" in str(value):
        context.notes.append(f"{setting.name}: left out: its value is no text for a profile")
        return False
    return True


def _is_text(value: SettingValue) -> bool:
    members = value if isinstance(value, tuple) else (str(value),)
    return all(map(can_be_written, members))
