"""``lab.plan``: the difference, told in four ways, and nothing touched."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import tree
from lab_bench import STREAM, TIMEOUT, connections, near, profile, steps

from ftlab.sim import Fault

DRIFT = f"""
[[state]]
advopt = {{ "{STREAM}" = 0, "{TIMEOUT}" = 20 }}

[[state]]
vm = "app01"
vmx = {{ "replay.supported" = "false" }}
vmx_absent = ["no.such.key"]
power = "off"
"""


@pytest.fixture(scope="module")
def drifted(module_bench: Bench) -> Place:
    """Twelve hosts as DRIFT wants them, but for the option on eleven."""
    place = near(module_bench(hosts=12, versions=("5.0",) * 12))
    for number in range(1, 12):
        place.set_option(f"vesxi{number:02}", STREAM, "1")
    return place


def test_one_connection_per_host_and_nothing_changed(drifted):
    before = tree(drifted.lab.directory)
    with connections(drifted) as seen:
        told = drifted.cli.json("lab.plan", "--profile", profile(drifted.cli, DRIFT)).expect(3)
    assert set(seen.values()) == {1}
    assert tree(drifted.lab.directory) == before
    assert all(steps(host) == [] for host in drifted.lab.sim.hosts.values())
    assert told.document["check"] is True
    assert told.document["summary"]["would_change"] == 11
    [change] = told.hosts["vesxi01"]["changes"]
    assert change == {"target": "advopt", "path": STREAM, "before": 1, "after": 0}
    assert told.hosts["vesxi12"]["status"] == "ok"


def test_a_plan_leaves_no_trace(drifted, tmp_path):
    file = profile(drifted.cli, DRIFT)
    drifted.cli("lab.plan", "--profile", file, "--state-dir", str(tmp_path / "state")).expect(3)
    assert not (tmp_path / "state").exists()


def test_equal_differences_stand_on_one_line(drifted):
    told = drifted.cli("lab.plan", "--profile", profile(drifted.cli, DRIFT)).expect(3)
    assert re.search(rf"^vesxi\[01\.\.11\] +{STREAM} +1 → 0$", told.out, re.MULTILINE)
    assert "no.such.key" not in told.out
    apart = drifted.cli("lab.plan", "--profile", profile(drifted.cli, DRIFT), "--no-fold")
    assert len(re.findall(rf"^vesxi\d\d +{STREAM} +1 → 0$", apart.out, re.MULTILINE)) == 11


def test_differences_of_the_same_hosts_stand_together(drifted):
    """Between two of eleven hosts there is one of all twelve."""
    text = f"""
[[state]]
vm = "app01"
vmx = {{ "a.b" = "1" }}
[[state]]
hosts = "vesxi[01..11]"
advopt = {{ "{TIMEOUT}" = 21 }}
[[state]]
hosts = "vesxi[01..11]"
vm = "app02"
vmx = {{ "a.b" = "1" }}
"""
    told = drifted.cli("lab.plan", "--profile", profile(drifted.cli, text)).expect(3)
    rows = [line.split()[:2] for line in told.out.splitlines()[1:4]]
    assert rows == [["vesxi[01..11]", TIMEOUT], ["vesxi[01..11]", "app02:"], ["vesxi", "app01:"]]


def test_facts_tell_every_setting_and_whether_it_differs(drifted):
    told = drifted.cli.json("lab.plan", "--profile", profile(drifted.cli, DRIFT))
    settings = told.hosts["vesxi12"]["facts"]["settings"]
    assert [(s.get("path", ""), s.get("key"), s["now"], s["wanted"]) for s in settings] == [
        (STREAM, None, 0, 0),
        (TIMEOUT, None, 20, 20),
        ("[datastore1] app01/app01.vmx", "replay.supported", "FALSE", "false"),
        ("[datastore1] app01/app01.vmx", "no.such.key", None, None),
        ("[datastore1] app01/app01.vmx", None, "off", "off"),
    ]
    assert {s["differs"] for s in settings} == {False}
    assert told.hosts["vesxi01"]["facts"]["settings"][0]["differs"] is True


class _Words(HTMLParser):
    """The text of a page, and every tag met."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(page)
        self.words = " ".join(self.text.split())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_a_page_has_what_differs_and_the_hosts(drifted, tmp_path):
    file = tmp_path / "plan.html"
    told = drifted.cli("lab.plan", "--profile", profile(drifted.cli, DRIFT), "--html", str(file))
    assert "11 would change" in told.expect(3).out
    text = file.read_text("utf-8")
    page = _Words(text)
    assert f"{STREAM} 1 → 0 vesxi[01..11] 11 hosts" in page.words
    assert "would change 1 of 5 settings differ" in page.words
    assert f"vesxi12 ok 5 settings as wanted {STREAM} ✓ 0 {TIMEOUT} ✓ 20" in page.words
    assert 'app01: replay.supported ✓ "FALSE"' in page.words
    assert all(f"vesxi{number:02}" in page.words for number in range(1, 13))
    assert "prefers-color-scheme: dark" in text
    assert page.tags.isdisjoint({"script", "link", "img", "iframe"})


