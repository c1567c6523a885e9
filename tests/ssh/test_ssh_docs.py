"""docs/ssh.md says what the code does: the matrix of tested servers, every setting of ssh."""

from __future__ import annotations

from pathlib import Path

from test_ssh_matrix import LOGINS, SERVERS

from ftlab.ssh.config.keywords import KEYWORDS, TABLE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "ssh.md").read_text("utf-8")


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose header begins with ``first``."""
    lines = TEXT.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    table = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_the_matrix_is_the_one_that_is_tested() -> None:
    header, _, *body = rows("server")
    assert tuple(header[2:]) == LOGINS
    assert tuple(row[0] for row in body) == SERVERS


def test_every_setting_of_ssh_is_there_with_its_use() -> None:
    told = {
        name.strip("`"): (use, note)
        for names, use, note in rows("setting")[2:]
        for name in names.split(", ")
    }
    assert told == {keyword.name: (keyword.use, keyword.note) for keyword in TABLE}


SETTINGS = """
AddKeysToAgent AddressFamily BatchMode BindAddress BindInterface CanonicalDomains
CanonicalizeFallbackLocal CanonicalizeHostname CanonicalizeMaxDots CanonicalizePermittedCNAMEs
CASignatureAlgorithms CertificateFile ChannelTimeout CheckHostIP Ciphers ClearAllForwardings
Compression ConnectionAttempts ConnectTimeout ControlMaster ControlPath ControlPersist
DynamicForward EnableEscapeCommandline EnableSSHKeysign EscapeChar ExitOnForwardFailure
FingerprintHash ForkAfterAuthentication ForwardAgent ForwardX11 ForwardX11Timeout
ForwardX11Trusted GatewayPorts GlobalKnownHostsFile GSSAPIAuthentication
GSSAPIDelegateCredentials HashKnownHosts HostbasedAcceptedAlgorithms HostbasedAuthentication
HostKeyAlgorithms HostKeyAlias Hostname IdentitiesOnly IdentityAgent IdentityFile IgnoreUnknown
IPQoS KbdInteractiveAuthentication KbdInteractiveDevices KexAlgorithms KnownHostsCommand
LocalCommand LocalForward LogLevel LogVerbose MACs NoHostAuthenticationForLocalhost
NumberOfPasswordPrompts ObscureKeystrokeTiming PasswordAuthentication PermitLocalCommand
PermitRemoteOpen PKCS11Provider Port PreferredAuthentications ProxyCommand ProxyJump
ProxyUseFdpass PubkeyAcceptedAlgorithms PubkeyAuthentication RefuseConnection RekeyLimit
RemoteCommand RemoteForward RequestTTY RequiredRSASize RevokedHostKeys SecurityKeyProvider SendEnv
ServerAliveCountMax ServerAliveInterval SessionType SetEnv StdinNull StreamLocalBindMask
StreamLocalBindUnlink StrictHostKeyChecking SyslogFacility TCPKeepAlive Tag Tunnel TunnelDevice
UpdateHostKeys User UserKnownHostsFile VerifyHostKeyDNS VersionAddendum VisualHostKey
WarnWeakCrypto XAuthLocation
"""
"""What the manual of OpenSSH 10.5 lists, but for ``Host``, ``Match`` and ``Include``."""


def test_no_setting_of_the_manual_is_missing() -> None:
    assert {name.lower() for name in SETTINGS.split()} == set(KEYWORDS)
