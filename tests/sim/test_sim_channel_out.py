"""Output to a client that has gone."""

from __future__ import annotations

import pytest

from ftlab.sim.shell.call import Hangup
from ftlab.sim.ssh.small import ChannelOut


def test_what_nobody_reads_is_dropped_at_the_end() -> None:
    def gone(_data: bytes) -> None:
        raise Hangup

    out = ChannelOut(gone, carriage_returns=False)
    out.write(b"never sent")
    with pytest.raises(Hangup):
        out.flush()
    out.flush()  # nothing is left
