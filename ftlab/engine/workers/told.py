"""What a run's own words would tell to workers elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from ftlab.engine.wrappers.trace import is_secret_name
from ftlab.errors import UsageError
from ftlab.fleet.executor_choice import Placement
from ftlab.inventory.substitution import variables_in


def refuse_readable_secrets(executor: Placement | None, texts: Iterable[object]) -> None:
    """Workers get the texts with the inventory's variables in them. Raises ``UsageError`` for one
    that is a secret, if it could be read on the way."""
    if executor is None or executor.kind != "dask" or executor.encrypted:
        return
    names = (name for text in texts for name in variables_in(str(text)))
    if secret := next(filter(is_secret_name, names), None):
        raise UsageError(
            f"{secret} would travel unencrypted to the Dask workers at {executor.address}",
            hint="an encrypted scheduler is dask+tls://HOST:PORT; docs/scale.md shows it",
        )
