"""ftlab: say the same thing to every vESXi host of a lab, prove it was heard, take it back.

``Lab`` is the entry point; it is loaded when first used, so that importing ftlab costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftlab.version import VERSION

if TYPE_CHECKING:
    from ftlab.engine.lab import Lab

__version__ = VERSION
__all__ = ["Lab", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Lab":
        from ftlab.engine.lab import Lab

        return Lab
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
