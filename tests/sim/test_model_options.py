"""Advanced options through both tools, as each release has them."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path

import pytest
from captures import PUBLISHED
from model_lab import Clock, ask, out

from ftlab.sim import VERSIONS, SimHost, SimLab
from ftlab.sim.model.options import option_table
from ftlab.sim.model.versions import RELEASES, release_named

TABLES = PUBLISHED / "advanced-options"
STREAM = "/Migrate/VMotionStreamDisable"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> SimLab:
    directory = tmp_path_factory.mktemp("lab")
    return SimLab(directory, hosts=len(VERSIONS), versions=VERSIONS, pairs=0, vms=0, clock=Clock())


@pytest.fixture
def host(tmp_path: Path) -> SimHost:
    return SimLab(tmp_path, hosts=1, versions=["6.0"], pairs=0, clock=Clock())["vesxi01"]


def of(lab: SimLab, version: str) -> SimHost:
    return next(host for host in lab.hosts.values() if host.release.name == version)


PUBLISHED_TABLES = {
    "60u3": (791, "dd5bb46999d59c07"),
    "67u3": (822, "f59d3e5f617492fc"),
    "70": (835, "2bf8aa62801f712d"),
    "70u3d": (833, "b110ecdf80a1857f"),
    "80u3": (825, "a1e9893803dc8d3d"),
}
"""How many options each published table has, and the digest of what it says of them."""
Row = tuple[str, str, str, int, int]


def essence(rows: list[Row]) -> tuple[int, str]:
    return len(rows), sha256(repr(sorted(rows)).encode()).hexdigest()[:16]


def test_every_release_has_a_published_table() -> None:
    assert {release.table for release in RELEASES} == set(PUBLISHED_TABLES)


@pytest.mark.parametrize("name", PUBLISHED_TABLES)
def test_the_packaged_tables_are_the_published_ones(name: str) -> None:
    rows = [(o.path, o.type, o.default, o.low, o.high) for o in option_table(name).values()]
    assert essence(rows) == PUBLISHED_TABLES[name]


def test_the_published_tables_are_these() -> None:
    if not TABLES.is_dir():
        pytest.skip("the tables as they were published are not beside this checkout")
    for name, told in PUBLISHED_TABLES.items():
        with (TABLES / f"{name}.tsv").open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
        found = [(row["path"], row["type"], row["default"], int(row["min"] or 0),
                  int(row["max"] or 0)) for row in rows]  # fmt: skip
        assert essence(found) == told


@pytest.mark.parametrize("version", VERSIONS)
def test_the_stream_option_goes_with_7_0_u2(lab: SimLab, version: str) -> None:
    there = release_named(version).number <= (7, 0, 1)
    assert ask(of(lab, version), f"esxcfg-advcfg -V {STREAM}").exit == (0 if there else 1)
    assert ask(of(lab, version), f"esxcfg-advcfg -g {STREAM}").exit == (0 if there else 1)


def test_one_option_is_ten_lines(host: SimHost) -> None:
    assert out(host, f"esxcli system settings advanced list -o {STREAM}") == (
        f"   Path: {STREAM}\n"
        "   Type: integer\n"
        "   Int Value: 0\n"
        "   Default Int Value: 0\n"
        "   Min Value: 0\n"
        "   Max Value: 1\n"
        "   String Value: \n"
        "   Default String Value: \n"
        "   Valid Characters: \n"
        "   Description: Vmotion stream disable\n"
    )


def test_set_read_back_and_reset(host: SimHost) -> None:
    conf = host.path("/etc/vmware/esx.conf")
    prefix = "esxcli system settings advanced"
    assert out(host, f"{prefix} set -o {STREAM} -i 1") == ""
    assert "   Int Value: 1\n" in out(host, f"{prefix} list --option={STREAM}")
    assert conf.read_text().startswith(f'/adv{STREAM} = "1"\n/system/uuid = "')
    assert out(host, f"esxcfg-advcfg -g {STREAM}") == "Value of VMotionStreamDisable is 1\n"
    assert out(host, f"{prefix} list -d").count("   Path: ") == 1
    assert out(host, f"{prefix} set --option {STREAM} --default") == ""
    assert "/adv/" not in conf.read_text()
    assert out(host, f"{prefix} list -d") == ""


def test_string_options(host: SimHost) -> None:
    prefix = "esxcli system settings advanced"
    assert out(host, f"{prefix} set -o /Migrate/Vmknic -s", "vmk 1") == ""
    listed = out(host, f"{prefix} list -o /Migrate/Vmknic")
    assert "   Type: string\n" in listed
    assert "   String Value: vmk 1\n" in listed
    assert ask(host, f"{prefix} set -o /Migrate/Vmknic -i 1").exit == 1


@pytest.mark.parametrize(
    "words",
    [
        f"set -o {STREAM} -i 2",
        f"set -o {STREAM} -i -1",
        f"set -o {STREAM} -i one",
        f"set -o {STREAM} -s 1",
        f"set -o {STREAM}",
        f"set -o {STREAM} -i",
        f"set -o {STREAM} -x 1",
        "set -i 1",
        "set -o /No/Such -i 1",
        "list -o /No/Such",
    ],
)
def test_what_is_refused_changes_nothing(host: SimHost, words: str) -> None:
    answer = ask(host, f"esxcli system settings advanced {words}")
    assert answer.exit == 1
    assert answer.stdout or answer.stderr
    assert out(host, "esxcli system settings advanced list -d") == ""


def test_whole_list_and_subtree(host: SimHost) -> None:
    every = out(host, "esxcli system settings advanced list").split("\n\n")
    assert len(every) == len(option_table("60u3"))
    tree = out(host, "esxcli system settings advanced list -t /FT")
    paths = [line for line in tree.splitlines() if line.startswith("   Path: ")]
    assert len(paths) == 80
    assert all(path.startswith("   Path: /FT/") for path in paths)


def test_formatters(lab: SimLab) -> None:
    line = f"system settings advanced list -o {STREAM}"
    text = out(of(lab, "6.0"), f"esxcli --formatter=csv {line}")
    assert text.splitlines() == [
        "DefaultIntValue,DefaultStringValue,Description,IntValue,MaxValue,MinValue,Path,"
        "StringValue,Type,ValidCharacters,",
        f"0,,Vmotion stream disable,0,1,0,{STREAM},,integer,,",
    ]
    pairs = out(of(lab, "6.0"), f"esxcli --formatter keyvalue {line}")
    assert f"structure[0].Option.Path.string={STREAM}\n" in pairs
    found = json.loads(out(of(lab, "8.0"), "esxcli --formatter=json system version get"))
    assert found["Version"] == "8.0.3"
    assert ask(of(lab, "6.0"), f"esxcli --formatter=json {line}").exit == 1
    assert ask(of(lab, "6.0"), f"esxcli --nonsense {line}").exit == 1


def test_namespaces_by_release(lab: SimLab) -> None:
    unknown = ask(of(lab, "4.1"), "esxcli system settings advanced list")
    assert unknown.exit == 1
    assert unknown.stdout == (
        b"Error: Unknown command or namespace system settings advanced list\n\n"
    )
    assert ask(of(lab, "4.1"), "esxcli vms vm list").exit == 0
    assert ask(of(lab, "5.0"), "esxcli vms vm list").exit == 1
    assert ask(of(lab, "5.0"), "esxcli system settings advanced list -d").exit == 1
    assert ask(of(lab, "5.0"), f"esxcli system settings advanced set -o {STREAM} -d").exit == 1
    assert ask(of(lab, "5.1"), "esxcli system settings advanced list -d").exit == 0
    assert ask(of(lab, "5.0"), "esxcli network ip interface tag get -i vmk0").exit == 1
    tags = out(of(lab, "5.1"), "esxcli network ip interface tag get -i vmk1")
    assert tags == "   Tags: VMotion\n"


def test_advcfg_talks_or_is_silent(lab: SimLab) -> None:
    said = {}
    for version in ("4.1", "5.0", "8.0"):
        host = of(lab, version)
        said[version] = out(host, "esxcfg-advcfg -s 30 /Migrate/NetTimeout")
        assert out(host, "esxcfg-advcfg --get /Migrate/NetTimeout").endswith(" is 30\n")
        assert out(host, "esxcfg-advcfg -q -d /Migrate/NetTimeout") == ""
        assert out(host, "esxcfg-advcfg -g /Migrate/NetTimeout").endswith(" is 20\n")
    assert said["5.0"] == ""
    assert said["8.0"] == "Value of NetTimeout is 30\n"


@pytest.mark.parametrize(
    "words",
    [
        "-s 0 /Migrate/NetTimeout",
        "-s x /Migrate/NetTimeout",
        "-g /No/Such",
        "-d /No/Such",
        "",
        "-z",
    ],
)
def test_advcfg_refuses(host: SimHost, words: str) -> None:
    assert ask(host, f"esxcfg-advcfg {words}").exit == 1
    assert out(host, "esxcfg-advcfg -g /Migrate/NetTimeout") == "Value of NetTimeout is 20\n"


def test_advcfg_list(host: SimHost) -> None:
    lines = out(host, "esxcfg-advcfg -l").splitlines()
    assert len(lines) == len(option_table("60u3"))
    assert "/Migrate/NetTimeout [Integer] : Net timeout" in lines
    assert "/Migrate/Vmknic [String] : Vmknic" in lines


def test_values_are_not_in_esx_conf_from_7_on(lab: SimLab) -> None:
    host = of(lab, "7.0 U3")
    assert out(host, "esxcli system settings advanced set -o /Migrate/NetTimeout -i 25") == ""
    assert "/adv/" not in host.path("/etc/vmware/esx.conf").read_text()


def test_before_tags_the_options_name_the_interfaces(lab: SimLab) -> None:
    conf = of(lab, "5.0").path("/etc/vmware/esx.conf").read_text()
    assert '/adv/Migrate/Vmknic = "vmk1"\n' in conf
    assert '/adv/FT/Vmknic = "vmk2"\n' in conf


def test_hostsvc_view(lab: SimLab) -> None:
    shown = out(of(lab, "6.7"), "vim-cmd hostsvc/advopt/view Migrate.NetTimeout")
    assert 'key = "Migrate.NetTimeout", \n      value = 20\n' in shown
    unknown = ask(of(lab, "6.7"), "vim-cmd hostsvc/advopt/view Migrate.Nothing")
    assert unknown.exit == 1
    assert b"vim.fault.InvalidName" in unknown.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_who_it_is(lab: SimLab, version: str) -> None:
    host = of(lab, version)
    release = host.release
    first, second = out(host, "vmware -vl").splitlines()
    product = "VMware ESX" if version == "4.0" else "VMware ESXi"
    assert first == f"{product} {release.version} build-{release.build}"
    short = ".".join(release.version.split(".")[:2])  # microsoft/lisa: "VMware ESXi 8.0 Update 2"
    named = short if release.number >= (7, 0, 0) else release.version
    assert second == f"{product} {named} {release.label}"
    assert out(host, "vmware -v") == f"{first}\n"
    assert out(host, "vmware -lv") == out(host, "vmware -vl")
    if version == "4.0":
        assert b"service console" in ask(host, "uname -a").stderr
        return
    tail = "x86_64 x86_64 x86_64 ESXi" if release.number >= (6, 5, 0) else "x86_64 GNU/Linux"
    assert out(host, "uname -a") == (
        f"VMkernel {host.name} {release.version} #1 SMP Release build-{release.build} "
        f"{release.built} {tail}\n"
    )
    assert out(host, "uname") == "VMkernel\n"
    assert out(host, "uname -r") == f"{release.version}\n"
    assert ask(host, "uname -z").exit == 1
    assert ask(host, "vmware --help").exit == 1


def test_version_get(lab: SimLab) -> None:
    assert out(of(lab, "5.5"), "esxcli system version get") == (
        "   Product: VMware ESXi\n   Version: 5.5.0\n   Build: Releasebuild-1623387\n   Update: 1\n"
    )
    assert out(of(lab, "8.0"), "esxcli system version get").endswith("Update: 3\n   Patch: 0\n")
    assert ask(of(lab, "4.1"), "esxcli system version get").exit == 1


def test_esxcli_says_what_is_below_a_namespace(lab: SimLab) -> None:
    host = of(lab, "5.5")
    told = ask(host, "esxcli system settings advanced")
    assert told.exit == 1
    assert told.stdout.decode() == (
        "Usage: esxcli system settings advanced {cmd} [cmd options]\n\n"
        "Available Commands:\n  list\n  set\n"
    )
    top = out(host, "esxcli --help")
    assert top.startswith(
        "Usage: esxcli {cmd} [cmd options]\n\nAvailable Namespaces:\n  hardware\n"
    )
    assert ask(host, "esxcli").stdout.decode() == top
    told = ask(host, "esxcli system settings advanced list --help")
    assert told.exit == 0
    assert "-d|--delta\n" in told.stdout.decode()
    assert "-o|--option=<value>\n" in told.stdout.decode()
    assert ask(host, "esxcli system version get --help").exit == 0
    assert ask(of(lab, "4.1"), "esxcli system").stdout.startswith(b"Error: Unknown command")


@pytest.mark.parametrize("words", ["software vib list", "system time get", "vsan cluster get"])
def test_what_real_hosts_have_is_not_said_to_be_unknown(lab: SimLab, words: str) -> None:
    told = ask(of(lab, "6.7"), f"esxcli {words}")
    assert told.stderr.decode() == f"This simulated host does not have: esxcli {words}\n"
    assert (told.exit, told.stdout) == (1, b"")


def test_unknown_is_what_no_host_has(lab: SimLab) -> None:
    told = ask(of(lab, "9.0"), "esxcli system uptime get")
    assert told.stdout.decode() == "Error: Unknown command or namespace system uptime get\n\n"
    mine = ask(of(lab, "6.7"), "vim-cmd hostsvc/advopt/view ScratchConfig.CurrentScratchLocation")
    assert b"does not have the option" in mine.stderr
