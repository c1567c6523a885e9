"""``fleet.run``: lines as they come, and how the odd answers differ."""

from __future__ import annotations

import pytest
from cli_place import Place
from lab_bench import near

from ftlab import Lab


@pytest.fixture
def place(bench) -> Place:
    return near(bench(hosts=3, versions=("6.7", "6.7", "6.7")))


def test_a_line_is_told_while_the_command_still_runs(place: Place, monkeypatch) -> None:
    for name, value in place.cli.env.items():
        monkeypatch.setenv(name, value)
    held = place.hold("vmware -v", "vesxi01")
    heard: list[str] = []

    def say(line: str) -> None:
        heard.append(line)
        if line == "vesxi01: first":
            held.set()

    with Lab(place.cli.env["FTLAB_INVENTORY"], limit="vesxi01", say=say, timeout=20) as lab:
        report = lab.run_command("echo first; sleep 0.01; vmware -v", read_only=True, stream=True)
    assert report.exit_code == 0, (heard, report)
    assert held.is_set(), "it was told only once the command had ended"
    assert heard[0] == "vesxi01: first"
    assert heard[1].startswith("vesxi01: VMware ESXi 6.7")
    assert report.facts["vesxi01"]["stdout"].startswith("first\nVMware")


def test_lines_go_to_stderr_and_the_answer_to_stdout(place: Place) -> None:
    told = place.cli("fleet.run", "echo one; echo two >&2; printf three", "--stream", "--read-only")
    told.expect(0)
    for host in ("vesxi01", "vesxi02", "vesxi03"):
        assert f"{host}: one\n" in told.err
        assert f"{host}: ! two\n" in told.err
        assert f"{host}: three\n" in told.err
    assert "vesxi  3 hosts" in told.out
    document = place.cli.json("fleet.run", "echo one", "--stream", "--read-only").expect(0)
    assert document.hosts["vesxi02"]["facts"]["stdout"] == "one\n"


def test_what_a_failing_command_said_is_told(place: Place) -> None:
    told = place.cli("fleet.run", "echo before; false", "--stream", "--yes").expect(5)
    assert "vesxi01: before\n" in told.err


def test_the_odd_answer_is_shown_as_what_differs(place: Place) -> None:
    for host in place.lab.sim.hosts.values():
        host.path("/etc/list").write_text("a\nb\nc\nd\ne\n")
    place["vesxi02"].path("/etc/list").write_text("a\nb\nX\nd\ne\n")
    told = place.cli("fleet.run", "cat /etc/list", "--read-only", "--diff").expect(0)
    blocks = told.out.split("── ")[1:]
    assert [block.split("  ")[0] for block in blocks] == ["vesxi[01,03]", "vesxi02"]
    assert blocks[0].splitlines()[1:6] == ["a", "b", "c", "d", "e"]
    assert "\n a\n b\n-c\n+X\n d\n e\n" in blocks[1]
    plain = place.cli("fleet.run", "cat /etc/list", "--read-only").expect(0)
    assert "-c" not in plain.out
