"""Every setting of ssh_config(5): whether ftlab follows it, and what is said where it does not.

docs/ssh.md shows this table; a test holds the two together.
"""

from __future__ import annotations

from typing import Literal

from ftlab.frozen import frozen

Use = Literal["followed", "harmless", "refused"]
ValueForm = Literal[
    "text", "port", "number", "flag", "choice", "words", "files", "command", "jump",
    "domains", "aliases",
]  # fmt: skip


@frozen(slots=True)
class Keyword:
    """One setting. ``form`` is how a followed or refused one's value is read; ``choices`` are
    its words, where it has few; ``note`` is what a user should know."""

    name: str
    use: Use
    note: str = ""
    form: ValueForm = "text"
    choices: tuple[str, ...] = ()


YES_NO = ("yes", "no", "true", "false")
ELSEWHERE = "put the host's line into the inventory, with what this setting would have given"

_FOLLOWED = (
    Keyword("AddressFamily", "followed", form="choice", choices=("any", "inet", "inet6")),
    Keyword("BindAddress", "followed"),
    Keyword("CanonicalDomains", "followed", form="domains"),
    Keyword("CanonicalizeFallbackLocal", "followed", form="flag"),
    Keyword("CanonicalizeHostname", "followed", form="choice", choices=(*YES_NO, "always")),
    Keyword("CanonicalizeMaxDots", "followed", form="number"),
    Keyword("CanonicalizePermittedCNAMEs", "followed", form="aliases"),
    Keyword("GlobalKnownHostsFile", "followed", "read, never written", form="words"),
    Keyword("HostKeyAlias", "followed"),
    Keyword("Hostname", "followed", "`%h` and `%%`"),
    Keyword("IdentitiesOnly", "followed", form="flag"),
    Keyword("IdentityAgent", "followed"),
    Keyword("IdentityFile", "followed", "without one: ftlab's default keys", form="files"),
    Keyword("IgnoreUnknown", "followed"),
    Keyword("KbdInteractiveAuthentication", "followed", form="flag"),
    Keyword("PasswordAuthentication", "followed", form="flag"),
    Keyword("Port", "followed", form="port"),
    Keyword("PreferredAuthentications", "followed", "which methods, not their order"),
    Keyword("ProxyCommand", "followed", "in the user's `$SHELL`", form="command"),
    Keyword("ProxyJump", "followed", form="jump"),
    Keyword("ProxyUseFdpass", "followed", form="flag"),
    Keyword(
        "PubkeyAuthentication",
        "followed",
        form="choice",
        choices=(*YES_NO, "unbound", "host-bound"),
    ),
    Keyword("RefuseConnection", "followed", "its words are the error"),
    Keyword("SessionType", "followed", "only for `Match sessiontype`"),
    Keyword("Tag", "followed"),
    Keyword("User", "followed", "without one: `root`; on a jump host your own name"),
    Keyword("UserKnownHostsFile", "followed", "read, never written", form="words"),
)
_REFUSED = (
    Keyword(
        "BindInterface", "refused", "write the interface's address with BindAddress", form="text"
    ),
    Keyword(
        "CertificateFile",
        "refused",
        "a certificate beside its key, as KEY-cert.pub, is used",
        form="files",
    ),
    Keyword("PKCS11Provider", "refused", "load its keys into an ssh agent: ssh-add -s PROVIDER"),
    Keyword(
        "RevokedHostKeys", "refused", "write @revoked lines into a known_hosts file", form="words"
    ),
)
_OWN = "ftlab has its own"
_STRICTER = "ftlab is stricter: a host key must be known"
_NO_FORWARDING = "ftlab forwards nothing"
_NO_TERMINAL = "ftlab's commands have no terminal"
_ALGORITHMS = "ftlab's own choice; see `ftlab_legacy_ssh`"
_HARMLESS = {
    "AddKeysToAgent": "ftlab adds no key to an agent",
    "BatchMode": "ftlab asks on a terminal only",
    "CASignatureAlgorithms": "no host certificates",
    "ChannelTimeout": _OWN + ": `--timeout`",
    "CheckHostIP": "",
    "Ciphers": _ALGORITHMS,
    "ClearAllForwardings": _NO_FORWARDING,
    "Compression": "never compressed",
    "ConnectTimeout": _OWN + ": `--connect-timeout`",
    "ConnectionAttempts": _OWN + ": see *Addresses and jump hosts*",
    "ControlMaster": "one connection of its own to each host",
    "ControlPath": "one connection of its own to each host",
    "ControlPersist": "one connection of its own to each host",
    "DynamicForward": _NO_FORWARDING,
    "EnableEscapeCommandline": _NO_TERMINAL,
    "EnableSSHKeysign": "no host-based login",
    "EscapeChar": _NO_TERMINAL,
    "ExitOnForwardFailure": _NO_FORWARDING,
    "FingerprintHash": "always SHA-256",
    "ForkAfterAuthentication": "",
    "ForwardAgent": _NO_FORWARDING,
    "ForwardX11": _NO_FORWARDING,
    "ForwardX11Timeout": _NO_FORWARDING,
    "ForwardX11Trusted": _NO_FORWARDING,
    "GSSAPIAuthentication": "no Kerberos login",
    "GSSAPIDelegateCredentials": "no Kerberos login",
    "GatewayPorts": _NO_FORWARDING,
    "HashKnownHosts": "the lab's own known_hosts has plain names",
    "HostKeyAlgorithms": _ALGORITHMS,
    "HostbasedAcceptedAlgorithms": "no host-based login",
    "HostbasedAuthentication": "no host-based login",
    "IPQoS": "",
    "KbdInteractiveDevices": "",
    "KexAlgorithms": _ALGORITHMS,
    "KnownHostsCommand": _STRICTER,
    "LocalCommand": "not run",
    "LocalForward": _NO_FORWARDING,
    "LogLevel": _OWN + ": `-v`",
    "LogVerbose": _OWN + ": `-v`",
    "MACs": _ALGORITHMS,
    "NoHostAuthenticationForLocalhost": _STRICTER,
    "NumberOfPasswordPrompts": "one question, one attempt",
    "ObscureKeystrokeTiming": _NO_TERMINAL,
    "PermitLocalCommand": "not run",
    "PermitRemoteOpen": _NO_FORWARDING,
    "PubkeyAcceptedAlgorithms": _ALGORITHMS,
    "RekeyLimit": "",
    "RemoteCommand": "ftlab's commands are its own",
    "RemoteForward": _NO_FORWARDING,
    "RequestTTY": _NO_TERMINAL,
    "RequiredRSASize": _ALGORITHMS,
    "SecurityKeyProvider": "such keys come from an ssh agent",
    "SendEnv": "no variables are sent",
    "ServerAliveCountMax": _OWN + ": see *Time*",
    "ServerAliveInterval": _OWN + ": see *Time*",
    "SetEnv": "no variables are sent",
    "StdinNull": "",
    "StreamLocalBindMask": _NO_FORWARDING,
    "StreamLocalBindUnlink": _NO_FORWARDING,
    "StrictHostKeyChecking": _OWN + ": `--host-key`",
    "SyslogFacility": "",
    "TCPKeepAlive": _OWN + ": see *Time*",
    "Tunnel": _NO_FORWARDING,
    "TunnelDevice": _NO_FORWARDING,
    "UpdateHostKeys": "only `hosts.trust` records keys",
    "VerifyHostKeyDNS": _STRICTER,
    "VersionAddendum": "",
    "VisualHostKey": "",
    "WarnWeakCrypto": "",
    "XAuthLocation": _NO_FORWARDING,
}

