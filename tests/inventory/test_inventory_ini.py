"""The INI reader: what a host file means, and what is wrong with one, by file and line."""

import time
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory
from ftlab.model import Host


def checked(text: str, file: str = "hosts.ini") -> Inventory:
    """An inventory with all its hosts selected."""
    inventory = parse_inventory(text, file)
    inventory.check(inventory.hosts)
    return inventory


def read(text: str) -> Inventory:
    return parse_inventory(dedent(text).lstrip("\n"), "lab.ini")


def names(text: str) -> list[str]:
    return [host.name for host in read(text).hosts]


def host(text: str, name: str = "h") -> Host:
    return next(host for host in read(text).hosts if host.name == name)


def fault(text: str) -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        checked(text, "lab.ini")
    assert caught.value.exit_code == 2
    return caught.value


def test_toml_is_not_read_as_ini() -> None:
    """Ansible makes host ``a`` at 192.0.2.1 of it; INI would be host ``a`` at ``a``."""
    text = '[lab.hosts]\na = {ansible_host="192.0.2.1"}\n'
    for each in (text, "[lab]\na\n"):
        with pytest.raises(
            InventoryError, match=r"^hosts\.toml:1: this is TOML, not INI"
        ) as caught:
            parse_inventory(each, "hosts.toml")
        assert "ansible-inventory -i FILE" in caught.value.hint


class TestGroups:
    def test_hosts_above_the_first_section_are_ungrouped(self) -> None:
        assert host("h\n[g]\nother").groups == ("ungrouped",)

    def test_a_host_of_a_group_is_ungrouped_no_more(self) -> None:
        inventory = read("h\nalone\n[g]\nh")
        assert inventory.groups["ungrouped"] == ("alone",)
        assert [h.groups for h in inventory.hosts] == [("ungrouped",), ("g",)]

    def test_groups_are_all_those_above_the_host_sorted(self) -> None:
        text = "[z]\nh\n[top:children]\nmid\n[mid:children]\nz"
        assert host(text).groups == ("mid", "top", "z")

    def test_a_host_of_all_alone_is_ungrouped(self) -> None:
        assert host("[all]\nh").groups == ("ungrouped",)

    def test_definitions_of_one_group_merge(self) -> None:
        assert read("[g]\na\n[x]\nb\n[g]\nc\na").groups["g"] == ("a", "c")

    def test_a_host_listed_twice_is_one_host_with_both_variables(self) -> None:
        found = host("[a]\nh x=1 y=1\n[b]\nh y=2")
        assert found.groups == ("a", "b")
        assert found.variables == {"x": 1, "y": 2}

    def test_a_group_may_be_empty_and_may_have_vars_before_it_is_declared(self) -> None:
        inventory = read("[g:vars]\nx=1\n[g]\n")
        assert inventory.hosts == ()
        assert inventory.groups["g"] == ()

    def test_an_empty_file_is_an_empty_inventory(self) -> None:
        assert read("").hosts == ()


class TestOrder:
    """The order of ``ansible all --list-hosts`` (observed with ansible-core 2.19)."""

    def test_hosts_of_all_then_ungrouped_then_groups_as_they_appear(self) -> None:
        assert names("u\n[b]\nb1\n[a]\na1\nb1\n[all]\nz") == ["z", "u", "b1", "a1"]

    def test_groups_go_level_by_level(self) -> None:
        text = "[low]\nl\n[top:children]\nmid\nlow\n[mid]\nm\n[other]\no"
        assert names(text) == ["o", "l", "m"]

    def test_a_group_named_before_it_is_declared_joins_when_it_is_declared(self) -> None:
        assert names("[top:children]\nb\na\n[a]\na1\n[b]\nb1") == ["a1", "b1"]
        assert names("[a]\na1\n[b]\nb1\n[top:children]\nb\na") == ["b1", "a1"]

    def test_a_child_named_twice_is_one(self) -> None:
        assert names("[a]\na1\n[p:children]\na\na") == ["a1"]

    def test_children_of_all_come_in_the_order_given(self) -> None:
        assert names("[a]\na1\n[b]\nb1\n[all:children]\nb") == ["b1", "a1"]


