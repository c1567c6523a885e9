"""What the page tells that no other table of the code holds: exit codes, files, variables."""

from __future__ import annotations

from ftlab.cli.settings.file import NAME as SETTINGS
from ftlab.cli.variables import WITHOUT_FLAG

EXIT_CODES = {
    0: "all done, or nothing to do",
    1: "an internal error of ftlab",
    2: "usage, inventory or profile error: nothing was contacted",
    3: "--check found changes",
    4: "some hosts unreachable (or refused the login), the rest fine",
    5: "some host failed",
    6: "stopped by --max-fail",
    7: "another run holds the lock",
    8: "the deadline passed",
    130: "interrupted",
}

FILES = {
    "hosts.ini, $XDG_CONFIG_HOME/ftlab/hosts.ini": "the inventory, where -i and FTLAB_INVENTORY "
    "name none; ftlab hosts.example prints one to start from",
    f"{SETTINGS}, $XDG_CONFIG_HOME/ftlab/{SETTINGS}": "defaults of your own for the flags",
    "tasks.py": "tasks of your own, in the working folder",
    "$XDG_CONFIG_HOME/ftlab/NAME.toml": "profiles of your own",
    "$XDG_STATE_HOME/ftlab/journal.db": "what was changed, with the old values; lab.undo needs it",
    "$XDG_STATE_HOME/ftlab/known_hosts": "host keys that hosts.trust has recorded, beside "
    "~/.ssh/known_hosts",
    "$XDG_CACHE_HOME/ftlab": "names that the completion offers; may be deleted",
    "~/.ssh/config": "read as ssh -G reads it",
    "NAME.vmx.ftlab-RUN": "on a host, beside a VMX: its bytes before that run; pruned with its run",
}

ENVIRONMENT = {
    **WITHOUT_FLAG,
    "SSH_AUTH_SOCK": "the ssh agent, as for ssh",
    "SHELL": "runs a ProxyCommand and a Match exec, as for ssh; /bin/sh if it is not set",
    "XDG_CACHE_HOME": "default ~/.cache",
    "XDG_CONFIG_HOME": "default ~/.config",
    "XDG_STATE_HOME": "default ~/.local/state",
    "HOME": "the home directory; the password database is used if it is not set",
    "NO_COLOR": "if not empty: no colour",
    "FORCE_COLOR": "if not empty and not 0 or false: colour without a terminal, too",
    "TERM": "dumb or unknown: no colour",
    "COLUMNS": "the width of tables, instead of the terminal's own",
}
