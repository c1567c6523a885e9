"""Where a run's hosts are worked on when that is not this process: processes beside it, or the
workers of a Dask cluster."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ftlab.engine.connecting import Reach
from ftlab.engine.job import Job
from ftlab.errors import UsageError
from ftlab.fleet.executor_choice import Placement, cores, width
from ftlab.fleet.limits import Limits
from ftlab.frozen import frozen
from ftlab.model import Host

if TYPE_CHECKING:
    from ftlab.engine.terms.terms import Terms
    from ftlab.engine.workers.parent import ParentService
    from ftlab.engine.workers.worker import WorkerSetup

_SECRET_VARIABLES = ("FTLAB_PASSWORD", "FTLAB_PASSWORD_FILE", "FTLAB_PASSPHRASE")


@frozen
class Workers:
    """``client`` is Dask's, connected."""

    placement: Placement
    reach: Reach
    client: Any = None

    @classmethod
    def over(cls, placement: Placement, reach: Reach, hosts: Sequence[Host]) -> Workers:
        """Connected where there is something to connect to. Raises ``UsageError`` for a cluster
        that is not there, or that secrets would have to travel to unprotected."""
        if placement.kind != "dask":
            return cls(placement, reach)
        _check_secrets(placement, reach, hosts)
        if reach.ssh.host_key != "strict":
            raise UsageError(
                "--host-key accept-new does not go with Dask: its workers record no keys",
                hint="ftlab hosts.trust --yes records them here, and the workers are given them",
            )
        return cls(placement, reach, _connected(placement.address, reach.ssh.connect_timeout))

    def limits(self, limits: Limits) -> Limits:
        """No more hosts at the same time than a cluster's workers have threads: one that waits in
        a queue there counts as started here. Where nobody says how many, processes beside this
        one take as many as their cores have time for."""
        parallel = limits.parallel or width(self.placement, cores())
        if self.client is not None:
            parallel = min(parallel, max(1, sum(self.client.nthreads().values())))
        return replace(limits, parallel=parallel)

    def setup(self, job: Job, terms: Terms, hosts: Sequence[Host]) -> WorkerSetup:
        """What every worker is told. Raises ``UsageError`` for a job that cannot travel."""
        from ftlab.engine.workers.known_hosts import packed
        from ftlab.engine.workers.worker import WorkerSetup

        if not can_travel(job):
            raise UsageError(
                f"{type(job).__name__} cannot be given to another process",
                hint="a job is a dataclass of a module that workers can import, with plain values",
            )
        far = self.client is not None
        return WorkerSetup(
            job,
            terms,
            self.reach.part(len(self.client.nthreads()) if far else cores()),
            sealed=self.placement.encrypted or not far,
            known_hosts=packed(self.reach.ssh, hosts) if far else {},
        )

    def executor(self, service: ParentService) -> Callable[[int], Executor]:
        """What makes the executor for so many hosts at once."""
        if self.client is not None:
            from ftlab.fleet.workers.dask_executor import Cluster

            return lambda _room: Cluster(self.client, service)
        from ftlab.fleet.workers.processes import Processes

        return lambda room: Processes(min(cores(), room), room, service)

    def close(self) -> None:
        """Safe to repeat."""
        if self.client is not None:
            self.client.close()


def can_travel(job: Job) -> bool:
    """Whether another process can be given it."""
    try:
        pickle.dumps(job)
    except Exception:  # whatever a value's own pickling raises
        return False
    return type(job).__module__ != "__main__"


def _connected(address: str, timeout: float) -> Any:
    try:
        from ftlab.fleet.workers.dask_executor import connected
    except ImportError as error:
        raise UsageError(
            "--executor dask://… needs Dask, which is not installed",
            hint="pip install 'ftlab[distributed]'",
        ) from error
    from ftlab.engine.workers.worker import version

    return connected(address, timeout, version)


def _check_secrets(placement: Placement, reach: Reach, hosts: Sequence[Host]) -> None:
    """No secret leaves this machine unencrypted."""
    if placement.encrypted:
        return
    entered = [*hosts, *reach.on_the_way(hosts)]
    secret = [host.name for host in entered if host.has_password]
    named = [f"{name}'s password" for name in secret[:1]]
    named += [name for name in _SECRET_VARIABLES if os.environ.get(name)]
    if named:
        raise UsageError(
            f"{named[0]} would travel unencrypted to the Dask workers at {placement.address}",
            hint="use keys or an ssh agent on the workers and leave the password out, or an "
            "encrypted scheduler (dask+tls://HOST:PORT); docs/scale.md shows both",
        )
