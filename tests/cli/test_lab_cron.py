"""The night's line as docs/cron.md has it: no HOME, no TERM, no standard input, nobody there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_place import Bench
from cli_runner import CHECKOUT
from lab_bench import STREAM, near, vmx

from ftlab.engine.run_lock import RunLock

CRON = (CHECKOUT / "docs/cron.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", CRON, re.MULTILINE | re.DOTALL)


def block(word: str) -> str:
    """The first fenced block that has ``word``."""
    return next(text for _, text in BLOCKS if word in text)


def crontab_line() -> str:
    """The command of the crontab line, without its five fields of time."""
    fields = block("30 3 * * *").strip().split(" ", 5)
    assert len(fields) == 6
    assert "%" not in fields[5]  # cron would cut the line there
    return fields[5]


def systemd_line() -> str:
    """``Environment`` and ``ExecStart`` of the service, as one shell line."""
    unit = block("[Service]")
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    return f"{settings['Environment']} {settings['ExecStart']}"


@pytest.fixture
def night(bench: Bench, tmp_path: Path):
    """A lab, and the documented line with the documented paths made ours."""
    place = bench(hosts=2, versions=("5.0", "5.0"), pairs=1)
    (tmp_path / "lab.toml").write_text(re.search(r"(?s)```toml\n(.*?)```", CRON)[1])
    paths = {
        "/etc/ftlab/hosts.ini": str(place.lab.inventory),
        "/etc/ftlab/lab.toml": str(tmp_path / "lab.toml"),
        "/var/lib/ftlab": str(tmp_path / "state"),
        "/var/log/ftlab.log": str(tmp_path / "ftlab.log"),
        "/opt/ftlab/bin/ftlab": f"{sys.executable} -m ftlab",
    }

    def run(line: str) -> subprocess.CompletedProcess[str]:
        for documented, ours in paths.items():
            line = line.replace(documented, ours)
        assert "/etc/ftlab" not in line
        return subprocess.run(
            ["env", "-i", "/bin/sh", "-c", f"{line} <&-"],
            capture_output=True, text=True, timeout=60, check=False, cwd="/",
        )  # fmt: skip

    return place, run


@pytest.mark.parametrize("line", [crontab_line, systemd_line])
def test_the_documented_line_puts_the_lab_back_and_is_silent_when_it_is(night, tmp_path, line):
    place, run = night
    place.set_option("vesxi01", STREAM, "1")
    first = run(line())
    assert first.returncode == 0, first
    assert "changed" in first.stdout
    assert place.option("vesxi01", STREAM) == "0"
    assert all(vm.power == "poweredOff" for host in place.lab.sim.hosts.values()
               for vm in host.vms if vm.name == "db01")  # fmt: skip
    again = run(line())
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (tmp_path / "state/journal.db").exists()


def test_lines_for_grep(night, tmp_path):
    place, run = night
    place.set_option("vesxi01", STREAM, "1")
    run(crontab_line())
    run(crontab_line())
    one, host, *_, last = (tmp_path / "ftlab.log").read_text("utf-8").splitlines()
    assert re.match(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ftlab task=lab\.reset run=\S+ exit=0 hosts=2 ok=", one
    )
    assert re.search(r" host=vesxi01 status=changed changes=\d+$", host)
    assert re.search(r" exit=0 hosts=2 ok=2 changed=0 .* failed=0 .*seconds=[\d.]+$", last)


def test_a_second_run_at_once_exits_7_and_says_who_and_since_when(night, tmp_path):
    place, run = night
    before = [vmx(vm) for host in place.lab.sim.hosts.values() for vm in host.vms]
    with RunLock(tmp_path / "state", place.lab.inventory).acquire("20260102T", "lab.apply"):
        told = run(crontab_line().replace("--wait-lock 600", "--wait-lock 0.2"))
    assert told.returncode == 7
    assert told.stdout == ""
    assert re.search(r"locked by lab\.apply of \S+ \(run 20260102T, process \d+\) since 20\d\d-",
                     told.stderr)  # fmt: skip
    assert [vmx(vm) for host in place.lab.sim.hosts.values() for vm in host.vms] == before


def test_a_host_that_fails_is_named_with_its_reason(night, tmp_path):
    _, run = night
    (tmp_path / "lab.toml").write_text(
        f"[[state]]\nhosts = 'vesxi02'\nadvopt = {{ '{STREAM}' = 9 }}\n"
    )
    told = run(crontab_line())
    assert told.returncode == 5
    assert "vesxi02" in told.stdout
    assert "outside this host's limits" in told.stdout
    log = (tmp_path / "ftlab.log").read_text("utf-8")
    assert re.search(r' host=vesxi02 status=failed kind=value\.range message="', log)


def test_systemd_takes_the_units(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    for suffix in ("service", "timer"):
        text = block("[Service]" if suffix == "service" else "[Timer]")
        text = text.replace("/opt/ftlab/bin/ftlab", "/bin/true").replace("User=ftlab", "User=root")
        (tmp_path / f"ftlab-reset.{suffix}").write_text(text)
    told = subprocess.run(
        [analyze, "verify", str(tmp_path / "ftlab-reset.timer")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "ftlab-reset" not in told.stderr, told.stderr


def test_kept_by_number_and_their_backups_go_with_them(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",)))
    vm = place.vm("vesxi01", "app01")
    file = place.cli.home / "lab.toml"
    runs = []
    for value in ("1", "2", "3"):
        file.write_text(f'[[state]]\nvm = "app01"\nvmx = {{ "a.b" = "{value}" }}')
        runs.append(place.cli.json("lab.apply", "--profile", str(file), "--yes").expect(0).run)
    backups = {path.name.rpartition("ftlab-")[2] for path in vm.file.parent.glob("*.ftlab-*")}
    assert backups == set(runs)
    env = {"FTLAB_KEEP_RUNS": "2"}
    last = place.cli.json("lab.apply", "--profile", str(file), "--yes", env=env).expect(0).run
    kept = [run["run"] for run in place.cli.json("lab.history").document["runs"]]
    assert kept == [last, runs[2]]
    assert [path.name for path in vm.file.parent.glob("*.ftlab-*")] == [
        f"app01.vmx.ftlab-{runs[2]}"
    ]
    place.cli("lab.undo", runs[2], "--yes").expect(0)
    assert vm.loaded.get("a.b") == "2"


def test_a_run_whose_host_is_not_visited_waits(bench: Bench):
    place = near(bench(hosts=2, versions=("5.0", "5.0")))
    file = place.cli.home / "lab.toml"
    file.write_text('[[state]]\nvm = "app01"\nvmx = { "a.b" = "1" }')
    first = place.cli.json("lab.apply", "--profile", str(file), "--yes").expect(0).run
    line = ("lab.apply", "--profile", str(file), "--yes", "--keep-runs", "1")
    nearer = place.cli.json(*line, "-l", "vesxi01").expect(0).run
    kept = [run["run"] for run in place.cli.json("lab.history").document["runs"]]
    assert kept == [nearer, first]
    beside = [list(place.vm(host, "app01").file.parent.glob("*.ftlab-*"))
              for host in ("vesxi01", "vesxi02")]  # fmt: skip
    assert [len(found) for found in beside] == [0, 1]
    everywhere = place.cli.json(*line).expect(0).run
    kept = [run["run"] for run in place.cli.json("lab.history").document["runs"]]
    assert kept == [everywhere]
