"""Logging in as a user meets it: the canary, what ``hosts.check`` says, and kept secrets."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, Ran
from ports import free_port
from ssh_servers import keygen

from ftlab.engine.context import Context
from ftlab.model import Command, Completed, Host
from ftlab.ops.hosts import check as hosts
from ftlab.sim import Fault, RunningLab, running_lab

RIGHT = "correct horse"
WRONG = "pl4nted-s3cret"
VERSION = "7.0 U1"

StartLab = Callable[..., RunningLab]


@pytest.fixture
def start_lab(tmp_path: Path) -> Iterator[StartLab]:
    with ExitStack() as stack:

        def start(hosts: int = 4, **knobs: Any) -> RunningLab:
            knobs = {"versions": (VERSION,) * hosts, "pairs": 0, **knobs}
            return stack.enter_context(running_lab(hosts, directory=tmp_path, **knobs))

        yield start


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


def inventory(lab: RunningLab, *without: str, **instead: str) -> str:
    """The lab's inventory with lines left out, and texts replaced."""
    lines = lab.inventory.read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith(without or ("\0",))) + "\n"
    for old, new in instead.items():
        text = text.replace(old, new)
    file = lab.directory / "hosts.ini"
    file.write_text(text)
    return str(file)


def with_password(lab: RunningLab, password: str) -> str:
    return inventory(lab, **{f"ansible_password='{RIGHT}'": f"ansible_password='{password}'"})


def tries(lab: RunningLab) -> list[int]:
    return [door.account.attempts for door in lab.front.doors.values()]


# The canary.


def stopped_by_its_canary(ran: Ran, lab: RunningLab) -> None:
    """One host was tried, once; the others are skipped and say why."""
    assert ran.code == 4
    assert sorted(tries(lab)) == [0, 0, 0, 1]
    [canary] = [name for name, status in ran.statuses.items() if status == "unreachable"]
    assert ran.error(canary)["kind"] == "auth.refused"
    for name in set(ran.hosts) - {canary}:
        assert ran.statuses[name] == "skipped"
        error = ran.error(name)
        assert error["kind"] == "auth.refused"
        assert f"not tried: {canary} rejected this password for root" in error["message"]
        assert f"fix the login on {canary} first" in error["hint"]


def test_a_wrong_password_of_the_inventory(start_lab: StartLab, cli: Cli) -> None:
    lab = start_lab(password=RIGHT)
    file = with_password(lab, WRONG)
    stopped_by_its_canary(cli.json("hosts.check", "-i", file), lab)
    assert all(host.commands == [] for host in lab.sim.hosts.values())


def test_a_wrong_password_of_the_environment(start_lab: StartLab, cli: Cli) -> None:
    lab = start_lab(password=RIGHT)
    file = inventory(lab, "ansible_password")
    ran = cli.json("fleet.run", "true", "--read-only", "-i", file, env={"FTLAB_PASSWORD": WRONG})
    stopped_by_its_canary(ran, lab)


def test_a_wrong_password_after_a_refused_key(start_lab: StartLab, cli: Cli) -> None:
    lab = start_lab(password=RIGHT)
    stranger = keygen(lab.directory / "stranger", "rsa")
    file = inventory(
        lab, ansible_password="ansible_ssh_private_key_file=" + str(stranger) + "\nold"
    )
    ran = cli.json("vm.list", "-i", file, env={"FTLAB_PASSWORD": WRONG})
    stopped_by_its_canary(ran, lab)


@pytest.mark.parametrize("source", ["inventory", "FTLAB_PASSWORD_FILE"])
def test_a_right_password_opens_all(start_lab: StartLab, cli: Cli, source: str) -> None:
    lab = start_lab(password=RIGHT)
    file = lab.directory / "password"
    file.write_text(RIGHT + "\n")
    file.chmod(0o600)
    env = {} if source == "inventory" else {source: str(file)}
    hosts = inventory(lab, *(["ansible_password"] if env else []))
    ran = cli.json("hosts.check", "-i", hosts, env=env)
    assert set(ran.expect(0).statuses.values()) == {"ok"}
    assert tries(lab) == [1] * 4
    assert ran.hosts["vesxi01"]["facts"]["ssh"]["login"] == "keyboard-interactive"


