"""What waits on the vMotion port while a start fails is said: no log has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from vft_bench import make_bench

from ftlab.errors import HostFailed


@pytest.mark.parametrize(("failure", "said"), [("starvation", True), ("keepalive", False)])
def test_a_starved_receiver_is_named(tmp_path: Path, failure: str, said: bool) -> None:
    bench = make_bench(tmp_path, "6.0", failure=failure, cure=None)
    with pytest.raises(HostFailed):
        bench.pair_run.run()
    assert ("waited to be received on port 8000" in bench.notes) == said
