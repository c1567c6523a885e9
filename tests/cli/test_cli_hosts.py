"""``hosts.*``: the inventory as Ansible has it, reach, and trust in host keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_terminal import on_terminal
from lab_bench import near

from ftlab.sim.ssh.algorithms import public_line

RIGHT = "right horse"
HOST_FILE = """\
zeta
alpha ansible_port=2200 ansible_user=admin

[old]
esx[1:2] ansible_host=192.0.2.4

[vesxi]
vesxi[09:11].lab.example
alpha

[lab:children]
vesxi
old
"""


def test_list_is_in_ansibles_order_with_its_facts(typed, tmp_path: Path):
    (tmp_path / "hosts.ini").write_text(HOST_FILE)
    ran = typed("hosts.list", "--json").expect(0)
    assert list(ran.hosts) == [
        "zeta", "vesxi09.lab.example", "vesxi10.lab.example", "vesxi11.lab.example", "alpha",
        "esx1", "esx2",
    ]  # fmt: skip
    facts = {name: host["facts"] for name, host in ran.hosts.items()}
    assert facts["alpha"]["port"] == 2200
    assert facts["alpha"]["user"] == "admin"
    assert sorted(facts["alpha"]["groups"]) == ["lab", "vesxi"]
    assert facts["esx1"]["address"] == "192.0.2.4"
    assert facts["esx1"]["user"] == "root"
    assert facts["zeta"]["groups"] == ["ungrouped"]


def test_a_byte_order_mark_is_no_part_of_the_file(typed, tmp_path: Path):
    for text in ("[g]\nh1\n", "h1\n"):
        (tmp_path / "hosts.ini").write_text(text, "utf-8-sig")
        (tmp_path / "some").write_text("h1\n", "utf-8-sig")
        assert list(typed("hosts.list", "-l", "@some", "--json").expect(0).hosts) == ["h1"]
    profile = tmp_path / "lab.toml"
    profile.write_text('[[state]]\nvm = "db01"\n', "utf-8-sig")
    assert "h9" in typed("lab.plan", "--profile", str(profile), "-l", "h9").expect(2).err


def test_patterns_choose(typed, tmp_path: Path):
    (tmp_path / "hosts.ini").write_text(HOST_FILE)
    ran = typed("hosts.list", "-l", "lab:!old", "-x", "*09*", "--json").expect(0)
    assert list(ran.hosts) == ["vesxi10.lab.example", "vesxi11.lab.example", "alpha"]


def test_patterns_that_are_given_several_times_unite(typed, tmp_path: Path, monkeypatch):
    (tmp_path / "hosts.ini").write_text(HOST_FILE)
    line = ("hosts.list", "--json")
    assert list(typed(*line, "-l", "old", "-l", "zeta").expect(0).hosts) == ["zeta", "esx1", "esx2"]
    assert list(typed(*line, "-x", "lab", "--exclude", "alpha").expect(0).hosts) == ["zeta"]
    assert "'nobody' selects no host" in typed(*line, "-l", "old", "-l", "nobody").expect(2).err
    monkeypatch.setenv("FTLAB_LIMIT", "zeta")
    assert list(typed(*line).expect(0).hosts) == ["zeta"]
    assert list(typed(*line, "-l", "esx1", "-l", "esx2").expect(0).hosts) == ["esx1", "esx2"]


def test_a_printed_set_of_hosts_selects_exactly_these(mixed: Place):
    """``vesxi`` is a group, too, whose second to fourth host Ansible's ``[1-3]`` means."""
    cli = near(mixed).cli
    every = set(mixed.lab.sim.hosts)
    for some in ("vesxi01,vesxi02,vesxi03", "vesxi01,vesxi03,vesxi04,vesxi05,vesxi06", "all"):
        shown = cli("fleet.run", "echo same", "-l", some, "--read-only").expect(0).out
        printed = shown.split()[1]
        assert ("[" in printed) is (some != "all")  # a whole group has a name
        chosen = set(cli.json("hosts.list", "-l", some).expect(0).hosts)
        assert set(cli.json("hosts.list", "-l", printed).expect(0).hosts) == chosen
        if chosen != every:
            rest = cli.json("hosts.list", "-x", printed).expect(0)
            assert set(rest.hosts) == every - chosen