class TestRanges:
    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("vesxi[01:03]", "vesxi01 vesxi02 vesxi03"),
            ("n[8:11]", "n8 n9 n10 n11"),
            ("n[:2]", "n0 n1 n2"),
            ("n[1:10:4]", "n1 n5 n9"),
            ("n[01:07:3].lab", "n01 n04 n07"),
            ("r[a:c]", "ra rb rc"),
            ("r[a:e:2]", "ra rc re"),
            ("r[a:b]n[1:2]", "ran1 ran2 rbn1 rbn2"),
            ("n[5:1]", ""),
            ("10.0.0.[1:2]", "10.0.0.1 10.0.0.2"),
            ("2001:db8::[1:2]", "2001:db8::1 2001:db8::2"),
        ],
    )
    def test_expansion(self, pattern: str, expected: str) -> None:
        tail = ".lab" if pattern.endswith(".lab") else ""
        assert names(pattern) == [name + tail for name in expected.split()]

    @pytest.mark.parametrize(
        "pattern",
        ["n[1:]", "n[01:1]", "n[1-3]", "n[1:2:0]", "n[1:2:x]", "n[x:1]", "n[c:a]", "n[1:2:3:4]",
         "n[", "n[1:2", "n]1[2", "n[1:999999999]", "n[1:999][1:999]", "n[1:2][", "n[a:5]"],
    )  # fmt: skip
    def test_a_broken_range_is_an_error_with_its_line(self, pattern: str) -> None:
        error = fault(f"ok\n{pattern} x=1\n")
        assert str(error).startswith("lab.ini:2: ")
        assert pattern in str(error) or "range" in str(error)

    def test_every_host_of_a_range_gets_the_variables(self) -> None:
        assert [h.user for h in read("n[1:2] ansible_user=u").hosts] == ["u", "u"]


class TestPorts:
    @pytest.mark.parametrize(
        ("word", "name", "port"),
        [
            ("h:2222", "h", 2222),
            ("10.0.0.1:22", "10.0.0.1", 22),
            ("[::1]:22", "::1", 22),
            ("[fe80::a]:2222", "fe80::a", 2222),
            ("[h]:22", "h", 22),
            ("::1", "::1", None),
            ("2001:db8::22", "2001:db8::22", None),
            ("h", "h", None),
            ("a_:22", "a_:22", None),  # no address, hence no port: Ansible keeps the word
        ],
    )
    def test_port_behind_the_name(self, word: str, name: str, port: int | None) -> None:
        found = host(word, name)
        assert (found.name, found.port) == (name, port)

    def test_a_port_behind_a_range_is_the_port_of_each(self) -> None:
        assert [(h.name, h.port) for h in read("n[1:2]:22").hosts] == [("n1", 22), ("n2", 22)]

    def test_the_variable_wins_over_the_suffix(self) -> None:
        assert host("h:1 ansible_port=2").port == 2

    def test_a_suffix_counts_only_where_the_host_is_new(self) -> None:
        assert host("h\n[g]\nh:2222").port is None


