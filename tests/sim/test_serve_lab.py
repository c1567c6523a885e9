"""The lab that `sim.serve` runs: files, inventory, and that nothing stays behind."""
# ruff: noqa: S106 - a made-up password

from __future__ import annotations

import configparser
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import paramiko
import pytest
from server_lab import dial, execute, sim_threads

from ftlab.sim import running_lab
from ftlab.sim.serve.command import cure_of, serve
from ftlab.sim.serve.lab import InventoryFile, UnwritableError, group_of, inventory_text


def parsed(text):
    reader = configparser.ConfigParser(allow_no_value=True, delimiters=("=",), interpolation=None)
    reader.optionxform = str
    reader.read_string(text)
    return {section: dict(reader[section]) for section in reader.sections()}


def test_a_client_gets_in_with_what_the_inventory_says(tmp_path):
    with running_lab(3, directory=tmp_path, versions=("4.1", "7.0 U1", "8.0"), pairs=0) as lab:
        found = parsed(lab.inventory.read_text())
        variables = found["all:vars"]
        assert list(found) == ["vesxi", "v41", "v70u1", "v80", "all:vars"]
        known = paramiko.HostKeys(variables["ftlab_known_hosts"])
        key = paramiko.ECDSAKey(filename=variables["ansible_ssh_private_key_file"])
        for name, port in lab.front.ports.items():
            assert f"{name} ansible_host" in found["vesxi"] or any(
                line.startswith(name) for line in found["vesxi"]
            )
            transport = dial(port)
            assert known.check(f"[127.0.0.1]:{port}", transport.get_remote_server_key())
            transport.auth_publickey(variables["ansible_user"], key)
            assert execute(transport, "true")[0] == 0
            transport.close()
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (lab.directory, lab.key_file)]
        assert modes == [0o700, 0o600]
    assert list(tmp_path.iterdir()) == []
    assert sim_threads() == []


def test_a_password_lab_names_the_password(tmp_path):
    with running_lab(1, tmp_path / "lab.ini", versions=("8.0",), password="a b'c") as lab:
        assert 'ansible_password="a b\'c"' in lab.inventory.read_text()
        transport = dial(lab.front.ports["vesxi01"])
        transport.auth_interactive("root", lambda *_: ["a b'c"])
        transport.close()
    assert not (tmp_path / "lab.ini").exists()


def test_a_faithful_lab_marks_its_old_hosts(tmp_path):
    with running_lab(2, versions=("5.1", "8.0"), pairs=0, legacy=True) as lab:
        lines = lab.inventory.read_text().splitlines()
    assert [line.split()[0] for line in lines if "ftlab_legacy_ssh=true" in line] == ["vesxi01"]


def test_trust_follows_new_host_keys():
    with running_lab(1, versions=("8.0",)) as lab:
        before = lab.known_hosts.read_text()
        lab.front.rekey("vesxi01")
        lab.trust()
        assert lab.known_hosts.read_text() != before


def test_a_foreign_file_is_refused_and_kept(tmp_path):
    file = tmp_path / "hosts.ini"
    file.write_text("[mine]\n")
    with pytest.raises(FileExistsError), running_lab(1, file):
        pass
    assert file.read_text() == "[mine]\n"
    with running_lab(1, file, force=True):
        assert "[vesxi]" in file.read_text()
    assert not file.exists()


def test_an_inventory_that_was_edited_stays(tmp_path):
    file = tmp_path / "lab.ini"
    with running_lab(1, file):
        file.write_text(file.read_text() + "# mine\n")
    assert file.read_text().endswith("# mine\n")
    with running_lab(1, file):
        assert "# mine" not in file.read_text()
    assert not file.exists()


def test_removing_twice_is_safe(tmp_path):
    file = InventoryFile(tmp_path / "x")
    file.write("a")
    file.remove()
    file.path.write_text("a")
    file.remove()
    assert file.path.exists()


def test_inventory_text():
    text = inventory_text({"a": 1}, {"a": "7.0 U3"}, {"x": "plain", "y": "1"}, frozenset("a"))
    assert "a ansible_host=127.0.0.1 ansible_port=1 ftlab_legacy_ssh=true\n" in text
    assert "[v70u3]\na\n" in text
    assert text.endswith("x=plain\ny='1'\n")
    assert group_of("4.1") == "v41"


def test_remedies():
    assert [cure_of(one) for one in (0, 1, "0", "1", "none", None)] == [0, 1, 0, 1, None, None]
    with pytest.raises(ValueError, match="remedy"):
        cure_of("2")


def test_serve_says_when_it_is_ready_and_ends_when_told(tmp_path):
    stop, said = threading.Event(), []

    def ready(text):
        said.append(text)
        assert (tmp_path / "lab.ini").exists()
        stop.set()

    serve(2, tmp_path / "lab.ini", directory=tmp_path, ready=ready, stop=stop)
    first, *rest = said[0].splitlines()
    assert first == f"Ready: 2 simulated vESXi hosts, inventory {tmp_path / 'lab.ini'}"
    assert any("FT pair db01" in line for line in rest)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="at least one"):
        serve(0, tmp_path / "lab.ini")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_it_cleanly(tmp_path, number):
    code = (
        "from pathlib import Path; from ftlab.sim.serve.command import serve\n"
        f"serve(1, Path({str(tmp_path / 'lab.ini')!r}), directory=Path({str(tmp_path)!r}),"
        " ready=lambda text: print(text, flush=True))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout.readline().startswith(b"Ready: 1 ")
        process.send_signal(number)
        assert process.wait(20) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_takes_no_inventory_is_its_own_error(tmp_path):
    for place in (tmp_path, tmp_path / "none" / "lab.ini"):
        with pytest.raises(UnwritableError), running_lab(1, place, directory=tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_lab_has_no_negative_number_of_pairs(tmp_path):
    with pytest.raises(ValueError, match="not -1"), running_lab(2, directory=tmp_path, pairs=-1):
        pass
