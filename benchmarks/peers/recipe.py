"""The two pieces of work, as somebody would do them by hand: the same for every peer.

``A`` is one command. ``B`` sets nested FT up for one VM and reads it back: the option, its
read-back, the VM's number, its power state, the three keys (beside a backup, by a rename), the
reload, what hostd has loaded, and the keys in the file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

VM = "db01"
OPTION = "/Migrate/VMotionStreamDisable"
KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")

LIST = f"esxcli system settings advanced list -o {OPTION}"
SET = f"esxcli system settings advanced set -o {OPTION} -i 1"
VMS = "vim-cmd vmsvc/getallvms"
ROW = rf"^(\d+) +{VM} +\[(\S+)\] (\S+)"
"""The VM's line in ``getallvms``: its number, its datastore, its file there."""


def found(listing: str) -> tuple[str, str]:
    """The VM's number and the path of its file, out of ``getallvms``."""
    match = re.search(ROW, listing, re.MULTILINE)
    if match is None:
        raise LookupError(f"{VM} is not registered: {listing!r}")
    return match[1], f"/vmfs/volumes/{match[2]}/{match[3]}"


def power(vmid: str) -> str:
    """Its power state."""
    return f"vim-cmd vmsvc/power.getstate {vmid}"


def edit(path: str) -> str:
    """The three keys into a copy, which then takes the file's place; a backup stays."""
    names = "|".join(key.replace(".", "[.]") for key in KEYS)
    lines = " ".join(f"'{key} = \"true\"'" for key in KEYS)
    return (
        f"cp -p {path} {path}.bak && cp -p {path} {path}.new && "
        f"{{ grep -v -i -E '^({names}) *=' {path}; printf '%s\\n' {lines}; }} > {path}.new && "
        f"mv -f {path}.new {path}"
    )


def reload(vmid: str) -> str:
    """Have hostd take the file up."""
    return f"vim-cmd vmsvc/reload {vmid}"


def config(vmid: str) -> str:
    """What hostd has loaded."""
    return f"vim-cmd vmsvc/get.config {vmid}"


def written(path: str) -> str:
    """The keys as the file has them."""
    return f"grep -i '^replay' {path}"


def script() -> str:
    """All of it as one script for the host's own shell, for tools that run one command."""
    return "\n".join(
        [
            "set -e",
            SET,
            LIST,
            f"set -- $({VMS} | sed -n 's/^\\([0-9]*\\) *{VM} *\\[\\([^]]*\\)\\] \\([^ ]*\\).*"
            "/\\1 \\2 \\3/p')",
            "id=$1 f=/vmfs/volumes/$2/$3",
            power("$id"),
            edit("$f"),
            reload("$id"),
            config("$id") + " | grep -A1 replay",
            written("$f"),
        ]
    )


def check(config_text: str) -> None:
    """Raises ``LookupError`` where hostd does not show a key as it was set."""
    for key in KEYS:
        if not re.search(rf'key = "{re.escape(key)}", *\n *value = "true"', config_text):
            raise LookupError(f"{key} is not loaded")


def arguments() -> tuple[str, int, list[str]]:
    """``WORK PARALLEL FILE`` from the command line, the file read: one address a line."""
    work, parallel, file = sys.argv[1:]
    return work, int(parallel), Path(file).read_text("ascii").split()
