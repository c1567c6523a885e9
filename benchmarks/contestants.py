"""How each tool is called for each work: its own command line, its process start included."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from namespace import search_path
from peers import recipe

_HERE = Path(__file__).parent
_SCRIPTS = Path(sys.executable).parent
VENVS = _HERE / "peers" / "venvs"
"""A virtual environment for each peer, made by ``peers/setup.sh``: they need versions of the same
libraries that do not go together, and a peer should have the newest it takes."""


@dataclass(frozen=True)
class Order:
    """``work`` (A or B) on the hosts of ``file`` (one address a line; ``inventory`` has the same
    for Ansible and ftlab), ``parallel`` at a time."""

    work: str
    parallel: int
    file: Path
    inventory: Path

    @property
    def line(self) -> str:
        """The work as one command line."""
        return recipe.LIST if self.work == "A" else recipe.script()


@dataclass(frozen=True)
class Contestant:
    """``missing`` says why it cannot run here; ``argv`` is its command line. It takes part only
    if it is ``asked`` for by name."""

    missing: Callable[[], str]
    argv: Callable[[Order], list[str]]
    peer: bool = True
    asked: bool = False


def program(name: str) -> str | None:
    """In the peers' environments, beside this interpreter, or in ``PATH``."""
    places = [str(folder) for folder in VENVS.glob("*/bin")]
    return shutil.which(name, path=":".join([str(_SCRIPTS), *places, search_path()]))


def _python(venv: str) -> str:
    """The interpreter of a peer's environment; where there is none, this one."""
    own = VENVS / venv / "bin" / "python"
    return str(own) if own.is_file() else sys.executable


def _needs(*names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} is not installed" for name in names if not program(name))


def _needs_module(name: str, venv: str) -> Callable[[], str]:
    def missing() -> str:
        there = _python(venv) != sys.executable or importlib.util.find_spec(name)
        return "" if there else f"no Python module {name}"

    return missing


def _ftlab(order: Order, *more: str) -> list[str]:
    task = ["fleet.run", recipe.LIST, "--read-only"] if order.work == "A" else [*_ENABLE, "--yes"]
    return [str(program("ftlab")), *task, "-i", str(order.inventory), *more]


_ENABLE = ("vft.enable", "--vm", recipe.VM, "--stream", "1")


def _script(name: str, venv: str) -> Callable[[Order], list[str]]:
    file = str(_HERE / "peers" / name)
    return lambda order: [_python(venv), file, order.work, str(order.parallel), str(order.file)]


def _pyinfra(order: Order) -> list[str]:
    """Its facts for what is read first, its ``server.shell`` for the rest."""
    head = [str(program("pyinfra")), "-y", "--parallel", str(order.parallel)]
    inventory = order.inventory.with_name("pyinfra_hosts.py")
    key, known = (f"{order.inventory.parent}/.ssh/{name}" for name in ("id_ecdsa", "known_hosts"))
    data = {"ssh_user": "root", "ssh_key": key, "ssh_known_hosts_file": known}
    inventory.write_text(
        f"hosts = ({order.file.read_text('ascii').split()!r}, {data!r})\n", "utf-8"
    )
    if order.work == "A":
        return [*head, str(inventory), "exec", "--", recipe.LIST]
    return [*head, "--no-wait", str(inventory), str(_HERE / "peers" / "with_pyinfra.py")]


def _ansible(order: Order) -> list[str]:
    common = ["-i", str(order.inventory), "-f", str(order.parallel)]
    if order.work == "A":
        return [str(program("ansible")), "all", *common, "-m", "raw", "-a", recipe.LIST]
    play = order.inventory.with_name("play.json")
    play.write_text(json.dumps(_play()), "utf-8")
    return [str(program("ansible-playbook")), *common, str(play)]


def _play() -> list[Mapping[str, object]]:
    """A playbook (YAML takes JSON) of the eight commands, each host at its own pace."""
    place = rf"vms.stdout | regex_search('{recipe.ROW}', '\1', '\2', '\3', multiline=True)"
    vmid, path = "{{ place[0] }}", "/vmfs/volumes/{{ place[1] }}/{{ place[2] }}"
    commands = [
        recipe.SET, recipe.LIST, recipe.VMS, recipe.power(vmid), recipe.edit(path),
        recipe.reload(vmid), recipe.config(vmid), recipe.written(path),
    ]  # fmt: skip
    play = {"hosts": "all", "gather_facts": False, "strategy": "free"}
    tasks = [_task(command) for command in commands]
    return [{**play, "vars": {"place": "{{ " + place + " }}"}, "tasks": tasks}]


def _task(command: str) -> Mapping[str, object]:
    kept = "vms" if command == recipe.VMS else "said"
    return {"raw": command, "register": kept, "changed_when": False}


def _ftlab_in(executor: str) -> Contestant:
    """All hosts at once, as for the others, but not where ftlab itself would have them."""

    def argv(order: Order) -> list[str]:
        return _ftlab(order, "-f", str(order.parallel), "--executor", executor)

    return Contestant(_needs("ftlab"), argv, peer=False, asked=True)


def _clush(order: Order) -> list[str]:
    head = [str(program("clush")), "-S", "-b", "-f", str(order.parallel)]
    return [*head, "--hostfile", str(order.file), order.line]


def _pdsh(order: Order) -> list[str]:
    head = [str(program("pdsh")), "-S", "-R", "ssh", "-f", str(order.parallel)]
    return [*head, "-w", f"^{order.file}", order.line]


def _xargs(order: Order) -> list[str]:
    head = [str(program("xargs")), "-a", str(order.file), "-P", str(order.parallel)]
    return [*head, "-I", "{}", "ssh", "{}", order.line]


def _floor(order: Order) -> list[str]:
    home = order.inventory.parent
    return [str(home / "floor"), str(home / ".ssh/id_ecdsa"), str(order.file), order.line]


def _no_floor() -> str:
    if not program("cc"):
        return "no C compiler"
    return "" if Path("/usr/include/libssh2.h").is_file() else "libssh2's header is not installed"


CONTESTANTS: Mapping[str, Contestant] = {
    "ftlab": Contestant(_needs("ftlab"), lambda o: _ftlab(o, "-f", str(o.parallel)), peer=False),
    "ftlab-default": Contestant(_needs("ftlab"), _ftlab, peer=False),
    "ftlab-threads": _ftlab_in("threads"),
    "ftlab-processes": _ftlab_in("processes"),
    "asyncssh": Contestant(
        _needs_module("asyncssh", "asyncssh"), _script("with_asyncssh.py", "asyncssh")
    ),
    "xargs": Contestant(_needs("xargs", "ssh"), _xargs),
    "pdsh": Contestant(_needs("pdsh", "ssh"), _pdsh),
    "clush": Contestant(_needs("clush", "ssh"), _clush),
    "fabric": Contestant(_needs_module("fabric", "fabric"), _script("with_fabric.py", "fabric")),
    "parallel-ssh": Contestant(_needs_module("pssh", "pssh"), _script("with_pssh.py", "pssh")),
    "ansible": Contestant(_needs("ansible", "ansible-playbook"), _ansible),
    "pyinfra": Contestant(_needs("pyinfra"), _pyinfra),
    "floor": Contestant(_no_floor, _floor, peer=False),
}
