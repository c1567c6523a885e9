"""The SQLite file behind the journal: how it is opened, checked, migrated and locked."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from ftlab.errors import StateError
from ftlab.journal.tables import MIGRATIONS
from ftlab.user_files import make_private

APPLICATION_ID: Final = 0x66744C62
BUSY_SECONDS: Final = 30.0
_SMALLEST_PAGE: Final = 512
_UNUSABLE_HINT: Final = "see that its disk has room and you may write there, or name --state-dir"


class Database:
    """One connection that several threads may share. What a thread has written is on disk when
    its transaction ends; threads that write at the same time share one commit, since each costs
    a wait for the disk."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._committing = threading.Lock()
        self._inside = threading.local()
        self._written = self._flushed = self._lost = 0

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open or create. A file that cannot be trusted stays as it is: ``StateError``."""
        with _reporting(path):
            make_private(path.parent)
            if not path.exists():
                cls._create(path)
            _check_start(path)
            return cls._connected(path, str(path))

    @classmethod
    def _create(cls, path: Path) -> None:
        """Whole, and then linked to its name: an empty file there was never ours."""
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-journal-") as folder:
            draft = Path(folder) / path.name
            os.close(os.open(draft, os.O_RDWR | os.O_CREAT, 0o600))
            cls._connected(draft, str(draft)).close()
            with suppress(FileExistsError):  # another run has been quicker
                os.link(draft, path)
            _sync_folder(path.parent)

    @classmethod
    def open_to_read(cls, path: Path) -> Database:
        """The same, but where no file is, none is made: there is nothing to be read."""
        with _reporting(path):
            try:
                path.stat()
            except FileNotFoundError:
                return cls._connected(path, ":memory:")
        return cls.open(path)

    @classmethod
    def _connected(cls, path: Path, place: str) -> Database:
        connection = sqlite3.connect(
            place, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        database = cls(path, connection)
        try:
            database._prepare()
        except BaseException:
            connection.close()
            raise
        return database

    def close(self) -> None:
        """Safe to repeat."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """All rows of a query. Raises ``StateError``, as every method here."""
        with self._lock, _reporting(self.path):
            return self._connection.execute(sql, values).fetchall()

    def write(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run one statement; outside of :meth:`transaction` it is committed by itself. The
        cursor knows the id of the row that an INSERT made, and how many an UPDATE found."""
        if self._is_inside:
            return self._connection.execute(sql, values)
        with self.transaction():
            return self._connection.execute(sql, values)

    @property
    def _is_inside(self) -> bool:
        return getattr(self._inside, "now", False)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes within, or none; on disk at the end. One within another joins it."""
        if self._is_inside:
            yield
            return
        ticket = 0
        try:
            with self._lock, _reporting(self.path):
                ticket = self._written = self._written + 1
                with self._savepoint():
                    yield
        finally:
            if ticket:
                self._flush(ticket)

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """This thread's part of the transaction that is open for all."""
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("SAVEPOINT part")
        self._inside.now = True
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            raise
        else:
            self._connection.execute("RELEASE part")
        finally:
            self._inside.now = False

    def _flush(self, ticket: int) -> None:
        """Return when everything up to ``ticket`` is on disk, put there by whichever thread."""
        with self._committing:
            if self._flushed < ticket:
                with self._lock, _reporting(self.path):
                    self._commit()
        if ticket <= self._lost:
            message = f"the journal {self.path} could not be written"
            raise StateError(message, hint=_UNUSABLE_HINT)

    def _commit(self) -> None:
        self._flushed = self._written
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("COMMIT")
        except BaseException:
            self._lost = self._written
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _prepare(self) -> None:
        self._check()
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self._version() < len(MIGRATIONS):
            self._migrate()

    def _check(self) -> None:
        """Nothing has been written yet, and nothing is before this passes."""
        [(verdict,), *_] = self.rows("PRAGMA quick_check(1)")
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        version, newest = self._version(), len(MIGRATIONS)
        if version > newest:
            raise StateError(
                f"{self.path} was written by a newer ftlab (schema {version}, this one knows "
                f"{newest})",
                hint="update ftlab, or name another --state-dir",
                version=version,
            )
        [(owner,)] = self.rows("PRAGMA application_id")
        foreign = owner != APPLICATION_ID if version else self.rows("SELECT 1 FROM sqlite_master")
        if foreign:
            raise StateError(
                f"{self.path} is a database of something else than ftlab",
                hint="name another --state-dir",
            )

    def _version(self) -> int:
        [(version,)] = self.rows("PRAGMA user_version")
        return int(version)

    def _migrate(self) -> None:
        with self.transaction():
            # Asked again: another process may have been first.
            for statements in MIGRATIONS[self._version() :]:
                for statement in statements:
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _sync_folder(folder: Path) -> None:
    """The name, too, is to outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_start(path: Path) -> None:
    """SQLite takes a file shorter than a page for an empty one, and would write over it. Only an
    interrupted first write of an earlier ftlab, which its rollback file undoes, may look so."""
    with path.open("rb") as file:
        start = file.read(_SMALLEST_PAGE)
    if not start:
        raise sqlite3.DatabaseError("it is empty: what it knew of earlier runs is lost")
    torn = len(start) < _SMALLEST_PAGE or not start.startswith(b"SQLite format 3\0")
    if torn and not path.with_name(path.name + "-journal").exists():
        raise sqlite3.DatabaseError("file is not a database")


@contextmanager
def _reporting(path: Path) -> Iterator[None]:
    """Trouble with the file becomes ``StateError``; a wrong statement stays a fault of ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if type(error) is sqlite3.DatabaseError:
            message = f"the journal {path} is damaged: {error}"
            hint = "it was left as it is; move it away, or name another --state-dir"
        elif isinstance(error, sqlite3.OperationalError):
            message, hint = f"the journal {path} cannot be used: {error}", _UNUSABLE_HINT
        else:
            raise
        raise StateError(message, hint=hint) from error
    except OSError as error:
        message = f"the journal {path} cannot be used: {error.strerror}"
        raise StateError(message, hint=_UNUSABLE_HINT) from error
