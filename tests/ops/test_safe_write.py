"""A VMX is at every instant the old file or the new one, whatever dies when."""

from __future__ import annotations

from pathlib import Path

import pytest
from direct_session import DirectSession

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, CommandTimeout, HostFailed, Lost, NotProven, Refused
from ftlab.model import Command, Completed
from ftlab.ops.profiles.baseline import VmBaseline, old_document
from ftlab.ops.vms.listing import find_vms
from ftlab.ops.vmx import backups, replace
from ftlab.ops.vmx import edit as vmx
from ftlab.sim import SimHost, SimLab

RUN = "20260102T030405-abcd"


class Ledger:
    """A recorder that remembers each change's last state."""

    def __init__(self) -> None:
        self.states: dict[int, str] = {}

    def intend(self, changes, extra) -> list[int]:
        first = len(self.states)
        self.states |= {first + n: "intended" for n in range(len(changes))}
        return list(range(first, first + len(changes)))

    def settle(self, entries) -> None:
        self.states |= {ident: state for ident, state, _ in entries}


@pytest.fixture
def host(tmp_path: Path) -> SimHost:
    lab = SimLab(tmp_path, hosts=1, versions=["5.5"], pairs=0, vms=1)
    return lab["vesxi01"]


@pytest.fixture
def file(host: SimHost) -> Path:
    return next(iter(host.vms)).file


def context(session: DirectSession, ledger: Ledger | None = None) -> Context:
    return Context(session, run=RUN, recorder=ledger or Ledger())


def edit(context: Context, *, power_cycle: bool = False) -> None:
    [vm] = find_vms(context, ("app01",))
    state = vmx.read_state(context, vm)
    vmx.ensure(context, state, (("replay.allowFT", "true"),), power_cycle=power_cycle)


def ours(file: Path) -> list[str]:
    return sorted(p.name for p in file.parent.iterdir() if "ftlab" in p.name)


def test_the_old_bytes_stay_beside_the_new_ones(host: SimHost, file: Path) -> None:
    old, mode = file.read_bytes(), file.stat().st_mode
    edit(context(DirectSession(host)))
    assert file.read_bytes() == old + b'replay.allowFT = "true"\n'
    assert file.stat().st_mode == mode
    assert ours(file) == [f"{file.name}.ftlab-{RUN}"]
    assert (file.parent / ours(file)[0]).read_bytes() == old


@pytest.mark.parametrize(
    "tail", [b'k = "v"', b'k = "v"\r\n', 'k = "é"\n'.encode()], ids=["no end", "CRLF", "UTF-8"]
)
def test_a_vmx_of_a_few_bytes_is_written_as_any_other(
    host: SimHost, file: Path, tail: bytes
) -> None:
    """It is shorter than the list of checksums that travels with it."""
    old = b'config.version = "8"\n' + tail
    file.write_bytes(old)
    edit(context(DirectSession(host)))
    assert file.read_bytes().startswith(old)
    assert b'replay.allowFT = "true"' in file.read_bytes()


def test_a_second_edit_writes_nothing(host: SimHost, file: Path) -> None:
    edit(context(DirectSession(host)))
    before = file.stat()
    again = context(DirectSession(host))
    edit(again)
    assert again.changes == []
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_whenever_the_connection_dies_the_file_is_whole(tmp_path: Path) -> None:
    """One fresh lab for each number of commands that still got through."""
    outcomes = set()
    for lives in range(40):
        lab = SimLab(tmp_path / str(lives), hosts=1, versions=["5.5"], pairs=0, vms=1)
        host = lab["vesxi01"]
        file = next(iter(host.vms)).file
        old = file.read_bytes()
        new = old + b'replay.allowFT = "true"\n'
        ledger = Ledger()
        try:
            edit(context(DirectSession(host, lives), ledger))
        except Lost:
            assert file.read_bytes() in (old, new)
            if file.read_bytes() == new:
                assert (file.parent / f"{file.name}.ftlab-{RUN}").read_bytes() == old
                assert ledger.states, "changed without a word in the journal"
            outcomes.add(file.read_bytes() == new)
        else:
            assert file.read_bytes() == new
            assert set(ledger.states.values()) == {"verified"}
            break
    else:
        pytest.fail("the edit never came to its end")
    assert outcomes == {False, True}


