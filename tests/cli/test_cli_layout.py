"""How a result looks to a person: in the order of importance, nothing to copy broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Cli
from cli_terminal import on_terminal
from lab_bench import near

NARROW = {"COLUMNS": "80"}


@pytest.mark.parametrize("hosts", [1, 2], ids=["no bar", "a bar"])
def test_a_message_on_a_terminal_is_broken_between_words(tmp_path: Path, hosts: int):
    cli = Cli(tmp_path / "home")
    lines = [f"vesxi{n} ansible_host=127.0.0.1 ansible_port=1 ansible_password=x\n"
             for n in range(hosts)]  # fmt: skip
    (cli.home / "hosts.ini").write_text("".join(lines))
    (cli.home / "hosts.ini").chmod(0o600)  # else there is a word on the password, too
    with on_terminal(cli, "lab.plan", "--profile", "vft") as terminal:
        terminal.end(4)
    drawn = re.sub(r"\r\x1b\[K[^\r\n]*", "", terminal.screen)  # the line of progress comes and goes
    said = [line for line in drawn.splitlines() if line.strip()]
    assert max(map(len, said)) <= 80
    piped = cli("lab.plan", "--profile", "vft").err.splitlines()[0]
    assert len(piped) > 100  # elsewhere a message is one line
    assert " ".join(" ".join(said).split()).startswith(piped)


def test_the_id_of_a_run_is_whole_wherever_it_stands(bench: Bench):
    place = near(bench())
    changed = place.cli("advopt.set", "/Migrate/NetTimeout", "44", "-y", env=NARROW).expect(0)
    run = changed.out.rsplit(maxsplit=1)[1]
    for argv in ((), ("last",)):
        shown = place.cli("lab.history", *argv, env=NARROW).expect(0).out
        assert run in shown
        assert max(map(len, shown.splitlines())) <= 80


def test_new_keys_are_shown_once_whole_and_then_recorded(bench: Bench):
    place = near(bench(hosts=1))
    inventory = place.cli.home / "unknown.ini"
    text = place.lab.inventory.read_text()
    inventory.write_text("\n".join(x for x in text.splitlines() if "known_hosts" not in x))
    argv = ("hosts.trust", "-i", str(inventory))
    planned = place.cli.json(*argv, "-n").expect(3)
    prints = {key["fingerprint"] for h in planned.hosts.values() for key in h["facts"]["keys"]}
    shown = place.cli(*argv, "-y", env=NARROW).expect(0).out
    assert [shown.count(each) for each in prints] == [1] * len(prints)
    assert "recorded in " in shown
    table = place.cli(*argv, "-y", env=NARROW).expect(0).out
    assert [table.count(each) for each in prints] == [1] * len(prints)
    assert "recorded" not in table


def test_the_pair_leads_a_status_and_the_failures_a_check(mixed: Place):
    status = mixed.cli("vft.status", env=NARROW).expect(0).out
    assert status.startswith("pairs\n")
    assert "notConfigured" not in status
    assert "notConfigured" in mixed.cli("vft.status", "--vm", "app01", env=NARROW).out
    assert "notConfigured" in mixed.cli("vft.status", "-v", env=NARROW).out
    checked = mixed.cli("vft.check", "--vm", "db01", env=NARROW).expect(5).out
    assert checked.splitlines()[1].split()[-1] == "fail"
    assert "  pass" not in checked
    assert "-v lists them" in checked
    assert "  pass" in mixed.cli("vft.check", "--vm", "db01", "-v", env=NARROW).out


def test_how_it_looks_changes_nothing_of_the_document(mixed: Place):
    """Whatever the text leaves out is in the JSON."""
    plain, verbose = (mixed.cli.json("vft.status", *more).expect(0) for more in ((), ("-v",)))
    for ran in (plain, verbose):
        states = [vm["ft_state"] for h in ran.hosts.values() for vm in h["facts"]["vms"]]
        assert "notConfigured" in states
    checks = [
        check
        for host in mixed.cli.json("vft.check", "--vm", "db01").expect(5).hosts.values()
        for check in host["facts"].get("checks", ())
    ]
    assert {"pass", "fail"} <= {check["verdict"] for check in checks}
    assert all(check["source"] for check in checks)
    assert None in {check["vm"] for check in checks}


def test_hosts_without_the_vm_do_not_lead(mixed: Place):
    shown = mixed.cli("vmx.get", "--vm", "db01", "--key", "replay.supported", env=NARROW).out
    lines = shown.splitlines()
    (skipped,) = [line for line in lines if "skipped:" in line]
    assert lines.index(skipped) == len(lines) - 3  # an empty line and the sum follow


def test_a_plan_without_a_change_is_not_shown_beside_its_result(bench: Bench):
    place = bench(hosts=1)
    with on_terminal(place.cli, "advopt.reset", "/Migrate/NetTimeout") as terminal:
        ran = terminal.end(0)
    assert ran.out.count("no change") == 1
    assert "no change" not in ran.err
