"""Known settings as a document and as text. They come as mappings: ``name``, ``kind``, ``what``,
``releases``, ``needs`` and ``source``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftlab.engine.report import Report, summary
from ftlab.report.json.document import heading
from ftlab.report.json.plain import to_json
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import escape
from ftlab.report.layout.indent import indented
from ftlab.report.layout.view import View

_NEXT = "ftlab setting.get NAME reads one; a profile has it as setting = { NAME = VALUE }."


def settings_document(report: Report, settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document of ``setting.list``: ``settings`` in place of ``hosts``."""
    return {**heading(report), "settings": to_json(settings), "summary": summary(report)}


def render_settings(settings: Sequence[Mapping[str, Any]], view: View) -> str:
    """Each with what it is, its releases and its source."""
    lines: list[str] = []
    for each in settings:
        releases = ", ".join(each["releases"])
        lines.append(f"{view.paint('bold', escape(each['name']))}  {each['kind']}; {releases}")
        lines += indented(escape(each["what"]), view)
        if each["needs"]:
            lines += indented(escape(f"It {each['needs']}."), view, "odd")
        lines += indented(escape(f"Source: {each['source']}"), view, "dim")
    lines += wrapped(_NEXT, view.width)
    return "\n".join(lines) + "\n"
