"""``hosts.check``: can the host be reached, and what is it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftlab.esxi import features
from ftlab.ops.context import Context


@dataclass(frozen=True)
class CheckHost:
    """Log in and ask for the version; the notes say what of FT the build has."""

    changes = False

    def on(self, context: Context) -> Mapping[str, Any]:
        version = context.version
        if features.exists("record-replay", version) is False:
            context.notes.append("no record/replay FT on this build (it ended with 6.0)")
        return {"version": version.version, "build": version.build, "product": version.product}
