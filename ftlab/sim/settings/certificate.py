"""The host's own certificate, by its subject: ``openssl x509`` and ``generate-certificates``.

A new host's is for ``localhost.localdomain`` (its subject was published), a generated one for the
name that the host has by then. The form is that of OpenSSL 1.0 on every release; the certificate's
file itself is not simulated, and what ``generate-certificates`` prints is not published.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost

_SHOW = ["-noout", "-subject", "-in", "/etc/vmware/ssl/rui.crt"]
_SUBJECT = (
    "subject= /C=US/ST=California/L=Palo Alto/O=VMware, Inc"
    "/OU=VMware ESX Server Default Certificate"
    "/emailAddress=ssl-certificates@vmware.com/CN={}/unstructuredName=1328954372,"
    "564d7761726520496e632e\n"
)


def openssl(host: SimHost, args: Sequence[str]) -> Answer:
    """``x509 -noout -subject -in FILE``, its options in any order."""
    if list(args[:1]) != ["x509"] or sorted(args[1:]) != sorted(_SHOW):
        text = f"This simulated host has only: openssl x509 {' '.join(_SHOW)}\n"
        return say(stderr=text, exit=1)
    return say(_SUBJECT.format(host.config.certificate))


def generate(host: SimHost, args: Sequence[str]) -> Answer:
    if args:
        return say(stderr="This simulated host has only: generate-certificates\n", exit=1)
    host.config.certificate = host.fqdn
    return say()
