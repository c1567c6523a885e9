"""Which hosts a pattern selects."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import InventoryError
from ftlab.inventory import parse_inventory
from ftlab.inventory.patterns import Patterns

LAB = parse_inventory(
    """
gate
[vesxi]
vesxi[01:06]
[db]
db1
db2.lab
vesxi03
[spare]
vesxi06
[empty]
[six]
2001:db8::6
2001:db8::7
[lab:children]
vesxi
db
[all:vars]
ansible_user=root
""",
    "lab.ini",
)
EVERY = [host.name for host in LAB.hosts]
LISTED = "gate vesxi01 vesxi02 vesxi03 vesxi04 vesxi05 vesxi06 db1 db2.lab 2001:db8::6 2001:db8::7"


def selected(*patterns: Patterns, **options: object) -> str:
    return " ".join(host.name for host in LAB.select(*patterns, **options))  # type: ignore[arg-type]


def short(numbers: str) -> str:
    return " ".join(f"vesxi0{number}" for number in numbers)


def fault(*patterns: Patterns, **options: object) -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        LAB.select(*patterns, **options)  # type: ignore[arg-type]
    assert caught.value.kind == "pattern"
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("vesxi", short("123456")),
        ("vesxi01", "vesxi01"),
        ("vesxi02,vesxi01", "vesxi01 vesxi02"),
        ("vesxi02:vesxi01", "vesxi01 vesxi02"),
        ("vesxi01, vesxi01 ,vesxi01", "vesxi01"),
        (" vesxi01 ", "vesxi01"),
        ("vesxi01,nobody", "vesxi01"),
        ("vesxi:&db", "vesxi03"),
        ("&db:vesxi", "vesxi03"),
        ("vesxi:!spare", short("12345")),
        ("vesxi:!db:!spare", short("1245")),
        ("lab:&vesxi:!spare", short("12345")),
        ("!lab", "gate 2001:db8::6 2001:db8::7"),
        ("&spare", "vesxi06"),
        ("vesxi,&db,!vesxi01", "vesxi03"),
        ("vesxi0?", short("123456")),
        ("*2", "vesxi02"),
        ("vesxi0[13]", ""),
        ("vesxi0[1-3]", ""),
        ("vesxi0[!1-4]", short("56")),
        ("db2.lab", "db2.lab"),
        ("*.lab", "db2.lab"),
        ("~vesxi0[12]", short("12")),
        ("~(gate|db1)$", "gate db1"),
        ("~.*b$", f"{short('3')} db1 db2.lab {short('12456')}"),
        ("vesxi[0]", "vesxi01"),
        ("vesxi[-1]", "vesxi06"),
        ("vesxi[1:3]", short("234")),
        ("vesxi[1-3]", short("234")),
        ("vesxi[4:]", short("56")),
        ("vesxi[0:0]", "vesxi01"),
        ("vesxi[4:99]", short("56")),
        ("vesxi:!vesxi[0:3]", short("56")),
        ("v*[0]", "vesxi01"),
        ("2001:db8::6", "2001:db8::6"),
        ("2001:db8::6,gate", "gate 2001:db8::6"),
        ("ungrouped", "gate"),
        ("empty:gate", "gate"),
    ],
)
def test_patterns(pattern: str, expected: str) -> None:
    if not expected:
        assert "selects no host" in str(fault(pattern))
        return
    assert set(selected(pattern).split()) == set(expected.split())


@pytest.mark.parametrize("pattern", ["all", "*", None, "~", "all:!empty", "a*"])
def test_every_host_in_the_order_of_the_inventory(pattern: str | None) -> None:
    assert selected(pattern).split() == EVERY


def test_the_order_is_never_that_of_the_pattern() -> None:
    chosen = selected("six,db,vesxi[::-1],vesxi05,gate").split()
    assert chosen == [name for name in EVERY if name in chosen]


def test_a_host_goes_before_a_group_of_its_name() -> None:
    twins = parse_inventory("[web]\nweb\nother")
    assert [host.name for host in twins.select("web")] == ["web"]
    assert fault_of(twins, "all:!web") == "'all:!web' selects no host of hosts.ini"


def fault_of(inventory: object, pattern: str) -> str:
    with pytest.raises(InventoryError) as caught:
        inventory.select(pattern)  # type: ignore[attr-defined]
    return str(caught.value)


class TestExclude:
    def test_removes(self) -> None:
        assert selected("vesxi", "spare,vesxi01").split() == short("2345").split()

    def test_alone(self) -> None:
        assert selected(None, "lab:six") == "gate"

    def test_everything(self) -> None:
        assert "no host is left after excluding 'lab'" in str(fault("vesxi", "lab"))

    def test_an_empty_group_spares_nobody(self) -> None:
        assert selected("gate", "empty") == "gate"

    def test_a_slip_of_the_pen_is_an_error(self) -> None:
        error = fault("vesxi", "spair")
        assert "'spair' selects no host of lab.ini" in str(error)
        assert "'spare'" in error.hint


class TestSeveral:
    """``-l a -l b`` is either; each is a pattern of its own."""

    def test_they_unite(self) -> None:
        assert selected(["db:!vesxi03", "vesxi01"]).split() == ["vesxi01", "db1", "db2.lab"]
        assert selected("vesxi", ["spare", "vesxi01"]).split() == short("2345").split()
        assert selected([], []).split() == EVERY

    def test_each_has_to_mean_something(self) -> None:
        assert "'nobody' selects no host" in str(fault(["vesxi", "nobody"]))
        assert "'db:&spare' selects no host" in str(fault(["vesxi", "db:&spare"]))
        assert "'nobody' selects no host" in str(fault("vesxi", ["spare", "nobody"]))
        assert "after excluding 'lab' 'vesxi'" in str(fault("db1", ["lab", "vesxi"]))


class TestNamedLists:
    def test_a_set(self) -> None:
        sets = {"failed": ["vesxi02", "gone"]}
        assert selected("@failed", sets=sets) == "vesxi02"
        assert selected("vesxi:!@failed", sets=sets).split() == short("61345").split()
        assert selected("vesxi:&@failed", sets=sets) == "vesxi02"
        assert selected("gate", "@failed", sets=sets) == "gate"

    def test_an_empty_set_selects_nothing_at_all(self) -> None:
        assert "selects no host" in str(fault("@failed", sets={"failed": []}))
        assert selected("gate", "@failed", sets={"failed": []}) == "gate"

    def test_a_file_has_a_pattern_on_each_line(self) -> None:
        files = {"day.retry": "# last night\nvesxi\n\n  !spare \r\n!vesxi01\n"}
        chosen = selected("@day.retry", read_file=files.__getitem__)
        assert chosen.split() == short("2345").split()

    def test_a_set_goes_before_a_file(self) -> None:
        options = {"sets": {"x": ["gate"]}, "read_file": lambda _: "db1"}
        assert selected("@x,@y", **options) == "gate db1"

    def test_a_file_that_cannot_be_read(self) -> None:
        def missing(name: str) -> str:
            raise FileNotFoundError(2, "No such file or directory", name)

        assert "cannot read '@f': " in str(fault("@f", read_file=missing))

    @pytest.mark.parametrize("pattern", ["@", "@what", "all:!@what"])
    def test_a_name_that_nobody_knows(self, pattern: str) -> None:
        assert "nothing is known as '@" in str(fault(pattern))

    def test_no_name_is_no_file(self) -> None:
        assert "nothing is known as '@'" in str(fault("@", read_file=lambda _: "gate"))


class TestFaults:
    @pytest.mark.parametrize(
        ("pattern", "near"),
        [
            ("vesxi9", "'vesxi"),
            ("gaet", "'gate'"),
            ("vexsi[0]", "'vesxi'"),
            ("nobody,gaet", "'gate'"),
        ],
    )
    def test_nothing_selected_comes_with_the_nearest_names(self, pattern: str, near: str) -> None:
        error = fault(pattern)
        assert str(error) == f"{pattern!r} selects no host of lab.ini"
        assert near in error.hint

    @pytest.mark.parametrize("pattern", ["zzzz", "empty", "all:!all", "localhost", "Vesxi:&gate"])
    def test_nothing_selected(self, pattern: str) -> None:
        assert "selects no host of lab.ini" in str(fault(pattern))

    @pytest.mark.parametrize("pattern", ["", " ", ",", ":", " , "])
    def test_a_blank_pattern_is_not_every_host(self, pattern: str) -> None:
        assert "empty host pattern" in str(fault(pattern))
        assert "empty host pattern" in str(fault(None, pattern))

    @pytest.mark.parametrize("pattern", ["!", "lab:&", "lab,!"])
    def test_a_mark_alone(self, pattern: str) -> None:
        assert "stands alone" in str(fault(pattern))

    @pytest.mark.parametrize("pattern", ["~(", "~*", "gate,~[z-a]"])
    def test_a_broken_regex(self, pattern: str) -> None:
        assert "not a valid regular expression" in str(fault(pattern))

    @pytest.mark.parametrize("pattern", ["vesxi[6]", "vesxi[-7]", "gate,vesxi[99]"])
    def test_a_subscript_out_of_range(self, pattern: str) -> None:
        assert "is out of range: 6 hosts match" in str(fault(pattern))

    def test_an_inventory_without_hosts(self) -> None:
        with pytest.raises(InventoryError, match=r"none\.ini lists no hosts"):
            parse_inventory("[g]", "none.ini").select()


def test_python_has_nothing_to_say_about_a_regex() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert selected("~vesxi0[[6]") == "vesxi06"


def test_words_that_name_nothing_are_told() -> None:
    heard: list[str] = []
    LAB.select("gate,nobody,empty", "db1,nowhere", warn=heard.append)
    assert heard == ["no host or group matches 'nobody'", "no host or group matches 'nowhere'"]


_pieces = st.sampled_from(
    [*LISTED.split(), "all", "lab", "!", "&", "~", ":", ",", "[0]", "[", "@f", "*"]
)


@given(st.text(max_size=20) | st.lists(_pieces, max_size=6).map("".join), st.none() | _pieces)
def test_any_pattern_selects_hosts_in_order_or_is_an_inventory_error(
    limit: str, exclude: str | None
) -> None:
    kind, chosen = "pattern", []
    try:
        chosen = [host.name for host in LAB.select(limit, exclude, sets={"f": ["gate", "!db1"]})]
    except InventoryError as error:
        kind = error.kind
    assert kind == "pattern"
    assert chosen == [name for name in EVERY if name in set(chosen)]


@given(st.sets(st.sampled_from(LISTED.split()), min_size=1))
def test_a_list_of_names_selects_those_hosts(names: set[str]) -> None:
    assert set(selected(",".join(names) + ",").split()) == names