@pytest.mark.parametrize("moment", ["dd", "mv"])
def test_a_change_by_somebody_else_is_kept(host: SimHost, file: Path, moment: str) -> None:
    session = DirectSession(host)
    theirs = file.read_bytes() + b'their.key = "1"\n'

    def meddle(command: Command) -> None:
        if command.argv[:2] in ({"dd": ("cp", "-p"), "mv": ("sha256sum", "-c")}[moment],):
            file.write_bytes(theirs)

    session.before = meddle
    with pytest.raises(Refused) as refused:
        edit(context(session))
    assert refused.value.kind == "vmx.changed"
    assert file.read_bytes() == theirs
    assert ours(file) == []


@pytest.fixture
def linked(file: Path) -> Path:
    """The VMX moved away, and a link in its place."""
    elsewhere = file.with_name("real.vmx")
    file.rename(elsewhere)
    file.symlink_to(elsewhere.name)
    return elsewhere


@pytest.mark.parametrize("check", [False, True])
def test_a_link_is_neither_replaced_nor_called_editable(
    host: SimHost, file: Path, linked: Path, check: bool
) -> None:
    before, ledger = linked.read_bytes(), Ledger()
    here = context(DirectSession(host), ledger)
    here.check = check
    with pytest.raises(Refused) as refused:
        edit(here)
    assert refused.value.kind == "vmx.link"
    assert (file.is_symlink(), linked.read_bytes(), ours(file)) == (True, before, [])
    assert (ledger.states, here.changes) == ({}, [])


def test_a_running_vm_behind_a_link_is_not_taken_down_for_an_edit(
    host: SimHost, file: Path, linked: Path
) -> None:
    [vm] = host.vms
    vm.power = "poweredOn"
    with pytest.raises(Refused) as refused:
        edit(context(DirectSession(host)), power_cycle=True)
    assert refused.value.kind == "vmx.link"
    assert not [c for c in host.commands if "vmsvc/power.off" in c or "vmsvc/power.shutdown" in c]


def test_a_vmx_that_became_a_link_is_not_restored(host: SimHost, file: Path, linked: Path) -> None:
    here = context(DirectSession(host))
    state = vmx.read_state(here, find_vms(here, ("app01",))[0])
    assert state.file.is_link
    with pytest.raises(Refused) as refused:
        replace.replace_vmx(here, state.file, b"x", [])
    assert (refused.value.kind, ours(file)) == ("vmx.link", [])


def test_an_edit_that_another_controller_overtook_is_not_called_done(
    host: SimHost, file: Path
) -> None:
    """Both looked before either renamed: the later rename wins, and the earlier one must notice."""
    session = DirectSession(host)
    theirs = file.read_bytes() + b'their.key = "1"\n'

    def overtake(command: Command) -> None:
        if command.argv[1:2] == ("vmsvc/reload",):
            file.write_bytes(theirs)

    session.before = overtake
    ledger = Ledger()
    with pytest.raises(Refused) as refused:
        edit(context(session, ledger))
    assert refused.value.kind == "vmx.changed"
    assert file.read_bytes() == theirs
    assert set(ledger.states.values()) == {"failed"}


def test_a_host_that_rewrites_the_file_as_it_loads_it_is_no_other_controller(
    host: SimHost, file: Path
) -> None:
    session = DirectSession(host)

    def rewrite(command: Command) -> None:
        if command.argv[1:2] == ("vmsvc/reload",):
            file.write_bytes(file.read_bytes() + b'host.own = "1"\n')

    session.before = rewrite
    ledger = Ledger()
    edit(context(session, ledger))
    assert set(ledger.states.values()) == {"verified"}


