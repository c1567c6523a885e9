"""Every recording in ``tests/recordings``: ftlab reads it, and the simulator answers the same."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from fidelity import unlike, unread

from ftlab.sim.model.versions import RELEASES
from ftlab.sim.replay.recording import read_recording

FILES = sorted((Path(__file__).parents[1] / "recordings").glob("*.json*"))


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_a_recording_is_read_and_given_again(file: Path, tmp_path: Path) -> None:
    for recording in read_recording(plain(file, tmp_path)):
        assert list(unread(recording)) == []
        assert list(unlike(recording)) == []


def test_one_host_of_each_release_is_kept(tmp_path: Path) -> None:
    (file,) = (file for file in FILES if file.name == "every-release.json.xz")
    kept = {recording.release.number for recording in read_recording(plain(file, tmp_path))}
    assert kept == {release.number for release in RELEASES}


def plain(file: Path, folder: Path) -> Path:
    """The recording itself, unpacked where it was packed."""
    if file.suffix != ".xz":
        return file
    unpacked = folder / file.stem
    unpacked.write_bytes(lzma.decompress(file.read_bytes()))
    return unpacked


def test_a_difference_is_seen(tmp_path: Path) -> None:
    """The comparison itself: one word of one answer is changed."""
    from ftlab.sim import SimLab
    from ftlab.sim.model.answer import Answer
    from ftlab.sim.replay.recording import Recording

    (host,) = SimLab(tmp_path, hosts=1, versions=["6.7"], pairs=0, vms=0).hosts.values()
    lines = ("vmware -v", "vim-cmd vmsvc/getallvms", "esxcli ftlab nosuch get")
    answers = {line: host.answer(line.split()) for line in lines}
    whole = Recording("h", host.release, answers, ())
    assert list(unlike(whole)) == []
    answers["esxcli ftlab nosuch get"] = Answer(2, b"Error: no\n")
    assert [line.partition(": exit")[0] for line in unlike(whole)] == ["h: esxcli ftlab nosuch get"]
    answers["vim-cmd vmsvc/getallvms"] = Answer(0, b"Vmid Name\nrubbish\n")
    assert len(list(unread(whole))) == 1
