"""Profiles: what a TOML text stands for, and what is said of one that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ProfileError
from ftlab.ops.profiles.sources import open_profile
from ftlab.ops.vft.keys import STREAM_OPTION
from ftlab.profile import BUILT_IN, Profile, load_profile


def load(text: str, **others: str) -> Profile:
    """A profile called lab.toml, beside other files."""
    files = {"lab.toml": text, **{name.replace("_toml", ".toml"): t for name, t in others.items()}}

    def read(name: str) -> str:
        if name not in files:
            raise FileNotFoundError(2, "No such file or directory")
        return files[name]

    return load_profile("lab.toml", read)


def wrong(text: str, **others: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        load(text, **others)
    assert caught.value.exit_code == 2
    return caught.value


def complaint(text: str, fine: str = "lab.toml") -> str:
    """What is said of a text; ``fine`` where nothing is."""
    try:
        load(text)
    except ProfileError as error:
        return error.message
    return fine


WHOLE = """
[[state]]
hosts = "vesxi:!spare"
advopt = { "/Migrate/NetTimeout" = 60, "/FT/Vmknic" = "vmk1" }
advopt_default = ["/Net/FollowHardwareMac"]

[[state]]
vm = "db*"
vmx = { "replay.supported" = "true" }
vmx_absent = ["old.key"]
power = "off"
snapshot = "baseline"
"""


def test_everything_a_table_can_say():
    first, second = load(WHOLE).states
    assert (first.hosts, first.vm) == ("vesxi:!spare", None)
    assert first.options == {
        "/Migrate/NetTimeout": 60,
        "/FT/Vmknic": "vmk1",
        "/Net/FollowHardwareMac": None,
    }
    assert (second.hosts, second.vm) == (None, "db*")
    assert second.keys == {"replay.supported": "true", "old.key": None}
    assert (second.power, second.snapshot) == ("off", "baseline")


def test_a_table_may_be_written_out():
    [state] = load('[[state]]\nvm = "a"\n[state.vmx]\n"x.y" = "1"\n').states
    assert state.keys == {"x.y": "1"}


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("a =", "lab.toml:1", "not TOML"),
        ("[[state]]\nhosts = 'a'\nhosts = 'b'", "lab.toml:3", "not TOML"),
        ("[[states]]", "lab.toml:1", "unknown key 'states'"),
        ("\nfoo = 1", "lab.toml:2", "unknown key 'foo'"),
        ("[state]\nhosts = 'a'", "lab.toml:1", "state is not a list of tables"),
        ("state = 1", "lab.toml:1", "state is not a list of tables"),
        ("[[state]]\n[[state]]\nvmz = {}", "lab.toml:3: [[state]] 2", "unknown key 'vmz'"),
        ("[[state]]\nhosts = 1", "lab.toml:2: [[state]] 1", "hosts has an integer"),
        ("[[state]]\nhosts = ''", "lab.toml:2: [[state]] 1", "hosts is empty"),
        ("[[state]]\nhosts = ['a']", "lab.toml:2: [[state]] 1", "hosts has an array"),
        ("[[state]]\nadvopt = ['/A/B']", "lab.toml:2: [[state]] 1", "advopt is an array"),
        ("[[state]]\nadvopt = {'/A/B' = true}", "lab.toml:2: [[state]] 1", "has a boolean"),
        ("[[state]]\nadvopt = {'/A/B' = 1.5}", "lab.toml:2: [[state]] 1", "has a float"),
        ("[[state]]\nadvopt = {'/A/B' = 1979-05-27}", "lab.toml:2", "a date or time"),
        ("[[state]]\nadvopt_default = '/A/B'", "lab.toml:2: [[state]] 1", "is a text"),
        ("[[state]]\nadvopt_default = [1]", "lab.toml:2: [[state]] 1", "has an integer"),
        (
            "[[state]]\nadvopt = {'/A/B' = 1}\nadvopt_default = ['/A/B']",
            "lab.toml:3: [[state]] 1",
            "/A/B is in this table twice",
        ),
        (
            "[[state]]\nadvopt = {'/A/B' = 1, '/a/b' = 2}",
            "lab.toml:2: [[state]] 1",
            "/a/b is in this table twice",
        ),
        ("[[state]]\nvm = 'a'\nvmx = {k = true}", "lab.toml:3: [[state]] 1", "has a boolean"),
        ("[[state]]\nvm = 'a'\nvmx.a.b = 'x'", "lab.toml:3: [[state]] 1", "'a' has a table"),
        (
            "[[state]]\nvm = 'a'\nvmx = {K = 'x'}\nvmx_absent = ['k']",
            "lab.toml:4: [[state]] 1",
            "'k' is in this table twice",
        ),
        ("[[state]]\nvm = 'a'\npower = 'up'", "lab.toml:3: [[state]] 1", "power is 'up'"),
        ("[[state]]\nvm = 'a'\nsnapshot = 1", "lab.toml:3: [[state]] 1", "snapshot has an integer"),
        ("include = 'a.toml'", "lab.toml:1", "include is a text"),
        ("include = ['no.toml']", "lab.toml:1", "no.toml cannot be read: No such file"),
        ("", "lab.toml", "the profile is empty"),
        ("description = 1\n[[state]]", "lab.toml:1", "description has an integer"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, place, says):
    error = wrong(text)
    assert error.message.startswith(place), error
    assert says in error.message
    assert error.evidence["file"] == "lab.toml"


@pytest.mark.parametrize("key", ["vmx = {}", "vmx_absent = []", "power = 'on'", "snapshot = 's'"])
def test_what_is_about_a_vm_needs_one(key):
    error = wrong(f"[[state]]\nhosts = 'a'\n{key}")
    assert error.message.startswith("lab.toml:3: [[state]] 1")
    assert "needs a vm" in error.message


def test_hints_name_what_was_meant():
    assert "'power'" in wrong("[[state]]\npowr = 'on'").hint
    assert '"replay.supported"' in wrong("[[state]]\nvm='a'\nvmx.replay.supported='true'").hint


def test_a_header_within_a_text_costs_only_the_line():
    text = "description = '''\n[[state]]\n'''\n[[state]]\nfoo = 1"
    assert wrong(text).message.startswith("lab.toml: [[state]] 1: unknown key 'foo'")


def test_included_tables_come_first():
    profile = load(
        "include = ['base.toml', 'more.toml']\n[[state]]\nhosts = 'own'",
        base_toml="[[state]]\nhosts = 'base'",
        more_toml="include = ['base.toml']\n[[state]]\nhosts = 'more'",
    )
    assert [state.hosts for state in profile.states] == ["base", "base", "more", "own"]


def test_an_included_path_is_relative_to_its_file():
    files = {
        "labs/a.toml": "include = ['parts/b.toml']",
        "labs/parts/b.toml": "include = ['c.toml']",
        "labs/parts/c.toml": "[[state]]",
    }
    profile = load_profile("labs/a.toml", files.__getitem__)
    assert [state.place.file for state in profile.states] == ["labs/parts/c.toml"]


@pytest.mark.parametrize("name", ["lab.toml", "./lab.toml", "x/../lab.toml"])
def test_a_circle_is_an_error(name):
    text = f"\ninclude = ['{name}']"
    files = {"lab.toml": text, name: text}
    with pytest.raises(ProfileError, match=r"lab\.toml:2: it includes itself: lab\.toml → lab"):
        load_profile("lab.toml", files.__getitem__)


def test_a_mistake_in_an_included_file_names_that_file():
    error = wrong("include = ['base.toml']", base_toml="[[state]]\nfoo = 1")
    assert error.message.startswith("base.toml:2: [[state]] 1")


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_profiles_say_where_they_come_from(name):
    profile = open_profile(name)
    assert profile.states
    assert profile.sources
    assert profile.warning
    assert profile.description


def test_the_two_vft_profiles_differ_in_the_value_of_the_stream_option_alone():
    """The published 0 is every build's default; each says in its description which it is."""
    published, without = open_profile("vft"), open_profile("vft-nostreams")
    assert [dict(state.options) for state in published.states] == [{STREAM_OPTION: 0}, {}]
    assert [dict(state.options) for state in without.states] == [{STREAM_OPTION: 1}, {}]
    assert [state.keys for state in published.states] == [state.keys for state in without.states]
    assert "as published" in published.description
    assert "VMotionStreamDisable = 0" in published.description
    assert "(vft-nostreams sets 1)" in published.description
    assert "VMotionStreamDisable = 1" in without.description
    assert "(vft, as published, sets 0)" in without.description


