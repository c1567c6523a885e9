"""The same tasks from a checkout: ``inv TASK`` and ``fab -c tasks TASK``."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cli_place import Place
from cli_runner import CHECKOUT, Cli, Ran

FRONT_ENDS = {
    "inv": (sys.executable, "-m", "invoke"),
    "fab": (sys.executable, "-m", "fabric", "-c", "tasks"),
    "ftlab": (sys.executable, "-m", "ftlab"),
}
CALLS = (
    ("hosts.list", "-l", "vesxi02:vesxi03", "--json"),
    ("vft.enable", "--vm", "db01", "--limit", "vesxi02", "-n", "--json"),
)


@pytest.fixture(scope="module")
def answers(mixed: Place) -> dict[str, list[Ran]]:
    """Every call through every front end."""

    def called(name: str) -> list[Ran]:
        cli = Cli(mixed.cli.home, mixed.lab.inventory)
        cli.program = FRONT_ENDS[name]
        return [cli(*argv, cwd=CHECKOUT) for argv in CALLS]

    with ThreadPoolExecutor() as pool:
        return dict(zip(FRONT_ENDS, pool.map(called, FRONT_ENDS), strict=True))


@pytest.mark.parametrize("name", ["inv", "fab"])
def test_both_run_the_tasks_of_the_checkout(answers, name):
    ours, theirs = answers["ftlab"], answers[name]
    assert [ran.code for ran in theirs] == [ran.code for ran in ours] == [0, 3]
    assert theirs[0].hosts == ours[0].hosts
    planned = [ran.hosts["vesxi02"]["changes"] for ran in (theirs[1], ours[1])]
    assert planned[0] == planned[1] != []


def test_a_dry_run_of_invoke_changes_nothing(mixed: Place):
    """Its ``--dry`` is about local commands, but says what ftlab's ``--check`` means."""
    cli = Cli(mixed.cli.home, mixed.lab.inventory)
    cli.program = (*FRONT_ENDS["inv"], "--dry")
    wanted = ("advopt.set", "/Migrate/NetTimeout", "60", "-l", "vesxi02", "--yes", "--json")
    ran = cli(*wanted, cwd=CHECKOUT).expect(3)
    assert ran.document["check"] is True
    assert mixed.option("vesxi02", "/Migrate/NetTimeout") == "20"
