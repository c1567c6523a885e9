"""Simple commands: assignments, redirections, and what a name means to the shell."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from ftlab.sim.model.answer import settled
from ftlab.sim.shell.applets.table import applet_named
from ftlab.sim.shell.ast import Command, Redirect, Simple, Substitution
from ftlab.sim.shell.builtins import BUILTINS
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Cut, OpenError, Return
from ftlab.sim.shell.streams import Descriptors

if TYPE_CHECKING:
    from ftlab.sim.shell.interpreter import Shell

Runner: TypeAlias = "Callable[[Call], int]"
_PROGRAM_DIRECTORIES = frozenset(
    {"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib/vmware/bin"}
    | {"/usr/lib/vmware/busybox/bin"}
)


def run_simple(shell: Shell, node: Simple, redirects: tuple[Redirect, ...]) -> int:
    """Expand and run one simple command; gives its status."""
    argv = tuple(shell.expand.arguments(node.words))
    values = {name: shell.expand.text(word) for name, word in node.assignments}
    words = (*node.words, *(word for _, word in node.assignments))
    asked = any(isinstance(part, Substitution) for word in words for part in word)
    status = shell.state.status if asked else 0
    if argv[:1] == ("exec",):
        return _exec(shell, argv[1:], Command(node, redirects))
    files = Descriptors(shell.files.streams)
    try:
        shell.redirect(files, Command(node, redirects))
        with _assigned(shell, values, lasting=not argv):
            return run_argv(shell, argv, files) if argv else status
    except OpenError as error:
        shell.complain(str(error))
        return 1
    finally:
        files.close()


def _exec(shell: Shell, argv: tuple[str, ...], command: Command) -> int:
    """``exec``: redirections stay; a command takes the shell's place."""
    shell.redirect(shell.files, command)
    if not argv:
        return 0
    raise Return(run_argv(shell, argv, shell.files))


@contextmanager
def _assigned(shell: Shell, values: dict[str, str], *, lasting: bool) -> Iterator[None]:
    variables, exported = shell.state.variables, shell.state.exported
    before = {name: variables.get(name) for name in values}
    new = values.keys() - exported
    variables.update(values)
    if lasting:
        yield
        return
    exported |= new
    try:
        yield
    finally:
        exported -= new
        for name, value in before.items():
            if value is None:
                variables.pop(name, None)
            else:
                variables[name] = value


def run_argv(shell: Shell, argv: tuple[str, ...], files: Descriptors) -> int:
    """Run one command that is fully expanded: function, builtin, host tool, applet or script."""
    function = shell.state.functions.get(argv[0])
    if function is not None:
        return _call_function(shell, function, argv, files)
    call = Call(argv, shell, files)
    runner = find(shell, argv[0])
    if runner is None:
        shell.state.host.commands.append(argv)
        return _not_found(call)
    return runner(call)


_MOST_CALLS = 30


def _call_function(shell: Shell, body: Command, argv: tuple[str, ...], files: Descriptors) -> int:
    outer, shell.files = shell.files, files
    positional, shell.state.positional = shell.state.positional, argv[1:]
    shell.state.calls += 1
    try:
        if shell.state.calls > _MOST_CALLS:
            raise RecursionError  # long before Python's own limit, which other threads share
        return shell.command(body)
    except Return as end:
        return end.status
    finally:
        shell.files = outer
        shell.state.positional = positional
        shell.state.calls -= 1


def find(shell: Shell, name: str) -> Runner | None:
    """What runs for ``name``; None where the host has no such command."""
    directory, _, base = name.rpartition("/")
    if name in shell.state.host.tools:
        return _host_tool
    if not directory and name in BUILTINS:
        return BUILTINS[name]
    if not directory or posixpath.normpath(directory) in _PROGRAM_DIRECTORIES:
        if base in shell.state.host.tools:
            return _host_tool
        found = applet_named(base)
        if found:
            return _recorded(found)
    if directory and shell.state.path(name).is_file():
        return _script_file
    return None


def _recorded(applet: Runner) -> Runner:
    def run(call: Call) -> int:
        call.state.host.commands.append(call.argv)
        return applet(call)

    return run


def _host_tool(call: Call) -> int:
    """A command that the host model answers. Like the real ones it leaves standard input alone."""
    name = call.argv[0]
    known = name in call.state.host.tools
    argv = (name if known else posixpath.basename(name), *call.argv[1:])
    answer = call.state.host.answer(argv)
    call.state.wait(answer.seconds)
    answer = settled(answer, lambda seconds: _look_later(call, seconds))
    if answer.cut:
        call.out(answer.stdout[: len(answer.stdout) // 2])
        raise Cut
    call.out(answer.stdout)
    call.err(answer.stderr)
    return answer.exit


def _look_later(call: Call, seconds: float) -> None:
    call.state.wait(0)
    call.state.wait(seconds)


def _script_file(call: Call) -> int:
    local = call.path(call.argv[0])
    if not local.stat().st_mode & 0o111:
        return call.shell_error(f"{call.argv[0]}: Permission denied", 126)
    call.state.host.commands.append(call.argv)
    return call.run_script(local.read_bytes(), call.argv)


_ONLY_REAL = frozenset(
    {"awk", "dcui", "esxcfg-info", "esxcfg-nics", "esxcfg-vmknic", "esxcfg-vswitch", "esxtop"}
    | {"less", "localcli", "more", "ping", "python", "vdf", "vi", "vmkchdev", "vmkerrcode"}
    | {"vmkfstools", "vmkping", "vmkvsitools", "vsish"}
)
"""Commands of real hosts that no simulated one has."""


def _not_found(call: Call) -> int:
    real = call.argv[0].rpartition("/")[2] in _ONLY_REAL
    more = " on this simulated host (a real one has it)" if real else ""
    return call.shell_error(f"{call.argv[0]}: not found{more}", 127)
