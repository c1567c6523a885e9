"""The VMX document: what is read, what is written, and what stays byte for byte."""

from __future__ import annotations

import pickle

import pytest

from ftlab.errors import ParseError, Refused
from ftlab.vmx import Duplicate, VmxDocument

parse = VmxDocument.parse


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('k = "v"', "v"),
        ('k="v"', "v"),
        ('\tk\t=\t"v"\t', "v"),
        ('k = "v" # note', "v"),
        ('k = "v"# note', "v"),
        ('k = "v" stray', "v"),
        ('k = "v"  # "quoted" note, if "omitted".', "v"),
        ('k = "v"#"', "v"),
        ('k = v # a "note"', "v"),
        ('k = "a#b = c"', "a#b = c"),
        ('k = ""', ""),
        ("k = v", "v"),
        ("k=v", "v"),
        ("k = v # note", "v"),
        ("k = v#note", "v"),
        ("k = a b \t", "a b"),
        ('k = a"b', 'a"b'),
        ("k =", ""),
        ("k = # note", ""),
        ("k = a=b", "a=b"),
        ('k = "\tx "', "\tx "),
    ],
)
def test_reads_a_setting(line: str, value: str) -> None:
    assert parse(line.encode()).items() == [("k", value)]


@pytest.mark.parametrize(
    "line",
    [
        "",
        " \t",
        "#!/usr/bin/vmware",
        '# k = "v"',
        "k",
        "= v",
        "=v",
        'a k = "v"',
        'a#k = "v"',
        'a\tk = "v"',
    ],
)
def test_keeps_a_line_that_is_no_setting(line: str) -> None:
    document = parse(f'{line}\nx = "1"\n'.encode())
    assert document.keys() == ["x"]
    assert document.set("x", "2").to_bytes() == f'{line}\nx = "2"\n'.encode()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("|22|7C|0A|0a|7c", '"|\n\n|'),
        ("|41|62", "Ab"),
        ("|C3|A9", "é"),
        ("a|", "a|"),
        ("a|2", "a|2"),
        ("|G1", "|G1"),
        ("|2G|41", "|2GA"),
        ("||41", "||41"),  # a bar that begins no escape takes the next character with it
        ("|4|41", "|4|41"),
        ("|00", "\0"),
        ("7C", "7C"),
        ("é7C", "é7C"),
    ],
)
def test_undoes_escapes_as_the_vendor_does(written: str, value: str) -> None:
    assert parse(f'k = "{written}"'.encode()).get("k") == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('say "hi"', "say |22hi|22"),
        ("a|b", "a|7Cb"),
        ("a\nb\rc", "a|0Ab|0Dc"),
        ("\x01\x1f\x7f", "|01|1F|7F"),
        ("\ttab, 'apostrophe' \\ # =", "\ttab, 'apostrophe' \\ # ="),
        ("é7C", "é7C"),
        ("\x85\u2028", "\x85\u2028"),
    ],
)
def test_writes_escapes_as_the_vendor_does(value: str, written: str) -> None:
    document = parse(b'k = "old"\n').set("k", value)
    assert document.to_bytes() == f'k = "{written}"\n'.encode()
    assert document.get("k") == value


def test_a_template_with_quotes_in_its_comments() -> None:
    """As such templates are passed around: tabs, and a note behind every setting."""
    text = (
        '# REQUIRED\n\t#.encoding = "UTF-8"\t# VMware adds this line, if omitted.\n'
        '\tconfig.version = "8"\t# REQUIRED. "Error: Cannot open VM: x.vmx", if omitted.\n'
        '\t# replay.supported = "TRUE"\n\tdisplayName = "mac"\t# name\n'
    )
    document = parse(text.encode())
    assert document.items() == [("config.version", "8"), ("displayName", "mac")]
    changed = document.set("config.version", "10").to_bytes().decode()
    assert changed == text.replace('"8"', '"10"')


def test_keys_compare_without_case_and_keep_their_spelling() -> None:
    document = parse(b'MemSize = "1"\n')
    assert document.get("MEMSIZE") == document.get("memsize") == "1"
    assert document.get("mem") is None
    assert document.set("memsize", "2").to_bytes() == b'MemSize = "2"\n'
    assert document.unset("MEMsize").to_bytes() == b""


