"""What ftlab prints as a set of hosts, given back to it; patterns with two meanings."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory
from ftlab.report.layout.cells import wrapped

LAB = parse_inventory(
    "[vesxi]\nvesxi[01:08]\n[rack]\nrack[1:2]-node[1:3]\n[six]\n2001:db8::[6:9]\n"
    "[web]\nweb\nn[1:3].lab\nn[8:11].lab\n",
    "lab.ini",
)


def selected(*patterns: str | None, inventory: Inventory = LAB) -> list[str]:
    return [host.name for host in inventory.select(*patterns)]


def numbered(shape: str, *numbers: int) -> list[str]:
    return [shape % number for number in numbers]


class TestSpelling:
    @pytest.mark.parametrize(
        ("hosts", "pattern"),
        [
            (["vesxi01"], "vesxi01"),
            (numbered("vesxi%02d", 1, 2, 3), "vesxi[01..03]"),
            (numbered("vesxi%02d", 1, 2, 4, 5, 6, 7, 8), "vesxi[01-02,04-08]"),
            (numbered("rack1-node%d", 1, 2, 3), "rack1-node[1-3]"),
            (["web", "vesxi01"], "web,vesxi01"),
            (numbered("n%d.lab", 1, 2, 3), "n[1-3].lab"),
            (numbered("n%d.lab", 8, 9, 10, 11), "n[8..11].lab"),
            (numbered("2001:db8::%d", 6), "2001:db8::6"),
            (numbered("2001:db8::%d", 6, 7), "2001:db8::[6-7],"),
        ],
    )
    def test_the_shortest_that_has_no_other_meaning(self, hosts: list[str], pattern: str) -> None:
        assert LAB.spell(hosts) == pattern
        assert set(selected(pattern)) == set(hosts)

    @pytest.mark.parametrize(
        ("hosts", "called"),
        [
            (numbered("vesxi%02d", *range(8, 0, -1)), "vesxi"),
            (numbered("2001:db8::%d", 6, 7, 8, 9), "six"),
            (numbered("vesxi%02d", 1, 2), "vesxi[01..02]"),
            (["vesxi01"], "vesxi01"),
        ],
    )
    def test_a_whole_group_is_called_by_its_name(self, hosts: list[str], called: str) -> None:
        assert LAB.call(hosts) == called
        assert set(selected(called)) == set(hosts)

    def test_a_group_whose_name_has_another_meaning_is_not_named(self) -> None:
        hosts = ["web", *numbered("n%d.lab", 1, 2, 3, 8, 9, 10, 11)]
        pattern = LAB.call(hosts)  # "web" is a host, too
        assert set(selected(pattern)) == set(hosts)
        assert not set(selected(None, pattern)) & set(hosts)

    def test_hosts_of_another_inventory_are_folded(self) -> None:
        assert LAB.spell(["old1", "old2", "vesxi01"]) == "old[1-2],vesxi01"

    def test_a_name_that_looks_like_a_list(self) -> None:
        odd = parse_inventory("@failed\nh1\n")
        for some in (["@failed"], ["@failed", "h1"]):
            assert selected(odd.spell(some), inventory=odd) == some

    def test_five_thousand_hosts(self) -> None:
        large = parse_inventory("[rack]\nrack[0:99]-h[00:49]\n")
        every = [host.name for host in large.hosts]
        assert selected(large.spell(every[::2]), inventory=large) == every[::2]


_words = st.sampled_from(["vesxi", "n", "rack", "a.b", "x-", "h1-", "1", "::"])
_numbers = st.integers(0, 30).map(str) | st.integers(0, 12).map("{:02}".format)
_names = st.builds("{}{}{}".format, _words, _numbers, st.sampled_from(["", "", ".lab", "-n1"]))
_groups = st.dictionaries(
    _words.filter(lambda word: ":" not in word) | st.sampled_from(["n1.lab", "vesxi01", "rack1-n"]),
    st.lists(_names, max_size=6),
    max_size=4,
)


@st.composite
def sets_of_hosts(draw: st.DrawFn) -> tuple[Inventory, list[str]]:
    """An inventory whose groups may bear the names of hosts, or what hosts' names begin with."""
    lines = draw(st.lists(_names, min_size=1, max_size=12))
    for group, members in draw(_groups).items():
        lines += [f"[{group}]", *members]
    inventory = parse_inventory("\n".join(lines))
    hosts = [host.name for host in inventory.hosts]
    return inventory, draw(st.lists(st.sampled_from(hosts), min_size=1, unique=True))


