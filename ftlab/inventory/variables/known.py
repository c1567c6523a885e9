"""Every variable by which Ansible reaches a host, and what ftlab makes of it.

``docs/inventory.md`` has the same table, and a test compares it with Ansible's own plugins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from ftlab.inventory.source import PlacedValues
from ftlab.inventory.values import parse_boolean

SSH_CONNECTIONS = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "ansible.builtin.", "ansible.legacy.")
    for name in ("ssh", "smart", "paramiko", "paramiko_ssh")
)
"""Values of ``ansible_connection`` that mean SSH. A host with another one is never dialled."""

ADDRESS = ("ansible_host", "ansible_ssh_host")
USER = ("ansible_user", "ansible_ssh_user")
PORT = ("ansible_port", "ansible_ssh_port")
PASSWORD = ("ansible_password", "ansible_ssh_pass", "ansible_ssh_password")
KEY_FILE = ("ansible_private_key_file", "ansible_ssh_private_key_file")
CONNECTION = ("ansible_connection",)
ARGS_FIRST = ("ansible_ssh_args",)
ARGS_COMMON = ("ansible_ssh_common_args",)
ARGS_LAST = ("ansible_ssh_extra_args",)

FOLLOWED = frozenset(
    {
        *ADDRESS, *USER, *PORT, *PASSWORD, *KEY_FILE, *CONNECTION,
        *ARGS_FIRST, *ARGS_COMMON, *ARGS_LAST,
    }
)  # fmt: skip

HARMLESS = frozenset(
    {
        "ansible_async_dir", "ansible_admin_users", "ansible_become", "ansible_become_exe",
        "ansible_become_flags", "ansible_become_method", "ansible_become_pass",
        "ansible_become_password", "ansible_become_user", "ansible_common_remote_group",
        "ansible_connection_user", "ansible_control_path", "ansible_control_path_dir",
        "ansible_docker_extra_args", "ansible_module_compression", "ansible_network_os",
        "ansible_paramiko_use_rsa_sha2_algorithms", "ansible_pipelining",
        "ansible_private_key_passphrase", "ansible_python_interpreter", "ansible_remote_tmp",
        "ansible_scp_executable", "ansible_scp_extra_args", "ansible_sftp_batch_mode",
        "ansible_sftp_executable", "ansible_sftp_extra_args",
        "ansible_shell_allow_world_readable_temp", "ansible_shell_executable",
        "ansible_shell_type", "ansible_ssh_password_mechanism", "ansible_ssh_pipelining",
        "ansible_ssh_private_key_passphrase", "ansible_ssh_retries",
        "ansible_ssh_transfer_method", "ansible_ssh_use_tty", "ansible_ssh_verbosity",
        "ansible_sshpass_prompt", "ansible_su_exe", "ansible_su_flags", "ansible_su_pass",
        "ansible_su_prompt_l10n", "ansible_su_user", "ansible_sudo_chdir", "ansible_sudo_exe",
        "ansible_sudo_flags", "ansible_sudo_pass", "ansible_sudo_user",
        "ansible_system_tmpdirs",
    }
)  # fmt: skip
"""About what Ansible does on a host, or how fast: nothing here decides where or as whom."""

_CHECKING = "ftlab always checks host keys; ftlab hosts.trust records them"
_TIMEOUT = "the time for a connection is --connect-timeout"
NOTED: Mapping[str, str] = {
    "ansible_host_key_checking": _CHECKING,
    "ansible_ssh_host_key_checking": _CHECKING,
    "ansible_paramiko_host_key_checking": _CHECKING,
    "ansible_ssh_timeout": _TIMEOUT,
    "ansible_paramiko_timeout": _TIMEOUT,
    "ansible_timeout": _TIMEOUT,
}
"""Without effect, which is said once: what stands in their place."""

_KEY = "write the key to a file of mode 0600 and name it in ansible_ssh_private_key_file"
_PARAMIKO = "write it without paramiko_"
REFUSED: Mapping[str, str] = {
    "ansible_private_key": _KEY,
    "ansible_ssh_private_key": _KEY,
    "ansible_ssh_pkcs11_provider": "load the smart card's keys into an ssh agent (ssh-add -s)",
    "ansible_ssh_executable": "say what it does by ansible_ssh_common_args or ftlab_jump",
    "ansible_paramiko_host": _PARAMIKO,
    "ansible_paramiko_port": _PARAMIKO,
    "ansible_paramiko_user": _PARAMIKO,
    "ansible_paramiko_pass": _PARAMIKO,
    "ansible_paramiko_password": _PARAMIKO,
    "ansible_paramiko_private_key_file": _PARAMIKO,
    "ansible_paramiko_proxy_command": "write ansible_ssh_common_args='-o ProxyCommand=\"…\"'",
}
"""They decide where or as whom, and ftlab cannot follow them: what to write instead."""


def is_known(key: str) -> bool:
    """Whether Ansible reaches hosts by a variable of this name."""
    return key in FOLLOWED or key in HARMLESS or key in NOTED or key in REFUSED


def refuse_unfollowed(settings: PlacedValues) -> None:
    """Raises InventoryError for a variable that decides the way and cannot be followed."""
    for key, hint in REFUSED.items():
        setting = settings.get(key)
        if setting is not None and not _means_nothing(key, settings):
            raise setting.place.error(f"{key} cannot be followed", hint=hint)


def _means_nothing(key: str, settings: PlacedValues) -> bool:
    value = settings[key].value
    if value in (None, ""):
        return True
    if key == "ansible_ssh_executable":
        return PurePath(str(value)).name == "ssh"
    if key.startswith("ansible_paramiko_"):
        connection = settings.get("ansible_connection")
        return connection is None or "paramiko" not in str(connection.value)
    return False


def notes_on(settings: PlacedValues) -> Iterator[str]:
    """A sentence for each variable that has no effect here, though one might expect it."""
    for key, instead in NOTED.items():
        setting = settings.get(key)
        if setting is not None and not _asks_for_what_is_done(key, setting.value):
            yield f"{setting.place}: {key} has no effect: {instead}"


def _asks_for_what_is_done(key: str, value: Any) -> bool:
    if not key.endswith("host_key_checking"):
        return value in (None, "")
    try:
        return parse_boolean(value)
    except ValueError:
        return False
