"""Guest operating systems: the VMX's word for one, and the vSphere API's."""

from __future__ import annotations

_NAMES: dict[str, tuple[str, str]] = {
    "centos": ("centosGuest", "CentOS 4/5/6 (32-bit)"),
    "centos-64": ("centos64Guest", "CentOS 4/5/6 (64-bit)"),
    "debian6-64": ("debian6_64Guest", "Debian GNU/Linux 6 (64-bit)"),
    "freebsd-64": ("freebsd64Guest", "FreeBSD (64-bit)"),
    "other": ("otherGuest", "Other (32-bit)"),
    "other-64": ("otherGuest64", "Other (64-bit)"),
    "otherlinux": ("otherLinuxGuest", "Other Linux (32-bit)"),
    "otherlinux-64": ("otherLinux64Guest", "Other Linux (64-bit)"),
    "other26xlinux-64": ("other26xLinux64Guest", "Other 2.6.x Linux (64-bit)"),
    "rhel6-64": ("rhel6_64Guest", "Red Hat Enterprise Linux 6 (64-bit)"),
    "ubuntu-64": ("ubuntu64Guest", "Ubuntu Linux (64-bit)"),
    "windows7srv-64": ("windows7Server64Guest", "Microsoft Windows Server 2008 R2 (64-bit)"),
    "winxppro": ("winXPProGuest", "Microsoft Windows XP Professional (32-bit)"),
}


def guest_id(guest_os: str) -> str:
    """The API's identifier for a VMX ``guestOS``; an unknown one follows the common pattern."""
    known = _NAMES.get(guest_os.casefold())
    return known[0] if known else guest_os.replace("-", "_") + "Guest"


def guest_name(guest_os: str) -> str:
    known = _NAMES.get(guest_os.casefold())
    return known[1] if known else guest_os