@given(sets_of_hosts())
@example((LAB, numbered("vesxi%02d", 1, 2, 3)))
def test_what_is_printed_selects_exactly_these_hosts(given_: tuple[Inventory, list[str]]) -> None:
    inventory, some = given_
    printed = inventory.spell(some)
    every = [host.name for host in inventory.hosts]
    assert set(selected(printed, inventory=inventory)) == set(some)
    copied = "\n  ".join(wrapped(printed, 12))  # from a narrow terminal
    assert set(selected(copied, inventory=inventory)) == set(some)
    rest = [name for name in every if name not in some]
    if rest:
        assert selected(None, printed, inventory=inventory) == rest


def fault(*patterns: str | None) -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        LAB.select(*patterns)
    assert caught.value.exit_code == 2
    return caught.value


class TestTwoMeanings:
    @pytest.mark.parametrize(
        ("pattern", "first", "second", "spelling"),
        [
            ("vesxi[01-03]", "vesxi[01..03]", "vesxi[02..04]", "vesxi[1:3]"),
            ("vesxi[01:03]", "vesxi[01..03]", "vesxi[02..04]", "vesxi[1:3]"),
            ("vesxi[07-09]", "vesxi[07..08]", "vesxi08", "vesxi[7:9]"),
            ("vesxi[02]", "vesxi02", "vesxi03", "vesxi[2:2]"),
            ("n[8-11].lab", "n[8..11].lab", "n1.lab", "n1.lab"),
        ],
    )
    def test_both_are_shown_with_a_spelling_for_each(
        self, pattern: str, first: str, second: str, spelling: str
    ) -> None:
        for error in (fault(pattern), fault(None, pattern), fault(f"all:!{pattern}")):
            assert f"{pattern!r} can be read in two ways" in str(error)
            assert f"the hosts {first}, or " in str(error)
            assert str(error).endswith(f"which is {second}")
            assert error.hint == f"write '{first}' for the first, '{spelling}' for the second"
        assert set(selected(first)) != set(selected(spelling))
        assert selected(spelling) == selected(second)

    @pytest.mark.parametrize(
        ("pattern", "hosts"),
        [
            ("vesxi[1:3]", numbered("vesxi%02d", 2, 3, 4)),  # Ansible's only
            ("vesxi[3]", ["vesxi04"]),
            ("vesxi[-1]", ["vesxi08"]),
            ("vesxi[6-]", numbered("vesxi%02d", 7, 8)),
            ("n[1-3].lab", numbered("n%d.lab", 1, 2, 3)),  # the same both ways
            ("rack1-node[1-2]", numbered("rack1-node%d", 1, 2)),  # no group of that name
            ("vesxi[01, 03 ,05-06]", numbered("vesxi%02d", 1, 3, 5, 6)),
            ("vesxi[08]", ["vesxi08"]),  # no ninth host
            ("rack[1,2]-node[02,3]", numbered("rack%d-node3", 1, 2)),
            ("&vesxi[01,02],vesxi", numbered("vesxi%02d", 1, 2)),
            ("vesxi,!vesxi[01-05,07]", numbered("vesxi%02d", 6, 8)),
        ],
    )
    def test_one_meaning(self, pattern: str, hosts: list[str]) -> None:
        assert set(selected(pattern)) == set(hosts)

    def test_a_part_of_a_range_that_is_not_there_is_told(self) -> None:
        heard: list[str] = []
        chosen = LAB.select("vesxi[07..12]", warn=heard.append)
        assert [host.name for host in chosen] == ["vesxi07", "vesxi08"]
        assert heard == ["no host or group matches 'vesxi[09-12]'"]


class TestBrackets:
    @pytest.mark.parametrize(
        "pattern",
        ["vesxi[01-03", "web,vesxi[01-03", "vesxi[01-02,04-08", "web:!vesxi[01", "vesxi[[01-03]x["],
    )
    def test_not_closed(self, pattern: str) -> None:
        assert "a bracket is not closed" in str(fault(pattern))
        assert "a bracket is not closed" in str(fault(None, pattern))

    @pytest.mark.parametrize("pattern", ["vesxi01]", "web,01-03]", "vesxi]01["])
    def test_not_opened(self, pattern: str) -> None:
        assert "bracket is" in str(fault(pattern))

    @pytest.mark.parametrize(
        ("pattern", "why"),
        [
            ("vesxi[03-01]", "runs backwards"),
            ("vesxi[01-02,05-04]", "runs backwards"),
            ("vesxi[1-03,5]", "not of equal length"),
            ("vesxi[1,a]", "names with numbers"),
            ("vesxi[*,01]", "names with numbers"),
            ("rack*-node[1,3]", "names with numbers"),
            ("vesxi[0..999999999999999]", "more than 100000 hosts"),
        ],
    )
    def test_ranges_that_cannot_be_meant(self, pattern: str, why: str) -> None:
        assert why in str(fault(pattern))
        assert why in str(fault(f"web,{pattern}"))
