"""What went wrong on the way in, in words and with a way out: exceptions → ``Unreachable``."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Any

import paramiko

from ftlab.errors import HostError, Unreachable
from ftlab.regex import regex
from ftlab.ssh import greeting
from ftlab.ssh.login.login import REFUSED_HINT
from ftlab.ssh.network.proxycommand import ProxyEnd, proxy_end
from ftlab.ssh.network.target import Target
from ftlab.ssh.paramiko_ext.auth_handler import MoreAsked
from ftlab.ssh.paramiko_ext.legacy import has_common_ground
from ftlab.ssh.paramiko_ext.packets import Violation
from ftlab.ssh.paramiko_ext.transport import LabTransport, Stalled
from ftlab.ssh.printable import printable

if TYPE_CHECKING:
    from ftlab.ssh.deadline import Deadline

TIMEOUT = "unreachable.timeout"
NO_SIGNATURE = "agree on a pubkey algorithm"  # paramiko's words where only SHA-1 is left
BUSY = "unreachable.banner"
PROTOCOL = "unreachable.protocol"
CUT = "unreachable.login"
NO_BANNER = "Error reading SSH protocol banner"  # paramiko's words for a hang-up before it
LONGEST_LIST = 400
REFUSAL = regex(r"auth|log ?in|password|account|denied|permi|too many", re.IGNORECASE)
"""In a server's own last words: it refuses the user, as sshd does after too many keys."""
OFFERS = (
    ("host keys", "server_key_algo_list"),
    ("key exchange", "kex_algo_list"),
    ("ciphers", "server_encrypt_algo_list"),
    ("MACs", "server_mac_algo_list"),
)
OLD_HOST = "an old host? Add ftlab_legacy_ssh=true to its line in the inventory"
NOTHING_HELPS = (
    "nothing that it offers can be used, even with ftlab_legacy_ssh: let its sshd_config allow "
    "one of each sort (HostKeyAlgorithms, KexAlgorithms, Ciphers, MACs)"
)
_HINTS = {
    "unreachable.dns": "check ansible_host, or the HostName in ~/.ssh/config",
    "unreachable.refused": "is SSH on? In the host client: Actions > Services > Enable Secure "
    "Shell; check the port too",
    TIMEOUT: "is it powered on and on this network? --connect-timeout waits longer",
    "unreachable.network": "check the address, the route and the firewall",
    PROTOCOL: "what answers there is no sound SSH server, or something on the way changes what it "
    "sends: try ssh -v",
    CUT: "nothing was refused: run it again; if it always hangs up there, its log says why (sshd's "
    "AllowUsers and PAM, a full disk, or a firewall on the way)",
    "auth.refused": REFUSED_HINT + ". If it hung up after several keys, name the right one "
    "(ansible_ssh_private_key_file)",
    BUSY: "the server drops logins when too many come at once (MaxStartups), or something "
    "else listens on this port",
}


def unreachable(
    error: BaseException,
    target: Target,
    transport: LabTransport | None,
    deadline: Deadline,
    sock: Any = None,
) -> HostError:
    """The error a user sees for an exception that a connection attempt raised. A ``sock`` that a
    proxy command stands behind is closed, so that it can be told how that ended."""
    failure = _failure(error, target, transport, deadline)
    if (end := proxy_end(sock)) is not None and not isinstance(error, HostError):
        failure = _behind_proxy(failure, end, target, transport)
    failure.evidence.update(_seen(target, transport))
    return failure


def _failure(
    error: BaseException, target: Target, transport: LabTransport | None, deadline: Deadline
) -> HostError:
    if isinstance(error, HostError):
        return error
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer) or NO_SIGNATURE in str(error):
        return _algorithms(error, target, transport)
    if transport is not None and greeting.is_foreign(said := transport.greeting):
        words = f"{target.where} is no SSH server: {greeting.quote(said)}"
        return Unreachable(words, kind=BUSY, hint=greeting.hint(said), stage="banner")
    kind, words = _named(error, target, transport, deadline)
    stage = transport.stage if transport is not None else "connect"
    return Unreachable(
        words,
        kind=kind,
        hint=_HINTS.get(kind, ""),
        stage=stage,
        dropped=kind == BUSY and _dropped(error),
    )


def _behind_proxy(
    failure: HostError, end: ProxyEnd, target: Target, transport: LabTransport | None
) -> HostError:
    """A command that fails is not what a busy server looks like, and not tried again."""
    if end.failed and not (transport and transport.remote_version):
        said = printable(transport.greeting) if transport is not None else ""
        words = f"{target.where}: {end}" + (f"; on stdout: {said}" if said else "")
        hint = f"try it by hand: {target.proxy_line}"
        return Unreachable(words, kind="unreachable.proxy", hint=hint, stage="connect")
    if end.status is None and not end.stderr and failure.kind != TIMEOUT:
        return failure
    return failure.with_message(f"{failure.message}; {end}")


