"""Cells, columns, colours: text laid out within a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.report.layout.across import Layout, Rules, across, lines_across
from ftlab.report.layout.cells import cell_width, cut, longest_word, padded, wrapped
from ftlab.report.layout.style import Paint, wants_color
from ftlab.report.layout.table import Cell, records, table
from ftlab.report.layout.view import View

PLAIN = Paint()
words = st.text(st.sampled_from("ab数 ,/-"), max_size=60)


def test_a_wide_letter_fills_two_cells() -> None:
    assert cell_width("数据") == 4
    assert padded("数", 4) == "数  "


def test_lines_break_where_a_reader_does_not_mind() -> None:
    assert wrapped("vesxi[01,03,05]", 10) == ["vesxi[01,", "03,05]"]
    assert wrapped("one two", 5) == ["one", "two"]
    assert wrapped("at vesxi[01,03,05]", 15) == ["at", "vesxi[01,03,05]"]
    assert wrapped("one  two", 5) == ["one", "two"]
    assert wrapped("", 5) == [""]


def test_what_is_copied_is_never_broken() -> None:
    assert wrapped("see /a/long/path/name now", 8) == ["see", "/a/long/path/name", "now"]


@given(words, st.integers(2, 20))
def test_wrapping_breaks_no_word_that_a_list_does_not_and_loses_only_spaces(
    text: str, width: int
) -> None:
    lines = wrapped(text, width)
    for line in lines:
        assert cell_width(line) <= width or " " not in line.strip()
        assert cell_width(line) <= width or "," not in line[:-1]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_longest_word() -> None:
    assert longest_word("[ds1] db01/db01.vmx", " ,") == len("db01/db01.vmx")
    assert longest_word("[ds1] db01/db01.vmx", " ,/") == len("db01.vmx")
    assert longest_word("", " ,") == 0


def test_columns_stand_under_their_titles() -> None:
    rows = [[Cell("a"), Cell("1")], [Cell("数据库"), Cell("22")]]
    assert table(rows, width=40, paint=PLAIN, header=["name", "n"]) == [
        "NAME    N",
        "a       1",
        "数据库  22",
    ]


def test_no_rows_is_no_table() -> None:
    assert table([], width=40, paint=PLAIN) == []


def test_short_columns_keep_whole_words_while_long_ones_wrap() -> None:
    rows = [[Cell("host[01,03,05,07,09,11]"), Cell("/Migrate/VMotionStreamDisable"), Cell("0")]]
    assert table(rows, width=46, paint=PLAIN) == [
        "host[01,03,   /Migrate/VMotionStreamDisable  0",
        "05,07,09,11]",
    ]


def test_colour_changes_nothing_but_colour() -> None:
    rows = [[Cell("a", "failed"), Cell("bb", "ok")], [Cell("ccc"), Cell("")]]
    plain = table(rows, width=20, paint=PLAIN, indent=2)
    colored = table(rows, width=20, paint=Paint(color=True), indent=2)
    assert "\x1b[1;31ma\x1b[0m" in colored[0]
    codes = ("\x1b[1;31m", "\x1b[32m", "\x1b[0m")
    for code in codes:
        colored = [line.replace(code, "") for line in colored]
    assert colored == plain


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=5), st.integers(40, 100))
def test_a_table_fits_if_its_words_do_and_loses_no_letter(
    rows: list[tuple[str, ...]], width: int
) -> None:
    lines = table([[Cell(text) for text in row] for row in rows], width=width, paint=PLAIN)
    columns = zip(*rows, strict=True)
    least = sum(max(longest_word(text, " ,") for text in column) for column in columns) + 4
    assert all(cell_width(line) <= max(width, least) for line in lines)
    letters = sorted("".join(lines).replace(" ", ""))
    assert letters == sorted("".join(map("".join, rows)).replace(" ", ""))


def test_records_are_for_texts_too_long_to_stand_side_by_side() -> None:
    rows = [[Cell("h1"), Cell("3"), Cell(""), Cell("long text here")]]
    assert records(rows, ["host", "n", "none", "line"], width=20, paint=PLAIN) == [
        "h1",
        "  n     3",
        "  line  long text",
        "        here",
    ]


def test_a_row_whose_words_do_not_fit_side_by_side_stands_below_and_then_is_read_down() -> None:
    rows, titles = [[Cell("host" * 5), Cell("a" * 15)]], ["host", "key_print"]

    def laid_out(width: int) -> list[str]:
        return lines_across(rows, titles, Rules(), View(width=width))

    assert laid_out(37) == ["HOST                  KEY PRINT", "host" * 5 + "  " + "a" * 15]
    assert laid_out(30) == ["  KEY PRINT", "host" * 5, "  " + "a" * 15]
    assert laid_out(16) == ["host" * 5, "  key    " + "a" * 15, "  print"]


def test_what_stands_above_is_said_once_for_the_rows_below_it() -> None:
    rows = [
        [Cell(host), Cell(vm), Cell("x" * 9)] for host, vm in (("a", "1"), ("a", "1"), ("a", "2"))
    ]
    rules = Rules((Layout(above=2),))
    lines = lines_across(rows, ["h", "vm", "k"], rules, View(width=12))
    assert lines == ["  K", "a  1", "  " + "x" * 9, "  " + "x" * 9, "a  2", "  " + "x" * 9]


def test_columns_are_spared_one_after_the_other_and_named() -> None:
    rows, titles = [[Cell("a"), Cell("b" * 10), Cell("c" * 10), Cell("d" * 10)]], list("abcd")
    rules = Rules((Layout(),), spared=("x", "c", "b"))
    found = across(rows, titles, rules, View(width=25))
    assert found.missing == ["c"]
    assert found.blocks[1] == ("a  " + "b" * 10 + "  " + "d" * 10,)
    assert across(rows, titles, rules, View(width=20)).missing == ["c", "b"]
    assert across(rows, titles, rules, View(width=9)).blocks == []


def test_a_name_of_a_host_keeps_its_beginning() -> None:
    assert cut("vesxi01.lab.example", 13) == "vesxi01.lab.…"
    assert cut("win2022-template-eval", 13) == "win202…e-eval"


@pytest.mark.parametrize(
    ("env", "isatty", "color"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_when_to_colour(env: dict[str, str], isatty: bool, color: bool) -> None:
    assert wants_color(env, isatty) is color
