"""Profiles as a document and as text. They come as mappings: ``name``, ``description``,
``warning``, ``sources`` and ``text``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftlab.engine.report import Report, summary
from ftlab.report.json.document import heading
from ftlab.report.json.plain import to_json
from ftlab.report.layout.escape import escape
from ftlab.report.layout.indent import indented
from ftlab.report.layout.view import View


def profiles_document(report: Report, profiles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document of ``lab.profiles``: ``profiles`` in place of ``hosts``."""
    return {**heading(report), "profiles": to_json(profiles), "summary": summary(report)}


def render_profiles(profiles: Sequence[Mapping[str, Any]], view: View) -> str:
    """Name, purpose, warning and sources of each."""
    lines: list[str] = []
    for each in profiles:
        lines += [
            view.paint("bold", escape(each["name"])),
            *indented(escape(each["description"]), view),
        ]
        if each["warning"]:
            lines += indented(escape(f"Warning: {each['warning']}"), view, "odd")
        for source in each["sources"]:
            lines += indented(escape(f"Source: {source}"), view, "dim")
        lines.append("")
    lines.append("ftlab lab.profiles NAME shows one; ftlab lab.plan --profile NAME tries it.")
    return "\n".join(lines) + "\n"


def render_profile(profile: Mapping[str, Any], view: View) -> str:  # noqa: ARG001 - as the others
    """The text itself, ready to be saved and changed."""
    return escape(str(profile["text"]), keep="\n\t")
