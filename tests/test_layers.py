"""The layers of docs/design.md §2, held by looking at every import and every call."""

from __future__ import annotations

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ftlab"

LAYERS: dict[str, int] = {
    "ftlab.errors": 0,
    "ftlab.facts": 0,
    "ftlab.frozen": 0,
    "ftlab.model": 0,
    "ftlab.nearest": 0,
    "ftlab.regex": 0,
    "ftlab.version": 0,
    "ftlab.whole_number": 0,
    "ftlab.inventory": 1,
    "ftlab.esxi": 1,
    "ftlab.vmx": 1,
    "ftlab.profile": 1,
    "ftlab.session": 2,
    "ftlab.retry": 2,
    "ftlab.user_files": 2,
    "ftlab.ssh": 3,
    "ftlab.fleet": 3,
    "ftlab.journal": 4,
    "ftlab.engine": 4,
    "ftlab.ops": 5,
    "ftlab.lab": 5,
    "ftlab.report": 6,
    "ftlab.cli": 6,
    "ftlab.tasks": 7,
    "ftlab.lean_paramiko": 7,
    "ftlab.main": 7,
    "ftlab.program": 7,
    "ftlab.startup": 7,
    "ftlab.__main__": 7,
    "ftlab": 7,  # the package itself: its version, and the library's entry point by name
    "tasks": 7,
}
STRANGERS = {("ftlab.ssh", "ftlab.fleet"), ("ftlab.fleet", "ftlab.ssh")}
FRONT_DOOR_MAY_START = {"ftlab.sim"}
"""``ftlab.sim`` stands aside; of the layers only L6 and L7 start it (``sim.serve``, ``demo``)."""

PURE = {
    "__future__", "ast", "bisect", "calendar", "codecs", "collections", "copy", "dataclasses",
    "difflib", "enum", "fnmatch", "functools", "graphlib", "hashlib", "ipaddress", "itertools",
    "json", "math", "operator", "posixpath", "re", "shlex", "string", "textwrap", "tomllib",
    "types", "typing", "unicodedata", "warnings",
}  # fmt: skip
"""What L0 and L1 may use of the standard library: none of it has a socket, a clock, a file, an
environment or a logger. Another such module may be added; one with any of these may not."""
IMPORTED_AS = {"PyYAML": "yaml"}
PURE_PACKAGES = {"yaml"}
"""Packages that read a text that they are given, and nothing else."""
PURE_NAMES = {
    "contextlib.contextmanager",
    "pathlib.PurePosixPath",
    "pathlib.PurePath",
    "tomllib.loads",
    "tomllib.TOMLDecodeError",
}
"""Of modules with both kinds, the names that touch nothing."""
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
MAY_EXEC = {"ftlab.frozen"}
"""It writes a method of names alone, as ``dataclasses`` does."""

SSH_LIBRARIES = {"asyncssh", "fabric", "paramiko"}

STARTERS = {
    "threading.Thread", "threading.Timer", "_thread.start_new_thread", "multiprocessing.Process",
    "multiprocessing.Pool", "concurrent.futures.ThreadPoolExecutor", "asyncio.run",
    "concurrent.futures.ProcessPoolExecutor", "subprocess.Popen", "subprocess.run",
    "subprocess.call", "subprocess.check_call", "subprocess.check_output", "os.fork", "os.forkpty",
    "os.system", "os.popen", "os.posix_spawn", "os.posix_spawnp", "pty.spawn", "pty.fork",
}  # fmt: skip
MAY_START = ("ftlab.ssh", "ftlab.fleet", "ftlab.sim")
MAY_SPAWN = {
    "ftlab.ssh.process_group": "it starts, and ends, what the next two ask for",
    "ftlab.ssh.login.password_command": "a password command is the user's own program",
    "ftlab.ssh.network.proxycommand": "so is the ProxyCommand of ~/.ssh/config",
    "ftlab.ssh.network.this_machine": "and the command of its Match exec",
    "ftlab.cli.demo.stage": "the story is told with the very commands that a user would type",
}


