"""SSH to a host: logging in, host keys, commands. The only importer of paramiko and fabric.

Importing this package loads neither of them; :mod:`ftlab.ssh.connector` does.
"""

from __future__ import annotations

from ftlab.ssh.settings import SshSettings

__all__ = ["SshSettings"]
