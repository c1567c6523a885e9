"""The final write, the only one of this layer that touches a stream."""

from __future__ import annotations

import json as json_text
import os
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from ftlab.engine.report import Report
from ftlab.regex import regex
from ftlab.report.layout.view import View
from ftlab.report.terminal.render import render

_PLAIN = View()
#: Legal in JSON as they are, yet a terminal would act on them or hide them.
_UNSEEN = regex("[\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
#: For a stream that cannot take our own signs (an old locale); all else falls back to escapes.
_ASCII = str.maketrans({
    "→": "->", "─": "-", "✓": "+", "●": "*", "○": "o", "✗": "x", "–": "-", "…": "...",
})  # fmt: skip


def emit(
    report: Report, *, json: bool = False, view: View = _PLAIN, stream: TextIO | None = None
) -> None:
    """Write the report to ``stream`` (stdout), as JSON or as text.

    A reader that has gone away (``| head``) is no error: the run is done, its exit code holds.
    """
    if json:
        from ftlab.report.json.document import document

        emit_document(document(report), stream)
    else:
        emit_text(render(report, view), stream)


def emit_document(data: Mapping[str, Any], stream: TextIO | None = None) -> None:
    """Write one JSON document, in UTF-8 whatever the locale, and nothing else."""
    _write_json(data, stream, indent=2)


def emit_line(data: Mapping[str, Any], stream: TextIO | None = None) -> None:
    """Write one JSON document as one line, in UTF-8 whatever the locale, and at once."""
    _write_json(data, stream, indent=None)


def _write_json(data: Mapping[str, Any], stream: TextIO | None, indent: int | None) -> None:
    text = json_text.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False)
    _write_bytes(_UNSEEN.sub(_escape, text) + "\n", "utf-8", stream or sys.stdout)


def emit_text(text: str, stream: TextIO | None = None) -> None:
    """Write text in the stream's own encoding; what that lacks is replaced, never an error."""
    out = stream or sys.stdout
    encoding = getattr(out, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_ASCII)
    _write_bytes(text, encoding, out)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _write_bytes(text: str, encoding: str, stream: TextIO) -> None:
    raw = getattr(stream, "buffer", None)
    try:
        if raw is None:
            stream.write(text)
        else:
            stream.flush()
            raw.write(text.encode(encoding, "backslashreplace"))
        stream.flush()
    except BrokenPipeError:
        _point_at_nothing(stream)
    except OSError:
        _point_at_nothing(stream)
        raise


def _point_at_nothing(stream: TextIO) -> None:
    """Python flushes stdout once more at exit and would complain about the same thing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
