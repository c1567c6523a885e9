"""``sim.serve`` from the outside: a lab in a process of its own, and the advice it prints."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest
from cli_runner import Cli


def test_every_command_that_the_lab_proposes_works(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    served = ("sim.serve", "--hosts", "2", "--versions", "5.5", "--inventory", "lab.ini")
    with cli.started(*served) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        assert "Try:\n" in said
        proposed = list(takewhile(lambda line: line.startswith("  ftlab "), said))
        assert [line.split()[1] for line in proposed] == [
            "hosts.check", "vm.list", "vft.enable", "vft.power-on-secondary",
        ]  # fmt: skip
        for line in proposed:
            cli(*shlex.split(line)[1:]).expect(0)


def test_one_host_has_no_pair_unless_asked(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    with cli.started("sim.serve", "--hosts", "1") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Ready: 1 ")


def test_names_are_as_long_as_those_of_real_labs(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    served = ("sim.serve", "--hosts", "1", "--inventory", "lab.ini", "--domain", "lab.example")
    with cli.started(*served) as process:
        assert process.stdout is not None
        assert "Try:\n" in iter(process.stdout.readline, "")
        vms = (
            cli.json("vm.list", "-i", "lab.ini")
            .expect(0)
            .hosts["vesxi01.lab.example"]["facts"]["vms"]
        )
    [vm] = [vm for vm in vms if vm["name"] == "win2022-template-eval"]
    assert vm["path"].startswith("[nested-templates-raid10-vol-01] win2022-template-eval/")


@pytest.mark.parametrize("domain", ["lab example", "a..b", "lab.example]", "-l"])
def test_a_wrong_domain_is_a_usage_error(tmp_path: Path, domain: str) -> None:
    cli = Cli(tmp_path / "home")
    cli("sim.serve", "--hosts", "1", f"--domain={domain}").expect(2)
    assert not (cli.home / "lab.ini").exists()


@pytest.mark.parametrize(
    ("flags", "says", "exit"),
    [
        (("--host-starts-secondary",), "its host starts it", 0),
        (("--resume", "1"), "somebody resumes FT there 1 s later", 0),
        (("--resume", "never"), "nobody resumes FT there", 5),
    ],
)
def test_who_starts_the_secondary_is_a_flag(
    tmp_path: Path, flags: tuple[str, ...], says: str, exit: int
) -> None:
    cli = Cli(tmp_path / "home")
    served = ("sim.serve", "--hosts", "2", "--versions", "5.5", "--inventory", "lab.ini", *flags)
    with cli.started(*served) as process:
        assert process.stdout is not None
        said = "".join(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        assert says in " ".join(said.split())  # long lines are wrapped
        given = ("-i", "lab.ini", "--vm", "db01", "--yes")
        cli("vft.enable", *given).expect(0)
        wait = ("--start-primary", "--wait", "2" if exit else "25")
        ran = cli.json("vft.power-on-secondary", *given, *wait).expect(exit)
    attempts = ran.hosts["vesxi02"]["facts"]["attempts"]
    starter = "host" if "--host-starts-secondary" in flags else "vcenter"
    assert {attempt["trigger"] for attempt in attempts} == {starter}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--resume", "soon"), "--resume"),
        (("--hosts", "1", "--pairs", "1"), "an FT pair needs two hosts"),
        (("--shell", "zsh"), "--shell is auto, small or busybox, not 'zsh'"),
        (("--failure", "nosuch"), "no failure 'nosuch'; there are "),
        (("--faults", "none.toml"), "none.toml: No such file"),
        (("--pairs", "-1"), "--pairs"),
        (("--pairs", "many"), "--pairs"),
        (("--inventory", "."), "--inventory .: "),
        (("--inventory", "none/lab.ini"), "--inventory none/lab.ini: "),
    ],
)
def test_a_lab_that_cannot_be_is_a_usage_error(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ran = Cli(tmp_path / "home")("sim.serve", *words).expect(2)
    assert told in ran.err
    assert "internal error" not in ran.err


def test_the_demo_needs_two_hosts(tmp_path: Path) -> None:
    assert "--hosts 1" in Cli(tmp_path / "home")("demo", "--hosts", "1").expect(2).err


@pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH is not installed")
@pytest.mark.parametrize("more", [("5.0",), ("5.0", "--legacy"), ("4.1", "--legacy")])
def test_the_proposed_ssh_logs_in(tmp_path: Path, more: tuple[str, ...]) -> None:
    cli = Cli(tmp_path / "home")
    with cli.started("sim.serve", "--hosts", "1", "--versions", *more) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        words = next(shlex.split(line) for line in said if line.startswith("  ssh "))
        ran = subprocess.run(
            [*words, "-F", "none", "-o", "BatchMode=yes", "vmware -v"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ran.stdout.startswith(f"VMware ESXi {more[0]}.0"), ran.stderr


FORBID = 'cd /proc/sys/user && echo 0 > max_mnt_namespaces && cd - > /dev/null && exec "$@"'
"""Where a user namespace says so, none below it gets a mount namespace."""


@pytest.fixture
def confined(tmp_path: Path) -> Cli:
    """The command where mount namespaces are forbidden."""
    prefix = ("unshare", "--user", "--map-root-user", "sh", "-c", FORBID, "sh")
    tried = [*prefix, "sh", "-c", "! unshare --mount true"]
    if (
        not shutil.which("unshare")
        or subprocess.run(tried, capture_output=True, check=False).returncode
    ):
        pytest.skip("user namespaces are forbidden here already, or not there")
    cli = Cli(tmp_path / "home")
    cli.program = (*prefix, *cli.program)
    return cli


@pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH is not installed")
def test_without_namespaces_it_says_which_shell_serves_and_why(confined: Cli) -> None:
    refused = confined("sim.serve", "--hosts", "1", "--shell", "busybox").expect(2)
    assert "--shell busybox: this machine forbids user and mount namespaces" in refused.err
    with confined.started("sim.serve", "--hosts", "1") as process:
        assert process.stdout is not None
        said = list(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        (shell,) = [line for line in said if "(shell: " in line]
        assert "the small one, as this machine forbids user and mount namespaces" in shell
        ssh = next(shlex.split(line) for line in said if line.startswith("  ssh "))
        options = ("-F", "none", "-o", "BatchMode=yes")
        ran, told = (
            subprocess.run([*ssh, *options, line], capture_output=True, text=True, check=False)
            for line in ("vmware -v", "for i in 1 2; do echo $i; done")
        )
    assert ran.stdout.startswith("VMware ESXi")
    assert (told.returncode, told.stdout) == (2, "")
    assert "a loop is not simulated by the small shell" in told.stderr