ALIASES = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "dsaauthentication": "pubkeyauthentication",
    "identityfile2": "identityfile",
    "skeyauthentication": "kbdinteractiveauthentication",
    "smartcarddevice": "pkcs11provider",
    "tisauthentication": "kbdinteractiveauthentication",
}
"""Older names of settings that count."""
_PASSED_OVER = """
    afstokenpassing cipher compressionlevel fallbacktorsh globalknownhostsfile2 hostbasedkeytypes
    keepalive kerberosauthentication kerberostgtpassing protocol pubkeyacceptedkeytypes
    rhostsauthentication rhostsrsaauthentication rsaauthentication useprivilegedport
    userknownhostsfile2 useroaming usersh

    gssapiclientidentity gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey
    gssapiserveridentity gssapitrustdns hpnbuffersize hpndisabled noneenabled noneswitch rsaminsize
    tcprcvbuf tcprcvbufpoll usekeychain
"""
PASSED_OVER = frozenset(_PASSED_OVER.split())
"""Names that are no error, and mean nothing here: those that OpenSSH itself still takes without
effect or by an older name, then those that Apple, Debian, Red Hat and FreeBSD have added."""
TABLE = tuple(
    sorted(
        (*_FOLLOWED, *_REFUSED, *(Keyword(n, "harmless", note) for n, note in _HARMLESS.items())),
        key=lambda keyword: keyword.name.lower(),
    )
)
KEYWORDS = {keyword.name.lower(): keyword for keyword in TABLE}


def find_keyword(name: str) -> Keyword | None:
    """The setting of this name (in small letters), ``None`` for one that nobody knows."""
    if name in PASSED_OVER:
        return Keyword(name, "harmless")
    return KEYWORDS.get(ALIASES.get(name, name))