class TestValues:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1", 1), ("0", 0), ("-5", -5), ("01", "01"), ("1.5", 1.5), ("1.2.3.4", "1.2.3.4"),
            ("True", True), ("true", "true"), ("yes", "yes"), ("None", None), ("", ""),
            ("word", "word"), ("Truely", "Truely"), ("0x10", 16), ("1_0", 10), ("1e3", 1000.0),
            ("'a b'", "a b"), ('"a b"', "a b"), ("\"'1'\"", "1"), ("[1,'2']", [1, 2]),
            ("\"['a','b']\"", ["a", "b"]), ("(1,2)", [1, 2]), ("\"{'a': (1,)}\"", {"a": [1]}),
            ("\"b'x'\"", "x"), ("1+2j", "(1+2j)"), ("...", "..."), ("a=b", "a=b"),
            ("a#b", "a"), (r"a\ b", "a b"), ("a;b", "a;b"), ("{{x}}", "{{x}}"),
        ],
    )  # fmt: skip
    def test_on_a_host_line_quotes_go_first(self, text: str, value: object) -> None:
        found = host(f"h x={text}").variables["x"]
        assert found == value
        assert type(found) is type(value)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1", 1), ('"1"', "1"), ("'a b'", "a b"), ("a b", "a b"), ("a # b", "a # b"),
            ("5 # five", 5), ("a=b", "a=b"), ("", ""), ("yes", "yes"), ("[1, 2]", [1, 2]),
            (r"'\d'", r"\d"), ('"', '"'), ("{1}", [1]),
        ],
    )  # fmt: skip
    def test_in_a_vars_section_the_whole_rest_of_the_line(self, text: str, value: object) -> None:
        found = host(f"[g]\nh\n[g:vars]\nx = {text}").variables["x"]
        assert found == value
        assert type(found) is type(value)

    @pytest.mark.parametrize("text", ["{[]: 1}", "-" * 100_000 + "1"])
    def test_a_value_that_nobody_can_read(self, text: str) -> None:
        assert fault(f"[all:vars]\nx = {text}").evidence == {"file": "lab.ini", "line": 2}


class TestPrecedence:
    def test_host_then_child_then_parent_then_all(self) -> None:
        text = """
            [child]
            h a=host
            [parent:children]
            child
            [all:vars]
            a=all
            b=all
            c=all
            d=all
            [parent:vars]
            a=parent
            b=parent
            c=parent
            [child:vars]
            a=child
            b=child
            """
        expected = {"a": "host", "b": "child", "c": "parent", "d": "all"}
        assert host(text).variables == expected

    def test_groups_of_one_depth_go_by_name_whatever_the_order_in_the_file(self) -> None:
        assert host("[b]\nh\n[a]\nh\n[b:vars]\nx=b\n[a:vars]\nx=a").variables == {"x": "b"}

    def test_priority_goes_before_the_name(self) -> None:
        text = "[b]\nh\n[a]\nh\n[b:vars]\nx=b\n[a:vars]\nx=a\nansible_group_priority=2"
        assert host(text).variables == {"x": "a"}

    def test_depth_goes_before_priority_and_is_the_longest_way_down(self) -> None:
        text = """
            [deep]
            h
            [wide]
            h
            [mid:children]
            deep
            [deep:vars]
            x=deep
            [wide:vars]
            x=wide
            ansible_group_priority=9
            """
        assert host(text).variables == {"x": "deep"}

    @pytest.mark.parametrize("value", ["high", "[1]", "1e999"])
    def test_a_priority_is_a_number(self, value: str) -> None:
        error = fault(f"[g]\nh\n[g:vars]\nansible_group_priority={value}")
        assert str(error).startswith("lab.ini:4: ansible_group_priority")

    def test_a_host_named_like_its_group_sets_the_variables_of_the_group(self) -> None:
        assert host("[web]\nweb x=1\nh").variables == {"x": 1}