def test_a_full_datastore_leaves_the_old_file(host: SimHost, file: Path) -> None:
    session = DirectSession(host)
    old = file.read_bytes()
    real = session.run

    def half_written(command: Command):
        if command.argv[0] == "dd":
            command = Command(command.argv, stdin=command.stdin[:10])
        return real(command)

    session.run = half_written  # type: ignore[method-assign]
    with pytest.raises(CommandFailed, match="damaged"):
        edit(context(session))
    assert file.read_bytes() == old
    assert ours(file) == []


@pytest.mark.parametrize("goes_up", [True, False])
def test_a_vm_that_was_on_does_not_stay_off_for_a_failed_edit(
    host: SimHost, file: Path, goes_up: bool
) -> None:
    vm = next(iter(host.vms))
    vm.power = "poweredOn"
    session = DirectSession(host)
    real = session.run

    def broken(command: Command):
        refused = command.argv[0] == "mv" or (not goes_up and "vmsvc/power.on" in command.argv)
        return Completed(command, 1, b"", b"busy\n") if refused else real(command)

    session.run = broken  # type: ignore[method-assign]
    at_work, old = context(session), file.read_bytes()
    with pytest.raises(CommandFailed, match="cannot replace"):
        edit(at_work, power_cycle=True)
    assert vm.power == ("poweredOn" if goes_up else "poweredOff")
    assert [note.partition(" (")[0] for note in at_work.notes] == (
        [] if goes_up else ["app01 was on before and is off now"]
    )
    assert [change.after for change in at_work.changes if change.target == "power"] == ["off", "on"]
    assert old in file.read_bytes()


def test_a_file_cut_on_its_way_here_is_never_edited(host: SimHost, file: Path) -> None:
    session = DirectSession(host)
    old = file.read_bytes()
    real = session.run

    def cut(command: Command):
        done = real(command)
        if command.argv[0] == "cat":
            return type(done)(command, 0, done.stdout[:-20], b"")
        return done

    session.run = cut  # type: ignore[method-assign]
    with pytest.raises(Lost, match="arrived other"):
        edit(context(session))
    assert file.read_bytes() == old


def test_a_host_without_sha256sum_is_served_with_md5sum(host: SimHost, file: Path) -> None:
    session = DirectSession(host)
    real = session.run

    def old_busybox(command: Command):
        if command.argv[0] == "sha256sum":
            command = Command(("no-such-applet",))
        return real(command)

    session.run = old_busybox  # type: ignore[method-assign]
    edit(context(session))
    assert b"replay.allowFT" in file.read_bytes()
    assert any(command.argv[0] == "md5sum" for command in session.sent)


def no_lists(session: DirectSession, damage: int | None = None) -> None:
    """A BusyBox whose checksum tools were built without ``-c``."""
    real = session.run

    def small_busybox(command: Command):
        if command.argv[1:] == ("-c",):
            done = real(Command(("false",)))
            usage = f"{command.argv[0]}: invalid option -- 'c'\n".encode()
            return Completed(command, done.exit, b"", usage)
        if command.argv[0] == "dd" and damage is not None:
            command = Command(command.argv, stdin=command.stdin[:damage])
        return real(command)

    session.run = small_busybox  # type: ignore[method-assign]


def test_a_host_whose_checksum_tool_takes_no_lists_is_asked_for_the_sums(
    host: SimHost, file: Path
) -> None:
    session = DirectSession(host)
    no_lists(session)
    old = file.read_bytes()
    edit(context(session))
    assert file.read_bytes() == old + b'replay.allowFT = "true"\n'
    assert ours(file) == [f"{file.name}.ftlab-{RUN}"]