def test_a_setting_with_the_value_already_there_gives_the_same_document() -> None:
    document = parse(b'k = "|61"\r\nu = 1')
    assert document.set("K", "a") is document
    assert document.set("u", "1") is document
    assert document.unset("absent") is document
    assert document.set("k", "A") is not document


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'k = "a"', b'k = "b"'),
        (b'\xef\xbb\xbf K\t=  "a" # why\r\nx\n', b'\xef\xbb\xbf K\t=  "b" # why\r\nx\n'),
        (b'x\nk = "a" stray\ny', b'x\nk = "b" stray\ny'),
        (b"k=a#why\r", b"k=b#why\r"),
        (b"k = a a  # why\n", b"k = b  # why\n"),
        (b"k =\n", b"k =b\n"),
    ],
)
def test_set_replaces_the_value_and_nothing_else(before: bytes, after: bytes) -> None:
    assert parse(before).set("k", "b").to_bytes() == after


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1", b"1"),
        ("-1", b"-1"),
        ("1.5", b"1.5"),
        ("A_b", b"A_b"),
        ("", b""),
        ("a b", b'"a b"'),
        ('a"b', b'"a|22b"'),
        ("a|b", b'"a|7Cb"'),
        ("a#b", b'"a#b"'),
        ("a:b", b'"a:b"'),
        ("é", b'"\xc3\xa9"'),
    ],
)
def test_an_unquoted_value_stays_so_where_that_is_safe(value: str, written: bytes) -> None:
    document = parse(b"k = old # why\n").set("k", value)
    assert document.get("k") == value
    assert document.to_bytes() == b"k = " + written + b" # why\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b'k = "v"\n'),
        (b"\xef\xbb\xbf", b'\xef\xbb\xbfk = "v"\n'),
        (b"\n", b'\nk = "v"\n'),
        (b"a = 1\n", b'a = 1\nk = "v"\n'),
        (b"a = 1", b'a = 1\nk = "v"'),
        (b"a = 1\r\nb = 2", b'a = 1\r\nb = 2\r\nk = "v"'),
        (b"a\r\nb\r\nc\n", b'a\r\nb\r\nc\nk = "v"\r\n'),
        (b"a\rb\r", b'a\rb\rk = "v"\r'),
    ],
)
def test_a_new_key_goes_to_the_end_and_can_be_taken_back(before: bytes, after: bytes) -> None:
    document = parse(before).set("k", "v")
    assert document.to_bytes() == after
    assert document.unset("K").to_bytes() == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nk = 1 # x\r\nb\n", b"a\r\nb\n"),
        (b"k = 1", b""),
        (b"\xef\xbb\xbfk = 1\nb", b"\xef\xbb\xbfb"),
        (b"a\r\n\r\nk = 1", b"a\r\n"),
        (b"a\nk = 1\n", b"a\n"),
    ],
)
def test_unset_removes_only_that_line(before: bytes, after: bytes) -> None:
    assert parse(before).unset("k").to_bytes() == after


def test_a_first_key_that_begins_like_a_bom_is_read_as_the_file_says() -> None:
    document = parse(b"").set("\ufeffk", "v")
    assert document.to_bytes() == b'\xef\xbb\xbfk = "v"\n'
    assert document.keys() == ["k"]


def test_duplicates_are_reported_and_not_multiplied() -> None:
    document = parse(b'a = "1"\n# A\nx = "1"\nA = "2"\ny = "1"\r\na= 3')
    assert document.duplicates == (Duplicate("a", (1, 4, 6)),)
    assert document.get("a") == "1"
    assert document.keys() == ["a", "x", "A", "y", "a"]
    edits = (lambda: document.set("A", "1"), lambda: document.unset("A"))
    for edit in (*edits, document.refuse_duplicates):
        with pytest.raises(Refused, match="lines 1, 4, 6") as caught:
            edit()
        assert caught.value.kind == "vmx.duplicate"
        assert caught.value.evidence["lines"] == (1, 4, 6)
        assert caught.value.hint
    assert document.set("x", "2").get("x") == "2"
    parse(b'a = "1"\nx = "1"').refuse_duplicates()


