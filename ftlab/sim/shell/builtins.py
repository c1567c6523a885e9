"""What the shell does itself: variables, directories, flow."""

from __future__ import annotations

from collections.abc import Callable

from ftlab.sim.shell.applets.print import PRINTERS
from ftlab.sim.shell.applets.system import false, true
from ftlab.sim.shell.applets.test import TESTS
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Exit, Leave, Return, ShellError
from ftlab.sim.shell.lexer import NAME
from ftlab.sim.shell.streams import device


def _cd(call: Call) -> int:
    where = call.arguments[0] if call.arguments else call.state.variables.get("HOME", "/")
    try:
        found = call.path(where).is_dir()
    except OSError:
        found = False
    if not found:
        return call.shell_error(f"cd: can't cd to {where}: No such file or directory", 2)
    call.state.cwd = call.state.variables["PWD"] = call.state.absolute(where)
    return 0


def _pwd(call: Call) -> int:
    call.out(call.state.cwd + "\n")
    return 0


def _export(call: Call) -> int:
    for argument in call.arguments:
        name = _assign(call, argument)
        if name and not name.startswith("-"):
            call.state.exported.add(name)
    return 0


def _local(call: Call) -> int:
    for argument in call.arguments:
        _assign(call, argument)
    return 0


def _assign(call: Call, argument: str) -> str:
    name, equals, value = argument.partition("=")
    if equals:
        call.state.variables[name] = value
    return name


def _unset(call: Call) -> int:
    for name in call.arguments:
        call.state.variables.pop(name, None)
        call.state.exported.discard(name)
        if call.argv[1] == "-f":
            call.state.functions.pop(name, None)
    return 0


def _set(call: Call) -> int:
    arguments = list(call.arguments)
    while arguments and arguments[0][:1] in ("-", "+") and arguments[0] not in ("-", "--"):
        flags = arguments.pop(0)
        on = flags[0] == "-"
        call.state.errexit = on if "e" in flags else call.state.errexit
        call.state.nounset = on if "u" in flags else call.state.nounset
        if flags[1:] == "o" and arguments:
            arguments.pop(0)
    if arguments:
        kept = arguments[1:] if arguments[0] in ("-", "--") else arguments
        call.state.positional = tuple(kept)
    return 0


def _shift(call: Call) -> int:
    count = _number(call, 1)
    if count > len(call.state.positional):
        return 1
    call.state.positional = call.state.positional[count:]
    return 0


def _number(call: Call, otherwise: int) -> int:
    if not call.arguments:
        return otherwise
    if not call.arguments[0].isdigit():
        raise ShellError(f"{call.argv[0]}: Illegal number: {call.arguments[0]}")
    return int(call.arguments[0])


def _exit(call: Call) -> int:
    raise Exit(_number(call, call.state.status))


def _return(call: Call) -> int:
    raise Return(_number(call, call.state.status))


def _leave(call: Call) -> int:
    raise Leave(_number(call, 1), again=call.argv[0] == "continue")


def _eval(call: Call) -> int:
    outer, call.shell.files = call.shell.files, call.files
    try:
        return call.shell.source(" ".join(call.arguments))
    finally:
        call.shell.files = outer


def _source(call: Call) -> int:
    name = call.arguments[0] if call.arguments else ""
    try:
        special = device(name)
        data = special.read() if special else call.path(name).read_bytes()
        text = data.decode("utf-8", "surrogateescape")
    except OSError:
        raise ShellError(f".: can't open '{name}': No such file or directory") from None
    try:
        return call.shell.source(text)
    except Return as end:
        return end.status


def _read(call: Call) -> int:
    """``read [-r] NAME…``: one line, split at blanks; the last name takes the rest."""
    names = [name for name in call.arguments if not name.startswith("-")] or ["REPLY"]
    line = call.stdin_line()
    text = line.decode("utf-8", "surrogateescape").removesuffix("\n")
    if "-r" not in call.arguments:
        text = text.replace("\\", "")
    separators = call.state.variables.get("IFS", " \t\n")
    whole = len(names) == 1 and not separators
    values = [text] if whole else text.strip().split(None, len(names) - 1)
    for index, name in enumerate(names):
        call.state.variables[name] = values[index] if index < len(values) else ""
    return 0 if line.endswith(b"\n") else 1


def _trap(call: Call) -> int:
    if len(call.arguments) > 1 and {"EXIT", "0"} & set(call.arguments[1:]):
        call.state.at_exit = "" if call.arguments[0] == "-" else call.arguments[0]
    return 0


def _command(call: Call) -> int:
    """``command -v NAME``, ``command NAME ARGUMENT…``."""
    if call.arguments[:1] in (("-v",), ("-V",)):
        return _describe(call, call.arguments[1:], plain=True)
    return call.again(call.arguments) if call.arguments else 0


def _type(call: Call) -> int:
    return _describe(call, call.arguments, plain=False)


def _describe(call: Call, names: tuple[str, ...], *, plain: bool) -> int:
    from ftlab.sim.shell.command import find

    status = 0
    for name in names:
        inside = name in BUILTINS or name in call.state.functions
        if not inside and find(call.shell, name) is None:
            status = 127
            call.out("" if plain else f"{name}: not found\n")
            continue
        where = name if inside or "/" in name else f"/bin/{name}"
        spoken = "a shell builtin" if inside else where
        call.out(f"{where}\n" if plain else f"{name} is {spoken}\n")
    return status


def _umask(call: Call) -> int:
    call.out("" if call.arguments else "0022\n")
    return 0


def _readonly(call: Call) -> int:
    return _local(call) if all(NAME.match(argument) for argument in call.arguments) else 2


BUILTINS: dict[str, Callable[[Call], int]] = {
    ":": true, "true": true, "false": false, "cd": _cd, "pwd": _pwd, "export": _export,
    "local": _local, "readonly": _readonly, "unset": _unset, "set": _set, "shift": _shift,
    "exit": _exit, "return": _return, "break": _leave, "continue": _leave, "eval": _eval,
    ".": _source, "read": _read, "trap": _trap, "command": _command, "type": _type,
    "umask": _umask, "wait": true, **PRINTERS, **TESTS,
}  # fmt: skip
