"""A VMX on its host: read whole, replaced whole. At every instant the file there is the old one
or the new one, and the old one stays beside it as ``NAME.vmx.ftlab-RUN``.

    cp -p  original → backup          (same mode and owner)
    cp -p  original → temporary
    dd     new bytes → temporary
    sha256 of temporary and backup    → are they what we mean?
    diff   original, backup           → has nobody changed it meanwhile?
    mv     temporary → original       (atomic)
    vim-cmd vmsvc/reload              → hostd takes it up
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ftlab.errors import CommandFailed, FtlabError, HostError, Lost, Refused
from ftlab.esxi import faults, files
from ftlab.esxi.vmlist import VmEntry
from ftlab.model import Command, Completed
from ftlab.ops import power
from ftlab.ops.context import Context
from ftlab.vmx import VmxDocument

_NO_SHA256 = "files: no sha256sum"


@dataclass(frozen=True)
class VmxFile:
    """What was read: the VM it belongs to, its path on the host, its bytes, parsed."""

    vm: VmEntry
    path: str
    data: bytes
    document: VmxDocument


def digest(context: Context, data: bytes) -> str:
    """The checksum of ``data`` by the algorithm this host has."""
    if context.remembered.get(_NO_SHA256):
        return hashlib.md5(data, usedforsecurity=False).hexdigest()
    return hashlib.sha256(data).hexdigest()


def _sum_command(context: Context, *paths: str) -> Command:
    old = context.remembered.get(_NO_SHA256)
    return files.build_md5(*paths) if old else files.build_sha256(*paths)


def read_vmx(context: Context, vm: VmEntry) -> VmxFile:
    """Read a VM's VMX and check it against the checksum the host computes over there."""
    path = files.datastore_path(vm.path)
    done = context.session.run_chain([files.build_cat(path), _sum_command(context, path)])
    if len(done) > 1 and done[1].exit == 127 and not context.remembered.get(_NO_SHA256):
        context.remembered[_NO_SHA256] = True
        return read_vmx(context, vm)
    _all_done(done, 2, f"cannot read {path}")
    data = done[0].stdout
    if files.parse_checksums(done[1].out).get(path) != digest(context, data):
        raise Lost(
            f"{path} arrived other than it is on the host",
            hint="is somebody writing to it? try again",
        )
    return VmxFile(vm, path, data, VmxDocument.parse(data))


def _all_done(done: Sequence[Completed], steps: int, what: str) -> None:
    """Raise for the step that stopped a chain."""
    last = done[-1]
    if len(done) == steps and last.ok:
        return
    words = (last.err or last.out).strip() or f"exit status {last.exit}"
    raise CommandFailed(f"{what}: {words}", argv=last.command.argv, exit=last.exit)


def backup_path(path: str, run: str) -> str:
    """Where the bytes before run ``run`` stay."""
    return f"{path}.ftlab-{run}"


def replace_vmx(context: Context, file: VmxFile, data: bytes) -> None:
    """Put ``data`` in the place of ``file`` and have hostd load it.

    Raises ``Refused`` (kind ``vmx.changed``) where the file on the host is no longer what was
    read; then, and after any other failure before the rename, nothing of ours is left there.
    """
    backup = backup_path(file.path, context.run)
    temporary = f"{backup}.tmp"
    try:
        _stage(context, file, data, backup, temporary)
        _swap(context, file, backup, temporary)
    except (CommandFailed, Refused):
        _clean_up(context, backup, temporary)
        raise
    power.reload_vm(context, file.vm)


def _stage(context: Context, file: VmxFile, data: bytes, backup: str, temporary: str) -> None:
    steps = [
        files.build_copy(file.path, backup),
        files.build_copy(file.path, temporary),
        files.build_dd(temporary, data),
        _sum_command(context, temporary, backup),
    ]
    done = context.session.run_chain(steps)
    _all_done(done, len(steps), f"cannot write beside {file.path}")
    sums = files.parse_checksums(done[-1].out)
    if sums.get(backup) != digest(context, file.data):
        raise _changed(file)
    if sums.get(temporary) != digest(context, data):
        raise CommandFailed(
            f"{temporary} arrived damaged; {file.path} is untouched",
            hint="is the datastore full?",
        )


def _swap(context: Context, file: VmxFile, backup: str, temporary: str) -> None:
    unchanged = replace(files.build_same(file.path, backup), ok=(0,))
    steps = [unchanged, files.build_rename(temporary, file.path)]
    done = context.session.run_chain(steps)
    if len(done) == 1 and done[0].exit == 1:
        raise _changed(file)
    _all_done(done, len(steps), f"cannot replace {file.path}")


def _changed(file: VmxFile) -> Refused:
    return Refused(
        f"{file.path} was changed by somebody else while ftlab worked on it; it is untouched",
        kind="vmx.changed",
        hint="run the same command again",
    )


def _clean_up(context: Context, *paths: str) -> None:
    try:
        faults.check(context.session.run(files.build_remove(*paths)))
    except HostError as error:
        context.notes.append(f"could not remove {', '.join(paths)}: {error}")


def copy_back(context: Context, source: str) -> bytes:
    """The bytes of a backup. Raises ``Refused`` (kind ``undo.backup``) where it is gone."""
    try:
        return context.session.read(source)
    except FtlabError as error:
        raise Refused(
            f"the backup {source} cannot be read: {error}",
            kind="undo.backup",
            hint="set the keys by hand; the old values are in ftlab lab.history",
        ) from error
