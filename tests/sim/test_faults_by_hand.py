"""``sim.serve --failure NAME`` and ``--faults FILE``: what goes wrong, said and done."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from model_lab import ask

from ftlab.sim import SimLab, running_lab
from ftlab.sim.ft.spec import SIGNATURES
from ftlab.sim.serve.command import welcome
from ftlab.sim.serve.fault_file import plant, read_faults

FILE = """
[[fault]]
host = "vesxi0*"
where = "vim-cmd vmsvc/power.on"
what = "error"
exit = 3
stderr = "no\\n"
times = 2
skip = 1

[[fault]]
host = "vesxi02"
where = "esxcli"
what = "slow"
seconds = 1
jitter = 0.5

[[fault]]
where = "connect"
what = "cut"
times = 1
"""


def lab_of(tmp_path: Path) -> SimLab:
    return SimLab(tmp_path / "lab", hosts=2, versions=["6.7"], pairs=0)


def test_a_file_says_where_how_often_and_what(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text(FILE)
    lab = lab_of(tmp_path)
    assert plant(read_faults(file), lab.hosts) == [
        "vesxi01, vesxi02: vim-cmd vmsvc/power.on: fails, with exit 3, 2 times, after 1 that pass",
        "vesxi02: esxcli: answers 1 s late, and up to 0.5 s more, always",
        "vesxi01, vesxi02: connect: the connection dies, once",
    ]
    for host in lab.hosts.values():
        vmid = host.vms.named("app01").vmid
        exits = [ask(host, f"vim-cmd vmsvc/power.on {vmid}").exit for _ in range(4)]
        assert exits[1:3] == [3, 3]
        assert exits[3] == 1
    delays = {ask(lab["vesxi02"], "esxcli system version get").seconds for _ in range(20)}
    assert all(1 <= delay <= 1.5 for delay in delays)
    assert len(delays) > 1
    assert ask(lab["vesxi01"], "esxcli system version get").seconds == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"takes \[\[fault\]\] tables"),
        ("x = 1", r"takes \[\[fault\]\] tables"),
        ("[[fault]", "at line 1"),
        ('[[fault]]\nwhat = "cut"', "fault 1: where is missing"),
        ('[[fault]]\nwhere = "x"\n[[fault]]\nwere = "x"', "fault 2: no key 'were'; there are host"),
        ('[[fault]]\nwhere = "x"\nwhat = "explode"', "fault 1: what is one of error, lie"),
        ('[[fault]]\nwhere = "x"\ntimes = "two"', "fault 1: times is not 'two'"),
        ('[[fault]]\nwhere = "x"\ntimes = true', "fault 1: times is not True"),
        ('[[fault]]\nwhere = "x"\nruns = 1', "fault 1: runs is not 1"),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "faults.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=why) as caught:
        read_faults(file)
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_and_a_host_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        read_faults(tmp_path / "none.toml")
    file = tmp_path / "faults.toml"
    file.write_text('[[fault]]\nhost = "esx9"\nwhere = "x"')
    with pytest.raises(ValueError, match="for esx9, and no host"):
        plant(read_faults(file), lab_of(tmp_path).hosts)


@pytest.mark.parametrize("name", sorted(SIGNATURES))
def test_every_failure_can_be_asked_for(tmp_path: Path, name: str) -> None:
    lab = SimLab(tmp_path, hosts=2, versions=["5.0"], vms=0, failure=name)
    assert [pair.failure for pair in lab.pairs] == [name]


def test_a_lab_says_what_will_go_wrong(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text('[[fault]]\nwhere = "banner"\nwhat = "slow"\nseconds = 0.2\ntimes = 1')
    with running_lab(
        2, directory=tmp_path, versions=("5.0",), failure="locked", faults=read_faults(file)
    ) as lab:
        said = welcome(lab)
        assert "  Secondaries fail: locked\n" in said
        assert "  Fault on vesxi01, vesxi02: banner: answers 0.2 s late" in said
        import socket

        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", lab.front.ports["vesxi01"])) as one:
            assert one.recv(4) == b"SSH-"
        assert time.monotonic() - began >= 0.2


def test_an_unknown_failure_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no failure 'nosuch'; there are .*keepalive"):
        SimLab(tmp_path, hosts=2, failure="nosuch")


def test_a_fault_that_can_never_strike_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text('[[fault]]\nwhere = "vimcmd vmsvc/power.on"\nwhat = "hang"')
    lab = SimLab(tmp_path, hosts=1, versions=["5.0"], vms=0, pairs=0)
    with pytest.raises(ValueError, match=r"begins no command of vesxi01, which has .*vim-cmd"):
        plant(read_faults(file), lab.hosts)


def test_a_fault_of_an_applet_says_which_shell_has_it(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text('[[fault]]\nwhere = "mv "\nwhat = "cut"\ntimes = 1')
    lab = SimLab(tmp_path, hosts=1, versions=["5.0"], vms=0, pairs=0)
    assert plant(read_faults(file), lab.hosts) == [
        "vesxi01: mv : the connection dies, once (not in BusyBox's own shell)"
    ]
