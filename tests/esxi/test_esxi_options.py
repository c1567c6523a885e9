"""Advanced options: paths, values, and both tools that know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError, Refused, UsageError
from ftlab.esxi.options import advcfg, esxcli
from ftlab.esxi.options.option import AdvancedOption, check_path, coerce
from ftlab.model import Completed

ErrorOf = Callable[..., ParseError | None]
STREAM = "/Migrate/VMotionStreamDisable"
NUMBER = AdvancedOption(STREAM, "integer", 0, 0, 0, 1, "Pretend to not support streams")
STRING = AdvancedOption("/FT/Vmknic", "string", "vmk1", "", description="The NIC")


def printed(
    option: AdvancedOption, *, indent: str = "   ", end: str = "\n", empty: str = ""
) -> str:
    """The ten lines in which a host prints an option."""
    number = option.type == "integer"
    numbers = [option.value, option.default, option.min, option.max] if number else [0] * 4
    strings = [empty, empty] if number else [option.value or empty, option.default or empty]
    fields = [
        ("Path", option.path), ("Type", option.type), ("Int Value", numbers[0]),
        ("Default Int Value", numbers[1]), ("Min Value", numbers[2]), ("Max Value", numbers[3]),
        ("String Value", strings[0]), ("Default String Value", strings[1]),
        ("Valid Characters", empty if number else "*"), ("Description", option.description),
    ]  # fmt: skip
    return "".join(f"{indent}{name}: {value}".rstrip() + end for name, value in fields)


@pytest.mark.parametrize("path", [STREAM, "/A/B", "/UserVars/CIMvmw_hdr.x-1", "/A/B/C", "/Net/1st"])
def test_paths(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "/", "/A", "/A/", "//B", "/A/ B", "/A/B;C", "/A/-B", "/A/ü", "/A/B\n"],
)
def test_other_words_are_no_paths(path: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_path(path)
    assert caught.value.kind == "usage.option"
    assert str(caught.value) == f"not an advanced option: {path!r}"
    assert caught.value.hint == "an option is written like /Migrate/VMotionStreamDisable"


@pytest.mark.parametrize("path", ["A/B", "/A/B/", "A.B"])
def test_a_path_that_is_written_otherwise_is_named(path: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_path(path)
    assert caught.value.hint == "did you mean '/A/B'?"
    for build in (esxcli.build_list, advcfg.build_get, advcfg.build_has):
        with pytest.raises(UsageError):
            build(path)


@pytest.mark.parametrize(
    ("value", "number"), [("0", 0), (1, 1), (" 1 ", 1), ("+1", 1), ("01", 1), ("-0", 0)]
)
def test_integers(value: Any, number: int) -> None:
    assert coerce(NUMBER, value) == number
    assert type(coerce(NUMBER, value)) is int


@pytest.mark.parametrize("value", ["", "x", "1.0", "0x1", "1 1", True, "٣", "1" * 31, "--1"])
def test_what_is_no_integer(value: Any) -> None:
    with pytest.raises(Refused, match=r"0\.\.1") as caught:
        coerce(NUMBER, value)
    assert caught.value.kind == "value.type"
    assert str(caught.value) == f"{STREAM} takes an integer (0..1), not {value!r}"
    evidence = caught.value.evidence
    assert (evidence["path"], evidence["value"], evidence["min"], evidence["max"]) == (
        STREAM, value, 0, 1,
    )  # fmt: skip


@given(st.integers(-50, 50), st.none() | st.integers(-9, 9), st.none() | st.integers(-9, 9))
def test_the_hosts_own_limits(value: int, low: int | None, high: int | None) -> None:
    option = AdvancedOption("/A/B", "integer", 0, 0, low, high)
    if (low is None or low <= value) and (high is None or value <= high):
        assert coerce(option, str(value)) == value
        return
    with pytest.raises(Refused) as caught:
        coerce(option, value)
    assert caught.value.kind == "value.range"
    assert caught.value.evidence == {"path": "/A/B", "value": value, "min": low, "max": high}
    limits = f"{'any' if low is None else low}..{'any' if high is None else high}"
    assert str(caught.value) == f"/A/B: {value} is outside this host's limits, {limits}"


def test_strings_are_taken_as_they_are() -> None:
    assert coerce(STRING, " vmk2 ") == " vmk2 "
    assert coerce(STRING, 5) == "5"


def test_what_esxcli_is_told() -> None:
    base = "esxcli system settings advanced"
    for command, words in (
        (esxcli.build_list(STREAM), f"{base} list -o {STREAM}"),
        (esxcli.build_list_all(), f"{base} list"),
        (esxcli.build_delta(), f"{base} list -d"),
        (esxcli.build_set(NUMBER, 1), f"{base} set -o {STREAM} -i 1"),
        (esxcli.build_set(STRING, "vmk 2"), f"{base} set -o /FT/Vmknic -s 'vmk 2'"),
        (esxcli.build_set(STRING, ""), f"{base} set -o /FT/Vmknic -s ''"),
    ):
        assert (str(command), command.repeatable) == (words, True)


def test_limits_that_a_host_does_not_tell_are_not_shown() -> None:
    with pytest.raises(Refused) as caught:
        coerce(AdvancedOption("/Migrate/NetTimeout", "integer", 20), "soon")
    assert caught.value.message == "/Migrate/NetTimeout takes an integer, not 'soon'"


@pytest.mark.parametrize("indent", ["", "   ", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("between", ["", "\n", " \n"])
@pytest.mark.parametrize("empty", ["", " "])
def test_options_in_every_layout(indent: str, end: str, between: str, empty: str) -> None:
    text = between.join(
        printed(option, indent=indent, end=end, empty=empty) for option in (NUMBER, STRING, NUMBER)
    )
    assert esxcli.parse_options("motd: hi\n\n" + text) == [NUMBER, STRING, NUMBER]
    assert esxcli.parse_options(text.rstrip("\n")) == [NUMBER, STRING, NUMBER]


options = st.builds(
    AdvancedOption,
    st.from_regex(r"(/[A-Za-z0-9_]{1,8}){2,3}", fullmatch=True),
    st.just("integer"),
    *[st.integers(-(2**63), 2**64)] * 4,
    st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1),
)


@given(st.lists(options, max_size=4))
def test_every_option_comes_back(found: list[AdvancedOption]) -> None:
    assert esxcli.parse_options("\n".join(map(printed, found))) == found


@given(st.text() | st.text(alphabet=": \nPathTypeIntValue01/"))
def test_any_text_is_options_or_a_parse_error(error_of: ErrorOf, text: str) -> None:
    for parse in (esxcli.parse_options, advcfg.parse_list, lambda t: advcfg.parse_get(t, "/A/B")):
        error = error_of(parse, text)
        assert error is None or error.evidence["line"] >= 1


def test_a_longer_description_and_fields_of_later_builds() -> None:
    text = printed(NUMBER) + "   second line\n\n   third\n   Host Specific Default: 1\n"
    [found] = esxcli.parse_options(text + printed(STRING))[:1]
    assert found.description == "Pretend to not support streams\nsecond line\nthird"
    assert esxcli.parse_options(text + printed(STRING))[1] == STRING
    bare = printed(NUMBER).replace("   Description: Pretend to not support streams\n", "")
    assert esxcli.parse_options(bare)[0].description is None
    old = printed(STRING).replace("   Default String Value:\n", "")
    assert esxcli.parse_options(old)[0].default is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["   ", ""])
@pytest.mark.parametrize(
    "more",
    [
        "Values: 0 off\n 1 on\n and more\n",
        "  Default: 0\n",
        "      Type: integer\n      Path: /A/B\n      Type: string\n      Int Value: 7\n",
        "      0: off\n      1: on\n      Default: 0\n      rest of it\n",
    ],
)
def test_a_description_may_have_lines_that_look_like_fields(
    more: str, indent: str, end: str
) -> None:
    if not indent:
        more = "".join(f" {line}\n" for line in more.splitlines())
    text = printed(NUMBER, indent=indent) + more + f"{indent}Host Specific Default: 1\n\n"
    text += printed(STRING, indent=indent)
    longer, other = esxcli.parse_options(text.replace("\n", end))
    lines = "\n".join(line.strip() for line in more.splitlines())
    assert longer.description == f"{NUMBER.description}\n{lines}"
    assert (longer.path, longer.type, longer.value) == (NUMBER.path, NUMBER.type, NUMBER.value)
    assert other == STRING


def test_such_a_line_at_the_records_own_indent_costs_no_other_option() -> None:
    more = "   0: off\n   Default: 0\n   rest of it\n   Type: 3\n   Path: none\n"
    first, other = esxcli.parse_options(f"{printed(NUMBER)}{more}\n{printed(STRING)}")
    assert first.description == f"{NUMBER.description}\n0: off"
    assert (first.path, first.type, first.value) == (NUMBER.path, NUMBER.type, NUMBER.value)
    assert other == STRING


UNTYPED = f"option {STREAM} has no readable type and value"
JUNK = "not a line of an advanced option"


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("Type: integer", "Type: float", 2, UNTYPED),
        ("   Type: integer\n", "", 2, UNTYPED),
        ("   Int Value: 0", "   Int Value: ", 2, f"option {STREAM}: Int Value is not a number"),
        ("Max Value: 1", "Max Value: 1e3", 2, f"option {STREAM}: Max Value is not a number"),
        ("   Min Value: 0\n", "", 2, f"option {STREAM}: Min Value is not a number"),
        (
            "Max Value: 1",
            "Max Value: " + "9" * 31,
            2,
            f"option {STREAM}: Max Value is not a number",
        ),
        ("   Max Value: 1", "   junk", 7, JUNK),
        ("   Max Value: 1", "   Max Value:1", 7, JUNK),
    ],
)
def test_a_damaged_record_is_an_error_with_its_line(
    old: str, new: str, line: int, what: str
) -> None:
    text = "motd\n" + printed(NUMBER)
    assert old in text
    with pytest.raises(ParseError) as caught:
        esxcli.parse_options(text.replace(old, new, 1))
    assert caught.value.evidence["line"] == line
    assert str(caught.value).partition(" (line")[0] == what


def test_a_string_option_without_its_value_is_an_error() -> None:
    with pytest.raises(
        ParseError, match=r"^option /FT/Vmknic has no readable type and value \(line"
    ):
        esxcli.parse_options(printed(STRING).replace("   String Value: vmk1\n", ""))


def test_a_text_may_have_several_lines() -> None:
    """``/UserVars/HostClientWelcomeMessage`` takes any."""
    [option] = esxcli.parse_options(printed(STRING).replace("vmk1", "one\ntwo: 2\n\nthree"))
    assert option.value == "one\ntwo: 2\n\nthree"


BANNER = """\
********
WARNING: authorized users only
Path: none

  All activity is logged. Notice: by
