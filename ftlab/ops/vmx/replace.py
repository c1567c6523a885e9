"""A VMX on its host: read whole, replaced whole. At every instant the file there is the old one
or the new one, and the old one stays beside it as ``NAME.vmx.ftlab-RUN``.

    cp -p  original → backup          (same mode and owner)
    cp -p  original → temporary
    dd     new bytes → temporary
    sha256sum -c temporary, backup,   → are they what we mean, and
                 original               has nobody changed it meanwhile?
    mv     temporary → original       (atomic)
    vim-cmd vmsvc/reload              → hostd takes it up

All of it is one exec, each step only after the one before has succeeded. A host whose checksum
tool takes no lists gets two: the checksums are compared here in between, and ``diff`` looks at
the original just before the rename.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, HostError, Refused
from ftlab.esxi import faults, files
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.frozen import frozen
from ftlab.model import Command, Completed
from ftlab.ops.files import sums
from ftlab.ops.files.beside import all_done, backup_path, clean_up, temporary_path
from ftlab.ops.vms.listing import naming
from ftlab.vmx import VmxDocument

_LOOKS = 3


@frozen
class VmxFile:
    """What was read: the VM it belongs to, its path on the host, its bytes, parsed; ``is_link``:
    they are another file's, which the path leads to."""

    vm: VmEntry
    path: str
    data: bytes
    document: VmxDocument
    is_link: bool = False

    def value(self, key: str) -> str | None:
        """The value of a key in any case. Raises ``ParseError`` naming the VM."""
        with naming(self.vm.name):
            return self.document.get(key)


def read_vmx(context: Context, vm: VmEntry) -> VmxFile:
    """Read a VM's VMX and check it against the checksum the host computes over there."""
    return read_after(context, vm, ())[1]


def read_after(
    context: Context, vm: VmEntry, first: Sequence[Command], *, looks: int = _LOOKS
) -> tuple[list[Completed], VmxFile]:
    """The same, after other commands in the same exec; their answers come along. ``first`` only
    reads: another controller may put its file there between our look and its checksum, and then
    all is asked again, ``looks`` times in all."""
    path = files.datastore_path(vm.path)
    steps = [*first, files.build_is_link(path), files.build_cat(path), sums.command(context, path)]
    done = context.session.run_chain(steps)
    before = [faults.check(answer) for answer in done[: len(first)]]
    if len(done) == len(steps) and sums.is_missing(context, done[-1]):
        return read_after(context, vm, first)
    all_done(done, len(steps), f"cannot read {path}")
    data = done[-2].stdout
    if not sums.shows(context, done[-1], path, data):
        if looks > 1:
            return read_after(context, vm, first, looks=looks - 1)
        raise files.arrived_otherwise(path)
    with naming(vm.name):
        return before, VmxFile(vm, path, data, VmxDocument.parse(data), files.says_yes(done[-3]))


def replace_vmx(
    context: Context, file: VmxFile, data: bytes, then: Sequence[Command]
) -> list[Completed]:
    """Put ``data`` in the place of ``file``; ``then`` (the reload, the look at what hostd has)
    goes in the same exec as the rename. Returns the answers to ``then``, checked for faults.

    Raises ``Refused`` (kind ``vmx.changed``) where the file on the host is no longer what was
    read, or is a link; then, and after any other failure before the rename, nothing of ours is
    left there.
    """
    refuse_link(file)
    backup = backup_path(file.path, context.run)
    temporary = temporary_path(backup)
    ours = _VmxReplacement(file, data, backup, temporary)
    try:
        done = _at_once(context, ours, then)
        if done is None:
            _stage(context, ours)
            done = _swap(context, ours, then)
    except (CommandFailed, Refused):
        clean_up(context, backup, temporary)
        raise
    try:
        return [faults.check(answer) for answer in done]
    except HostError as error:  # the new file is there, and hostd may not have read it
        raise error.leaving_in_doubt() from error


@frozen
class _VmxReplacement:
    """One replacement: the file, the bytes to be, and where the old and the new ones go."""

    file: VmxFile
    data: bytes
    backup: str
    temporary: str

    @property
    def written(self) -> list[Command]:
        """The steps that put both beside the file."""
        return [
            files.build_copy(self.file.path, self.backup),
            files.build_copy(self.file.path, self.temporary),
            files.build_dd(self.temporary, self.data),
        ]

    @property
    def damaged(self) -> CommandFailed:
        return CommandFailed(
            f"{self.temporary} arrived damaged; {self.file.path} is untouched",
            hint="is the datastore full?",
        )


def _at_once(
    context: Context, ours: _VmxReplacement, then: Sequence[Command]
) -> list[Completed] | None:
    """All of it in one exec, the checksums compared over there. ``None`` where this host, or
    this path, cannot have that: then nothing has been renamed."""
    verify = _verify_command(context, ours)
    if verify is None:
        return None
    steps = [*ours.written, verify, files.build_rename(ours.temporary, ours.file.path)]
    done = context.session.run_chain([*steps, *then])
    looked = len(ours.written)
    if len(done) == looked + 1 and not done[looked].ok:
        fits = files.parse_verified(done[looked].out)
        if fits.get(ours.temporary) is False:
            raise ours.damaged
        if False in fits.values():
            raise changed(ours.file)
        context.traits.compares_one_by_one = True
        return None
    all_done(done[: len(steps)], len(steps), f"cannot replace {ours.file.path}")
    return done[len(steps) :]


def _verify_command(context: Context, ours: _VmxReplacement) -> Command | None:
    if context.traits.compares_one_by_one:
        return None
    tool = "md5sum" if context.traits.md5_only else "sha256sum"
    old, new = sums.digest(context, ours.file.data), sums.digest(context, ours.data)
    wanted = {ours.temporary: new, ours.backup: old, ours.file.path: old}  # in this order
    return files.build_verify(tool, wanted)


def _stage(context: Context, ours: _VmxReplacement) -> None:
    steps = [*ours.written, sums.command(context, ours.temporary, ours.backup)]
    done = context.session.run_chain(steps)
    all_done(done, len(steps), f"cannot write beside {ours.file.path}")
    if not sums.shows(context, done[-1], ours.backup, ours.file.data):
        raise changed(ours.file)
    if not sums.shows(context, done[-1], ours.temporary, ours.data):
        raise ours.damaged


def _swap(context: Context, ours: _VmxReplacement, then: Sequence[Command]) -> list[Completed]:
    unchanged = files.build_same(ours.file.path, ours.backup)
    steps = [unchanged, files.build_rename(ours.temporary, ours.file.path)]
    done = context.session.run_chain([*steps, *then])
    if len(done) == 1 and done[0].exit == 1:
        raise changed(ours.file)
    all_done(done[: len(steps)], len(steps), f"cannot replace {ours.file.path}")
    return done[len(steps) :]


def refuse_link(file: VmxFile) -> None:
    """Raise ``Refused`` (kind ``vmx.link``) where a rename would put a file in the place of a
    link, and leave the file behind the link as it is."""
    if file.is_link:
        raise Refused(
            f"{file.path} is a symbolic link: ftlab replaces files, and would cut it off from "
            "the one it leads to",
            kind="vmx.link",
            hint="register the VM by the file itself, or put the file in the link's place",
        )


def changed(file: VmxFile) -> Refused:
    """The error for a file that somebody else has written to."""
    return Refused(
        f"{file.path} was changed by somebody else while ftlab worked on it; theirs is kept",
        kind="vmx.changed",
        hint="run the same command again",
    )
