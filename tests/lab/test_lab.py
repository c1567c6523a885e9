"""``from ftlab import Lab``: what a program of the user's own has in hand."""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from pathlib import Path

import pytest
from cli_place import Place, a_place
from cli_runner import CHECKOUT, until

import ftlab
from ftlab import Lab, Report
from ftlab.cli.flags import ANSWER, FLAGS
from ftlab.errors import InventoryError, LockedError, UsageError
from ftlab.lab.options import LabOptions
from ftlab.sim import Fault, PairSpec
from ftlab.tasks.namespace import NAMES

STREAM = "/Migrate/VMotionStreamDisable"
TIMEOUT = "/Migrate/NetTimeout"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        pair = PairSpec("db01", "vesxi01", "vesxi02", resume_seconds=1.0)
        knobs = {"hosts": 3, "versions": ("5.0",) * 3, "pairs": [pair]}
        yield a_place(tmp_path, stack, **knobs)


@pytest.fixture
def lab(place: Place) -> Iterator[Lab]:
    with Lab(place.lab.inventory, state_dir=place.cli.state) as opened:
        yield opened


# -- the front -----------------------------------------------------------------------------------


def test_an_option_is_read_set_reset_and_undone(lab: Lab, place: Place):
    read = lab.get_option(TIMEOUT)
    assert (read.exit_code, read.failed) == (0, ())
    assert [facts["options"][0]["value"] for facts in read.facts.values()] == [20, 20, 20]
    done = lab.set_option(TIMEOUT, 60)
    assert {host: [(c.before, c.after, c.verified) for c in changes]
            for host, changes in done.changes.items()} == {
        host: [(20, 60, True)] for host in place.lab.sim.hosts}  # fmt: skip
    assert lab.set_option(TIMEOUT, "60").changes == {}
    assert lab.undo(done.run).exit_code == 0
    assert place.option("vesxi03", TIMEOUT) == "20"
    lab.set_option(TIMEOUT, 30)
    assert lab.reset_option(TIMEOUT).exit_code == 0
    assert lab.diff_options().exit_code == 0


def test_what_fails_is_in_the_outcome_and_raises_nothing(lab: Lab, place: Place):
    busy = Fault("esxcli system settings advanced set", exit=1, stderr=b"busy\n", times=None)
    place["vesxi02"].faults.append(busy)
    report = lab.set_option(TIMEOUT, 60)
    assert report.exit_code == 5
    assert [outcome.host for outcome in report.failed] == ["vesxi02"]
    assert report.failed[0].error is not None
    verified = {host: change.verified for host, [change] in report.changes.items()}
    assert verified == {"vesxi01": True, "vesxi02": False, "vesxi03": True}
    wrong = lab.set_option(TIMEOUT, 10**9)
    assert {outcome.error.kind for outcome in wrong.failed if outcome.error} == {"value.range"}


def test_vft_from_the_check_to_the_end(lab: Lab, place: Place):
    before = place.vm("vesxi01", "db01").file.read_bytes()
    assert lab.check_vft("db01").facts["vesxi01"]["checks"]
    enabled = lab.enable_vft("db01")
    assert enabled.exit_code == 0
    up = lab.power_on_secondary("db01", start_primary=True)
    assert up.exit_code == 0, up
    [pair] = next(facts["pairs"] for facts in lab.vft_status().facts.values() if facts["pairs"])
    assert pair["state"] == "running"
    assert place.option("vesxi01", STREAM) == "1"
    assert lab.diagnose_vft("db01").outcomes
    for run in (up.run, enabled.run):
        assert lab.undo(run).exit_code == 0
    assert place.option("vesxi01", STREAM) == "0"
    assert place.vm("vesxi01", "db01").file.read_bytes() == before
    assert lab.set_stream(1).exit_code == 0
    assert lab.disable_vft(["db01"]).exit_code == 0


