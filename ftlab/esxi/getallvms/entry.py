"""One registered virtual machine, as a row of ``getallvms`` tells it."""

from __future__ import annotations

from ftlab.frozen import frozen


@frozen(slots=True)
class VmEntry:
    """``vmid`` is unique on its host only, and changes when the VM is registered again.

    ``path`` is ``[datastore] dir/file.vmx``; ``version`` the hardware version, ``vmx-08``;
    ``annotation`` is as the user wrote it, line feeds and all.
    """

    vmid: int
    name: str
    path: str
    guest: str
    version: str
    annotation: str = ""