Owner: the lab
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_banner_is_no_field(end: str) -> None:
    """``/Annotations/WelcomeMessage`` and ``/Etc/issue`` hold such texts."""
    text = printed(STRING).replace("vmk1", BANNER) + "\n" + printed(NUMBER)
    banner, number = esxcli.parse_options(text.replace("\n", end))
    assert (banner.value, banner.default, banner.description) == (
        BANNER, STRING.default, STRING.description,
    )  # fmt: skip
    assert number == NUMBER
    stripped = printed(STRING, indent="").replace("vmk1", BANNER.replace("Path", "Way"))
    assert esxcli.parse_options(stripped)[0].value == BANNER.replace("Path", "Way")
    assert esxcli.parse_options(text.lstrip()) == [banner, number]


@pytest.mark.parametrize(
    "line",
    [
        "Path: /scratch/logs",
        "Path:",
        "Location: rack 4",
        "Type: integer",
        "Int Value: 3",
        "Notice:",
    ],
)
@pytest.mark.parametrize("indent", ["", "   "])
def test_a_banner_whose_lines_stand_where_fields_do(line: str, indent: str) -> None:
    """One option's text must not cost the host its whole list."""
    banner = f"Lab hosts\n{indent}{line}\n{indent}ask first"
    text = printed(STRING, indent=indent).replace("vmk1", banner)
    answer = text + printed(NUMBER, indent=indent)
    assert esxcli.parse_options(answer)[0].value == banner
    assert esxcli.parse_options(answer)[1] == NUMBER