def test_vms_and_their_keys(lab: Lab):
    listed = lab.list_vms("app01")
    assert [vm["name"] for vm in listed.facts["vesxi01"]["vms"]] == ["app01"]
    assert lab.power_on("app01").exit_code == 0
    refused = lab.set_vmx("app01", {"some.key": "1"})
    assert {outcome.error.kind for outcome in refused.failed if outcome.error} == {"vm.powered_on"}
    assert lab.power_off(("app01",), guest_wait=0).exit_code == 0
    assert lab.set_vmx("app01", {"some.key": "1", "other.key": "2"}).exit_code == 0
    found = lab.get_vmx("app01", "some.key").facts["vesxi01"]["vmx"]
    assert found == {"app01": {"some.key": "1"}}
    assert lab.unset_vmx("app01", ["some.key", "other.key"]).exit_code == 0
    assert lab.reload_vms("app01").exit_code == 0
    assert lab.answer_question("app01").exit_code in {0, 5}


def test_hosts_commands_and_files(lab: Lab, tmp_path: Path):
    assert list(lab.list_hosts().facts) == [host.name for host in lab.hosts]
    assert lab.check_hosts().facts["vesxi01"]["version"]
    assert lab.trust_hosts().exit_code == 0
    said = lab.run_command("echo {{ inventory_hostname }}", read_only=True)
    assert [facts["stdout"] for facts in said.facts.values()] == [f"{h.name}\n" for h in lab.hosts]
    assert lab.run_command("exit 3").exit_code == 5
    assert lab.run_command("exit 3", ok_exit=[0, 3]).exit_code == 0
    assert lab.run_command("cat", stdin=b"given").facts["vesxi01"]["stdout"] == "given"
    source = tmp_path / "motd"
    source.write_text("hello\n")
    assert lab.copy_file(source, "/etc/motd").exit_code == 0
    assert lab.fetch_file("/etc/motd", tmp_path / "got").exit_code == 0
    assert (tmp_path / "got/vesxi01/etc/motd").read_text() == "hello\n"
    assert lab.record_hosts(tmp_path / "record").exit_code == 0


def test_a_profile_is_planned_applied_and_reset(lab: Lab, place: Place, tmp_path: Path):
    profile = tmp_path / "lab.toml"
    profile.write_text(f'[[state]]\nadvopt = {{ "{TIMEOUT}" = 60 }}\n')
    plan = lab.plan(profile)
    assert (plan.exit_code, plan.check) == (3, True)
    assert lab.apply(profile).exit_code == 0
    assert place.option("vesxi01", TIMEOUT) == "60"
    assert lab.plan(str(profile)).exit_code == 0
    assert lab.reset(profile, keep_runs=5).exit_code == 0


def test_every_task_has_its_method():
    """Those of the simulator and of the journal's lists have none."""
    bodies = "".join(
        file.read_text() for file in (CHECKOUT / "ftlab/tasks").glob("*.py") if file.stem != "sim"
    )
    used = set(re.findall(r"\blab\.([a-z_]+)\(", bodies)) - {"run"}
    methods = {name for name, _ in inspect.getmembers(Lab, inspect.isfunction)}
    assert used <= methods
    without = {"lab.capture", "lab.profiles", "lab.history", "setting.list", "sim.serve", "demo"}
    without |= {"completion", "explain", "schema", "hosts.example"}
    assert len(used) >= len(set(NAMES) - without)


# -- options ---------------------------------------------------------------------------------------


def test_an_option_is_named_as_its_flag():
    """The flags about what is shown on a terminal have none."""
    shown = {"inventory", "diff", "run_log", "json", "jsonl"}
    shown |= {"no_fold", "lines", "quiet", "verbose"}
    flags = {flag.name for flag in (*FLAGS, ANSWER)} - shown
    assert set(LabOptions.__annotations__) - {"hosts", "approve", "say"} == flags


@pytest.mark.parametrize(
    ("options", "hosts"),
    [
        ({}, ["vesxi01", "vesxi02", "vesxi03"]),
        ({"limit": "vesxi01:vesxi02"}, ["vesxi01", "vesxi02"]),
        ({"limit": ["vesxi01", "vesxi03"], "exclude": "vesxi01"}, ["vesxi03"]),
        ({"hosts": ["vesxi02"]}, ["vesxi02"]),
    ],
)
def test_hosts_are_selected(place: Place, options, hosts):
    lab = Lab(str(place.lab.inventory), **options)
    assert [host.name for host in lab.hosts] == hosts


def test_a_list_of_hosts_is_an_inventory():
    assert [host.name for host in Lab("a,b,").hosts] == ["a", "b"]