def test_a_pattern_with_two_meanings_contacts_nobody(typed):
    ran = typed("hosts.check", "-l", "vesxi[01-02]").expect(2)
    assert "'vesxi[01-02]' can be read in two ways" in ran.err
    assert "write 'vesxi[01..02]' for the first, 'vesxi[1:2]' for the second" in ran.err
    for pattern in ("vesxi[01-02", "vesxi[01-02,03"):
        assert "a bracket is not closed" in typed("hosts.check", "-x", pattern).expect(2).err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("vesxi01\n\n[old]\nesx[b:a]\n", 4),
        ("[vesxi\n", 1),
        ("[a:b]\nx\n", 1),
        ("vesxi01\n[x:vars]\nno value\n", 3),
        ("vesxi01 ftlab_jmup=x\n", 1),
        ("vesxi01 ansible_port=ssh\n", 1),
    ],
)
def test_a_wrong_file_is_named_with_its_line(typed, tmp_path: Path, text, line):
    (tmp_path / "hosts.ini").write_text(text)
    ran = typed("hosts.check", "--json").expect(2)
    assert f"hosts.ini:{line}" in ran.err


def test_check_tells_version_build_and_product(mixed: Place):
    ran = near(mixed).cli.json("hosts.check").expect(0)
    assert list(ran.hosts) == list(mixed.lab.sim.hosts)
    told = {name: host["facts"] for name, host in ran.hosts.items()}
    assert {name: facts["version"] for name, facts in told.items()} == {
        name: host.release.version for name, host in mixed.lab.sim.hosts.items()
    }
    assert {name: int(facts["build"]) for name, facts in told.items()} == {
        name: host.release.build for name, host in mixed.lab.sim.hosts.items()
    }
    assert "ESX" in told["vesxi01"]["product"]


def distrustful(place: Place) -> dict[str, str]:
    """The lab's inventory without its known_hosts file, for a user's first day."""
    text = place.lab.inventory.read_text()
    kept = [line for line in text.splitlines() if "ftlab_known_hosts" not in line]
    file = place.cli.home / "distrustful.ini"
    file.write_text("\n".join(kept) + "\n")
    return {"FTLAB_INVENTORY": str(file)}


