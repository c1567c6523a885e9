"""Strings in dumps that look like the end of what they are in. A host escapes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.dumps.fast_reader import read_plain
from ftlab.esxi.dumps.reader import Dump, parse_dump
from ftlab.esxi.vm.config import parse_config

JSON = '{\n  "owner": "bob"\n}'
HCL = 'a {\n   b {\n      c {\n         name "y"\n         z = "w"\n      }\n   }\n}'


def config_of(annotation: str, value: str, *, old: bool, margin: str = "") -> str:
    """A ``get.config`` answer: up to 6.0 (``old``) a comma ends every line but an array's last."""
    comma = ", " if old else ""
    unset = ["dynamicType = <unset>, "] if old else []
    lines = [
        "(vim.vm.ConfigInfo) {",
        *(f"   {one}" for one in unset),
        '   name = "vm1", ',
        f'   annotation = "{annotation}", ',
        "   extraConfig = (vim.option.OptionValue) [",
        "      (vim.option.OptionValue) {",
        *(f"         {one}" for one in unset),
        '         key = "guestinfo.a", ',
        f'         value = "{value}"{comma}',
        "      }, ",
        "      (vim.option.OptionValue) {",
        *(f"         {one}" for one in unset),
        '         key = "replay.supported", ',
        f'         value = "true"{comma}',
        "      }",
        "   ], ",
        f'   uuid = "u"{comma}',
        "}",
    ]
    return "Configuration:\n\n" + "".join(f"{margin}{line}\n" for line in lines)


def read(text: str) -> tuple[str | None, dict[str, str], str | None]:
    dump = parse_dump(text)
    assert isinstance(dump, Dump)
    found = parse_config(text)
    return dump.text("annotation"), dict(found.extra), found.uuid


pieces = st.sampled_from(
    ['"', '"\n', '",\n', '", \n', '"\n}\n', '"\n      }\n', '"\n   ]', "\n", "}", "]", "{", "[",
     ",", " ", "   ", "      ", "a", '": "', "'", "\n}", "\n   ],", "\n      },", "é"]
)  # fmt: skip
# A further element of the array around it cannot be told from the real one, nor can a field.
texts = (
    st.lists(pieces, max_size=9)
    .map("".join)
    .filter(lambda text: not re.search(r"[}\]],[ ,]*\n *[\"']", text))
)


@given(texts, texts, st.booleans())
@example(JSON + "\n", "v", False)
@example(JSON + "\nDo not delete", "v", True)
@example('output {\n  host "x"\n}\n\nsee wiki', JSON + "\n", False)
@example("v", HCL + "\n", False)
@example("v", HCL + "\n", True)
@example("v", HCL, False)
@example('3.5"\n}\nmore', "v", False)
@example('3.5"\n}\nmore', "v", True)
def test_any_string_that_names_no_further_field_is_read_as_it_is(
    annotation: str, value: str, old: bool
) -> None:
    text = config_of(annotation, value, old=old)
    expected = (annotation, {"guestinfo.a": value, "replay.supported": "true"}, "u")
    assert read(text) == expected
    assert read(text.replace("\n", "\r\n")) == expected
    assert read(text + "\n~ # ") == expected
    assert read(text + text) == expected


FAULT = '(vim.fault.NotFound) {\n   dynamicType = <unset>, \n   msg = "gone", \n}'


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize(
    "annotation",
    [
        FAULT,
        f"since May:\n{FAULT}\nask bob",
        f"since May:\n{FAULT}\n".replace(", \n", "\n"),
        '"\n   },\n(vim.T) {\n',
        'a "b"\n(vim.T) {\n   c\n}\n"',
    ],
)
def test_what_somebody_has_pasted_may_look_like_another_dump(annotation: str, old: bool) -> None:
    expected = (annotation, {"guestinfo.a": "v", "replay.supported": "true"}, "u")
    assert read(config_of(annotation, "v", old=old)) == expected
    expected = ("v", {"guestinfo.a": annotation, "replay.supported": "true"}, "u")
    assert read(config_of("v", annotation, old=old)) == expected


def test_what_a_page_has_indented_is_read_alike() -> None:
    text = config_of("{", "v", old=False, margin="  ").replace('"{"', '"{\n    "a": "b"\n  }\nx"')
    assert read(text)[0] == '{\n    "a": "b"\n  }\nx'


