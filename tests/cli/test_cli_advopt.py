"""``advopt.*``: options by each host's own tool, within each host's own limits."""

from __future__ import annotations

import pytest
from cli_place import Bench, Place
from lab_bench import near

from ftlab.sim import Fault

STREAM = "/Migrate/VMotionStreamDisable"
TIMEOUT = "/Migrate/NetTimeout"
TEXT = "/Migrate/Vmknic"


@pytest.fixture(scope="module")
def read(mixed: Place):
    """What reading tells, asked at the same time."""
    calls = {"stream": ("advopt.get", STREAM), "timeout": ("advopt.get", TIMEOUT),
             "diff": ("advopt.diff",), "nowhere": ("advopt.get", "/No/Such")}  # fmt: skip
    return dict(zip(calls, mixed.cli.together(*calls.values()), strict=True))


def test_get_gives_value_default_and_limits(read):
    ran = read["timeout"].expect(0)
    options = {name: host["facts"]["options"] for name, host in ran.hosts.items()}
    assert options["vesxi02"] == [
        {"path": TIMEOUT, "type": "integer", "value": 20, "default": 20, "min": 1, "max": 3600}
    ]
    old = options["vesxi01"][0]  # 4.1: esxcfg-advcfg tells the value alone
    assert (old["path"], old["value"], old["min"]) == (TIMEOUT, 20, None)


def test_an_option_is_found_in_any_case(mixed: Place):
    """As on real hosts, which answer with their own spelling."""
    ran = mixed.cli.json("advopt.get", TIMEOUT.upper(), "-l", "vesxi01,vesxi02").expect(0)
    found = {name: host["facts"]["options"][0] for name, host in ran.hosts.items()}
    assert found["vesxi02"]["path"] == TIMEOUT
    assert [option["value"] for option in found.values()] == [20, 20]


def test_an_option_that_the_build_does_not_know_is_skipped(read):
    ran = read["stream"].expect(0)
    assert ran.statuses == {
        "vesxi01": "ok", "vesxi02": "ok", "vesxi03": "ok", "vesxi04": "ok",
        "vesxi05": "skipped", "vesxi06": "skipped",
    }  # fmt: skip
    error = ran.error("vesxi05")
    assert error["kind"] == "not_applicable"
    assert "7.0.3" in error["message"]


def test_an_option_that_no_build_knows(read):
    ran = read["nowhere"].expect(5)
    assert set(ran.statuses.values()) == {"failed"}
    assert {ran.error(name)["kind"] for name in ran.hosts} == {"advopt.notfound"}
    assert "absent" not in ran.out


SLIPS = [
    ("advopt.get", "/migrate/nettimeot"),
    ("advopt.get", "/Migrate/NetTimeot", "--executor", "processes"),
    ("advopt.set", "/Migrate/NetTimeot", "60", "-y"),
    ("advopt.set", "/Migrate/NetTimeot", "60", "-n"),
    ("advopt.reset", "/Migrate/NetTimeot", "-y"),
]


@pytest.mark.parametrize("line", SLIPS, ids=[" ".join(line) for line in SLIPS])
def test_a_slip_of_the_pen_is_a_failure_that_names_the_nearest(mixed: Place, line):
    cli = near(mixed).cli
    ran = cli.json(*line).expect(5)
    for name in ran.hosts:
        assert ran.error(name)["kind"] == "advopt.notfound"
        assert ran.error(name)["message"] == f"no host has the option {line[1]}"
        assert "did you mean '/Migrate/NetTimeout'" in ran.error(name)["hint"]
    quiet = cli(*line, "-q").expect(5).out
    assert "did you mean '/Migrate/NetTimeout'" in quiet
    assert quiet.count("no host has the option") == 1  # hosts of all builds together
    assert cli(*line, "--jsonl").expect(5).out.count('"status": "failed"') == len(
        mixed.lab.sim.hosts
    )


def test_an_option_that_only_newer_hosts_lack_is_no_slip(mixed: Place):
    """Unless none of the hosts that were asked has it."""
    ran = near(mixed).cli.json("advopt.get", STREAM, "-l", "vesxi05,vesxi06").expect(5)
    assert set(ran.statuses.values()) == {"failed"}
    some = near(mixed).cli.json("advopt.get", STREAM, "-l", "vesxi04,vesxi06").expect(0)
    assert some.statuses == {"vesxi04": "ok", "vesxi06": "skipped"}