class TestComments:
    @pytest.mark.parametrize("comment", ["# c", "; c", "  # c", ""])
    def test_whole_lines(self, comment: str) -> None:
        assert names(f"{comment}\nh\n{comment}") == ["h"]

    @pytest.mark.parametrize("tail", [" # c", "# c", "\t#", ' # "c"', ' # isn"t'])
    def test_behind_a_host(self, tail: str) -> None:
        assert host(f"h x=1{tail}").variables == {"x": 1}

    def test_behind_a_section_and_a_child(self) -> None:
        assert names("[g] # c\nh\n[p:children]#c\ng # c") == ["h"]

    def test_a_quoted_mark_is_no_comment(self) -> None:
        assert host("h x='a # b'").variables == {"x": "a # b"}


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("h\n[g:things]\nx", 2, "[g:things] is of no known kind"),
            ("h\n[a b]\nx", 2, "not a section"),
            ("[]", 1, "not a section"),
            ("[g: vars]", 1, "not a section"),
            ("h\n[g", 2, "range"),
            ("h x", 1, "word 2 is not KEY=VALUE"),
            ("h a=1 x = 2", 1, "word 3 is not KEY=VALUE"),
            ("h x='1", 1, "No closing quotation"),
            ("h\\", 1, "No escaped character"),
            ("'' x=1", 1, "empty host name"),
            ("[g]\n[g:vars]\njust words", 3, "KEY = VALUE"),
            ("[g]\n[p:children]\ng h", 3, "name of a group"),
            ("[p:children]\ngost\n[ghost]", 2, "declared nowhere"),
            ("[a]\nh\n[ghost:vars]\nx=1", 3, "declared nowhere"),
            ("[p:children]\nghost\n[ghost:vars]\n", 2, "declared nowhere"),
            ("[a:children]\na", 2, "a loop of groups: a → a"),
            ("[a:children]\nb\n[b:children]\nc\n[c]\n[c:children]\na", 7, "a loop of groups"),
            ("[a]\nh\n[b:children]\na\nall", 5, "a loop of groups"),
        ],
    )
    def test_names_file_and_line(self, text: str, line: int, words: str) -> None:
        error = fault(text)
        assert str(error).startswith(f"lab.ini:{line}: ")
        assert words in str(error)
        assert error.evidence == {"file": "lab.ini", "line": line}

    def test_an_undeclared_child_comes_with_the_nearest_group(self) -> None:
        assert "'vesxi'" in fault("[vesxi]\nh\n[p:children]\nvexsi").hint
        assert fault("[p:children]\nxyz").hint == "declare [xyz], even an empty one"

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("---\nall:\n", 1, "YAML"),
            ("# hosts\n---\nall:\n", 2, "name the file .yml"),
            ("all:\n  hosts:\n    a:\n", 1, "YAML"),
            ('\n{\n "all": {}}\n', 2, "JSON"),
            ("#!/usr/bin/env python3\nprint(1)\n", 1, "program"),
            ("$ANSIBLE_VAULT;1.1;AES256\n6162\n", 1, "vault"),
        ],
    )
    def test_other_kinds_of_inventory(self, text: str, line: int, what: str) -> None:
        error = fault(text)
        assert error.evidence["line"] == line
        assert what in str(error) + error.hint

    @pytest.mark.parametrize(
        "line",
        ["h ansible_password=hush hush", "h ansible_password='hush", "h ansible_password={{hush}}",
         "h ansible_password=\"['hush']\"", "[all:vars]\nansible_password hush"],
    )  # fmt: skip
    def test_no_error_tells_a_password(self, line: str) -> None:
        error = fault(line)
        assert "hush" not in f"{error}{error.hint}{error.evidence}"
        assert error.__cause__ is None


_lines = st.sampled_from(
    ["[g]", "[a:children]", "[b:children]", "[g:vars]", "a", "b", "g", "h[1:3]", "h[", "x=1", "h x",
     "h:22 ansible_port=0", "'", "all", "ungrouped", "[all:vars]", "ftlab_jump=j", "h ftlab_x="]
)  # fmt: skip


@given(st.text() | st.lists(_lines, max_size=12).map("\n".join))
def test_any_text_is_an_inventory_or_an_inventory_error(text: str) -> None:
    line, names = 1, []
    try:
        names = [host.name for host in parse_inventory(text).hosts]
    except InventoryError as error:
        line = error.evidence["line"]
    assert line >= 1
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("shape", ["flat", "grouped"])
def test_five_thousand_hosts_are_read_at_once(shape: str) -> None:
    mark = "[g{0}]\n" if shape == "grouped" else ""
    line = mark + "h{0} ansible_host=10.0.0.1 ansible_user=root ftlab_legacy_ssh=true # no. {0}\n"
    text = "".join(line.format(number) for number in range(5000))
    start = time.process_time()
    inventory = parse_inventory(text)
    chosen = inventory.select("@failed", sets={"failed": [h.name for h in inventory.hosts]})
    assert len(chosen) == 5000
    assert time.process_time() - start < 3  # a quadratic step anywhere would take far longer
