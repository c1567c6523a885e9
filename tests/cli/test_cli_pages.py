"""``--html`` of lab.history and vft.check: the page says what the run did, and when."""

from __future__ import annotations

import html
import json
import os
import re
import sqlite3
from pathlib import Path

import pytest
from cli_place import Bench, Place
from lab_bench import STREAM, near, profile

from ftlab.cli.pages.page_file import PageFile
from ftlab.errors import FtlabError
from ftlab.sim import PairSpec
from ftlab.sim.model.answer import Fault

APPLY = f"""
[[state]]
advopt = {{ "{STREAM}" = 1 }}

[[state]]
hosts = "vesxi01"
vm = "app01"
vmx = {{ "replay.supported" = "true" }}
"""


@pytest.fixture(scope="module")
def changed(module_bench: Bench) -> Place:
    """Three hosts, one at a time, and a profile applied to them."""
    place = near(
        module_bench(hosts=3, versions=("5.0",) * 3, pairs=[PairSpec("db01", "vesxi01", "vesxi02")])
    )
    file = profile(place.cli, APPLY)
    for host in place.lab.sim.hosts.values():  # the next one's wait is to be worth telling
        host.faults.append(Fault("esxcli system settings advanced list", what="slow", seconds=0.2))
    place.cli("lab.apply", "--profile", file, "--parallel", "1", "--yes", "-q").expect(0)
    return place


def words(file: Path) -> str:
    """The text of a page, blanks as one."""
    body = file.read_text("utf-8").partition("<body>")[2].replace("<wbr>", "")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_page_of_a_run(changed: Place, tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    told = changed.cli.json("lab.history", "last", "--html", str(file)).expect(0)
    page = words(file)
    assert "ftlab lab.history lab.apply 3 changed" in page
    assert f"to undo it: ftlab lab.undo {told.document['of']['run']}" in page
    assert f"{STREAM} 0 → 1 verified" in page
    assert 'replay.supported app01 [datastore1] app01/app01.vmx "FALSE" → "true" verified' in page
    assert "vesxi[02..03] 2 hosts changed 1 change" in page
    assert set(told.hosts["vesxi01"]) == {"status", "seconds", "changes", "facts", "error"}


def test_the_timeline_says_who_waited_for_what(changed: Place, tmp_path: Path) -> None:
    """One host at a time: the second and the third waited for a place, and longer each."""
    file = tmp_path / "run.html"
    changed.cli("lab.history", "last", "--html", str(file)).expect(0)
    page = words(file)
    lanes = page[page.index("Timeline") : page.index("What the time went to")]
    assert re.search(r"vesxi03 done after .+ vesxi02 done after .+ vesxi01 done after ", lanes)
    third, second, first = (part.split(" done after ")[1] for part in lanes.split(" vesxi0")[1:])
    assert "waiting for a free place" not in first
    assert "+" in second
    assert re.search(r"waiting for a free place \d.* connecting .* esxcli system settings", third)
    assert re.search(r"waiting for a free place .+ in all on 2 hosts longest: .+ on vesxi03", page)


def test_a_run_from_before_steps_were_recorded(changed: Place, tmp_path: Path) -> None:
    state = next(changed.cli.home.rglob("journal.db"))
    with sqlite3.connect(state) as journal:
        kept = journal.execute("SELECT rowid, steps FROM hosts").fetchall()
        journal.execute("UPDATE hosts SET steps = NULL")
    file = tmp_path / "run.html"
    try:
        changed.cli("lab.history", "last", "--html", str(file)).expect(0)
    finally:
        with sqlite3.connect(state) as journal:
            journal.executemany(
                "UPDATE hosts SET steps = ? WHERE rowid = ?", [(steps, row) for row, steps in kept]
            )
    assert "Of this run it is not recorded when each host was busy with what." in words(file)


def test_steps_of_processes_come_home(changed: Place, tmp_path: Path) -> None:
    file, page = profile(changed.cli, APPLY, "other.toml"), tmp_path / "plan.html"
    argv = ("lab.plan", "--profile", file, "--executor", "processes", "--html", str(page), "-q")
    changed.cli(*argv).expect(0)
    assert re.search(r"vesxi0\d done after .+ connecting .+ esxcli system settings", words(page))


def test_the_page_of_a_check(changed: Place, tmp_path: Path) -> None:
    file = tmp_path / "check.html"
    told = changed.cli.json("vft.check", "--vm", "db01", "--html", str(file))
    page = words(file)
    assert "ftlab vft.check FT requirements: db01" in page
    checks = [each for host in told.hosts.values() for each in host["facts"].get("checks", ())]
    failing = {each["requirement"] for each in checks if each["verdict"] == "fail"}
    first = page[page.index("What fails") : page.index("Not known over SSH")]
    assert failing
    assert all(each in first for each in failing)
    assert all(each["source"] in page for each in checks)
    assert "connecting" in page
    assert told.code == 5


def test_without_a_run_there_is_no_page(typed) -> None:
    told = typed("lab.history", "--html", "runs.html").expect(2).err
    assert "--html needs a run" in told
    assert "ftlab lab.history last --html run.html" in told
    assert not Path("runs.html").exists()


TASKS = {
    "lab.plan": ("lab.plan", "--profile", "vft"),
    "lab.history": ("lab.history", "last"),
    "vft.check": ("vft.check", "--vm", "db01"),
}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", ["fifo", "folder", "-", "no folder"])
def test_what_is_no_regular_file_is_no_page(typed, tmp_path: Path, task: str, kind: str) -> None:
    """Told before anybody is contacted."""
    path = tmp_path / "thing"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    name = {"-": "-", "no folder": str(tmp_path / "no" / "page.html")}.get(kind, str(path))
    assert (
        f"--html {name}: cannot be written: " in typed(*TASKS[task], "--html", name).expect(2).err
    )


def test_a_disk_that_is_full_leaves_the_old_page(tmp_path: Path, monkeypatch) -> None:
    """A page is whole, or it is not there: no draft is left beside it either."""
    file = tmp_path / "run.html"
    file.write_text("old")
    page = PageFile(str(file))
    monkeypatch.setattr("ftlab.user_files.os.write", _full)
    with pytest.raises(FtlabError, match=r"run\.html cannot be written: No space left") as caught:
        page.write(lambda: "new")
    assert caught.value.kind == "html"
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def _full(_descriptor: int, _data: bytes) -> int:
    raise OSError(28, "No space left on device")


def test_the_json_is_what_it_was(changed: Place) -> None:
    """When a host was busy with what is for the page alone."""
    assert "steps" not in json.dumps(changed.cli.json("lab.history", "last").document)