def test_a_host_that_could_not_be_asked_may_have_the_option(bench: Bench):
    place = near(bench())
    place["vesxi02"].faults.append(Fault("auth", times=None))
    ran = place.cli.json("advopt.get", "/No/Such").expect(5)
    assert ran.statuses == {"vesxi01": "failed", "vesxi02": "unreachable"}
    place["vesxi02"].faults.clear()
    place["vesxi02"].faults.append(
        Fault("esxcli system settings advanced", what="error", exit=1, stderr=b"no\n", times=None)
    )
    place["vesxi02"].faults.append(
        Fault("esxcfg-advcfg", what="error", exit=3, stderr=b"no\n", times=None)
    )
    ran = place.cli.json("advopt.get", "/No/Such").expect(5)
    assert ran.statuses == {"vesxi01": "skipped", "vesxi02": "failed"}


def test_diff_has_only_what_is_not_the_default(read):
    ran = read["diff"].expect(0)
    assert ran.statuses["vesxi01"] == "skipped"  # 4.1 tells no defaults
    found = ran.hosts["vesxi02"]["facts"]["options"]
    assert {option["path"] for option in found} >= {TEXT}  # 5.0 names its vMotion vmknic there
    assert all(option["value"] != option["default"] for option in found)


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench(hosts=3, versions=("5.0", "4.1", "8.0")))


def test_set_proves_and_a_second_set_changes_nothing(place: Place):
    ran = place.cli.json("advopt.set", TIMEOUT, "60", "-y").expect(0)
    assert set(ran.statuses.values()) == {"changed"}
    for host in ran.hosts.values():
        assert [(c["before"], c["after"], c["verified"]) for c in host["changes"]] == [
            (20, 60, True)
        ]
    assert [place.option(name, TIMEOUT) for name in ran.hosts] == ["60"] * 3
    again = place.cli.json("advopt.set", TIMEOUT, "60", "-y").expect(0)
    assert set(again.statuses.values()) == {"ok"}
    assert sum(place.seen(n, "esxcli", "system", "settings", "advanced", "set") for n in ran.hosts)\
        == 2  # fmt: skip
    assert place.seen("vesxi02", "esxcfg-advcfg", "-s") == 1  # 4.1 has no such namespace


def test_reset_goes_back_to_the_hosts_own_default(place: Place):
    for name in ("vesxi01", "vesxi02", "vesxi03"):
        place.set_option(name, TIMEOUT, "77")
    check = place.cli.json("advopt.reset", TIMEOUT, "-n").expect(3)
    assert set(check.statuses.values()) == {"would_change"}
    assert place.option("vesxi01", TIMEOUT) == "77"
    ran = place.cli.json("advopt.reset", TIMEOUT, "-y").expect(0)
    assert set(ran.statuses.values()) == {"changed"}
    assert [place.option(name, TIMEOUT) for name in ran.hosts] == ["20"] * 3


def test_a_reset_on_an_old_host_is_journalled_as_it_came_out(bench: Bench):
    """4.1 shows no default before it goes back to it: at its default, nothing has changed."""
    place = near(bench(hosts=1, versions=("4.1",)))
    same = place.cli.json("advopt.reset", TIMEOUT, "-y").expect(0)
    assert same.statuses == {"vesxi01": "ok"}
    place.set_option("vesxi01", TIMEOUT, "77")
    ran = place.cli.json("advopt.reset", TIMEOUT, "-y").expect(0)
    [change] = ran.hosts["vesxi01"]["changes"]
    assert (change["before"], change["after"], change["verified"]) == (77, 20, True)
    run = place.cli.json("lab.history", ran.run).expect(0)
    assert [c["state"] for c in run.hosts["vesxi01"]["changes"]] == ["verified"]


def test_a_text_option_of_an_old_host_may_hold_digits(bench: Bench):
    """Its value does not tell its type there; the list of options does."""
    place = near(bench(hosts=1, versions=("4.1",)))
    for value in ("007", "vmk1"):
        ran = place.cli.json("advopt.set", "/ft/vmknic", value, "-y").expect(0)
        [change] = ran.hosts["vesxi01"]["changes"]
        assert (change["path"], change["after"]) == ("/FT/Vmknic", value)
        ran = place.cli.json("advopt.get", "/FT/Vmknic").expect(0)
        [option] = ran.hosts["vesxi01"]["facts"]["options"]
        assert (option["type"], option["value"]) == ("string", value)


