"""Grouped commands, run by the real shells that a host and its stand-ins have."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlab.errors import ParseError, UsageError
from ftlab.model import Command, Completed
from ftlab.ssh.channels.command_group import (
    GroupReader,
    build_group,
    parse_group,
    quote,
    shell_line,
)

NONCE = "n0nce4tests"
SHELLS = {"busybox": ("busybox", "ash", "-c"), "dash": ("dash", "-c"), "bash": ("bash", "-c")}
few = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=sorted(SHELLS))
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed here")
    return SHELLS[request.param]


def run(shell: Sequence[str], line: str, stdin: bytes = b"") -> tuple[bytes, bytes]:
    encoded = line.encode("utf-8", "surrogateescape")
    done = subprocess.run(
        [*shell, encoded], input=stdin, capture_output=True, timeout=30, check=False
    )
    return done.stdout, done.stderr


def group(shell: Sequence[str], *commands: Command) -> list[tuple[int, bytes, bytes]]:
    line, stdin = build_group(commands, NONCE)
    answers = parse_group(commands, NONCE, *run(shell, line, stdin))
    assert [one.command for one in answers] == list(commands[: len(answers)])
    return [(one.exit, one.stdout, one.stderr) for one in answers]


def emit(out: bytes, err: bytes, status: int, ok: tuple[int, ...] = (0,)) -> Command:
    """A command that writes exactly these bytes and ends with this status."""
    code = "import sys,os; os.write(1,bytes.fromhex(sys.argv[1])); "
    code += "os.write(2,bytes.fromhex(sys.argv[2])); sys.exit(int(sys.argv[3]))"
    argv = (sys.executable, "-I", "-S", "-c", code, out.hex(), err.hex(), str(status))
    return Command(argv, ok=ok)


words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    | st.sampled_from([chr(code) for code in range(0xDC80, 0xDD00)])
)


@few
@given(arguments=st.lists(words, min_size=1, max_size=5))
def test_any_argument_arrives_as_it_is(shell: tuple[str, ...], arguments: list[str]) -> None:
    code = "import sys,os; os.write(1, b'\\0'.join(map(os.fsencode, sys.argv[1:])))"
    line = quote([sys.executable, "-I", "-S", "-X", "utf8", "-c", code, *arguments])
    wanted = b"\0".join(word.encode("utf-8", "surrogateescape") for word in arguments)
    assert run(shell, line) == (wanted, b"")


@few
@given(outputs=st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=9)), max_size=3))
def test_any_output_comes_back_as_it_was(
    shell: tuple[str, ...], outputs: list[tuple[bytes, bytes]]
) -> None:
    commands = [emit(out, err, 0) for out, err in outputs]
    assert group(shell, *commands) == [(0, out, err) for out, err in outputs]


def test_outputs_that_look_like_markers_come_back(shell: tuple[str, ...]) -> None:
    for out in (b"", b"\n", b"\n\n", b"x", b"\nn0nce:0:0\n", b"\n" + NONCE.encode() + b":1:0\n"):
        assert group(shell, emit(out, out, 0), emit(b"", b"", 0)) == [(0, out, out), (0, b"", b"")]


def test_the_line_stops_after_the_first_failure(shell: tuple[str, ...]) -> None:
    commands = [emit(b"a", b"", 0), emit(b"b", b"bad", 3), emit(b"c", b"", 0)]
    assert group(shell, *commands) == [(0, b"a", b""), (3, b"b", b"bad")]


def test_a_status_that_is_meant_goes_on(shell: tuple[str, ...]) -> None:
    commands = [emit(b"", b"", 1, ok=(0, 1)), emit(b"", b"", 0, ok=(0, 1)), emit(b"c", b"", 0)]
    assert [status for status, _, _ in group(shell, *commands)] == [1, 0, 0]
    assert [status for status, _, _ in group(shell, emit(b"", b"", 0, ok=(1,)), *commands)] == [0]


def test_without_a_good_status_only_the_first_runs(shell: tuple[str, ...]) -> None:
    assert len(group(shell, emit(b"", b"", 0, ok=()), emit(b"", b"", 0))) == 1


@pytest.mark.parametrize("ok", [(0,), (0, 1), (1, 2), ()])
def test_nothing_runs_after_a_failure(
    shell: tuple[str, ...], tmp_path: Path, ok: tuple[int, ...]
) -> None:
    """On the host, too: what the answers leave out must not have happened."""
    later = tmp_path / "later"
    commands = [emit(b"", b"", 3, ok=ok), Command(("touch", str(later)))]
    assert [status for status, _, _ in group(shell, *commands)] == [3]
    assert not later.exists()


def test_a_line_that_a_user_typed_goes_as_it_is(shell: tuple[str, ...]) -> None:
    typed = Command(("x=1; echo $x'$x'",), typed=True)
    assert shell_line(typed) == "x=1; echo $x'$x'"
    assert group(shell, typed, typed) == [(0, b"1$x\n", b"")] * 2


def test_only_its_own_command_reads_the_stdin(shell: tuple[str, ...]) -> None:
    data = bytes(range(256)) * 40
    commands = [Command(("cat",)), Command(("cat",), stdin=data), Command(("cat",))]
    assert group(shell, *commands) == [(0, b"", b""), (0, data, b""), (0, b"", b"")]


def test_a_missing_program_is_an_answer(shell: tuple[str, ...]) -> None:
    [(status, out, err)] = group(shell, Command(("/nowhere/at/all", "x")))
    assert (status, out) == (127, b"")
    assert b"not found" in err or b"No such file" in err


@pytest.mark.parametrize("word", ["if", "time", "A=1", "{", "!", "", "~", "*", "$HOME", "#", "-x"])
def test_a_name_is_never_shell_grammar(shell: tuple[str, ...], word: str) -> None:
    [(status, out, _)] = group(shell, Command((word, "x")))
    assert status in {126, 127}
    assert out == b""


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (("vim-cmd", "vmsvc/getallvms"), "vim-cmd vmsvc/getallvms"),
        (("dd", "of=/vmfs/volumes/a"), "dd of=/vmfs/volumes/a"),
        (("stat", "-c", "%i %s"), "stat -c '%i %s'"),
        (("a", ""), "a ''"),
        (("a", "it's"), "a 'it'\"'\"'s'"),
        (("a", "ü"), "a 'ü'"),
        (("while", "while"), "'while' while"),
        (("A=b", "A=b"), "'A=b' A=b"),
        (("a\nb",), "'a\nb'"),
    ],
)
def test_plain_words_stay_readable(argv: tuple[str, ...], line: str) -> None:
    assert quote(argv) == line


@pytest.mark.parametrize(
    "word",
    [
        "case",
        "do",
        "done",
        "elif",
        "else",
        "esac",
        "fi",
        "for",
        "function",
        "if",
        "in",
        "select",
        "then",
        "time",
        "until",
        "while",
    ],
)
def test_a_reserved_word_is_quoted_only_where_it_would_be_one(word: str) -> None:
    assert quote((word, word)) == f"'{word}' {word}"


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        ((), "a command needs at least its name"),
        (("a", "b\0"), "a NUL cannot be part of a command: 'b\\x00'"),
        (("\0",), "a NUL cannot be part of a command: '\\x00'"),
        (("a", "\ud800"), "not a sequence of bytes: '\\ud800'"),
        (("\udfff",), "not a sequence of bytes: '\\udfff'"),
    ],
)
def test_what_no_argv_can_hold_is_refused(argv: tuple[str, ...], what: str) -> None:
    with pytest.raises(UsageError) as caught:
        quote(argv)
    assert (caught.value.kind, str(caught.value)) == ("usage.argv", what)


ODD = (b"no line end", b"\x81\n", b"\xc3\x81\n", b"\0\n", b"\r\n", b"a\nb")


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_lines_of_ascii_has_the_stream_however_short(
    shell: tuple[str, ...], odd: bytes
) -> None:
    listed = b"a longer list, in lines\n" * 3
    commands = [Command(("cat",), stdin=data) for data in (listed, odd, listed)]
    assert build_group(commands, NONCE)[1] == odd
    assert group(shell, *commands) == [(0, data, b"") for data in (listed, odd, listed)]


def test_two_commands_cannot_share_one_stdin() -> None:
    wanted = r"^only one command of a group can have such a stdin$"
    for odd in ODD:
        with pytest.raises(UsageError, match=wanted) as caught:
            build_group([Command(("cat",), stdin=b"x" * 9), Command(("b",), stdin=odd)], NONCE)
        assert caught.value.kind == "usage.stdin"


def test_lines_of_ascii_travel_beside_a_longer_stdin(shell: tuple[str, ...]) -> None:
    listed = b"$HOME `id` \\ 'a' \"b\"\n\t$(exit 3)\n\nEOF\n"
    long = bytes(range(256)) * 2
    first, feed, last = (Command(("cat",), stdin=data) for data in (listed, long, b"x\n"))
    nothing = Command(("cat",))
    answers = group(shell, first, nothing, feed, last, nothing)
    assert answers == [(0, data, b"") for data in (listed, b"", long, b"x\n", b"")]


def test_of_two_equal_stdins_one_has_the_stream(shell: tuple[str, ...]) -> None:
    same = Command(("cat",), stdin=b"same\n")
    line, stdin = build_group([same, same], NONCE)
    assert (line.count("<<"), stdin) == (1, b"same\n")
    assert group(shell, same, same) == [(0, b"same\n", b"")] * 2


@pytest.mark.parametrize(
    "nonce", ["", "short77", "semi;colon", "blank blank", "newline\nabc", "ü" * 9]
)
def test_a_weak_nonce_is_a_mistake(nonce: str) -> None:
    with pytest.raises(ValueError, match=r"^a nonce is at least 8 ASCII letters and digits$"):
        build_group([Command(("a",))], nonce)
    assert build_group([], "8letters") == ("", b"")


COMMANDS = [Command(("a",)), Command(("b",))]
OUT = b"A\nn0nce4tests:0:0\nB\nn0nce4tests:1:0\n"
ERR = b"\nn0nce4tests:0:0\n\nn0nce4tests:1:0\n"


def test_a_whole_answer() -> None:
    assert parse_group(COMMANDS, NONCE, OUT, ERR) == [
        Completed(COMMANDS[0], 0, b"A"), Completed(COMMANDS[1], 0, b"B"),
    ]  # fmt: skip


@pytest.mark.parametrize("cut", range(len(OUT)))
def test_a_cut_answer_keeps_what_is_whole(cut: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse_group(COMMANDS, NONCE, OUT[:cut], ERR)
    whole = [Completed(COMMANDS[0], 0, b"A")] if cut >= 18 else []
    evidence = caught.value.evidence
    assert evidence["completed"] == whole
    assert caught.value.kind == "parse.group"
    assert evidence["line"] == OUT[:cut].count(b"\n") + 1
    assert evidence["column"] == len(OUT[:cut].split(b"\n")[-1]) + 1
    assert evidence["text"] == OUT[:cut].decode()


def test_a_cut_stderr_counts_too() -> None:
    with pytest.raises(ParseError, match=r"^the answer to command 1 of the group is not whole$"):
        parse_group(COMMANDS, NONCE, OUT, ERR[:20])


def test_streams_that_disagree_are_no_answer() -> None:
    with pytest.raises(ParseError, match="two statuses for command 0: 0 and 1"):
        parse_group(COMMANDS, NONCE, OUT, ERR.replace(b":0:0", b":0:1"))


def test_an_error_shows_the_end_of_what_came() -> None:
    with pytest.raises(ParseError) as caught:
        parse_group(COMMANDS, NONCE, b"x" * 500 + b"\xff", b"")
    assert caught.value.evidence["text"] == "x" * 199 + "\udcff"


@given(
    outputs=st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=4),
    cuts=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=9),
)
def test_in_whatever_pieces_it_comes_the_reader_tells_the_same_answers(
    outputs: list[tuple[bytes, bytes]], cuts: list[tuple[int, int]]
) -> None:
    commands = [Command(("true",))] * len(outputs)
    streams = [
        b"".join(b"%b\n%b:%d:0\n" % (one, NONCE.encode(), at) for at, one in enumerate(column))
        for column in ([out for out, _ in outputs], [err for _, err in outputs])
    ]
    reader = GroupReader(commands, NONCE)
    told: list[Completed] = []
    places = zip(*(sorted(column) for column in zip(*cuts, strict=True)), strict=True)
    ends = [*(places if cuts else ()), (len(streams[0]), len(streams[1]))]
    for end_out, end_err in ends:
        begin_out, begin_err = reader.at
        told += reader.take(streams[0][begin_out:end_out], streams[1][begin_err:end_err])
    assert told == parse_group(commands, NONCE, *streams)


def test_streams_that_disagree_are_not_told() -> None:
    reader = GroupReader([Command(("true",))], NONCE)
    marker = b"\n%b:0:%d\n"
    name = NONCE.encode()
    assert list(reader.take(marker % (name, 0), marker % (name, 1))) == []