@pytest.mark.parametrize(
    "options",
    [
        {"parallel": 0},
        {"timeout": -1},
        {"connect_timeout": 0},
        {"deadline": 0},
        {"batch": "x"},
        {"max_fail": "many"},
        {"executor": "nothing"},
        {"wait_lock": -1},
        {"host_key": "yes"},
        {"no_such_option": 1},
    ],
)
def test_a_value_that_cannot_be_is_refused(place: Place, options):
    with pytest.raises((UsageError, TypeError)):
        Lab(place.lab.inventory, **options)


def test_the_environment_and_the_settings_file_are_the_command_lines_own(
    place: Place, monkeypatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FTLAB_LIMIT", "vesxi01")
    assert len(Lab(place.lab.inventory).hosts) == 3


def test_without_an_inventory_it_says_where_it_looked(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("FTLAB_INVENTORY", raising=False)
    with pytest.raises(InventoryError, match=r"hosts\.ini"):
        Lab()


def test_a_check_changes_nothing(place: Place):
    with Lab(place.lab.inventory, state_dir=place.cli.state, check=True) as lab:
        report = lab.set_option(TIMEOUT, 60)
    assert (report.exit_code, report.check) == (3, True)
    assert set(report.changes) == set(place.lab.sim.hosts)
    assert place.option("vesxi01", TIMEOUT) == "20"


@pytest.mark.parametrize(("says", "value"), [(True, "60"), (False, "20")])
def test_who_is_to_approve_sees_the_plan_first(place: Place, says: bool, value: str):
    plans: list[Report] = []

    def approve(plan: Report) -> bool:
        plans.append(plan)
        return says

    where = {"state_dir": place.cli.state, "limit": "vesxi01"}
    with Lab(place.lab.inventory, yes=False, approve=approve, **where) as lab:
        lab.set_option(TIMEOUT, 60)
    assert [c.after for c in plans[0].changes["vesxi01"]] == [60]
    assert place.option("vesxi01", TIMEOUT) == value
    with Lab(place.lab.inventory, yes=False, **where) as lab, pytest.raises(UsageError):
        lab.set_option(TIMEOUT, 61)


def test_a_run_under_way_elsewhere_is_an_exception(place: Place):
    released = place.hold("esxcli system settings advanced set")
    with (
        place.cli.started("advopt.set", TIMEOUT, "60", "--yes") as process,
        Lab(place.lab.inventory, state_dir=place.cli.state) as lab,
    ):
        until(lambda: place.seen("vesxi01", "esxcli", "system", "settings", "advanced", "set"))
        with pytest.raises(LockedError):
            lab.set_option(TIMEOUT, 61)
        released.set()
        process.communicate(timeout=40)


@pytest.mark.parametrize("vm", ["", (), [""], "vmid:x"])
def test_a_vm_must_be_named(lab: Lab, vm):
    with pytest.raises(UsageError):
        lab.power_on(vm)


def test_an_undo_leaves_the_selection_as_it_was(lab: Lab, place: Place):
    with Lab(place.lab.inventory, state_dir=place.cli.state, limit="vesxi02") as one:
        run = one.set_option(TIMEOUT, 60).run
    assert list(lab.undo(run).facts) == ["vesxi02"]
    assert len(lab.get_option(TIMEOUT).outcomes) == 3


# -- the package -----------------------------------------------------------------------------------


def test_the_names_of_the_package_are_there_and_documented():
    for name in ftlab.__all__:
        found = getattr(ftlab, name)
        assert name == "__version__" or inspect.getdoc(found), name
    with pytest.raises(AttributeError):
        _ = ftlab.no_such_name


def test_the_readmes_program_runs(place: Place, monkeypatch, tmp_path: Path):
    section = (CHECKOUT / "README.md").read_text("utf-8").partition("\n## As a library\n")[2]
    [program] = re.findall(r"^```python\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    (tmp_path / "hosts.ini").write_text(place.lab.inventory.read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FTLAB_STATE_DIR", str(tmp_path / "state"))
    with redirect_stdout(io.StringIO()) as out:
        exec(compile(program, "README.md", "exec"), {})  # noqa: S102 - it is our own page
    assert "vesxi01" in out.getvalue()