def test_a_built_in_profile_can_be_included(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("include = ['vft']\n[[state]]\nadvopt = {'/Migrate/VMotionStreamDisable' = 1}")
    states = open_profile(str(file)).states
    assert states[0] == open_profile("vft").states[0]
    assert states[-1].options == {"/Migrate/VMotionStreamDisable": 1}


def test_stock_takes_back_every_option_of_the_other_profiles_and_of_ftlab():
    stock = {path for state in open_profile("stock").states for path in state.options}
    others = {
        path for name in BUILT_IN for state in open_profile(name).states for path in state.options
    }
    source = "".join(f.read_text() for f in (Path(__file__).parents[2] / "ftlab/ops").rglob("*.py"))
    set_by_ftlab = set(re.findall(r'"(/(?:Migrate|Net|UserVars|FT)/[A-Za-z]+)"', source))
    assert set_by_ftlab
    assert stock == stock | others
    assert set_by_ftlab - {"/FT/Vmknic", "/Migrate/Vmknic"} <= stock


@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_an_error_of_one(text):
    assert complaint(text).startswith("lab.toml")


_VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.sampled_from(["'on'", "'db*'", "''", "1.5"]),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
_KEYS = ("hosts", "advopt", "advopt_default", "vm", "vmx", "vmx_absent", "power", "snapshot", "x")


@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=4))
def test_any_table_is_read_or_refused_by_name(table):
    def toml(value: object) -> str:
        if isinstance(value, list):
            return f"[{', '.join(map(toml, value))}]"
        return str(value).lower() if isinstance(value, bool) else str(value)

    text = "[[state]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in table.items())
    assert "[[state]] 1: " in complaint(text, "[[state]] 1: ")
