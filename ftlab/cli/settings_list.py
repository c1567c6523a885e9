"""``setting.list``: the settings that ftlab knows."""

from __future__ import annotations

from typing import Any

from ftlab.cli.listing import Listing
from ftlab.engine.report import blank_report
from ftlab.errors import UsageError
from ftlab.esxi.settings.setting import HostSetting
from ftlab.ops.profiles.sources import open_settings
from ftlab.ops.settings.names import NO_OTHERS, known_settings
from ftlab.report.terminal.settings import render_settings, settings_document


def listed(name: str | None, file: str | None = None) -> Listing:
    """Those whose name has ``name`` in it; all without. Those of the user's own in ``file`` come
    first. Raises ``UsageError`` for none, and for a file that is wrong."""
    known = known_settings(open_settings(file) if file else NO_OTHERS)
    found = [_entry(each) for each in known if name is None or name in each.name]
    if not found:
        raise UsageError(f"no setting has {name!r} in its name", hint="ftlab setting.list")
    return Listing(
        document=lambda: settings_document(blank_report("setting.list"), found),
        text=lambda view: render_settings(found, view),
    )


def _entry(setting: HostSetting) -> dict[str, Any]:
    return {
        "name": setting.name,
        "kind": setting.kind,
        "what": setting.what,
        "releases": [way.releases for way in setting.ways],
        "needs": setting.needs,
        "source": setting.source,
    }
