"""ftlab: say the same thing to every vESXi host of a lab, prove it was heard, take it back.

``Lab`` is the entry point; it is loaded when first used, so that importing ftlab costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftlab.lab.front import Lab

__version__ = "0.1.0"
__all__ = ["Lab", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Lab":
        from ftlab.lab.front import Lab

        return Lab
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