def test_a_record_that_ends_in_its_string() -> None:
    cut = printed(STRING).partition("   Default String Value")[0]
    assert [one.path for one in esxcli.parse_options(cut + printed(NUMBER))] == [
        STRING.path, STREAM,
    ]  # fmt: skip


def test_an_option_is_in_the_answer_or_not() -> None:
    command = esxcli.build_list(STREAM)
    found = printed(STRING) + printed(NUMBER)
    assert esxcli.interpret_list(Completed(command, 0, found.encode()), STREAM) == NUMBER
    assert esxcli.interpret_list(Completed(command, 0, found.encode()), STREAM.lower()) == NUMBER
    assert esxcli.interpret_list(Completed(command, 0, b""), STREAM) is None
    assert esxcli.interpret_list(Completed(command, 1, b"Any words.\n"), STREAM) is None
    assert esxcli.interpret_list(Completed(command, 1, b"Path: /A/B\n"), STREAM) is None
    with pytest.raises(ParseError):
        esxcli.interpret_list(Completed(command, 0, b"Path: /A/B\n"), STREAM)


def test_what_advcfg_is_told() -> None:
    for command, words in (
        (advcfg.build_get(STREAM), f"esxcfg-advcfg -g {STREAM}"),
        (advcfg.build_set(STREAM, 1), f"esxcfg-advcfg -s 1 {STREAM}"),
        (advcfg.build_set("/FT/Vmknic", ""), "esxcfg-advcfg -s '' /FT/Vmknic"),
        (advcfg.build_reset(STREAM), f"esxcfg-advcfg -d {STREAM}"),
        (advcfg.build_has(STREAM), f"esxcfg-advcfg -q -V {STREAM}"),
        (advcfg.build_list(), "esxcfg-advcfg -l"),
    ):
        assert (str(command), command.repeatable) == (words, True)
    assert advcfg.build_has(STREAM).ok == (0, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Value of NetTimeout is 20\n", 20),
        ("motd\r\nValue of NetTimeout is -1\r\n", -1),
        ("Value of NetTimeout is vmk 1 \n", "vmk 1"),
        ("Value of NetTimeout is \n", ""),
        ("Value of NetTimeout is", ""),
        ("Value of NetTimeout is 1.5", "1.5"),
        ("Value of Net is 1\nValue of NetTimeout is 2", 2),
        ("Value of NetTimeout is " + "1" * 31, "1" * 31),
    ],
)
def test_advcfg_values(text: str, value: int | str) -> None:
    assert advcfg.parse_get(text, "/Migrate/NetTimeout") == value
    assert advcfg.parse_get(text, "/migrate/nettimeout") == value
    assert advcfg.parse_get(text, "/Migrate/NetTimeout", "integer") == value
    assert advcfg.parse_get(text, "/Migrate/NetTimeout", "string") == str(value)