def test_an_unknown_key_is_refused_until_it_is_trusted(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    ran = cli.json("hosts.check", env=env).expect(4)
    assert {ran.error(name)["kind"] for name in ran.hosts} == {"hostkey.unknown"}
    assert "hosts.trust" in ran.error("vesxi01")["hint"]
    assert place["vesxi01"].commands == []
    check = cli.json("hosts.trust", "-n", env=env).expect(3)
    assert not (cli.state / "known_hosts").exists()
    shown = check.hosts["vesxi01"]["facts"]["keys"][0]["fingerprint"]
    assert shown.startswith("SHA256:")
    cli.json("hosts.trust", "-y", env=env).expect(0)
    cli.json("hosts.check", env=env).expect(0)
    again = cli.json("hosts.trust", "-y", env=env).expect(0)
    assert set(again.statuses.values()) == {"ok"}


def test_a_known_hosts_file_that_cannot_be_used_is_no_fault_of_ftlabs(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    (cli.state / "known_hosts").mkdir(parents=True)
    for task in ("hosts.check", "hosts.trust"):
        ran = cli.json(task, "-y", env=env).expect(4)
        assert {ran.error(name)["kind"] for name in ran.hosts} == {"hostkey.file"}


def test_keys_that_cannot_be_written_down_are_no_fault_of_ftlabs(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    cli.state.parent.mkdir(parents=True, exist_ok=True)
    cli.state.write_text("no folder")
    ran = cli.json("hosts.trust", "-y", env=env).expect(4)
    assert {ran.error(name)["kind"] for name in ran.hosts} == {"hostkey.file"}


def test_a_changed_key_is_never_replaced_by_yes_alone(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    cli.json("hosts.trust", "-y", env=env).expect(0)
    place.lab.front.rekey("vesxi01")
    before = (cli.state / "known_hosts").read_bytes()
    ran = cli.json("hosts.check", env=env).expect(4)
    assert ran.statuses == {"vesxi01": "unreachable", "vesxi02": "ok"}
    error = ran.error("vesxi01")
    assert error["kind"] == "hostkey.changed"
    assert f"{cli.state / 'known_hosts'}:" in error["message"]
    assert "--replace" in error["hint"]
    cli.json("hosts.trust", "-y", env=env).expect(4)
    assert (cli.state / "known_hosts").read_bytes() == before
    cli.json("hosts.trust", "-y", "--replace", env=env).expect(0)
    cli.json("hosts.check", env=env).expect(0)


def recorded(place: Place) -> list[list[str]]:
    """The words of each line in the lab's own known_hosts file."""
    file = place.cli.state / "known_hosts"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def keys_of(place: Place, name: str) -> list[list[str]]:
    """What those lines are for one host."""
    port = place.lab.front.ports[name]
    keys = place.lab.front.host_keys[name]
    return [[f"[127.0.0.1]:{port}", *public_line(key).split()] for key in keys]


def test_a_host_whose_key_cannot_be_read_is_unreachable(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    door = place.lab.front.doors["vesxi01"]
    door.age = replace(door.age, ciphers=("chacha20-poly1305@openssh.com",))
    ran = cli.json("hosts.trust", "-y", env=env).expect(4)
    assert ran.statuses == {"vesxi01": "unreachable", "vesxi02": "changed"}
    assert ran.error("vesxi01")["kind"] == "algorithms"
    assert "no acceptable ciphers" in ran.error("vesxi01")["message"]
    assert recorded(place) == keys_of(place, "vesxi02")


def test_what_was_approved_is_what_is_recorded(bench: Bench):
    place = bench()
    env = distrustful(place)
    with on_terminal(place.cli, "hosts.trust", "--json", env=env) as terminal:
        terminal.wait_for("Go ahead?")
        place.lab.front.rekey("vesxi01")
        terminal.type("y\n")
        ran = terminal.end(5)
    assert ran.statuses == {"vesxi01": "failed", "vesxi02": "changed"}
    assert ran.error("vesxi01")["kind"] == "plan.changed"
    assert "shows other keys than those that were approved" in ran.error("vesxi01")["message"]
    assert recorded(place) == keys_of(place, "vesxi02")


def test_keys_that_nobody_has_seen_are_not_recorded(bench: Bench):
    """A host that was down when the keys were shown is up after the yes."""
    place = bench()
    env = distrustful(place)
    door = place.lab.front.doors["vesxi01"]
    age, door.age = door.age, replace(door.age, kex=("curve448-sha512",))
    with on_terminal(place.cli, "hosts.trust", "--json", env=env) as terminal:
        terminal.wait_for("Go ahead?")
        door.age = age
        terminal.type("y\n")
        ran = terminal.end(5)
    assert ran.error("vesxi01")["kind"] == "plan.changed"
    assert recorded(place) == keys_of(place, "vesxi02")


def test_a_revoked_key_is_never_recorded(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    [[_, kind, blob], *_more] = keys_of(place, "vesxi01")
    cli.state.mkdir(parents=True, exist_ok=True)
    (cli.state / "known_hosts").write_text(f"@revoked * {kind} {blob}\n")
    for flags in (["-n"], ["-y"], ["-y", "--replace"]):
        ran = cli.json("hosts.trust", "-l", "vesxi01", *flags, env=env).expect(4)
        assert ran.error("vesxi01")["kind"] == "hostkey.revoked"
        assert f"{cli.state / 'known_hosts'}:1" in ran.error("vesxi01")["message"]
    assert recorded(place) == [["@revoked", "*", kind, blob]]


def test_only_the_keys_that_were_shown_as_new_are_recorded(bench: Bench):
    place = near(bench(versions=("8.0", "8.0")))
    assert len(keys_of(place, "vesxi01")) > 1
    cli = place.cli
    known = place.cli.home / "known"
    known.write_text(" ".join(keys_of(place, "vesxi01")[0]) + "\n")
    text = Path(distrustful(place)["FTLAB_INVENTORY"]).read_text()
    file = cli.home / "knowing.ini"
    file.write_text(text.replace("[all:vars]\n", f"[all:vars]\nftlab_known_hosts={known}\n"))
    ran = cli.json("hosts.trust", "-y", "-i", str(file)).expect(0)
    assert len(ran.hosts["vesxi01"].get("changes", [])) == len(keys_of(place, "vesxi01")) - 1
    assert keys_of(place, "vesxi01")[0] not in recorded(place)


def test_a_key_that_a_rebuilt_host_has_no_more_is_shown_and_removed(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    cli.json("hosts.trust", "-y", env=env).expect(0)
    [name, *_], blob = (
        keys_of(place, "vesxi01")[0],
        "AAAAC3NzaC1lZDI1NTE5AAAAIKurq6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur",
    )
    with (cli.state / "known_hosts").open("a") as more:
        more.write(f"{name} ssh-ed25519 {blob}\n")
    place.lab.front.rekey("vesxi01")
    shown = cli("hosts.trust", "-n", "--replace", env=env).expect(3)
    assert "removed" in shown.out
    ran = cli.json("hosts.trust", "-y", "--replace", env=env).expect(0)
    gone = [each for each in ran.hosts["vesxi01"]["changes"] if each["after"] is None]
    assert [each["key"] for each in gone] == ["ssh-ed25519"]
    assert all(blob not in line for line in recorded(place))
    assert all(line in recorded(place) for line in keys_of(place, "vesxi01"))


def test_accept_new_records_what_is_unknown_and_nothing_else(bench: Bench):
    place = near(bench())
    env, cli = distrustful(place), place.cli
    accepting = {**env, "FTLAB_HOST_KEY": "accept-new"}
    cli.json("hosts.check", env=accepting).expect(0)
    cli.json("hosts.check", env=env).expect(0)
    place.lab.front.rekey("vesxi01")
    ran = cli.json("hosts.check", env=accepting).expect(4)
    assert ran.error("vesxi01")["kind"] == "hostkey.changed"


def test_a_refused_password_is_tried_on_one_host_only(bench: Bench):
    """The canary: root is locked after five bad logins, so one host's refusal is enough."""
    place = near(bench(hosts=3, versions=("7.0 U1",) * 3, password=RIGHT))
    wrong = place.cli.home / "wrong.ini"
    wrong.write_text(place.lab.inventory.read_text().replace(RIGHT, "wrong horse"))
    ran = place.cli.json("hosts.check", "-i", str(wrong)).expect(4)
    assert {ran.error(name)["kind"] for name in ran.hosts} == {"auth.refused"}
    assert sum("not tried: " in ran.error(name)["message"] for name in ran.hosts) == 2
    assert sum(door.account.attempts for door in place.lab.front.doors.values()) == 1
    assert "horse" not in ran.out + ran.err
    place.cli.json("hosts.check").expect(0)


def test_list_shows_where_connections_go(typed, tmp_path: Path):
    config = tmp_path / ".ssh" / "config"
    config.parent.mkdir(mode=0o700)
    config.write_text(
        "Host esx1 # the first\n HostName 192.0.2.7\n Port 2200\n IdentityFile ~/.ssh/lab\n"
        " ProxyJump ops@gate:2222\nHost esx2\n ProxyCommand nc %h %p\nHost *\n User admin\n"
    )
    (tmp_path / "hosts.ini").write_text(
        "esx1\nesx2 ansible_user=me\n[g]\nesx3 ansible_host=10.0.0.3 ansible_password=x\n"
        "esx4 ftlab_jump=esx1 ansible_ssh_private_key_file=~/k\n"
    )
    facts = {name: host["facts"] for name, host in typed("hosts.list", "--json").hosts.items()}
    home = tmp_path
    assert facts["esx1"] == {
        "address": "192.0.2.7", "port": 2200, "user": "admin", "identity": [f"{home}/.ssh/lab"],
        "via": "ops@gate:2222", "groups": ["ungrouped"],
    }  # fmt: skip
    assert facts["esx2"] == {
        "address": "esx2", "port": 22, "user": "me", "identity": [], "via": "nc %h %p",
        "groups": ["ungrouped"],
    }  # fmt: skip
    assert facts["esx3"]["identity"] == []
    assert (facts["esx4"]["via"], facts["esx4"]["identity"]) == ("esx1", [f"{home}/k"])
    origins = typed("hosts.list", "-v", "--json").expect(0).hosts["esx1"]["facts"]["origins"]
    assert origins == {
        "address": f"{config}:2", "port": f"{config}:3", "user": f"{config}:9",
        "identity": f"{config}:4", "via": f"{config}:5", "groups": "hosts.ini:1",
    }  # fmt: skip
    assert f"{config}:5" in typed("hosts.list", "-v").expect(0).out


def test_a_way_that_cannot_be_followed_is_exit_2_for_the_hosts_that_it_is_for(
    typed, tmp_path: Path
):
    config = tmp_path / ".ssh" / "config"
    config.parent.mkdir(mode=0o700)
    config.write_text("Host esx1\n ProxyJump gate\nHost gate\n PKCS11Provider /lib/x.so\n")
    (tmp_path / "hosts.ini").write_text("esx1\nesx2\n")
    for task in ("hosts.list", "hosts.check", "hosts.trust --yes"):
        ran = typed(*task.split()).expect(2)
        assert f"{config}:4: PKCS11Provider for gate: ftlab cannot follow it" in ran.err
    typed("hosts.list", "-l", "esx2").expect(0)
    config.chmod(0o666)
    assert f"{config}: others may write to it" in typed("hosts.list").expect(2).err