def test_a_page_escapes_what_a_profile_says(drifted, tmp_path):
    file = tmp_path / "plan.html"
    nasty = "[[state]]\nvm = 'app01'\nvmx = {'a.b' = '<script>alert(1)</script>&'}"
    drifted.cli("lab.plan", "--profile", profile(drifted.cli, nasty), "--html", str(file))
    text = file.read_text("utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[state]]\nhosts = '!'", "lab.toml:1: [[state]] 1: "),
        ("[[state]]\nhosts = '~('", "regular expression"),
        ("[[state]]\n\nfoo = 1", "lab.toml:3: [[state]] 1: unknown key 'foo'"),
        ("[[state]]\nadvopt = {'NetTimeout' = 1}", "not an advanced option: 'NetTimeout'"),
        ("[[state]]\nvm = 'a'\nvmx = {'a b' = '1'}", "'a b' cannot be a VMX key"),
        ("[[state]]\nvm = 'vmid:x'", "not a VM number"),
        ("[[state]]\nhosts = 'spare*'\nvm = 'a'", "no [[state]] table matches a selected host"),
        ("include = ['lab.toml']", "includes itself"),
        ("a = ", "not TOML"),
    ],
)
@pytest.mark.parametrize("task", ["lab.plan", "lab.apply", "lab.reset"])
def test_a_wrong_profile_is_exit_2_and_nobody_is_contacted(typed, tmp_path, task, text, says):
    (tmp_path / "lab.toml").write_text(text)
    told = typed(task, "--profile", "lab.toml", "--yes", "--json").expect(2)
    assert says in told.err


def test_a_profile_is_needed(typed):
    assert "--profile" in typed("lab.plan").expect(2).err


def test_a_page_that_cannot_be_written_stops_it_before_any_contact(typed):
    told = typed("lab.plan", "--profile", "stock", "--html", "/no/such/folder/a.html").expect(2)
    assert "its folder does not exist" in told.err


@pytest.mark.parametrize("flag", ["--keep-runs", "--keep-days"])
def test_a_number_that_is_none_is_exit_2(typed, flag):
    assert flag in typed("lab.apply", "--profile", "stock", flag, "0", "--yes").expect(2).err


def test_hosts_that_the_profile_leaves_out_are_not_contacted(drifted):
    text = f"[[state]]\nhosts = 'vesxi01,vesxi12'\nadvopt = {{ '{STREAM}' = 0 }}"
    with connections(drifted) as seen:
        told = drifted.cli.json("lab.plan", "--profile", profile(drifted.cli, text)).expect(3)
    assert {name for name, times in seen.items() if times} == {"vesxi01", "vesxi12"}
    assert told.hosts["vesxi02"]["status"] == "skipped"
    assert told.hosts["vesxi12"]["status"] == "ok"


def test_a_pattern_without_a_host_is_a_warning(drifted):
    text = f"[[state]]\nhosts = 'spare*'\n[[state]]\nadvopt = {{ '{TIMEOUT}' = 20 }}"
    told = drifted.cli("lab.plan", "--profile", profile(drifted.cli, text), "-q").expect(0)
    assert "lab.toml:1: [[state]] 1: 'spare*' is none of the selected hosts" in told.err


