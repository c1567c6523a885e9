"""What a name means to the small shell: a builtin, a tool of the host, an applet, or nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ftlab.sim.model.answer import Answer, settled
from ftlab.sim.shell.applets.options import Usage
from ftlab.sim.shell.applets.table import APPLETS, BUILTINS
from ftlab.sim.shell.call import Call, State
from ftlab.sim.shell.errors import Cut, Refused

Runner = Callable[[Call], int]
_PROGRAM_FOLDERS = frozenset(
    {"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib/vmware/bin"}
    | {"/usr/lib/vmware/busybox/bin"}
)
_OTHER_WORDS = """
    ash awk basename busybox chgrp chown chvt cksum clear cpio crond crypt cut df dirname dmesg
    dnsdomainname du ed egrep eject env expr fdisk fgrep find fstype ftpget ftpput fuser getopt
    getty gunzip gzip halt hexdump hostid hwclock inetd init ionice ip kill killall last less ln
    logger login lsof lzop man mkfifo mknod mktemp more mount nice nohup nslookup od openvt passwd
    patch pidof ping pivot_root poweroff printenv ps readlink realpath reboot renice reset rmdir
    script sed seq setsid sh sort split strings stty sum switch_root tar tee telnet tftp time
    timeout top traceroute tty umount uniq unzip uptime usleep uudecode uuencode vi watch watchdog
    wget which who whoami xargs xz yes zcat
    . alias bg break command continue eval exec export fg getopts hash help history jobs let local
    read readonly return set shift source times trap type ulimit umask unalias unset wait [[
"""
"""BusyBox applets of a published list for a 5.x host, and words of ash itself."""
_REAL_TOOLS = """
    dcui esxcfg-info esxcfg-nics esxcfg-vmknic esxcfg-vswitch esxtop localcli python services.sh
    vdf vm-support vmkchdev vmkerrcode vmkfstools vmkping vmkvsitools vsish
"""
_OTHERS, _ONLY_REAL = frozenset(_OTHER_WORDS.split()), frozenset(_REAL_TOOLS.split())


def find(state: State, name: str) -> Runner | None:
    """What runs for ``name``; None where no host has such a command. Raises ``Refused``."""
    folder, _, base = name.rpartition("/")
    if name in state.host.tools:
        return _host_tool
    if not folder and name in BUILTINS:
        return BUILTINS[name].checked
    if not folder or posixpath.normpath(folder) in _PROGRAM_FOLDERS:
        if base in state.host.tools:
            return _host_tool
        if base in APPLETS:
            return _recorded
        if base in _ONLY_REAL:
            raise Refused(base, "only real hosts have it")
        if base in _OTHERS or base in BUILTINS:
            raise Refused(base)
    elif state.path(name).is_file():
        raise Refused(f"a script ({name})")
    return None


def fits(state: State, argv: tuple[str, ...]) -> bool:
    """Whether the small shell takes this command line, as far as that can be told beforehand."""
    try:
        if find(state, argv[0]) is None or argv[0] in state.host.tools:
            return True
        known = APPLETS | BUILTINS
        base = argv[0].rpartition("/")[2]
        if base in known:
            known[base].read(list(argv[1:]))
    except (Refused, OSError):
        return False
    except Usage:
        return True
    return True


def _recorded(call: Call) -> int:
    call.state.host.commands.append(call.argv)
    return _given(call, call.state.host.struck(call.argv, lambda: _applet(call)))


def _applet(call: Call) -> Answer:
    """It writes to its streams itself; what is left to tell is its status."""
    return Answer(APPLETS[call.name].checked(call))


def _host_tool(call: Call) -> int:
    """A command that the host model answers. Like the real ones it leaves standard input alone."""
    known = call.argv[0] in call.state.host.tools
    answer = call.state.host.answer((call.argv[0] if known else call.name, *call.arguments))
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


def not_found(call: Call) -> int:
    call.state.host.commands.append(call.argv)
    call.err(f"{call.state.name}: {call.argv[0]}: not found\n")
    return 127
