"""Flags that other tools have, and what they are called here."""

from __future__ import annotations

_CHECK = "--check (-n) shows what would change, and changes nothing"
_HOSTS = "-l PATTERN says which hosts are meant, e.g. -l 'vesxi:!spare'"
_FOLDED = "equal answers are shown once as it is; --no-fold shows each host on its own"
_ROOT = "commands run as the user that logs in; on ESXi that is root"
_USER = "the user is the inventory's: ansible_user=root"
_PASSWORD = "ftlab asks for a password where it needs one; FTLAB_PASSWORD_FILE names a file with it"  # noqa: S105 - not one
_KEY = "the key is the inventory's or ssh's own: ansible_ssh_private_key_file=FILE"
_PARALLEL = "-f N is how many hosts are worked on at the same time"
_JSON = "--json prints one JSON document"
_YES = "--yes (-y) does not ask"

_HERE = {
    "--dry-run": _CHECK, "--dry": _CHECK, "--dryrun": _CHECK, "-C": _CHECK,
    "--whatif": _CHECK, "--noop": _CHECK, "--test": _CHECK,
    "-D": "--diff shows changes as a diff",
    "-w": _HOSTS, "-g": _HOSTS, "-H": _HOSTS, "--hosts": _HOSTS, "--host": _HOSTS,
    "--group": _HOSTS, "-X": "-x PATTERN leaves hosts out", "--pattern": _HOSTS,
    "-b": _FOLDED, "-B": _FOLDED, "--dshbak": _FOLDED, "--gather": _FOLDED,
    "--become": _ROOT, "--sudo": _ROOT, "-s": _ROOT,
    "-u": _USER, "--user": _USER, "--remote-user": _USER,
    "-k": _PASSWORD, "-K": _PASSWORD, "--ask-pass": _PASSWORD, "-p": _PASSWORD,
    "--password": _PASSWORD, "--private-key": _KEY, "--key-file": _KEY, "--identity": _KEY,
    "--forks": _PARALLEL, "--fanout": _PARALLEL, "--workers": _PARALLEL, "-j": _PARALLEL,
    "--concurrency": _PARALLEL, "-o": _JSON, "--output": _JSON, "--format": _JSON,
    "-confirm": _YES, "--confirm": _YES, "--force-yes": _YES, "--assume-yes": _YES, "-Y": _YES,
    "--no-color": "NO_COLOR=1 leaves colours out", "--color": "FORCE_COLOR=1 asks for colours",
    "-e": "variables stand in the inventory", "--extra-vars": "variables stand in the inventory",
    "-t": "--timeout SECONDS is for one command", "-m": "ftlab --list shows the tasks",
}  # fmt: skip
"""Of Ansible, clush, pyinfra, Fabric, PowerCLI and govc."""


def elsewhere(flag: str) -> str:
    """What does here what ``flag`` does elsewhere; empty for one that no other tool has."""
    name = flag.partition("=")[0].partition(":")[0]
    return _HERE.get(name) or (_HERE.get(name.lower(), "") if len(name) > 2 else "")