@pytest.mark.parametrize("more", ["", "hosts = 'vesxi01'\n"])
def test_a_vm_that_is_nowhere_is_a_failure_beside_others_too(drifted, more: str):
    here, nowhere = "[[state]]\nvm = 'app01'\npower = 'off'\n", "[[state]]\nvm = 'ap02'\n"
    file = profile(drifted.cli, here + nowhere + more)
    told = drifted.cli.json("lab.plan", "--profile", file).expect(5)
    failed = {name for name, status in told.statuses.items() if status == "failed"}
    assert failed == ({"vesxi01"} if more else set(drifted.lab.sim.hosts))
    error = told.error("vesxi01")
    assert error["kind"] == "vm.notfound"
    assert error["message"] == f"no host has a VM that matches ap02 ({file}:4: [[state]] 2)"
    assert error["hint"].startswith("did you mean 'app02'")
    shown = drifted.cli("lab.plan", "--profile", file, "-q").expect(5).out
    assert "ap02" in shown
    assert "did you mean 'app02'" in shown


def test_a_vm_that_is_nowhere_is_a_failure_alone(drifted):
    file = profile(drifted.cli, "[[state]]\nvm = 'db99'\n")
    told = drifted.cli("lab.plan", "--profile", file).expect(5)
    assert "no VM here matches db99" in told.out
    assert f"{file}:1" in "".join(told.out.split())


def test_an_option_that_is_nowhere_is_a_failure_with_the_nearest_name(drifted):
    wrong = "/Migrate/NetTimeot"
    text = f"[[state]]\nadvopt = {{ '{wrong}' = 60 }}\n"
    here = f"[[state]]\nadvopt = {{ '{STREAM}' = 1 }}\n"
    defaults = f"[[state]]\nhosts = 'vesxi01'\nadvopt_default = ['{wrong}']\n"
    for each, hosts in ((text, 12), (here + text, 12), (here + defaults, 1)):
        file = profile(drifted.cli, each)
        told = drifted.cli.json("lab.plan", "--profile", file).expect(5)
        assert list(told.statuses.values()).count("failed") == hosts
        error = told.error("vesxi01")
        assert error["kind"] == "advopt.notfound"
        assert wrong in error["message"]
        assert f"{file}:" in error["message"]
        assert "did you mean '/Migrate/NetTimeout'" in error["hint"]
        assert "absent" not in told.out
        assert wrong in drifted.cli("lab.plan", "--profile", file, "-q").expect(5).out


def test_a_name_in_a_pattern_that_is_nowhere_is_an_error(drifted):
    text = f"[[state]]\nhosts = 'all:!vexsi01'\nadvopt = {{ '{TIMEOUT}' = 20 }}"
    with connections(drifted) as seen:
        file = profile(drifted.cli, text)
        told = drifted.cli("lab.plan", "--profile", file, "-q").expect(2)
    assert not any(seen.values())
    assert "'vexsi01' is no host or group of" in told.err
    assert "did you mean 'vesxi01'" in told.err


def test_a_vm_that_is_nowhere_is_a_failure_of_the_hosts_it_is_for(drifted):
    nowhere = "[[state]]\nhosts = 'vesxi01'\nvm = 'db99'\n"
    told = drifted.cli.json("lab.plan", "--profile", profile(drifted.cli, nowhere)).expect(5)
    assert told.error("vesxi01")["kind"] == "vm.notfound"
    assert {status for name, status in told.statuses.items() if name != "vesxi01"} == {"skipped"}
    other = "[[state]]\nhosts = 'vesxi02'\nvm = 'app01'\npower = 'off'\n"
    beside = drifted.cli.json("lab.plan", "--profile", profile(drifted.cli, nowhere + other))
    assert beside.expect(5).statuses["vesxi01"] == "failed"
    assert beside.statuses["vesxi02"] == "ok"
    narrowed = profile(drifted.cli, other + "[[state]]\nhosts = 'vesxi01'\nvm = 'app02'\n")
    told = drifted.cli.json("lab.plan", "--profile", narrowed, "--vm", "app01").expect(0)
    assert told.statuses["vesxi01"] == "skipped"


