"""``hosts.trust`` behind jump hosts that are unknown, too: from the outside in, in one call."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Cli
from cli_terminal import on_terminal
from ssh_bench import Keys, Launch
from ssh_servers import Server


class Way:
    """A host behind a jump host, both unknown, and the command of a user with a key for both."""

    def __init__(self, folder: Path, gate: Server, inner: Server, key: Path) -> None:
        self.gate, self.inner = gate, inner
        inventory = folder / "hosts.ini"
        self.cli = Cli(folder / "home", inventory)
        self.jump = f"root@127.0.0.1:{gate.port}"
        inventory.write_text(
            "[lab]\n"
            + "".join(
                f"{name} ansible_host=127.0.0.1 ansible_port={inner.port} ansible_user=root "
                f"ansible_ssh_private_key_file={key} ftlab_jump={self.jump}\n"
                for name in ("one", "two")
            )
        )

    def recorded(self) -> set[str]:
        file = self.cli.state / "known_hosts"
        return set(file.read_text().splitlines(keepends=True)) if file.exists() else set()

    def logins(self) -> int:
        return self.gate.log.read_text().count("Accepted publickey")


@pytest.fixture
def way(tmp_path: Path, keys: Keys, launch: Launch) -> Way:
    return Way(tmp_path, launch(), launch(host_keys=[keys.host_rsa]), keys.user)


def test_one_call_trusts_the_way_and_the_host(way: Way) -> None:
    check = way.cli.json("hosts.trust", "-n").expect(3)
    assert way.recorded() == set()
    assert way.logins() == 0  # nobody logs in where the key is not known yet
    [shown] = check.hosts["one"]["facts"]["keys"]
    assert (shown["jump"], shown["state"]) == (f"127.0.0.1:{way.gate.port}", "new")
    assert "its own keys are shown once" in check.hosts["one"]["facts"]["notes"][0]
    ran = way.cli.json("hosts.trust", "--yes").expect(0)
    assert ran.statuses == {"one": "changed", "two": "changed"}
    assert way.recorded() == {way.gate.known_hosts_line(), way.inner.known_hosts_line()}
    keys = ran.hosts["one"]["facts"]["keys"]
    assert [key.get("jump", "") for key in keys] == [f"127.0.0.1:{way.gate.port}", ""]
    first = ran.hosts["one"]["changes"][0]
    assert first["key"] == f"ssh-ed25519 of jump host 127.0.0.1:{way.gate.port}"
    again = way.cli.json("hosts.trust", "--yes").expect(0)
    assert again.statuses == {"one": "ok", "two": "ok"}
    way.cli.json("fleet.run", "true", "--yes").expect(0)


def test_a_changed_jump_host_is_not_gone_through(way: Way) -> None:
    way.cli.state.mkdir(parents=True)
    line = way.gate.known_hosts_line().rstrip()
    other = f"{line[:-4]}{'AAAA' if line[-4:] != 'AAAA' else 'BBBB'}\n"
    (way.cli.state / "known_hosts").write_text(other)
    ran = way.cli.json("hosts.trust", "--yes").expect(4)
    assert ran.error("one")["kind"] == "hostkey.changed"
    assert f"jump host 127.0.0.1:{way.gate.port}" in ran.error("one")["message"]
    assert way.recorded() == {other}
    assert way.logins() == 0


def test_on_a_terminal_each_yes_is_for_what_was_shown(way: Way) -> None:
    with on_terminal(way.cli, "hosts.trust", "--json") as terminal:
        terminal.wait_for("Go ahead?")
        assert way.recorded() == set()
        terminal.type("y\n")
        terminal.wait_for("Go ahead?", times=2)
        assert way.recorded() == {way.gate.known_hosts_line()}
        terminal.type("y\n")
        ran = terminal.end(0)
    assert ran.statuses == {"one": "changed", "two": "changed"}
    recorded = [[change["key"].split()[0] for change in host["changes"]]
                for host in ran.hosts.values()]  # fmt: skip
    # Both lead to one server: whichever looks first records its key.
    assert sorted(recorded) == [["ssh-ed25519"], ["ssh-ed25519", "ssh-rsa"]]
    assert way.recorded() == {way.gate.known_hosts_line(), way.inner.known_hosts_line()}


def test_a_no_behind_the_first_yes_leaves_the_jump_host_recorded(way: Way) -> None:
    with on_terminal(way.cli, "hosts.trust", "--json") as terminal:
        terminal.wait_for("Go ahead?")
        terminal.type("y\n")
        terminal.wait_for("Go ahead?", times=2)
        terminal.type("n\n")
        ran = terminal.end(0)
    assert "Nothing more was done." in terminal.text
    assert ran.statuses == {"one": "changed", "two": "changed"}
    assert way.recorded() == {way.gate.known_hosts_line()}
