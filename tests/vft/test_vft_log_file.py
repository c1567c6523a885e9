"""A log in hand is read for what it is, not for what its name says; or it is refused."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ftlab.engine.report import Report
from ftlab.errors import UsageError
from ftlab.esxi.logs.signatures import SIGNATURES
from ftlab.ops.vft.logs import log_file
from ftlab.ops.vft.logs.diagnose import diagnose_file
from ftlab.ops.vft.logs.log_file import read_log_file

LINE = (
    "2011-07-31T17:31:39.314Z| vcpu-0| [vob.vmotion.stream.keepalive.read.fail] vMotion migration "
    "[a0a0a1e:1312133702562144] failed to read stream keepalive: Connection closed by remote host"
)
LOG = f"2011-07-31T17:31:38.000Z| vmx| é\r\n{LINE}\r\n"
GZIP = gzip.compress(LOG.encode())


def explained(file: Path | str) -> tuple[list[str], list[str]]:
    """The findings and the notes on a file."""
    return told(diagnose_file(str(file), SIGNATURES))


def told(report: Report) -> tuple[list[str], list[str]]:
    facts = report.outcomes[0].facts
    return [each["signature"] for each in facts["findings"]], list(facts.get("notes", ()))


FORMS = {
    "plain": LOG.encode(),
    "gzip": GZIP,
    "two of gzip": gzip.compress(b"x\n") + GZIP,
    "gzip, padded": GZIP + b"\0" * 900,
    "gzip of UTF-16": gzip.compress(LOG.encode("utf-16")),
    "UTF-8 with a mark": LOG.encode("utf-8-sig"),
    "UTF-16": b"\xff\xfe" + LOG.encode("utf-16-le"),
    "UTF-16, the other order": b"\xfe\xff" + LOG.encode("utf-16-be"),
    "UTF-16 without a mark": LOG.encode("utf-16-le"),
    "the other order without a mark": LOG.encode("utf-16-be"),
    "a block of zeros within": b"\0" * 60 + LOG.encode() * 2,
}


@pytest.mark.parametrize("name", ["vmware.log", "vmware.log.gz", "x.xz", "-"])
@pytest.mark.parametrize("form", FORMS)
def test_it_is_read_under_any_name(tmp_path: Path, monkeypatch: Any, form: str, name: str) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(FORMS[form])))
    file = name if name == "-" else tmp_path / name
    (tmp_path / name).write_bytes(FORMS[form])
    report = diagnose_file(str(file), SIGNATURES)
    found, notes = told(report)
    assert found == ["stream-keepalive"]
    assert [note for note in notes if "read" in note and "keepalive" not in note] == []
    assert report.outcomes[0].facts["findings"][0]["line"] == LINE


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("vmware.log", LOG)
    return packed.getvalue()


def tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("vmware.log")
        entry.size = len(LOG.encode())
        archive.addfile(entry, io.BytesIO(LOG.encode()))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("packed", "packer"),
    [
        (lzma.compress(LOG.encode()), "xz"),
        (bz2.compress(LOG.encode()), "bzip2"),
        (zipped(), "zip"),
        (tarred(), "tar"),
        (gzip.compress(tarred()), "tar"),
        (gzip.compress(lzma.compress(LOG.encode())), "xz"),
    ],
    ids=["xz", "bzip2", "zip", "tar", "tar in gzip", "xz in gzip"],
)
@pytest.mark.parametrize("name", ["vmware.log", "vmware.gz"])
def test_what_is_packed_otherwise_is_refused(
    tmp_path: Path, packed: bytes, packer: str, name: str
) -> None:
    (tmp_path / name).write_bytes(packed)
    with pytest.raises(UsageError, match=rf"{name}: packed by {packer}: unpack it first$"):
        explained(tmp_path / name)


@pytest.mark.parametrize("hole", [4000, 100_000])
def test_a_log_with_a_hole_from_a_crash_is_read(tmp_path: Path, hole: int) -> None:
    for data in (LOG.encode() + bytes(hole), bytes(hole) + LOG.encode()):
        (tmp_path / "vmware.log").write_bytes(data)
        assert explained(tmp_path / "vmware.log")[0] == ["stream-keepalive"]


def test_a_hole_alone_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(bytes(5000))
    with pytest.raises(UsageError, match=r"a\.log: there is no text in it"):
        explained(tmp_path / "a.log")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"\x7fELF\0\0\0\0" * 2000)
    with pytest.raises(UsageError, match=r"a\.log: there is no text in it"):
        explained(tmp_path / "a.log")


def test_of_a_cut_file_what_is_there_is_read(tmp_path: Path) -> None:
    log = tmp_path / "vmware.log.gz"
    noise = os.urandom(3000).hex()
    log.write_bytes(gzip.compress(f"{LOG}{noise}\n".encode())[:-1000])
    found, notes = explained(log)
    assert found == ["stream-keepalive"]
    [note] = [each for each in notes if "was read" in each]
    assert note == (
        "vmware.log.gz: it ends before its end: it was cut, or is still being written; "
        "what comes before was read"
    )
    log.write_bytes(GZIP[:-3])
    assert any("ends before its end" in each for each in explained(log)[1])


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (b"hello", "what follows its packed part is not packed"),
        (GZIP[:10] + b"\xff" * 9, "damaged"),
    ],
    ids=["text", "a second one that is damaged"],  # gzip writes the time, and an id must stay
)
def test_what_follows_a_packed_log_is_told(tmp_path: Path, after: bytes, said: str) -> None:
    log = tmp_path / "vmware.log.gz"
    log.write_bytes(GZIP + after)
    found, notes = explained(log)
    assert found == ["stream-keepalive"]
    assert [each for each in notes if said in each]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_of_a_huge_file_the_newest_part_is_read(
    tmp_path: Path, monkeypatch: Any, encoding: str, packed: bool
) -> None:
    """The limit is on what it unpacks to, and a cut through a character harms no other."""
    log = tmp_path / "vmware.log"
    data = f"Failed to lock the file\n{'x' * (3 << 20)}\n{LINE}\n".encode(encoding)
    log.write_bytes(gzip.compress(data) if packed else data)
    for most in (1000, 1001):
        monkeypatch.setattr(log_file, "_MOST", most)
        assert explained(log)[0] == ["stream-keepalive"]
        assert len(read_log_file(str(log)).text) <= most


def test_little_packed_bytes_take_no_more_memory_than_the_limit(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(log_file, "_MOST", 1 << 20)
    log = tmp_path / "vmware.log"
    log.write_bytes(gzip.compress(b"x" * (60 << 20)))
    tracemalloc.start()
    try:
        read_log_file(str(log))
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
