"""What holds for every VMX file: nothing is lost, and an edit can be taken back."""

from __future__ import annotations

import pytest
from captures import VMX_FILES
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import FtlabError
from ftlab.vmx import VmxDocument

CODECS = {"UTF-8": "utf-8", "windows-1252": "cp1252", "GBK": "gbk", "Shift_JIS": "shift_jis"}
NEW = "ftlab.test"

pieces = st.sampled_from(
    [b"k", b"K", b"x.y", b" ", b"\t", b"=", b'"', b"#", b"|22", b"|", b"7C", b"a b", b"\r", b"\n",
     b"\r\n", b'k = "v"\n', b"\xc3\xa9", b"\x83\x7c", b"\xef\xbb\xbf", b"\xe9",
     b'.encoding = "Shift_JIS"\n', b'.encoding = "UTF-8"\r\n']
)  # fmt: skip
files = st.one_of(st.lists(pieces, max_size=20).map(b"".join), st.binary(max_size=60))


def parsed(data: bytes) -> VmxDocument | None:
    try:
        return VmxDocument.parse(data)
    except FtlabError:
        return None


@given(files)
def test_any_bytes_come_back_unless_they_are_refused(data: bytes) -> None:
    document = parsed(data)
    if document:
        assert document.to_bytes() == data
        assert len(document.keys()) == len(document.items())


@given(files, st.text(max_size=20))
def test_a_new_key_can_be_taken_back(data: bytes, value: str) -> None:
    document = parsed(data)
    if document is None:
        return
    try:
        edited = document.set(NEW, value)
    except FtlabError:
        return
    assert edited.get(NEW) == value
    assert edited.items()[:-1] == document.items()
    assert edited.unset(NEW).to_bytes() == data


keys = st.sampled_from(["k", "K", "x.y", "new", "\ufeffk", "é", "日", "a b", ".encoding"])
edits = st.lists(
    st.tuples(keys, st.none() | st.sampled_from(["", "v", "a b", '"|#', "é", "日"])), max_size=4
)


@given(files, edits)
def test_an_edited_document_is_the_one_its_bytes_say(
    data: bytes, changes: list[tuple[str, str | None]]
) -> None:
    document = parsed(data)
    for key, value in changes if document else []:
        try:
            document = document.unset(key) if value is None else document.set(key, value)
        except FtlabError:
            continue
        again = VmxDocument.parse(document.to_bytes())
        for slot in VmxDocument.__slots__:
            assert getattr(document, slot) == getattr(again, slot)


@given(
    st.sampled_from(sorted(CODECS)),
    st.text(max_size=12),
    st.text(max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", " # note"]),
)
def test_a_value_can_be_taken_back(name: str, old: str, new: str, end: str, tail: str) -> None:
    start = VmxDocument.parse(f'.encoding = "{name}"{end}k = ""{tail}{end}z = "1"'.encode())
    try:
        before = start.set("k", old)
        edited = before.set("K", new)
    except FtlabError:
        codec = CODECS[name]
        assert "\0" in old + new or (old + new).encode(codec, "replace").decode(codec) != old + new
        return
    assert edited.get("k") == new
    assert edited.items() == [(".encoding", name), ("k", new), ("z", "1")]
    assert edited.set("k", old).to_bytes() == before.to_bytes()
    assert VmxDocument.parse(edited.to_bytes()).get("k") == new


@pytest.mark.parametrize("name", VMX_FILES)
def test_every_captured_file(name: str) -> None:
    data = VMX_FILES[name]
    document = VmxDocument.parse(data)
    assert document.to_bytes() == data
    assert document.duplicates == ()
    settings = [line for line in data.splitlines() if b"=" in line]
    assert document.keys() == [line.split(b"=")[0].strip().decode() for line in settings]
    for key, value in document.items():
        assert document.get(key.swapcase()) == value
    assert document.set(NEW, "1").unset(NEW).to_bytes() == data


@pytest.mark.parametrize("name", VMX_FILES)
def test_every_setting_of_a_captured_file_can_be_edited_alone(name: str) -> None:
    lines = VMX_FILES[name].splitlines(keepends=True)
    document = VmxDocument.parse(b"".join(lines))
    for number, line in enumerate(lines):
        key = line.split(b"=")[0].strip().decode()
        if b"=" not in line or key == ".encoding":
            continue
        edited = document.set(key, 'new "|"').to_bytes().splitlines(keepends=True)
        changed = [
            at for at, pair in enumerate(zip(lines, edited, strict=True)) if len(set(pair)) > 1
        ]
        assert changed == [number]
        assert edited[number].endswith(b'"new |22|7C|22"' + line[len(line.rstrip()) :])
        without = document.unset(key).to_bytes()
        kept = b"".join(lines[:number] + lines[number + 1 :])
        assert without == (kept if line.endswith(b"\n") else kept.removesuffix(b"\n"))
