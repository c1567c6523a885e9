"""VMX files in the encodings that hosts and desktop products write."""

from __future__ import annotations

import pytest

from ftlab.errors import Refused
from ftlab.vmx import VmxDocument

parse = VmxDocument.parse


def file_in(name: str, codec: str, value: str) -> bytes:
    return f'.encoding = "{name}"\nnote = "{value}"\nk = "v"\n'.encode(codec)


@pytest.mark.parametrize(
    ("name", "codec", "value"),
    [
        ("UTF-8", "utf-8", "é 日本 \U0001f600"),
        ("utf-8", "utf-8", "é"),
        ("windows-1252", "cp1252", "é€"),
        ("Windows-1251", "cp1251", "Привет"),
        ("GBK", "gbk", "虚拟机"),
        ("gb18030", "gb18030", "虚\U0001f600"),
        ("windows-936", "gbk", "虚拟机"),
        ("Shift_JIS", "shift_jis", "ポータル 表 ソ 能"),
        ("SHIFT_JIS", "shift_jis", "〜"),
        ("x-windows-949", "cp949", "한국어"),
        ("windows-949-2000", "cp949", "한국어"),
        ("IBM-943_P15A-2003", "cp932", "能"),
        ("ibm-5348_P100-1997", "cp1252", "€"),
        ("ibm-1363", "cp949", "똠"),
        ("ibm-1373_P100-2002", "cp950", "碁"),
        ("ibm-1386_P100-2001", "gbk", "镕"),
        ("ibm-5346_P100-1998", "cp1250", "ő"),
        ("ibm-5347_P100-1998", "cp1251", "ж"),
        ("ibm-5349_P100-1998", "cp1253", "ω"),
        ("ibm-5350_P100-1998", "cp1254", "ğ"),
        ("ibm-5354_P100-1998", "cp1258", "ơ"),
        ("ibm-9447_P100-2002", "cp1255", "א"),
        ("ibm-9448_X100-2005", "cp1256", "ع"),
        ("ibm-9449_P100-2002", "cp1257", "ž"),
        ("windows-31j", "cp932", "能"),
        ("TIS-620", "cp874", "ไทย"),
        ("Big5", "big5", "功能"),
        ("Big5-HKSCS", "big5hkscs", "啫喱"),
        ("big5-hkscs", "big5hkscs", "功能"),
        ("EUC-JP", "euc_jp", "日本"),
        ("ISO-8859-15", "iso8859-15", "€"),
        ("US-ASCII", "ascii", "plain"),
        ("KOI8-R", "koi8-r", "Привет"),
        ("macintosh", "mac-roman", "é"),
        ("GB2312", "gb2312", "虚拟机"),
        ("IBM-850", "cp850", "é"),
        ("EUC-KR", "euc_kr", "한국어"),
        (" UTF-8 ", "utf-8", "é"),
    ],
)
def test_the_file_says_its_encoding(name: str, codec: str, value: str) -> None:
    data = file_in(name, codec, value)
    document = parse(data)
    assert document.encoding == codec
    assert document.get("note") == value
    edited = document.set("k", value)
    assert edited.to_bytes() == data.replace(b'"v"', b'"' + value.encode(codec) + b'"')
    assert edited.set("k", "v").to_bytes() == data


@pytest.mark.parametrize(
    "line",
    [b".ENCODING = cp1252", b'.encoding="windows-1252" # x', b'\xef\xbb\xbf.encoding = "cp1252"'],
)
def test_the_encoding_line_may_be_spelled_and_placed_as_any_other(line: bytes) -> None:
    assert parse(line + b'\nk = "\xe9"').get("k") == "é"
    assert parse(b'k = "\xe9"\n' + line.removeprefix(b"\xef\xbb\xbf")).get("k") == "é"


@pytest.mark.parametrize(
    "name",
    [
        "", "no-such", "UTF-16", "utf-7", "hz", "iso-2022-jp", "rot13", "base64", "unicode_escape",
        "idna", "cp037",
        "cp424", "johab", "shift_jis_2004", "windows-99999", "é", "cp864", "utf-8-sig",
    ],
)  # fmt: skip
def test_an_encoding_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(Refused, match=r"\.encoding") as caught:
        parse(f'.encoding = "{name}"\n'.encode())
    assert caught.value.kind == "vmx.encoding"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "codec", "value"),
    [
        (b'k = "\xc3\xa9"', "utf-8", "é"),
        (b'k = "plain"', "utf-8", "plain"),
        (b"", "utf-8", None),
        (b'k = "\xe9"', "cp1252", "é"),
        (b'k = "\x81\xe9"', "cp1252", "\udc81é"),
    ],
)
def test_without_an_encoding_line(data: bytes, codec: str, value: str | None) -> None:
    document = parse(data)
    assert (document.encoding, document.get("k")) == (codec, value)
    assert document.to_bytes() == data


def test_the_encoding_is_found_anew_where_the_bytes_that_told_it_go() -> None:
    document = parse(b'x = "\xc3\xa9"\nk = "\xe9" # \xe9\nz = "\xe9"\n')
    for edited in (document.unset("k"), document.set("k", "v")):
        assert (edited.encoding, edited.get("x")) == ("cp1252", "\u00c3\u00a9")
    assert parse(b'k = "\xe9"\nx = "\xc3\xa9"').set("k", "v").get("x") == "é"
    assert parse(b'k = "\xe9"\nx = "\xc3\xa9"').unset("k").get("x") == "é"
    named = parse(b'.encoding = "Shift_JIS"\nk = "\x87\x40"\n')
    assert (named.encoding, named.set("k", "v").encoding) == ("cp932", "shift_jis")


