"""A file on a host: what is there, and putting other bytes in its place at once.

At every instant the file is the old one or the new one; the old one stays beside it as
``PATH.ftlab-RUN`` until its run is forgotten.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, ParseError, Refused
from ftlab.esxi import files
from ftlab.frozen import frozen
from ftlab.model import Change, Command, Completed
from ftlab.ops.files import sums
from ftlab.ops.files.beside import all_done, backup_path, beside, clean_up, temporary_path

TARGET = "file"
"""The target of a file in a plan and in the journal; its values are SHA-256 sums."""


@frozen
class RemoteFile:
    """What a host has at a path; ``digest`` is its SHA-256, ``None`` where nothing is there."""

    path: str
    digest: str | None


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def look(context: Context, path: str) -> RemoteFile:
    """What is at ``path``. Raises ``Refused`` for a link or a directory."""
    asked = [
        files.build_is_link(path), files.build_is_directory(path), files.build_exists(path),
    ]  # fmt: skip
    link, directory, there = (files.says_yes(done) for done in context.session.run_all(asked))
    if link or directory:
        what = "a symbolic link" if link else "a directory"
        raise Refused(f"{path} is {what}; ftlab replaces files only", kind="file.kind", path=path)
    return RemoteFile(path, digest_at(context, path) if there else None)


def look_for_folder(context: Context, path: str) -> None:
    """Raises ``Refused`` where a file could not be made for want of its folder."""
    folder = posixpath.dirname(path)
    if not files.says_yes(context.session.run(files.build_is_directory(folder))):
        raise Refused(f"cannot write {path}: {folder} is no directory", path=path)


def digest_at(context: Context, path: str) -> str:
    """The SHA-256 of the file there, as the host computes it."""
    found = files.parse_checksums(context.ask(files.build_sha256(path)).out)
    if path not in found:
        raise ParseError(f"no checksum of {path} in the answer")
    return found[path]


def put(context: Context, file: RemoteFile, data: bytes, mode: int | None = None) -> None:
    """Make the file at ``file.path`` hold ``data``, as one journalled change with a backup and a
    look at the result; nothing where it does already. ``mode`` is for a file that was not there.

    Raises ``Refused`` (``file.changed``) where it is no longer what was seen; then, and after any
    failure before the rename, nothing of ours is left beside it.
    """
    wanted = digest_of(data)
    if file.digest == wanted:
        return
    copy = backup_path(file.path, context.run)
    ours = _Replacement(file, data, copy if file.digest else None, temporary_path(copy), mode)
    context.carry_out(
        [Change(TARGET, file.digest, wanted, path=file.path)],
        do=lambda: ours.carry_out(context),
        prove=lambda _: [digest_at(context, file.path)],
        extra=beside(copy, had=file.digest is not None),
    )


def rewrite(
    context: Context, path: str, texts: tuple[str, str], copy: str, then: Sequence[Command]
) -> list[Completed]:
    """Put the second text in the place of the first, which was read there and stays as ``copy``;
    ``then`` goes in the same exec as the rename. Returns the answers to that.

    Raises as :func:`put`; the journal is the caller's."""
    before, after = (text.encode("utf-8", "surrogateescape") for text in texts)
    file = RemoteFile(path, digest_of(before))
    ours = _Replacement(file, after, copy, temporary_path(copy), old=before)
    return ours.carry_out(context, then)


def remove(context: Context, file: RemoteFile) -> None:
    """Take the file away, as one journalled change; nothing where none is there."""
    context.carry_out(
        [Change(TARGET, file.digest, None, path=file.path)] if file.digest else [],
        do=lambda: context.ask(files.build_remove(file.path)),
        prove=lambda _: [look(context, file.path).digest],
    )


def restore(context: Context, file: RemoteFile, backup: str, wanted: str) -> None:
    """Put the bytes of a backup back. Raises ``Refused`` (``undo.backup``) for one that is not
    there, or not what it was."""
    found = look(context, backup)
    if found.digest != wanted:
        state = "is not there" if found.digest is None else "is not what it was"
        raise Refused(f"the backup {backup} {state}", kind="undo.backup", path=backup)
    temporary = temporary_path(backup)
    context.carry_out(
        [Change(TARGET, file.digest, wanted, path=file.path)],
        do=lambda: _chain(context, file.path, [
            files.build_copy(backup, temporary), files.build_rename(temporary, file.path),
        ]),
        prove=lambda _: [digest_at(context, file.path)],
        extra={"temporary": temporary},
    )  # fmt: skip


@frozen
class _Replacement:
    """The file, the bytes to be, where the old and the new ones go (no ``backup`` where nothing
    is there yet), the mode of a new file, and the ``old`` bytes, where they were read."""

    file: RemoteFile
    data: bytes
    backup: str | None
    temporary: str
    mode: int | None = None
    old: bytes | None = None

    def carry_out(self, context: Context, then: Sequence[Command] = ()) -> list[Completed]:
        """Write and look, then rename, and in the same exec do ``then``; the answers to that.

        Raises ``Refused`` (``file.changed``) and ``CommandFailed``; then nothing was renamed."""
        try:
            self._stage(context)
            return self._swap(context, then)
        except (CommandFailed, Refused):
            clean_up(context, self.temporary, *([self.backup] if self.backup else []))
            raise

    def _stage(self, context: Context) -> None:
        """The old bytes and the new ones beside the file, both as they should be."""
        steps = [files.build_dd(self.temporary, self.data)]
        if self.backup:
            beside = (self.backup, self.temporary)
            steps = [*(files.build_copy(self.file.path, each) for each in beside), *steps]
        elif self.mode is not None:
            steps.append(files.build_chmod(self.temporary, self.mode))
        looked = [self.temporary, *([self.backup] if self.backup else [])]
        done = context.session.run_chain([*steps, sums.command(context, *looked)])
        asked = len(done) == len(steps) + 1 and self.old is not None
        if asked and sums.is_missing(context, done[-1]):
            return self._stage(context)
        all_done(done, len(steps) + 1, f"cannot write {self.file.path}")
        found = files.parse_checksums(done[-1].out)
        if found.get(self.temporary) != sums.digest(context, self.data):
            raise CommandFailed(
                f"{self.temporary} arrived damaged; {self.file.path} is untouched",
                hint="is the file system full?",
            )
        before = self.file.digest if self.old is None else sums.digest(context, self.old)
        if self.backup and found.get(self.backup) != before:
            raise changed(self.file.path)
        return None

    def _swap(self, context: Context, then: Sequence[Command]) -> list[Completed]:
        """The rename, only if the file is still what it was."""
        path = self.file.path
        same = files.build_same(path, self.backup) if self.backup else files.build_absent(path)
        rename = files.build_rename(self.temporary, path)
        done = context.session.run_chain([same, rename, *then])
        if len(done) == 1 and done[0].exit == 1:
            raise changed(self.file.path)
        all_done(done[:2], 2, f"cannot write {path}")
        return done[2:]


def _chain(context: Context, path: str, steps: Sequence[Command]) -> list[Completed]:
    done = context.session.run_chain(steps)
    all_done(done, len(steps), f"cannot write {path}")
    return done


def changed(path: str) -> Refused:
    """The error for a file that is no longer what was read."""
    return Refused(
        f"{path} was changed by somebody else while ftlab worked on it; theirs is kept",
        kind="file.changed",
        hint="run the same command again",
    )
