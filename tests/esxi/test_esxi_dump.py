"""Dumps: what a host prints comes back as it was meant; anything else is an error with a place."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.dumps.fast_reader import read_plain
from ftlab.esxi.dumps.reader import (
    UNSET,
    Dump,
    Moref,
    Value,
    _Reader,
    find_object,
    parse_dump,
    parse_object,
)

ErrorOf = Callable[..., ParseError | None]


class Printer:
    """The two styles of a host: up to 6.0 a comma and a blank end every line, from 6.5 on the
    last field has none, nor has the one before ``msg``."""

    def __init__(self, *, old: bool, unit: int = 3) -> None:
        self.old = old
        self.unit = unit

    def value(self, value: Value, depth: int = 0) -> str:
        if isinstance(value, Dump):
            return self.object(value, depth)
        return self.array(value, depth) if isinstance(value, list) else self.scalar(value)

    def scalar(self, value: Value) -> str:
        if isinstance(value, Moref):
            return f"'{value.type}:{value.id}'"
        if isinstance(value, str):
            return f'"{value}"'
        words = {UNSET: "<unset>", None: "(vmodl.MethodFault) null"}
        return words[value] if value in words else repr(value).lower()

    def object(self, value: Dump, depth: int) -> str:
        pad = " " * self.unit * (depth + 1)
        names = list(value)
        lines = []
        for at, name in enumerate(names):
            follows = names[at + 1 : at + 2]
            comma = self.old or follows not in ([], ["msg"])
            end = ", " if comma else ""
            lines.append(f"{pad}{name} = {self.value(value[name], depth + 1)}{end}\n")
        return f"({value.type}) {{\n{''.join(lines)}{' ' * self.unit * depth}}}"

    def array(self, value: list[Value], depth: int) -> str:
        if not value:
            return "(string) []"
        pad = " " * self.unit * (depth + 1)
        lines = ", \n".join(pad + self.value(one, depth + 1) for one in value)
        return f"(anyType) [\n{lines}\n{' ' * self.unit * depth}]"


# A quote at a line's end is the one thing that cannot be told from the end of a string.
strings = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r") | st.sampled_from("\"'\n, ")
).filter(lambda text: not re.search(r"[\"'][ \t,]*(\n|\Z)", text))
types = st.sampled_from(["vim.vm.Summary", "vim.T", "vmodl.MethodFault", "vim.A_1.B[]"])
fields = st.sampled_from(["name", "b", "runtime2", "under_score", "X", "key", "value"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0.5, -1.5, 1e20])
    | st.just(UNSET)
    | strings
    | st.builds(Moref, types, strings)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(Dump, types, st.dictionaries(fields, inner, max_size=4))
    ),
    max_leaves=12,
)
objects = st.builds(Dump, types, st.dictionaries(fields | st.just("msg"), values, max_size=5))
roots = objects | st.lists(objects, max_size=2)


@given(roots, st.booleans(), st.sampled_from([2, 3]))
def test_what_a_host_prints_is_what_it_meant(value: Any, old: bool, unit: int) -> None:
    printed = Printer(old=old, unit=unit).value(value)
    assert parse_dump(printed) == value
    assert parse_dump(f"Listsummary:\n \n{printed}\n~ # ") == value
    assert parse_dump(printed.replace("\n", "\r\n")) == value


@given(objects, st.booleans())
def test_hostd_logs_the_same_with_arrows(value: Any, old: bool) -> None:
    first, _, rest = Printer(old=old).value(value).partition("\n")
    arrows = "".join(f"--> {line}\n" for line in rest.split("\n"))
    logged = f"2013-08-12T13:48Z [6FE81B90 info 'x'] event: {first}\n{arrows}2013-08-13 next\n"
    assert parse_dump(logged) == value


def test_a_blog_may_have_lost_the_indents_and_the_blanks_at_line_ends() -> None:
    value = Dump("vim.T", {"a": Dump("vim.U", {"b": ["x", "y"], "c": "q"}), "d": 1})
    printed = Printer(old=True).value(value)
    assert parse_dump(re.sub(r"(?m)^ +| +$", "", printed)) == value
    assert parse_dump(re.sub(r"(?m)^ +", lambda found: "\t" * len(found[0]), printed)) == value
    assert parse_dump(re.sub(r"(?m)^ {3,6}(?=\S)", " ", printed).replace("\n", "\n\n")) == value


@given(st.text() | st.text(alphabet="(vim.T) {}[]=,\"' \n->a<unset>1"))
def test_any_text_is_a_value_or_an_error_with_a_place(error_of: ErrorOf, text: str) -> None:
    error = error_of(parse_dump, text)
    if error is not None:
        lines = text.replace("\r\n", "\n").split("\n")
        line, column = error.evidence["line"], error.evidence["column"]
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert lines[line - 1].startswith(error.evidence["text"])


@given(roots, st.booleans(), st.data())
def test_any_damage_is_a_value_or_an_error(
    error_of: ErrorOf, value: Any, old: bool, data: st.DataObject
) -> None:
    printed = Printer(old=old).value(value)
    at = data.draw(st.integers(0, len(printed)))
    end = data.draw(st.integers(at, len(printed)))
    damaged = printed[:at] + data.draw(st.text(max_size=3)) + printed[end:]
    error = error_of(parse_dump, damaged)
    assert error is None or error.evidence["line"] >= 1


@given(objects, st.booleans(), st.data())
def test_a_cut_dump_is_an_error(value: Any, old: bool, data: st.DataObject) -> None:
    printed = Printer(old=old).value(value)
    cut = printed[: data.draw(st.integers(0, len(printed) - 1))]
    with pytest.raises(ParseError):
        parse_dump(cut)


NOT_FOUND = """\
(vim.fault.NotFound) {
   faultCause = (vmodl.MethodFault) null,\x20
   faultMessage = <unset>
   msg = "no VM "2""
}
"""


def test_a_fault_of_6_5_and_later() -> None:
    fault = parse_dump("Power on failed: " + NOT_FOUND)
    assert fault == Dump(
        "vim.fault.NotFound", {"faultCause": None, "faultMessage": UNSET, "msg": 'no VM "2"'}
    )


def test_a_string_may_look_like_what_follows_it() -> None:
    text = (
        '(vim.T) {\n   a = "one\n"two",\n      b = 1,\n}\n"", \n   c = (vim.U) {\n      d = "", \n'
    )
    assert parse_dump(text + "   }, \n}\n") == Dump(
        "vim.T", {"a": 'one\n"two",\n      b = 1,\n}\n"', "c": Dump("vim.U", {"d": ""})}
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        # a closing brace that is not this object's, at another indent
        ('n = (vim.U) {\n      a = "x"\n}\ny", \n   }', Dump("vim.U", {"a": 'x"\n}\ny'})),
        (
            'n = (vim.U) {\n      a = "x"\n      ]\ny", \n   }',
            Dump("vim.U", {"a": 'x"\n      ]\ny'}),
        ),
        # no comma: only ``msg`` may follow
        ('n = "x"\n   b = "y"', 'x"\n   b = "y'),
        # the first quote cannot be the last one
        ('n = "\n   msg = x"', "\n   msg = x"),
        # a field at another indent
        ('n = "x",\n      b = 1,\n"', 'x",\n      b = 1,\n'),
        # a field after an empty line
        ('n = "x",\n\n   b = 1,\n"', 'x",\n\n   b = 1,\n'),
        # elements without a comma between them, or at another indent
        ('n = (string) [\n      "x"\n      "y"\n   ]', ['x"\n      "y']),
        ('n = (string) [\n      "x", \n "y"\n   ]', ['x", \n "y']),
        ('n = (string) [\n      "x", \n      y"\n   ]', ['x", \n      y']),
    ],
)
def test_a_string_goes_on_until_what_follows_fits(written: str, value: Value) -> None:
    heads = [("(vim.T) {", ""), ("x: (vim.T) { ", ""), ("    (vim.T) {", "    ")]
    for head, margin in [*heads, ("   motd\n(vim.T) {", ""), ("X (vim.T) {", "")]:
        text = f"{head}\n   {written}, \n   z = 1, \n}}\n"
        expected = Dump("vim.T", {"n": moved(value, margin), "z": 1})
        assert parse_dump(text.replace("\n", "\n" + margin)) == expected


def test_indents_that_mean_nothing_are_not_believed() -> None:
    text = '(vim.T) {\n a = "x", \n  b = "y"\n      }\n'
    assert parse_dump(text) == Dump("vim.T", {"a": "x", "b": "y"})


def test_a_missing_comma_before_msg_leaves_the_indents_their_meaning() -> None:
    text = '(vim.T) {\n   a = "x",\n      b = 1,\n", \n   c = "y"\n   msg = "z"\n}\n'
    assert parse_dump(text) == Dump("vim.T", {"a": 'x",\n      b = 1,\n', "c": "y", "msg": "z"})


def moved(value: Value, margin: str) -> Value:
    """The same value where the page that shows it has indented every line."""
    if isinstance(value, Dump):
        return Dump(value.type, {name: moved(one, margin) for name, one in value.fields.items()})
    if isinstance(value, list):
        return [moved(one, margin) for one in value]
    return value.replace("\n", "\n" + margin) if isinstance(value, str) else value


def test_an_array_of_strings_ends_where_its_indent_does() -> None:
    text = '(vim.T) {\n   a = (string) [\n      "x\n"y",\n   ]z", \n      "w"\n   ], \n}'
    assert parse_dump(text) == Dump("vim.T", {"a": ['x\n"y",\n   ]z', "w"]})


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("1.5", 1.5),
        ("2e3", 2000.0),
        ("-1.5e-3", -0.0015),
        ("true", True),
        ("false", False),
        ("null", None),
        ("<unset>", UNSET),
        ('""', ""),
        ("'vim.VirtualMachine:1'", Moref("vim.VirtualMachine", "1")),
        ("'vim.Network:HaNetwork-VM Network'", Moref("vim.Network", "HaNetwork-VM Network")),
        ("'vim.Network:a:b's'", Moref("vim.Network", "a:b's")),
        ("'ha-host'", Moref("", "ha-host")),
        ("(vim.T) null", None),
        ("(string) []", []),
        ("(vim.T) {\n   }", Dump("vim.T", {})),
        ("(vim.ArrayOfT[]) [\n   ]", []),
        ('(string) "x"', "x"),
        ("(int) 5", 5),
        ("(int) [\n      1, \n      -2\n   ]", [1, -2]),
    ],
)
def test_a_field_holds_any_value(written: str, value: Value) -> None:
    for end in (", \n}", ",\n}", "\n}", ", \n   z = 1\n}"):
        read = parse_dump(f"(vim.T) {{\n   a = {written}{end}")
        assert isinstance(read, Dump)
        assert read["a"] == value
        assert type(read["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("", "no vSphere object in the answer", 1, 1),
        ("Powered on\n", "no vSphere object in the answer", 1, 1),
        ("(vim.T) {", "expected a field or }", 1, 10),
        ("x\n(vim.T) {\n   a = ,\n}", "expected a value", 3, 8),
        ("(vim.T) {\n   a = yes,\n}", "expected a value", 2, 8),
        ("(vim.T) {\n   a = trueish,\n}", "expected a value", 2, 8),
        ("(vim.T) {\n   a = 1x,\n}", "expected a value", 2, 8),
        ("(vim.T) {\n   a = 1" + "0" * 50 + ",\n}", "expected a value", 2, 8),
        ("(vim.T) {\n   a = 1 b = 2\n}", "expected a comma or the end of the line", 2, 9),
        ("(vim.T) {\n   a = (),\n}", "expected a type", 2, 8),
        ("(vim.T) {\n   a = (x) (y) null,\n}", "expected a value after the type", 2, 12),
        ("(vim.T) {\n   a = 1,\n   a = 2,\n}", "a second field a", 3, 4),
        ('(vim.T) {\n   a = "x\n   b = 2,\n}', "this string does not end", 2, 8),
        ("(vim.T) {\n   = 1\n}", "expected a field or }", 2, 4),
        ("(vim.T) [\n   1,\n   2\n}", "expected a value", 4, 1),
        ("e: (vim.T) {\n-->    a = ?,\n--> }", "expected a value", 2, 12),
        ("(vim.T) {\n   a = (x) ", "expected a value", 2, 12),
        ("\n(vim.T) {\n   a = ,", "expected a value", 3, 8),
        ("motd\ne: (vim.T) {\n-->    a = ?,\n--> }", "expected a value", 3, 12),
    ],
)
def test_an_error_names_its_place(text: str, what: str, line: int, column: int) -> None:
    with pytest.raises(ParseError, match=rf"^{re.escape(what)} \(line {line},") as caught:
        parse_dump(text)
    assert (caught.value.evidence["line"], caught.value.evidence["column"]) == (line, column)


def nested(depth: int) -> str:
    return "(vim.T) {\n" + "a = (vim.T) {\n" * depth + "}\n" * depth + "}"


def test_no_depth_breaks_the_reader() -> None:
    assert isinstance(parse_dump(nested(80)), Dump)
    lists = "(vim.T) [\n" * 81 + "]\n" * 81
    innermost = parse_dump(lists)
    for _ in range(80):
        assert isinstance(innermost, list)
        [innermost] = innermost
    assert innermost == []
    with pytest.raises(ParseError, match=r"^objects nested too deep \(line 82,"):
        parse_dump("(vim.T) [\n" + lists)
    for depth in (81, 100_000):
        with pytest.raises(ParseError, match="nested too deep"):
            parse_dump(nested(depth))
    with pytest.raises(ParseError, match="expected a value after the type"):
        parse_dump("(vim.T) {\n   a = " + "(x) " * 100_000 + "1\n}")


@pytest.mark.parametrize(
    "text",
    [
        "(vim.T) {\n   a = " + '"' * 400_000,
        '(vim.T) {\n   a = "' + '"\n' * 200_000,
        '(vim.T) {\n   a = "' + '",\n   b = "' * 40_000,
        '(vim.T) {\n   a = "' + '"' + " " * 400_000 + "x",
        "(vim.T) {   ,  " * 40_000,
        "(vim.T) {" + " " * 400_000 + ",",
        "(" * 400_000,
        "(vim.T) [\n" + "(vim.T) [], " * 40_000 + "\n]",
        "(vim.T) {\n" + "\n" * 400_000 + "a = (vim.T) {\n",
    ],
    ids=range(9),
)
def test_no_text_takes_more_than_linear_time(error_of: ErrorOf, text: str) -> None:
    """Half a megabyte within seconds; a quadratic reader would need hours."""
    began = time.process_time()
    error_of(parse_dump, text)
    assert time.process_time() - began < 10


def test_paths_reach_into_an_object() -> None:
    inner = Dump("vim.U", {"text": "t", "number": 1, "flag": True, "null": None, "un": UNSET})
    dump = Dump("vim.T", {"in": inner, "many": [inner, "s", 2], "text": "top"})
    assert dump.get("in.text") == dump.text("in.text") == "t"
    assert dump.number("in.number") == 1
    assert dump.flag("in.flag") is True
    assert dump.node("in") is inner
    assert dump.nodes("many") == [inner]
    assert dump.texts("many") == ["s"]
    assert dump.get("in.un") is UNSET
    assert dump.get("in.null", "other") is None
    assert dump.get("in.none", "other") == dump.get("text.in", "other") == "other"
    assert dump.get("in.none") is None


def test_a_path_to_another_kind_of_value_gives_nothing() -> None:
    dump = Dump("vim.T", {"text": "t", "number": 1, "flag": True, "list": [], "un": UNSET})
    assert [dump.text(name) for name in dump] == ["t", None, None, None, None]
    assert [dump.number(name) for name in dump] == [None, 1, None, None, None]
    assert [dump.flag(name) for name in dump] == [None, None, True, None, None]
    assert [dump.node(name) for name in dump] == [None] * 5
    assert [dump.nodes(name) for name in dump] == [dump.texts(name) for name in dump] == [[]] * 5


def test_an_object_is_a_mapping_of_its_fields() -> None:
    dump = Dump("vim.T", {"b": 1, "a": 2})
    assert (list(dump), len(dump), dump["a"], "a" in dump, "c" in dump) == (
        ["b", "a"], 2, 2, True, False,
    )  # fmt: skip


def test_the_type_that_is_expected_is_demanded() -> None:
    assert (
        parse_object("(vim.T) {\n}", "vim.T") == parse_object("(vim.T) {\n}") == Dump("vim.T", {})
    )
    with pytest.raises(ParseError, match="expected an object, the host answered list"):
        parse_object("(vim.T) []")
    for text in (NOT_FOUND, "(vim.T) []", "(vim.T) null"):
        with pytest.raises(ParseError, match=r"expected vim\.T, the host answered"):
            parse_object(text, "vim.T")


def test_the_first_object_is_found() -> None:
    assert find_object("MOTD (c)\nPower on failed: " + NOT_FOUND) == (26, "vim.fault.NotFound")
    assert find_object("(vim.T) null\n(vim.T) []\n(vim.U) { x\n") is None


# The quick reading. It may give up on anything, but must never read what the careful reader
# would read otherwise.


def careful(text: str, start: int = 0, *, strict: bool = True) -> str:
    """What the careful reader alone makes of a dump; its repr, which tells 1 from True."""
    return repr(_Reader(text, start, strict=strict).read())


def has_inner_quotes(value: Value) -> bool:
    if isinstance(value, Dump | list):
        return any(
            map(has_inner_quotes, value.fields.values() if isinstance(value, Dump) else value)
        )
    if isinstance(value, Moref):
        return "'" in value.type + value.id
    return isinstance(value, float) or (isinstance(value, str) and '"' in value)


@given(objects | st.lists(objects, min_size=1, max_size=2), st.booleans())
def test_a_plain_dump_is_read_quickly(value: Any, old: bool) -> None:
    printed = Printer(old=old).value(value)
    plain = read_plain(printed, 0)
    if not has_inner_quotes(value) and "\n}" not in printed[:-2] and "\n]" not in printed[:-2]:
        assert plain == value
    if plain is not None:
        assert repr(plain) == careful(printed) == careful(printed, strict=False) == repr(value)


ORDINARY = Printer(old=True).value(
    Dump(
        "vim.T",
        {
            "a": Dump("vim.U", {"b": "x", "c": Moref("vim.V", "1"), "d": None, "msg": ""}),
            "e": [Dump("vim.W", {"f": -1, "g": True}), Dump("vim.W", {"f": UNSET, "g": []})],
            "h": ["y", "z"],
            "i": "last",
        },
    )
)
damages = st.sampled_from(
    ['"', "'", "\n", ",", ", ", "}", "]", "{", "[", " ", "   ", "\n}", "\n   }", '",\n', "\t", "\r",
     "a = ", "msg = ", " = ", "null", "true", "1", "(vim.T) {", "(x) ", "(string) [\n", "[]"]
)  # fmt: skip


def test_an_ordinary_dump_needs_no_careful_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("ftlab.esxi.dumps.reader._Reader")
    text = f"Configuration:\n\n{ORDINARY}\n"
    assert parse_dump(text) == parse_dump(text.replace("\n", "\r\n"))


@given(st.booleans(), st.data())
def test_what_is_read_quickly_is_what_the_careful_reader_reads(
    old: bool, data: st.DataObject
) -> None:
    text = ORDINARY if old else re.sub(r", (?=\n *[}\]])", "", ORDINARY)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.sampled_from([0, 0, 1, 2, 9]))
        text = text[:at] + data.draw(damages) + text[at + gone :]
    plain = read_plain(text, 0)
    if plain is not None:
        assert repr(plain) == careful(text) == careful(text, strict=False)


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        ORDINARY + "\n",
        ORDINARY + ", \n~ # ",
        "Power on failed: " + ORDINARY + "\n\n(vim.T) {\n   a = ?\n",
        "  " + ORDINARY.replace("\n", "\n  "),
        "   motd\n" + ORDINARY,
        "X " + ORDINARY,
        NOT_FOUND.replace('"2"', "2"),
        '(vim.T) {\n   a = "1\n2", \n   b = "" \n}',
        "(vim.T) {\n}\n",
        "(vim.T) [\n   <unset>, \n   'a', \n   (x) [], \n   -5\n]\n",
    ],
    ids=range(11),
)
def test_these_are_plain(text: str) -> None:
    start = text.index("(vim.")
    assert repr(read_plain(text, start)) == careful(text, start)


@pytest.mark.parametrize(
    "text",
    [
        # a root that is neither an object nor an array over several lines, or has lost its end
        "(vim.T) null\n",
        "(vim.T) []\n",
        "(vim.T) { a = 1, }\n",
        "(vim.T) {",
        "(vim.T) {\n   a = 1, \n",
        "(vim.T) {\n   a = 1, \n]\n",
        "(vim.T) [\n   1\n}\n",
        "\n\n(vim.T) {\n   a = 1, \n",
        # lines that do not fit
        "(vim.T) {\n   a = 1, \n   }\n}\n",
        "(vim.T) {\n   a = 1, \n   b = }\n}\n",
        "(vim.T) {\n   a = 1, \nb = }\n}\n",
        "(vim.T) {\n   a = (x) {\n   }\n   ], \n}\n",
        "(vim.T) {\n   a = (x) {\n   ], \n}\n",
        "(vim.T) {\n   a = (x) [\n   }, \n}\n",
        "(vim.T) {\n   a = (x) {,\n   }, \n}\n",
        "(vim.T) {\n   a = (x) {\n      b = 1\n}, \n}\n",
        "(vim.T) {\n   a = 1, \n   1, \n}\n",
        "(vim.T) {\n   1\n}\n",
        "(vim.T) [\n   a = 1\n]\n",
        "(vim.T) [\n   1, \n   a = 1\n]\n",
        "(vim.T) {\n   a = 1, \n   a = 1, \n}\n",
        "(vim.T) {\n   a = 1\n   b = 2, \n}\n",
        '(vim.T) [\n   "x"\n   msg = 1\n]\n',
        "(vim.T) {\n  a = 1, \n}\n",
        "(vim.T) {\n    a = 1, \n}\n",
        "(vim.T) {\na = 1, \n}\n",
        "(vim.T) {\n\n   a = 1, \n}\n",
        "(vim.T) {\n   a = 1,\n   \n   b = 2\n}\n",
        # values that the careful reader has to judge, or that are none
        "(vim.T) {\n   a = 1.5, \n}\n",
        "(vim.T) {\n   a = " + "1" * 41 + ", \n}\n",
        "(vim.T) {\n   a = null, \n}\n",
        "(vim.T) {\n   a = (x) 1, \n}\n",
        "(vim.T) {\n   a = 1 2, \n}\n",
        '(vim.T) {\n   a = "x" , \n}\n',
        '(vim.T) {\n   a = "x"y", \n}\n',
        "(vim.T) {\n   a = 'x'y', \n}\n",
        "(vim.T) {\n   a = 1,, \n}\n",
        "(vim.T) {\n   a-b = 1, \n}\n",
        "(vim.T) {\n   a  = 1, \n}\n",
        # what stands behind the last line tells whether it is the last one
        '(vim.T) {\n   a = "x"\n} y", \n}\n',
        '(vim.T) {\n   a = "x", \n}  b = "y", \n}\n',
    ],
)
def test_these_are_left_to_the_careful_reader(text: str) -> None:
    assert read_plain(text, text.index("(")) is None


def test_the_quick_reading_looks_no_further_than_its_dump() -> None:
    """Or a log with many dumps would take a time that grows with its square."""
    text = f"{ORDINARY}\n" * 2_000
    began = time.process_time()
    for found in re.finditer(r"^\(vim\.T\)", text, re.MULTILINE):
        assert read_plain(text, found.start()) is not None
    assert time.process_time() - began < 10


def test_the_quick_reading_goes_as_deep_as_real_dumps_go() -> None:
    def deep(depth: int) -> Value:
        return [deep(depth - 1)] if depth else [1, None]

    for depth in (1, 40, 79):
        assert read_plain(Printer(old=True).value(deep(depth)), 0) == deep(depth)
    assert read_plain(Printer(old=True).value(deep(80)), 0) is None


@pytest.mark.parametrize(
    "name",
    [
        "get.config-101-esxi50-letters-restored",
        "get.summary-101-esxi50-letters-restored",
        "get.runtime-1-nested-esxi55",
        "get.guest-esxi8-no-tools",
    ],
)
def test_captured_dumps_are_plain(capture: Callable[[str], str], name: str) -> None:
    text = capture(name)
    start = text.index("(vim.")
    plain = read_plain(text, start)
    assert isinstance(plain, Dump)
    assert repr(plain) == careful(text, start) == careful(text, start, strict=False)


@pytest.mark.parametrize("text", ["(v) {\n-->", "(v) {\n--> ", "(v) {\n-->   a = 1, \n-->"])
def test_the_place_of_an_error_in_a_log_is_within_its_line(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_dump(text)
    line, column = caught.value.evidence["line"], caught.value.evidence["column"]
    assert 1 <= column <= len(text.split("\n")[line - 1]) + 1