def test_bytes_that_break_the_encoding_do_not_stop_an_edit_elsewhere() -> None:
    data = b'.encoding = "UTF-8"\nnote = "\xe9t\xe9"\nk = "v"'
    document = parse(data)
    assert document.get("note") == "\udce9t\udce9"
    assert document.set("note", "\udce9t\udce9") is document
    assert document.set("k", "w").to_bytes() == data.replace(b'"v"', b'"w"')
    with pytest.raises(Refused):
        document.set("k", "\udce9")


def test_no_second_byte_in_hong_kongs_big5_looks_like_what_parts_a_file() -> None:
    """Lines, quotes and equal signs are found before anything is decoded."""
    every = (chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000)
    written = [one.encode("big5hkscs", "ignore") for one in every]
    assert max(map(len, written)) == 2
    assert min(two[1] for two in written if two) >= 0x40


@pytest.mark.parametrize(
    ("name", "data", "codec", "value"),
    [
        ("Shift_JIS", b"\x87\x40", "cp932", "①"),
        ("GB2312", b"\x81\x40", "gbk", "丂"),
        ("EUC-KR", b"\x81\x41", "cp949", "갂"),
        ("Big5", b"\xf9\xd6", "cp950", "碁"),
        ("Shift_JIS", b"\x81!\x87", "shift_jis", "\udc81!\udc87"),
    ],
)
def test_a_wider_code_page_is_taken_where_the_file_needs_it(
    name: str, data: bytes, codec: str, value: str
) -> None:
    document = parse(b'.encoding = "' + name.encode() + b'"\nk = "' + data + b'"\n')
    assert (document.encoding, document.get("k")) == (codec, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("windows-1252", "日"),
        ("Shift_JIS", "\U0001f600"),
        ("Shift_JIS", "¥"),  # Python would write a backslash
        ("US-ASCII", "é"),
        ("UTF-8", "\udcff"),
        ("UTF-8", "a\0b"),
    ],
)
def test_a_value_that_the_encoding_cannot_hold_is_refused(name: str, value: str) -> None:
    document = parse(f'.encoding = "{name}"\nk = "v"\n'.encode())
    for key in ("k", "new"):
        with pytest.raises(Refused) as caught:
            document.set(key, value)
        assert caught.value.kind == "vmx.encoding"
        assert document.encoding in str(caught.value)
        assert caught.value.hint
    with pytest.raises(Refused) as caught:
        document.set("k" + value.replace("\0", "\ud800"), "v")
    assert caught.value.kind == "vmx.encoding"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ポータル", b"\x83\x7c\x81\x5b\x83\x5e\x83\x8b"),
        ("ポ", b"\x83\x7c"),
        ("ポg1", b"\x83\x7cg1"),
        ("ポ1g", b"\x83\x7c1g"),
        ("ポ12", b"\x83\x7c7C12"),
        ("ポ7C", b"\x83\x7c7C7C"),
        ("ポ|", b"\x83\x7c7C|7C"),
        ('ポ1"', b"\x83\x7c7C1|22"),
        ("表12", b"\x95\x5c12"),
    ],
)
def test_a_character_whose_second_byte_is_a_bar(value: str, written: bytes) -> None:
    document = parse(b'.encoding = "Shift_JIS"\nk = ""\n').set("k", value)
    assert document.to_bytes() == b'.encoding = "Shift_JIS"\nk = "' + written + b'"\n'
    assert document.get("k") == value
    assert as_the_host_reads(written).decode("shift_jis") == value


def as_the_host_reads(raw: bytes) -> bytes:
    """Escapes undone byte by byte, before anything is decoded."""
    out, at = bytearray(), 0
    digits = b"0123456789abcdefABCDEF"
    while at < len(raw):
        if raw[at] != 0x7C:
            size, plain = 1, raw[at : at + 1]
        elif at + 1 < len(raw) and raw[at + 1] in digits:
            size, plain = 3, raw[at : at + 3]
            if len(plain) == 3 and plain[2] in digits:
                plain = bytes([int(plain[1:], 16)])
        else:
            size, plain = 2, raw[at : at + 2]
        out += plain
        at += size
    return bytes(out)


def test_the_vendors_spelling_of_such_a_character_is_read() -> None:
    document = parse(b'.encoding = "Shift_JIS"\nk = "\x83\x7c7C\x81\x5b"\n')
    assert document.get("k") == "ポー"
    broken = parse(b'.encoding = "Shift_JIS"\nk = "\x817C"\n')
    assert broken.get("k") == "\udc817C"


def test_the_encoding_line_itself_stays() -> None:
    document = parse(b'.encoding = "UTF-8"\n')
    assert document.set(".Encoding", "UTF-8") is document
    for edit in (
        lambda: document.set(".encoding", "GBK"),
        lambda: document.unset(".ENCODING"),
        lambda: parse(b"").set(".encoding", "UTF-8"),
    ):
        with pytest.raises(Refused) as caught:
            edit()
        assert caught.value.kind == "vmx.key"
    empty = parse(b"")
    assert empty.unset(".encoding") is empty
