"""Answers as ``ansible`` and ``ansible-inventory`` do: a start of their own takes half a second.

Each line of stdin is a command line as JSON; each line of stdout the answer: exit status, stdout
and stderr. Every command line runs in a fork of its own, since Ansible keeps what it has read.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import Any


def answer(argv: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            run(argv)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return {
            "exit": os.waitstatus_to_exitcode(status), "stdout": out.read(), "stderr": err.read()
        }  # fmt: skip


def run(argv: list[str]) -> None:
    code = 250
    try:
        {"ansible": AdHocCLI, "ansible-inventory": InventoryCLI}[argv[0]].cli_executor(argv)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    from ansible.cli.adhoc import AdHocCLI
    from ansible.cli.inventory import InventoryCLI

    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
