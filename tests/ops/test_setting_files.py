"""A setting that is a line of a file: the file is at every instant the old one or the new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from direct_session import DirectSession
from hypothesis import given
from hypothesis import strategies as st

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, Refused
from ftlab.esxi.settings.setting import rewritten
from ftlab.model import Command
from ftlab.ops.settings.engine import read_setting, write_setting
from ftlab.ops.settings.names import find_setting
from ftlab.sim import SimHost, SimLab

RUN = "20260102T030405-abcd"
SERVERS = find_setting("ntp.servers")
OLD = b"restrict default\n# r\xe9seau\x0b\x0cby hand\r\nserver 192.0.2.1\ndriftfile /etc/ntp.drift"
NEW = OLD.replace(b"server 192.0.2.1\n", b"server ntp1.lab.example\nserver 192.0.2.9\n")
WANTED = ("ntp1.lab.example", "192.0.2.9")


@pytest.fixture(params=["4.1", "5.5"])
def host(tmp_path: Path, request: pytest.FixtureRequest) -> SimHost:
    host = SimLab(tmp_path, hosts=1, versions=[request.param], pairs=0, vms=1)["vesxi01"]
    host.path("/etc/ntp.conf").write_bytes(OLD)
    return host


def set_servers(session: DirectSession) -> None:
    context = Context(session, run=RUN)
    write_setting(context, read_setting(context, SERVERS), WANTED)


def beside(host: SimHost) -> dict[str, bytes]:
    folder = host.path("/etc/ntp.conf").parent
    return {each.name: each.read_bytes() for each in folder.iterdir() if "ftlab" in each.name}


def test_only_its_own_lines_change_and_the_old_bytes_stay_beside(host: SimHost) -> None:
    set_servers(DirectSession(host))
    assert host.path("/etc/ntp.conf").read_bytes() == NEW
    assert beside(host) == {f"ntp.conf.ntp.servers.ftlab-{RUN}": OLD}


@pytest.mark.parametrize("arrives", [0, 40])
def test_bytes_that_do_not_all_arrive_never_take_its_place(host: SimHost, arrives: int) -> None:
    session = DirectSession(host)
    real = session.run

    def cut(command: Command):
        if command.argv[0] == "dd":  # as where the connection has died by then
            command = Command(command.argv, stdin=command.stdin[:arrives])
        return real(command)

    session.run = cut  # type: ignore[method-assign]
    with pytest.raises(CommandFailed, match=r"arrived damaged; /etc/ntp.conf is untouched"):
        set_servers(session)
    assert (host.path("/etc/ntp.conf").read_bytes(), beside(host)) == (OLD, {})


@pytest.mark.parametrize("moment", ["cp", "diff"])
def test_what_somebody_else_writes_meanwhile_is_kept(host: SimHost, moment: str) -> None:
    session, theirs = DirectSession(host), OLD + b"\nserver theirs\n"
    file = host.path("/etc/ntp.conf")
    session.before = lambda command: file.write_bytes(theirs) if command.argv[0] == moment else None
    with pytest.raises(Refused, match="was changed by somebody else"):
        set_servers(session)
    assert (file.read_bytes(), beside(host)) == (theirs, {})


@given(
    text=st.lists(st.sampled_from(["server a\n", "# c\x0b\r\n", "\n", "x\x85y\n", "server b\r\n"])),
    end=st.sampled_from(["", "server z", "driftfile"]),
    wanted=st.lists(st.sampled_from(["n1", "n2"]), unique=True),
)
def test_all_other_lines_are_as_they_were(text: list[str], end: str, wanted: list[str]) -> None:
    way = next(way for way in SERVERS.ways if way.edit)
    whole = "".join([*text, end])
    new = rewritten(way, whole, tuple(wanted))
    lines = new.split("\n")
    assert [each for each in lines if each.startswith("server")] == [f"server {n}" for n in wanted]
    kept = [each for each in lines if not each.startswith("server")]
    others = [each for each in whole.split("\n") if not each.startswith("server")]
    assert [each for each in kept if each] == [each for each in others if each]
    assert rewritten(way, new, tuple(wanted)) == new