def test_a_canary_that_is_off_is_followed_by_the_next(start_lab: StartLab, cli: Cli) -> None:
    lab = start_lab(password=RIGHT)
    lab.sim["vesxi01"].faults.append(Fault("connect", what="cut", times=None))
    ran = cli.json("hosts.check", "-i", with_password(lab, WRONG), "--connect-timeout", "1")
    assert ran.expect(4).statuses["vesxi01"] == "unreachable"
    assert sum(tries(lab)) == 1
    assert list(ran.statuses.values()).count("skipped") == 2


# hosts.check


def test_check_names_the_fix_for_each_host_in_one_run(start_lab: StartLab, cli: Cli) -> None:
    lab = start_lab(6, versions=("5.0", *(VERSION,) * 5), legacy=True)
    stranger = keygen(lab.directory / "stranger", "rsa")
    ports = lab.front.ports
    lab.front.rekey("vesxi03")
    file = inventory(
        lab,
        **{
            " ftlab_legacy_ssh=true": "",
            f"ansible_port={ports['vesxi02']}": f"ansible_port={ports['vesxi02']} "
            f"ftlab_known_hosts={lab.directory / 'none'}",
            f"ansible_port={ports['vesxi04']}": f"ansible_port={free_port()}",
            f"ansible_port={ports['vesxi05']}": f"ansible_port={ports['vesxi05']} "
            f"ansible_ssh_private_key_file={stranger}",
        },
    )
    ran = cli.json("hosts.check", "-i", file).expect(4)
    fixes = {name: (host["error"] or {}).get("hint", "") for name, host in ran.hosts.items()}
    kinds = {name: (host["error"] or {}).get("kind") for name, host in ran.hosts.items()}
    assert kinds == {
        "vesxi01": "algorithms",
        "vesxi02": "hostkey.unknown",
        "vesxi03": "hostkey.changed",
        "vesxi04": "unreachable.refused",
        "vesxi05": "auth.refused",
        "vesxi06": None,
    }
    assert "ftlab_legacy_ssh=true" in fixes["vesxi01"]
    assert "ftlab hosts.trust" in fixes["vesxi02"]
    assert "hosts.trust --replace" in fixes["vesxi03"]
    assert "Enable Secure Shell" in fixes["vesxi04"]
    assert "check the user and the key" in fixes["vesxi05"]
    told_in_the_facts(ran)


def told_in_the_facts(ran: Ran) -> None:
    ssh = {name: host["facts"]["ssh"] for name, host in ran.hosts.items()}
    assert ssh["vesxi01"]["host_key_algorithms"] == ["ssh-rsa"]
    assert "diffie-hellman-group14-sha1" in ssh["vesxi01"]["kex"]
    assert "host keys ssh-rsa" in ran.error("vesxi01")["message"]
    for name in ("vesxi01", "vesxi02", "vesxi03", "vesxi05", "vesxi06"):
        assert ssh[name]["banner"].startswith("SSH-2.0-OpenSSH")
    assert ssh["vesxi02"]["fingerprint"].startswith("SHA256:")
    assert ssh["vesxi02"]["fingerprint"] in ran.error("vesxi02")["message"]
    assert set(ssh["vesxi05"]["login_methods"]) == {"publickey", "keyboard-interactive"}
    assert ssh["vesxi05"]["tried"][0].endswith("stranger")
    assert ssh["vesxi06"]["login"].endswith("id_client")
    good = ran.hosts["vesxi06"]["facts"]
    assert (good["version"], good["product"], good["clock_skew"]) == ("7.0.1", "VMware ESXi", 0)


class ClockOnly:
    """A session with a host whose ``date`` answers as told."""

    def __init__(self, exit: int, answer: str) -> None:
        self.host = Host("vesxi01")
        self.server: dict[str, str] = {}
        self._answers = (0, "VMware ESXi 5.0.0 build-469512\n"), (exit, answer)

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        given = zip(commands, self._answers, strict=True)
        return [Completed(one, status, text.encode()) for one, (status, text) in given]


@pytest.mark.parametrize(
    ("exit", "ahead", "skew", "said"),
    [
        (0, 0.0, 0, ""),
        (0, 1.6, 0, ""),
        (0, 30.0, 30, ""),
        (0, 3600.0, 3600, "3600 s ahead of"),
        (0, -90.0, -90, "90 s behind"),
        (127, 0.0, None, ""),
        (0, None, None, ""),
    ],
)
def test_the_clock(
    monkeypatch: pytest.MonkeyPatch, exit: int, ahead: float | None, skew: int | None, said: str
) -> None:
    now = 1_700_000_000.25
    monkeypatch.setattr(hosts.time, "time", lambda: now)
    answer = "date: bad +%s" if ahead is None else f"{int(now + ahead)}\n"
    context = Context(ClockOnly(exit, answer))  # type: ignore[arg-type]
    facts = hosts.CheckHost().on(context)
    assert facts == {
        "version": "5.0.0", "build": 469512, "product": "VMware ESXi", "clock_skew": skew,
    }  # fmt: skip
    assert bool(context.notes) == bool(said)
    assert said in " ".join(context.notes)