def test_an_unreachable_host_is_told_beside_the_others(drifted):
    drifted["vesxi12"].faults.append(Fault("auth", times=None))
    try:
        told = drifted.cli.json("lab.plan", "--profile", profile(drifted.cli, DRIFT)).expect(4)
    finally:
        drifted["vesxi12"].faults.clear()
    assert (
        told.document["summary"] | {"would_change": 11, "unreachable": 1}
        == told.document["summary"]
    )


@pytest.fixture(scope="module")
def aged(module_bench: Bench) -> Place:
    """ESXi 4.1, 5.0, 7.0 U3 and 8.0."""
    return near(module_bench(hosts=4, versions=("4.1", "5.0", "7.0 U3", "8.0")))


def test_an_option_that_a_build_has_not_is_left_out(aged):
    text = f"[[state]]\nadvopt = {{ '{STREAM}' = 1, '{TIMEOUT}' = 30 }}"
    told = aged.cli.json("lab.plan", "--profile", profile(aged.cli, text)).expect(3)
    assert told.statuses == dict.fromkeys(aged.lab.sim.hosts, "would_change")
    counts = {name: len(host["changes"]) for name, host in told.hosts.items()}
    assert counts == {"vesxi01": 2, "vesxi02": 2, "vesxi03": 1, "vesxi04": 1}
    assert "left out" in told.hosts["vesxi04"]["facts"]["notes"][0]
    alone = aged.cli.json(
        "lab.plan",
        "--profile",
        profile(aged.cli, text.replace(TIMEOUT, STREAM).replace(f", '{STREAM}' = 30", "")),
    )
    assert alone.statuses["vesxi04"] == "skipped"
    assert alone.error("vesxi04")["kind"] == "not_applicable"


def test_a_value_outside_the_hosts_limits_fails_that_host(aged):
    text = f"[[state]]\nadvopt = {{ '{TIMEOUT}' = 5000 }}"
    told = aged.cli.json("lab.plan", "--profile", profile(aged.cli, text), "-l", "vesxi02")
    assert told.expect(5).error("vesxi02")["kind"] == "value.range"


def test_a_default_that_a_host_does_not_show_may_differ(aged):
    text = f"[[state]]\nadvopt_default = ['{TIMEOUT}']"
    aged.set_option("vesxi02", TIMEOUT, "99")
    try:
        told = aged.cli.json("lab.plan", "--profile", profile(aged.cli, text)).expect(3)
    finally:
        aged.set_option("vesxi02", TIMEOUT, "20")
    assert told.statuses["vesxi01"] == "would_change"
    [change] = told.hosts["vesxi01"]["changes"]
    assert (change["path"], change["after"]) == (TIMEOUT, None)
    assert "does not show its default" in told.hosts["vesxi01"]["facts"]["notes"][0]
    assert told.hosts["vesxi02"]["changes"][0]["after"] == 20


def test_a_running_vm_in_the_way_is_told(aged):
    text = "[[state]]\nvm = 'app0*'\nvmx = { 'a.b' = '1' }"
    told = aged.cli("lab.plan", "--profile", profile(aged.cli, text), "-l", "vesxi02").expect(3)
    assert "lab.apply would refuse to edit it: app02" in told.out
    assert Path(profile(aged.cli, text)).read_text() == text


def test_a_default_that_a_host_does_not_show_is_not_called_absent(aged, tmp_path):
    file, text = tmp_path / "plan.html", f"[[state]]\nadvopt_default = ['{TIMEOUT}']"
    named = ("lab.plan", "--profile", profile(aged.cli, text), "-l", "vesxi01")
    told = aged.cli(*named, "--html", str(file)).expect(3)
    assert re.search(rf"^vesxi01 +{TIMEOUT} +20 → default$", told.out, re.MULTILINE)
    assert "absent" not in file.read_text("utf-8").partition("</style>")[2]
