"""What a name means to the small shell: a builtin, a tool of the host, an applet, or nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ftlab.sim.model.answer import Answer, settled
from ftlab.sim.shell.applets import builtins, files, text
from ftlab.sim.shell.applets.applet import APPLETS, BUILTINS, Usage
from ftlab.sim.shell.call import REFUSED, Call, Cut, Refused, State

TOLD_BY = (builtins, files, text)
"""The modules whose functions are the applets."""
Runner = Callable[[Call], int]
_FOLDERS, _BUSYBOX, _REAL_HOSTS = (
    frozenset(REFUSED[place].split()) for place in ("program_folders", "busybox", "real_hosts")
)


def find(state: State, name: str) -> Runner:
    """What runs for ``name``. Raises ``Refused``."""
    folder, _, base = name.rpartition("/")
    if name in state.host.tools:
        return _host_tool
    if not folder and name in BUILTINS:
        return BUILTINS[name].checked
    if not folder or posixpath.normpath(folder) in _FOLDERS:
        if base in state.host.tools:
            return _host_tool
        if base in APPLETS:
            return _recorded
        if base in _REAL_HOSTS:
            raise Refused(base, "only real hosts have it")
        if base in _BUSYBOX or base in BUILTINS:
            raise Refused(base)
    elif state.path(name).is_file():
        raise Refused(f"a script ({name})")
    return _not_found


def fits(state: State, argv: tuple[str, ...]) -> bool:
    """Whether the small shell takes this command line, as far as that can be told beforehand."""
    known = APPLETS | BUILTINS
    base = argv[0].rpartition("/")[2]
    try:
        if find(state, argv[0]) not in (_host_tool, _not_found):
            known[base].read(list(argv[1:]))
    except (Refused, OSError):
        return False
    except Usage:
        return True
    return True


def _recorded(call: Call) -> int:
    """An applet writes to its streams itself; what is left to tell is its status."""
    call.state.host.commands.append(call.argv)
    applet = APPLETS[call.name]
    return _given(call, call.state.host.struck(call.argv, lambda: Answer(applet.checked(call))))


def _host_tool(call: Call) -> int:
    """A command that the host model answers. Like the real ones it leaves standard input alone."""
    known = call.argv[0] in call.state.host.tools
    answer = call.state.host.answer((call.argv[0] if known else call.name, *call.argv[1:]))
    return _given(call, answer)


def _given(call: Call, answer: Answer) -> int:
    wait = call.state.wait
    if answer.seconds:
        wait(answer.seconds)
    answer = settled(answer, lambda seconds: (wait(0), wait(seconds))[1])
    if answer.cut:
        call.out(answer.stdout[: len(answer.stdout) // 2])
        raise Cut
    call.out(answer.stdout)
    call.err(answer.stderr)
    return answer.exit


def _not_found(call: Call) -> int:
    call.state.host.commands.append(call.argv)
    call.err(f"{call.state.name}: {call.argv[0]}: not found\n")
    return 127
