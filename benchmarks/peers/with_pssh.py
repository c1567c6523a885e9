"""parallel-ssh: each step on all hosts, then the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import recipe
from pssh.clients import ParallelSSHClient


class Steps:
    """A client whose every step has to end well on every host."""

    def __init__(self, hosts: Sequence[str], parallel: int) -> None:
        key = str(Path.home() / ".ssh/id_ecdsa")
        self._hosts = hosts
        self._client = ParallelSSHClient(list(hosts), pkey=key, pool_size=parallel)

    def __call__(self, commands: Sequence[str]) -> list[str]:
        outputs = self._client.run_command("%s", host_args=[(one,) for one in commands])
        self._client.join(outputs)
        texts = ["\n".join(output.stdout) for output in outputs]
        for output in outputs:
            if output.exit_code:
                raise RuntimeError(f"{output.host}: exit {output.exit_code}")
        return texts

    def everywhere(self, command: str) -> list[str]:
        return self([command] * len(self._hosts))


def enable(steps: Steps) -> None:
    steps.everywhere(recipe.SET)
    steps.everywhere(recipe.LIST)
    places = [recipe.found(listing) for listing in steps.everywhere(recipe.VMS)]

    def each(command: Callable[[str], str], part: int) -> list[str]:
        return steps([command(place[part]) for place in places])

    each(recipe.power, 0)
    each(recipe.edit, 1)
    each(recipe.reload, 0)
    for shown in each(recipe.config, 0):
        recipe.check(shown)
    each(recipe.written, 1)


def main() -> None:
    work, parallel, hosts = recipe.arguments()
    steps = Steps(hosts, parallel)
    if work == "A":
        print("\n".join(steps.everywhere(recipe.LIST)))
    else:
        enable(steps)


main()
