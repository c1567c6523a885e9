"""A real Dask scheduler and real worker processes on loopback."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE = 60.0
QUIET = {"DASK_LOGGING__DISTRIBUTED": "error"}


@dataclass
class DaskCluster:
    """``home`` is the workers' own: they find no file of the user's there."""

    home: Path
    env: Mapping[str, str]
    protocol: str = "tcp"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def executor(self) -> str:
        """As ``--executor`` takes it."""
        _, _, place = self._address.partition("://")
        return f"dask{'+tls' if self.protocol == 'tls' else ''}://{place}"

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self.processes[1:] if process.poll() is None]

    @property
    def _address(self) -> str:
        return str(json.loads(self._file.read_text())["address"])

    @property
    def _file(self) -> Path:
        return self.home / "scheduler.json"

    def start(self) -> None:
        self._run("scheduler", "--host", "127.0.0.1", "--port", "0", "--protocol", self.protocol,
                  "--scheduler-file", str(self._file), "--no-dashboard")  # fmt: skip
        end = time.monotonic() + PATIENCE
        while not self._file.exists() or not self._file.read_text().rstrip().endswith("}"):
            assert time.monotonic() < end, "the scheduler does not start"
            assert self.processes[0].poll() is None, "the scheduler ended"
            time.sleep(0.05)

    def add_worker(self, threads: int) -> None:
        """One more worker, a process that nobody starts again."""
        self._run("worker", self._address, "--nthreads", str(threads), "--no-nanny",
                  "--no-dashboard", "--local-directory", str(self.home))  # fmt: skip

    def wait_for(self, workers: int) -> None:
        """Wait until so many have found their scheduler, and no others."""
        from distributed import Client
        from distributed.security import Security

        certificate = self.env.get("DASK_DISTRIBUTED__COMM__TLS__CA_FILE")
        security = certificate and Security(
            tls_ca_file=certificate, require_encryption=True,
            tls_client_cert=certificate, tls_client_key=str(Path(certificate).with_name("key.pem")),
        )  # fmt: skip
        with Client(self._address, security=security or None, set_as_default=False) as client:
            end = time.monotonic() + PATIENCE
            while len(client.nthreads()) != workers:
                assert time.monotonic() < end, "the workers do not come"
                time.sleep(0.05)

    def _run(self, *argv: str) -> None:
        self.processes.append(subprocess.Popen(
            [sys.executable, "-m", "dask", *argv],
            env={
                **os.environ, **self.env, **QUIET,
                "HOME": str(self.home), "TMPDIR": str(self.home),
            },
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ))  # fmt: skip


@contextmanager
def dask_cluster(
    home: Path, workers: int, threads: int, *, tls: bool = False, **settings: str
) -> Iterator[DaskCluster]:
    """A cluster that is gone at the end. ``settings`` are Dask's own, as variables."""
    home.mkdir(parents=True, exist_ok=True)
    env = {**settings, **(tls_variables(home) if tls else {})}
    cluster = DaskCluster(home, env, "tls" if tls else "tcp")
    try:
        cluster.start()
        for _ in range(workers):
            cluster.add_worker(threads)
        cluster.wait_for(workers)
        yield cluster
    finally:
        for process in reversed(cluster.processes):
            process.kill()
            process.wait()


def tls_variables(home: Path) -> dict[str, str]:
    """Dask's variables for a certificate, made here, that all sides know each other by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ftlab-test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (home / "cert.pem").write_bytes(made.public_bytes(pem))
    (home / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    prefix = "DASK_DISTRIBUTED__COMM__TLS__"
    sides = ("CLIENT", "WORKER", "SCHEDULER")
    return {
        f"{prefix}CA_FILE": str(home / "cert.pem"),
        **{f"{prefix}{side}__CERT": str(home / "cert.pem") for side in sides},
        **{f"{prefix}{side}__KEY": str(home / "key.pem") for side in sides},
    }
