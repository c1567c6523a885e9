"""What waits to be received on the vMotion port while a start fails: where CPU starvation shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from ftlab.engine.context import Context
from ftlab.errors import HostFailed
from ftlab.esxi.host import sockets
from ftlab.esxi.logs.signatures import Finding

_WAITED = (
    f"waited to be received on port {sockets.VMOTION_PORT} while it failed: its vMotion helper "
    "gets too little CPU"
)


def note_receive_queues(contexts: Sequence[Context], found: Iterable[Finding]) -> None:
    """Where the vMotion stream broke, ask both hosts at the same time for the receive queue of
    port 8000, and note what there is: a physical host short of CPU breaks the stream, too, and
    no log says so. A host that does not tell (before 5.0) is left out."""
    if all(finding.signature.kind != "remedy" for finding in found):
        return
    asked = contexts[0].session.together(*(partial(_waiting, each) for each in contexts))
    for context, waiting in zip(contexts, asked, strict=True):
        if waiting:
            context.notes[:] = [each for each in context.notes if _WAITED not in each]
            context.notes.append(f"{context.host}: {waiting} bytes {_WAITED}")


def _waiting(context: Context) -> int | None:
    try:
        return sockets.parse_waiting(context.ask(sockets.build_connections()).out)
    except HostFailed:
        return None