class Modules(Mapping[str, ast.Module]):
    """Every module's syntax tree by its dotted name, parsed when it is first asked for: not by
    each process that only collects the tests."""

    def __init__(self) -> None:
        files = [*PACKAGE.rglob("*.py"), ROOT / "tasks.py"]
        self._files = {name_of(file): file for file in files}
        self._trees: dict[str, ast.Module] = {}

    def __getitem__(self, name: str) -> ast.Module:
        if name not in self._trees:
            file = self._files[name]
            self._trees[name] = ast.parse(file.read_text("utf-8"), str(file))
        return self._trees[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = Modules()


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def room(name: str) -> str:
    """The entry of LAYERS that a module belongs to; KeyError for a module in no layer."""
    rooms = [each for each in LAYERS if each == name or (each != "ftlab" and within(name, each))]
    return max(rooms, key=len) if rooms else {}[name]


def imports(tree: ast.Module, name: str) -> Iterator[tuple[str, int]]:
    """Every module imported anywhere, in functions and for types too, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: a relative import"
            yield from ((found, node.lineno) for found in _targets(node))


def _targets(node: ast.ImportFrom) -> Iterator[str]:
    """``from a import b`` is module ``a.b`` where there is one, else ``a``."""
    assert node.module is not None
    for alias in node.names:
        full = f"{node.module}.{alias.name}"
        yield full if full in MODULES else node.module


@functools.cache
def edges() -> tuple[tuple[str, str, int], ...]:
    """``importer, imported, line`` within ftlab."""
    return tuple(
        (name, target, line)
        for name, tree in MODULES.items()
        for target, line in imports(tree, name)
        if within(target, "ftlab")
    )


def test_every_module_has_a_layer_or_stands_aside():
    lost = [name for name in MODULES if not within(name, "ftlab.sim") and not _has_room(name)]
    assert lost == []


def _has_room(name: str) -> bool:
    try:
        return bool(room(name))
    except KeyError:
        return False


def test_imports_point_only_down():
    up = [
        f"{name}:{line} imports {target}"
        for name, target, line in edges()
        if not within(name, "ftlab.sim")
        and not within(target, "ftlab.sim")
        and LAYERS[room(target)] > LAYERS[room(name)]
    ]
    assert up == []


def circles(known: Mapping[str, set[str]]) -> list[set[str]]:
    """The sets of two or more modules that all import each other, by way of others too."""

    def seen_from(start: str) -> set[str]:
        seen: set[str] = set()
        due = [start]
        while due:
            due += known.get(due.pop(), set()) - seen
            seen |= set(due)
        return seen

    reached = {name: seen_from(name) for name in known}
    found = {
        frozenset(o for o in reached[name] if name in reached.get(o, ()))
        for name in known
        if name in reached[name]
    }
    return [set(each) for each in found]


def test_no_modules_import_each_other_in_a_circle():
    """Also none under TYPE_CHECKING or inside a function. A package that only hands out names
    of its modules is not a step on the way."""
    known: dict[str, set[str]] = {}
    for name, target, _ in edges():
        if name != target and not within(name, "ftlab.sim"):
            known.setdefault(name, set()).add(target)
    assert circles(known) == []


def test_the_check_sees_a_circle_of_three():
    known = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert circles(known) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": {"c"}}) == []


def test_a_folder_has_few_enough_modules_to_look_at():
    piles = {
        str(folder.relative_to(ROOT)): count
        for folder in PACKAGE.rglob("*")
        if folder.is_dir() and "sim" not in folder.parts
        and (count := sum(1 for f in folder.glob("*.py") if f.name != "__init__.py")) > 15
    }  # fmt: skip
    assert piles == {}


def test_ssh_and_fleet_do_not_know_each_other():
    known = [
        f"{name}:{line} imports {target}"
        for name, target, line in edges()
        if any(within(name, one) and within(target, other) for one, other in STRANGERS)
    ]
    assert known == []


def test_the_rooms_of_the_dialect_do_not_know_each_other():
    rooms = [each for each, layer in LAYERS.items() if layer == 1]
    known = [
        f"{name}:{line} imports {target}"
        for name, target, line in edges()
        for one in rooms
        for other in rooms
        if one != other and within(name, one) and within(target, other)
    ]
    assert known == []


def test_the_simulator_shares_nothing_with_the_client():
    shared = [
        f"{name}:{line} imports {target}"
        for name, target, line in edges()
        if within(name, "ftlab.sim") and not within(target, "ftlab.sim")
    ]
    assert shared == []


def test_every_package_that_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = [*project["dependencies"], *extras["keyring"], *extras["distributed"]]
    declared = {IMPORTED_AS.get(n, n) for n in (re.match(r"[\w-]+", each)[0] for each in named)}
    foreign = {
        target.partition(".")[0]
        for name, tree in MODULES.items()
        for target, _ in imports(tree, name)
    }
    assert foreign - set(sys.stdlib_module_names) - {"ftlab"} <= declared


def test_the_simulator_needs_little_besides_the_standard_library():
    """So it shares no SSH code with the client, which stands on paramiko, and nothing that reads:
    Jinja only fills in what a host prints."""
    foreign = {
        target.partition(".")[0]
        for name, tree in MODULES.items()
        if within(name, "ftlab.sim")
        for target, _ in imports(tree, name)
    }
    allowed = {"ftlab", "asyncssh", "jinja2", "markupsafe"}
    assert foreign - set(sys.stdlib_module_names) == allowed


def test_only_the_front_door_starts_the_simulator():
    early = [
        f"{name}:{line} imports {target}"
        for name, target, line in edges()
        if within(target, "ftlab.sim") and not within(name, "ftlab.sim") and LAYERS[room(name)] < 6
    ]
    assert early == []


def bottom() -> list[str]:
    return sorted(n for n in MODULES if not within(n, "ftlab.sim") and LAYERS[room(n)] <= 1)


@pytest.mark.parametrize("name", bottom())
def test_the_bottom_layers_are_pure(name):
    tree = MODULES[name]
    outside = {t.partition(".")[0] for t, _ in imports(tree, name) if not within(t, "ftlab")}
    mixed = {each.partition(".")[0] for each in PURE_NAMES}
    assert outside <= PURE | PURE_PACKAGES | mixed
    used = {u for u, _ in names_used(tree) if u.partition(".")[0] in mixed}
    assert {u for u in used if u not in mixed and not _is_pure(u)} == set()
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & IMPURE_CALLS == ({"exec"} if name in MAY_EXEC else set())


def _is_pure(used: str) -> bool:
    """A pure name, or a part of one such as ``pathlib.PurePosixPath.name``."""
    return any(within(used, each) for each in PURE_NAMES)


def test_only_ssh_knows_the_ssh_libraries():
    strangers = {
        f"{name}:{line} imports {target}"
        for name, tree in MODULES.items()
        for target, line in imports(tree, name)
        if target.partition(".")[0] in SSH_LIBRARIES and not _may_know(name, target)
    }
    assert strangers == set()


def _may_know(name: str, target: str) -> bool:
    """The client is made of paramiko and fabric, the simulator's server of asyncssh."""
    return within(name, "ftlab.sim" if within(target, "asyncssh") else "ftlab.ssh")


def names_used(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Dotted names as written, with what ``import … as`` and ``from … import`` call them
    resolved: ``Thread`` after ``from threading import Thread`` is ``threading.Thread``."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {(a.asname or a.name.partition(".")[0]): _bound(a) for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            taken = {(a.asname or a.name): f"{node.module}.{a.name}" for a in node.names}
            yield from ((each, node.lineno) for each in taken.values())
            known |= taken
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id], node.lineno
        elif isinstance(node, ast.Attribute):
            head, _, rest = dotted(node).partition(".")
            if head in known:
                yield f"{known[head]}.{rest}", node.lineno


def dotted(node: ast.expr) -> str:
    """``a.b.c`` as written, or nothing where it begins with something other than a name."""
    if isinstance(node, ast.Name):
        return node.id
    before = dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{before}.{node.attr}" if before else ""


def _bound(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


@functools.cache
def starts() -> set[tuple[str, str]]:
    """``module, starter`` for every place that starts a thread or a process."""
    return {
        (name, used)
        for name, tree in MODULES.items()
        for used, _ in names_used(tree)
        if used in STARTERS or used.startswith(("os.exec", "os.spawn"))
    }


def test_only_ssh_and_fleet_start_threads():
    wild = [
        each
        for each in starts()
        if each[0] not in MAY_SPAWN and not any(within(each[0], may) for may in MAY_START)
    ]
    assert wild == []


def test_processes_are_started_where_there_is_a_reason():
    spawning = {
        name
        for name, used in starts()
        if used.startswith(("subprocess.", "os.", "pty.", "multiprocessing."))
        and not within(name, "ftlab.sim")
    }
    unexplained = {n for n in spawning if not any(within(n, may) for may in MAY_SPAWN)}
    assert unexplained - {n for n in spawning if within(n, "ftlab.fleet")} == set()


def test_the_check_sees_a_thread_under_any_name():
    tree = ast.parse("from threading import Thread as T\nimport subprocess as s\nT()\ns.run([])")
    assert {used for used, _ in names_used(tree)} >= {"threading.Thread", "subprocess.run"}


@pytest.mark.parametrize("simulated", [False, True], ids=["product", "simulator"])
def test_no_two_classes_share_a_name(simulated: bool) -> None:
    """A name that is searched for leads to one place. The simulator stands aside, and shares no
    code with the rest, so that it may use the field's words again; once each."""
    where: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if (path.relative_to(PACKAGE).parts[0] == "sim") == simulated:
            for name in _type_names(ast.parse(path.read_text())):
                where.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def _type_names(tree: ast.Module) -> Iterator[str]:
    """Public classes, and aliases of types, that stand at the top of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            continue
        yield from (name for name in names if name[0].isupper() and not name.isupper())