# Secrets


@contextlib.contextmanager
def command_lines() -> Iterator[set[bytes]]:
    """Every command line that any process has meanwhile, as often as they can be looked at."""
    seen: set[bytes] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    seen.add(file.read_bytes())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def everything(cli: Cli) -> bytes:
    """All that ftlab has written to its state."""
    return b"".join(file.read_bytes() for file in cli.home.rglob("*") if file.is_file())


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc here")
@pytest.mark.parametrize(
    ("source", "right"),
    [("inventory", True), ("inventory", False), ("command", True), ("FTLAB_PASSWORD", False)],
)
def test_a_planted_password_shows_nowhere(
    start_lab: StartLab, cli: Cli, source: str, right: bool
) -> None:
    lab = start_lab(2, password=WRONG if right else RIGHT)
    hidden = lab.directory / "hidden"
    hidden.write_text(WRONG)
    command = shlex.join([sys.executable, "-c", f"print(open({str(hidden)!r}).read())"])
    lines = {
        "inventory": f"ansible_password='{WRONG}'",
        "command": f"ftlab_password_command={shlex.quote(command)}",
        "FTLAB_PASSWORD": "",
    }
    text = Path(inventory(lab, "ansible_password")).read_text() + lines[source] + "\n"
    file = lab.directory / "planted.ini"
    file.write_text(text)
    env = {"FTLAB_PASSWORD": WRONG} if source == "FTLAB_PASSWORD" else {}
    change = ("advopt.set", "/Migrate/VMotionStreamDisable", "1", "--yes", "-vv", "--json")
    with command_lines() as seen:
        ran = cli(*change, "-i", str(file), env=env)
    ran.expect(0 if right else 4)
    told = (ran.out + ran.err).encode() + (cli.state / "journal.db").read_bytes()
    assert WRONG.encode() not in told + everything(cli) + b"".join(seen)


BROKEN = """
import paramiko
from ftlab.ssh.paramiko_ext.transport import LabTransport
def refuse(self, name="", password="", *rest, **more):
    raise KeyError("a fault of somebody's")
LabTransport.auth_password = LabTransport.auth_interactive = refuse
paramiko.PKey.from_path = staticmethod(refuse)
from ftlab.program import main
main()
"""


@pytest.mark.parametrize("where", ["password", "passphrase"])
def test_a_traceback_of_the_login_shows_no_secret(
    start_lab: StartLab, cli: Cli, where: str
) -> None:
    lab = start_lab(1, password=WRONG)
    file = str(lab.inventory)
    env = {"FTLAB_PASSPHRASE": WRONG}
    if where == "passphrase":
        key = keygen(lab.directory / "locked", passphrase=WRONG)
        file = inventory(lab, ansible_password=f"ansible_ssh_private_key_file={key}\nold")
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, "hosts.check", "-vv", "-i", file],
        env={**cli.env, **env}, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        timeout=40,
    )  # fmt: skip
    assert done.returncode in {4, 5}
    assert b"a fault of somebody" in done.stdout + done.stderr
    assert WRONG.encode() not in done.stdout + done.stderr + everything(cli)


@pytest.mark.parametrize("passphrase", [WRONG, "another"], ids=["right", "wrong"])
def test_a_planted_passphrase_shows_nowhere(start_lab: StartLab, cli: Cli, passphrase: str) -> None:
    lab = start_lab(1)
    key = keygen(lab.directory / "locked", "rsa", passphrase=WRONG)
    file = inventory(lab, ansible_ssh="ansible_ssh_private_key_file=" + str(key) + "\nold")
    ran = cli("hosts.check", "-vv", "--json", "-i", file, env={"FTLAB_PASSPHRASE": passphrase})
    assert ran.expect(4).error("vesxi01")["kind"] == (
        "auth.refused" if passphrase == WRONG else "auth.key"
    )
    assert passphrase.encode() not in (ran.out + ran.err).encode() + everything(cli)