def test_a_text_that_advcfg_prints_goes_on_to_the_end() -> None:
    text = f"motd\r\nValue of WelcomeMessage is {BANNER}\n".replace("\n", "\r\n")
    assert advcfg.parse_get(text, "/Annotations/WelcomeMessage", "string") == BANNER


@pytest.mark.parametrize(
    "text", ["", "Value of Other is 1", "Value of NetTimeoutX is 1", "Value of NetTimeout is1",
             "The Value of NetTimeout is 1"]
)  # fmt: skip
def test_no_value_is_an_error(text: str) -> None:
    with pytest.raises(ParseError, match=r"^no value of /Migrate/NetTimeout in the answer \(line"):
        advcfg.parse_get(text, "/Migrate/NetTimeout")


@pytest.mark.parametrize(("status", "has"), [(0, True), (1, False), (2, None), (127, None)])
def test_the_has_option_probe(status: int, has: bool | None) -> None:
    assert advcfg.interpret_has(Completed(advcfg.build_has(STREAM), status)) is has


def test_advcfg_list() -> None:
    text = "motd\n/A/B [Integer] : what [it] : does \n/C/D [String] :\r\n"
    assert advcfg.parse_list(text) == [
        advcfg.ListedOption("/A/B", "integer", "what [it] : does"),
        advcfg.ListedOption("/C/D", "string", ""),
    ]
    with pytest.raises(ParseError, match=r"^no option in the answer \(line") as caught:
        advcfg.parse_list("nothing\n")
    with pytest.raises(ParseError, match=r"^not an option of the list \(line") as caught:
        advcfg.parse_list("/A/B [Integer] : x\n/A/B [Float] : x\n")
    assert caught.value.evidence["line"] == 2
