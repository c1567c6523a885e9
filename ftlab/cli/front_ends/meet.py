"""Makes the program that loads ftlab's tasks, ``inv`` or ``fab``, run them as ``ftlab`` does.

Neither has a place for this other than the program itself, of which each makes one when its
module is loaded. It reads the tasks' file before the rest of its command line, so that what comes
after is still to be decided.
"""

from __future__ import annotations

import sys
from typing import Any


def meet_front_ends() -> None:
    """Give a running ``inv`` or ``fab`` an executor and a parser that know ftlab's tasks. Safe to
    repeat."""
    for module in ("invoke.main", "fabric.main"):
        program = getattr(sys.modules.get(module), "program", None)
        if program is not None:
            _meet(program)


def _meet(program: Any) -> None:
    from ftlab.cli.front_ends.executor import OnceForAll
    from ftlab.cli.front_ends.parsing import Foreign, ForeignWithRemainder, PlainWords

    if isinstance(program, PlainWords):
        return
    is_fabric = "fabric.main" in sys.modules and hasattr(program, "_remainder_only")
    words = ForeignWithRemainder if is_fabric else Foreign
    program.executor_class = type("Executor", (OnceForAll, program.executor_class), {})
    program.__class__ = type("Program", (words, type(program)), {})