def test_and_there_too_what_arrives_damaged_goes_nowhere(host: SimHost, file: Path) -> None:
    session = DirectSession(host)
    no_lists(session, damage=10)
    old = file.read_bytes()
    with pytest.raises(CommandFailed, match="damaged"):
        edit(context(session))
    assert (file.read_bytes(), ours(file)) == (old, [])


@pytest.mark.parametrize("moment", ["cp", "diff"])
def test_and_there_too_a_change_by_somebody_else_is_kept(
    host: SimHost, file: Path, moment: str
) -> None:
    session = DirectSession(host)
    no_lists(session)
    theirs = file.read_bytes() + b'their.key = "1"\n'
    session.before = lambda c: file.write_bytes(theirs) if c.argv[0] == moment else None
    with pytest.raises(Refused) as refused:
        edit(context(session))
    assert (refused.value.kind, file.read_bytes(), ours(file)) == ("vmx.changed", theirs, [])


def test_a_path_that_no_list_can_hold_is_written_all_the_same(tmp_path: Path) -> None:
    lab = SimLab(tmp_path, hosts=1, versions=["5.5"], pairs=0, vms=1)
    host = lab["vesxi01"]
    vm = next(iter(host.vms))
    home = vm.file.parent.with_name("Prüf-VM")
    vm.file.parent.rename(home)
    vm.file, vm.place = home / vm.file.name, vm.place.replace("app01/", "Prüf-VM/")
    session = DirectSession(host)
    edit(context(session))
    assert vm.file.read_bytes().endswith(b'replay.allowFT = "true"\n')
    assert not any(command.argv[1:] == ("-c",) for command in session.sent)


def test_a_reload_that_does_not_take_is_not_called_proven(host: SimHost) -> None:
    session = DirectSession(host)
    real = session.run

    def deaf(command: Command):
        if command.argv[1:2] == ("vmsvc/reload",):
            command = Command(("true",))
        return real(command)

    session.run = deaf  # type: ignore[method-assign]
    ledger = Ledger()
    with pytest.raises(NotProven, match=r"replay\.allowFT"):
        edit(context(session, ledger))
    assert set(ledger.states.values()) == {"failed"}


def test_keys_in_the_file_that_hostd_has_not_loaded_are_reloaded(host: SimHost, file: Path) -> None:
    file.write_bytes(file.read_bytes() + b'replay.allowFT = "true"\n')
    inode = file.stat().st_ino
    run = context(DirectSession(host))
    edit(run)
    assert [(c.target, c.before, c.after, c.verified) for c in run.changes] == [
        ("reload", None, "true", True)
    ]
    assert file.stat().st_ino == inode
    assert ours(file) == []


def test_a_missing_file_is_an_error_with_its_path(host: SimHost, file: Path) -> None:
    run = context(DirectSession(host))
    [vm] = find_vms(run, ("app01",))
    file.unlink()
    with pytest.raises(HostFailed, match=r"cannot read /vmfs/volumes/datastore1/app01"):
        replace.read_vmx(run, vm)


def test_a_backup_that_the_host_cannot_read_is_refused(host: SimHost) -> None:
    with pytest.raises(Refused, match="cannot be read") as refused:
        backups.copy_back(context(DirectSession(host)), "/vmfs/volumes/gone")
    assert refused.value.kind == "undo.backup"


@pytest.mark.parametrize(
    "trouble",
    [Lost("it died"), CommandTimeout("too slow"), HostFailed("too large", kind="output.cap")],
)
def test_an_error_that_says_nothing_of_the_backup_stays_what_it_is(
    host: SimHost, file: Path, trouble: HostFailed
) -> None:
    """Else a reset would go on with less than the backup holds."""
    session = DirectSession(host)

    def fail(_command: Command) -> None:
        raise trouble

    session.before = fail
    baseline = VmBaseline((str(file),), "", ())
    with pytest.raises(type(trouble)) as raised:
        old_document(context(session), baseline)
    assert raised.value is trouble
