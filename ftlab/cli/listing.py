"""An answer in both its forms: for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from ftlab.engine.report import Report
from ftlab.frozen import frozen
from ftlab.report.json.plain import to_json
from ftlab.report.layout.view import View
from ftlab.report.write import emit_document, emit_text


@frozen
class Listing:
    """An answer that is not, or not only, a fleet's report, in both its forms. ``more`` is what
    the document (with ``--jsonl``: its last line) has besides."""

    document: Callable[[], Mapping[str, Any]]
    text: Callable[[View], str]
    exit_code: int = 0
    report: Report | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def whole_document(self) -> dict[str, Any]:
        """With the exit code of this call, not of a past run that it tells of."""
        return {**self.document(), "exit": self.exit_code}

    def emit(self, view: View, *, json: bool) -> None:
        if json:
            emit_document({**self.whole_document(), **to_json(self.more)})
        else:
            emit_text(self.text(view))
