"""What hosts of many releases answered, and the VMX files they had: the forms and the figures of
captures that were published, with names and numbers of a lab of our own in place of theirs."""

from __future__ import annotations

import json
from pathlib import Path

_RECORDINGS = Path(__file__).parents[1] / "recordings/captures"
PUBLISHED = Path(__file__).parents[2].parent / "shared" / "esxi"
"""The captures themselves, where they are beside this checkout."""
_DAMAGED = "-as-published"
"""Two were published without any A, D or F in them."""


def _texts(name: str) -> dict[str, str]:
    found = json.loads((_RECORDINGS / name).read_text("utf-8"))
    return {key: "\n".join(lines) for key, lines in found.items()}


CAPTURES = _texts("answers.json")
VMX_FILES = {name: text.encode() for name, text in _texts("vmx.json").items()}


def capture(name: str) -> str:
    """An answer's text by the name of its capture."""
    if name.endswith(_DAMAGED):
        whole = CAPTURES[name.removesuffix(_DAMAGED) + "-letters-restored"]
        return whole.translate(dict.fromkeys(map(ord, "ADF")))
    return CAPTURES[name]
