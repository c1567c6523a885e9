"""``ftlab.toml``: defaults of the flags, below variables, which are below flags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runner import Ran

from ftlab.cli.flags import BY_NAME
from ftlab.cli.settings.file import KEYS, given, read_settings
from ftlab.cli.variables import SINGLE_TASKS, WITHOUT_FLAG
from ftlab.errors import UsageError

Typed = Callable[..., Ran]
UNSET = {flag.name: flag.default for flag in BY_NAME.values()}


def write(folder: Path, text: str, name: str = "ftlab.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def hosts(ran: Ran) -> list[str]:
    return list(ran.expect(0).hosts)


def test_flags_win_over_variables_over_the_file(typed: Typed, tmp_path: Path, monkeypatch):
    write(tmp_path, 'limit = "vesxi01"\n')
    assert hosts(typed("hosts.list", "--json")) == ["vesxi01"]
    monkeypatch.setenv("FTLAB_LIMIT", "vesxi02")
    assert hosts(typed("hosts.list", "--json")) == ["vesxi02"]
    assert hosts(typed("hosts.list", "--json", "-l", "vesxi03")) == ["vesxi03"]
    monkeypatch.setenv("FTLAB_LIMIT", "")
    assert len(hosts(typed("hosts.list", "--json"))) == 3


def test_a_flag_wins_over_one_that_says_otherwise_elsewhere(
    typed: Typed, tmp_path: Path, monkeypatch
):
    """``--json`` and ``--jsonl`` cannot both be; ``--fail-fast`` is a ``--max-fail`` of one."""
    write(tmp_path, "json = true\nfail_fast = true\n")
    lines = typed("hosts.list", "--jsonl").expect(0).out.splitlines()
    assert len(lines) == 4
    monkeypatch.setenv("FTLAB_JSONL", "1")
    assert typed("hosts.list").expect(0).out.splitlines()[:-1] == lines[:-1]
    assert len(hosts(typed("hosts.list", "--json"))) == 3
    assert "only one of them" in typed("hosts.list", "--json", "--jsonl").expect(2).err
    monkeypatch.setenv("FTLAB_JSONL", "0")
    assert len(hosts(typed("hosts.list"))) == 3
    monkeypatch.chdir(tmp_path)
    stops = given({**UNSET, "inventory": "a,", "max_fail": "5"}).options().limits
    assert stops.failures_allowed(100) == 5
    monkeypatch.setenv("FTLAB_MAX_FAIL", "5")
    stops = given({**UNSET, "inventory": "a,", "fail_fast": True}).options().limits
    assert stops.failures_allowed(100) == 1


def test_the_working_folder_wins_over_the_users_own(typed: Typed, tmp_path: Path, monkeypatch):
    own = tmp_path / ".config" / "ftlab"
    write(own, 'inventory = "lab.ini"\njson = true\n')
    write(own, "elsewhere\n", "lab.ini")
    assert hosts(typed("hosts.list")) == ["elsewhere"]
    here = tmp_path / "here"
    write(here, "json = true\ninventory = 'two.ini'\n")
    write(here, "two\n", "two.ini")
    monkeypatch.chdir(here)
    assert hosts(typed("hosts.list")) == ["two"]


def test_every_flag_that_has_a_variable_can_stand_in_it() -> None:
    names = {f"FTLAB_{name.upper()}" for name in KEYS}
    assert names == {*(flag.variable for flag in BY_NAME.values()), *SINGLE_TASKS}
    assert not names & set(WITHOUT_FLAG)


def test_values_have_the_types_of_their_flags(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FTLAB_INVENTORY", "a,")
    write(
        tmp_path,
        'limit = ["a", "b"]\nexclude = "c"\nparallel = 3\ntimeout = 0.5\nconnect-timeout = "7"\n'
        'yes = true\nverbose = 2\nhost_key = "accept-new"\nbatch = "1,50%"\nwait-lock = 9\n',
    )
    options = given(UNSET).options()
    assert (options.limit, options.exclude, options.yes) == (("a", "b"), ("c",), True)
    assert (options.limits.parallel, options.wait_lock) == (3, 9.0)
    assert (options.ssh.command_timeout, options.ssh.connect_timeout) == (0.5, 7.0)
    assert options.ssh.host_key == "accept-new"


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "config" / "ftlab"
    write(
        folder,
        'inventory = "a,b"\nstate_dir = "state"\nrun_log = "~/log"\nprofile = "vft"\n'
        'signatures = "own.toml"\n',
    )
    found = read_settings({"XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert found.path == folder / "ftlab.toml"
    assert found.values == {
        "inventory": "a,b",
        "state_dir": str(folder / "state"),
        "run_log": str(Path("~/log").expanduser()),
        "profile": "vft",
        "signatures": str(folder / "own.toml"),
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n\nparalel = 3\n", "ftlab.toml:3: unknown key 'paralel'"),
        ("connect-timeuot = 3\n", "did you mean 'connect-timeout'"),
        ("keep_run = 3\n", "did you mean 'keep_runs'"),
        ('password = "x"\n', "unknown key 'password'"),
        ("[limit]\nx = 1\n", "ftlab.toml:1: limit: takes a text or a number"),
        ("limit = [1]\n", "limit: takes texts"),
        ('yes = "true"\n', "yes: takes true or false"),
        ("verbose = 1.5\n", "verbose: takes a whole number"),
        ("parallel = true\n", "parallel: takes a text or a number"),
        ("a = 1\nparallel = = 3\n", "ftlab.toml:2: "),
        ("limit = \udce9\n", "it is not UTF-8"),
        ("parallel = 0\n", "--parallel"),
        ('timeout = "soon"\n', "--timeout soon: takes a number of seconds"),
    ],
)
def test_what_is_wrong_in_it(typed: Typed, tmp_path: Path, text: str, words: str):
    (tmp_path / "ftlab.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = typed("hosts.list").expect(2)
    assert words in ran.err
    assert f"settings: {tmp_path}/ftlab.toml" in ran.err


def test_a_file_that_others_may_write_is_refused(typed: Typed, tmp_path: Path):
    write(tmp_path, "parallel = 3\n").chmod(0o666)
    assert "others could have written it" in typed("hosts.list").expect(2).err


def test_a_file_that_is_none(typed: Typed, tmp_path: Path):
    (tmp_path / "ftlab.toml").mkdir()
    assert "it is a directory" in typed("hosts.list").expect(2).err


def test_it_is_said_which_file_counted(typed: Typed, tmp_path: Path):
    assert "settings: no ftlab.toml here or in " in typed("hosts.list", "-v").expect(0).err
    path = write(tmp_path, "parallel = 3\n")
    told = f"settings: {path}"
    assert told in typed("hosts.list", "-v").expect(0).err
    assert typed("hosts.list").expect(0).err == ""
    for line in (
        ("hosts.list", "-l", "nosuch"),
        ("hosts.list", "--nosuch"),
        ("nosuch",),
        ("lab.plan",),
        ("hosts.list", "-i", "nosuch.ini"),
    ):
        assert told in typed(*line).expect(2).err, line


def test_flags_of_single_tasks(typed: Typed, tmp_path: Path, monkeypatch):
    path = write(tmp_path, 'profile = "mine.toml"\nkeep-runs = 0\nsignatures = "own.toml"\n')
    assert "mine.toml: " in typed("lab.plan").expect(2).err
    write(tmp_path, '[[state]]\nvm = "db01"\npower = "off"\n', "mine.toml")
    assert "--keep-runs 0: takes a whole number" in typed("lab.apply", "--yes").expect(2).err
    assert "own.toml" in typed("vft.diagnose", "--vm", "x").expect(2).err
    monkeypatch.setenv("FTLAB_PROFILE", "other.toml")
    assert "other.toml: " in typed("lab.plan").expect(2).err
    assert "third.toml: " in typed("lab.plan", "--profile", "third.toml").expect(2).err
    path.write_text("profile = 5\n")
    monkeypatch.delenv("FTLAB_PROFILE")
    assert "5: " in typed("lab.plan").expect(2).err


def test_the_library_has_no_settings_file(tmp_path: Path, monkeypatch):
    from ftlab import Lab

    monkeypatch.chdir(tmp_path)
    write(tmp_path, 'limit = "nosuch"\n')
    write(tmp_path, "h\n", "hosts.ini")
    assert [host.name for host in Lab("hosts.ini").hosts] == ["h"]


def test_no_settings_file_at_all(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = read_settings({"XDG_CONFIG_HOME": str(tmp_path)})
    assert (found.path, found.values) == (None, {})
    (tmp_path / "ftlab.toml").write_text("[" * 100_000)
    with pytest.raises(UsageError, match=r"ftlab\.toml"):
        read_settings({})
