"""``vft.check``, ``vft.diagnose`` and ``vft.status --watch`` through the command."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Cli

from ftlab.sim import Fault, PairSpec
from ftlab.sim.model.config import ESSENTIALS_PLUS

ONE, TWO = "vesxi01", "vesxi02"
ARTICLE = (
    "2011-07-31T17:31:39.314Z| vcpu-0| [vob.vmotion.stream.keepalive.read.fail] vMotion migration "
    "[ac1e0050:1312133702562144] failed to read stream keepalive: Connection closed by remote "
    "host, possibly due to timeout\n"
)
READY = PairSpec("db01", ready=True, failure=None, start_seconds=2.5, host_starts_secondary=True)
FIELDS = {"vm", "requirement", "verdict", "found", "wanted", "source"}


def test_check_tells_what_is_missing_and_where_to_look(bench: Bench) -> None:
    place = bench(pairs=[PairSpec("db01")])
    ran = place.cli.json("vft.check", "--vm", "db01").expect(5)
    for host in (ONE, TWO):
        assert ran.error(host)["kind"] == "vft.requirements"
        checks = ran.hosts[host]["facts"]["checks"]
        assert all(set(check) == FIELDS for check in checks)
        verdicts = {check["requirement"]: check["verdict"] for check in checks}
        assert verdicts["replay-keys"] == "fail"
        assert verdicts["vcpus"] == verdicts["shared-datastore"] == "pass"
        assert verdicts["ha-cluster"] == verdicts["licence"] == "pass"
        unknown = {c["requirement"]: c["found"] for c in checks if c["verdict"] == "unknown"}
        assert "the host says" in unknown.pop("host-verdict")
        assert all("vCenter" in found for found in unknown.values())
    place.cli("vft.enable", "--vm", "db01", "--yes").expect(0)
    place.cli("vft.check", "--vm", "db01").expect(0)


def test_check_says_that_legacy_ft_is_gone(mixed: Place) -> None:
    ran = mixed.cli("vft.check", "--vm", "app01", "-l", "vesxi06").expect(0)
    assert "SMP-FT" in ran.out
    assert "do nothing here" in " ".join(ran.out.split())


def test_check_changes_nothing(mixed: Place) -> None:
    before = {name: len(host.commands) for name, host in mixed.lab.sim.hosts.items()}
    mixed.cli("vft.check", "--vm", "db01")
    changing = {"set", "-s", "vmsvc/reload", "vmsvc/power.on", "dd", "mv", "cp", "rm"}
    for name, host in mixed.lab.sim.hosts.items():
        assert not any(changing & set(argv) for argv in host.commands[before[name] :])


def test_a_log_in_hand_needs_neither_host_nor_inventory(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "vmware.log"
    log.write_text(ARTICLE, "utf-8")
    ran = cli.json("vft.diagnose", "--log", str(log)).expect(0)
    (finding,) = ran.hosts[str(log)]["facts"]["findings"]
    assert (finding["signature"], finding["kind"]) == ("stream-keepalive", "remedy")
    assert "VMotionStreamDisable" in finding["advice"]
    assert finding["line"] == ARTICLE.strip()
    assert finding["source"]


def test_a_signature_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    log, own = tmp_path / "vmware.log", tmp_path / "own.toml"
    log.write_text("the flux capacitor failed\n", "utf-8")
    own.write_text(
        '[[signature]]\nname = "flux"\npattern = "flux .*failed"\nkind = "permanent"\n'
        'meaning = "no flux"\n',
        "utf-8",
    )
    for argv, env in ((("--signatures", str(own)), {}), ((), {"FTLAB_SIGNATURES": str(own)})):
        ran = cli("vft.diagnose", "--log", str(log), *argv, "--json", env=env).expect(0)
        (finding,) = ran.hosts[str(log)]["facts"]["findings"]
        assert finding["signature"] == "flux"


@pytest.mark.parametrize(
    "argv",
    [
        ("--log", "absent.log"),
        (),
        ("--vm", "db01"),
        ("--vm", "db01", "--log", "x"),
        ("--log", "x", "--signatures", "absent.toml"),
    ],
)
def test_a_wrong_request_is_a_usage_error(cli: Cli, argv: tuple[str, ...]) -> None:
    (cli.home / "x").touch()
    cli("vft.diagnose", *argv).expect(2)


@pytest.mark.parametrize(
    "argv",
    [("--net-timeout", "0"), ("--net-timeout", "3601"), ("--attempts", "0"), ("--wait", "x")],
)
def test_a_wrong_number_is_a_usage_error(mixed: Place, argv: tuple[str, ...]) -> None:
    mixed.cli("vft.power-on-secondary", "--vm", "db01", "-y", *argv).expect(2)


def test_hosts_logs_are_explained(bench: Bench) -> None:
    place = bench(pairs=[PairSpec("db01", ready=True)])
    place.cli("vft.power-on-secondary", "--vm", "db01", "-y", "--no-remedy").expect(5)
    ran = place.cli.json("vft.diagnose", "--vm", "db01").expect(0)
    for host in (ONE, TWO):
        found = ran.hosts[host]["facts"]["findings"]
        assert found[0]["signature"] == "stream-keepalive"
        assert found[0]["log"].endswith("/vmware.log")
        assert ran.hosts[host]["changes"] == []


def test_status_is_watched_until_the_pair_runs(bench: Bench) -> None:
    place = bench(pairs=[READY])
    argv = ("vft.status", "--vm", "db01", "--watch", "--deadline", "30", "--json")
    with place.cli.started(*argv) as process:
        pair = place.lab.sim.pairs[0]
        ends = time.monotonic() + 20
        # the second look begins once the first one has been shown
        while place.seen(TWO, "vim-cmd", "vmsvc/get.runtime") < 2 and time.monotonic() < ends:
            time.sleep(0.05)
        with place.lab.sim.lock:
            pair.start_secondary()
        ran = place.cli.finish(process, *argv).expect(0)
    assert "needSecondary" in ran.err
    assert ran.err.rstrip().endswith("protected")
    assert ran.hosts[ONE]["facts"]["pairs"][0]["state"] == "running"


@pytest.mark.parametrize(
    ("number", "json"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, True), (signal.SIGHUP, True)],
)
def test_a_watch_that_is_ended_says_what_it_saw_last(
    bench: Bench, number: signal.Signals, json: bool
) -> None:
    place = bench(pairs=[READY])
    argv = ("vft.status", "--vm", "db01", "--watch", *(["--json"] if json else []))
    with place.cli.started(*argv) as process:
        assert process.stderr is not None
        assert "needSecondary" in process.stderr.readline()  # the first look has been shown
        process.send_signal(number)
        ran = place.cli.finish(process, *argv).expect(130)
    assert "needSecondary" in ran.out
    if json:
        assert ran.hosts[ONE]["facts"]["pairs"][0]["state"] == "needSecondary"


def test_a_60_host_gets_its_fourth_key_on_request(bench: Bench) -> None:
    place = bench(versions=("6.0", "6.0"), pairs=[PairSpec("db01")])
    plan = place.cli("vft.enable", "--vm", "db01", "--check").expect(3)
    assert "--legacy-ft" in plan.out
    place.cli("vft.enable", "--vm", "db01", "--legacy-ft", "--yes").expect(0)
    assert place.vm(ONE, "db01").loaded.true("vm.uselegacyft")
    place.cli("vft.check", "--vm", "db01").expect(0)
    place.cli("vft.disable", "--vm", "db01", "--yes").expect(0)
    assert not place.vm(ONE, "db01").loaded.has("vm.uselegacyft")


def verdicts(place: Place, exit: int = 5) -> dict[str, str]:
    """What is required of one half and its host, and the verdicts on that."""
    ran = place.cli.json("vft.check", "--vm", "db01").expect(exit)
    checks = ran.hosts[ONE]["facts"]["checks"]
    return {check["requirement"]: check["verdict"] for check in checks}


def test_60_is_judged_by_the_kind_that_the_vm_asks_for(bench: Bench) -> None:
    place = bench(versions=("6.0", "6.0"), pairs=[PairSpec("db01")])
    smp = verdicts(place, 0)
    assert "ft-vcpus-per-host" in smp
    assert "shared-datastore" not in smp
    keys = ("--set", "vm.uselegacyft=true", "--set", "numvcpus=2")
    place.cli("vmx.set", "--vm", "db01", *keys, "-y").expect(0)
    legacy = verdicts(place)
    assert (legacy["vcpus"], legacy["replay-keys"]) == ("fail", "fail")
    assert legacy["shared-datastore"] == "pass"
    assert [place.seen(host, "vim-cmd", "vmsvc/power.on") for host in (ONE, TWO)] == [0, 0]


def test_what_a_host_says_of_licence_agent_and_vm(bench: Bench) -> None:
    place = bench(versions=("6.7", "6.7"), pairs=[PairSpec("db01")])
    assert {verdicts(place, 0)[each] for each in ("licence", "ha-cluster")} == {"pass"}
    place[ONE].licence, place[ONE].ha_agent = ESSENTIALS_PLUS, False
    place.cli("vmx.set", "--vm", "db01", "--set", "numvcpus=9", "-y").expect(0)
    ran = place.cli.json("vft.check", "--vm", "db01").expect(5)
    found = {check["requirement"]: check for check in ran.hosts[ONE]["facts"]["checks"]}
    failed = ("licence", "ha-cluster", "vcpus")
    assert {found[each]["verdict"] for each in failed} == {"fail"}
    assert "the host supports 8" in found["host-verdict"]["found"]
    other = {check["requirement"]: check for check in ran.hosts[TWO]["facts"]["checks"]}
    assert other["licence"]["verdict"] == "pass"
    place[ONE].faults.append(Fault("vim-cmd vimsvc/license", times=None, exit=1, stderr=b"busy\n"))
    assert verdicts(place)["licence"] == "unknown"
    assert [place.seen(host, "vim-cmd", "vmsvc/power.on") for host in (ONE, TWO)] == [0, 0]