@pytest.mark.parametrize("line", [b'k = "half', b'k = "', b'k = "a "b" c"', b'k = "a" "b"'])
def test_quotes_that_do_not_pair_are_never_read_as_absent(line: bytes) -> None:
    document = parse(b'x = "1"\n' + line + b"\n")
    assert (document.unpaired, parse(b'x = "1"\n\n# k\n').unpaired) == ((2,), ())
    for use in (document.get, document.unset, lambda key: document.set(key, "v")):
        with pytest.raises(ParseError, match="line 2") as caught:
            use("K")
        assert caught.value.evidence["line"] == 2
        assert caught.value.evidence["text"] == line.decode()
    assert document.items() == [("x", "1")]
    assert document.set("x", "2").to_bytes() == b'x = "2"\n' + line + b"\n"


@pytest.mark.parametrize(
    "key", ["", " ", "a b", "a\tb", "a=b", 'a"', "a\nb", "#a", "a#", "\x01", "a\x7f"]
)
def test_a_key_that_cannot_be_written_is_refused(key: str) -> None:
    document = parse(b'a = "1"\n')
    for edit in (lambda: document.set(key, "v"), lambda: document.unset(key)):
        with pytest.raises(Refused) as caught:
            edit()
        assert caught.value.kind == "vmx.key"
        assert caught.value.hint


def test_a_nul_byte_is_no_text() -> None:
    with pytest.raises(ParseError, match="line 3") as caught:
        parse(b"a\r\nb\n\0\0")
    assert caught.value.evidence["line"] == 3
    with pytest.raises(ParseError, match="line 1"):
        parse('k = "v"'.encode("utf-16"))


def test_a_document_can_be_pickled() -> None:
    document = pickle.loads(pickle.dumps(parse(b'k = "v"')))  # noqa: S301 - our own bytes
    assert document.set("k", "w").to_bytes() == b'k = "w"'


def refusal(work: object) -> tuple[str, str]:
    with pytest.raises((Refused, ParseError)) as caught:
        work()
    return caught.value.message, caught.value.hint


def test_what_is_refused_is_said_in_full() -> None:
    plain, latin = parse(b'a = "1"\nb = "x\n'), parse(b'.encoding = "windows-1252"\n')
    twice = parse(b'a = "1"\nA = "2"\n')
    assert refusal(lambda: parse(b"a\nb\0\n")) == (
        "line 2 has a NUL byte: this is no VMX text",
        "a checkpoint (.vmss, .vmsn) or a damaged file: register the VM by its own .vmx, or put "
        "the file back (ftlab's backups stand beside it as NAME.vmx.ftlab-RUN)",
    )
    assert refusal(lambda: plain.get("b")) == ('line 2: the quotes do not pair: b = "x', "")
    assert refusal(lambda: twice.set("a", "3")) == (
        "a is there 2 times, on lines 1, 2",
        "a host calls such a VM invalid; leave only one of these lines",
    )
    assert refusal(lambda: plain.set("c d", "1")) == (
        "'c d' cannot be a VMX key",
        "a key has no blanks, quotes, equal signs or number signs",
    )
    assert refusal(lambda: latin.set(".Encoding", "UTF-8")) == (
        ".encoding stays as it is: it says what the bytes of the other lines mean", "",
    )  # fmt: skip
    assert refusal(lambda: latin.set("k", "☃")) == (
        "k: the file is in cp1252, which cannot hold '\\u2603'",
        "use only characters of that encoding",
    )
    assert refusal(lambda: latin.set("☃", "1")) == (
        "the key: the file is in cp1252, which cannot hold '\\u2603'",
        "use only characters of that encoding",
    )
    assert refusal(lambda: parse(b'.encoding = "klingon"\n')) == (
        'the file says .encoding = "klingon", which is no known text encoding',
        "look at the file; hosts write UTF-8, windows-1252, GBK, Shift_JIS and such",
    )


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ('Config.Version = "8"', True),
        ('config.version = "8', False),
        ('a = "config.version"', False),
    ],
)
def test_says_whether_a_key_has_a_value(text: str, there: bool):
    assert ("config.version" in parse(text.encode())) is there