def _seen(target: Target, transport: LabTransport | None) -> dict[str, Any]:
    """What is known of the server: as much of it as it has told by now."""
    if transport is None:
        return {"address": target.where}
    offered = transport.offered
    told = {
        "banner": transport.remote_version or printable(transport.greeting),
        "host_key_algorithms": offered.get("server_key_algo_list"),
        "kex": offered.get("kex_algo_list"),
        "ciphers": offered.get("server_encrypt_algo_list"),
        "macs": offered.get("server_mac_algo_list"),
    }
    return {"address": target.where, **{name: value for name, value in told.items() if value}}


def worth_another_try(error: BaseException) -> bool:
    """Whether the server dropped the connection before the login began, as a busy one does."""
    return isinstance(error, Unreachable) and bool(error.evidence.get("dropped"))


def _dropped(error: BaseException) -> bool:
    """A hang-up, as opposed to an answer that is not SSH."""
    return _reset(error) or isinstance(error, EOFError) or str(error).startswith(NO_BANNER)


def _named(
    error: BaseException, target: Target, transport: LabTransport | None, deadline: Deadline
) -> tuple[str, str]:
    """The kind and the words. The order matters: a refused connection is also an OSError."""
    if isinstance(error, Stalled):
        return TIMEOUT, f"{target.where} stopped answering during {error.stage} ({_in(deadline)})"
    if transport is None:
        return _before_ssh(error, target, deadline)
    if transport.initial_kex_done and not isinstance(error, Violation):
        return _during_login(error, target.where, transport, deadline)
    if deadline.passed and not _dropped(error):
        return TIMEOUT, f"{target.where} does not answer within {_in(deadline)}"
    if transport.remote_version and not isinstance(error, OSError | EOFError):
        return PROTOCOL, f"{target.where} breaks the SSH protocol: {_detail(error, transport)}"
    return BUSY, f"{target.where} hung up before the login began: {_detail(error, transport)}"


def _before_ssh(error: BaseException, target: Target, deadline: Deadline) -> tuple[str, str]:
    if isinstance(error, socket.gaierror):
        return "unreachable.dns", f"{target.address}: the name has no address ({error.strerror})"
    if isinstance(error, ConnectionRefusedError):
        return "unreachable.refused", f"{target.where} refuses the connection: no SSH there"
    if _reset(error):
        return BUSY, f"{target.where} hung up: {_detail(error, None)}"
    if deadline.passed or isinstance(error, TimeoutError):
        return TIMEOUT, f"{target.where} does not answer within {_in(deadline)}"
    return "unreachable.network", f"{target.where}: {getattr(error, 'strerror', None) or error}"


def _in(deadline: Deadline) -> str:
    return f"{deadline.limit:g} s"


def _during_login(
    error: BaseException, where: str, transport: LabTransport, deadline: Deadline
) -> tuple[str, str]:
    if isinstance(error, MoreAsked):
        return "auth.refused", f"{where}: {error}"
    if deadline.passed:
        return TIMEOUT, f"{where} stopped answering during authentication ({_in(deadline)})"
    refused = REFUSAL.search(transport.farewell) is not None
    kind = "auth.refused" if refused else CUT
    return kind, f"{where} hung up during the login: {_detail(error, transport)}"


def _detail(error: BaseException, transport: LabTransport | None) -> str:
    said = (transport.farewell or transport.greeting) if transport is not None else ""
    return printable(said or str(error) or type(error).__name__)


def _reset(error: BaseException) -> bool:
    return isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)


def _algorithms(
    error: BaseException, target: Target, transport: LabTransport | None
) -> Unreachable:
    offered = transport.offered if transport is not None else {}
    helps = has_common_ground(offered) and not target.host.legacy_ssh
    banner = f"({transport.remote_version})" if transport is not None else "(no SSH)"
    lists = [f"{what} {_list(offered.get(name, []))}" for what, name in OFFERS]
    return Unreachable(
        f"{target.where} {printable(banner)} and ftlab have no algorithm in common: "
        f"{_lacking(error)}; the host offers " + "; ".join(lists),
        kind="algorithms",
        hint=OLD_HOST if helps else NOTHING_HELPS,
    )


def _lacking(error: BaseException) -> str:
    """``Incompatible ssh peer (no acceptable host key)`` → what is in the parentheses."""
    inner = re.search(r"\((.+)\)", str(error))
    return printable(inner[1] if inner else str(error))


def _list(names: list[str]) -> str:
    return printable(", ".join(names), LONGEST_LIST) or "none"