def test_an_old_host_without_a_list_shows_a_type_by_the_values_looks(bench: Bench):
    place = near(bench(hosts=1, versions=("4.1",)))
    place["vesxi01"].faults.append(Fault("esxcfg-advcfg -l", what="error", times=9))
    ran = place.cli.json("advopt.get", TIMEOUT).expect(0)
    [option] = ran.hosts["vesxi01"]["facts"]["options"]
    assert (option["path"], option["type"], option["value"]) == (TIMEOUT, "integer", 20)


def test_a_value_outside_the_limits_is_never_sent(mixed: Place):
    where = ("-l", "vesxi02,vesxi06", "-n")
    calls = [("advopt.set", TIMEOUT, value, *where) for value in ("0", "3601", "many")]
    for ran in mixed.cli.together(*calls):
        ran.expect(5)
        assert {ran.error(name)["kind"] for name in ran.hosts} <= {"value.range", "value.type"}


def test_out_of_range_is_not_sent_with_yes_either(bench: Bench):
    place = near(bench())
    ran = place.cli.json("advopt.set", TIMEOUT, "3601", "-y", "-l", "vesxi01").expect(5)
    assert ran.error("vesxi01")["kind"] == "value.range"
    assert "3600" in ran.error("vesxi01")["message"]
    assert place.seen("vesxi01", "esxcli", "system", "settings", "advanced", "set") == 0


def test_vft_stream_is_the_one_option_by_name(bench: Bench):
    place = near(bench(versions=("7.0 U1", "7.0 U3")))
    ran = place.cli.json("vft.stream", "--value", "1", "-y").expect(0)
    assert ran.statuses == {"vesxi01": "changed", "vesxi02": "skipped"}
    assert place.option("vesxi01", STREAM) == "1"
    place.cli.json("vft.stream", "--value", "0", "-y").expect(0)
    alone = place.cli.json("vft.stream", "--value", "0", "-y", "-l", "vesxi02").expect(5)
    assert alone.error("vesxi02")["kind"] == "advopt.notfound"
    assert place.option("vesxi01", STREAM) == "0"


BROKEN = (
    b"A specified parameter was not correct:. Operation failed, diagnostics report: "
    b"/etc/vmware/esx.conf: read failed: esx.conf parser\n -- 7, 44): forward slash expected\n"
)
"""As a public issue shows a host whose esx.conf is damaged."""


@pytest.mark.parametrize("listed", [True, False], ids=["the list answers", "nothing answers"])
def test_a_host_that_cannot_answer_has_not_said_no(bench: Bench, listed: bool) -> None:
    place = bench()
    host = place.lab.sim["vesxi01"]
    commands = ["esxcli system settings advanced list -o", "esxcfg-advcfg -q -V"]
    if not listed:
        commands += ["esxcli system settings advanced list", "esxcfg-advcfg"]
    for command in commands:
        host.faults.append(Fault(command, times=None, exit=1, stderr=BROKEN))
    for argv in (("advopt.get", STREAM), ("vft.stream", "--value", "1", "-y")):
        ran = place.cli.json(*argv).expect(5)
        assert (ran.statuses["vesxi01"], ran.statuses["vesxi02"]) in {
            ("failed", "ok"), ("failed", "changed"),
        }  # fmt: skip
        message = ran.error("vesxi01")["message"]
        assert "read failed" in message
        assert "forward slash expected" in message
        assert "does not exist" not in message


@pytest.mark.parametrize(("exit_", "said"), [(4, b"no VSI\n"), (0, b"")], ids=["broken", "a yes"])
def test_an_option_missing_from_the_list_is_missing_whatever_the_probe_says(
    bench: Bench, exit_: int, said: bytes
) -> None:
    """``-V`` that fails for another reason, or says yes to all, and a list that answers."""
    place = bench(versions=("8.0", "5.0"))
    host = place.lab.sim["vesxi01"]
    host.faults.append(Fault("esxcfg-advcfg -q -V", times=None, exit=exit_, stderr=said))
    ran = place.cli.json("advopt.get", STREAM).expect(0)
    assert ran.error("vesxi01")["kind"] == "not_applicable"
