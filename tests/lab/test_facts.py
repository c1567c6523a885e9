"""The facts of a report are what the user asked for, also of the jobs that ftlab's own tasks do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_place import Place, a_place

from ftlab import Job, Lab, Report
from ftlab.ops.advopt import GetOption
from ftlab.ops.files.fetch import FetchFile
from ftlab.ops.hosts.record import RecordHost
from ftlab.ops.vft.requirements.facts import VftFacts
from ftlab.ops.vft.status import FtStatus
from ftlab.ops.vms.listing import ListVms
from ftlab.sim import PairSpec


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        pair = PairSpec("db01", "vesxi01", "vesxi02", host_starts_secondary=True)
        folder = tmp_path_factory.mktemp("lab")
        yield a_place(folder, stack, hosts=2, versions=("5.0",) * 2, pairs=[pair])


def leaves_nothing(report: Report) -> None:
    for outcome in report.outcomes:
        assert outcome.internal == ()
        json.dumps(dict(outcome.facts))  # raises TypeError for an object of ftlab's own


@pytest.mark.parametrize(
    ("job", "names"),
    [
        (FtStatus(), {"vms"}),
        (VftFacts(("db01",)), set()),
        (RecordHost(), {"answers", "vms"}),
        (FetchFile("/etc/vmware/esx.conf"), {"file"}),
        (GetOption("/No/Such"), set()),
        (ListVms(("no such VM",)), set()),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_a_job_leaves_nothing_internal_in_the_report(
    place: Place, job: Job, names: set[str], executor: str
):
    with Lab(place.lab.inventory, state_dir=place.cli.state, executor=executor) as lab:
        report = lab.run("own.job", job)
    leaves_nothing(report)
    assert all(set(outcome.facts) - {"notes"} == names for outcome in report.outcomes), report


def test_nor_does_a_method(place: Place, tmp_path: Path):
    profile = tmp_path / "lab.toml"
    profile.write_text('[[state]]\nvm = "db01"\nvmx = { "some.key" = "1" }\n')
    with Lab(place.lab.inventory, state_dir=place.cli.state) as lab:
        leaves_nothing(lab.vft_status())
        leaves_nothing(lab.check_vft("db01"))
        leaves_nothing(lab.plan(profile))
        leaves_nothing(lab.apply(profile, power_cycle=True, keep_runs=1))
        leaves_nothing(lab.reset(profile, keep_runs=1))
        leaves_nothing(lab.power_on_secondary("db01", start_primary=True, wait=1))


def test_who_approves_a_plan_sees_nothing_internal_either(place: Place):
    plans: list[Report] = []

    def approve(plan: Report) -> bool:
        plans.append(plan)
        return False

    options = {"state_dir": place.cli.state, "yes": False, "approve": approve}
    with Lab(place.lab.inventory, **options) as lab:
        lab.power_on_secondary("db01", start_primary=True)
    leaves_nothing(plans[0])
