"""``fab -H A,B TASK``: a task of ftlab's runs once, and the named hosts are its limit.

Fabric by itself calls a task for each host. Then the first host's exit code would end the run
before the second, and nothing could be said of both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import invoke

from ftlab.cli.front_ends.named_hosts import one_name, with_hosts
from ftlab.cli.front_ends.own_task import is_own
from ftlab.cli.run_task import guarded
from ftlab.errors import UsageError

_UNUSED = {
    "identity": ("-i", "ansible_ssh_private_key_file in the inventory names a key"),
    "ssh-config": ("-S", "ftlab reads ~/.ssh/config"),
    "connect-timeout": ("-t", "--connect-timeout SECONDS, after the task, is ftlab's own"),
    "command-timeout": ("-T", "--timeout SECONDS, after the task, is ftlab's own"),
    "prompt-for-login-password": ("--prompt-for-login-password", "ftlab asks when it needs one"),
    "prompt-for-passphrase": ("--prompt-for-passphrase", "ftlab asks when it needs one"),
}
"""Flags of ``fab`` and ``inv`` for connections and commands of their own."""


class FleetCall(invoke.Call):  # type: ignore[misc]
    """One call of one of ftlab's tasks for all the ``named`` hosts."""

    def __init__(self, *args: Any, named: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = named

    def make_context(self, config: Any) -> Any:
        return with_hosts(super().make_context(config), self.named)


class OnceForAll:
    """Mixed into the executor of ``fab`` or ``inv``. It concerns ftlab's own tasks only, but also
    those that run before or after another, for which Fabric forgets the hosts."""

    core: Any

    def expand_calls(self, calls: Any, *args: Any, **kwargs: Any) -> list[Any]:
        expanded = super().expand_calls(calls, *args, **kwargs)  # type: ignore[misc]
        if any(is_own(call.task) for call in expanded):
            guarded(self._refuse_unused)
        hosts = self._flag("hosts")
        if hosts is not None:
            expanded = [_limited(call, hosts.split(",")) for call in expanded]
        return list({id(call): call for call in expanded}.values())

    def parameterize(self, call: Any, connection_init_kwargs: Mapping[str, Any]) -> Any:
        """Fabric calls this for each host; they gather in one call."""
        if not is_own(call.task):
            return super().parameterize(call, connection_init_kwargs)  # type: ignore[misc]
        gathered = vars(call).get("gathered")
        if gathered is None:
            gathered = call.gathered = call.clone(FleetCall, {"named": []})
        guarded(partial(_gather, gathered, connection_init_kwargs))
        return gathered

    def _refuse_unused(self) -> int:
        for name, (flag, instead) in _UNUSED.items():
            if self._flag(name):
                raise UsageError(f"{flag} has no meaning for ftlab's tasks", hint=instead)
        return 0

    def _flag(self, name: str) -> Any:
        """The value of one of the program's own flags; ``None`` where it has no such flag."""
        known = self.core[0].args if self.core else {}
        return known[name].value if name in known else None


def _limited(call: Any, hosts: list[str]) -> Any:
    own = is_own(call.task) and not isinstance(call, FleetCall)
    return call.clone(FleetCall, {"named": hosts}) if own else call


def _gather(call: FleetCall, parameters: Mapping[str, Any]) -> int:
    call.named.append(one_name(parameters))
    return 0
