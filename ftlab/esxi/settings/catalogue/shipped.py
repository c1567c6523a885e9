"""All settings that come with ftlab."""

from __future__ import annotations

from typing import Final

from ftlab.esxi.settings.catalogue.clone import CLONE
from ftlab.esxi.settings.catalogue.network import NETWORK
from ftlab.esxi.settings.catalogue.services import SERVICES
from ftlab.esxi.settings.catalogue.system import SYSTEM
from ftlab.esxi.settings.catalogue.vms import VMS
from ftlab.esxi.settings.setting import HostSetting

SHIPPED: Final[tuple[HostSetting, ...]] = (*NETWORK, *SERVICES, *SYSTEM, *VMS, *CLONE)
"""In the order of the documentation."""
