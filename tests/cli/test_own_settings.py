"""Settings of a user's own: in TOML and in Python, with the engine of all others."""

from __future__ import annotations

import pytest
from cli_place import Place
from lab_bench import near, profile

from ftlab import CommandLine, HostSetting, Lab, SettingWay
from ftlab.errors import UsageError

MOTD = """
[[setting]]
name = "motd"
what = "what a login shows"
read = "cat /etc/motd 2>/dev/null || true"
set = "echo {value} > /etc/motd"
"""
LINES = """
[[setting]]
name = "resolver.{word}"
type = "list"
file = "/etc/resolv.conf"
where = '^{word} (\\S+)'
edit = "{word} {item}"
"""


@pytest.fixture
def place(bench) -> Place:
    return near(bench(hosts=2, versions=("6.7", "5.0")))


def text_of(place: Place, host: str, path: str) -> str:
    return place.lab.sim[host].path(path).read_text()


def test_one_in_a_profile_is_planned_applied_and_undone(place: Place) -> None:
    text = MOTD + '[[state]]\nsetting = { motd = "it\'s {{ inventory_hostname }}" }\n'
    file = profile(place.cli, text)
    plan = place.cli.json("lab.plan", "--profile", file).expect(3)
    [change] = plan.hosts["vesxi01"]["changes"]
    assert (change["path"], change["after"]) == ("motd", "it's vesxi01")
    place.cli("lab.apply", "--profile", file, "--yes").expect(0)
    assert text_of(place, "vesxi02", "/etc/motd") == "it's vesxi02\n"
    place.cli("lab.plan", "--profile", file).expect(0)
    place.cli("lab.undo", "last", "--yes").expect(0)
    place.cli("lab.plan", "--profile", file).expect(3)


def test_a_file_of_them_is_included_or_named(place: Place) -> None:
    own = profile(place.cli, MOTD, "own.toml")
    place.cli("setting.set", "motd", "hello", "--settings", own, "--yes").expect(0)
    assert text_of(place, "vesxi01", "/etc/motd") == "hello\n"
    listed = place.cli("setting.list", "motd", "--settings", own).expect(0)
    assert "what a login shows" in listed.out
    file = profile(place.cli, 'include = ["own.toml"]\n[[state]]\nsetting = { motd = "hello" }\n')
    place.cli("lab.plan", "--profile", file).expect(0)


def test_lines_of_a_file_are_a_list(place: Place) -> None:
    """The rest of the file stays as it is, and the lines where they were."""
    for host in place.lab.sim.hosts.values():
        host.path("/etc/resolv.conf").write_text("# mine\nnameserver 1.1.1.1\nsearch lab\n")
    own = profile(place.cli, LINES, "own.toml")
    name = "resolver.nameserver"
    place.cli("setting.set", name, "192.0.2.1,192.0.2.2", "--settings", own, "--yes").expect(0)
    assert text_of(place, "vesxi01", "/etc/resolv.conf") == (
        "# mine\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch lab\n"
    )
    place.cli("lab.undo", "last", "--yes").expect(0)
    assert (
        text_of(place, "vesxi01", "/etc/resolv.conf") == "# mine\nnameserver 1.1.1.1\nsearch lab\n"
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('name = "a"\nset = "true"', "a cannot be read back"),
        ('name = "a"\nread = "cat /a"', "a cannot be set"),
        ('name = "hostname"\nread = "a"\nset = "b"', "comes with ftlab"),
        ('name = "a"\nred = "a"\nset = "b"', "did you mean 'read'?"),
        ('name = "a"\ntype = "number"\nread = "a"\nset = "b"', "type is 'number'"),
        ('name = "a"\nread = "a"\nvalue = "col"\nset = "b"', "value is 'col'"),
        (
            'name = "a"\nread = "a"\nvalue = "match"\nwhere = "("\nset = "b"',
            "no regular expression",
        ),
        ('name = "a"\nread = "a"\nset = "b"\nsince = "new"', "since is 'new'"),
        ('read = "a"\nset = "b"', "it needs a name"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(place: Place, wrong: str, words: str) -> None:
    file = profile(place.cli, f"\n[[setting]]\n{wrong}\n[[state]]\n")
    told = place.cli("lab.plan", "--profile", file).expect(2)
    assert words in told.err
    assert "lab.toml:2: " in told.err


def test_one_made_in_python_is_set_and_undone(place: Place, monkeypatch) -> None:
    for name, value in place.cli.env.items():
        monkeypatch.setenv(name, value)
    motd = HostSetting(
        "motd", "text", "what a login shows", "this lab",
        (SettingWay(
            read=CommandLine(("cat /etc/motd || true",), typed=True),
            set=(CommandLine(("echo {value} > /etc/motd",), typed=True),),
        ),),
    )  # fmt: skip
    with Lab(place.cli.env["FTLAB_INVENTORY"]) as lab:
        report = lab.set_setting(motd, "from {{ inventory_hostname }}")
        assert report.exit_code == 0, report
        assert text_of(place, "vesxi01", "/etc/motd") == "from vesxi01\n"
        assert lab.undo(report.run).exit_code == 0
        blind = HostSetting("blind", "text", "", "", (SettingWay(CommandLine(("",))),))
        with pytest.raises(UsageError, match="cannot be read back"):
            lab.set_setting(blind, "x")