def test_a_string_at_the_end_of_an_old_object_needs_its_comma() -> None:
    """Else it goes on, though nothing else of the dump would tell."""
    text = (
        "(vim.T) {\n   dynamicType = <unset>, \n   a = (vim.U) {\n      dynamicType = <unset>, \n"
        '      n = "x"\n   }, \n   b = "y", \n   }, \n}\n'
    )
    assert parse_dump(text).get("a.n") == 'x"\n   }, \n   b = "y'  # type: ignore[union-attr]


@pytest.mark.parametrize("annotation", [JSON + "\n", 'say "hi"\n}\nx', '3.5"\n}\nx'])
@pytest.mark.parametrize("old", [True, False])
def test_an_answer_that_was_cut_after_such_a_string_is_an_error(annotation: str, old: bool) -> None:
    text = config_of(annotation, "v", old=old)
    whole = text.index("(vim.") + len(text[text.index("(vim.") :].rstrip())
    for end in range(text.index("   extraConfig = (") + len("   extraConfig = "), whole):
        with pytest.raises(ParseError):
            parse_dump(text[:end])


@pytest.mark.parametrize("end", ['", \n', '"\n'])
def test_no_text_of_the_dump_is_left_over_without_a_word(end: str) -> None:
    for rest in ("   c = 1, \n}\n", "   c = 1\n", "}\n", "\n\n}\n"):
        with pytest.raises(ParseError, match="the dump goes on after its end"):
            parse_dump(
                f'(vim.T) {{\n   a = 1, \n   b = "x{end}}}\n{rest}'.replace("a = 1", "a = 1.5")
            )


@pytest.mark.parametrize(
    "after",
    [
        "",
        "\n~ # ",
        "(vim.U) {\n   c = 1\n}\n",
        "x: (vim.U) {\n   c = 1\n}\n",
        "done = yes\n",
        "{\n",
    ],
)
def test_what_is_no_part_of_the_dump_may_follow(after: str) -> None:
    for field in ("a = 1", "a = 1.5", 'a = "x"y"'):
        found = parse_dump(f"(vim.T) {{\n   {field}\n}}\n{after}")
        assert isinstance(found, Dump)
        assert list(found) == ["a"]


def test_in_a_log_the_dump_ends_where_its_arrows_do() -> None:
    log = '12:00 e: (vim.T) {\n-->    a = "x"\n--> }\n12:01 other: {\n   b = 1\n}\n'
    assert parse_dump(log) == Dump("vim.T", {"a": "x"})


def test_the_quick_reading_leaves_doubtful_ends_to_the_careful_one() -> None:
    plain = '(vim.T) {\n   dynamicType = <unset>, \n   a = "x", \n}\n'
    assert read_plain(plain, 0) is not None
    assert read_plain(plain.replace('"x", ', '"x"'), 0) is None
    assert read_plain(plain + "}\n", 0) is None
    assert read_plain(plain + '   b = "y", \n', 0) is None
    assert read_plain(plain + plain, 0) is not None


@pytest.mark.parametrize(
    "text",
    [
        '(vim.T) {\n   a = "' + '"\n}\n' * 100_000,
        "(vim.T) {\n   a = (vim.U) [\n" + '      "x"\n   ]\n' * 40_000,
        "(vim.T) {\n   a = 1, \n}\n" + "(" * 400_000,
        "(vim.T) {\n   a = 1, \n}\n" + "(a." * 200_000,
        "(vim.T) {\n   a = 1, \n}\n" + "\n" * 400_000 + "}",
        "(vim.T) {\n   a = 1, \n}" + " " * 400_000 + "x",
        '(vim.T) {\n   a = "x"\n}' + " " * 400_000 + "x",
        '(vim.T) {\n   a = "' + '"\n}\n(vim.U) {\n' * 60_000,
    ],
    ids=range(8),
)
def test_no_such_text_takes_more_than_linear_time(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    began = time.process_time()
    error_of(parse_dump, text)
    assert time.process_time() - began < 10


def test_the_annotation_of_a_captured_configuration(capture: Callable[[str], str]) -> None:
    text = capture("get.config-101-esxi50-letters-restored")
    told = re.sub(r'annotation = "[^"]*"', lambda _: f'annotation = "{JSON}\n"', text, count=1)
    assert told != text
    found, changed = parse_config(text), parse_config(told)
    assert found == changed
    assert found.extra
