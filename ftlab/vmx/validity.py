"""Whether a file that parses is a VMX at all: a host's list of VMs may lead to another one."""

from __future__ import annotations

from ftlab import errors
from ftlab.vmx.document import VmxDocument

_SIGNS = (
    ("# disk descriptorfile", "is the descriptor of a disk (.vmdk)"),
    ("<?xml", "is XML (.vmxf)"),
)
_ENCRYPTED = "encryption.data"
_KEYS = (
    ("createtype", "is the descriptor of a disk (.vmdk)"),
    ("snapshot.lastuid", "is a list of snapshots (.vmsd)"),
    ("snapshot.numsnapshots", "is a list of snapshots (.vmsd)"),
)


def why_no_vmx(document: VmxDocument) -> str:
    """``is empty``, ``is a list of snapshots (.vmsd)`` …; an empty word for a VMX. Every VMX has a
    ``config.version``: without it a host does not open the VM."""
    start = document.to_bytes()[:200].decode("latin-1").strip().lower()
    if not start:
        return "is empty"
    for sign, words in _SIGNS:
        if start.removeprefix("\xef\xbb\xbf").startswith(sign):
            return words
    if "config.version" in document:
        return ""
    return next((words for key, words in _KEYS if key in document), "has no config.version")


def is_encrypted(document: VmxDocument) -> bool:
    """Whether parts of it are encrypted, as an encrypted VM's are (VMware's guide to the virtual
    disk library): a key that does not stand there may be in these."""
    return _ENCRYPTED in document


def refuse_no_vmx(document: VmxDocument, what: str) -> None:
    """Raise ``Refused`` (``vmx.invalid``) for a file that is no VMX: with a few keys written into
    it, the host would call its VM invalid, and a reload would take the VM away."""
    why = why_no_vmx(document)
    if why and is_encrypted(document):
        raise errors.Refused(
            f"{what} is encrypted: nothing is written to it",
            kind="vmx.invalid",
            hint="change it in vCenter, or decrypt the VM there",
        )
    if why:
        raise errors.Refused(
            f"{what} {why}: it is no VMX, and nothing is written to it",
            kind="vmx.invalid",
            hint=INVALID_HINT,
        )


INVALID_HINT = (
    "put the VM's file back (ftlab's backups stand beside it as NAME.vmx.ftlab-RUN), or register "
    "the VM by its own .vmx"
)
